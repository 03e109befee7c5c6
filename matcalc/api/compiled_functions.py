"""Compiled functions, which are pickled as what they compute, and their source."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from matcalc.api.options import refuse_unknown, refuse_unknown_sizes
from matcalc.api.results import Immutable, Written
from matcalc.code import TARGETS, Passes, Program, SizeEstimates, Target, joined
from matcalc.errors import show_in_console
from matcalc.expression import Budget


def target_called(name: str) -> Target:
    """Return a target; raises E403 if there is none of this name."""
    refuse_unknown("target", name, tuple(TARGETS))
    return TARGETS[name]


def source_for(program: Program, target: str, sizes: Mapping[str, int] | None) -> str:
    """Return the source of a function; see :meth:`Derivative.code`.

    Raises E404 for a size that the function has not.
    """
    return joined_source([program], target, sizes)


def joined_source(programs: Sequence[Program], target: str, sizes: Mapping[str, int] | None) -> str:
    """Return the source of several functions, with what they need once."""
    sources = []
    for program in programs:
        refuse_unknown_sizes(sizes or (), [*program.variables.values(), program.of])
        sources.append(program.module(target_called(target), SizeEstimates(sizes), floats=False))
    return str(joined(sources))


def callable_of(program: Program, target: str, budget: Budget | None = None) -> Callable[..., Any]:
    """Return the function that a program describes, made when it is first called."""
    from matcalc.numeric.floats import numpy_for

    numpy_for("compiling")
    from matcalc.numeric.compiled import compiled

    return compiled(program, target_called(target), Passes(), budget)


class CompiledFunction(Immutable):
    """A function that computes an expression, a derivative, or several values, in one library.

    ``arguments`` are the names of its arguments in their order. Two are equal if they compute the same in the
    same library. A pickle holds what it computes; the code is generated again when it is loaded.

    >>> import matcalc as mc
    >>> gradient = mc.diff("norm2(A*x)^2", wrt="x").compile()
    >>> gradient
    <gradient(A, x) for numpy: 2*A'*A*x>
    >>> import pickle
    >>> pickle.loads(pickle.dumps(gradient)) == gradient
    True
    """

    latest: Callable[[], Callable[..., Any]]
    __call__: Callable[..., Any]
    arguments: tuple[str, ...]

    def __new__(cls, call: Callable[..., Any], *others: Any) -> CompiledFunction:
        """Return one whose class has the code itself as ``__call__``: a call costs nothing more than that."""
        return object.__new__(type(cls.__name__, (cls,), {"__call__": staticmethod(call)}))

    def __init__(
        self, call: Callable[..., Any], of: Written, target: str, recipe: tuple[Any, ...], same: Hashable
    ):
        """``recipe`` is what makes it again, a function and its arguments; ``same`` what it computes."""
        self.__name__, self.__doc__ = call.__name__, call.__doc__
        vars(self).update(vars(call))
        self._of = of
        self._target = target
        self._recipe = recipe
        self._same = same

    @property
    def __wrapped__(self) -> Callable[..., Any]:
        """The generated function, which ``inspect.getsource`` shows: that for the shapes that came last."""
        return self.latest()

    def _content(self) -> Hashable:
        return self._target, self._same

    def __eq__(self, other: object) -> bool:
        """Return whether both compute the same in the same library."""
        return isinstance(other, CompiledFunction) and self._content() == other._content()

    __hash__ = Immutable.__hash__

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by the recipe: code that was made in one process is of no use in another."""
        return self._recipe

    def __repr__(self) -> str:
        """Return its name, arguments, library, and what it computes."""
        what = (self.__doc__ or "").removeprefix("Return ").removesuffix(".")
        return f"<{self.__name__}({', '.join(self.arguments)}) for {self._target}: {what}>"

    def _repr_latex_(self) -> str:
        """Return what is computed in LaTeX; notebooks call this."""
        return self._of._repr_latex_()

    _repr_pretty_ = show_in_console
