"""The JSON documents that ``--format json`` prints."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

from matcalc.api import BlockHessian, Derivative, Derivatives, Expression, Verdict
from matcalc.api.options import declared_kind
from matcalc.errors import MatcalcError
from matcalc.expression import Expr, axes
from matcalc.printing import NOTATIONS, TEXT

if TYPE_CHECKING:
    from matcalc.api.explanations import PathValue
    from matcalc.explanation import Graph, Line, Steps
    from matcalc.numeric import CheckReport


#: The notations that are typeset; of a line they have the whole equation.
TYPESET = [name for name, style in NOTATIONS.items() if style.typeset]


def steps_content(steps: Steps) -> Mapping[str, Any]:
    """Return a derivation, line by line."""
    return {"style": steps.style, "lines": [_line(steps, line) for line in steps.lines]}


def _line(steps: Steps, line: Line) -> Mapping[str, Any]:
    rules = [
        {"words": steps.rule(reason), "formula": steps.formula(reason, TEXT), "source": reason.source}
        for reason in line.reasons
    ]
    keys = ("name", "left", "right", "source")
    styles = {name: steps.style_named(name) for name in TYPESET}
    return {
        "part": line.part,
        "left": line.left(TEXT, steps.whole),
        "text": line.written(TEXT),
        **{
            name: f"{line.left(style, steps.whole)} = {line.written(style)}" for name, style in styles.items()
        },
        "shape": [str(dim) for dim in axes(line.right.shape)],
        "note": line.said(TEXT),
        "rules": rules,
        "laws": [{key: getattr(law, key) for key in keys} for law in line.laws],
    }


def graph_content(graph: Graph) -> Mapping[str, Any]:
    """Return a computation graph: its values, and what goes into what."""
    names = [node.name for node in graph.nodes]
    nodes = [
        {
            "name": node.name,
            "text": node.label(TEXT),
            **{name: node.label(NOTATIONS[name].telling_apart(names)) for name in TYPESET},
            "shape": [str(dim) for dim in axes(node.symbol.shape)],
            "operation": "input" if node.formula is None else node.formula.op,
            "derivative": node.derivative(TEXT, graph.whole),
        }
        for node in graph.nodes
    ]
    edges = [
        {
            "source": graph.nodes[edge.source].name,
            "target": graph.nodes[edge.target].name,
            "differential": edge.label(TEXT),
            "paths": list(edge.paths),
        }
        for edge in graph.edges
    ]
    return {"nodes": nodes, "edges": edges}


SCHEMA = "matcalc/1"
_SURROGATE = re.compile("[\ud800-\udfff]")
#: What changes how a terminal shows a text: also characters that turn the direction of writing.
_CONTROL = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_NOT_ASCII = re.compile("[^\x00-\x7e]")


def derivative_document(
    result: Derivative | Derivatives | BlockHessian,
    text: str,
    reports: Sequence[CheckReport | None],
    steps: Sequence[Steps] = (),
) -> str:
    """Return the document about a derivative; about several it has ``results``, one entry each.

    ``steps`` are those to each of them, if they are asked for.
    """
    several = [result] if isinstance(result, Derivative) else list(result)
    first = several[0]
    checks = [None if report is None else _report(report) for report in reports]
    content: dict[str, Any] = {
        "schema": SCHEMA,
        "ok": all(report is None or report.passed or bool(report.reason) for report in reports),
        "input": text,
        "wrt": list(result.by) if isinstance(result, BlockHessian) else [n for d in several for n in d.by],
        "order": first.order,
        "layout": first.layout,
        "notes": list(dict.fromkeys(note for d in several for note in d.notes)),
        "variables": {name: kind for d in several for name, kind in _variables(d).items()},
    }
    if isinstance(result, Derivative):
        content |= {"result": _result(first), "check": checks[0], **_steps(steps[:1])}
    else:
        content["results"] = [
            {"wrt": d.wrt, **_result(d), "check": check, **_steps(steps[i : i + 1])}
            for i, (d, check) in enumerate(zip(several, checks, strict=True))
        ]
    if isinstance(result, BlockHessian):
        content["result"] = {"form": "hessian", "shape": list(result.shape), **_texts(result)}
    return as_json({**content, "diagnostics": []})


def _result(d: Derivative) -> Mapping[str, Any]:
    """Return the closed form; ``arguments`` are those of a map, ``axes`` those of index notation."""
    form = {"form": d.form, "shape": list(d.shape), **_texts(d)}
    more = {"arguments": list(d.arguments), "axes": list(d.axes)}
    return form | {name: names for name, names in more.items() if names}


def _steps(steps: Sequence[Steps]) -> Mapping[str, Any]:
    return {"steps": steps_content(steps[0])} if steps else {}


def _texts(of: Derivative | BlockHessian | Expression) -> Mapping[str, str]:
    return {name: of.written(name) for name in NOTATIONS}


def paths_document(d: Derivative, text: str) -> str:
    """Return the document about the paths of a gradient."""
    paths = [
        {
            "occurrence": path.occurrence,
            "values": [_value_on_path(value) for value in path.values],
            "product": _texts(path.product),
            "contribution": dict[str, Any](_texts(path.contribution), shape=list(path.contribution.shape)),
        }
        for path in d.paths()
    ]
    content = {"schema": SCHEMA, "ok": True, "input": text, "wrt": list(d.by), "paths": paths}
    content |= {"result": _result(d), "variables": _variables(d), "notes": list(d.notes)}
    return as_json({**content, "diagnostics": []})


def _value_on_path(value: PathValue) -> Mapping[str, Any]:
    differential = {} if value.differential is None else {"differential": str(value.differential)}
    return {"name": value.name, "text": str(value.formula), "shape": list(value.shape), **differential}


def graph_document(of: Derivative | Expression, graph: Graph, text: str) -> str:
    """Return the document about a computation graph, of a derivative also the result."""
    content: dict[str, Any] = {"schema": SCHEMA, "ok": True, "input": text, "graph": graph_content(graph)}
    if isinstance(of, Derivative):
        content |= {"wrt": list(of.by), "result": _result(of)}
    return as_json({**content, "variables": _variables(of), "notes": list(of.notes), "diagnostics": []})


def value_document(e: Expression, text: str, value: Any, drawn: Mapping[str, Any], seed: int) -> str:
    """Return the document about the value of an expression; infinite numbers are text in it."""
    return as_json(
        {
            "schema": SCHEMA,
            "ok": True,
            "input": text,
            "variables": _variables(e),
            "value": _numbers(value),
            "shape": shape_of(value),
            "drawn": {name: _numbers(array) for name, array in drawn.items()},
            "seed": seed,
            "notes": list(e.notes),
            "diagnostics": [],
        }
    )


def listed(value: Any) -> Any:
    """Return an array as lists; a number, and lists where NumPy is not installed, as they are."""
    return value.tolist() if hasattr(value, "tolist") else value


def shape_of(value: Any) -> list[int]:
    """Return how many entries an array, or a list of lists, has along each axis.

    >>> shape_of([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), shape_of(1.0)
    ([2, 3], [])
    """
    plain = listed(value)
    return [len(plain), *shape_of(plain[0])] if isinstance(plain, list) else []


def _numbers(value: Any) -> Any:
    plain = listed(value)
    if isinstance(plain, list):
        return [_numbers(entry) for entry in plain]
    return plain if abs(plain) != float("inf") else str(plain)


def verdicts_document(verdicts: Sequence[tuple[int, Verdict]], text: str, wrt: Sequence[str]) -> str:
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
    return as_json(
        {"schema": SCHEMA, "ok": ok, "input": text, "wrt": list(wrt), "answers": answers, "diagnostics": []}
    )


def failure(error: MatcalcError) -> str:
    """Return the document about an error."""
    return as_json({"schema": SCHEMA, "ok": False, "input": error.source, "diagnostics": [error.as_dict()]})


def as_json(content: Mapping[str, Any]) -> str:
    """Return the document as text: with escapes for control characters, and for all where UTF-8 is not read.

    Surrogates, which stand for bytes of a command line that are no text, are replaced.
    """
    text = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", json.dumps(content, ensure_ascii=False))
    encoding = str(getattr(sys.stdout, "encoding", None) or "ascii").lower()
    wanted = _CONTROL if encoding.replace("-", "") == "utf8" else _NOT_ASCII
    return wanted.sub(lambda match: json.dumps(match[0])[1:-1].replace("\x7f", "\\u007f"), text)


def _variables(of: Derivative | Expression) -> Mapping[str, Any]:
    return {name: _variable(node, of.sources[name]) for name, node in of._reading.variables.items()}


def _variable(node: Expr, source: str) -> Mapping[str, Any]:
    kind = declared_kind(node)
    return {"kind": kind.word, "shape": list(kind.shape), "facts": list(kind.facts), "source": source}


def _report(report: CheckReport) -> Mapping[str, Any]:
    error = report.max_rel_error
    content: dict[str, Any] = {
        "passed": report.passed,
        "max_rel_error": error if isfinite(error) else None,
        "trials": report.trials,
        "seed": report.seed,
        "method": report.method,
        "sizes": list(report.sizes),
    }
    if report.false_pass_bound is not None:
        content["false_pass_bound"] = report.false_pass_bound
    texts = {"reason": report.reason, "note": report.note}
    return content | {name: text for name, text in texts.items() if text}
