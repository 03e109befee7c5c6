"""Generated functions as callables, one for each set of shapes, with values as arrays of a library."""

from __future__ import annotations

import linecache
from collections.abc import Callable, Iterable, Mapping
from functools import reduce, wraps
from importlib import import_module
from itertools import compress, count
from typing import Any, NamedTuple
from weakref import finalize

import numpy as np

from matcalc.code import ALL_PASSES, Passes, Program, SizeEstimates, Target, python_names
from matcalc.errors import MatcalcError
from matcalc.expression import Budget, Expr, axes, too_large, within
from matcalc.numeric.values import sizes_of_arrays


class Library(NamedTuple):
    """A library at run time.

    ``array`` makes an array of a value, ``scalar`` what generated code takes for a scalar. ``alike`` gives
    all values one floating type, told which of them are arrays: single precision if all arrays have that.
    ``finished`` makes what is called of a function that is made for the shapes of its arguments. ``plain`` is
    a condition under which the argument ``{0}`` needs no conversion, where ``{1}`` is the first of them and
    ``named`` has what else stands in it. ``precise`` makes a number that can be infinite of one of Python,
    ``failures`` are errors for what cannot be factorised.
    """

    array: Callable[[Any], Any]
    scalar: Callable[[Any], Any]
    alike: Callable[[list[Any], list[bool]], list[Any]]
    finished: Callable[[Any], Any]
    plain: str = ""
    named: Mapping[str, Any] = {}
    precise: Callable[[Any], Any] = lambda x: np.float64(x) if type(x) in (int, float) else x
    failures: tuple[type[Exception], ...] = (np.linalg.LinAlgError,)


def _imported(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError:
        raise MatcalcError("E403", f"{name} is not installed", help=f"pip install {name}") from None


def _no_array() -> MatcalcError:
    return MatcalcError("E303", "a value is no array of real numbers")


def _no_scalar(shape: Iterable[int]) -> MatcalcError:
    return MatcalcError("E302", f"the value of a scalar has shape {tuple(shape)}")


def _same(value: Any) -> Any:
    return value


def _numpy_array(value: Any) -> Any:
    """Return an array of NumPy with entries of a floating type."""
    # Arrays of other libraries, such as Dask's, may not fit into memory.
    if hasattr(value, "__array_function__") and not isinstance(value, np.ndarray):
        message = f"{type(value).__module__} has arrays of its own"
        raise MatcalcError("E303", message, help="compile for the target xp")
    try:
        array = np.asarray(value)
        if array.dtype.kind == "O":  # such as fractions; None is not a number
            array = np.vectorize(float, otypes=[float])(array)
        if array.dtype.kind not in "buif":
            raise TypeError(array.dtype)
        return array if array.dtype == np.float32 else np.asarray(array, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise _no_array() from None


def _float(value: Any) -> float:
    """Return a number of Python."""
    array = _numpy_array(value)
    if array.size != 1:
        raise _no_scalar(array.shape)
    return float(array.item())


def _is_foreign(value: Any) -> bool:
    """Return whether a value is an array of another library than NumPy."""
    return hasattr(value, "shape") and not isinstance(value, (np.ndarray, np.generic))


def _numpy() -> Library:
    def alike(values: list[Any], arrays: list[bool]) -> list[Any]:
        kinds = {x.dtype for x in compress(values, arrays)}
        if kinds == {np.dtype(np.float32)}:
            return [x if is_array else np.float32(x) for x, is_array in zip(values, arrays, strict=True)]
        return [
            np.asarray(x, dtype=np.float64) if is_array else x
            for x, is_array in zip(values, arrays, strict=True)
        ]

    return Library(
        _numpy_array, _float, alike, _same, "{0}.dtype is _double", {"_double": np.dtype(np.float64)}
    )


def _jax() -> Library:
    jax, jnp = _imported("jax"), _imported("jax.numpy")

    # Under jit a function is traced once for each set of shapes, which is when it is made for them.
    def array(value: Any) -> Any:
        return value if hasattr(value, "dtype") else jnp.asarray(value, dtype=float)

    def alike(values: list[Any], arrays: list[bool]) -> list[Any]:
        given = list(compress(values, arrays))
        kind = jnp.result_type(*[x for x in given if jnp.issubdtype(x.dtype, jnp.floating)] or [float])
        return [
            jnp.asarray(x, dtype=kind) if is_array else x for x, is_array in zip(values, arrays, strict=True)
        ]

    def scalar(value: Any) -> Any:
        if not _is_foreign(value):
            value = jnp.asarray(value)
        if value.size != 1:
            raise _no_scalar(value.shape)
        # A number of Python has no type of its own, and gets none.
        return value.reshape(()) if jnp.issubdtype(value.dtype, jnp.floating) else value.reshape(()) * 1.0

    def finished(call: Any) -> Any:
        traced = jax.jit(call)

        @wraps(call)
        def checked(*values: Any, **more: Any) -> Any:
            try:
                return traced(*values, **more)
            except TypeError:
                leaves = jax.tree.leaves((values, more))
                if all(hasattr(x, "dtype") or isinstance(x, (int, float)) for x in leaves):
                    raise
            raise _no_array()

        return checked

    return Library(array, scalar, alike, finished, failures=())


def _torch() -> Library:
    torch = _imported("torch")

    def alike(values: list[Any], arrays: list[bool]) -> list[Any]:
        given = list(compress(values, arrays))
        kinds = [x.dtype for x in given if x.dtype.is_floating_point] or [torch.float64]
        kind = reduce(torch.promote_types, kinds)
        return [x.to(kind) if is_array else x for x, is_array in zip(values, arrays, strict=True)]

    def array(value: Any) -> Any:
        try:
            return value if isinstance(value, torch.Tensor) else torch.as_tensor(value, dtype=torch.float64)
        except (TypeError, ValueError, RuntimeError):
            raise _no_array() from None

    def scalar(value: Any) -> Any:
        if not isinstance(value, torch.Tensor):
            return _float(value)
        if value.numel() != 1:
            raise _no_scalar(value.shape)
        return value.reshape(()) if value.is_floating_point() else value.reshape(()).to(torch.float64)

    return Library(
        array,
        scalar,
        alike,
        _same,
        "{0}.__class__ is _tensor and {0}.dtype is {1}.dtype and {0}.is_floating_point()",
        {"_tensor": torch.Tensor},
        lambda x: torch.tensor(x, dtype=torch.float64) if type(x) in (int, float) else x,
        (torch.linalg.LinAlgError,),
    )


def _has_namespace(value: Any) -> bool:
    return hasattr(value, "__array_namespace__")


def _portable() -> Library:
    def alike(values: list[Any], arrays: list[bool]) -> list[Any]:
        if not all(map(_has_namespace, compress(values, arrays))):
            return values  # such as arrays of Dask, which take all numbers
        arrays_first = [x for _, x in sorted(zip(arrays, values, strict=True), key=lambda pair: not pair[0])]
        given = list(filter(_has_namespace, arrays_first))
        spaces = [x.__array_namespace__() for x in given]
        floating = [
            x.dtype for x, xp in zip(given, spaces, strict=True) if xp.isdtype(x.dtype, "real floating")
        ]
        if len(floating) == len(given):
            return values
        kind = floating[0] if floating else spaces[0].float64
        return [x.__array_namespace__().astype(x, kind) if _has_namespace(x) else x for x in values]

    def array(value: Any) -> Any:
        if not hasattr(value, "shape"):
            raise MatcalcError("E303", "a value is no array", help="give arrays of one library")
        return value

    def scalar(value: Any) -> Any:
        if not _is_foreign(value):
            return _float(value)
        if any(size != 1 for size in value.shape):
            raise _no_scalar(value.shape)
        return value[(0,) * len(value.shape)] if value.shape else value

    return Library(array, scalar, alike, _same)


LIBRARIES: dict[str, Callable[[], Library]] = {
    "numpy": _numpy,
    "jax": _jax,
    "torch": _torch,
    "xp": _portable,
}


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
    functions: dict[tuple[Any, ...], Callable[..., Any]] = {}
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
        if key not in functions:
            sizes = sizes_of_arrays(
                program.variables, {n: _Shaped(tuple(x.shape)) for n, x in shaped.items()}
            )
            with within(budget):
                source = program.source(target, SizeEstimates(sizes), passes)
            functions[key] = run(source, program.name)
        last[:] = [functions[key]]
        try:
            return factorising(functions[key], given, library.failures)
        except ArithmeticError:  # numbers of Python have no infinity; those of libraries do
            return factorising(functions[key], map(library.precise, given), library.failures)

    def latest() -> Callable[..., Any]:
        if not last:
            with within(budget):
                last.append(run(program.source(target, SizeEstimates(), passes), program.name))
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
        "_known": functions,
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
