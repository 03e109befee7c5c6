"""Memory that Dask needs for data that do not fit: ``python -m benchmarks.memory``.

Gradient and Hessian of logistic regression, over data several times as large as the worker may be. Prints the
size of the data, the limit and the peak of the worker's resident memory.
"""

from __future__ import annotations

import argparse
import resource
import time

import dask
import dask.array as da
import numpy as np
from dask.distributed import Client, LocalCluster

import matcalc as mc

TEXT = "sum(softplus(-y.*(X*w))) + lam/2*w'*w"
KINDS = {"X": "matrix(m,n)", "y": "vector(m)", "lam": "scalar"}
MB = 1e6


def peak() -> float:
    """Return the peak of the resident memory of this process, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MB


def main() -> None:
    """Compute the derivatives with one worker and print what it needed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=int, default=600, help="memory of the worker, in megabytes")
    parser.add_argument("--data", type=int, default=3000, help="size of the data, in megabytes")
    parser.add_argument("--columns", type=int, default=100)
    options = parser.parse_args()
    rows = int(options.data * MB / 8 / options.columns)
    chunk = int(16 * MB / 8 / options.columns)
    random = da.random.default_rng(0)
    X = random.normal(size=(rows, options.columns), chunks=(chunk, options.columns))
    y = da.sign(random.normal(size=rows, chunks=chunk))
    w = np.full(options.columns, 0.01)
    function = mc.compile(TEXT, "w", ("gradient", "hessian"), KINDS, target="xp")
    dask.config.set({"distributed.admin.system-monitor.disk": False})
    limit = f"{options.limit}MB"
    with (
        LocalCluster(
            n_workers=1, threads_per_worker=1, memory_limit=limit, dashboard_address=None
        ) as cluster,
        Client(cluster) as client,
    ):
        before = max(client.run(peak).values())
        start = time.perf_counter()
        gradient, hessian = dask.compute(*function(X=X, y=y, w=w, lam=0.1))
        seconds = time.perf_counter() - start
        after = max(client.run(peak).values())
    print(f"data {options.data} MB ({rows} rows), limit {options.limit} MB")
    print(f"gradient {gradient.shape}, hessian {hessian.shape}, {seconds:.0f} s")
    print(f"peak of the worker {after:.0f} MB, {before:.0f} MB of it before")
    assert after < options.limit


if __name__ == "__main__":
    main()
