"""Generated code on arrays that several devices, processes or workers hold parts of."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import numpy as np
import pytest

import matcalc as mc

TEXT = "sum(softplus(-y.*(X*w))) + lam/2*w'*w"
KINDS = {"X": "matrix(m,n)", "y": "vector(m)", "lam": "scalar"}

_DATA = f"""
import numpy as np
import matcalc as mc
import jax
jax.config.update("jax_enable_x64", True)
rng = np.random.default_rng(0)
X, y, w = rng.normal(size=(64, 5)), np.sign(rng.normal(size=64)), rng.normal(size=5)
text, kinds = {TEXT!r}, {KINDS!r}
outputs = ("value", "gradient", "hessian")
wanted = mc.compile(text, "w", outputs, kinds)(X=X, y=y, w=w, lam=0.1)
function = mc.compile(text, "w", outputs, kinds, target="jax")
"""

_SHARDED = """
from jax.sharding import Mesh, NamedSharding, PartitionSpec
assert len(jax.devices()) == 4
mesh = Mesh(np.array(jax.devices()), ("samples",))
rows = NamedSharding(mesh, PartitionSpec("samples"))
held = jax.device_put(X, rows)
assert len(held.addressable_shards) == 4 and held.addressable_shards[0].data.shape == (16, 5)
found = function(X=held, y=jax.device_put(y, rows), w=jax.numpy.asarray(w), lam=0.1)
"""

_SEVERAL_PROCESSES = """
from jax.sharding import Mesh, NamedSharding, PartitionSpec
assert jax.process_count() == 2 and len(jax.devices()) == 2 and len(jax.local_devices()) == 1
mesh = Mesh(np.array(jax.devices()), ("samples",))
rows, everywhere = NamedSharding(mesh, PartitionSpec("samples")), NamedSharding(mesh, PartitionSpec())
half = slice(32 * jax.process_index(), 32 * jax.process_index() + 32)
whole = jax.make_array_from_process_local_data
found = function(
    X=whole(rows, X[half], X.shape), y=whole(rows, y[half], y.shape),
    w=whole(everywhere, w, w.shape), lam=0.1,
)
"""

_COMPARED = """
for one, other in zip(found, wanted):
    assert np.allclose(np.asarray(one), other, rtol=1e-10), (one, other)
print("equal")
"""


def run(script: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "JAX_PLATFORMS": "cpu", **environment},
    )


def test_jax_code_runs_on_arrays_that_four_devices_hold() -> None:
    """Rows, which are samples, lie on different devices; the code is the same."""
    pytest.importorskip("jax", reason="JAX is not installed")
    done = run(_DATA + _SHARDED + _COMPARED, XLA_FLAGS="--xla_force_host_platform_device_count=4")
    out, errors = done.communicate(timeout=900)
    assert out.strip() == "equal", errors


def test_jax_code_runs_on_arrays_that_two_processes_hold() -> None:
    """Two processes on loopback, each with half of the samples."""
    pytest.importorskip("jax", reason="JAX is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = """
jax.config.update("jax_cpu_collectives_implementation", "gloo")
jax.distributed.initialize("127.0.0.1:{port}", num_processes=2, process_id={place})
"""
    imports, rest = _DATA.split("rng = ", 1)
    processes = [
        run(imports + start.format(port=port, place=k) + "rng = " + rest + _SEVERAL_PROCESSES + _COMPARED)
        for k in range(2)
    ]
    results = [process.communicate(timeout=900) for process in processes]
    for out, errors in results:
        assert out.strip().endswith("equal"), errors  # after what the processes say of their connection


def test_portable_code_runs_on_dask_arrays() -> None:
    """The result is lazy, and the same."""
    da = pytest.importorskip("dask.array", reason="Dask is not installed")
    rng = np.random.default_rng(0)
    X, y, w = rng.normal(size=(600, 5)), np.sign(rng.normal(size=600)), rng.normal(size=5)
    outputs = ("value", "gradient", "hessian")
    wanted = mc.compile(TEXT, "w", outputs, KINDS)(X=X, y=y, w=w, lam=0.1)
    function = mc.compile(TEXT, "w", outputs, KINDS, target="xp")
    held = da.from_array(X, chunks=(100, 5)), da.from_array(y, chunks=100)
    found = function(X=held[0], y=held[1], w=w, lam=0.1)
    for one, other in zip(found, wanted, strict=True):
        assert isinstance(one, da.Array)
        assert np.allclose(one.compute(), other, rtol=1e-10)


def test_cumulated_sums_of_dask_arrays() -> None:
    da = pytest.importorskip("dask.array", reason="Dask is not installed")
    X, w = np.random.default_rng(0).normal(size=(600, 5)), np.arange(5.0)
    value, gradient = mc.compile("sum(cumsum(X*w).^2)", "w", target="xp")(X=da.from_array(X, chunks=100), w=w)
    sums = np.cumsum(X @ w)
    assert np.allclose(value.compute(), sums @ sums)
    assert np.allclose(gradient.compute(), 2 * np.cumsum(sums[::-1])[::-1] @ X)


def test_numpy_code_refuses_arrays_of_other_libraries() -> None:
    """It would load them whole, which may not fit into memory."""
    da = pytest.importorskip("dask.array", reason="Dask is not installed")
    function = mc.compile("x'*x", "x", "gradient")
    with pytest.raises(mc.MatcalcError, match="target xp"):
        function(x=da.ones(4))
