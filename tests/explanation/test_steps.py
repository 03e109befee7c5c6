"""Steps are complete and right: each line is compared with numbers."""

from __future__ import annotations

import pytest

import matcalc as mc
from matcalc.explanation import STYLES
from tests.explanation.derivations import Derivation, instances, wrong_lines
from tests.test_cases import CASES, GRADIENTS


def gradient(text: str, wrt: str, kinds: dict[str, str] | None = None) -> mc.Derivative:
    found = mc.diff(text, wrt, kinds)
    assert isinstance(found, mc.Derivative)
    return found


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("name", "wrt"), GRADIENTS)
def test_each_line_agrees_with_numbers(name: str, wrt: str, style: str) -> None:
    derivative = gradient(CASES[name]["expr"], wrt, CASES[name]["variables"])
    steps = derivative.steps(style)
    tried = 0
    for instance in instances(derivative, 2):
        tried += 1
        assert not wrong_lines(Derivation(steps, derivative, instance)), f"{steps}"
    assert tried
