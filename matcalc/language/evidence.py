"""What a letter usually is, which is the evidence of names for the kinds that a reading gives them.

The weights are those of a reading's oddities: the less usual, the heavier. The lightest reading is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from matcalc.functions.named import ENTRYWISE
from matcalc.language.declarations import FAMILY_OF_MATRICES, Declaration
from matcalc.language.names import is_greek, is_scalar_letter, stem
from matcalc.language.syntax import Syntax


class Letter(NamedTuple):
    """A class of names: what they usually are, and the weight of anything else."""

    names: str
    default: str
    weights: Mapping[str, int]
    holds: Callable[[str, str], bool]


def is_capital(name: str) -> bool:
    """Return whether a name is that of a matrix by default; ``dX`` and ``ΔX`` are, differences of one."""
    word = stem(name)
    rests = (word.removeprefix(sign) for sign in ("Delta", "delta", "d"))
    return next((rest for rest in rests if rest and rest != word), word)[0].isupper()


#: A name that has two indices in a sum.
PAIR = Letter(r"a name with two indices in a sum, `\sum_{i,j} a_{ij}`", "matrix", {}, lambda w, _: False)
#: A name that has an index in a sum: a vector of numbers, or a matrix whose rows are vectors.
FAMILY = Letter(r"a name with an index in a sum, `\sum_i y_i`", "vector", {"matrix": 9}, lambda w, _: False)
CAPITAL_FAMILY = Letter(
    r"a capital letter with an index in a sum, `\sum_i Y_i`",
    "vector",
    {"matrix": 9, FAMILY_OF_MATRICES: 25},
    lambda w, _: False,
)
BOLD_FAMILY = Letter(
    r"a small bold letter with an index in a sum, `\sum_i \mathbf{x}_i`", "matrix", {}, lambda w, _: False
)
MEAN_OF_FAMILY = Letter(
    r"the mean of a name with an index in a sum, `x_i - \bar{x}`", "scalar", {"vector": 9}, lambda w, _: False
)
#: The style of a letter with an arrow, which is a vector whatever the letter.
ARROW = "arrow"
#: Tried in order for the name without its subscript, and the style that it has: bold, an arrow, or none.
LETTERS = (
    PAIR,
    FAMILY,
    CAPITAL_FAMILY,
    BOLD_FAMILY,
    MEAN_OF_FAMILY,
    Letter(r"a letter with an arrow, `\vec F`", "vector", {}, lambda _, style: style == ARROW),
    Letter("a small bold letter", "vector", {}, lambda w, style: bool(style) and not is_capital(w)),
    Letter(
        "a small Greek letter, `eps`", "scalar", {"vector": 9, "matrix": 70}, lambda w, _: is_scalar_letter(w)
    ),
    Letter(
        "`C`, `D`, `G`, `M`, `N`, `T`", "matrix", {"scalar": 20, "vector": 36}, lambda w, _: w in {*"CDGMNT"}
    ),
    Letter("any other capital letter", "matrix", {"scalar": 60, "vector": 36}, lambda w, _: is_capital(w)),
    Letter("`a` to `g`", "vector", {"scalar": 8}, lambda w, _: w in {*"abcdefg"}),
    Letter("`i` to `n`, `s`, `t`", "vector", {"scalar": 9}, lambda w, _: w in {*"ijklmnst"}),
    Letter("a small Latin word", "vector", {"scalar": 10}, lambda w, _: len(w) > 1),
    Letter("`h`, `o`, `r`", "vector", {"scalar": 20}, lambda w, _: w in {*"hor"}),
    Letter("any other small letter", "vector", {"scalar": 80}, lambda w, _: True),
)

#: A name with this weight as a scalar is a vector, if anything is.
STRONG = 80
#: One with this weight is no scalar that divides.
LIKELY = 60


def letter_of(name: str, bold: Mapping[str, str] = MappingProxyType({})) -> Letter:
    """Return the class of a name; ``bold`` are the names that are written in bold or with an arrow.

    >>> letter_of("alpha_1").names, letter_of("W").default
    ('a small Greek letter, `eps`', 'matrix')
    """
    return next(letter for letter in LETTERS if letter.holds(stem(name), bold.get(name, "")))


def is_strong(name: str) -> bool:
    """Return whether a name is a vector, if anything is.

    >>> is_strong("x"), is_strong("lam"), is_strong("A")
    (True, False, False)
    """
    return letter_of(name).weights.get("scalar", 0) >= STRONG


def likely_kind(
    name: str, declared: Mapping[str, Declaration], bold: Mapping[str, str] = MappingProxyType({})
) -> str:
    """Return the kind that a name was declared to have, or else has by default."""
    return declared[name].kind if name in declared else letter_of(name, bold).default


#: Letters that are functions by convention: values, losses, maps.
_OBJECTIVES = frozenset(("f", "g", "h", "ell", "F", "H", "J", "L"))
#: Letters that name a matrix as often as a function of one with scalar values.
CAPITALS_NAMED = Letter("any other capital letter that is applied, `R(x)`", "scalar",
    {ENTRYWISE: 45, "vector": 20, "matrix": 30}, lambda w, _: w[0].isupper())  # fmt: skip
#: Classes of functions that are only named, by what their values are; ``entrywise`` is like the argument.
FUNCTIONS_NAMED = (
    Letter("a small Greek letter that is applied, `φ(A*x)`", ENTRYWISE,
        {"scalar": 20, "vector": 20, "matrix": 30}, lambda w, _: is_greek(w) and w not in _OBJECTIVES),
    Letter("a capital letter of functions, `F(X)`, `J(w)`", "scalar",
        {ENTRYWISE: 45, "vector": 20, "matrix": 30}, lambda w, _: w in _OBJECTIVES and w.isupper()),
    CAPITALS_NAMED,
    Letter("a small letter of functions, `f(x)`", "scalar", {ENTRYWISE: 20, "vector": 20, "matrix": 30},
        lambda w, _: w in _OBJECTIVES),
)  # fmt: skip


def function_letter(name: str, of_parameter: bool, bold: Mapping[str, str] = MappingProxyType({})) -> Letter:
    """Return the class of the name of a function; one of a parameter has values like a variable of this name.

    >>> function_letter("J", False).default, function_letter("phi_1", False).default
    ('scalar', 'entrywise')
    >>> function_letter("Sigma", True).default
    'matrix'
    """
    usual = [letter for letter in FUNCTIONS_NAMED if letter.holds(stem(name), "")]
    if stem(name) not in _OBJECTIVES and of_parameter:
        return letter_of(name, bold)
    return usual[0] if usual else FUNCTIONS_NAMED[-1]


def is_constant(node: Syntax, names: frozenset[str]) -> bool:
    """Return whether a node is one of these constants, with a size or without."""
    return (node.data if node.op == "name" else node.data[0] if node.op == "call" else "") in names
