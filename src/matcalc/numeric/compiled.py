"""Generated functions as callables: one for each set of shapes, made when it is first called with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from matcalc.code import ALL_PASSES, Passes, Program, Sizes, Target, python_names
from matcalc.expression import Budget, Expr, axes, within
from matcalc.numeric.array_libraries import LIBRARIES
from matcalc.numeric.values import sizes_of_arrays

_OWN = frozenset(["known", "prepared", "kind", "function"])
#: Only names of variables, which the grammar has checked, and numbers get into this.
_DISPATCHER = """
def {name}({arguments}):
    try:
        if {plain}:
            function = known[{key}]
        else:
            return prepared({arguments})
    except (AttributeError, KeyError):
        return prepared({arguments})
    return function({arguments})
"""


def compiled(
    program: Program, target: Target, passes: Passes = ALL_PASSES, budget: Budget | None = None
) -> Callable[..., Any]:
    """Return a function that computes a program, made anew for each set of shapes that it is called with.

    Arguments are given by position or by name: arrays, nested lists or numbers. Raises E402 and E505
    for what there is no source of, E403 if the library is not installed; the function raises E302 for values
    that do not fit. Its attribute ``arguments`` has the names of its arguments in their order. ``budget``
    bounds what writing it anew may cost.
    """
    program.refuse_unsupported(target)
    library = LIBRARIES[target.name]()
    known: dict[tuple[Any, ...], Callable[..., Any]] = {}
    names = list(python_names(program.variables, _OWN).values())
    arrays = [name for name, v in zip(names, program.variables.values(), strict=True) if axes(v.shape)]

    def prepared(*values: Any) -> Any:
        given = [
            library.scalar(x) if not axes(v.shape) else _with_axes(v, library.array(x))
            for v, x in zip(program.variables.values(), values, strict=True)
        ]
        shaped = {n: x for (n, v), x in zip(program.variables.items(), given, strict=True) if axes(v.shape)}
        key = tuple(tuple(x.shape) for x in shaped.values())
        if key not in known:
            sizes = sizes_of_arrays(
                program.variables, {n: _Shaped(tuple(x.shape)) for n, x in shaped.items()}
            )
            with within(budget):
                source = program.source(target, Sizes(sizes), passes)
            known[key] = run(source, program.name)
        return known[key](*given)

    plain = [library.plain.format(name) for name in arrays] if library.plain else ["False"]
    plain += [f"type({name}) is float" for name in names if name not in arrays] if library.plain else []
    source = _DISPATCHER.format(
        name=program.name,
        arguments=", ".join(names),
        plain=" and ".join(plain) or "True",
        key="(" + "".join(f"{name}.shape, " for name in arrays) + ")",
    )
    namespace = {"known": known, "prepared": prepared, "kind": library.kind}
    call = run(source, program.name, namespace)
    call = library.finished(call)
    if names != list(program.variables):
        call = _renamed(call, dict(zip(program.variables, names, strict=True)))
    return _described(call, program)


def _described(call: Callable[..., Any], program: Program) -> Callable[..., Any]:
    """Return a function with its docstring and the names of its arguments."""
    call.__doc__ = f"Return {program.doc}."
    vars(call)["arguments"] = tuple(program.variables)
    return call


def _renamed(call: Callable[..., Any], names: Mapping[str, str]) -> Callable[..., Any]:
    """Return a function that takes arguments by the names of variables that Python cannot have."""

    def renamed(*values: Any, **more: Any) -> Any:
        return call(*values, **{names.get(name, name): value for name, value in more.items()})

    return renamed


def run(source: str, name: str, namespace: dict[str, Any] | None = None) -> Callable[..., Any]:
    """Return the function of a generated source."""
    namespace = {} if namespace is None else namespace
    # The only place where source is run. It is written from an expression that has been read, never from
    # text, and Scope has refused every name in it that is no identifier.
    exec(compile(source, f"<matcalc {name}>", "exec"), namespace)
    function: Callable[..., Any] = namespace[name]
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
