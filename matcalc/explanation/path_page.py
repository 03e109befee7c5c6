r"""The paths of a gradient on a page of LaTeX."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from matcalc.explanation.paper import abbreviations, heading, sheet
from matcalc.explanation.parts import FULL, WITH, Parts
from matcalc.expression import Expr, variables
from matcalc.printing import LATEX, Latex, Row, aligned, width

#: What stands before the name of a part of the sum, and before what a path adds to it.
_WHERE, _CONTRIBUTION = r"\text{where }", r"\text{contribution}"


class PathEquations(NamedTuple):
    """A path: where it begins, the values on it by name, how the last one moves, and the contribution."""

    start: str
    values: Sequence[tuple[str, Expr]]
    move: str
    product: Expr
    contribution: Expr

    @property
    def exprs(self) -> list[Expr]:
        """All right sides."""
        return [*(formula for _, formula in self.values), self.product, self.contribution]


class Total(NamedTuple):
    """The gradient of ``whole``: what it is, in which ``definitions`` are names for parts."""

    whole: str
    gradient: Expr
    definitions: Mapping[str, Expr]


def paths_page(paths: Sequence[PathEquations], total: Total, taken: Iterable[str]) -> str:
    """Return the paths as LaTeX text, one after the other, and their sum; ``taken`` are the user's names."""
    exprs = [expr for path in paths for expr in path.exprs]
    exprs += [total.gradient, *total.definitions.values()]
    names = {*taken, *variables(exprs), *total.definitions, total.whole}
    names |= {name for path in paths for name, _ in path.values} | {path.move for path in paths}
    short = abbreviations(names)
    style = LATEX.telling_apart(names).abbreviating(short)
    parts = Parts(exprs, names | set(short.values()), style)
    blocks = [_path(number, path, parts, style) for number, path in enumerate(paths, 1)]
    return sheet([*blocks, _sum(paths[0].start if paths else "", total, parts, style)], short, style)


def _path(number: int, path: PathEquations, parts: Parts, style: Latex) -> str:
    way = style.to.join(style.name(name) for name in (path.start, *(name for name, _ in path.values)))
    sides = [(style.name(name), formula) for name, formula in path.values]
    sides += [(style.name(path.move), path.product), (_CONTRIBUTION, path.contribution)]
    return f"{heading(f'path {number}')}: ${way}$\n{aligned(_rows(sides, {}, parts))}"


def _sum(wrt: str, total: Total, parts: Parts, style: Latex) -> str:
    sides = [(style.partial(style.name(total.whole), style.name(wrt)), total.gradient)]
    sides += [(f"{_WHERE} {style.name(name)}", value) for name, value in total.definitions.items()]
    names = {value: name for name, value in total.definitions.items()}
    return f"{heading('sum')}\n{aligned(_rows(sides, names, parts))}"


def _rows(sides: Sequence[tuple[str, Expr]], names: Mapping[Expr, str], parts: Parts) -> list[Row]:
    room = FULL - max(width(f"{left} =") for left, _ in [*sides, (rf"{WITH} M_{{22}}", None)])
    found = []
    for left, expr in sides:
        known = {node: name for node, name in names.items() if node is not expr}
        found += parts.rows(left, expr, known, room)
    return found
