"""The reference derivatives in SymPy and back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import matcalc as mc
from tests.numerical import distance
from tests.test_cases import CASES, GRADIENTS, references

TOLERANCE = 1e-8
#: Of the derivatives, so many can be written in SymPy, and so many come back as the same expression.
WRITTEN, THE_SAME = 99, 96


def derivative(name: str, wrt: str) -> mc.Derivative:
    return mc.diff(CASES[name]["expr"], wrt, CASES[name]["variables"])


def refusal(found: mc.Derivative) -> mc.MatcalcError | None:
    try:
        found.to_sympy()
    except mc.MatcalcError as error:
        return error
    return None


@pytest.mark.parametrize(("name", "wrt"), GRADIENTS)
def test_derivative_comes_back_with_the_same_numbers(name: str, wrt: str) -> None:
    found = derivative(name, wrt)
    error = refusal(found)
    if error is not None:
        assert error.code == "E505"
        assert any(f"{word}(" in str(found) for word in error.message.split())
        return
    again = mc.from_sympy(found.to_sympy(), found.variables)
    assert again.shape == found.shape
    for reference in references(name, wrt):
        assert distance(again.evaluate(**reference["inputs"]), reference["derivative"]) < TOLERANCE


def test_share(summary: Callable[[str], None]) -> None:
    found = {run: derivative(*run) for run in GRADIENTS}
    refused = {run: error for run in GRADIENTS if (error := refusal(found[run])) is not None}
    written = [run for run in GRADIENTS if run not in refused]
    same = [
        run
        for run in written
        if mc.from_sympy(found[run].to_sympy(), found[run].variables) == found[run].expr
    ]
    summary(
        f"reference derivatives in SymPy: {len(written)} of {len(GRADIENTS)} "
        "come back with the same numbers, "
        f"{len(same)} as the same expression"
    )
    for (name, wrt), error in refused.items():
        summary(f"  {name} by {wrt}: {error.message}")
    assert (len(written), len(same)) == (WRITTEN, THE_SAME)
