"""The table of costs: what the programs of the benchmark's problems cost by the model, cell by cell.

``python -m benchmarks.costs --out costs.json`` writes the costs, ``--against costs.json`` prints the cells
that differ by more than one percent, ``--sources FILE`` writes the generated functions.
A cell is one quantity of one problem for one set of sizes; nothing is run.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from benchmarks.speed.problems import PROBLEMS
from matcalc import MatcalcError
from matcalc.api.options import Options
from matcalc.api.programs import program_of
from matcalc.code import TARGETS, Passes, SizeEstimates
from matcalc.code.instructions import program_cost
from matcalc.code.program import Program, arrays_in

#: Two costs are the same if they differ by less than this part.
TOLERANCE = 0.01
QUANTITIES = ("value", "gradient", "value and gradient", "hvp", "hessian")
SMALL, MIDDLE, LARGE = 16, 128, 1024
_PASSES = Passes(one_library=False)  # which renames what it does not make cheaper by the model


class Objective(NamedTuple):
    """An objective: as text with declarations, and its sizes, each a number or a multiple of ``n``."""

    text: str
    wrt: str | list[str]
    variables: Mapping[str, str]
    sizes: Mapping[str, float]


#: Sizes of the problems of ``benchmarks.speed``, where a fraction stands for a part of ``n``.
_SIZES: dict[str, dict[str, float]] = {
    "P1": {"n": 1.0},
    "P2": {"m": 4.0, "n": 1.0},
    "P3": {"m": 1.0, "n": 1.0, "k": 5},
    "P4": {"m": 0.25, "n": 1.0},
    "P5": {"m": 1.0, "n": 5, "k": 20},
    "P6": {"n": 1.0},
    "P7": {"m": 10, "n": 1.0, "k": 1.0, "p": 2.0},
    "P8": {"m": 4.0, "n": 1.0, "c": 10},
    "P9": {"m": 1.0, "n": 1.0},
}

#: More objectives, which nobody tuned for.
OBJECTIVES = {
    "kalman": Objective(
        "1/2*logdet(S) + 1/2*r'*inv(S)*r where S = C*P*C' + R, r = y - C*x", "C",
        {"C": "matrix(p,n)", "P": "spd(n)", "R": "spd(p)", "y": "vector(p)", "x": "vector(n)"},
        {"n": 1.0, "p": 0.25},
    ),
    "mixture": Objective(
        "1/2*sum(R.*(rowsum(Z.^2)*ones(k)' - 2*Z*N' + ones(m)*rowsum(N.^2)')) - m*logdet(L)"
        " where Z = X*L, N = M*L", ["M", "L"],
        {"R": "matrix(m,k)", "X": "matrix(m,d)", "L": "matrix(d,d)", "M": "matrix(k,d)"},
        {"m": 8.0, "d": 0.25, "k": 8},
    ),
    "leave one out": Objective(
        "1/2*||(inv(K + s*I)*y)./diag(inv(K + s*I))||^2", "K",
        {"K": "spd(n)", "s": "scalar positive", "y": "vector(n)"}, {"n": 1.0},
    ),
    "factor analysis": Objective(
        "logdet(L*L' + diag(d)) + tr(inv(L*L' + diag(d))*S)", ["L", "d"],
        {"L": "matrix(n,k)", "d": "vector(n) positive", "S": "symmetric(n)"}, {"n": 1.0, "k": 5},
    ),
    "regulator": Objective(
        "-tr(X*sylvester(F', F, Q + K'*R*K)) where F = A - B*K", "K",
        {"A": "matrix(n,n)", "B": "matrix(n,k)", "K": "matrix(k,n)", "Q": "spd(n)", "R": "spd(k)",
         "X": "spd(n)"},
        {"n": 1.0, "k": 0.25},
    ),
    "sharpe": Objective(
        "-(mu'*w)/sqrt(w'*S*w) + g*sum(w.*log(w)) where w = softmax(z)", "z",
        {"mu": "vector(n)", "S": "spd(n)", "z": "vector(n)", "g": "scalar"}, {"n": 1.0},
    ),
    "laplacian": Objective(
        "tr(F'*(diag(rowsum(A)) - A)*F) - logdet(diag(rowsum(A)) - A + I) + 1/2*||A - T||_F^2"
        " where A = M.*exp(-W)", "W",
        {"F": "matrix(n,k)", "M": "matrix(n,n)", "W": "matrix(n,n)", "T": "matrix(n,n)"}, {"n": 1.0, "k": 8},
    ),
    "exponential": Objective(
        "1/2*||expm(t*A)*X - Y||_F^2", "A",
        {"t": "scalar", "A": "matrix(n,n)", "X": "matrix(n,q)", "Y": "matrix(n,q)"}, {"n": 1.0, "q": 1.0},
    ),
    "powers": Objective(
        "sum(((1 + X.^2).^1.5.*exp(-X.^2/2))./(1 + Y.*sigmoid(X))) + l*sum(X.^4)", "X",
        {"X": "matrix(m,n)", "Y": "matrix(m,n)", "l": "scalar"}, {"m": 1.0, "n": 1.0},
    ),
    "contrastive": Objective(
        "sum(rowlogsumexp(S)) - tr(P'*S) where S = X*W*W'*X'/t", "W",
        {"X": "matrix(m,n)", "W": "matrix(n,k)", "P": "matrix(m,m)", "t": "scalar positive"},
        {"m": 1.0, "n": 1.0, "k": 0.25},
    ),
}  # fmt: skip


def objectives() -> dict[str, Objective]:
    """Return all objectives, by name."""
    timed = {
        name: Objective(one.text, one.wrt, one.variables, _SIZES[name]) for name, one in PROBLEMS.items()
    }
    return timed | OBJECTIVES


def cells() -> Iterator[tuple[str, Program, dict[str, int]]]:
    """Yield a name, the program and the sizes of each cell that there is a program for."""
    for name, one in objectives().items():
        for quantity in QUANTITIES:
            outputs = quantity if " " not in quantity else tuple(quantity.split(" and "))
            try:
                program = program_of(one.text, one.wrt, outputs, Options(variables=one.variables))
            except MatcalcError:
                continue
            wanted = {symbol for v in program.variables.values() for dim in v.shape for symbol in dim.symbols}
            assert wanted == one.sizes.keys(), (name, wanted)
            for n in (SMALL, MIDDLE, LARGE):
                sizes = {
                    symbol: max(4, int(size * n)) if isinstance(size, float) else int(size)
                    for symbol, size in one.sizes.items()
                }
                yield f"{name}, {quantity}, {n}", program, sizes


def cost_of(program: Program, sizes: Mapping[str, int]) -> float:
    """Return what a program costs by the model."""
    roots, _ = program.instructions(SizeEstimates(sizes), _PASSES)
    return program_cost(arrays_in(roots), SizeEstimates(sizes))


def compared(before: Mapping[str, float], after: Mapping[str, float]) -> str:
    """Return the cells that differ, worse ones first, and how many they are."""
    ratios = {name: after[name] / before[name] for name in before if name in after and before[name]}
    rows = sorted(ratios.items(), key=lambda item: -item[1])
    differing = [(name, ratio) for name, ratio in rows if abs(ratio - 1) > TOLERANCE]
    lines = [f"{ratio:7.3f}  {before[name]:14.0f}  {after[name]:14.0f}  {name}" for name, ratio in differing]
    missing = [f"missing: {name}" for name in before if name not in after]
    worse = sum(ratio > 1 for _, ratio in differing)
    return "\n".join(
        [*lines, *missing, f"{len(ratios)} cells, {worse} worse, {len(differing) - worse} better"]
    )


def main() -> None:
    """Write or compare the costs of all cells."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--sources", type=Path)
    parser.add_argument("--only", default="", help="the beginning of the names of cells")
    options = parser.parse_args()
    costs, sources, start = {}, [], time.perf_counter()
    for name, program, sizes in cells():
        if name.startswith(options.only):
            try:
                costs[name] = cost_of(program, sizes)
                if options.sources:
                    source = program.source(TARGETS["numpy"], SizeEstimates(sizes))
                    sources.append(f"# {name}\n{source.rpartition('def ')[2]}")
            except MatcalcError:
                continue
    print(f"{len(costs)} cells in {time.perf_counter() - start:.1f} s")
    if options.out:
        options.out.write_text(json.dumps(costs, indent=1) + "\n", encoding="utf-8")
    if options.sources:
        options.sources.write_text("\n\n".join(sources), encoding="utf-8")
    if options.against:
        print(compared(json.loads(options.against.read_text(encoding="utf-8")), costs))


if __name__ == "__main__":
    main()
