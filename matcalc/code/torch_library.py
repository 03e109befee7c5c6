"""PyTorch, with functions that it has under other names, or in another form, than the array API standard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matcalc.code.portable_library import PORTABLE, RENAMED
from matcalc.code.target import Target

if TYPE_CHECKING:  # helpers are read, not run here
    import torch

_TEMPLATES = PORTABLE | {
    "rowsums": "torch.sum({0}, dim=1)",
    "columnsums": "torch.sum({0}, dim=0)",
    "running": "torch.cumsum({0}, dim=0)",
    "running_reversed": "torch.flip(torch.cumsum(torch.flip({0}, (0,)), dim=0), (0,))",
    "trace": "torch.trace({0})",
    "diagonal": "torch.diagonal({0})",
    "diagonal_matrix": "torch.diag({0})",
    "permuted": "torch.permute({0}, ({1},))",
    "summed": "torch.sum({0}, dim={1})",
    "einsum": "torch.einsum({0})",
    "joined": "torch.cat([{0}])",
    "rows": "torch.cat([{0}], dim=0)",
    "columns": "torch.cat([{0}], dim=1)",
    "kron": "torch.kron({0}.contiguous(), {1}.contiguous())",
    "minimum": "torch.clamp({0}, max={1})",
    "maximum": "torch.clamp({0}, min={1})",
    "cholesky": "torch.linalg.cholesky({0})",
    "cholesky_inverse": "torch.cholesky_inverse({0})",
    "lu": "torch.linalg.lu_factor({0})",
    "lu_solve_transposed": "lu_solve({0}, {1}, transposed=True)",
    "lower_solve_transposed": "lower_solve({0}, {1}, transposed=True)",
    "lower_det": "torch.prod(torch.diagonal({0}))",
}

TORCH = Target(
    "torch",
    "import torch",
    "torch",
    _TEMPLATES,
    ("portable_library", "torch_library"),
    renamed=RENAMED,
    number_type="torch.float64",
    strict=True,
    devices=True,
)


def relu(x: Any) -> Any:
    """Return the positive part of each entry."""
    return torch.relu(x)


def sigmoid(x: Any) -> Any:
    """Return 1/(1 + exp(-x)) for each entry."""
    return torch.sigmoid(x)


def logsumexp(x: Any) -> Any:
    """Return the logarithm of the sum of exponentials."""
    return torch.logsumexp(x, dim=0)


def rowlogsumexp(x: Any) -> Any:
    """Return the logarithm of the sum of exponentials of each row."""
    return torch.logsumexp(x, dim=1)


def softmax(x: Any) -> Any:
    """Return exponentials divided by their sum."""
    return torch.softmax(x, dim=0)


def rowsoftmax(x: Any) -> Any:
    """Return the softmax of each row."""
    return torch.softmax(x, dim=1)


def logdet(x: Any) -> Any:
    """Return the logarithm of a determinant, NaN if it is negative."""
    return torch.logdet(x)


def var(x: Any) -> Any:
    """Return the mean squared difference from the mean."""
    return torch.var(x, correction=0)


def specnorm(x: Any) -> Any:
    """Return the largest singular value."""
    return torch.linalg.matrix_norm(x, 2)


def nucnorm(x: Any) -> Any:
    """Return the sum of the singular values."""
    return torch.linalg.matrix_norm(x, "nuc")


def eigvecs(x: Any) -> Any:
    """Return unit eigenvectors of a symmetric matrix, each with a positive largest entry."""
    vectors = torch.linalg.eigh((x + x.T) / 2.0)[1]
    sizes = torch.abs(vectors)
    large = sizes > torch.amax(sizes, dim=0) * (1.0 - 1e-6)
    first = torch.argmax(large.to(torch.int64), dim=0)
    return vectors * torch.sign(vectors[first, torch.arange(x.shape[1])])


def peak(x: Any) -> Any:
    """Return the sign of the entry with the largest absolute value, zero elsewhere."""
    entries = x.reshape(-1)
    signs = torch.zeros_like(entries)
    place = torch.argmax(torch.abs(entries))
    signs[place] = torch.sign(entries[place])
    return signs.reshape(x.shape)


def toeplitz(x: Any) -> Any:
    """Return the symmetric Toeplitz matrix with this first column."""
    index = torch.arange(len(x))
    return x[torch.abs(index[:, None] - index[None, :])]


def diagsums(x: Any) -> Any:
    """Return the sums at each distance from the diagonal."""
    index = torch.arange(x.shape[0])
    distance = torch.abs(index[:, None] - index[None, :])
    return torch.stack([torch.sum(x[distance == k]) for k in range(x.shape[0])])


def cyclicsum(x: Any) -> Any:
    """Return the sum of a matrix and all that its rows and columns moved on together make of it."""
    return sum((torch.roll(x, (k, k), dims=(0, 1)) for k in range(1, x.shape[0])), x)


def cholesky_solve(factor: Any, y: Any) -> Any:
    """Return the solution of a linear system with a matrix that is factorised."""
    return torch.cholesky_solve(y.reshape(len(y), -1), factor).reshape(y.shape)


def lu_solve(factors: Any, y: Any, transposed: bool = False) -> Any:
    """Return the solution of a linear system with a matrix that is factorised, or with its transpose."""
    return torch.linalg.lu_solve(*factors, y.reshape(len(y), -1), adjoint=transposed).reshape(y.shape)


def lu_inverse(factors: Any) -> Any:
    """Return the inverse of a matrix that is factorised."""
    return torch.linalg.lu_solve(
        *factors, torch.eye(len(factors[0]), dtype=factors[0].dtype, device=factors[0].device)
    )


def lower_solve(x: Any, y: Any, transposed: bool = False) -> Any:
    """Return the solution of a linear system with a lower triangular matrix, or with its transpose."""
    matrix = x.T if transposed else x
    return torch.linalg.solve_triangular(matrix, y.reshape(len(y), -1), upper=transposed).reshape(y.shape)


def lower_inverse(x: Any) -> Any:
    """Return the inverse of a lower triangular matrix."""
    return torch.linalg.solve_triangular(x, torch.eye(len(x), dtype=x.dtype, device=x.device), upper=False)


def lu_det(factors: Any) -> Any:
    """Return the determinant of a matrix that is factorised."""
    places = torch.arange(1, len(factors[1]) + 1, dtype=factors[1].dtype, device=factors[1].device)
    swaps = torch.sum(factors[1] != places) % 2
    return torch.prod(torch.diagonal(factors[0])) * (1 - 2 * swaps)


def lu_logdet(factors: Any) -> Any:
    """Return the logarithm of the determinant of a matrix that is factorised, NaN if it is negative."""
    entries = torch.diagonal(factors[0])
    places = torch.arange(1, len(factors[1]) + 1, dtype=factors[1].dtype, device=factors[1].device)
    swaps = torch.sum(factors[1] != places) + torch.sum(entries < 0)
    return torch.sum(torch.log(torch.abs(entries))) + torch.log((1 - 2 * (swaps % 2)).to(entries.dtype))


def erf(x: Any) -> Any:
    """Return the error function of each entry."""
    return torch.erf(x)


def normcdf(x: Any) -> Any:
    """Return the distribution function of the standard normal distribution, of each entry."""
    return torch.special.ndtr(x)


def lgamma(x: Any) -> Any:
    """Return the logarithm of the gamma function of each entry."""
    return torch.lgamma(x)


def tgamma(x: Any) -> Any:
    """Return the gamma function of each entry, negative between two poles of which the upper one is even."""
    is_negative = (x < 0.0) & (torch.floor(x) % 2 == 1)
    return torch.where(is_negative, -1.0, 1.0) * torch.exp(torch.lgamma(x))


def digamma(x: Any) -> Any:
    """Return the derivative of the logarithm of the gamma function, of each entry."""
    return torch.digamma(x)


def trigamma(x: Any) -> Any:
    """Return its second derivative, of each entry."""
    return torch.polygamma(1, x)


def polygamma(order: Any, x: Any) -> Any:
    """Return the derivative of an order of the digamma function, of each entry."""
    return torch.polygamma(order, x)


def cross(x: Any, y: Any) -> Any:
    """Return the cross product."""
    return torch.linalg.cross(x, y)


def expm(x: Any) -> Any:
    """Return the matrix exponential."""
    return torch.linalg.matrix_exp(x)


def expm_frechet(x: Any, y: Any) -> Any:
    """Return the derivative of the matrix exponential at x along y."""
    size = len(x)
    upper, lower = torch.cat([x, y], dim=1), torch.cat([torch.zeros_like(x), x], dim=1)
    return expm(torch.cat([upper, lower], dim=0))[:size, size:]
