"""How values become arrays of a library, and functions of source functions to be called."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import reduce, wraps
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np

from matcalc.errors import MatcalcError


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
        found = np.asarray(value)
        if found.dtype.kind == "O":  # such as fractions; None is not a number
            found = np.vectorize(float, otypes=[float])(found)
        if found.dtype.kind not in "buif":
            raise TypeError(found.dtype)
        return found if found.dtype == np.float32 else np.asarray(found, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise _no_array() from None


def _float(value: Any) -> float:
    """Return a number of Python."""
    found = _numpy_array(value)
    if found.size != 1:
        raise _no_scalar(found.shape)
    return float(found.item())


def _is_foreign(value: Any) -> bool:
    """Return whether a value is an array of another library than NumPy."""
    return hasattr(value, "shape") and not isinstance(value, (np.ndarray, np.generic))


def _numpy() -> Library:
    def alike(values: list[Any], arrays: list[bool]) -> list[Any]:
        kinds = {x.dtype for x, is_array in zip(values, arrays, strict=True) if is_array}
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
        given = [x for x, is_array in zip(values, arrays, strict=True) if is_array]
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
        given = [x for x, is_array in zip(values, arrays, strict=True) if is_array]
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


def _portable() -> Library:
    def alike(values: list[Any], arrays: list[bool]) -> list[Any]:
        given = [x for x, is_array in zip(values, arrays, strict=True) if is_array]
        if not all(hasattr(x, "__array_namespace__") for x in given):
            return values  # such as arrays of Dask, which take all numbers
        given += [
            x
            for x, is_array in zip(values, arrays, strict=True)
            if not is_array and hasattr(x, "__array_namespace__")
        ]
        spaces = [x.__array_namespace__() for x in given]
        floating = [
            x.dtype for x, xp in zip(given, spaces, strict=True) if xp.isdtype(x.dtype, "real floating")
        ]
        if len(floating) == len(given):
            return values
        kind = floating[0] if floating else spaces[0].float64
        return [
            x.__array_namespace__().astype(x, kind) if hasattr(x, "__array_namespace__") else x
            for x in values
        ]

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
