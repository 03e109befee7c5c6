"""Times of generated code, and of automatic differentiation of the same value."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from statistics import median
from typing import Any, NamedTuple

from matcalc.api.expressions import expression_read
from matcalc.api.objective import compile
from matcalc.api.options import Options, refuse_named_functions, refuse_unknown_sizes, variables_listed
from matcalc.expression import USUAL_SIZE
from matcalc.numeric.progress import told

#: How often each contender has its turn.
ROUNDS = 7


class Timing(NamedTuple):
    """How long one call takes; ``ratio`` is relative to the generated NumPy code."""

    contender: str
    quantity: str
    seconds: float
    ratio: float


def timings(
    expression: str,
    wrt: Sequence[str],
    variables: Mapping[str, str] | None = None,
    sizes: Mapping[str, int] | None = None,
    *,
    seconds: float = 1.0,
    seed: int = 0,
    symmetric: str = "projected",
    latex: bool | None = None,
) -> list[Timing]:
    """Return the times of the value of a scalar expression and of its gradient, by contender.

    ``wrt`` are the variables of differentiation, ``sizes`` those of dimensions. Values are drawn
    with ``seed``, and each contender is called for some ``seconds``. Raises as
    :func:`matcalc.compile` does, E404 for an unknown size.
    """
    options = Options(variables=variables, symmetric=symmetric, latex=latex)
    reading = options.read(expression, variables_listed(wrt))
    refuse_named_functions(reading, "a benchmark", "write out what they are")
    refuse_unknown_sizes(sizes or (), [*reading.variables.values(), reading.expr])
    parsed = expression_read(reading)
    values = parsed.sample(seed, **dict.fromkeys(parsed.sizes, USUAL_SIZE) | dict(sizes or {}))
    way = {"variables": variables, "symmetric": symmetric, "latex": latex}
    rows = []
    for quantity in ("value", "gradient"):
        calls = dict(_contenders(expression, reading.wrt, quantity, values, way))
        times = _measured(calls, seconds, f"{quantity}, turns")
        rows += [
            Timing(name, quantity, seconds_of_call, seconds_of_call / times["numpy"])
            for name, seconds_of_call in times.items()
        ]
    return rows


def _measured(calls: Mapping[str, Callable[[], Any]], seconds: float, what: str) -> dict[str, float]:
    """Return the medians of the times of calls, which are made in turns; ``what`` is timed."""
    counts = {}
    for name, call in calls.items():
        call()
        start = time.perf_counter()
        call()
        once = max(time.perf_counter() - start, 1e-7)
        counts[name] = max(1, int(seconds / ROUNDS / once))
    measured: dict[str, list[float]] = {name: [] for name in calls}
    turns = [name for _ in range(ROUNDS) for name in random.Random(0).sample(list(calls), len(calls))]
    for name in told(what, turns):
        start = time.perf_counter()
        for _ in range(counts[name]):
            calls[name]()
        measured[name].append((time.perf_counter() - start) / counts[name])
    return {name: median(times) for name, times in measured.items()}


def _contenders(
    expression: str,
    wrt: Sequence[str],
    quantity: str,
    values: Mapping[str, Any],
    way: Mapping[str, Any],
) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Yield the contenders for a quantity, ready to be called; ``way`` are the options of ``compile``."""

    def made(target: str, wanted: str = quantity) -> Any:
        return compile(expression, wrt, wanted, target=target, **way)

    numpy = made("numpy")
    arguments = [_float_or_array(values[name]) for name in vars(numpy)["arguments"]]
    yield "numpy", lambda: numpy(*arguments)
    places = [k for k, name in enumerate(vars(numpy)["arguments"]) if name in wrt]
    if find_spec("jax"):
        yield from _in_jax(made, quantity, arguments, places)
    if find_spec("torch"):
        yield from _in_torch(made, quantity, arguments, places)


def _float_or_array(value: Any) -> Any:
    return value if hasattr(value, "shape") and value.shape else float(value)


def _in_jax(
    made: Any, quantity: str, arguments: Sequence[Any], places: Sequence[int]
) -> Iterator[tuple[str, Callable[[], Any]]]:
    jax: Any = import_module("jax")
    jax.config.update("jax_enable_x64", True)
    given = [jax.numpy.asarray(value) for value in arguments]
    function = made("jax")
    yield "jax", lambda: jax.block_until_ready(function(*given))
    if quantity == "gradient":
        automatic = jax.jit(jax.grad(made("jax", "value"), argnums=tuple(places)))
        yield "jax.grad", lambda: jax.block_until_ready(automatic(*given))


def _in_torch(
    made: Any, quantity: str, arguments: Sequence[Any], places: Sequence[int]
) -> Iterator[tuple[str, Callable[[], Any]]]:
    torch: Any = import_module("torch")
    given = [torch.as_tensor(array, dtype=torch.float64) for array in arguments]
    function = made("torch")
    yield "torch", lambda: function(*given)
    if quantity == "gradient":
        value = made("torch", "value")
        leaves = [array.clone().requires_grad_(k in places) for k, array in enumerate(given)]
        moving = [leaves[k] for k in places]
        yield "torch.autograd", lambda: torch.autograd.grad(value(*leaves), moving)
