"""Generated functions as callables: one for each set of shapes, made when it is first called with them."""

from __future__ import annotations

import linecache
from collections.abc import Callable, Iterable, Mapping
from itertools import count
from typing import Any, NamedTuple
from weakref import finalize

import numpy as np

from matcalc.code import ALL_PASSES, Passes, Program, Sizes, Target, python_names
from matcalc.errors import MatcalcError
from matcalc.expression import Budget, Expr, axes, too_large, within
from matcalc.numeric.array_libraries import LIBRARIES
from matcalc.numeric.values import sizes_of_arrays

#: Only names of variables, which the grammar has checked and which begin with a letter, get into this.
_DISPATCHER = """
def {name}({arguments}):
    try:
        if {plain}:
            return _known[{key}]({arguments})
    except _failures:
        pass
    return _prepared({arguments})
"""
#: Counts the sources that have been run, so that each has a file name of its own.
_COUNT = count(1)


def compiled(
    program: Program, target: Target, passes: Passes = ALL_PASSES, budget: Budget | None = None
) -> Callable[..., Any]:
    """Return a function that computes a program, made anew for each set of shapes that it is called with.

    Arguments are given by position or by name: arrays, nested lists or numbers. Raises E402 and E505
    for what there is no source of, E403 if the library is not installed; the function raises E302 for values
    that do not fit, E304 for a matrix that cannot be factorised. Its attribute ``arguments`` has the names of
    its arguments in their order, ``latest`` returns the function for the shapes that came last, and before
    any came the one for usual shapes.
    ``budget`` bounds what writing it anew may cost.
    """
    program.refuse_unsupported(target)
    library = LIBRARIES[target.name]()
    known: dict[tuple[Any, ...], Callable[..., Any]] = {}
    last: list[Callable[..., Any]] = []
    names = list(python_names(program.variables, ()).values())
    arrays = [name for name, v in zip(names, program.variables.values(), strict=True) if axes(v.shape)]

    def prepared(*values: Any) -> Any:
        given = library.alike(
            [
                library.scalar(x) if not axes(v.shape) else _with_axes(v, library.array(x))
                for v, x in zip(program.variables.values(), values, strict=True)
            ],
            [bool(axes(v.shape)) for v in program.variables.values()],
        )
        shaped = {n: x for (n, v), x in zip(program.variables.items(), given, strict=True) if axes(v.shape)}
        key = tuple(tuple(x.shape) for x in shaped.values())
        if key not in known:
            sizes = sizes_of_arrays(
                program.variables, {n: _Shaped(tuple(x.shape)) for n, x in shaped.items()}
            )
            with within(budget):
                source = program.source(target, Sizes(sizes), passes)
            known[key] = run(source, program.name)
        last[:] = [known[key]]
        try:
            return factorising(known[key], given, library.failures)
        except ArithmeticError:  # numbers of Python have no infinity; those of libraries do
            return factorising(known[key], map(library.precise, given), library.failures)

    def latest() -> Callable[..., Any]:
        if not last:
            with within(budget):
                last.append(run(program.source(target, Sizes(), passes), program.name))
        return last[0]

    plain = [library.plain.format(name, arrays[0]) for name in arrays] if library.plain else ["False"]
    plain += [f"{name}.__class__ is _float" for name in names if name not in arrays] if library.plain else []
    source = _DISPATCHER.format(
        name=program.name,
        arguments=", ".join(names),
        plain=" and ".join(plain) or "True",
        key="(" + "".join(f"{name}.shape, " for name in arrays) + ")",
    )
    failures = (AttributeError, KeyError, ArithmeticError, MemoryError, *library.failures)
    namespace: dict[str, Any] = {
        "_known": known,
        "_prepared": prepared,
        "_failures": failures,
        "_float": float,
    }
    call: Any = run(source, program.name, {**namespace, **library.named})
    finished = library.finished(call)
    if names != list(program.variables):
        finished = _renamed(finished, dict(zip(program.variables, names, strict=True)))
    vars(finished)["latest"] = latest
    return _described(finished, program)


def factorising(
    function: Callable[..., Any],
    values: Iterable[Any],
    failures: tuple[type[Exception], ...] = (np.linalg.LinAlgError,),
) -> Any:
    """Return the value of a function.

    Raises E304 for matrices that its library cannot factorise, E508 for arrays too large for the memory.
    """
    try:
        return function(*values)
    except MemoryError:
        raise too_large("the arrays of this are too large for the memory") from None
    except failures as error:
        raise MatcalcError("E304", f"a matrix cannot be factorised: {error}") from None


def _described(call: Callable[..., Any], program: Program) -> Callable[..., Any]:
    """Return a function with its name, its docstring and the names of its arguments."""
    call.__name__ = program.name
    call.__doc__ = f"Return {program.doc}."
    vars(call)["arguments"] = tuple(program.variables)
    return call


def _renamed(call: Callable[..., Any], names: Mapping[str, str]) -> Callable[..., Any]:
    """Return a function that takes arguments by the names of variables that Python cannot have."""

    def renamed(*values: Any, **more: Any) -> Any:
        return call(*values, **{names.get(name, name): value for name, value in more.items()})

    vars(renamed)["__wrapped__"] = call
    return renamed


def run(source: str, name: str, namespace: dict[str, Any] | None = None) -> Callable[..., Any]:
    """Return the function of a generated source, which ``inspect`` and tracebacks find."""
    namespace = {} if namespace is None else namespace
    place = f"<matcalc {name} {next(_COUNT)}>"
    # The only place where source is run. It is written from an expression that has been read, never from
    # text, and Scope has refused every name in it that is no identifier.
    exec(compile(source, place, "exec"), namespace)
    function: Callable[..., Any] = namespace[name]
    linecache.cache[place] = (len(source), None, source.splitlines(keepends=True), place)
    finalize(function, linecache.cache.pop, place, None)
    return function


def _with_axes(variable: Expr, array: Any) -> Any:
    """Return an array as generated code takes it: vectors with one axis."""
    if len(axes(variable.shape)) == 1 and len(array.shape) == 2 and 1 in array.shape:
        return array.reshape(-1)
    return array


class _Shaped(NamedTuple):
    """The shape of an array, whatever library it is of."""

    shape: tuple[int, ...]

    @property
    def ndim(self) -> int:
        """How many axes there are."""
        return len(self.shape)

    def reshape(self, shape: Any) -> _Shaped:
        """Return another shape."""
        return _Shaped(tuple(shape))
