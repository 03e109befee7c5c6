"""What the operations of array libraries cost here, in nanoseconds: ``python -m benchmarks.rates``.

Beside each figure stands the one that the cost model of generated code has.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from scipy.linalg import lapack

from matcalc.code import cost


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
    n = 512
    A, B, x, small = rng.normal(size=(n, n)), rng.normal(size=(n, n)), rng.normal(size=n), rng.normal(size=4)
    flat, other = rng.normal(size=20_000), rng.normal(size=20_000)
    S = A @ A.T + n * np.eye(n)
    rates = {
        "a call": (nanoseconds(lambda: small.dot(small)), cost.CALL),
        "one in a product of matrices": (nanoseconds(lambda: A.dot(B)) / n**3, cost.MULTIPLICATION),
        "one in a product with a vector": (nanoseconds(lambda: A.dot(x)) / n**2, cost.STREAMED),
        "an entry of an operand of a sum": (nanoseconds(lambda: flat + other) / 2 / flat.size, cost.ENTRY),
        "an entry of exp": (nanoseconds(lambda: np.exp(flat)) / flat.size, cost.FUNCTION),
        "a multiplication in a factorisation": (
            nanoseconds(lambda: lapack.dpotrf(S)) / (n**3 / 6), cost.FACTORED
        ),
    }  # fmt: skip
    for name, (measured, modelled) in rates.items():
        print(f"{name:45} {measured:8.3f}  model {modelled:g}")


if __name__ == "__main__":
    main()
