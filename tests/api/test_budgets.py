"""The budget of a call also bounds what its result is asked for, and what comes out of that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.api.results import Bounded

BUDGET = mc.Budget(nodes=100_000)
GRADIENT = mc.diff("norm2(A*x - b)^2", "x", budget=BUDGET)
MAP = mc.diff("A*X*B", "X", budget=BUDGET)
BLOCKS = mc.hessian("x'*A*y + norm2(x)^3", ["x", "y"], budget=BUDGET)
RESULTS: dict[str, Callable[[], Any]] = {
    "kron": lambda: MAP.kron,
    "map": lambda: MAP.map,
    "index": lambda: MAP.index,
    "in_form": lambda: GRADIENT.in_form("gradient"),
    "value": lambda: GRADIENT.value,
    "expr": lambda: GRADIENT.expr,
    "a path": lambda: GRADIENT.paths()[0].contribution,
    "a value on a path": lambda: GRADIENT.paths()[0].values[0].formula,
    "hvp": lambda: mc.hessian("norm2(x)^3", "x", budget=BUDGET).hvp("v"),
    "a block": lambda: BLOCKS.blocks[0][1],
    "all blocks": lambda: BLOCKS.expr,
    "one of several": lambda: mc.diff("x'*A*y", ["x", "y"], budget=BUDGET)["y"],
    "the derivative of an expression": lambda: mc.parse("x'*x", budget=BUDGET).diff("x"),
}


@pytest.mark.parametrize("name", RESULTS)
def test_what_results_give_has_their_budget(name: str) -> None:
    result = RESULTS[name]()
    assert isinstance(result, Bounded) and result.budget is BUDGET


ASKED: dict[str, Callable[[mc.Budget], object]] = {
    "kron": lambda budget: mc.diff("A*X*B*X*C", "X", budget=budget).kron,
    "expr": lambda budget: mc.hessian("norm2(x)^3 + x'*A*y", ["x", "y"], budget=budget).expr,
    "check": lambda budget: mc.diff("norm2(A*x - b)^2", ["x", "A"], budget=budget).code(),
    "objective": lambda budget: repr(mc.objective("norm2(x)^2", "x", {}, sizes={"n": 2}, budget=budget)),
    "operator": lambda budget: mc.hessian("norm2(A*x)^3", "x", budget=budget).operator(A=np.eye(2), x=[1, 1]),
    "to_sympy": lambda budget: mc.parse("norm2(A*x)^3", budget=budget).to_sympy(),
}


@pytest.mark.parametrize("name", ASKED)
def test_methods_of_results_take_no_more_than_the_budget(name: str) -> None:
    for nodes in range(1, 1000, 3):
        try:
            result: object = ASKED[name](mc.Budget(nodes=nodes))
        except mc.MatcalcError as error:
            assert error.code == "E508" and f"more than {nodes} nodes" in error.message
        else:
            break
    assert nodes > 1 and result is not None
