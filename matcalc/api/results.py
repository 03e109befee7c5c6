"""What results have in common: arguments that are looked at, budgets, equality, pickles, and their texts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import cached_property, wraps
from inspect import Parameter, signature
from numbers import Integral
from typing import Any, NamedTuple, ParamSpec, Self, TypeVar

from matcalc.errors import MatcalcError, suggestion
from matcalc.expression import Budget, Expr, postorder, within
from matcalc.expression.traversal import reduced_object
from matcalc.language import plain_name
from matcalc.printing import NOTATIONS, TEXT, UNICODE, Text, mathematics, write_lines

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


def _is_whole(value: object, least: int) -> bool:
    return isinstance(value, Integral) and int(value) >= least


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
    "trials": Kind("a whole number, 1 or more", lambda value: _is_whole(value, 1)),
    "seed": Kind("a whole number, 0 or more", lambda value: _is_whole(value, 0)),
    "budget": Kind("a matcalc.Budget", lambda value: value is None or isinstance(value, Budget)),
    **dict.fromkeys(("target", "form", "layout", "symmetric", "notation", "style", "level"), _CHOICE),
}


def arguments_checked(function: Callable[P, R]) -> Callable[P, R]:
    """Return the function, which raises E402 or E403 for arguments that are not what they may be."""
    known = [one for one in signature(function).parameters.values() if one.annotation != "Any"]
    kinds = {one.name: KINDS[one.name] for one in known if one.name in KINDS}
    names = [*signature(function).parameters]
    by_name = {one.name for one in known if one.kind is not Parameter.POSITIONAL_ONLY}

    @wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        given = [*zip(names, args, strict=False), *(one for one in kwargs.items() if one[0] in by_name)]
        for name, value in given:
            if name in kinds and not kinds[name].allows(value):
                raise _wrong(name, kinds[name], value)
        return function(*args, **kwargs)

    return checked if kinds else function


def refuse_unknown(option: str, value: str | None, known: Sequence[str | None]) -> None:
    """Raise E403 if an option has none of its values."""
    if value not in known:
        listed = ", ".join(one for one in known if one)
        raise MatcalcError("E403", f"there is no {option} {value!r}", help=f"one of {listed}")


def names_listed(names: str | Sequence[str]) -> list[str]:
    """Return a list of names, also of one name alone."""
    return [names] if isinstance(names, str) else list(names)


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
    known = sorted({symbol for dim in dims for symbol in dim.symbols})
    for name in sizes:
        if name not in known:
            close = suggestion(name, known)
            listed = f"did you mean {close}?" if close else f"sizes are {', '.join(known) or 'none'}"
            raise MatcalcError("E404", f"there is no size {name}", help=listed)


def _wrong(name: str, kind: Kind, value: object) -> MatcalcError:
    shown = repr(value)
    shown = shown if len(shown) <= 60 else f"a {type(value).__name__}"
    help_text = "give its text, str(...)" if kind is _TEXT and hasattr(value, "latex") else ""
    return MatcalcError(kind.code, f"{name} is {kind.words}, not {shown}", help=help_text)


class Bounded:
    """Something made within a budget, which also bounds each of its methods."""

    budget: Budget | None = None


def bounded(function: Callable[P, R]) -> Callable[P, R]:
    """Return the function, bounded by its argument ``budget``, or that of the object whose method it is.

    What it returns remembers a budget that was given. Arguments are looked at first.
    """

    @wraps(function)
    def inside(*args: P.args, **kwargs: P.kwargs) -> R:
        budget: Any = kwargs.get("budget")
        if budget is None and args and isinstance(args[0], Bounded):
            budget = args[0].budget
        with within(budget):
            found = function(*args, **kwargs)
        if budget is not None:
            _remember(found, budget)
        return found

    return arguments_checked(inside)


def _remember(found: object, budget: Budget) -> None:
    if isinstance(found, Bounded):
        found.budget = budget
        for one in found if isinstance(found, Sequence) else ():
            _remember(one, budget)


class Immutable(ABC):
    """A result that does not change: equal by its content, its own copy, pickled without what is cached."""

    @abstractmethod
    def _content(self) -> Hashable:
        """Return what makes two of them equal."""

    def __eq__(self, other: object) -> bool:
        """Return whether both have the same content."""
        if not isinstance(other, type(self)):
            return NotImplemented
        return self is other or self._content() == other._content()

    def __hash__(self) -> int:
        """Return a hash that agrees with equality."""
        return hash(self._content())

    def __copy__(self) -> Self:
        """Return the same object, which never changes."""
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return the same object, which never changes."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle what it is made from; what is cached is found again."""
        kind = type(self)
        cached = {name for name in vars(self) if isinstance(getattr(kind, name, None), cached_property)}
        return reduced_object(self, {name: one for name, one in vars(self).items() if name not in cached})


class Written(Bounded, ABC):
    """Something that can be written in each of the notations."""

    @abstractmethod
    def _write(self, style: Text) -> str:
        """Return it in a notation."""

    @abstractmethod
    def _written_names(self) -> set[str]:
        """Return the names of all variables, sizes and parts that may be written."""

    def _style(self, notation: str) -> Text:
        """Return a notation that tells these names apart."""
        refuse_unknown("notation", notation, tuple(NOTATIONS))
        return NOTATIONS[notation].telling_apart(self._written_names())

    def _shown(self, style: Text) -> str:
        """Return it as it is shown to people, which need not read back."""
        return self._write(style)

    def _called(self) -> str:
        """Return what it is, in the words with which ``repr`` begins."""
        return type(self).__name__

    @bounded
    def __str__(self) -> str:
        """Return it in the input language; expressions, and derivatives that are some, read back."""
        return self._write(TEXT)

    @bounded
    def latex(self) -> str:
        """Return it in LaTeX."""
        return self._write(self._style("latex"))

    @bounded
    def typst(self) -> str:
        """Return it in Typst, as it stands between dollar signs.

        >>> import matcalc as mc
        >>> mc.diff("1/2*||A*x - b||^2", wrt="x").typst()
        'A^top (A x - b)'
        """
        return self._write(self._style("typst"))

    @bounded
    def unicode(self) -> str:
        """Return it with mathematical symbols; what reads back as text does so in this way too."""
        return self._write(UNICODE)

    @bounded
    def written(self, notation: str) -> str:
        """Return it in the notation of this name: ``text``, ``unicode``, ``latex`` or ``typst``.

        >>> import matcalc as mc
        >>> mc.parse("A'*x").written("unicode")
        'Aᵀ x'
        """
        return self._write(self._style(notation))

    @bounded
    def __repr__(self) -> str:
        """Return what it is, and the result.

        >>> import matcalc as mc
        >>> mc.diff("||A*x - b||^2", wrt="x")
        <Derivative with respect to x: 2*A'*(A*x - b)>
        """
        return self._represented()

    def _represented(self) -> str:
        return f"<{self._called()}: {'; '.join(self._shown(TEXT).splitlines())}>"

    @bounded
    def _repr_latex_(self) -> str:
        """Return the result in LaTeX; notebooks call this."""
        return mathematics(self._shown(self._style("latex")))

    @bounded
    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Write the result with IPython's printer; consoles call this."""
        write_lines(printer, self._shown(TEXT))
