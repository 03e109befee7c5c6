"""Names, sizes and shapes of SymPy's symbols, what is declared of them, and the errors about parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import reduce
from typing import Any

import sympy

from matcalc.errors import MatcalcError
from matcalc.expression import MAX_POWER, ONE, SCALAR, Dim, Expr, Shape, describe_shape, variable
from matcalc.functions import BY_CALL, PROPERTIES
from matcalc.language import GREEK, Declaration, by_plain_name, parse_declaration, plain_name
from matcalc.language.names import Spelling
from matcalc.language.syntax import CONSTANTS, NUMBERS


def size_to_sympy(dim: Dim) -> Any:
    """Return the dimension as SymPy writes it, its symbols being positive integers.

    >>> size_to_sympy(Dim.symbol("m") * Dim.symbol("n") + Dim.number(2))
    m*n + 2
    """
    terms = []
    for monomial, coefficient in dim.terms:
        names = [sympy.Symbol(name, integer=True, positive=True) for name in monomial]
        terms.append(sympy.Mul(sympy.Rational(coefficient.numerator, coefficient.denominator), *names))
    return sympy.Add(*terms)


def size_from_sympy(size: Any, name_of: Callable[[Any], str]) -> Dim:
    """Return the dimension that SymPy writes as ``size``.

    ``name_of`` returns the name of a symbol. Raises E506 for what is no sum of products of
    positive numbers and symbols, such as ``n - 1``.
    """
    dim = _polynomial(size, name_of)
    if dim is None or not dim.is_size:
        message = f"the size {size} of SymPy is not supported"
        raise MatcalcError("E506", message, help="sizes are n, 3, n*p, m+n")
    return dim


def _polynomial(size: Any, name_of: Callable[[Any], str]) -> Dim | None:
    if size.is_Integer:
        return Dim.number(int(size))
    if size.is_Symbol:
        return Dim.symbol(name_of(size))
    if size.is_Pow:
        base, exponent = size.args
        if not (exponent.is_Integer and 0 < exponent <= MAX_POWER):
            return None
        inner = _polynomial(base, name_of)
        return inner and reduce(Dim.__mul__, [inner] * int(exponent), ONE)
    if not (size.is_Add or size.is_Mul):
        return None
    parts = [_polynomial(arg, name_of) for arg in size.args]
    dims = [part for part in parts if part is not None]
    if len(dims) < len(parts):
        return None
    return reduce(Dim.__add__ if size.is_Add else Dim.__mul__, dims)


_OTHERS = "docs/sympy.md lists what is supported"


def distinct(root: Any) -> Iterator[Any]:
    """Yield each distinct part of a SymPy expression once."""
    seen, stack = {root}, [root]
    while stack:
        node = stack.pop()
        yield node
        for arg in node.args:
            if isinstance(arg, sympy.Basic) and arg not in seen:
                seen.add(arg)
                stack.append(arg)


def refusal(node: Any, help_text: str = _OTHERS) -> MatcalcError:
    """Return the error that this part is not supported, by the name of its class."""
    name = type(node).__name__
    return MatcalcError("E506", f"{name} of SymPy is not supported: {_shortened(node)}", help=help_text)


def _shortened(node: Any) -> str:
    """Return the beginning of the text of an expression; long ones take SymPy long to write."""
    if sum(1 for _, _ in zip(sympy.preorder_traversal(node), range(100), strict=False)) == 100:
        return "it is long"
    text = " ".join(str(node).split())
    return text if len(text) <= 60 else text[:57] + "..."


_NAME = re.compile(r"[^\W\d_ᵀᵗ][^\Wᵀᵗ]*")
_BRACED = re.compile(r"_\{([A-Za-z0-9]+)\}")
_RENAME = "give the symbol another name, of letters, digits and _"


def language_name(name: str) -> str:
    r"""Return the name in the language of a symbol that SymPy calls ``name``.

    Greek letters become their names, and braces around subscripts go. Raises E402 for what
    cannot be a name, among it the names of functions.

    >>> language_name("x_{12}"), language_name(r"\alpha"), language_name("α_1")
    ('x_12', 'alpha', 'alpha_1')
    """
    stripped = _BRACED.sub(r"_\1", name)
    if stripped.startswith("\\") and re.split(r"[_\d]", stripped[1:])[0] in GREEK:
        stripped = stripped[1:]
    word = plain_name(stripped)
    if not _NAME.fullmatch(word):
        raise MatcalcError("E402", f"the symbol {name!r} of SymPy cannot be a name here", help=_RENAME)
    if word in BY_CALL or word in CONSTANTS or word in NUMBERS or word == "where":
        message = f"the symbol {name!r} of SymPy has a name that means something else here"
        raise MatcalcError("E402", message, help=_RENAME)
    return word


class Symbols:
    """The variables and sizes that the symbols of a SymPy expression are.

    A symbol that occurs in a shape is a size everywhere. Raises E402 if two symbols would get
    one name, E111 if two look alike, E209 if a declaration contradicts the shape, E506 for symbols that are
    not real.
    """

    def __init__(self, sizes: Iterable[Any], declared: Mapping[str, str]):
        self._symbols: dict[str, Any] = {}
        self._looks: dict[str, str] = {}
        self._declared = {
            name: parse_declaration(name, text) for name, text in by_plain_name(declared).items()
        }
        self.variables: dict[str, Expr] = {}
        self.sizes = {self._claim(symbol) for symbol in sizes}
        self.sizes |= {s for d in self._declared.values() for dim in d.dims for s in dim.symbols}
        for name in self._declared:
            if name in self.sizes:
                raise MatcalcError("E402", f"{name} is declared, but it is a size of matrices")

    def _claim(self, symbol: Any) -> str:
        """Return the name of a symbol, which from now on is that of no other."""
        name = language_name(str(symbol.name))
        if self._symbols.setdefault(name, symbol) != symbol:
            message = f"two different symbols of SymPy are called {name}"
            raise MatcalcError(
                "E402", message, help="rename one; symbols also differ by assumptions and size"
            )
        other = self._looks.setdefault(Spelling(str(symbol.name), name).look, name)
        if other != name:
            message = f"the symbols {other} and {name} of SymPy look alike"
            raise MatcalcError("E111", message, help="rename one of them")
        return name

    def size(self, size: Any) -> Dim:
        """Return the dimension that SymPy writes as ``size``."""
        return size_from_sympy(sympy.sympify(size), self._claim)

    def shape(self, matrix: Any) -> Shape:
        """Return the shape of a matrix expression of SymPy."""
        return self.size(matrix.shape[0]), self.size(matrix.shape[1])

    def scalar(self, symbol: Any) -> Expr | Dim:
        """Return the variable that a scalar symbol is, or the dimension."""
        name = self._claim(symbol)
        if name in self.sizes:
            return Dim.symbol(name)
        if symbol.is_commutative is False or symbol.is_extended_real is False:
            raise MatcalcError("E506", f"the symbol {name} is not real", help="variables are real")
        stated = [
            prop.name for prop in PROPERTIES if prop.sympy and getattr(symbol, f"is_extended_{prop.sympy}")
        ]
        return self._variable(name, SCALAR, stated)

    def matrix(self, symbol: Any) -> Expr:
        """Return the variable that a matrix symbol is."""
        name = self._claim(symbol)
        if name in self.sizes:
            raise MatcalcError("E402", f"{name} is a matrix and also a size", help=_RENAME)
        return self._variable(name, self.shape(symbol), ())

    def _variable(self, name: str, shape: Shape, stated: Iterable[str]) -> Expr:
        declaration = self._declared.get(name)
        facts = frozenset(stated)
        if declaration is not None:
            _check_declaration(name, shape, declaration)
            facts |= set(declaration.facts)
        self.variables[name] = variable(name, shape, facts)
        return self.variables[name]

    def with_declared(self) -> dict[str, Expr]:
        """Return all variables: those that occur, and those that are only declared."""
        for name, declaration in self._declared.items():
            if name not in self.variables:
                shape = _declared_shape(declaration)
                if shape is None:
                    message = f"{name} does not occur, and its declaration says no size"
                    raise MatcalcError("E402", message, help="say its size, or leave the declaration out")
                self.variables[name] = variable(name, shape, frozenset(declaration.facts))
        return self.variables


def _declared_shape(declaration: Declaration) -> Shape | None:
    """Return the shape that a declaration gives, ``None`` if it leaves the size open."""
    kind, dims = declaration.kind, declaration.dims
    if kind == "scalar":
        return SCALAR
    if not dims:
        return None
    if kind in ("vector", "rowvector"):
        return (dims[0], ONE) if kind == "vector" else (ONE, dims[0])
    return dims[0], dims[-1]


def _check_declaration(name: str, shape: Shape, declaration: Declaration) -> None:
    kind, wanted = declaration.kind, _declared_shape(declaration)
    if wanted is not None:
        fits = wanted == shape
    elif kind in ("vector", "rowvector"):
        fits = shape[kind == "vector"] is ONE and shape != SCALAR
    else:
        fits = kind == "matrix" or shape[0] is shape[1]
    if not fits:
        said = f"{kind}({','.join(map(str, declaration.dims))})" if declaration.dims else kind
        message = f"{name} is declared {said}, but in SymPy it is {describe_shape(shape)}"
        raise MatcalcError("E209", message)
