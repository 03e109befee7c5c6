"""The evidence by which readings are weighed: what a letter usually is, and what people do not write.

The weights are those of a reading's oddities: the less usual, the heavier. The lightest reading is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from matcalc.language.declarations import Declaration
from matcalc.language.names import is_greek, stem


class Letter(NamedTuple):
    """A class of names: what they usually are, and the weight of anything else."""

    names: str
    default: str
    weights: Mapping[str, int]
    holds: Callable[[str, str], bool]


class Evidence(NamedTuple):
    """What people do not write, with its weight; ``words`` say for a note why it was not read so."""

    what: str
    weight: int
    words: str


def is_capital(name: str) -> bool:
    """Return whether a name is that of a matrix by default; ``dX`` is, the differential of a matrix."""
    word = stem(name)
    return word[0].isupper() or (word[0] == "d" and word[1:2].isupper())


#: A name that has two indices in a sum.
PAIR = Letter(r"a name with two indices in a sum, `\sum_{i,j} a_{ij}`", "matrix", {}, lambda w, _: False)
#: The style of a letter with an arrow, which is a vector whatever the letter.
ARROW = "arrow"
#: Tried in order for the name without its subscript, and the style that it has: bold, an arrow, or none.
LETTERS = (
    PAIR,
    Letter(r"a letter with an arrow, `\vec F`", "vector", {}, lambda _, style: style == ARROW),
    Letter("a small bold letter", "vector", {}, lambda w, style: bool(style) and not is_capital(w)),
    Letter("a small Greek letter", "scalar", {"vector": 9, "matrix": 70}, lambda w, _: is_greek(w)),
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

BEHIND = Evidence(
    "a scalar where a vector fits: a name after a row, `a'*x`; a function of scalar names, or a name that "
    "is a scalar by default, after a matrix, `X*β`",
    60,
    "a scalar is not written after an array",
)
OUTER = Evidence(
    "an outer product in front of a vector, where an inner one is possible, `c*w'*x`",
    75,
    "a row and a column side by side are an inner product",
)
ENTRYWISE = Evidence("an entrywise product of scalar names, `α.*β`", 30, "of scalars a product is written *")
POWER = Evidence(
    "a power of a vector, taken entry by entry, `x^2`",
    105,
    "of a vector it would be that of the entries",
)
SPREAD = Evidence(
    "the value of a function added to each entry of a matrix, `X - mean(X)`",
    20,
    "a scalar is not added to a matrix",
)
OBJECTIVE = Evidence(
    "a value that is no scalar, with a scalar made of arrays as a factor, `c*logdet(A)`",
    40,
    "otherwise the value would be no scalar",
)
SHIFTED = Evidence(
    "a value that is no scalar, with a scalar made of arrays as a term, `w_0 + sum(w.*x)`",
    95,
    OBJECTIVE.words,
)
TERM = Evidence("each further term of such a value", 12, OBJECTIVE.words)
NEVER = 1000
OF_ARRAYS = Evidence(
    "a function of arrays whose argument has scalar names only, `tr(β)`, `diag(λ)`",
    NEVER,
    "{function} is no function of scalars",
)
NORM = Evidence("a norm of scalar names only, `norm2(β)`", NEVER, "bars around a scalar are single")
TRANSPOSE = Evidence("the transpose of scalar names only, `(α - β)'`", NEVER, "a scalar has no transpose")
BEFORE_ONES = Evidence("a vector in front of `ones` without a size", 60, "ones is a vector")
NOTHING = Evidence(
    "a capital letter as a vector of which a function is itself, `vec(A)`", NEVER, "{function} is of matrices"
)
DIVISOR = Evidence(
    "a quotient of an array by `p`, `q`, `u` to `z` or a capital letter as scalars, `p/q`, `A/B`",
    NEVER,
    "arrays are divided by ./",
)
DETERMINANT = Evidence(
    "a determinant of a matrix with a scalar name after it, `|A*x|`",
    NEVER,
    "a scalar is not written after an array",
)
SHRUNK = Evidence(
    "a matrix and a vector side by side, both as scalars, `|A*x|`", NEVER, "they are a matrix and a vector"
)
MULTIPLE = Evidence(
    "an array times a power of a scalar that is named `p`, `q` or `u` to `z`, `m*v^2`",
    200,
    "it is multiplied by a power of a scalar",
)
BETWEEN = Evidence(
    "a capital or Greek letter as a vector between vectors, `x'*Q*x`",
    NEVER,
    "what is between vectors is a matrix",
)
MATRIX = Evidence("a Greek letter as a matrix in a sum, `A - λ`", NEVER, "a scalar is not added to a matrix")
EVIDENCE = (
    BEHIND,
    OUTER,
    ENTRYWISE,
    POWER,
    SPREAD,
    OBJECTIVE,
    SHIFTED,
    TERM,
    OF_ARRAYS,
    NORM,
    TRANSPOSE,
    DETERMINANT,
    SHRUNK,
    MULTIPLE,
    BETWEEN,
    MATRIX,
    BEFORE_ONES,
    NOTHING,
    DIVISOR,
)

#: A name with this weight as a scalar is a vector, if anything is.
STRONG = 80
#: One with this weight is no scalar that divides.
LIKELY = 60
#: Of two readings whose weights differ by no more than this neither is taken, unless one has the weight 0.
CLOSE = 10
#: So many capital letters may stand for something else than matrices in one reading.
MAX_CAPITALS = 2


def letter_of(name: str, bold: Mapping[str, str] = MappingProxyType({})) -> Letter:
    """Return the class of a name; ``bold`` are the names that are written in bold or with an arrow.

    >>> letter_of("alpha_1").names, letter_of("W").default
    ('a small Greek letter', 'matrix')
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
