"""Functions that JAX has beside those of the array API standard."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    jax: Any = None  # named in the bodies, which are run in generated source alone
    jnp: Any = None


def erf(x: Any) -> Any:
    """Return the error function of each entry."""
    return jax.scipy.special.erf(x)


def expm(x: Any) -> Any:
    """Return the matrix exponential."""
    return jax.scipy.linalg.expm(x)


def expm_frechet(x: Any, y: Any) -> Any:
    """Return the derivative of the matrix exponential at x along y."""
    size = len(x)
    return expm(jnp.block([[x, y], [jnp.zeros_like(x), x]]))[:size, size:]


def cross(x: Any, y: Any) -> Any:
    """Return the cross product."""
    return jnp.cross(x, y)


def commutation(rows: Any, cols: Any, dtype: Any = None) -> Any:
    """Return the matrix that takes the stacked columns of a matrix to its stacked rows."""
    places = jnp.arange(rows * cols).reshape((cols, rows)).T
    return jnp.eye(rows * cols, dtype=dtype)[places.reshape(-1)]


#: The names of the functions.
NAMES = tuple(name for name, value in list(globals().items()) if inspect.isfunction(value))
