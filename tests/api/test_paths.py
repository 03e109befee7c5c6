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
    assert found and all(str(path.nodes[-1]) == wrt for path in found)
    for reference in case["references"]:
        if reference["wrt"] == wrt:
            parts = [np.asarray(path.contribution.evaluate(**reference["inputs"])) for path in found]
            total = np.sum(parts, axis=0)
            assert distance(total, reference["derivative"]) < 1e-8, [str(p.contribution) for p in found]


def test_both_paths_of_a_tied_autoencoder() -> None:
    first, second = gradient("1/2*||W^T W x - x||^2", "W").paths()
    assert [str(node) for node in first.nodes[-3:]] == ["W'*W*x", "W'", "W"]
    assert [str(node) for node in second.nodes[-2:]] == ["W'*W*x", "W"]
    assert str(second.contribution) == "W*(W'*W*x - x)*x'"


def test_what_has_no_paths() -> None:
    with pytest.raises(mc.MatcalcError, match="gradient of a scalar"):
        gradient("A*x", "x").paths()
    text = "x'*x"
    for _ in range(9):
        text = f"({text})*({text})"
    with pytest.raises(mc.MatcalcError, match="more than 200 paths"):
        gradient(f"exp({text})", "x").paths()
