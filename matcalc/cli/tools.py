"""The commands about derivatives: ``check``, ``bench``, ``functions`` and ``laws``."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import click

from matcalc.api import Verdict, check_answer, check_answers
from matcalc.api.options import Options
from matcalc.api.reference import Reference, condition_of, law_as_dict, laws_about, reference, summary
from matcalc.cli import streams
from matcalc.cli.document import SCHEMA, as_json, verdicts_document
from matcalc.cli.parameters import (
    MARK,
    ExpressionCommand,
    OneValueCommand,
    derivative_options,
    dims_option,
    expression_argument,
    expression_text,
    format_option,
    seed_option,
    wrt_option,
)
from matcalc.cli.streams import answer, answers_in, document, legible, progress_shown, say
from matcalc.errors import visible
from matcalc.functions import FUNCTIONS, Law

#: What spreadsheets take for the beginning of a formula.
FORMULA = ("=", "+", "-", "@")


def verdicts_csv(verdicts: Sequence[tuple[int, Verdict]]) -> str:
    """Return a table with a row for each answer: its number, text, verdict, and first finding.

    A text that a spreadsheet would take for a formula has an apostrophe in front.
    """
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["number", "answer", "correct", "code", "message"])
    for number, verdict in verdicts:
        first = verdict.findings[0] if verdict.findings else ("", "")
        table.writerow([number, *map(_harmless, (verdict.answer, str(verdict.correct).lower(), *first))])
    return out.getvalue().rstrip("\n")


def _harmless(text: str) -> str:
    shown = visible(text)
    return f"'{shown}" if shown.lstrip().startswith(FORMULA) else shown


#: An answer's number, that of its line in a file, and what is found about it.
Numbered = tuple[int, Verdict]


@click.command("check", cls=ExpressionCommand)
@expression_argument
@wrt_option("The variable of differentiation.")
@click.option("--answer", help="The answer to check, text or LaTeX.")
@click.option("--answers", metavar="FILE", help="A file of answers, one in each line; - is standard input.")
@click.option("--where", default="", metavar="'NAME = EXPR, ...'", help="Names that the answers use.")
@derivative_options("variables", "symmetric", "latex")
@format_option("text", "json", "csv", help_text="How to print the verdicts.")
@seed_option("Seed of the random instances.")
def check_command(
    expression: str,
    wrt: list[str],
    answer: str | None,
    answers: str | None,
    where: str,
    notation: str,
    seed: int,
    **options: Any,
) -> int:
    """Check answers: are they the derivative of EXPR?

    The output says what is wrong with a wrong answer. Any equivalent form is right: values are compared on
    random instances. The exit code is 0 if all answers are right, 1 if one is wrong. For example:

    matcalc check "x'*A*x" --wrt x --answer "2*A*x"
    """
    if (answer is None) == (answers is None):
        raise click.UsageError("give either --answer or --answers")
    text, way = expression_text(expression), {"where": where, "seed": seed, **options}
    with progress_shown():
        if answer is not None:
            verdicts = [(1, check_answer(text, wrt, answer.removeprefix(MARK), **way))]
        else:
            numbers, given = zip(*answers_in(answers or ""), strict=True)
            each = check_answers(text, wrt, list(given), **way)
            verdicts = list(zip(numbers, each, strict=True))
    if notation == "text":
        _print_text(verdicts, single=answer is not None)
    else:
        streams.document(
            verdicts_csv(verdicts)
            if notation == "csv"
            else verdicts_document(verdicts, text, Options(**options).read(text, wrt).wrt)
        )
    return int(not all(verdict.correct for _, verdict in verdicts))


def _print_text(verdicts: Sequence[Numbered], *, single: bool) -> None:
    if single:
        [(_, verdict)] = verdicts
        streams.answer("right" if verdict.correct else "wrong")
        for finding in verdict.findings:
            streams.say(f"{finding.code}: {finding.message}", verdict.answer)
        return
    texts = [visible(verdict.answer) for _, verdict in verdicts]
    width = max(map(len, texts))
    for (number, verdict), text in zip(verdicts, texts, strict=True):
        first = f"{verdict.findings[0].code}: {verdict.findings[0].message}" if verdict.findings else ""
        word = "right" if verdict.correct else "wrong"
        line = f"{number:>3}  {word}  {text:<{width}}  {visible(first)}".rstrip()
        streams.answer(line, partial(streams.legible, line, about=verdict.answer))
    streams.say(f"{sum(verdict.correct for _, verdict in verdicts)} of {len(verdicts)} right")


@click.command("bench", cls=ExpressionCommand)
@expression_argument
@wrt_option("The variables of differentiation.")
@dims_option("Sizes to time with; 100 for those that are not given.")
@derivative_options("variables", "symmetric", "latex")
@click.option(
    "--seconds", default=1.0, show_default=True, type=click.FloatRange(0.05, 600), help="Time for each row."
)
@seed_option("Seed of the random values.")
def bench_command(
    expression: str,
    wrt: list[str],
    dims: dict[str, int],
    seconds: float,
    seed: int,
    **options: Any,
) -> int:
    """Time generated code for EXPR and its gradient.

    EXPR is a scalar. The generated NumPy, JAX and PyTorch code is compared with automatic differentiation in
    JAX and PyTorch, if they are installed. All run in this process, in turns; the times are medians.

    For example: matcalc bench "1/2*||W'*W*x - x||^2" --wrt W --dims m=200,n=1000
    """
    from matcalc.api.timing import timings

    text = expression_text(expression)
    with progress_shown(steady=False):
        rows = timings(text, wrt, sizes=dims, seconds=seconds, seed=seed, **options)
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


@click.command("functions", cls=OneValueCommand)
@click.argument("name", required=False)
@format_option("text", "json")
def functions_command(name: str | None, notation: str) -> int:
    """List all functions, or describe one.

    For example: matcalc functions logdet
    """
    if name is None:
        _print(notation, {"functions": [summary(entry) for entry in FUNCTIONS]}, _list)
    else:
        entries = reference(name)
        content = [entry.as_dict() for entry in entries] if notation == "json" else []
        _print(notation, {"functions": content}, lambda: "\n\n".join(map(described, entries)))
    return 0


@click.command("laws", cls=OneValueCommand)
@click.argument("word", default="")
@click.option("--code", "of_code", is_flag=True, help="Only the laws for generated code.")
@format_option("text", "json")
def laws_command(word: str, of_code: bool, notation: str) -> int:
    """List the laws that simplify expressions.

    With WORD only those that mention this function, or in which WORD occurs.

    For example: matcalc laws logdet
    """
    laws = laws_about(word, of_code=of_code)
    if notation == "text" and not laws:
        say(f"no law mentions {word}")
    else:
        _print(notation, {"laws": [law_as_dict(law) for law in laws]}, lambda: _laws(laws))
    return 0


def _print(notation: str, content: Mapping[str, Any], text: Callable[[], str]) -> None:
    if notation == "json":
        document(as_json({"schema": SCHEMA, "ok": True, **content, "diagnostics": []}))
    else:
        shown = text()
        answer(shown, lambda: legible(shown))


def _list() -> str:
    lines = [(entry.name, entry.signature, entry.doc) for entry in FUNCTIONS]
    return "\n".join(_columns(lines))


def _laws(laws: list[Law]) -> str:
    lines = []
    for law in laws:
        condition = condition_of(law)
        lines.append(
            (law.name, f"{law.left} => {law.right}", f"if {condition}" * bool(condition), law.source)
        )
    return "\n".join(_columns(lines))


def described(of: Reference) -> str:
    """Return all that is known of a function, for a person to read."""
    rows = [(row.label, row.text) for row in of.rows]
    rows.append(("example", f"{of.value} with respect to {of.wrt}: {of.derivative}"))
    for i, law in enumerate(of.laws):
        condition = f" if {condition_of(law)}" if condition_of(law) else ""
        text = f"{law.left} => {law.right}{condition}"
        rows.append(("laws" if i == 0 else "", f"{text}  ({law.name})"))
    return "\n".join([f"{of.call}: {of.entry.doc}", *("  " + line for line in _columns(rows))])


def _columns(lines: Sequence[tuple[str, ...]]) -> list[str]:
    """Return lines of cells under each other, each column as wide as its widest cell."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    padded = [map(str.ljust, line, widths) for line in lines]
    return ["  ".join(cells).rstrip() for cells in padded]
