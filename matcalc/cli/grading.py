"""Verdicts on answers as JSON and CSV; loaded only then."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from matcalc.api import Verdict
from matcalc.cli.document import SCHEMA, written
from matcalc.errors import visible

#: What spreadsheets take for the beginning of a formula.
FORMULA = ("=", "+", "-", "@")


def verdicts_document(verdicts: Sequence[tuple[int, Verdict]], text: str, wrt: str) -> str:
    """Return the JSON document about some answers."""
    answers = [
        {
            "number": number,
            "answer": verdict.answer,
            "correct": verdict.correct,
            "findings": [finding._asdict() for finding in verdict.findings],
        }
        for number, verdict in verdicts
    ]
    ok = all(verdict.correct for _, verdict in verdicts)
    return written(
        {"schema": SCHEMA, "ok": ok, "input": text, "wrt": [wrt], "answers": answers, "diagnostics": []}
    )


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
