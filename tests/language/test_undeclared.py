"""Expressions without their declarations: read as they are meant or refused, never read as something else."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import matcalc as mc
from matcalc.expression import ONE
from matcalc.language import Reading, parse
from matcalc.numeric import evaluate, random_values
from tests.numerical import distance

DATA = Path(__file__).parents[1] / "data"
CASES: dict[str, dict[str, Any]] = {
    case["id"]: case
    for file in ("derivatives.jsonl", "derivatives2.jsonl")
    for case in map(json.loads, (DATA / file).read_text(encoding="utf-8").splitlines())
}
#: Those that cannot be read with their declarations either.
NOT_READ = ("d23", "d28")
#: Each variable by itself.
ASKED = [(name, wrt) for name, case in CASES.items() if name not in NOT_READ for wrt in case["variables"]]
#: How many readings have to be the same; a change here is a change of what is read.
ALL, SAME = 695, 688
TOLERANCE = 1e-9


class Outcome(NamedTuple):
    """What became of an expression: ``same``, ``refused`` or ``different``, and why."""

    kind: str
    reason: str = ""


def axes(reading: Reading, name: str) -> int:
    """Return how many axes a variable has."""
    return sum(dim is not ONE for dim in reading.variables[name].shape)


@cache
def meant(name: str) -> tuple[Reading, dict[str, Any]]:
    """Return the reading with the declarations, and random values for it, those of sizes included."""
    reading = parse(CASES[name]["expr"], CASES[name]["variables"])
    values = random_values(reading.expr, reading.variables, 0, {}, {})
    for variable, value in list(values.items()):
        dims = [dim for dim in reading.variables[variable].shape if dim is not ONE]
        values |= {dim.name: size for dim, size in zip(dims, np.shape(value), strict=True) if dim.name}
    return reading, values


@cache
def outcome(name: str, wrt: str) -> Outcome:
    """Return what an expression is read as if its derivative with respect to a variable is asked for."""
    declared, values = meant(name)
    try:
        reading = parse(CASES[name]["expr"], {}, [wrt])
    except mc.MatcalcError as error:
        return Outcome("refused", f"{error.code}: {error.message}")
    names = reading.variables.keys() & declared.variables.keys()
    others = sorted(each for each in names if axes(reading, each) != axes(declared, each))
    if others:
        return Outcome("different", f"{', '.join(others)} of another kind")
    try:
        value = evaluate(reading.expr, reading.variables, {each: values[each] for each in reading.variables})
    except mc.MatcalcError as error:
        return Outcome("different", error.message)
    expected = evaluate(
        declared.expr, declared.variables, {each: values[each] for each in declared.variables}
    )
    return Outcome("same") if distance(value, expected) < TOLERANCE else Outcome("different", "another value")


def test_derivatives_without_declarations_are_those_with_them(summary: Callable[[str], None]) -> None:
    counts = Counter(outcome(name, wrt).kind for name, wrt in ASKED)
    summary(
        "without declarations: " + ", ".join(f"{counts[k]} {k}" for k in ("same", "refused", "different"))
    )
    for name in dict.fromkeys(name for name, wrt in ASKED if outcome(name, wrt).kind != "same"):
        kind, reason = outcome(name, next(iter(CASES[name]["variables"])))
        summary(f"  {name} {kind}: {CASES[name]['expr']}")
        summary(f"    {reason}")
    assert len(ASKED) == ALL and counts["same"] >= SAME


@pytest.mark.parametrize("name", [name for name in CASES if name not in NOT_READ])
def test_nothing_is_read_as_something_else(name: str) -> None:
    outcomes = {outcome(name, wrt) for wrt in CASES[name]["variables"]}
    assert "different" not in {each.kind for each in outcomes}, outcomes


@pytest.mark.parametrize("name", CASES)
def test_kinds_do_not_depend_on_the_variable(name: str) -> None:
    """A text is read or refused in one way, whatever is asked of it."""
    readings: set[object] = set()
    for asked in ([], *([variable] for variable in CASES[name]["variables"])):
        try:
            readings.add(tuple(parse(CASES[name]["expr"], {}, asked).variables.items()))
        except mc.MatcalcError as error:
            readings.add((error.code, error.message))
    assert len(readings) == 1, readings
