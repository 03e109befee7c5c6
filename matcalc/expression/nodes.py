"""``Expr``, the one class of nodes, hash-consed: equal expressions are one object."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import inf, isnan, prod
from typing import Any, TypeVar
from weakref import KeyedRef
from zlib import crc32

from matcalc.errors import MatcalcError
from matcalc.expression.budget import spend
from matcalc.expression.dimensions import ONE, SCALAR, Dim, Shape

#: Larger integers are no exact floats, and those floats are all even.
MAX_EXACT = 2**53


T = TypeVar("T")


def itself(value: T, memo: object = None) -> T:
    """Return the same object: what never changes is its own copy."""
    return value


def sign_if_odd_beyond_floats(expr: Expr) -> int:
    """Return the sign of an exact odd integer that is too large to be a float, 0 of anything else.

    >>> from matcalc.expression import number
    >>> [sign_if_odd_beyond_floats(number(k)) for k in (3, 2**53 + 1, -2**53 - 1, 2**54)]
    [0, 1, -1, 0]
    """
    pair = _parity_and_size(expr)
    if pair is None or not pair[0] or isnan(pair[1]) or abs(pair[1]) < MAX_EXACT:
        return 0
    return 1 if pair[1] > 0 else -1


def _parity_and_size(expr: Expr) -> tuple[int, float] | None:
    """Return the parity of a constant integer and the float that is near it, ``None`` of anything else."""
    if expr.is_number:
        return (expr.data % 2, nearest_float(expr.data)) if isinstance(expr.data, int) else None
    if expr.op not in ("add", "mul", "negate", "power"):
        return None
    parts = [pair for arg in expr.args if (pair := _parity_and_size(arg))]
    if len(parts) < len(expr.args):
        return None
    parities, sizes = zip(*parts, strict=True)
    if expr.op == "add":
        return sum(parities) % 2, sum(sizes)
    if expr.op == "mul":
        return prod(parities), prod(sizes)
    if expr.op == "negate":
        return parities[0], -sizes[0]
    return (parities[0], _float_power(*sizes, odd=parities[1])) if sizes[1] >= 1 else None


def _float_power(base: float, exponent: float, *, odd: int) -> float:
    """Return a power of an integer, infinite if it is too large for a float."""
    sign = -1 if base < 0 and odd else 1
    try:
        size: float = abs(base) ** exponent
        return sign * size
    except OverflowError:
        return sign * float("inf")


_MASK = (1 << 61) - 1
#: Odd and large. Each argument is mixed in before the multiplication: after it, f(f(x)) would have the
#: key of x, and the order of the two in a sum would be that in which they came.
_FACTOR = 0x1E3779B97F4A7C15
# A WeakValueDictionary does the same in three times the time, and this is the innermost loop.
_interned: dict[tuple[Any, ...], KeyedRef[Any, Expr]] = {}


def _forget(reference: KeyedRef[Any, Expr]) -> None:
    """Remove an expression that nobody holds any more."""
    if _interned.get(reference.key) is reference:
        del _interned[reference.key]


class Expr:
    """An immutable expression: ``op`` applied to ``args``, with a ``shape``.

    Expressions are hash-consed: equal ones are the same object. Leaves carry ``data``: a number its value, a
    variable its name and facts, a constant nothing but its shape. ``key`` is a number that
    depends on the content alone, the same in every run; sums and products are ordered by it.

    >>> x = variable("x", (Dim.symbol("n"), ONE))
    >>> x is variable("x", (Dim.symbol("n"), ONE)), x.is_scalar
    (True, False)
    """

    __slots__ = ("__weakref__", "args", "data", "key", "memo", "op", "shape")
    op: str
    args: tuple[Expr, ...]
    data: Any
    shape: Shape
    key: int
    memo: dict[object, Any]

    def __new__(cls, op: str, args: tuple[Expr, ...], shape: Shape, data: Any = None) -> Expr:
        """Return the expression, the existing one if it has been built before."""
        # By their ids, or an argument that remembers what it is part of would keep that alive for ever.
        # An entry goes when its expression does, which is before the arguments go.
        identity = (op, tuple([id(arg) for arg in args]), shape, data)
        reference = _interned.get(identity)
        if reference is not None:
            existing = reference()
            if existing is not None:
                return existing
        spend()
        self = object.__new__(cls)
        self.op = op
        self.args = args
        self.data = data
        self.shape = shape
        key = crc32(op.encode())
        for arg in args:
            key = ((key ^ arg.key) * _FACTOR + 1) & _MASK
        if not args:
            key = (key * 1000003 ^ crc32(f"{data}{shape[0].text},{shape[1].text}".encode())) & _MASK
        self.key = key
        self.memo = {}
        reference = KeyedRef(self, _forget, identity)
        rival = _interned.setdefault(identity, reference)()
        if rival is None:
            _interned[identity] = reference
            return self
        return rival

    __copy__ = __deepcopy__ = itself

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by content, so that the copy is interned again, and what tells a product in normal form."""
        state = {"factors": self.memo["factors"]} if self.op == "mul" and "factors" in self.memo else None
        return Expr, (self.op, self.args, self.shape, self.data), state

    def __setstate__(self, state: dict[object, Any]) -> None:
        """Take what a pickle remembers, unless it is known."""
        self.memo = {**state, **self.memo}

    def with_args(self, args: Iterable[Expr]) -> Expr:
        """Return the same operation on other arguments of the same shapes, as written."""
        args = tuple(args)
        return self if args == self.args else Expr(self.op, args, self.shape, self.data)

    @property
    def is_scalar(self) -> bool:
        """Whether the value is a single number."""
        return self.shape[0] is ONE and self.shape[1] is ONE

    @property
    def is_column(self) -> bool:
        """Whether the value is a column vector."""
        return self.shape[1] is ONE and self.shape[0] is not ONE

    @property
    def is_row(self) -> bool:
        """Whether the value is a row vector."""
        return self.shape[0] is ONE and self.shape[1] is not ONE

    @property
    def is_number(self) -> bool:
        """Whether this is a literal number."""
        return self.op == "number"

    def __repr__(self) -> str:
        """Return a short description for the debugger."""
        if self.op in ("number", "variable"):
            return str(self.data if self.op == "number" else self.data[0])
        return f"{self.op}({', '.join(a.op for a in self.args)})"


#: Highest power of a matrix that is written as a product, and of a symbol in a dimension that is read.
MAX_POWER = 32
#: Longest numbers, in bits: below the 4300 digits that Python converts to text, and what is read back.
MAX_NUMBER_BITS = 13_953


def number(value: int | Fraction) -> Expr:
    """Return the exact number ``value``.

    Raises E108 for one so long that Python would not print it.
    """
    existing = _numbers.get(value)
    if existing is not None:
        return existing
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_NUMBER_BITS:
        raise MatcalcError("E108", f"a number in the result has more than {MAX_NUMBER_BITS} bits")
    return Expr("number", (), SCALAR, value.numerator if value.denominator == 1 else value)


_numbers: dict[int | Fraction, Expr] = {value: Expr("number", (), SCALAR, value) for value in range(-16, 17)}


def nearest_float(value: int | Fraction) -> float:
    """Return an exact number as a float, infinite if it is too large for one."""
    try:
        return float(value)
    except OverflowError:
        return inf if value > 0 else -inf


def variable(name: str, shape: Shape, facts: frozenset[str] = frozenset()) -> Expr:
    """Return the variable ``name``; ``facts`` are what was declared of its value."""
    return Expr("variable", (), shape, (name, tuple(sorted(facts))))


def identity(size: Dim) -> Expr:
    """Return the identity matrix ``I(size)``."""
    return number(1) if size is ONE else Expr("identity", (), (size, size))


def ones(shape: Shape) -> Expr:
    """Return the array of ones with this shape; the number 1 if it is a scalar."""
    return number(1) if shape == SCALAR else Expr("ones", (), shape)


def zeros(shape: Shape) -> Expr:
    """Return the array of zeros with this shape; the number 0 if it is a scalar."""
    return number(0) if shape == SCALAR else Expr("zeros", (), shape)


def dimension(dim: Dim) -> Expr:
    """Return the dimension as a scalar, a number if it is known."""
    if dim.value is not None:
        return number(dim.value)
    return Expr("dimension", (), SCALAR, dim)


def is_zero(expr: Expr) -> bool:
    """Return whether the expression is the number or the array zero."""
    return expr.op == "zeros" or (expr.op == "number" and expr.data == 0)
