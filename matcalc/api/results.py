"""What results have in common: budgets, equality, pickles, and their texts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable
from functools import cached_property, wraps
from typing import Any, ParamSpec, TypeVar

from matcalc.api.options import arguments_checked, refuse_unknown
from matcalc.errors import write_lines
from matcalc.expression import Budget, itself, within
from matcalc.expression.traversal import reduced_object
from matcalc.printing import NOTATIONS, TEXT, UNICODE, Text, mathematics

P = ParamSpec("P")
R = TypeVar("R")


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
            result = function(*args, **kwargs)
        if budget is not None:
            _remember(result, budget)
        return result

    return arguments_checked(inside)


def _remember(result: object, budget: Budget) -> None:
    if isinstance(result, Bounded):
        result.budget = budget
    elif not isinstance(result, list | tuple):
        return
    for part in result if isinstance(result, Iterable) else ():
        _remember(part, budget)


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

    __copy__ = __deepcopy__ = itself

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle what it is made from; what is cached is found again."""
        kind = type(self)
        cached = {name for name in vars(self) if isinstance(getattr(kind, name, None), cached_property)}
        return reduced_object(self, {name: value for name, value in vars(self).items() if name not in cached})


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
