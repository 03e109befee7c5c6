"""Names of SymPy's symbols as names of the language, and what is declared of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import sympy

from matcalc.errors import MatcalcError
from matcalc.expression import ONE, SCALAR, Dim, Expr, Shape, describe_shape, variable
from matcalc.functions import BY_CALL
from matcalc.interop.sizes import size_from_sympy
from matcalc.language import GREEK, Declaration, by_plain_name, parse_declaration, plain_name
from matcalc.language.lookalikes import Spelling
from matcalc.language.token_kinds import CONSTANTS, NUMBERS

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
    found = plain_name(stripped)
    if not _NAME.fullmatch(found):
        raise MatcalcError("E402", f"the symbol {name!r} of SymPy cannot be a name here", help=_RENAME)
    if found in BY_CALL or found in CONSTANTS or found in NUMBERS or found == "where":
        message = f"the symbol {name!r} of SymPy has a name that means something else here"
        raise MatcalcError("E402", message, help=_RENAME)
    return found


class Names:
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
                "E402", message, help="rename one; symbols differ also in assumptions and size"
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
        stated = ("nonnegative",) if symbol.is_extended_nonnegative else ()
        return self._variable(name, SCALAR, (*stated, "positive") if symbol.is_extended_positive else stated)

    def matrix(self, symbol: Any) -> Expr:
        """Return the variable that a matrix symbol is."""
        name = self._claim(symbol)
        if name in self.sizes:
            raise MatcalcError("E402", f"{name} is a matrix and also a size", help=_RENAME)
        return self._variable(name, self.shape(symbol), ())

    def _variable(self, name: str, shape: Shape, stated: tuple[str, ...]) -> Expr:
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
