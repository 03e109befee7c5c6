"""Functions of plain Python's floats and matrices of them, which the entries name in ``plain``.

Decompositions are by Jacobi rotations, which are short and accurate, and fast enough for small matrices.
"""

from __future__ import annotations

import math
from itertools import pairwise
from math import copysign, erfc, exp, factorial, fsum, hypot, inf, isfinite, isnan, log, nan, prod, sqrt
from sys import float_info

from matcalc.numeric.rational import Matrix, determinant, sum_of_products

EPSILON = float_info.epsilon
#: Singular values below this part of the largest count as zero in a pseudoinverse.
ZERO = 1e-12
#: Relative difference of two entries of an eigenvector that may be rounding.
TIED = 1e-8
#: So many rounds of rotations are made at most; ten are enough for matrices of any size that is met.
MAX_ROUNDS = 60

#: Half the orders of Bernoulli numbers, and these.
BERNOULLI = (
    (1, 1 / 6), (2, -1 / 30), (3, 1 / 42), (4, -1 / 30), (5, 5 / 66), (6, -691 / 2730), (7, 7 / 6),
    (8, -3617 / 510),
)  # fmt: skip

# Entry by entry


def logarithm(x: float) -> float:
    """Return the natural logarithm, minus infinity at zero."""
    return -inf if x == 0 else log(x)


def log1p(x: float) -> float:
    """Return the natural logarithm of 1 + x, minus infinity at -1."""
    return -inf if x == -1 else math.log1p(x)


def arctanh(x: float) -> float:
    """Return the inverse hyperbolic tangent, infinite at -1 and 1."""
    return copysign(inf, x) if abs(x) == 1 else math.atanh(x)


def lgamma(x: float) -> float:
    """Return the logarithm of the gamma function, infinite at its poles."""
    return inf if x <= 0 and x == math.floor(x) else math.lgamma(x)


def tgamma(x: float) -> float:
    """Return the gamma function, infinite at zero."""
    return math.gamma(x) if x else copysign(inf, x)


def sigmoid(x: float) -> float:
    """Return 1/(1 + exp(-x)), from the side that does not overflow."""
    small = exp(-abs(x))
    return (small if x < 0 else 1.0) / (1 + small)


def sign(x: float) -> float:
    """Return the sign: -1, 0 or 1."""
    return nan if isnan(x) else float((x > 0) - (x < 0))


def step(x: float) -> float:
    """Return 1 where the entry is positive, 0 where it is negative, 1/2 where it is zero."""
    return (1.0 + sign(x)) / 2


def relu(x: float) -> float:
    """Return the positive part."""
    return max(x, 0.0)


def softplus(x: float) -> float:
    """Return log(1 + exp(x)), from the side that does not overflow."""
    return max(x, 0.0) + log1p(exp(-abs(x)))


def normcdf(x: float) -> float:
    """Return the distribution function of the standard normal distribution."""
    return erfc(-x / sqrt(2)) / 2


def digamma(x: float) -> float:
    """Return the derivative of the logarithm of the gamma function, for positive ``x``.

    By recurrence to where the asymptotic series holds (DLMF 5.5.2 and 5.11.2).
    """
    if x <= 0:
        return nan
    value = 0.0
    while x < 15:
        value, x = value - 1 / x, x + 1
    return value + log(x) - 1 / (2 * x) - fsum(b / (2 * k) * (1 / x) ** (2 * k) for k, b in BERNOULLI)


def trigamma(x: float) -> float:
    """Return the first derivative of the digamma function."""
    return _polygamma(1, x)


def polygamma(order: int, x: Matrix) -> Matrix:
    """Return the derivative of an order of the digamma function, of each entry."""
    return x.map(lambda entry: _polygamma(order, entry))


def _polygamma(order: int, x: float) -> float:
    """Return a derivative of the digamma function, by its recurrence and series, differentiated."""
    if x <= 0:
        return nan
    value = 0.0
    while x < 15 + order:
        value, x = value + factorial(order) * prod([1 / x] * (order + 1)), x + 1
    y = 1 / x
    value += factorial(order - 1) * y**order + factorial(order) * y ** (order + 1) / 2
    series = (
        b * factorial(2 * k + order - 1) / factorial(2 * k) * y ** (2 * k + order) for k, b in BERNOULLI
    )
    return (value + fsum(series)) * (1 if order % 2 else -1)


def maximum(x: Matrix, y: Matrix) -> Matrix:
    """Return the larger of two entries."""
    return x.map(max, y)


def minimum(x: Matrix, y: Matrix) -> Matrix:
    """Return the smaller of two entries."""
    return x.map(min, y)


# From vectors and matrices to numbers


def norm(x: Matrix) -> float:
    """Return the Euclidean norm of all entries."""
    return float(hypot(*x.entries))


def largest(x: Matrix) -> float:
    """Return the largest entry."""
    return float(max(x.entries))


def smallest(x: Matrix) -> float:
    """Return the smallest entry."""
    return float(min(x.entries))


def hardmax(x: Matrix) -> Matrix:
    """Return 1 at the place of the largest entry, shares of it where several are as large."""
    most = largest(x)
    count = x.entries.count(most)
    return x.map(lambda entry: 1 / count if entry == most else 0.0)


def norminf(x: Matrix) -> float:
    """Return the largest absolute value."""
    return float(max(map(abs, x.entries)))


def peak(x: Matrix) -> Matrix:
    """Return the sign of the entry with the largest absolute value, zero elsewhere."""
    largest = x.entries.index(max(x.entries, key=abs))
    return Matrix.of_entries(x.shape, lambda i, j: sign(x[i, j]) if i * x.shape[1] + j == largest else 0.0)


def det(x: Matrix) -> float:
    """Return the determinant."""
    try:
        return float(determinant(x))
    except ZeroDivisionError:
        return 0.0


def logdet(x: Matrix) -> float:
    """Return the logarithm of the determinant, NaN if that is negative."""
    return logarithm(det(x))


def _logsumexp(row: list[float]) -> float:
    largest = max(row)
    return largest + log(fsum(exp(entry - largest) for entry in row))


def _softmax(row: list[float]) -> list[float]:
    largest = _logsumexp(row)
    return [exp(entry - largest) for entry in row]


def logsumexp(x: Matrix) -> float:
    """Return the logarithm of the sum of the exponentials."""
    return _logsumexp(x.entries)


def softmax(x: Matrix) -> Matrix:
    """Return the exponentials divided by their sum."""
    return Matrix.column(_softmax(x.entries))


def rowlogsumexp(x: Matrix) -> Matrix:
    """Return the logarithm of the sum of the exponentials of each row."""
    return Matrix.column(map(_logsumexp, x))


def rowsoftmax(x: Matrix) -> Matrix:
    """Return the softmax of each row."""
    return Matrix(map(_softmax, x))


# Decompositions


def chol(x: Matrix) -> Matrix:
    """Return the lower Cholesky factor, row by row; raises ``ValueError`` if there is none.

    Source: Golub and Van Loan, Matrix Computations (2013), section 4.2.
    """
    factor = [[0.0] * len(x) for _ in x]
    for i, row in enumerate(factor):
        for j in range(i):
            row[j] = (x[i, j] - sum_of_products(row[:j], factor[j][:j])) / factor[j][j]
        square = x[i, i] - sum_of_products(row[:i], row[:i])
        if not square > 0:
            raise ValueError("not positive definite")
        row[i] = sqrt(square)
    return Matrix(factor)


def svd(x: Matrix) -> tuple[Matrix, list[float], Matrix]:
    """Return U, the singular values, descending, and V of ``X = U*diag(values)*V'``.

    Columns of U to a value of zero are zero. By rotations of pairs of columns (Hestenes 1958; Golub and Van
    Loan, Matrix Computations (2013), section 8.6.3). Raises ``ValueError`` for what is not finite.
    """
    if not all(map(isfinite, x.entries)):
        raise ValueError("infinite or NaN")
    if x.shape[0] < x.shape[1]:
        left, values, right = svd(x.T)
        return right, values, left
    size = x.shape[1]
    columns, turned = x.T.rows, Matrix.identity(size).rows
    for _ in range(MAX_ROUNDS):
        rotated = [_rotated(columns, turned, p, q) for p in range(size) for q in range(p + 1, size)]
        if not any(rotated):
            break
    lengths = [hypot(*column) for column in columns]
    order = sorted(range(size), key=lambda i: -lengths[i])
    units = [[entry / lengths[i] if lengths[i] else 0.0 for entry in columns[i]] for i in order]
    return Matrix(units).T, [lengths[i] for i in order], Matrix(turned[i] for i in order).T


def _rotated(columns: list[list[float]], turned: list[list[float]], p: int, q: int) -> bool:
    """Make two columns orthogonal, and return whether they were not."""
    a, b = columns[p], columns[q]
    above, below, product = sum_of_products(a, a), sum_of_products(b, b), sum_of_products(a, b)
    if abs(product) <= EPSILON * sqrt(above * below):
        return False
    cotangent = (below - above) / (2 * product)
    tangent = copysign(1.0, cotangent) / (abs(cotangent) + hypot(1.0, cotangent))
    cosine = 1 / hypot(1.0, tangent)
    sine = cosine * tangent
    for pair in (columns, turned):
        a, b = pair[p], pair[q]
        pair[p] = [cosine * x - sine * y for x, y in zip(a, b, strict=True)]
        pair[q] = [sine * x + cosine * y for x, y in zip(a, b, strict=True)]
    return True


def eigh(x: Matrix) -> tuple[list[float], Matrix]:
    """Return the eigenvalues of the symmetric part, ascending, and unit eigenvectors as columns.

    Moved by its norm, the matrix has no negative eigenvalue, so its singular vectors are its eigenvectors.
    """
    symmetric = (x + x.T) / 2
    shift = norm(symmetric)
    _, values, vectors = svd(shift * Matrix.identity(len(x)) - symmetric)
    return [shift - value for value in values], vectors


def eigvals(x: Matrix) -> Matrix:
    """Return the eigenvalues of the symmetric part, ascending."""
    return Matrix.column(eigh(x)[0])


def eigvecs(x: Matrix) -> Matrix:
    """Return unit eigenvectors of the symmetric part, NaN if an eigenvalue is repeated.

    The largest entry of each is positive; of several as large but for rounding it is the first.
    """
    values, vectors = eigh(x)
    repeated = _repeated(values)
    columns = []
    for is_repeated, column in zip(repeated, vectors.T, strict=True):
        least = (1 - TIED) * max(map(abs, column))
        turn = nan if is_repeated else sign(next(entry for entry in column if abs(entry) >= least))
        columns.append([turn * entry for entry in column])
    return Matrix(columns).T


def _repeated(values: list[float]) -> list[bool]:
    """Return for each of some ascending eigenvalues whether another one is equal, but for rounding."""
    margin = 10 * len(values) * EPSILON * max(map(abs, values))
    near = [False, *(b - a <= margin for a, b in pairwise(values)), False]
    return [before or after for before, after in pairwise(near)]


def lambda_max(x: Matrix) -> float:
    """Return the largest eigenvalue."""
    return eigh(x)[0][-1]


def lambda_min(x: Matrix) -> float:
    """Return the smallest eigenvalue."""
    return eigh(x)[0][0]


def eigvec_max(x: Matrix) -> Matrix:
    """Return the eigenvector of the largest eigenvalue."""
    return Matrix.column(eigvecs(x).T.rows[-1])


def eigvec_min(x: Matrix) -> Matrix:
    """Return the eigenvector of the smallest eigenvalue."""
    return Matrix.column(eigvecs(x).T.rows[0])


def _resolvent(x: Matrix, place: int) -> Matrix:
    values, vectors = eigh(x)
    repeated = _repeated(values)[place]
    gaps = [values[place] - value for value in values]
    gaps[place] = inf
    return vectors @ _scaled([nan if repeated else 1 / gap for gap in gaps], vectors)


def _scaled(factors: list[float], vectors: Matrix) -> Matrix:
    """Return the transpose, with factors for its rows."""
    rows = zip(factors, vectors.T, strict=True)
    return Matrix([factor * entry for entry in row] for factor, row in rows)


def resolvent_max(x: Matrix) -> Matrix:
    """Return the reduced resolvent at the largest eigenvalue, NaN if that is repeated."""
    return _resolvent(x, -1)


def resolvent_min(x: Matrix) -> Matrix:
    """Return the reduced resolvent at the smallest eigenvalue, NaN if that is repeated."""
    return _resolvent(x, 0)


def pinv(x: Matrix) -> Matrix:
    """Return the Moore-Penrose inverse."""
    left, values, right = svd(x)
    return right @ _scaled([1 / value if value > ZERO * values[0] else 0.0 for value in values], left)


def specnorm(x: Matrix) -> float:
    """Return the largest singular value."""
    return svd(x)[1][0]


def nucnorm(x: Matrix) -> float:
    """Return the sum of the singular values."""
    return fsum(svd(x)[1])


def polar(x: Matrix) -> Matrix:
    """Return the orthonormal polar factor, NaN if the rank is not full."""
    left, values, right = svd(x)
    several = values[-1] <= values[0] * max(x.shape) * EPSILON
    return (left @ right.T) * (nan if several else 1.0)


def expm(x: Matrix) -> Matrix:
    """Return the matrix exponential: the Taylor polynomial of a small part, squared again and again.

    Source: Higham, Functions of Matrices (2008), section 10.3.
    """
    halvings = 0
    while 0.5 < norm(x) < inf:
        x, halvings = x / 2, halvings + 1
    power = value = Matrix.identity(len(x))
    for k in range(1, 16):
        power = power @ x
        value = value + power / factorial(k)
    for _ in range(halvings):
        value = value @ value
    return value


def expm_frechet(x: Matrix, y: Matrix) -> Matrix:
    """Return the derivative of the matrix exponential: a block of its value for ``[x, y; 0, x]``."""
    size = len(x)
    value = expm(Matrix.of_blocks([[x, y], [0 * x, x]]))
    return Matrix(row[size:] for row in value.rows[:size])
