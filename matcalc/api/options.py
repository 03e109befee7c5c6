"""What may be asked for: what arguments may be, and the options of derivatives, with which a text is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import wraps
from inspect import unwrap
from numbers import Integral
from typing import Any, NamedTuple, ParamSpec, TypeVar

from matcalc.algebra import is_symmetric, normal_forms, normalise
from matcalc.algebra.stacking import stacked
from matcalc.calculus import CHOICES, DEMANDING, FORMS, LAYOUTS, named_parts
from matcalc.errors import Label, MatcalcError, suggestion
from matcalc.expression import Budget, Expr, axes, postorder, variables
from matcalc.expression.binder import SUM_OVER, free_indices
from matcalc.functions import property_named, strongest
from matcalc.language import Reading, parse, plain_name, variable_name
from matcalc.language.shape_errors import STACKED
from matcalc.printing import TEXT, write

P = ParamSpec("P")
R = TypeVar("R")


class Kind(NamedTuple):
    """What an argument may be: in words, as a condition, and the code of the error if it is not."""

    words: str
    allows: Callable[[Any], bool]
    code: str = "E403"


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_choice(value: object) -> bool:
    return value is None or isinstance(value, str)


def is_whole(value: object, least: int) -> bool:
    """Return whether a value is a whole number, which truth values are not, and not less than another."""
    return isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= least


def _are_texts(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, bytes) and all(map(_is_text, value))


def _is_mapping(value: object) -> bool:
    return value is None or (isinstance(value, Mapping) and all(map(_is_text, value)))


_TEXT = Kind("a text", _is_text)
_CHOICE = Kind("a name", _is_choice)
_NAMES = Kind("a name or a list of names", _are_texts)
_BY_NAME = Kind("a dictionary with names as keys", _is_mapping)
#: What arguments may be, by their names, which are the same everywhere.
KINDS: dict[str, Kind] = {
    "text": _TEXT,
    "expression": _TEXT,
    "answer": _TEXT,
    "where": _TEXT,
    "direction": _TEXT,
    "wrt": _NAMES,
    "outputs": _NAMES,
    "answers": Kind("a list of texts", lambda value: _are_texts(value) and not _is_text(value)),
    "variables": Kind(
        "a dictionary of declarations, as {'x': 'vector(n)'}",
        lambda value: _is_mapping(value) and all(map(_is_text, (value or {}).values())),
        "E402",
    ),
    "sizes": _BY_NAME,
    "data": Kind(_BY_NAME.words, lambda value: value is not None and _is_mapping(value)),
    "trials": Kind("a whole number, 1 or more", lambda value: is_whole(value, 1)),
    "seed": Kind("a whole number, 0 or more", lambda value: is_whole(value, 0)),
    **dict.fromkeys(("names", "exact"), Kind("True or False", lambda value: isinstance(value, bool))),
    "latex": Kind("True, False or None", lambda value: value is None or isinstance(value, bool)),
    "budget": Kind("a matcalc.Budget", lambda value: value is None or isinstance(value, Budget)),
    **dict.fromkeys(("target", "form", "layout", "symmetric", "notation", "style", "level"), _CHOICE),
}


def arguments_checked(function: Callable[P, R]) -> Callable[P, R]:
    """Return the function, which raises E402 or E403 for arguments that are not what they may be."""
    inner = unwrap(function)
    code, annotations = inner.__code__, inner.__annotations__
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    kinds = {name: KINDS[name] for name in names if name in KINDS and annotations.get(name) != "Any"}
    by_name = {name for name in kinds if name not in names[: code.co_posonlyargcount]}

    @wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        named = [(name, value) for name, value in kwargs.items() if name in by_name]
        given = [*zip(names, args, strict=False), *named]
        for name, value in given:
            if name in kinds and not kinds[name].allows(value):
                raise _wrong(name, kinds[name], value)
        return function(*args, **kwargs)

    return checked if kinds else function


def refuse_unknown(option: str, value: str | None, values: Sequence[str | None]) -> None:
    """Raise E403 if an option has none of its values."""
    if value not in values:
        listed = ", ".join(name for name in values if name)
        raise MatcalcError("E403", f"there is no {option} {value!r}", help=f"one of {listed}")


def names_listed(names: str | Sequence[str]) -> list[str]:
    """Return a list of names, also of one name alone."""
    return [names] if isinstance(names, str) else list(names)


def variables_listed(wrt: str | Sequence[str]) -> list[str]:
    r"""Return a list of the names of variables, however they are written.

    >>> variables_listed(r"\beta"), variables_listed(["Σ", r"\mathbf{x}"]), variables_listed("")
    (['beta'], ['Sigma', 'x'], [])
    """
    return [variable_name(name) for name in names_listed(wrt or ())]


def distinct(names: Sequence[str], help_text: str = "give it once") -> list[str]:
    """Return the names of variables; raises E403 if one is given twice, in whatever spelling.

    >>> distinct(["x", "y"])
    ['x', 'y']
    """
    if len(set(map(plain_name, names))) < len(names):
        raise MatcalcError("E403", "a variable is given twice", help=help_text)
    return list(names)


def refuse_unknown_sizes(sizes: Iterable[str], nodes: Iterable[Expr]) -> None:
    """Raise E404 for the name of a size that no variable and no constant among some expressions has."""
    every = list(postorder(*nodes))
    dims = [dim for node in every for dim in (*node.shape, *([node.data] if node.op == "dimension" else ()))]
    existing = sorted({symbol for dim in dims for symbol in dim.symbols})
    for name in sizes:
        if name not in existing:
            close = suggestion(name, existing)
            listed = f"did you mean {close}?" if close else f"sizes are {', '.join(existing) or 'none'}"
            raise MatcalcError("E404", f"there is no size {name}", help=listed)


def _wrong(name: str, kind: Kind, value: object) -> MatcalcError:
    shown = repr(value)
    shown = shown if len(shown) <= 60 else f"a {type(value).__name__}"
    help_text = "give its text, str(...)" if kind is _TEXT and hasattr(value, "latex") else ""
    return MatcalcError(kind.code, f"{name} is {kind.words}, not {shown}", help=help_text)


def option(default: Any, words: str, values: Sequence[str] = ()) -> Any:
    """Return an option with what it does in ``words``, and its ``values`` if only some exist."""
    allowed = values if not values or default is not None else (None, *values)
    return field(default=default, metadata={"words": words, "values": allowed})


@dataclass(frozen=True)
class Options:
    """How an expression is read and its derivative made and shown; :func:`matcalc.diff` explains them.

    This is where each option has its default, its values, and the words of ``--help``. Raises E403 for a
    value that does not exist.

    >>> Options(layout="numerator").symmetric
    'projected'
    """

    variables: Mapping[str, str] | None = option(None, "Declare a variable, as in 'S: symmetric(n)'.")
    form: str | None = option(None, "The form of the result, instead of the default one.", FORMS)
    layout: str = option("mixed", "How rows and columns are arranged.", LAYOUTS)
    symmetric: str = option(
        "projected", "How the derivative respects the structure of the variable.", CHOICES
    )
    names: bool = option(True, "Write out common subexpressions.")
    latex: bool | None = option(None, "Read EXPR as LaTeX, or not; by default a backslash decides.")

    def __post_init__(self) -> None:
        if self.variables is not None:  # a copy, which stays as it is
            object.__setattr__(self, "variables", dict(self.variables))
        for option in fields(self):
            if values := option.metadata["values"]:
                refuse_unknown(option.name, getattr(self, option.name), values)

    def read(self, text: str, wrt: Iterable[str] = ()) -> Reading:
        """Return what a text is read as, every function with arguments that it can have.

        Undeclared matrices are taken as symmetric where a function needs it; notes say so. Raises E203
        for an argument that is not known to be symmetric though its function needs it.
        """
        reading = _with_stacked_sums(parse(text, self.variables, wrt, latex=self.latex))
        unmet = _unmet_requirements(reading)
        if not unmet:
            return reading
        names = {
            name: node.op
            for node in reversed(unmet)
            for name, variable in variables([node]).items()
            if reading.sources[name] != "declared" and variable.shape[0] is variable.shape[1]
        }
        assumed = {**(self.variables or {}), **dict.fromkeys(names, "symmetric")}
        again = _with_stacked_sums(parse(text, assumed, wrt, latex=self.latex)) if names else reading
        refuse_unmet_requirements(again)
        notes = [
            f"{name} is taken as a symmetric matrix; {function} needs one" for name, function in names.items()
        ]
        sources = {**again.sources, **dict.fromkeys(names, "inferred")}
        return again._replace(notes=(*again.notes, *notes), sources=sources)


def _with_stacked_sums(reading: Reading) -> Reading:
    """Return a reading with its sums over an index as matrix expressions. Raises E506 if one is none."""
    for node in postorder(reading.expr, *reading.definitions.values()):
        if node.op == SUM_OVER and not free_indices(node) and stacked(node).op == SUM_OVER:
            message = "this sum over an index is no matrix expression"
            labels = [Label(reading.spans[node], "not of members")] if node in reading.spans else []
            raise MatcalcError("E506", message, source=reading.text, labels=labels, help=STACKED)
    definitions = {name: stacked(value) for name, value in reading.definitions.items()}
    return reading._replace(expr=stacked(reading.expr), definitions=definitions)


def refuse_unmet_requirements(reading: Reading) -> None:
    """Raise E203 for the first argument that is not known to be what its function requires."""
    for node in _unmet_requirements(reading):
        raise _not_symmetric(reading, node)


def _unmet_requirements(reading: Reading) -> list[Expr]:
    """Return the calls of functions of symmetric matrices whose arguments are not known to be so."""
    demanding = [node for node in postorder(reading.expr) if node.op in DEMANDING]
    normal = normal_forms(demanding)
    return [
        node
        for node in demanding
        if not (normal[node.args[0]].is_scalar or is_symmetric(normal[node.args[0]]))
    ]


def _not_symmetric(reading: Reading, node: Expr) -> MatcalcError:
    argument = normalise(node.args[0])
    text = write(argument, TEXT, named_parts(argument, names_taken(reading), {}))
    message = f"{node.op} needs a symmetric matrix; {text} is not known to be symmetric"
    place = reading.spans.get(node.args[0])
    labels = [Label(place, "not known to be symmetric")] if place is not None else []
    help_text = "declare it symmetric, or write sym(...)"
    return MatcalcError("E203", message, source=reading.text, labels=labels, help=help_text)


class DeclaredKind(NamedTuple):
    """How a variable is declared: as a ``word`` with ``sizes``, and ``facts`` besides; its text is that.

    The ``shape`` of a vector is that of a 1-D array.
    """

    word: str
    sizes: tuple[str, ...]
    facts: tuple[str, ...]
    shape: tuple[str, ...]

    def __str__(self) -> str:
        """Return the declaration: ``vector(n)``, ``spd(n)``, ``matrix(m,n)``, ``scalar positive``."""
        sizes = f"({','.join(self.sizes)})" if self.sizes else ""
        return " ".join([self.word + sizes, *self.facts])


def declared_kind(variable: Expr) -> DeclaredKind:
    """Return how a variable is declared, or would be."""
    declared = strongest(fact for fact in variable.data[1] if property_named(fact).declares)
    structures = [fact.name for fact in declared if fact.declares == "matrix"]
    facts = tuple([fact.name for fact in declared if fact.declares != "matrix"])
    if structures:
        rows, cols = map(str, variable.shape)
        return DeclaredKind(structures[0], (rows,), facts, (rows, cols))
    shape = tuple(map(str, axes(variable.shape)))
    vector = "vector" if variable.is_column else "rowvector"
    return DeclaredKind(("scalar", vector, "matrix")[len(shape)], shape, facts, shape)


def names_taken(reading: Reading) -> set[str]:
    """Return the names that the user has given to anything."""
    dims = {symbol for v in reading.variables.values() for dim in v.shape for symbol in dim.symbols}
    return dims | {*reading.variables, *reading.definitions}


def variables_called(reading: Reading, names: Sequence[str]) -> list[Expr]:
    """Return the variables with these names; raises E401 for a name that no variable has."""
    called = []
    for name in map(plain_name, names):
        if name not in reading.variables:
            raise _unknown_variable(reading, name)
        called.append(reading.variables[name])
    if not called:
        help_text = "name one of " + ", ".join(reading.variables)
        raise MatcalcError("E401", "no variable of differentiation is given", help=help_text)
    return called


def _unknown_variable(reading: Reading, wrt: str) -> MatcalcError:
    existing = list(reading.variables)
    array = next((name for name in existing if wrt.startswith(name + "_")), "")
    close = suggestion(wrt, existing)
    what = "it is defined after where" if wrt in reading.definitions else "there is no such variable"
    listed = f"did you mean {close}?" if close else "variables are " + (", ".join(existing) or "none")
    if array:
        listed = f"differentiate with respect to {array}, of which it may be an entry: that gives all of them"
    message = f"cannot differentiate with respect to {wrt}: {what}"
    about = reading.variables.get(close) or reading.definitions.get(wrt)
    place = reading.spans.get(about) if about is not None else None
    labels = (
        [] if place is None else [Label(place, "defined as this" if wrt in reading.definitions else "this?")]
    )
    return MatcalcError("E401", message, source=reading.text, labels=labels, notes=reading.notes, help=listed)
