"""What the operations of array libraries cost here, in nanoseconds: ``python -m benchmarks.rates``.

Beside each figure stands the one that the cost model of generated code has. The last line is what it costs
to have a matrix factorised by SciPy and multiplied by NumPy, as a multiple of what SciPy takes for both.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import numpy as np
from scipy.linalg import lapack

from matcalc.code import instructions as model
from matcalc.code.numpy_library import weighted_gram
from matcalc.code.scipy_library import cholesky, product


def nanoseconds(call: Callable[[], object]) -> float:
    """Return the best time of a call."""
    call()
    best = float("inf")
    for _ in range(20):
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    return best * 1e9


def main() -> None:
    """Print the rates."""
    rng = np.random.default_rng(0)
    n = 1000
    A, B, x, small = rng.normal(size=(n, n)), rng.normal(size=(n, n)), rng.normal(size=n), rng.normal(size=4)
    flat, other = rng.normal(size=20_000), rng.normal(size=20_000)
    weights = rng.uniform(size=n)
    S = A @ A.T + n * np.eye(n)
    rates = {
        "a call": (nanoseconds(lambda: small.dot(small)), model.CALL),
        "one in a product of matrices": (nanoseconds(lambda: A.dot(B)) / n**3, model.MULTIPLICATION),
        "one in a product with a vector": (nanoseconds(lambda: A.dot(x)) / n**2, model.STREAMED),
        "an entry of an operand of a sum": (nanoseconds(lambda: flat + other) / 2 / flat.size, model.ENTRY),
        "an entry of a diagonal matrix": (nanoseconds(lambda: np.diag(x)) / n**2, model.DIAGONAL),
        "an entry of sums of columns": (nanoseconds(lambda: A.sum(axis=0)) / n**2, model.SUMMED),
        "an entry of exp": (nanoseconds(lambda: np.exp(flat)) / flat.size, model.FUNCTION),
        "a multiplication in a factorisation": (
            nanoseconds(lambda: lapack.dpotrf(S)) / (n**3 / 6), model.FACTORED
        ),
        "a matrix times its transpose, by a product": (
            nanoseconds(lambda: A.T.dot(A)) / nanoseconds(lambda: B.T.dot(A)), 0.5
        ),
        "such a product with weights, by a product": (
            nanoseconds(lambda: weighted_gram(A, weights)) / nanoseconds(lambda: B.T.dot(A)), model.WEIGHTED
        ),
    }  # fmt: skip
    for name, (measured, modelled) in rates.items():
        print(f"{name:45} {measured:8.3f}  model {modelled:g}")
    S, B = S[:256, :256].copy(), B[:256, :256].copy()
    two, one = (nanoseconds(partial(_both, S, B, by)) for by in (np.dot, product))
    print(f"{'a factorisation and a product, two libraries':45} {two / one:8.1f}  times one library")


def _both(S: np.ndarray, B: np.ndarray, multiplied: Callable[..., object]) -> object:
    return cholesky(S), multiplied(B, S)


if __name__ == "__main__":
    main()
