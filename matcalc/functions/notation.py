"""How functions are written in mathematics: as calls, with signs after, between or around their arguments.

Styles of the printers have the signs themselves, by the names that are given here. A style that has none
for a notation writes a call.
"""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import NamedTuple


class Precedence(IntEnum):
    r"""How tightly a text binds: it gets brackets where something tighter is needed.

    A prefix binds what is after it, as ``\log\det X`` does: only as a last factor it needs no brackets.
    """

    SUM = 0
    PREFIX = 1
    PRODUCT = 2
    POWER = 3
    POSTFIX = 4
    ATOM = 5


class Fixity(Enum):
    """Where the sign of a function stands; that of a call is its name, with the arguments in brackets."""

    CALL = "call"
    POSTFIX = "postfix"
    INFIX = "infix"
    AROUND = "around"

    @property
    def arity(self) -> int | None:
        """How many arguments the sign is for, ``None`` for a call."""
        return {Fixity.CALL: None, Fixity.INFIX: 2}.get(self, 1)


class Notation(NamedTuple):
    """How a function is written: what its sign is called, where that stands, and how tightly it binds.

    The name of a call is that of the function in mathematics, if it has another one there: ``lambda_max``
    with a subscript, ``log det`` for a function of the value of a function. ``of_scalars`` says that only
    a scalar is written so.
    """

    name: str = ""
    fixity: Fixity = Fixity.CALL
    precedence: Precedence = Precedence.ATOM
    of_scalars: bool = False

    @property
    def argument_precedence(self) -> Precedence:
        """How tightly an argument has to bind to stand beside the sign without brackets."""
        return _OF_ARGUMENTS[self.fixity]


_OF_ARGUMENTS = {
    Fixity.CALL: Precedence.SUM,
    Fixity.AROUND: Precedence.SUM,
    Fixity.INFIX: Precedence.POWER,
    Fixity.POSTFIX: Precedence.ATOM,
}

CALL = Notation()
TRANSPOSE = Notation("transpose", Fixity.POSTFIX, Precedence.POSTFIX)
INVERSE = Notation("inverse", Fixity.POSTFIX, Precedence.POSTFIX)
PSEUDOINVERSE = Notation("pseudoinverse", Fixity.POSTFIX, Precedence.POSTFIX)
KRONECKER = Notation("Kronecker product", Fixity.INFIX, Precedence.PRODUCT)
SQUARE_ROOT = Notation("square root", Fixity.AROUND)
ABSOLUTE_VALUE = Notation("absolute value", Fixity.AROUND, of_scalars=True)
EUCLIDEAN_NORM = Notation("Euclidean norm", Fixity.AROUND)
FROBENIUS_NORM = Notation("Frobenius norm", Fixity.AROUND)
SUM_NORM = Notation("sum of absolute values", Fixity.AROUND)
MAXIMUM_NORM = Notation("largest absolute value", Fixity.AROUND)
SPECTRAL_NORM = Notation("spectral norm", Fixity.AROUND)
NUCLEAR_NORM = Notation("nuclear norm", Fixity.AROUND)
LOG_DETERMINANT = Notation("log det", precedence=Precedence.PREFIX)


def named(name: str) -> Notation:
    """Return the notation of a call that has this name in mathematics."""
    return Notation(name)


#: Signs that are read as functions: products, marks and roots, and what stands around an argument. What a
#: sign means of a matrix, where that is another function, comes second.
READ_AS: dict[str, tuple[str, ...]] = {
    "kronecker": ("kron",),
    "left_quotient": ("solve",),
    "pseudoinverse": ("pinv",),
    "root": ("sqrt",),
    "bars": ("abs", "det"),
    "exponential": ("exp", "expm"),
}
#: The function of which a second argument is the order; what it is with subscripts, and with words in quotes.
NORM = "norm"
NORMS: dict[str, tuple[str, ...]] = {
    "": (NORM,), "2": ("norm2", "specnorm"), "1": ("norm1",), "*": ("nucnorm",), "max": ("norminf",),
    **dict.fromkeys(("F", "fro"), ("normF",)),
    **dict.fromkeys(("inf", "infty", "∞"), ("norminf",)),
}  # fmt: skip
NORM_WORDS = {"fro": "normF", "nuc": "nucnorm"}
#: Functions that multiply as ``@`` does.
MATRIX_PRODUCTS = frozenset(("dot", "matmul"))
#: Functions of all entries: in front of them people square the entries, not the matrix.
OF_ENTRIES = frozenset(("sum", "mean", "var", "std", "rowsum", "colsum"))
#: Functions that people write right in front of a letter, as in ``logx``.
IN_FRONT = frozenset(
    ("log", "ln", "exp", "sin", "cos", "tan", "sinh", "cosh", "tanh", "tr", "det", "diag", "vec", "inv",
     "sqrt", "max", "min", "sum", "abs", "logdet", "trace"),
)  # fmt: skip
