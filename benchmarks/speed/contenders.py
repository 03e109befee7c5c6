"""The contenders: each makes a function of no arguments that computes a quantity of a problem."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

import matcalc as mc
from benchmarks.speed.by_hand import BY_HAND
from benchmarks.speed.problems import PROBLEMS, data_of

Call = Callable[[], Any]


class Ready:
    """A call that is ready to be timed, what it returns as an array, and how long it took to make it."""

    def __init__(self, call: Call, as_array: Callable[[Any], Any], made_in: float = 0.0):
        self.call = call
        self.as_array = as_array
        self.made_in = made_in


def by_hand(problem: str, quantity: str, n: int) -> Ready | None:
    """Return the function that an expert wrote."""
    function = BY_HAND.get((problem, quantity))
    if function is None:
        return None
    data, direction = data_of(problem, n)
    more = {"v": direction} if quantity == "hvp" else {}
    return Ready(lambda: function(**data, **more), np.asarray)


def _compiled(problem: str, quantity: str, target: str) -> tuple[Callable[..., Any], float]:
    found = PROBLEMS[problem]
    start = time.perf_counter()
    function = mc.compile(found.text, found.wrt, quantity, found.variables, target=target)
    return function, time.perf_counter() - start


def matcalc_numpy(problem: str, quantity: str, n: int) -> Ready | None:
    """Return our NumPy code, made from the text of the problem."""
    if problem == "P9" and quantity == "hvp":
        return None
    data, direction = data_of(problem, n)
    _compiled(problem, quantity, "numpy")  # what all problems need is read once
    function, made_in = _compiled(problem, quantity, "numpy")
    given = {**data, "v": direction}
    values = [given[name] for name in vars(function)["arguments"]]
    return Ready(lambda: function(*values), np.asarray, made_in)


class _JaxNames:
    """What objectives call, in JAX."""

    def __init__(self) -> None:
        import jax
        import jax.numpy as jnp

        self.sum, self.log, self.exp, self.eye, self.trace = jnp.sum, jnp.log, jnp.exp, jnp.eye, jnp.trace
        self.solve, self.sigmoid = jnp.linalg.solve, jax.nn.sigmoid

    @staticmethod
    def slogdet(x: Any) -> Any:
        import jax.numpy as jnp

        return jnp.linalg.slogdet(x)[1]

    @staticmethod
    def rowlogsumexp(x: Any) -> Any:
        import jax

        return jax.nn.logsumexp(x, axis=1)


def _jax() -> Any:
    import jax

    jax.config.update("jax_enable_x64", True)
    return jax


def jax_derivatives(problem: str, quantity: str, n: int) -> Ready | None:
    """Return JAX's own derivatives, compiled."""
    jax = _jax()
    found, names = PROBLEMS[problem], _JaxNames()
    data, direction = data_of(problem, n)
    fixed = {name: value for name, value in data.items() if isinstance(value, float)}
    arrays = {name: jax.numpy.asarray(value) for name, value in data.items() if name not in fixed}
    point = arrays.pop(found.wrt)

    def objective(x: Any, rest: Any) -> Any:
        return found.objective(names, **{found.wrt: x}, **rest, **fixed)

    made = {
        "value": objective,
        "gradient": jax.grad(objective),
        "hessian": jax.jacfwd(jax.jacrev(objective)),
        "hvp": lambda x, rest, v: jax.jvp(lambda z: jax.grad(objective)(z, rest), (x,), (v,))[1],
    }
    function = jax.jit(made[quantity])
    more = (jax.numpy.asarray(direction),) if quantity == "hvp" else ()
    return Ready(lambda: jax.block_until_ready(function(point, arrays, *more)), np.asarray)


def matcalc_jax(problem: str, quantity: str, n: int) -> Ready | None:
    """Return our JAX code, compiled."""
    jax = _jax()
    data, direction = data_of(problem, n)
    function, made_in = _compiled(problem, quantity, "jax")
    given = {
        name: value if isinstance(value, float) else jax.numpy.asarray(value) for name, value in data.items()
    }
    given["v"] = jax.numpy.asarray(direction)
    values = [given[name] for name in vars(function)["arguments"]]
    return Ready(lambda: jax.block_until_ready(function(*values)), np.asarray, made_in)


class _TorchNames:
    """What objectives call, in PyTorch."""

    def __init__(self) -> None:
        import torch

        self.sum, self.log, self.exp, self.trace = torch.sum, torch.log, torch.exp, torch.trace
        self.solve, self.sigmoid = torch.linalg.solve, torch.sigmoid

    @staticmethod
    def eye(n: int) -> Any:
        import torch

        return torch.eye(n, dtype=torch.float64)

    @staticmethod
    def slogdet(x: Any) -> Any:
        import torch

        return torch.linalg.slogdet(x)[1]

    @staticmethod
    def rowlogsumexp(x: Any) -> Any:
        import torch

        return torch.logsumexp(x, dim=1)


def torch_derivatives(problem: str, quantity: str, n: int) -> Ready | None:
    """Return the derivatives of ``torch.func``."""
    import torch

    torch.set_num_threads(1)
    found, names = PROBLEMS[problem], _TorchNames()
    data, direction = data_of(problem, n)
    given = {k: v if isinstance(v, float) else torch.from_numpy(v) for k, v in data.items()}
    point, way = given.pop(found.wrt), torch.from_numpy(direction)

    def objective(x: Any) -> Any:
        return found.objective(names, **{found.wrt: x}, **given)

    gradient, hessian = torch.func.grad(objective), torch.func.hessian(objective)
    calls: dict[str, Call] = {
        "value": lambda: objective(point),
        "gradient": lambda: gradient(point),
        "hessian": lambda: hessian(point),
        "hvp": lambda: torch.func.jvp(gradient, (point,), (way,))[1],
    }
    return Ready(calls[quantity], lambda value: value.detach().numpy())


def matcalc_torch(problem: str, quantity: str, n: int) -> Ready | None:
    """Return our PyTorch code."""
    import torch

    torch.set_num_threads(1)
    data, direction = data_of(problem, n)
    function, made_in = _compiled(problem, quantity, "torch")
    given = {k: v if isinstance(v, float) else torch.from_numpy(v) for k, v in data.items()}
    given["v"] = torch.from_numpy(direction)
    values = [given[name] for name in vars(function)["arguments"]]

    def call() -> Any:
        with torch.inference_mode():
            return function(*values)

    return Ready(call, lambda value: np.asarray(value), made_in)


CONTENDERS: dict[str, Callable[[str, str, int], Ready | None]] = {
    "by hand": by_hand,
    "numpy": matcalc_numpy,
    "jax's own": jax_derivatives,
    "jax": matcalc_jax,
    "torch.func": torch_derivatives,
    "torch": matcalc_torch,
}
