"""Verdicts on answers as JSON and CSV; loaded only then."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from matcalc.api import Verdict
from matcalc.cli.document import SCHEMA, written


def verdicts_document(verdicts: Sequence[Verdict], text: str, wrt: str) -> str:
    """Return the JSON document about some answers."""
    answers = [
        {
            "answer": verdict.answer,
            "correct": verdict.correct,
            "findings": [finding._asdict() for finding in verdict.findings],
        }
        for verdict in verdicts
    ]
    ok = all(verdict.correct for verdict in verdicts)
    return written(
        {"schema": SCHEMA, "ok": ok, "input": text, "wrt": [wrt], "answers": answers, "diagnostics": []}
    )


def verdicts_csv(verdicts: Sequence[Verdict]) -> str:
    """Return a table with a row for each answer: its number, text, verdict, and first finding."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["number", "answer", "correct", "code", "message"])
    for number, verdict in enumerate(verdicts, 1):
        first = verdict.findings[0] if verdict.findings else ("", "")
        table.writerow([number, verdict.answer, str(verdict.correct).lower(), *first])
    return out.getvalue().rstrip("\n")
