"""What a derivation is made of: the question, its lines, which are equations, and the rules behind them."""

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
from matcalc.calculus import Assignment, Occurrence, Path, Traced, entry_used, formula_of, pullback, tangent
from matcalc.errors import MatcalcError
from matcalc.expression import Expr, dimension, variable, variables
from matcalc.expression.signatures import operation_of, signature_of
from matcalc.functions import Function, Law
from matcalc.language import parse
from matcalc.printing import TEXT, Latex, Text, write, write_named

#: Letters that a scalar, a column or any other array may be called instead.
_POOLS = {"scalar": "stcpqkh", "column": "uvwpqabcd", "array": "UVWPQRSABCDEF"}


def free_letter(last: str, pool: Iterable[str], taken: Collection[str]) -> str:
    """Return the first letter that is not taken, else the last resort, with underscores if it has to be."""
    words = chain(pool, (last + "_" * i for i in count()))
    return next(word for word in words if word not in taken)


def renaming(letters: Iterable[Expr], taken: Collection[str]) -> dict[str, str]:
    """Return new names for variables, if one of their kind is called like something that is taken."""
    kinds = {str(letter.data[0]): _kind(letter) for letter in letters}
    clashing = {kind for name, kind in kinds.items() if name in taken}
    used = {*taken, *kinds}
    renamed = {}
    for name, kind in kinds.items():
        if kind in clashing:
            renamed[name] = free_letter(f"{name}1", _POOLS[kind], used)
            used.add(renamed[name])
    return renamed


def _kind(letter: Expr) -> str:
    return "scalar" if letter.is_scalar else "column" if letter.is_column else "array"


def law_letters(law: Law) -> list[Expr]:
    """Return the variables of a law."""
    return list(variables(sides_as_printed(law)).values())


def conditions_named(law: Law, names: Mapping[str, str]) -> list[tuple[str, str]]:
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
_SUBJECT = re.compile(r"(\w+)(?= (?:is|are) )")
#: What ends a formula, and formulas that such marks set apart.
_STOPS = ",.:;"
_FORMULAS = re.compile(rf"\S(?:.*?\S)??(?:[{_STOPS}](?= |$)|$)")


def prose(text: str, style: Latex, names: Collection[str] = ()) -> str:
    r"""Return words with the formulas in them in LaTeX; ``names`` are those of variables.

    >>> from matcalc.printing import LATEX
    >>> print(prose("Product s*X with a scalar, (G + G')/2", LATEX))
    Product $s X$ with a scalar, $\frac{G + G^{\top}}{2}$
    """
    pieces: list[str] = []
    for is_formula, group in groupby(_chunks(text, names), key=lambda chunk: chunk[0]):
        words = " ".join(word for _, word in group)
        pieces += (
            map(partial(_formula, style=style, names=names), _FORMULAS.findall(words))
            if is_formula
            else [style.prose(words)]
        )
    return " ".join(pieces)


def _chunks(text: str, names: Collection[str]) -> Iterator[tuple[bool, str]]:
    """Yield the words of a text, and whether each belongs to a formula."""
    subjects = {word.start() for word in _SUBJECT.finditer(text) if word[1] in names and word[1] != "this"}
    words = list(re.finditer(r"\S+", text))
    formulaic = [word.start() in subjects or _is_formula(word[0].rstrip(_STOPS)) for word in words]
    for i, word in enumerate(words):
        inside = all(formulaic[j] for j in (i - 1, i + 1) if 0 <= j < len(words)) and 0 < i < len(words) - 1
        is_formula = inside if _OPERATOR.fullmatch(word[0]) else formulaic[i]
        yield is_formula, word[0]


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
    its arguments, ``pulled`` what the cotangent ``G`` of the value contributes to ``argument``, and
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
    rules = []
    for node, position in zip(path.nodes, path.positions, strict=False):
        used = entry_used(node, position)
        if used is not None:
            rules.append(reason_of(*used))
    return list(dict.fromkeys(rules))


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
    written = Expr(operation_of(entry), tuple(letters), signature_of(entry).result)
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
        return f"{entry.name} works on each entry: the derivative is multiplied by that of {entry.name}"
    if entry.adjoint:
        return f"{entry.name} is linear in its argument: its adjoint takes the derivative back"
    return f"the differential of {entry.name}, transposed"


STYLES = ("backprop", "differential")
#: How much is said: the lines alone, or also rules, sources and laws.
LEVELS = ("full", "brief")
#: Lines of more names, numbers and operators than this are left out if they only lead to shorter ones.
LARGEST = 120
#: What the parts of a derivation are called, in their order.
HEADINGS = {
    "value": "values",
    "derivative": "derivatives with respect to these values, from the last to the first",
    "differential": "differentials of these values, from the last to the first",
    "path": "contributions of the paths",
    "substitution": "differentials substituted into one another",
    "result": "result",
}


#: A part of a note: words, an expression, or a name and what it is equal to.
Remark = str | Expr | tuple[str, Expr]


class Question(NamedTuple):
    """What is explained: the gradient of a value with respect to a variable.

    ``trace`` is the evaluation trace. ``gradient`` is the result, in which ``names`` stand for parts;
    ``choice`` says how the gradient respects the structure of the variable, ``note`` says it in words. No
    new name is one of ``taken``. ``laws`` simplified the expression beforehand; ``presented`` says how the
    gradient was presented in the end.
    """

    trace: Traced
    gradient: Expr
    names: Mapping[Expr, str]
    choice: str
    note: str
    taken: frozenset[str]
    laws: tuple[Law, ...] = ()
    presented: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[Assignment, ...]:
        """The lines of the trace."""
        return self.trace.lines

    @property
    def variable(self) -> Expr:
        """The variable of differentiation."""
        return self.trace.leaf

    @property
    def whole(self) -> str:
        """The name of the value."""
        return self.lines[-1].name


class Line(NamedTuple):
    """One line of a derivation: something is equal to ``right``.

    ``kind`` says what that is: the ``value`` of ``name``; the ``derivative`` with respect to it; a
    ``differential``; what the ``path`` with the numbers ``name`` contributes; or, without a name, the same
    as in the line before. ``through`` is the line whose contribution alone is meant. Later lines write
    ``symbol`` for it. In ``right``, which is as it is written, ``names`` stand for parts; those that are
    ``told`` are defined after it. ``note`` says how the line follows, in words, expressions and equations;
    ``reasons`` and ``laws`` are the rules it follows by.
    """

    part: str
    kind: str
    name: str
    right: Expr
    note: tuple[Remark, ...] = ()
    reasons: tuple[Reason, ...] = ()
    laws: tuple[Law, ...] = ()
    symbol: str = ""
    names: Mapping[Expr, str] = {}
    told: frozenset[str] = frozenset()
    through: str = ""

    def __repr__(self) -> str:
        """Return what the line is about, and what that is equal to."""
        about = " ".join(filter(None, (self.kind, self.name, self.through and f"through {self.through}")))
        return f"<Line: {about} = {self.written(TEXT)}>"

    def __hash__(self) -> int:
        """Return a hash that agrees with equality."""
        return hash((self.part, self.kind, self.name, self.right))

    def left(self, style: Text, whole: str) -> str:
        """Return what the line is about, empty if that is what the one before is about."""
        name = style.name(self.name)
        if self.kind == "path":
            text = style.words(f"path {self.name}" if self.name.isdigit() else f"paths {self.name}".strip())
        elif self.kind == "derivative":
            text = style.partial(style.name(whole), name)
        else:
            text = name
        if not self.name and self.kind != "path":
            return ""
        if self.through:
            return f"{text}{style.words(' through ')}{style.name(self.through)}"
        return f"{style.name(self.symbol)} = {text}" if self.symbol else text

    def written(self, style: Text) -> str:
        """Return the right side."""
        names = {node: name for node, name in self.names.items() if node is not self.right}
        return write_named(self.right, style, names, self.told)

    def said(self, style: Text) -> str:
        """Return the note: words, with spaces where they meet formulas."""
        text = ""
        for i, remark in enumerate(self.note):
            if isinstance(remark, str):
                text += style.words(" " * (i > 0) + remark + " " * (i < len(self.note) - 1))
            elif isinstance(remark, tuple):
                text += f"{style.name(remark[0])} = {write(remark[1], style)}"
            else:
                text += write(remark, style)
        return text


def occurrence_text(occurrence: Occurrence) -> str:
    """Return where a symbol stands: ``W' in N = W'*M``."""
    line = occurrence.line
    return f"{write(occurrence.written, TEXT)} in {line.name} = {write(formula_of(line), TEXT)}"


def names_in(lines: Iterable[Line]) -> set[str]:
    """Return the names in some lines, and those of their sizes."""
    names = set()
    for line in lines:
        names |= {*variables([line.right]), line.name, line.symbol, line.through, *line.names.values()}
        names |= {name for dim in line.right.shape for name in dim.symbols}
    return names
