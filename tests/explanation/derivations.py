"""What the lines of a derivation claim, compared with numbers: differences of the values alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

import matcalc as mc
from matcalc.explanation import Line, Steps
from matcalc.expression import Expr
from matcalc.numeric import evaluate_all
from matcalc.numeric.sample import samples
from matcalc.printing import TEXT

Array = NDArray[np.float64]
STEPS = (1e-3, 5e-4, 2.5e-4)
TOLERANCE = 2e-6


class Instance(NamedTuple):
    """One random instance of a problem: ``values`` of the variables, and a move of the variable."""

    values: dict[str, Any]
    sizes: Any
    move: Array


def instances(derivative: mc.Derivative, count: int, seed: int = 0) -> Iterator[Instance]:
    """Yield instances at which the value of the derivative is defined; its gradient is finite there."""
    reading = derivative._of.reading
    rng = np.random.default_rng(seed)
    variable = reading.variables[derivative.wrt]
    found = 0
    for arrays, sizes in samples(reading.expr, reading.variables, seed):
        shape = tuple(dim.evaluate(sizes) for dim in variable.shape)
        gradient = number(derivative._of.last.linear, arrays, sizes)
        if np.all(np.isfinite(gradient)):
            yield Instance(arrays, sizes, rng.standard_normal(shape) / np.sqrt(np.prod(shape)))
            found += 1
        if found == count:
            return


def number(expr: Expr, values: Mapping[str, Any], sizes: Any) -> Array:
    """Return the value as a matrix, also of a scalar."""
    value = evaluate_all([expr], values, sizes)[expr]
    return np.asarray(value, dtype=float).reshape([dim.evaluate(sizes) for dim in expr.shape])


class Derivation:
    """A derivation at one instance, as a function of any of its values."""

    def __init__(self, steps: Steps, derivative: mc.Derivative, instance: Instance):
        self.lines = steps.lines
        self.values = [line for line in steps.lines if line.kind == "value"]
        self.instance = instance
        self.wrt = derivative.wrt
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
            if line.name not in instead:
                found[line.name] = self.scalar_or_array(line.right, moved)
        return found

    def scalar_or_array(self, expr: Expr, values: Mapping[str, Any]) -> Any:
        value = self.at(expr, values)
        return float(value[0, 0]) if expr.is_scalar else value

    def whole(self, found: Mapping[str, Any]) -> float:
        return float(np.asarray(found[self.values[-1].name]).reshape(()))

    def slope(self, name: str, direction: Array, only: str = "") -> float:
        """Return how the whole moves when a value, or the variable, does, found by differences."""
        return self.extrapolated(lambda t: self.whole(self._moved(name, direction, t, only)))

    def _moved(self, name: str, direction: Array, t: float, only: str) -> dict[str, Any]:
        start = self.instance.values if name == self.wrt else self.known
        old = np.asarray(start[name], dtype=float)
        new = (
            old + t * direction.reshape(old.shape)
            if old.ndim
            else float(old) + t * float(direction.reshape(()))
        )
        if name == self.wrt and not only:
            return self.run({**self.instance.values, name: new})
        return self.run(self.instance.values, instead={name: new}, only=only)

    def moves(self) -> dict[str, Array]:
        """Return how each value moves when the variable does."""
        names = [line.name for line in self.values]
        direction = self.instance.move

        def all_values(t: float) -> Array:
            found = self._moved(self.wrt, direction, t, "")
            return np.concatenate([np.ravel(found[name]) for name in names])

        flat = self.extrapolated(all_values)
        moves, start = {f"d{self.wrt}": direction}, 0
        for line in self.values:
            size = np.size(self.known[line.name])
            moves[f"d{line.name}"] = np.reshape(flat[start : start + size], np.shape(self.known[line.name]))
            start += size
        return moves

    @staticmethod
    def extrapolated(function: Any) -> Any:
        """Return the derivative at 0 by central differences, extrapolated twice."""
        first, second, third = ((function(h) - function(-h)) / (2 * h) for h in STEPS)
        once = (4 * second - first) / 3, (4 * third - second) / 3
        return (16 * once[1] - once[0]) / 15

    def direction(self, name: str, shape: tuple[int, ...]) -> Array:
        """Return a direction in which a value may move: a symmetric one for one known to be symmetric."""
        direction = np.random.default_rng(1).standard_normal(shape)
        symmetric = any(one.name == name and one.note for one in self.values)
        return (direction + direction.T) / 2 if symmetric and shape[0] == shape[1] else direction


def wrong_lines(derivation: Derivation) -> list[str]:
    """Return what the lines claim that does not agree with numbers."""
    return [message for message in _claims(derivation) if message]


def _claims(of: Derivation) -> Iterator[str]:
    by_line: dict[tuple[str, str], Array] = {}
    moves = of.moves()
    result: Array | None = None
    kind = name = ""
    for line in of.lines:
        kind, name = line.kind, line.name or name
        found = of.at(line.right, {**of.known, **moves})
        if kind == "value":
            continue
        if kind == "differential":
            yield _differs(line, found, moves[f"d{name}"].reshape(found.shape))
        elif kind == "path" or line.through:
            consumer = line.through or _consumer(line)
            key = (of.wrt if kind == "path" else name, consumer)
            by_line[key] = by_line.get(key, 0) + found
        elif line.part == "result":
            result = found if result is None or _is_projection(line) else result
            yield _differs(line, found, result)
            if line.name:
                yield _compared(of, line, found, of.wrt)
        else:
            yield _compared(of, line, found, name)
    for (name, consumer), total in by_line.items():
        direction = of.direction(name, total.shape)
        slope = of.slope(name, direction, only=consumer)
        yield _apart(f"{name} through {consumer}", float(np.sum(total * direction)), slope, total)


def _is_projection(line: Line) -> bool:
    return bool(line.note) and isinstance(line.note[0], str) and " gradient, " in line.note[0]


def _consumer(line: Line) -> str:
    place = line.note[-1]
    assert isinstance(place, tuple)
    return place[0]


def _compared(of: Derivation, line: Line, found: Array, name: str) -> str:
    direction = of.direction(name, found.shape)
    claimed = float(np.sum(found * direction))
    return _apart(f"{name}, {line.written(TEXT)}", claimed, of.slope(name, direction), found)


def _apart(what: str, claimed: float, slope: float, gradient: Array) -> str:
    size = max(1.0, float(np.max(np.abs(gradient))), abs(slope))
    return "" if abs(claimed - slope) <= TOLERANCE * size else f"{what}: {claimed} is not {slope}"


def _differs(line: Line, found: Array, wanted: Array) -> str:
    size, difference = max(1.0, float(np.max(np.abs(wanted)))), float(np.max(np.abs(found - wanted)))
    return "" if difference <= TOLERANCE * size else f"off by {difference}: {line.written(TEXT)}"
