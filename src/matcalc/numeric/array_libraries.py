"""How values become arrays of a library, and functions of source functions to be called."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np

from matcalc.errors import MatcalcError


class Library(NamedTuple):
    """A library at run time.

    ``array`` makes an array of a value, ``scalar`` what generated code takes for a scalar. ``finished`` makes
    what is called of a function that is made for the shapes of its arguments. ``plain`` is a condition under
    which an argument needs no conversion, in which ``kind`` stands for the object of this name.
    """

    array: Callable[[Any], Any]
    scalar: Callable[[Any], Any]
    finished: Callable[[Any], Any]
    plain: str = ""
    kind: Any = None


def _imported(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError:
        raise MatcalcError("E403", f"{name} is not installed", help=f"pip install {name}") from None


def _same(value: Any) -> Any:
    return value


def _numpy() -> Library:
    def array(value: Any) -> Any:
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
            return np.asarray(found, dtype=np.float64)
        except (TypeError, ValueError, OverflowError):
            raise MatcalcError("E303", "a value is no array of real numbers") from None

    def scalar(value: Any) -> float:
        found = array(value)
        if found.size != 1:
            raise MatcalcError("E302", f"the value of a scalar has shape {found.shape}")
        return float(found.item())

    return Library(array, scalar, _same, "{}.dtype is kind", np.dtype(np.float64))


def _jax() -> Library:
    jax, jnp = _imported("jax"), _imported("jax.numpy")
    # Under jit a function is traced once for each set of shapes, which is when it is made for them.
    return Library(lambda x: x if hasattr(x, "dtype") else jnp.asarray(x, dtype=float), _same, jax.jit)


def _torch() -> Library:
    torch = _imported("torch")
    return Library(
        lambda x: x if isinstance(x, torch.Tensor) else torch.as_tensor(x, dtype=torch.float64),
        _same, _same, "type({}) is kind", torch.Tensor,
    )  # fmt: skip


LIBRARIES: dict[str, Callable[[], Library]] = {
    "numpy": _numpy,
    "jax": _jax,
    "torch": _torch,
    "xp": lambda: Library(_same, _same, _same),
}
