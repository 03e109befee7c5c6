"""``matcalc check``: is an answer right, and what is wrong with it?"""

from __future__ import annotations

from typing import Any, TextIO

import click

from matcalc.api import Verdict, check_answer, check_answers
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
from matcalc.cli.output import say


@click.command("check", cls=ExpressionCommand)
@expression_argument
@click.option("--wrt", required=True, metavar="NAME", help="The variable to differentiate by.")
@click.option("--answer", help="The answer to check, text or LaTeX.")
@click.option("--answers", type=click.File(encoding="utf-8"), help="A file of answers, one in each line.")
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
    answers: TextIO | None,
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
    if answer is not None:
        given = [answer.removeprefix(MARK)]
        verdicts = [check_answer(text, wrt, given[0], kinds, **options)]
    else:
        given = [line.strip() for line in answers or () if line.strip()]
        verdicts = check_answers(text, wrt, given, kinds, **options)
    if notation == "text":
        _print_text(verdicts, single=answer is not None)
    else:
        from matcalc.cli.grading import verdicts_csv, verdicts_document

        print(verdicts_csv(verdicts) if notation == "csv" else verdicts_document(verdicts, text, wrt))
    return int(not all(verdict.correct for verdict in verdicts))


def _print_text(verdicts: list[Verdict], *, single: bool) -> None:
    if single:
        [verdict] = verdicts
        print("right" if verdict.correct else "wrong")
        for finding in verdict.findings:
            say(f"{finding.code}: {finding.message}")
        return
    width = max((len(verdict.answer) for verdict in verdicts), default=0)
    for number, verdict in enumerate(verdicts, 1):
        first = f"{verdict.findings[0].code}: {verdict.findings[0].message}" if verdict.findings else ""
        line = f"{number:>3}  {'right' if verdict.correct else 'wrong'}  {verdict.answer:<{width}}  {first}"
        print(line.rstrip())
    say(f"{sum(verdict.correct for verdict in verdicts)} of {len(verdicts)} right")
