"""The rule behind a line: words with formulas in letters of their own, and its source."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache, partial
from itertools import chain, count, groupby
from typing import NamedTuple

from matcalc.algebra import (
    Writing,
    as_written,
    laws_recorded,
    normalise,
    replaced,
    sides_as_printed,
    without_laws,
)
from matcalc.calculus import Path, entry_used, pullback, tangent
from matcalc.errors import MatcalcError
from matcalc.expression import Expr, dimension, variable, variables
from matcalc.expression.signatures import signature_of
from matcalc.functions import Function, Law
from matcalc.language import parse
from matcalc.printing import Latex, Text, write

#: Letters that a scalar, a column or any other array may be called instead.
_POOLS = {"scalar": "stcpqkh", "column": "uvwpqabcd", "array": "UVWPQRSABCDEF"}


def free_letter(last: str, pool: Iterable[str], taken: Collection[str]) -> str:
    """Return the first letter that is not taken, else the last resort, with underscores if it has to be."""
    words = chain(pool, (last + "_" * i for i in count()))
    return next(word for word in words if word not in taken)


def renaming(letters: Iterable[Expr], taken: Collection[str]) -> dict[str, str]:
    """Return new names for variables, if one of their kind is called like something that is taken."""
    own = {str(letter.data[0]): _kind(letter) for letter in letters}
    clashing = {kind for name, kind in own.items() if name in taken}
    used = {*taken, *own}
    found = {}
    for name, kind in own.items():
        if kind in clashing:
            found[name] = free_letter(f"{name}1", _POOLS[kind], used)
            used.add(found[name])
    return found


def _kind(letter: Expr) -> str:
    return "scalar" if letter.is_scalar else "column" if letter.is_column else "array"


def law_letters(law: Law) -> list[Expr]:
    """Return the variables of a law."""
    return list(variables(sides_as_printed(law)).values())


def condition_of(law: Law, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return under which conditions a law holds: a variable by its new name, and what it has to be."""
    return [(names.get(name, name), fact) for name, fact in law.conditions]


def renamed(expr: Expr, names: Mapping[str, str]) -> Expr:
    """Return an expression in normal form with other names for its variables."""
    new = {
        node: variable(names[name], node.shape, frozenset(node.data[1]))
        for name, node in variables([expr]).items()
        if name in names
    }
    with as_written(Writing()), laws_recorded(listed=False):
        return replaced(expr, new) if new else expr


def renamed_text(text: str, names: Mapping[str, str]) -> str:
    """Return a formula in the language with other names for its variables."""
    return re.sub(r"[A-Za-z_]\w*", lambda word: names.get(word[0], word[0]), text)


#: What belongs to a formula: an operator, a letter that is no article, and what has signs of the language.
_OPERATOR = re.compile(r"[-+=]|=>")
_LETTER = re.compile(r"\(*-?[B-HJ-Zb-hj-z][)']*")
_SIGNS = re.compile(r"[*'^\[\]=]|\w/|\w_\w|\w\(|\)/")
_NUMBER = re.compile(r"\(?\d[\d.]*\)?(?:[-/]\d+)?")
#: A name of which something is said; words are not.
_SUBJECT = re.compile(r"(\w+)(?= (?:is|moves) )")
#: What ends a formula, and formulas that such marks set apart.
_STOPS = ",.:;"
_FORMULAS = re.compile(rf"\S(?:.*?\S)??(?:[{_STOPS}](?= |$)|$)")


def prose(text: str, style: Latex, names: Collection[str] = ()) -> str:
    r"""Return words with the formulas in them in LaTeX; ``names`` are those of variables.

    >>> from matcalc.printing import LATEX
    >>> print(prose("Product s*X with a scalar, (G + G')/2", LATEX))
    Product $s X$ with a scalar, $\frac{G + G^{\top}}{2}$
    """
    found: list[str] = []
    for is_formula, group in groupby(_chunks(text, names), key=lambda chunk: chunk[0]):
        words = " ".join(word for _, word in group)
        found += (
            map(partial(_formula, style=style, names=names), _FORMULAS.findall(words))
            if is_formula
            else [style.prose(words)]
        )
    return " ".join(found)


def _chunks(text: str, names: Collection[str]) -> Iterator[tuple[bool, str]]:
    """Yield the words of a text, and whether each belongs to a formula."""
    subjects = {
        found.start() for found in _SUBJECT.finditer(text) if found[1] in names and found[1] != "this"
    }
    words = list(re.finditer(r"\S+", text))
    formulaic = [found.start() in subjects or _is_formula(found[0].rstrip(_STOPS)) for found in words]
    for i, found in enumerate(words):
        inside = all(formulaic[j] for j in (i - 1, i + 1) if 0 <= j < len(words)) and 0 < i < len(words) - 1
        is_formula = inside if _OPERATOR.fullmatch(found[0]) else formulaic[i]
        yield is_formula, found[0]


def _is_formula(word: str) -> bool:
    return bool(_LETTER.fullmatch(word) or (_SIGNS.search(word) and not _NUMBER.fullmatch(word)))


def _formula(text: str, style: Latex, names: Collection[str]) -> str:
    """Return a formula or an equation in LaTeX, as it stands if it is none."""
    body = text.rstrip(_STOPS)
    stop = text[len(body) :]
    try:
        sides = [write(without_laws(_read(side, names)), style) for side in body.split(" = ")]
    except MatcalcError:
        return rf"\texttt{{{style.prose(body)}}}{stop}"
    return f"${' = '.join(sides)}${stop}"


def _read(text: str, names: Collection[str]) -> Expr:
    """Return what a formula is read as; capital letters and names are square matrices, if they can be."""
    words = {word for word in re.findall(r"[A-Za-z]\w*", text) if word in names or word in "GXYZSUV"}
    for kinds in (dict.fromkeys(words, "matrix(n,n)"), {}, dict.fromkeys(words, "vector(n)")):
        try:
            return parse(text, kinds).expr
        except MatcalcError as error:
            failure = error
    raise failure


class Equation(NamedTuple):
    """Something, as it is written, and what it is equal to."""

    left: str
    right: Expr

    def written(self, style: Text) -> str:
        """Return both sides."""
        return f"{self.left} = {write(self.right, style)}"


class Reason(NamedTuple):
    """The rule for one argument of an operation.

    ``words`` say what backpropagation does, ``doc`` what the operation is. ``value`` is that with letters for
    its arguments, ``pulled`` what the derivative ``G`` by the value contributes to ``argument``, and
    ``differential`` that of the value.
    """

    words: str
    doc: str
    value: Expr
    argument: str
    pulled: Expr
    differential: Expr
    source: str

    def equations(self, style: Text, whole: str, taken: Collection[str]) -> tuple[Equation, str, Equation]:
        """Return the rule as backpropagation uses it: two equations are given, the third follows.

        No letter in it is one of those that are ``taken``.
        """
        names = renaming(variables([self.value]).values(), taken)
        used = {*taken, *(names.get(name, name) for name in variables([self.value]))}
        letter = free_letter("Z1", "ZVYWUSQPR", used)
        names["G"] = free_letter("G1", "GHFEDC", {*used, letter})
        argument = style.name(names.get(self.argument, self.argument))
        return (
            Equation(style.name(letter), renamed(self.value, names)),
            f"{style.name(names['G'])} = {style.partial(whole, style.name(letter))}",
            Equation(style.partial(whole, argument), renamed(self.pulled, names)),
        )

    def formula(self, style: Text, whole: str = "L", taken: Collection[str] = ()) -> str:
        """Return the rule as backpropagation uses it."""
        value, cotangent, pulled = self.equations(style, whole, taken)
        words = [style.words(text) for text in ("if ", " and ", ", then ")]
        return f"{words[0]}{value.written(style)}{words[1]}{cotangent}{words[2]}{pulled.written(style)}"

    def described(self, taken: Collection[str] = ()) -> str:
        """Return what the operation is, with the letters of :meth:`differential_equation`."""
        return renamed_text(self.doc, renaming(variables([self.value]).values(), taken))

    def differential_equation(self, style: Text, taken: Collection[str] = ()) -> Equation:
        """Return the rule as a differential."""
        names = renaming(variables([self.value]).values(), taken)
        names |= {f"d{name}": f"d{new}" for name, new in names.items()}
        value = write(renamed(self.value, names), style)
        return Equation(style.differential(value), renamed(self.differential, names))


def reasons(path: Path) -> list[Reason]:
    """Return the rules that are used along a path, each once, from the value down."""
    found = []
    for node, position in zip(path.nodes, path.positions, strict=False):
        used = entry_used(node, position)
        if used is not None:
            found.append(reason_of(*used))
    return list(dict.fromkeys(found))


@cache
def reason_of(entry: Function, position: int) -> Reason:
    """Return the rule for one argument of a function."""
    arguments = signature_of(entry).arguments
    letters = [dimension(a.shape[0]) if a.is_dim else variable(a.name, a.shape) for a in arguments]
    moves = {
        letter: variable(f"d{a.name}", a.shape)
        for letter, a in zip(letters, arguments, strict=True)
        if not a.is_dim
    }
    written = Expr(entry.name, tuple(letters), signature_of(entry).result)
    with as_written(Writing()), laws_recorded(listed=False):
        value = normalise(written)
        pulled = normalise(pullback(entry, position))
        return Reason(
            _words(entry, position),
            entry.doc.rstrip("."),
            value,
            arguments[position].name,
            pulled,
            tangent(written, moves),
            entry.source,
        )


def _words(entry: Function, position: int) -> str:
    stated = [words for words in entry.rules[: position + 1] if words]
    if stated:
        return stated[-1]
    if entry.elementwise:
        return f"{entry.name} works on each entry: the derivative is multiplied by its own, entry by entry"
    if entry.adjoint:
        return f"{entry.name} is linear in its argument: the derivative goes back by its adjoint"
    return f"the differential of {entry.name}, transposed"
