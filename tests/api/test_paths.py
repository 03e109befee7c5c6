"""The paths from a value to a variable, and their contributions."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc
from tests.numerical import distance
from tests.test_cases import CASES, GRADIENTS


def gradient(text: str, wrt: str, kinds: dict[str, str] | None = None) -> mc.Derivative:
    found = mc.diff(text, wrt, kinds)
    assert isinstance(found, mc.Derivative)
    return found


@pytest.mark.parametrize(("name", "wrt"), GRADIENTS)
def test_contributions_add_up_to_the_gradient(name: str, wrt: str) -> None:
    case = CASES[name]
    found = gradient(case["expr"], wrt, case["variables"]).paths()
    assert found and all(path.values[0].name == wrt for path in found)
    for reference in case["references"]:
        if reference["wrt"] == wrt:
            parts = [np.asarray(path.contribution.evaluate(**reference["inputs"])) for path in found]
            total = np.sum(parts, axis=0)
            assert distance(total, reference["derivative"]) < 1e-8, [str(p.contribution) for p in found]


def test_both_paths_of_a_tied_autoencoder() -> None:
    first, second = gradient("1/2*||W^T W x - x||^2", "W").paths()
    assert [value.name for value in first.values] == ["W", "N", "r", "L"]
    assert [value.name for value in second.values] == ["W", "M", "N", "r", "L"]
    assert (first.occurrence, second.occurrence) == ("W' in N = W'*M", "W in M = W*x")
    assert [str(value.differential) for value in second.values[1:]] == ["dW*x", "W'*dM", "dN", "r'*dr"]
    assert str(second.product) == "x'*dW'*W*r"
    assert str(second.contribution) == "W*(W'*W*x - x)*x'"


def test_the_variable_itself() -> None:
    [only] = gradient("s", "s", {"s": "scalar"}).paths()
    assert str(only.contribution) == "1" and str(only.product) == "ds"


def test_what_has_no_paths() -> None:
    with pytest.raises(mc.MatcalcError, match="gradient of a scalar"):
        gradient("A*x", "x").paths()
    text = "x'*x"
    for _ in range(9):
        text = f"({text})*({text})"
    with pytest.raises(mc.MatcalcError, match="more than 200 paths"):
        gradient(f"exp({text})", "x").paths()
