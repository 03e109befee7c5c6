"""What the fields of an entry say: how a function is written, and what is read from their text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from enum import Enum, IntEnum
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from matcalc.functions.properties import PROPERTIES, property_named

T = TypeVar("T")


class lazy_property(cached_property[T]):  # used as `property` is
    """A property that is computed when it is first used, without a lock.

    Python 3.11 holds one meanwhile, for all instances: a process forked then would wait for it forever.
    """

    def __init__(self, function: Callable[[Any], T]):
        super().__init__(function)
        self.lock = nullcontext()


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
    a scalar is written so. ``operator`` marks a call that typeset mathematics has an upright word for,
    ``bare`` one that a single name commonly follows without brackets.
    """

    name: str = ""
    fixity: Fixity = Fixity.CALL
    precedence: Precedence = Precedence.ATOM
    of_scalars: bool = False
    operator: bool = False
    bare: bool = False

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
LOG_DETERMINANT = Notation("log det", precedence=Precedence.PREFIX, bare=True)


def named(name: str) -> Notation:
    """Return the notation of a call that has this name in mathematics."""
    return Notation(name)


def operator(name: str, *, bare: bool = False) -> Notation:
    """Return the notation of a call by a word of mathematics: ``exp``, or ``sin`` with ``sin x``."""
    return Notation(name, operator=True, bare=bare)


#: What a condition says; ``{0}`` is the argument, ``{1}`` the other one.
CONDITION_WORDS: dict[str, str] = {
    "positive": "{0} is positive",
    "no-kink": "no entry of {0} is zero, or where it always is",
    "nonzero": "{0} is not zero",
    "inside-unit": "{0} lies between -1 and 1",
    "above-one": "{0} is above 1",
    "above-minus-one": "{0} is above -1",
    "sine-nonzero": "{0} is no multiple of π",
    "cosine-nonzero": "{0} is no odd multiple of π/2",
    "invertible": "{0} is invertible",
    "positive-determinant": "{0} has a positive determinant",
    "positive-definite": "{0} is positive definite",
    "full-rank": "{0} has full rank",
    "base-of-power": "{0} is positive, or {1} is an integer, not negative where {0} is zero",
    "differs-from": "{0} and {1} differ in each entry, or are always equal there",
    "single-peak": "only one entry of {0} has the largest absolute value, and it is not zero",
    "single-largest": "only one entry of {0} is the largest",
    "single-smallest": "only one entry of {0} is the smallest",
    "several-rows": "{0} has at least two rows",
    "varied": "the entries of {0} are not all the same",
    "all-different": "the entries of {0} all differ",
    "simple-spectrum": "the eigenvalues of {0} all differ",
    "simple-largest": "the largest eigenvalue of {0} is not repeated",
    "simple-smallest": "the smallest eigenvalue of {0} is not repeated",
    "simple-singular-values": "the largest singular value of {0} is not zero, and the only one of its size",
    "principal": "the eigenvalues of {0} have positive real parts",
    "sylvester": "no eigenvalue of {0} is the negative of one of {1}",
}
#: What the condition on a power says where the exponent is a number, by whether that is whole and positive.
POWER_WORDS = {
    (True, True): "{0} is finite",
    (True, False): "{0} is not zero",
    (False, True): "{0} is not negative",
    (False, False): "{0} is positive",
}


#: Facts of shape and form: conditions, but no properties.
FORM_FACTS = ("square", "even-size", "entrywise", "plain")


class Condition(NamedTuple):
    """A fact of an argument; of each one if ``argument`` is ``all``, of one at least if it is ``any``."""

    argument: str
    fact: str


class Clause(NamedTuple):
    """Facts of a value that follow from conditions on the arguments."""

    facts: frozenset[str]
    conditions: tuple[Condition, ...]


class Domain(NamedTuple):
    """Where a function is defined: a condition on an argument, for some together with another one."""

    argument: str
    condition: str
    other: str = ""

    def in_words(
        self, texts: Mapping[str, str] | None = None, numbers: Mapping[str, int | Fraction] | None = None
    ) -> str:
        """Return what it says; ``texts`` are what to call the arguments, ``numbers`` those that are known.

        >>> Domain("X", "positive").in_words(), Domain("X", "positive").in_words({"X": "A*x"})
        ('X is positive', 'A*x is positive')
        >>> Domain("s", "base-of-power", "t").in_words(numbers={"t": -1})
        's is not zero'
        """
        called = [(texts or {}).get(name, name) for name in (self.argument, self.other)]
        exponent = (numbers or {}).get(self.other) if self.condition == "base-of-power" else None
        if exponent is not None:
            return POWER_WORDS[exponent.denominator == 1, exponent >= 0].format(*called)
        return CONDITION_WORDS[self.condition].format(*called)


class Example(NamedTuple):
    """An expression, a variable, and the derivative with respect to it."""

    value: str
    wrt: str
    derivative: str


class Counterpart(NamedTuple):
    """A function of SymPy with its arguments: names of the entry's arguments, or numbers."""

    name: str
    arguments: tuple[str | Fraction, ...]


class ArrayEntry(NamedTuple):
    """An array with the indices of one entry of it."""

    array: str
    indices: tuple[str, ...]


def arguments_of(signature: str) -> tuple[str, ...]:
    """Return the names of the arguments.

    >>> arguments_of("X: (m,n), t: () -> (m,n)")
    ('X', 't')
    """
    names = tuple([text.split()[-1] for text in signature.split(":")[:-1]])
    if not names or not all(name.isidentifier() for name in names):
        raise ValueError(f"{signature} names no arguments")
    if len(set(names)) < len(names):
        raise ValueError(f"{signature} uses a name twice")
    return names


def for_each(text: str, arguments: Sequence[str]) -> tuple[str, ...]:
    """Return the parts between semicolons, one for each argument, the last ones empty if there are fewer."""
    parts = [part.strip() for part in text.split(";")]
    if len(parts) > len(arguments):
        raise ValueError(f"there are more than arguments: {text}")
    return (*parts, *[""] * (len(arguments) - len(parts)))


def example_of(text: str) -> Example:
    """Return the three parts of an example."""
    parts = [part.strip() for part in text.split(";")]
    if len(parts) != 3 or not all(parts):
        raise ValueError(f"expected an expression; a variable; a derivative, not {text}")
    return Example(*parts)


def domain_of(text: str, arguments: Sequence[str]) -> Domain | None:
    """Return the domain, ``None`` for a function that is defined everywhere."""
    if not text:
        return None
    match text.split():
        case [argument, condition, *others] if len(others) < 2:
            if condition not in CONDITION_WORDS:
                raise ValueError(f"{condition} is no condition")
            if not {argument, *others} <= set(arguments):
                raise ValueError(f"{text} is about no argument")
            return Domain(argument, condition, *others)
    raise ValueError(f"expected an argument and a condition, not {text}")


def clauses_of(text: str, arguments: Sequence[str]) -> tuple[Clause, ...]:
    """Return the facts of the value, with the conditions under which it has them.

    >>> [clause.conditions for clause in clauses_of("positive; spd if all spd", ["X"])]
    [(), (Condition(argument='all', fact='spd'),)]
    """
    parts = [part for part in text.split(";") if part.strip()]
    clauses = [_clause(clause) for part in parts for clause in _for_each_linear(part)]
    for condition in [condition for clause in clauses for condition in clause.conditions]:
        if condition.argument not in (*arguments, "all", "any"):
            raise ValueError(f"{' '.join(condition)} is about no argument")
    return tuple(clauses)


def _clause(text: str) -> Clause:
    facts, _, conditions = text.partition(" if ")
    return Clause(frozenset(property_named(fact).name for fact in facts.split()), conditions_of(conditions))


def conditions_of(text: str) -> tuple[Condition, ...]:
    """Return the conditions between commas.

    >>> conditions_of("X spd, s positive")
    (Condition(argument='X', fact='spd'), Condition(argument='s', fact='positive'))
    """
    conditions = []
    for part in filter(None, map(str.strip, text.split(","))):
        if len(part.split()) != 2:
            raise ValueError(f"a condition is an argument and a fact, not {part}")
        condition = Condition(*part.split())
        if condition.fact not in FORM_FACTS:
            property_named(condition.fact)
        conditions.append(condition)
    return tuple(conditions)


def kept_facts(text: str, function: str) -> tuple[str, ...]:
    """Return the facts that a value has if all arguments have them: the entry says so, or that of a property.

    >>> kept_facts("positive", "expm")
    ('positive', 'circulant')
    """
    stated = [fact for word in text.split() for fact in _for_each_linear(word)]
    stated += [each.name for each in PROPERTIES if function in each.kept_by]
    return tuple([property_named(fact).name for fact in dict.fromkeys(stated)])


def _for_each_linear(text: str) -> list[str]:
    """Return what is said of ``linear`` properties for each one whose values are a linear space."""
    if "linear" not in text.split():
        return [text]
    return [re.sub(r"\blinear\b", each.name, text) for each in PROPERTIES if each.linear]


def counterparts_of(text: str, arguments: Sequence[str]) -> tuple[tuple[Counterpart, ...], str]:
    """Return the functions of SymPy that are named, and the definition by others, empty if there is none.

    >>> counterparts_of("sympy:Max(X, 0); = (X + abs(X))/2", ["X"])
    ((Counterpart(name='Max', arguments=('X', Fraction(0, 1))),), '(X + abs(X))/2')
    """
    counterparts, definition = [], ""
    for part in filter(None, map(str.strip, text.split(";"))):
        if part.startswith("="):
            definition = part.removeprefix("=").strip()
            continue
        if not part.startswith("sympy:"):
            raise ValueError(f"{part} is no function, such as sympy:exp, and no definition, such as = 1/X")
        name, given = call_of(part.removeprefix("sympy:"))
        if unknown := [word for word in given if isinstance(word, str) and word not in arguments]:
            raise ValueError(f"{', '.join(unknown)} in {part} is no argument")
        counterparts.append(Counterpart(name, given or tuple(arguments)))
    return tuple(counterparts), definition


def call_of(text: str) -> tuple[str, tuple[str | Fraction, ...]]:
    """Return the name of a function, and the names and numbers in the brackets after it.

    >>> call_of("Heaviside(X, 1/2)"), call_of("Exp1")
    (('Heaviside', ('X', Fraction(1, 2))), ('Exp1', ()))
    """
    name, _, inside = text.rstrip(")").partition("(")
    words = [word.strip() for word in inside.split(",") if word.strip()]
    return name, tuple([word if word.isidentifier() else Fraction(word) for word in words])


def array_entries_of(text: str) -> tuple[ArrayEntry, ...]:
    """Return the factors of an entry of the value.

    >>> array_entries_of("x[i]*I(n)[i,j]")
    (ArrayEntry(array='x', indices=('i',)), ArrayEntry(array='I(n)', indices=('i', 'j')))
    """
    factors = []
    for factor in text.split("]*") if text else ():
        array, _, indices = factor.removesuffix("]").rpartition("[")
        letters = tuple(indices.split(","))
        if not array or "]" in array or not all(len(letter) == 1 and letter.isalpha() for letter in letters):
            raise ValueError(f"expected a product of entries, not {text}")
        factors.append(ArrayEntry(array, letters))
    return tuple(factors)
