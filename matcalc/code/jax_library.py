"""JAX, with functions that it has beside those of the array API standard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matcalc.code.portable_library import PORTABLE
from matcalc.code.target import Target

if TYPE_CHECKING:  # helpers are read, not run here
    import jax
    import jax.numpy as jnp

_TEMPLATES = PORTABLE | {
    "inner2": "jnp.vdot({0}, {1})",
    "type_of_number": 'getattr({0}, "dtype", float)',
    "single": "jnp.array([{0}], {typed})",
    "block": "jnp.block([{0}])",
    "einsum": "jnp.einsum({0})",
    "diagonal_matrix": "jnp.diag({0})",
    "running": "jnp.cumsum({0}, axis=0)",
    "running_reversed": "jnp.cumsum({0}[::-1], axis=0)[::-1]",
    "cholesky": "jnp.linalg.cholesky({0})",
    "cholesky_solve": "jax.scipy.linalg.cho_solve(({0}, True), {1})",
    "cholesky_inverse": "jax.scipy.linalg.cho_solve(({0}, True), jnp.eye({size}, {typed}))",
    "lu": "jax.scipy.linalg.lu_factor({0})",
    "lu_solve": "jax.scipy.linalg.lu_solve({0}, {1})",
    "lu_solve_transposed": "jax.scipy.linalg.lu_solve({0}, {1}, trans=1)",
    "lu_inverse": "jax.scipy.linalg.lu_solve({0}, jnp.eye({size}, {typed}))",
    "lower_solve": "jax.scipy.linalg.solve_triangular({0}, {1}, lower=True)",
    "lower_solve_transposed": "jax.scipy.linalg.solve_triangular({0}, {1}, trans=1, lower=True)",
    "lower_inverse": "jax.scipy.linalg.solve_triangular({0}, jnp.eye({size}, {typed}), lower=True)",
    "lower_det": "jnp.prod(jnp.diagonal({0}))",
}

JAX = Target("jax", "import jax.numpy as jnp", "jnp", _TEMPLATES, ("portable_library", "jax_library"))


def erf(x: Any) -> Any:
    """Return the error function of each entry."""
    return jax.scipy.special.erf(x)


def normcdf(x: Any) -> Any:
    """Return the distribution function of the standard normal distribution, of each entry."""
    return jax.scipy.special.ndtr(x)


def lgamma(x: Any) -> Any:
    """Return the logarithm of the gamma function of each entry."""
    return jax.scipy.special.gammaln(x)


def tgamma(x: Any) -> Any:
    """Return the gamma function of each entry."""
    return jax.scipy.special.gamma(x)


def digamma(x: Any) -> Any:
    """Return the derivative of the logarithm of the gamma function, of each entry."""
    return jax.scipy.special.digamma(x)


def trigamma(x: Any) -> Any:
    """Return its second derivative, of each entry."""
    return jax.scipy.special.polygamma(1, x)


def polygamma(order: Any, x: Any) -> Any:
    """Return the derivative of an order of the digamma function, of each entry."""
    return jax.scipy.special.polygamma(order, x)


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
