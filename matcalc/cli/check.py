"""``matcalc check``: is an answer right, and what is wrong with it?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import click

from matcalc.api import Verdict, check_answer, check_answers
from matcalc.cli import streams
from matcalc.cli.files import answers_in
from matcalc.cli.options import (
    MARK,
    ExpressionCommand,
    declarations_of,
    expression_argument,
    expression_text,
    format_option,
    latex_option,
    seed_option,
    symmetric_option,
    var_option,
)
from matcalc.cli.progress import progress_shown
from matcalc.errors import visible

#: An answer's number, that of its line in a file, and what is found about it.
Numbered = tuple[int, Verdict]


@click.command("check", cls=ExpressionCommand)
@expression_argument
@click.option("--wrt", required=True, metavar="NAME", help="The variable to differentiate by.")
@click.option("--answer", help="The answer to check, text or LaTeX.")
@click.option("--answers", metavar="FILE", help="A file of answers, one in each line; - is standard input.")
@click.option("--where", default="", metavar="'NAME = EXPR, ...'", help="Names that the answers use.")
@var_option
@symmetric_option
@format_option("text", "json", "csv", help_text="How to print the verdicts.")
@latex_option
@seed_option("Seed of the random instances.")
def check_command(
    expression: str,
    wrt: str,
    answer: str | None,
    answers: str | None,
    where: str,
    declarations: tuple[str, ...],
    symmetric: str,
    notation: str,
    latex: bool | None,
    seed: int,
) -> int:
    """Say whether an answer is the derivative of EXPR, and if not what is wrong with it.

    Any equivalent form is right: values are compared on random instances. Exit code 0 if all answers are
    right, 1 if one is wrong. For example:

    matcalc check "x'*A*x" --wrt x --answer "2*A*x"
    """
    if (answer is None) == (answers is None):
        raise click.UsageError("give either --answer or --answers")
    text, kinds = expression_text(expression), declarations_of(declarations)
    options: dict[str, Any] = {"where": where, "seed": seed, "symmetric": symmetric, "latex": latex}
    with progress_shown():
        if answer is not None:
            verdicts = [(1, check_answer(text, wrt, answer.removeprefix(MARK), kinds, **options))]
        else:
            numbers, given = zip(*answers_in(answers or ""), strict=True)
            verdicts = list(
                zip(numbers, check_answers(text, wrt, list(given), kinds, **options), strict=True)
            )
    if notation == "text":
        _print_text(verdicts, single=answer is not None)
    else:
        from matcalc.cli.grading import verdicts_csv, verdicts_document

        streams.document(
            verdicts_csv(verdicts) if notation == "csv" else verdicts_document(verdicts, text, wrt)
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
