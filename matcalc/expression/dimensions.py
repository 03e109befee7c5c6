"""Symbolic dimensions: polynomials in named sizes that are whole numbers for all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import product
from numbers import Integral
from weakref import WeakValueDictionary

from matcalc.errors import MatcalcError

#: What a dimension without a number is taken for where a cost is estimated.
USUAL_SIZE = 100

Monomial = tuple[str, ...]
#: How many sizes are tried to see whether half a dimension is a whole number.
_MOST_TRIED = 64
#: A fraction only in half a sum such as ``n*n + n``.
Coefficient = int | Fraction
Terms = tuple[tuple[Monomial, Coefficient], ...]

_interned: WeakValueDictionary[Terms, Dim] = WeakValueDictionary()


class Dim:
    """A dimension: a positive integer, a symbol, or a sum of products of them.

    Dimensions are hash-consed, so two are equal exactly if they are the same object.

    ``name`` is that of a dimension which is a single symbol, else empty.

    >>> n, p = Dim.symbol("n"), Dim.symbol("p")
    >>> str(n * p + Dim.number(2)), n * p is p * n
    ('n*p+2', True)
    """

    __slots__ = ("__weakref__", "name", "symbols", "terms", "text")
    terms: Terms
    name: str
    symbols: frozenset[str]
    text: str

    def __new__(cls, terms: Iterable[tuple[Monomial, Coefficient]]) -> Dim:
        """Return the dimension with these ``(monomial, coefficient)`` terms."""
        key = tuple(sorted((m, c.numerator if c.denominator == 1 else c) for m, c in terms if c))
        found = _interned.get(key)
        if found is not None:
            return found
        self = object.__new__(cls)
        self.terms = key
        self.name = key[0][0][0] if len(key) == 1 and key[0][1] == 1 and len(key[0][0]) == 1 else ""
        self.symbols = frozenset(name for monomial, _ in key for name in monomial)
        self.text = _written(key)
        return _interned.setdefault(key, self)

    @classmethod
    def number(cls, value: int) -> Dim:
        """Return the constant dimension ``value``."""
        return cls([((), value)])

    @classmethod
    def symbol(cls, name: str) -> Dim:
        """Return the dimension called ``name``."""
        return cls([((name,), 1)])

    @property
    def value(self) -> int | None:
        """The number this dimension is, or ``None`` if it has symbols."""
        if self.symbols:
            return None
        return self.terms[0][1].numerator if self.terms else 0

    @property
    def is_size(self) -> bool:
        """Whether this is 1 or more for all sizes of its symbols, as ``n*p + 1`` and not ``n - 1``."""
        return bool(self.terms) and all(coefficient > 0 for _, coefficient in self.terms)

    @property
    def parity(self) -> int | None:
        """1 if this is odd for all sizes of its symbols, 0 if even, ``None`` if that depends on them."""
        odd = [monomial for monomial, coefficient in self.terms if coefficient % 2]
        return 0 if not odd else 1 if odd == [()] else None

    def __add__(self, other: Dim) -> Dim:
        """Return the sum of two dimensions."""
        total = dict(self.terms)
        for monomial, coefficient in other.terms:
            total[monomial] = total.get(monomial, 0) + coefficient
        return Dim(total.items())

    def __sub__(self, other: Dim) -> Dim:
        """Return the difference of two dimensions, which need not be positive."""
        return self + Dim((m, -c) for m, c in other.terms)

    def __mul__(self, other: Dim) -> Dim:
        """Return the product of two dimensions."""
        total: dict[Monomial, Coefficient] = {}
        for left, a in self.terms:
            for right, b in other.terms:
                monomial = tuple(sorted(left + right))
                total[monomial] = total.get(monomial, 0) + a * b
        return Dim(total.items())

    @property
    def half(self) -> Dim | None:
        """Half of this, ``None`` if that is no whole number for all sizes of its symbols.

        >>> n = Dim.symbol("n")
        >>> (n * n + n).half, (n * n).half
        (Dim((n*n+n)/2), None)
        """
        half = Dim((monomial, Fraction(coefficient) / 2) for monomial, coefficient in self.terms)
        period = max((coefficient.denominator for _, coefficient in half.terms), default=1)
        if period ** len(self.symbols) > _MOST_TRIED:
            return None
        for values in product(range(period), repeat=len(self.symbols)):
            if half._at(dict(zip(self.symbols, values, strict=True))).denominator > 1:
                return None
        return half

    def divided_by(self, other: Dim) -> Dim | None:
        """Return the quotient, ``None`` if it is no dimension.

        >>> n, p = Dim.symbol("n"), Dim.symbol("p")
        >>> (n * p).divided_by(p), (n * p + p).divided_by(n + ONE)
        (Dim(n), Dim(p))
        """
        remainder, quotient = self, Dim([])
        divisor, number = max(other.terms, key=_rank)
        while remainder.terms:
            monomial, coefficient = max(remainder.terms, key=_rank)
            rest = list(monomial)
            for name in divisor:
                if name not in rest:
                    return None
                rest.remove(name)
            if coefficient % number:
                return None
            term = Dim([(tuple(rest), coefficient // number)])
            quotient, remainder = quotient + term, remainder - term * other
        return quotient

    def __reduce__(self) -> tuple[type[Dim], tuple[object]]:
        """Pickle by content, so that the copy is interned again."""
        return Dim, (self.terms,)

    def substitute(self, values: Mapping[str, Dim]) -> Dim:
        """Return this dimension with the symbols in ``values`` replaced."""
        if self.name:
            return values.get(self.name, self)
        if self.symbols.isdisjoint(values):
            return self
        total = Dim([])
        for monomial, coefficient in self.terms:
            term = Dim([((), coefficient)])
            for name in monomial:
                term = term * values.get(name, Dim.symbol(name))
            total = total + term
        return total

    def evaluate(self, sizes: Mapping[str, int]) -> int:
        """Return the number this dimension is for the given sizes of its symbols.

        Raises ``KeyError`` if a symbol has no size.
        """
        return self._at(sizes).numerator

    def _at(self, sizes: Mapping[str, int]) -> Coefficient:
        total: Coefficient = 0
        for monomial, coefficient in self.terms:
            for name in monomial:
                coefficient *= sizes[name]
            total += coefficient
        return total

    def __str__(self) -> str:
        """Return the dimension as the language writes it."""
        return self.text

    def __repr__(self) -> str:
        """Return a short description for the debugger."""
        return f"Dim({self})"


def _written(terms: Terms) -> str:
    if not terms:
        return "0"
    if any(coefficient.denominator > 1 for _, coefficient in terms):
        return f"({_written(tuple((monomial, 2 * coefficient) for monomial, coefficient in terms))})/2"
    parts = []
    for monomial, coefficient in sorted(terms, key=lambda t: (-len(t[0]), t[0])):
        factors = list(monomial)
        if abs(coefficient) != 1 or not factors:
            factors.insert(0, str(abs(coefficient)))
        parts.append(("-" if coefficient < 0 else "+") + "*".join(factors))
    return "".join(parts).removeprefix("+")


def _rank(term: tuple[Monomial, Coefficient]) -> tuple[int, tuple[str, ...]]:
    """Return the place of a term in an order that multiplication keeps: degree, then names."""
    return len(term[0]), term[0]


ONE = Dim.number(1)

Shape = tuple[Dim, Dim]
SCALAR: Shape = (ONE, ONE)


def sizes_given(sizes: Mapping[str, object]) -> dict[str, int]:
    """Return the sizes that are given by name; raises E302 for what is no whole number from 1 on.

    >>> sizes_given({"n": 3})
    {'n': 3}
    """
    given = {}
    for name, size in sizes.items():
        if not isinstance(size, Integral) or isinstance(size, bool) or size < 1:
            message = f"{name} is a size: a positive integer"
            raise MatcalcError("E302", message, help=f"give a positive integer, as in {name}=3")
        given[name] = int(size)
    return given


def solved(dim: Dim, symbol: str, size: int, sizes: Mapping[str, int]) -> int | None:
    """Return what the one unknown symbol is if the dimension has this size, ``None`` if nothing fits.

    >>> solved(Dim.symbol("n") * Dim.symbol("p") + Dim.number(1), "n", 13, {"p": 4})
    3
    """
    return next((found for found in _candidates(dim, symbol, size, sizes) if found > 0), None)


def _candidates(dim: Dim, symbol: str, size: int, sizes: Mapping[str, int]) -> Iterator[int]:
    def at(value: int) -> int:
        return dim.evaluate({**sizes, symbol: value})

    slope = at(1) - at(0)
    linear = (size - at(0)) // slope if slope else 0
    low, high = 1, max(size, 1)
    while low < high:  # a dimension such as n*n grows with n
        middle = (low + high) // 2
        low, high = (middle + 1, high) if at(middle) < size else (low, middle)
    yield from (found for found in (linear, low) if at(found) == size)


def describe_shape(shape: Shape) -> str:
    """Return the shape as errors say it: ``m×n``, ``n×1``, ``scalar``.

    >>> describe_shape((Dim.symbol("m"), ONE)), describe_shape(SCALAR)
    ('m×1', 'scalar')
    """
    if shape == SCALAR:
        return "scalar"
    return "×".join(f"({d})" if len(d.terms) > 1 else str(d) for d in shape)


def axes(shape: Shape) -> tuple[Dim, ...]:
    """Return the dimensions without those that are one: what an array's axes are.

    >>> axes((Dim.symbol("n"), ONE))
    (Dim(n),)
    """
    return tuple(d for d in shape if d is not ONE)
