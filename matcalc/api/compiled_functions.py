"""Compiled functions: called like functions, and pickled as what they compute."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from matcalc.api.results import Immutable, Written
from matcalc.printing import Text


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

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Write ``repr`` with IPython's printer; consoles call this."""
        printer.text(repr(self))


class Outputs(Written):
    """Several values of one expression, as a function computes them."""

    def __init__(self, outputs: str, of: Written, by: Sequence[str]):
        self._outputs = outputs
        self._of = of
        self._by = by

    def _written_names(self) -> set[str]:
        return self._of._written_names()

    def _write(self, style: Text) -> str:
        by = ", ".join(map(style.name, self._by))
        return style.words(f"{self._outputs} of ") + self._of._write(style) + style.words(" by ") + by
