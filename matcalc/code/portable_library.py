"""Functions that array libraries do not have, for any library that follows the array API standard.

The first argument is the namespace of the library; in source for JAX it is gone, and ``xp`` is ``jnp``. See
https://data-apis.org/array-api/ for what the standard has.
"""

from __future__ import annotations

from typing import Any

from matcalc.code.target import Target
from matcalc.functions import FUNCTIONS

#: How libraries of the standard write instructions.
PORTABLE = {
    "dot": "{0} @ {1}",
    "inner": "{0} @ {1}",
    "inner2": "xp.sum({0} * {1})",
    "outers": "xp.stack([{left}]).T @ xp.stack([{right}])",
    "weighted_gram": "({0}.T * {1}) @ {0}",
    "total": "xp.sum({0})",
    "rowsums": "xp.sum({0}, axis=1)",
    "columnsums": "xp.sum({0}, axis=0)",
    "running": "cumsum({0})",
    "running_reversed": "cumsum_reversed({0})",
    "trace": "xp.linalg.trace({0})",
    "diagonal": "xp.linalg.diagonal({0})",
    "identity": "xp.eye({size}, {typed})",
    "ones": "xp.ones({shape}, {typed})",
    "zeros": "xp.zeros({shape}, {typed})",
    "full": "{0} * xp.ones({shape}, {typed})",
    "reshape": "xp.reshape({0}, ({1},))",
    "permuted": "xp.permute_dims({0}, ({1},))",
    "summed": "xp.sum({0}, axis={1})",
    "spread": "xp.broadcast_to({0}, {1})",
    "solve": "xp.linalg.solve({0}, {1})",
    "inverse": "xp.linalg.inv({0})",
    "det": "xp.linalg.det({0})",
    "joined": "xp.concat([{0}])",
    "rows": "xp.concat([{0}], axis=0)",
    "columns": "xp.concat([{0}], axis=1)",
    "single": "xp.reshape(xp.asarray({0}, {typed}), (1,))",
    "single_matrix": "xp.reshape(xp.asarray({0}, {typed}), (1, 1))",
    "as_array": "xp.asarray({0}, {typed})",
}

#: Functions that NumPy calls otherwise.
RENAMED = {entry.evaluate.removeprefix("numpy:"): entry.standard for entry in FUNCTIONS if entry.standard}

XP = Target(
    "xp",
    "import numpy",
    "xp",
    PORTABLE
    | {
        "namespace": 'getattr({0}, "__array_namespace__", lambda: numpy)()',
        "type_of_number": 'getattr({0}, "dtype", xp.float64)',
        "kron": "kronecker({0}, {1})",
    },
    ("portable_library",),
    renamed=RENAMED,
    strict=True,
    factorised=False,
)


def step(xp: Any, x: Any) -> Any:
    """Return 1 where the entry is positive, 0 where it is negative, 1/2 where it is zero."""
    return (xp.sign(x) + 1.0) / 2.0


def relu(xp: Any, x: Any) -> Any:
    """Return the positive part of each entry."""
    return (x + xp.abs(x)) / 2.0


def sigmoid(xp: Any, x: Any) -> Any:
    """Return 1/(1 + exp(-x)) for each entry, from the side that does not overflow."""
    decay = xp.exp(-xp.abs(x))
    return xp.where(x >= 0.0, 1.0 / (1.0 + decay), decay / (1.0 + decay))


def softplus(xp: Any, x: Any) -> Any:
    """Return log(1 + exp(x)) for each entry, from the side that does not overflow."""
    return relu(xp, x) + xp.log1p(xp.exp(-xp.abs(x)))


def cumsum(xp: Any, x: Any) -> Any:
    """Return sums along the first axis, by the older name where there is one, which Dask knows, too."""
    return (xp.cumsum if hasattr(xp, "cumsum") else xp.cumulative_sum)(x, axis=0)


def cumsum_reversed(xp: Any, x: Any) -> Any:
    """Return sums along the first axis, from the end."""
    return xp.flip(cumsum(xp, xp.flip(x, axis=0)), axis=0)


def logsumexp(xp: Any, x: Any) -> Any:
    """Return the logarithm of the sum of exponentials, the largest entry taken out."""
    largest = xp.max(x)
    return largest + xp.log(xp.sum(xp.exp(x - largest)))


def rowlogsumexp(xp: Any, x: Any) -> Any:
    """Return the logarithm of the sum of exponentials of each row, its largest entry taken out."""
    largest = xp.max(x, axis=1)
    return largest + xp.log(xp.sum(xp.exp(x - largest[:, None]), axis=1))


def softmax(xp: Any, x: Any) -> Any:
    """Return exponentials divided by their sum, the largest entry taken out."""
    weights = xp.exp(x - xp.max(x))
    return weights / xp.sum(weights)


def rowsoftmax(xp: Any, x: Any) -> Any:
    """Return the softmax of each row."""
    weights = xp.exp(x - xp.max(x, axis=1, keepdims=True))
    return weights / xp.sum(weights, axis=1, keepdims=True)


def logdet(xp: Any, x: Any) -> Any:
    """Return the logarithm of a determinant, NaN if it is negative."""
    sign, value = xp.linalg.slogdet(x)
    return xp.where(sign >= 0.0, value, xp.log(sign))


def norm1(xp: Any, x: Any) -> Any:
    """Return the sum of absolute values."""
    return xp.sum(xp.abs(x))


def norminf(xp: Any, x: Any) -> Any:
    """Return the largest absolute value."""
    return xp.max(xp.abs(x))


def var(xp: Any, x: Any) -> Any:
    """Return the mean squared difference from the mean."""
    return xp.mean((x - xp.mean(x)) ** 2)


def specnorm(xp: Any, x: Any) -> Any:
    """Return the largest singular value."""
    return xp.max(xp.linalg.svd(x, full_matrices=False)[1])


def nucnorm(xp: Any, x: Any) -> Any:
    """Return the sum of the singular values."""
    return xp.sum(xp.linalg.svd(x, full_matrices=False)[1])


def pinv(xp: Any, x: Any) -> Any:
    """Return the Moore-Penrose inverse; singular values that may be rounding errors count as zero."""
    left, values, right = xp.linalg.svd(x, full_matrices=False)
    kept = values > max(1e-12, 10.0 * max(x.shape) * xp.finfo(values.dtype).eps) * xp.max(values)
    inverse = xp.where(kept, 1.0 / xp.where(kept, values, xp.ones_like(values)), 0.0 * values)
    return right.T @ (inverse[:, None] * left.T)


def eigvals(xp: Any, x: Any) -> Any:
    """Return the eigenvalues of a symmetric matrix in ascending order."""
    return xp.linalg.eigvalsh((x + x.T) / 2.0)


def eigvecs(xp: Any, x: Any) -> Any:
    """Return unit eigenvectors of a symmetric matrix, each with a positive largest entry."""
    vectors = xp.linalg.eigh((x + x.T) / 2.0)[1]
    sizes = xp.abs(vectors)
    large = xp.where(sizes > xp.max(sizes, axis=0) * (1.0 - 1e-6), vectors, 0.0 * vectors)
    # The first of the largest entries decides: what stands above it counts more than all below it.
    places = xp.reshape(xp.arange(x.shape[0], dtype=x.dtype), (-1, 1))
    first = xp.min(xp.where(large != 0.0, places, 0.0 * large + x.shape[0]), axis=0)
    return vectors * xp.sign(xp.sum(xp.where(places == first, vectors, 0.0 * vectors), axis=0))


def lambda_max(xp: Any, x: Any) -> Any:
    """Return the largest eigenvalue of a symmetric matrix."""
    return eigvals(xp, x)[-1]


def lambda_min(xp: Any, x: Any) -> Any:
    """Return the smallest eigenvalue of a symmetric matrix."""
    return eigvals(xp, x)[0]


def eigvec_max(xp: Any, x: Any) -> Any:
    """Return the unit eigenvector of a symmetric matrix to its largest eigenvalue."""
    return eigvecs(xp, x)[:, -1]


def eigvec_min(xp: Any, x: Any) -> Any:
    """Return the unit eigenvector of a symmetric matrix to its smallest eigenvalue."""
    return eigvecs(xp, x)[:, 0]


def peak(xp: Any, x: Any) -> Any:
    """Return the sign of the entry with the largest absolute value, zero elsewhere."""
    entries = xp.reshape(x, (-1,))
    place = xp.argmax(xp.abs(entries))
    here = xp.arange(entries.shape[0]) == place
    return xp.reshape(xp.where(here, xp.sign(entries), 0.0 * entries), x.shape)


def hardmax(xp: Any, x: Any) -> Any:
    """Return 1 at the place of the largest entry, shares of it where several are as large."""
    places = xp.where(x == xp.max(x), xp.ones_like(x), xp.zeros_like(x))
    return places / xp.sum(places)


def skew(xp: Any, x: Any) -> Any:
    """Return the matrix of the cross product with a vector."""
    none = 0.0 * x[0]
    entries = [none, -x[2], x[1], x[2], none, -x[0], -x[1], x[0], none]
    return xp.reshape(xp.stack(entries), (3, 3))


def unskew(xp: Any, x: Any) -> Any:
    """Return the differences of the entries below and above the diagonal."""
    return xp.stack([x[2, 1] - x[1, 2], x[0, 2] - x[2, 0], x[1, 0] - x[0, 1]])


def diagonal_matrix(xp: Any, x: Any) -> Any:
    """Return the diagonal matrix with the entries of a vector."""
    return xp.eye(x.shape[0], dtype=x.dtype) * x


def vec(xp: Any, x: Any) -> Any:
    """Return the columns stacked into one."""
    return xp.reshape(x.T, (-1,))


def lower_places(size: Any) -> Any:
    """Return the places of the entries of the lower triangle among stacked columns."""
    return [column * size + row for column in range(size) for row in range(column, size)]


def mirrored_places(size: Any) -> Any:
    """Return the places of the entries of a symmetric matrix among those of its lower triangle."""
    return [min(i, j) * (2 * size - min(i, j) - 1) // 2 + max(i, j) for i in range(size) for j in range(size)]


def vech(xp: Any, x: Any) -> Any:
    """Return the columns of the lower triangle stacked into one."""
    return vec(xp, x)[xp.asarray(lower_places(x.shape[0]))]


def unvech(xp: Any, x: Any, size: Any) -> Any:
    """Return the symmetric matrix whose lower triangle has these columns."""
    return xp.reshape(x[xp.asarray(mirrored_places(size))], (size, size))


def elimination(xp: Any, size: Any, dtype: Any = None, **device: Any) -> Any:
    """Return the matrix that takes stacked columns to those of the lower triangle."""
    return xp.eye(size * size, dtype=dtype, **device)[xp.asarray(lower_places(size)), :]


def duplication(xp: Any, size: Any, dtype: Any = None, **device: Any) -> Any:
    """Return the matrix that takes the columns of a lower triangle to those of the symmetric matrix."""
    return xp.eye(size * (size + 1) // 2, dtype=dtype, **device)[xp.asarray(mirrored_places(size)), :]


def commutation(xp: Any, rows: Any, cols: Any, dtype: Any = None, **device: Any) -> Any:
    """Return the matrix that takes the stacked columns of a matrix to its stacked rows."""
    places = [column * rows + row for row in range(rows) for column in range(cols)]
    return xp.eye(rows * cols, dtype=dtype, **device)[xp.asarray(places), :]


def toeplitz(xp: Any, x: Any) -> Any:
    """Return the symmetric Toeplitz matrix with this first column."""
    index = xp.arange(x.shape[0])
    places = xp.reshape(xp.abs(index[:, None] - index[None, :]), (-1,))
    return xp.reshape(xp.take(x, places, axis=0), (x.shape[0], x.shape[0]))


def diagsums(xp: Any, x: Any) -> Any:
    """Return the sums at each distance from the diagonal."""
    index = xp.arange(x.shape[0])
    distance = xp.abs(index[:, None] - index[None, :])
    return xp.stack([xp.sum(xp.where(distance == k, x, 0.0 * x)) for k in range(x.shape[0])])


def cyclicsum(xp: Any, x: Any) -> Any:
    """Return the sum of a matrix and all that its rows and columns moved on together make of it."""
    return sum((xp.roll(x, (k, k), axis=(0, 1)) for k in range(1, x.shape[0])), x)


def kronecker(xp: Any, x: Any, y: Any) -> Any:
    """Return the Kronecker product of two matrices."""
    rows, cols = x.shape[0] * y.shape[0], x.shape[1] * y.shape[1]
    return xp.reshape(x[:, None, :, None] * y[None, :, None, :], (rows, cols))


def kron_left(xp: Any, x: Any, y: Any) -> Any:
    """Return the inner product of each block of x with y."""
    rows, cols = y.shape
    blocks = xp.reshape(x, (x.shape[0] // rows, rows, x.shape[1] // cols, cols))
    return xp.sum(blocks * y[None, :, None, :], axis=(1, 3))


def kron_right(xp: Any, x: Any, y: Any) -> Any:
    """Return the sum of the blocks of x, weighted by y."""
    rows, cols = y.shape
    blocks = xp.reshape(x, (rows, x.shape[0] // rows, cols, x.shape[1] // cols))
    return xp.sum(blocks * y[:, None, :, None], axis=(0, 2))


def khatrirao(xp: Any, x: Any, y: Any) -> Any:
    """Return the Kronecker products of the columns of x with those of y."""
    return xp.reshape(x[:, None, :] * y[None, :, :], (-1, x.shape[1]))


def cholesky_det(xp: Any, factor: Any) -> Any:
    """Return the determinant of a matrix of which this is the Cholesky factor."""
    return xp.prod(xp.linalg.diagonal(factor)) ** 2


def cholesky_logdet(xp: Any, factor: Any) -> Any:
    """Return the logarithm of the determinant of a matrix of which this is the Cholesky factor."""
    return 2.0 * xp.sum(xp.log(xp.linalg.diagonal(factor)))


def lu_det(xp: Any, factors: Any) -> Any:
    """Return the determinant of a matrix that is factorised."""
    swaps = xp.sum(factors[1] != xp.arange(factors[1].shape[0])) % 2
    return xp.prod(xp.linalg.diagonal(factors[0])) * (1 - 2 * swaps)


def lu_logdet(xp: Any, factors: Any) -> Any:
    """Return the logarithm of the determinant of a matrix that is factorised, NaN if it is negative."""
    entries = xp.linalg.diagonal(factors[0])
    swaps = xp.sum(factors[1] != xp.arange(factors[1].shape[0])) + xp.sum(entries < 0.0)
    return xp.sum(xp.log(xp.abs(entries))) + xp.log((1.0 - 2.0 * (swaps % 2)) * xp.abs(xp.sign(entries[0])))


def lower_logdet(xp: Any, x: Any) -> Any:
    """Return the logarithm of the determinant of a triangular matrix, NaN if it is negative."""
    entries = xp.linalg.diagonal(x)
    sign = 1.0 - 2.0 * (xp.sum(entries < 0.0) % 2)
    return xp.sum(xp.log(xp.abs(entries))) + xp.log(sign)


def identity_like(xp: Any, x: Any) -> Any:
    """Return the identity of the size and type of a square matrix, on its device."""
    return xp.tril(xp.triu(xp.ones_like(x)))


def sqrtm(xp: Any, x: Any) -> Any:
    """Return the principal square root of a matrix, NaN where there is none."""
    root, inverse = x, identity_like(xp, x)
    for _ in range(24):  # Denman and Beavers; see Higham, Functions of Matrices (2008), (6.15)
        root, inverse = (root + xp.linalg.inv(inverse)) / 2.0, (inverse + xp.linalg.inv(root)) / 2.0
    error = xp.max(xp.abs(root @ root - x))
    rounding = max(1e-6, 100.0 * x.shape[0] * xp.finfo(x.dtype).eps)
    return xp.where(error <= rounding * xp.max(xp.abs(x)), root, xp.nan * root)


def eiggaps(xp: Any, x: Any) -> Any:
    """Return 1/(x[j] - x[i]), zero where i = j."""
    gaps = x - x[:, None]
    return xp.where(gaps != 0.0, 1.0 / xp.where(gaps != 0.0, gaps, 0.0 * gaps + 1.0), 0.0 * gaps)


def polar(xp: Any, x: Any) -> Any:
    """Return the orthonormal polar factor of a matrix of full rank."""
    left, _, right = xp.linalg.svd(x, full_matrices=False)
    return left @ right


def sylvester(xp: Any, x: Any, y: Any, z: Any) -> Any:
    """Return the solution S of x*S + S*y = z, where it is unique."""
    rows, cols = z.shape
    operator = kronecker(xp, identity_like(xp, y), x) + kronecker(xp, y.T, identity_like(xp, x))
    return xp.reshape(xp.linalg.solve(operator, xp.reshape(z.T, (-1,))), (cols, rows)).T


def unvec(xp: Any, x: Any, rows: Any, cols: Any) -> Any:
    """Return the matrix whose stacked columns are a vector."""
    return xp.reshape(x, (cols, rows)).T


def expm(xp: Any, x: Any) -> Any:
    """Return the matrix exponential, by squaring that of a small multiple; its series ends at order 18."""
    norm, squarings = float(xp.max(xp.sum(xp.abs(x), axis=1))), 0
    while 0.5 < norm < xp.inf:
        x, norm, squarings = x / 2.0, norm / 2.0, squarings + 1
    term = total = identity_like(xp, x)
    for order in range(1, 19):
        term = term @ x / order
        total = total + term
    for _ in range(squarings):
        total = total @ total
    return total


def expm_frechet(xp: Any, x: Any, y: Any) -> Any:
    """Return the derivative of the matrix exponential at x along y."""
    size = x.shape[0]
    upper, lower = xp.concat([x, y], axis=1), xp.concat([0.0 * x, x], axis=1)
    return expm(xp, xp.concat([upper, lower], axis=0))[:size, size:]
