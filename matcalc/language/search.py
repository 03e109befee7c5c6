"""The search for kinds: the lightest reading with which all sizes fit, why, and what it assumes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from matcalc.errors import Label, MatcalcError
from matcalc.functions.named import ENTRYWISE
from matcalc.language.calls import offsets
from matcalc.language.counterevidence import MAX_CAPITALS, NEVER, NO_SCALAR_VALUE
from matcalc.language.declarations import Declaration
from matcalc.language.evidence import (
    BOLD_FAMILY,
    CAPITAL_FAMILY,
    FAMILY,
    MEAN_OF_FAMILY,
    PAIR,
    Letter,
    function_letter,
    is_capital,
    letter_of,
)
from matcalc.language.named_calls import APPLIED, is_parameter
from matcalc.language.named_functions import function_with_values
from matcalc.language.names import stem
from matcalc.language.shape_errors import Conflict
from matcalc.language.shapes import Shapes
from matcalc.language.summation import MEMBER
from matcalc.language.syntax import Syntax, fault, names_below, syntax_postorder
from matcalc.language.weighing import Refused, Weighing

#: What the name of a mean ends in.
MEAN = "_bar"
#: So many names of one letter get a note each.
MANY = 3
#: How many readings whose sizes do not fit are tried.
MAX_READINGS = 30


class UnresolvedText(NamedTuple):
    """An expression that waits for its kinds: its nodes in order, and what is known of its names."""

    text: str
    root: Syntax
    order: list[Syntax]
    definitions: Mapping[str, Syntax]
    declared: Mapping[str, Declaration]
    dims: frozenset[str]
    undeclared: tuple[str, ...]
    bold: Mapping[str, str]
    functions: frozenset[str] = frozenset()


class Fit(NamedTuple):
    """Kinds with which the shapes fit; ``notes`` say which are no defaults, and why."""

    kinds: dict[str, Declaration]
    shapes: Shapes
    notes: tuple[str, ...]


def lightest_reading(text: UnresolvedText) -> Fit:
    """Return the reading that fits with the least evidence against it.

    It does not depend on what is asked of the text. Raises E206 if two readings are about as light, or too
    many are to be weighed, and the error of the default kinds if none fits, or none that anybody would write.
    """
    letters = _letters(text)
    defaults = {name: letter.default for name, letter in letters.items()}
    search = _Search(text, letters, defaults)
    if not defaults:
        return Fit(dict(text.declared), search.shapes({}), ())
    if (shapes := search.plain()) is not None:
        return Fit(search.declarations(defaults), shapes, ())
    readings = search.readings()
    if not readings or not search.is_plausible(readings[0]):
        raise search.first_error()
    if len(readings) > 1:
        raise _several_readings([(kinds, search.shapes(kinds)) for kinds in readings], defaults, text)
    [kinds] = readings
    return Fit(search.declarations(kinds), search.shapes(kinds), tuple(search.notes(kinds)))


def _letters(text: UnresolvedText) -> dict[str, Letter]:
    """Return the class of each name of which nothing was said."""
    of_names = [node for node in text.order if node.args and node.args[0].op == "name"]
    members = [node for node in of_names if node.op == MEMBER]
    letters = {name: letter_of(name, text.bold) for name in text.undeclared}
    if members:
        bold = {name.partition("_")[0] for name in text.bold if not is_capital(name)}
        families = {node.args[0].data for node in members}
        letters |= {
            name: BOLD_FAMILY if name in bold else CAPITAL_FAMILY if is_capital(name) else FAMILY
            for name in families
        }
        letters |= {name + MEAN: MEAN_OF_FAMILY for name in families if name + MEAN not in text.bold}
    letters |= {
        n.args[0].data: PAIR for n in of_names if n.op == "entries" or (n.op == MEMBER and len(n.data) > 1)
    }
    parameters: dict[str, bool] = {}
    for node in text.order:
        if node.op == APPLIED:
            name, *args = node.args
            of_parameter = all(arg.op == "name" and is_parameter(arg.data) for arg in args)
            parameters[name.data] = parameters.get(name.data, True) and of_parameter
    letters |= {name: function_letter(name, parameters[name], text.bold) for name in text.functions}
    return {name: letters[name] for name in text.undeclared}


class _Search:
    """The readings of one text, and why they are not others."""

    def __init__(self, text: UnresolvedText, letters: Mapping[str, Letter], defaults: dict[str, str]):
        self._text = text
        self._defaults = defaults
        self._letters = letters
        kinds = self.declarations(defaults)
        self._offsets = frozenset(offsets(text.order))
        self._weighing = Weighing(text.order, text.definitions, kinds, text.dims, letters, self._offsets)
        self._first: MatcalcError | None = None

    def declarations(self, kinds: Mapping[str, str]) -> dict[str, Declaration]:
        """Return what is said of all names."""
        undeclared = {
            name: Declaration(kind, source="default" if kind == self._defaults[name] else "inferred")
            for name, kind in kinds.items()
        }
        for name in self._text.functions & undeclared.keys():
            undeclared[name] = function_with_values(undeclared[name])
        return {**self._text.declared, **undeclared}

    def shapes(self, kinds: Mapping[str, str]) -> Shapes:
        """Return the shapes of all parts. Raises the error of the place where they do not fit."""
        try:
            return self._try(kinds)
        except Conflict as conflict:
            raise conflict.error from None

    def _try(self, kinds: Mapping[str, str]) -> Shapes:
        text = self._text
        declarations = self.declarations(kinds)
        return Shapes(text.order, text.definitions, declarations, text.dims, text.text, self._offsets)

    def plain(self) -> Shapes | None:
        """Return the shapes with the default kinds, if they fit and nothing speaks against them."""
        try:
            shapes = self._try(self._defaults)
        except Conflict as conflict:
            self._first = self._error_beyond(conflict)
            return None
        return None if self._weighing.against(self._defaults) else shapes

    def _error_beyond(self, conflict: Conflict) -> MatcalcError:
        """Return the error that is left if names that only divide or are exponents are scalars."""
        kinds = dict(self._defaults)
        counts = Counter(node.data for node in self._text.order if node.op == "name")
        for _ in range(MAX_READINGS):
            if conflict.error.code != "E208":
                break
            names = [name for name in names_below(conflict.node.args[-1]) if kinds.get(name) == "vector"]
            if not names or any(counts[name] > 1 for name in names):
                break
            kinds.update(dict.fromkeys(names, "scalar"))
            try:
                self._try(kinds)
            except Conflict as other:
                conflict = other
            else:
                break
        return conflict.error

    def readings(self) -> list[dict[str, str]]:
        """Return the lightest readings with which all sizes fit: none, one, or two of them.

        Raises E206 if some were left out that may be lighter.
        """
        refused: list[Refused] = []
        while len(refused) < MAX_READINGS:
            weight, readings = self._weighing.lightest(refused)
            dropped = self._weighing.dropped
            if dropped is not None and (not readings or dropped <= weight):
                label = f"{len(self._text.undeclared)} names without a declaration"
                raise _open(self._text, "too many readings fit nearly as well", label)
            before = len(refused)
            for kinds in readings:
                try:
                    self._try(kinds)
                except Conflict as conflict:
                    below = _names_below(conflict.node, self._text.definitions)
                    refused.append(Refused(conflict.node, {n: k for n, k in kinds.items() if n in below}))
            if len(refused) == before or not refused[-1].kinds:
                return readings if len(refused) == before else []
        return []

    def is_plausible(self, kinds: Mapping[str, str]) -> bool:
        """Return whether somebody would write a text that is to be read so."""
        values = [name for name in kinds if name not in self._text.functions]
        capitals = sum(self._defaults[name] == "matrix" != kinds[name] for name in values)
        return capitals <= MAX_CAPITALS and all(e.weight < NEVER for e in self._weighing.against(kinds))

    def first_error(self) -> MatcalcError:
        """Return the error of the default kinds, or E206 if nobody would write what they mean."""
        return self._first or _open(self._text, "no reading is likely", "of what kinds are its names?")

    def notes(self, kinds: Mapping[str, str]) -> Iterator[str]:
        """Yield which names have another kind than their default, and why; those of one letter together."""
        changed: dict[tuple[str, str], list[str]] = {}
        for name, kind in kinds.items():
            is_family = self._letters[name] in (FAMILY, CAPITAL_FAMILY)
            if kind != self._defaults[name] and not is_family and name not in self._text.functions:
                changed.setdefault((stem(name), kind), []).append(name)
        for (_, kind), names in changed.items():
            why = self._reason(names[0], kinds)
            if len(names) > MANY:
                yield f"{', '.join(names[:MANY])} and {len(names) - MANY} more are taken as {kind}s{why}"
            else:
                yield from (f"{name} is taken as a {kind}{why}" for name in names)

    def _reason(self, name: str, kinds: Mapping[str, str]) -> str:
        default = self._defaults[name]
        other = {**kinds, name: default}
        try:
            self._try(other)
        except Conflict:
            return ", so that all shapes fit"
        against = self._weighing.against(other) - self._weighing.against(kinds)
        if not self.shapes(kinds).is_scalar(self._text.root):
            against = Counter(
                {evidence: n for evidence, n in against.items() if evidence.words != NO_SCALAR_VALUE}
            )
        heaviest = max(against, key=lambda evidence: evidence.weight, default=None)
        return "" if heaviest is None else f"; {heaviest.words}"


def _names_below(node: Syntax, definitions: Mapping[str, Syntax]) -> set[str]:
    """Return the names under a node, those in definitions that it uses included."""

    def below(part: Syntax) -> tuple[Syntax, ...]:
        return (definitions[part.data],) if part.op == "name" and part.data in definitions else part.args

    return {part.data for part in syntax_postorder(node, below) if part.op == "name"}


def _several_readings(
    readings: list[tuple[dict[str, str], Shapes]], defaults: Mapping[str, str], text: UnresolvedText
) -> MatcalcError:
    readings = sorted(readings, key=lambda reading: [reading[0][name] == defaults[name] for name in defaults])
    (left, _), (right, _) = readings
    open_names = [name for name in left if left[name] != right[name]]
    first = {node.data: node for node in reversed(text.order) if node.op == "name"}
    labels = [Label(first[name].span, f"what is {name}?") for name in defaults if name in open_names]
    lines = [
        "with " + " and ".join(_described(n, kinds[n], text) for n in open_names) for kinds, _ in readings
    ]
    message = "several readings fit about equally well"
    help_text = "declare one of these names, for example as a scalar"
    if functions := [name for name in open_names if name in text.functions]:
        help_text = f"declare it, as in {functions[0]}: entrywise or {functions[0]}: vector(n) -> vector(m)"
    return MatcalcError("E206", message, labels=labels, notes=lines, help=help_text)


def _described(name: str, kind: str, text: UnresolvedText) -> str:
    if name not in text.functions:
        return f"{name} a {kind}"
    return f"{name} {kind}" if kind == ENTRYWISE else f"{name} a function with a {kind} as value"


def _open(text: UnresolvedText, message: str, label: str) -> MatcalcError:
    """Return E206 for a text in which some names have to be declared."""
    help_text = f"declare some of them, for example {text.undeclared[0]}"
    return fault("E206", message, text.root, label, help_text)
