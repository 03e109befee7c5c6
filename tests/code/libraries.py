"""The array libraries in tests: their arrays from NumPy's and back."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest


class Arrays(NamedTuple):
    """How a test gives arrays to source for a target; NumPy reads what comes back."""

    target: str
    module: Any

    def given(self, value: Any, dtype: str = "float64") -> Any:
        """Return an array of the library."""
        array = np.asarray(value, dtype=dtype)
        if self.target == "torch":
            return self.module.from_numpy(np.array(array))
        return array if self.target == "numpy" else self.module.asarray(array)


def arrays_for(target: str) -> Arrays:
    """Return the library of a target; skips the test where it is not installed."""
    if target == "numpy":
        return Arrays(target, np)
    if target == "xp":
        return Arrays(
            target, pytest.importorskip("array_api_strict", reason="array-api-strict is not installed")
        )
    if target == "torch":
        return Arrays(target, pytest.importorskip("torch", reason="PyTorch is not installed"))
    jax = pytest.importorskip("jax", reason="JAX is not installed")
    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_platforms", "cpu")
    return Arrays(target, jax.numpy)
