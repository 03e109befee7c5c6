"""Reference derivatives: each case is compared with its references, in every form that it has."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import matcalc as mc
from matcalc import Derivative
from tests.index_text import evaluate_index_text, has_units
from tests.measure import printed_size
from tests.numerical import distance

TOLERANCE = 1e-8
LEAST_SHARE = 0.97

with (Path(__file__).parent / "data" / "derivatives.jsonl").open(encoding="utf-8") as lines:
    CASES: dict[str, dict[str, Any]] = {case["id"]: case for case in map(json.loads, lines)}

RUNS = [(name, wrt) for name in CASES for wrt in CASES[name]["wrt"]]
TEXTBOOK = [(name, wrt) for name, wrt in RUNS if wrt in CASES[name].get("textbook", {})]
#: How many there are; a change here is a change of what is compared.
ALL_CASES, ALL_DERIVATIVES, COMPARED_WITH_TEXTBOOK = 93, 121, 64
#: Those of scalars, of order 1: their derivatives are gradients.
GRADIENTS = [
    (name, wrt)
    for name, wrt in RUNS
    if CASES[name]["order"] == 1 and not np.ndim(CASES[name]["references"][0]["value"])
]


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
        yield spelling, mc.diff(spelling, wrt, case["variables"], case["order"])


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
        again = mc.parse(text, derivative.variables)
        assert again.shape == derivative.expr.shape, text
        for reference in references(name, wrt):
            moves = {move: random_move(derivative, reference, wrt) for move in derivative.arguments}
            found = again.evaluate(**reference["inputs"], **moves)
            assert distance(found, applied(reference["derivative"], moves.values())) < TOLERANCE, text


def random_move(derivative: Derivative, reference: dict[str, Any], wrt: str) -> Any:
    seed = len(str(derivative))
    return np.random.default_rng(seed).standard_normal(np.shape(reference["inputs"][wrt]))


def applied(array: Any, moves: Iterable[Any]) -> Any:
    """What a map with this array makes of some moves."""
    found = np.asarray(array)
    for move in moves:
        found = np.tensordot(found, move, axes=np.ndim(move))
    return found


@pytest.mark.parametrize(("name", "wrt"), RUNS)
def test_all_forms_are_the_same_derivative(name: str, wrt: str) -> None:
    [(_, derivative), *_] = derivatives(name, wrt)
    for form in derivative.forms:
        other = derivative.in_form(form)
        for reference in references(name, wrt):
            wanted = np.asarray(reference["derivative"])
            found = other.evaluate(**reference["inputs"])
            assert distance(found, wanted) < TOLERANCE, f"{form}: {other}"
            if form == "index":
                found = other.evaluate(**reference["inputs"], form="index")
                assert distance(found, wanted) < TOLERANCE, f"{form}: {other}"
                if not has_units(other):
                    found = evaluate_index_text(other, reference["inputs"], wanted.shape)
                    assert distance(found, wanted) < TOLERANCE, f"as printed: {other}"
            if form == "kron":
                matrix = other.evaluate(**reference["inputs"], form="kron")
                move = random_move(derivative, reference, wrt)
                stacked = matrix @ np.reshape(move, -1, order="F")
                result = np.reshape(applied(wanted, [move]), -1, order="F")
                assert distance(stacked, result) < TOLERANCE, f"{form}: {other}"


@pytest.mark.parametrize(("name", "wrt"), RUNS)
def test_check_agrees(name: str, wrt: str) -> None:
    [(_, derivative), *_] = derivatives(name, wrt)
    report = derivative.check(trials=2, seed=7)
    assert report.passed, f"{derivative}: {report}"


@pytest.mark.parametrize(("name", "wrt"), RUNS)
def test_check_agrees_in_every_form(name: str, wrt: str) -> None:
    [(_, derivative), *_] = derivatives(name, wrt)
    for form in derivative.forms:
        report = derivative.in_form(form).check(trials=1, seed=3)
        assert report.passed, f"{derivative.in_form(form)}: {report}"


def test_every_case_is_run(summary: Callable[[str], None]) -> None:
    assert (len(CASES), len(RUNS)) == (ALL_CASES, ALL_DERIVATIVES)
    spellings = sum(len(case.get("spellings", ())) for case in CASES.values())
    summary(f"reference cases: {len(CASES)}, {len(RUNS)} derivatives, {spellings} more spellings")


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
