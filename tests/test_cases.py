"""Reference derivatives: each case that the engine takes is compared with its references.

Those that it does not take yet are listed below by reason, so that none is left out unseen.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import matcalc as mc
from matcalc import Derivative, MatcalcError
from tests.measure import printed_size
from tests.numerical import distance

TOLERANCE = 1e-8
LEAST_SHARE = 0.95

with (Path(__file__).parent / "data" / "derivatives.jsonl").open(encoding="utf-8") as lines:
    CASES: dict[str, dict[str, Any]] = {case["id"]: case for case in map(json.loads, lines)}

#: Why a case is not run, and which cases these are.
NOT_TAKEN = {
    "derivatives of order 2": "hes01 hes02 hes04 hes07 hes08 hes13 hes14",
    "values that are no scalars": "jac02 jac05 jac06 jac07 jac08 jac10 jac14",
}
LEFT_OUT = {name: reason for reason, names in NOT_TAKEN.items() for name in names.split()}
TAKEN = [name for name in CASES if name not in LEFT_OUT]
RUNS = [(name, wrt) for name in TAKEN for wrt in CASES[name]["wrt"]]
TEXTBOOK = [(name, wrt) for name, wrt in RUNS if wrt in CASES[name].get("textbook", {})]
#: How many there are; a change here is a change of what the engine can do.
CASES_TAKEN, DERIVATIVES_TAKEN, COMPARED_WITH_TEXTBOOK = 79, 107, 57


class Result(NamedTuple):
    """A derivative printed, and printed by the textbook."""

    name: str
    wrt: str
    ours: str
    textbook: str

    @property
    def longer(self) -> bool:
        return printed_size(self.ours) > printed_size(self.textbook)


def derivatives(name: str, wrt: str) -> Iterator[tuple[str, Derivative]]:
    """Yield each spelling of the case with its derivative."""
    case = CASES[name]
    for spelling in (case["expr"], *case.get("spellings", ())):
        yield spelling, mc.diff(spelling, wrt, case["variables"])


def references(name: str, wrt: str) -> list[dict[str, Any]]:
    return [reference for reference in CASES[name]["references"] if reference["wrt"] == wrt]


@pytest.mark.parametrize(("name", "wrt"), RUNS)
def test_agrees_with_the_references(name: str, wrt: str) -> None:
    assert references(name, wrt)
    for spelling, derivative in derivatives(name, wrt):
        for reference in references(name, wrt):
            found = derivative.evaluate(**reference["inputs"])
            error = distance(found, reference["derivative"])
            assert error < TOLERANCE, f"{spelling} by {wrt}, {reference['mode']}: off by {error:.1e}"


@pytest.mark.parametrize(("name", "wrt"), RUNS)
def test_value_agrees_with_the_references(name: str, wrt: str) -> None:
    value = mc.parse(CASES[name]["expr"], CASES[name]["variables"])
    for reference in references(name, wrt):
        assert distance(value.evaluate(**reference["inputs"]), reference["value"]) < TOLERANCE


@pytest.mark.parametrize(("name", "wrt"), RUNS)
@pytest.mark.parametrize("printed", [str, Derivative.unicode], ids=["text", "unicode"])
def test_what_is_printed_reads_back(name: str, wrt: str, printed: Callable[[Derivative], str]) -> None:
    for _, derivative in derivatives(name, wrt):
        text = printed(derivative)
        again = mc.parse(text, CASES[name]["variables"])
        assert again.shape == derivative.shape, text
        for reference in references(name, wrt):
            found = again.evaluate(**reference["inputs"])
            assert distance(found, reference["derivative"]) < TOLERANCE, text


@pytest.mark.parametrize(("name", "wrt"), RUNS)
def test_check_agrees(name: str, wrt: str) -> None:
    [(_, derivative), *_] = derivatives(name, wrt)
    report = derivative.check(trials=2, seed=7)
    assert report.passed, f"{derivative}: {report}"


@pytest.mark.parametrize("name", LEFT_OUT)
def test_case_left_out_is_refused_for_the_reason_given(name: str) -> None:
    case, reason = CASES[name], LEFT_OUT[name]
    if case["order"] != 1:
        assert reason == "derivatives of order 2"
    with pytest.raises(MatcalcError) as refusal:
        mc.diff(case["expr"], case["wrt"][0], case["variables"], case["order"])
    error = refusal.value
    assert error.code == {"derivatives": "E502", "values": "E501"}[reason.split()[0]]


def test_every_case_is_run_or_left_out_for_a_reason(summary: Callable[[str], None]) -> None:
    assert set(LEFT_OUT) <= set(CASES)
    assert (len(TAKEN), len(RUNS)) == (CASES_TAKEN, DERIVATIVES_TAKEN)
    spellings = sum(len(CASES[name].get("spellings", ())) for name in TAKEN)
    summary(
        f"reference cases: {len(TAKEN)} of {len(CASES)}, {len(RUNS)} derivatives, {spellings} more spellings"
    )
    for reason, names in NOT_TAKEN.items():
        summary(f"  not taken yet, {reason}: {names}")


def test_forms_are_as_short_as_in_textbooks(summary: Callable[[str], None]) -> None:
    results = []
    for name, wrt in TEXTBOOK:
        [(_, derivative), *_] = derivatives(name, wrt)
        results.append(Result(name, wrt, str(derivative), CASES[name]["textbook"][wrt]))
    longer = [result for result in results if result.longer]
    share = 1 - len(longer) / len(results)
    summary(f"as short as the textbook: {len(results) - len(longer)} of {len(results)} ({share:.1%})")
    for result in longer:
        sizes = printed_size(result.ours), printed_size(result.textbook)
        summary(f"  {result.name} by {result.wrt}: {result.ours}  ({sizes[0]})")
        summary(f"    textbook: {result.textbook}  ({sizes[1]})")
    assert len(results) == COMPARED_WITH_TEXTBOOK
    assert share >= LEAST_SHARE


@pytest.mark.parametrize(("name", "wrt"), TEXTBOOK)
def test_textbook_form_is_the_same_derivative(name: str, wrt: str) -> None:
    textbook = mc.parse(CASES[name]["textbook"][wrt], CASES[name]["variables"])
    for reference in references(name, wrt):
        assert distance(textbook.evaluate(**reference["inputs"]), reference["derivative"]) < TOLERANCE
