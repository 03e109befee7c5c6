"""``matcalc bench``: how fast generated code is."""

from __future__ import annotations

import click

from matcalc.cli.options import (
    ExpressionCommand,
    declarations_of,
    dims_option,
    expression_argument,
    expression_text,
    latex_option,
    names_of,
    seed_option,
    sizes_of,
    var_option,
    wrt_option,
)
from matcalc.cli.progress import progress_shown
from matcalc.cli.streams import answer, legible


@click.command("bench", cls=ExpressionCommand)
@expression_argument
@wrt_option("The variables to differentiate by.")
@dims_option("Sizes to time with; 100 for those that are not given.")
@var_option
@click.option(
    "--seconds", default=1.0, show_default=True, type=click.FloatRange(0.05, 600), help="Time for each row."
)
@seed_option("Seed of the random values.")
@latex_option
def bench_command(
    expression: str,
    wrt: tuple[str, ...],
    dims: tuple[str, ...],
    declarations: tuple[str, ...],
    seconds: float,
    seed: int,
    latex: bool | None,
) -> int:
    """Time the code for the scalar EXPR and its gradient.

    Compared are our NumPy, JAX and PyTorch code, and what JAX and PyTorch make of our code for the value by
    themselves, where they are installed. All run in this process, in turns; the times are medians.

    For example: matcalc bench "1/2*||W'*W*x - x||^2" --wrt W --dims m=200,n=1000
    """
    from matcalc.api.timing import timings

    text = expression_text(expression)
    with progress_shown(steady=False):
        rows = timings(
            text, names_of(wrt), declarations_of(declarations), sizes_of(dims),
            seconds=seconds, seed=seed, latex=latex,
        )  # fmt: skip
    width = max(len(row.contender) for row in rows)
    lines = [f"{'':{width}}  {'quantity':8}  {'time':>10}  {'ratio':>7}"]
    for row in rows:
        duration = _duration(row.seconds)
        lines.append(f"{row.contender:{width}}  {row.quantity:8}  {duration:>10}  {row.ratio:7.2f}")
    table = "\n".join(lines)
    answer(table, lambda: legible(table))
    return 0


def _duration(seconds: float) -> str:
    return f"{seconds * 1e6:.1f} µs" if seconds < 1e-3 else f"{seconds * 1e3:.2f} ms"
