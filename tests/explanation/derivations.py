"""What the lines of a derivation claim, compared with numbers: differences of the values alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

import matcalc as mc
from matcalc.api.explanations import question_of
from matcalc.explanation import Line, Steps
from matcalc.expression import Expr, postorder, variable
from matcalc.numeric import evaluate_all
from matcalc.numeric.sample import direction, samples
from matcalc.printing import TEXT

Array = NDArray[np.float64]
STEPS = (1e-3, 5e-4, 2.5e-4)
TOLERANCE = 2e-6


class Instance(NamedTuple):
    """One random instance of a problem: ``values`` of the variables, and the sizes."""

    values: dict[str, Any]
    sizes: Any


def instances(derivative: mc.Derivative, count: int, seed: int = 0) -> Iterator[Instance]:
    """Yield instances at which the value of the derivative is defined; its gradient is finite there."""
    reading = derivative._of.reading
    found = 0
    for arrays, sizes in samples(reading.expr, reading.variables, seed):
        gradient = number(derivative._of.last.linear, arrays, sizes)
        if np.all(np.isfinite(gradient)):
            yield Instance(arrays, sizes)
            found += 1
        if found == count:
            return


def number(expr: Expr, values: Mapping[str, Any], sizes: Any) -> Array:
    """Return the value as a matrix, also of a scalar."""
    value = evaluate_all([expr], values, sizes)[expr]
    return np.asarray(value, dtype=float).reshape([dim.evaluate(sizes) for dim in expr.shape])


@lru_cache(maxsize=1)
def moves_of(derivative: mc.Derivative) -> dict[str, str]:
    """Return the names of the values of a trace with those of their differentials."""
    trace = question_of(derivative._of, derivative._definitions()).trace
    return {str(symbol.data[0]): str(move.data[0]) for symbol, move in trace.moves.items()}


class Derivation:
    """A derivation at one instance, as a function of any of its values."""

    def __init__(self, steps: Steps, derivative: mc.Derivative, instance: Instance):
        self.lines = steps.lines
        #: How far extrapolated differences were apart, at most: where that is much they say nothing.
        self.error = 0.0
        self.values = [line for line in steps.lines if line.part == "value"]
        self.instance = instance
        self.wrt = derivative.wrt
        self.value = derivative._of.reading.expr
        self.variable = derivative._of.last.variable
        self.moved = moves_of(derivative)
        self.known = self.run(instance.values)
        for line in steps.lines:
            if line.symbol:
                self.known[line.symbol] = self.at(line.right, self.known)

    def at(self, expr: Expr, values: Mapping[str, Any]) -> Array:
        return number(expr, values, self.instance.sizes)

    def run(
        self, start: Mapping[str, Any], *, instead: Mapping[str, Any] = {}, only: str = ""
    ) -> dict[str, Any]:
        """Return all values. ``instead`` are used for some; in the line ``only`` alone, if that is given."""
        found = dict(start)
        for line in self.values:
            moved = {**found, **instead} if only in ("", line.name) else found
            found[line.name] = self.at(line.right, moved)
        return found

    def whole(self, found: Mapping[str, Any]) -> float:
        return float(np.asarray(found[self.values[-1].name]).reshape(()))

    def slope(self, name: str, direction: Array, only: str = "") -> float:
        """Return how the whole moves when a value, or the variable, does, found by differences."""
        return self.extrapolated(lambda t: self.whole(self._moved(name, direction, t, only)))

    def _moved(self, name: str, direction: Array, t: float, only: str) -> dict[str, Any]:
        start = self.instance.values if name == self.wrt else self.known
        new = start[name] + t * direction
        if name == self.wrt and not only:
            return self.run({**self.instance.values, name: new})
        return self.run(self.instance.values, instead={name: new}, only=only)

    def moves(self) -> dict[str, Array]:
        """Return how each value moves when the variable does."""
        names = [line.name for line in self.values]
        towards = self.direction(self.wrt)

        def all_values(t: float) -> Array:
            found = self._moved(self.wrt, towards, t, "")
            return np.concatenate([np.ravel(found[name]) for name in names])

        flat = self.extrapolated(all_values)
        moves, start = {self.moved[self.wrt]: towards}, 0
        for line in self.values:
            size = np.size(self.known[line.name])
            move = np.reshape(flat[start : start + size], np.shape(self.known[line.name]))
            moves[self.moved.get(line.name, f"d{line.name}")] = move
            start += size
        return moves

    def extrapolated(self, function: Any) -> Any:
        """Return the derivative at 0 by central differences, extrapolated twice; see ``error``."""
        first, second, third = ((function(h) - function(-h)) / (2 * h) for h in STEPS)
        once = (4 * second - first) / 3, (4 * third - second) / 3
        apart = np.abs(once[1] - once[0]) / np.maximum(1, np.max(np.abs(once[1])))
        self.error = max(self.error, float(np.max(np.nan_to_num(apart, nan=np.inf))))
        return (16 * once[1] - once[0]) / 15

    def direction(self, name: str) -> Array:
        """Return a direction in which a value may move, by what is known of it: a symmetric one stays so."""
        moving = self.variable
        if name != self.wrt:
            line = next(one for one in self.values if one.name == name)
            square = line.right.shape[0] is line.right.shape[1]
            facts = str(line.note[0]).split(", ") if line.note and square else ()
            moving = variable(name, line.right.shape, frozenset(facts))
        at = {**self.known, **self.instance.values}[name]
        return direction(moving, at, self.instance.sizes, np.random.default_rng(1))[1]


def wrong_lines(derivation: Derivation) -> list[str]:
    """Return what the lines claim that does not agree with numbers, or does not follow from lines before."""
    return [message for message in (*_claims(derivation), *_unexplained(derivation)) if message]


def _unexplained(of: Derivation) -> Iterator[str]:
    """Yield the names that occur in a line before they are explained."""
    known = set(of.instance.values)
    for line in of.lines:
        names = {node.data[0] for node in postorder(line.right) if node.op == "variable"}
        if line.part in ("differential", "substitution"):
            names -= set(of.moved.values())
        if names - known:
            yield f"{sorted(names - known)} unexplained in {line.written(TEXT)}"
        known |= {line.symbol, line.name if line.kind == "value" else ""}


def _claims(of: Derivation) -> Iterator[str]:
    by_line: dict[tuple[str, str], Array] = {}
    moves = of.moves()
    result: Array | None = None
    kind = name = ""
    wanted = of.at(of.value, of.instance.values)
    yield _differs(of.values[-1], of.at(of.values[-1].right, of.known), wanted)
    for line in of.lines:
        kind, name = line.kind, line.name or name
        found = of.at(line.right, {**of.known, **moves})
        if line.part == "value":
            continue
        if kind == "differential":
            yield _differs(line, found, moves[name].reshape(found.shape))
        elif kind == "path" or line.through:
            consumer = line.through or _consumer(line)
            key = (of.wrt if kind == "path" else name, consumer)
            by_line[key] = by_line.get(key, 0) + found
        elif line.part == "result":
            if _is_projection(line):
                yield from _projected(of, found)
                result = found
            result = found if result is None else result
            yield _differs(line, found, result)
            if line.name and not _is_projection(line):
                yield _compared(of, line, found, of.wrt)
        else:
            yield _compared(of, line, found, name)
    for (name, consumer), total in by_line.items():
        towards = of.direction(name)
        slope = of.slope(name, towards, only=consumer)
        yield _apart(f"{name} through {consumer}", float(np.sum(total * towards)), slope, total)


def _projected(of: Derivation, found: Array) -> Iterator[str]:
    """Compare a gradient that respects a structure with slopes along what it allows of any direction."""
    instance, rng = of.instance, np.random.default_rng(2)
    for _ in range(3):
        any_direction, allowed = direction(of.variable, instance.values[of.wrt], instance.sizes, rng)
        yield _apart("projected", float(np.sum(found * any_direction)), of.slope(of.wrt, allowed), found)


def _is_projection(line: Line) -> bool:
    return bool(line.note) and isinstance(line.note[0], str) and " gradient, " in line.note[0]


def _consumer(line: Line) -> str:
    place = line.note[-1]
    assert isinstance(place, tuple)
    return place[0]


def _compared(of: Derivation, line: Line, found: Array, name: str) -> str:
    towards = of.direction(name)
    claimed = float(np.sum(found * towards))
    return _apart(f"{name}, {line.written(TEXT)}", claimed, of.slope(name, towards), found)


def _apart(what: str, claimed: float, slope: float, gradient: Array) -> str:
    size = max(1.0, float(np.max(np.abs(gradient))), abs(slope))
    return "" if abs(claimed - slope) <= TOLERANCE * size else f"{what}: {claimed} is not {slope}"


def _differs(line: Line, found: Array, wanted: Array) -> str:
    size, difference = max(1.0, float(np.max(np.abs(wanted)))), float(np.max(np.abs(found - wanted)))
    return "" if difference <= TOLERANCE * size else f"off by {difference}: {line.written(TEXT)}"
