"""The JSON document that ``--format json`` prints; loaded only then."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from math import isfinite
from typing import TYPE_CHECKING, Any

from matcalc.api import Derivative, Expression
from matcalc.cli.output import shape_of
from matcalc.errors import MatcalcError

if TYPE_CHECKING:
    from matcalc.numeric import CheckReport

SCHEMA = "matcalc/1"


def document(d: Derivative, text: str, report: CheckReport | None) -> str:
    """Return the document about a derivative."""
    return written(
        {
            "schema": SCHEMA,
            "ok": report is None or report.passed or bool(report.reason),
            "input": text,
            "wrt": [d.wrt],
            "order": 1,
            "layout": "mixed",
            "notes": list(d.notes),
            "variables": _variables(d),
            "result": {
                "form": d.form,
                "shape": list(d.shape),
                "text": str(d),
                "unicode": d.unicode(),
                "latex": d.latex(),
            },
            "check": None if report is None else _report(report),
            "diagnostics": [],
        }
    )


def value_document(e: Expression, text: str, value: Any, drawn: Mapping[str, Any], seed: int) -> str:
    """Return the document about the value of an expression; infinite numbers are text in it."""
    return written(
        {
            "schema": SCHEMA,
            "ok": True,
            "input": text,
            "variables": _variables(e),
            "value": _numbers(value),
            "shape": list(getattr(value, "shape", ())),
            "drawn": {name: _numbers(one) for name, one in drawn.items()},
            "seed": seed,
            "notes": list(e.notes),
            "diagnostics": [],
        }
    )


def _numbers(value: Any) -> Any:
    plain = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(plain, list):
        return [_numbers(one) for one in plain]
    return plain if abs(plain) != float("inf") else str(plain)


def failure(error: MatcalcError) -> str:
    """Return the document about an error."""
    return written({"schema": SCHEMA, "ok": False, "input": error.source, "diagnostics": [error.as_dict()]})


def written(content: Mapping[str, Any]) -> str:
    """Return the document as text that the standard output can hold."""
    encoding = str(getattr(sys.stdout, "encoding", None) or "ascii").lower()
    return json.dumps(content, ensure_ascii=not encoding.startswith("utf"))


def _variables(of: Derivative | Expression) -> Mapping[str, Any]:
    return {name: _variable(kind, of.sources[name]) for name, kind in of.variables.items()}


def _variable(kind: str, source: str) -> Mapping[str, Any]:
    word, *facts = kind.replace(") ", ")|").replace("scalar ", "scalar|").split("|")
    return {"kind": word.split("(")[0], "shape": list(shape_of(word)), "facts": facts, "source": source}


def _report(report: CheckReport) -> Mapping[str, Any]:
    error = report.max_rel_error
    found: dict[str, Any] = {
        "passed": report.passed,
        "max_rel_error": error if isfinite(error) else None,
        "trials": report.trials,
        "seed": report.seed,
        "method": report.method,
        "sizes": list(report.sizes),
    }
    if report.false_pass_bound is not None:
        found["false_pass_bound"] = report.false_pass_bound
    texts = {"reason": report.reason, "note": report.note}
    return found | {name: text for name, text in texts.items() if text}
