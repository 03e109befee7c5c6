"""What the command line prints: the result on standard output, the rest on standard error."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from math import ceil, log10, prod
from typing import TYPE_CHECKING, Any

from matcalc.api import BlockHessian, Derivative, Derivatives, Expression
from matcalc.api.options import DeclaredKind, declared_kind
from matcalc.cli.document import derivative_document, failure, listed, shape_of, value_document
from matcalc.cli.streams import answer, document, escapes, say
from matcalc.errors import MatcalcError, render
from matcalc.expression import is_function
from matcalc.language import SHAPES
from matcalc.printing import LATEX, NOTATIONS

if TYPE_CHECKING:
    from matcalc.explanation import Steps
    from matcalc.numeric import CheckReport

#: Notations that are source code. The targets themselves take time to load.
SOURCES = ("numpy", "jax", "torch", "xp")
#: More sets of sizes than this are counted, not shown.
MAX_SIZES = 2
#: Digits of random values that are shown, and entries up to which they are.
SHOWN_DIGITS, MOST_SHOWN = 6, 40
_SUPERSCRIPTS = str.maketrans("0123456789nmklprstuv", "⁰¹²³⁴⁵⁶⁷⁸⁹ⁿᵐᵏˡᵖʳˢᵗᵘᵛ")


def fail(error: MatcalcError, *, as_json: bool) -> int:
    """Report an error and return the exit code."""
    if as_json:
        document(failure(error))
    else:
        say(render(error, escapes(error.source, sys.stderr)))
    return error.exit_code


def print_derivatives(
    result: Derivative | Derivatives | BlockHessian,
    text: str,
    notation: str,
    reports: Sequence[CheckReport | None],
    steps: Sequence[Steps] = (),
    sizes: Mapping[str, int] | None = None,
) -> None:
    """Print a derivative, or several, in one of the notations, and what was assumed and checked.

    If ``steps`` are given, these are printed, which end with the derivatives. ``sizes`` are those that source
    code is written for.
    """
    if notation == "json":
        document(derivative_document(result, text, reports, steps))
        return
    several = [result] if isinstance(result, Derivative) else list(result)
    if steps:
        answer(_derivations(several, steps, notation), lambda: _derivations(several, steps, "text"))
    elif notation in SOURCES:
        document(result.code(notation, sizes), end="")
    elif isinstance(result, Derivative):
        answer(result.display(notation), result.display)
    else:
        answer(result.written(notation), result.__str__)
    if isinstance(result, BlockHessian):
        say(_spaces(several[0]) + f"hessian ∈ {_space('', result.shape)}")
    else:
        say(_shapes(several))
    for note in dict.fromkeys(note for d in several for note in d.notes):
        say(f"note: {note}", text)
    for d, report in zip(several, reports, strict=True):
        for line in _verdict(report) if report is not None else ():
            say(f"{d.wrt}: {line}" if len(several) > 1 else line)


def _derivations(several: Sequence[Derivative], steps: Sequence[Steps], notation: str) -> str:
    """Return the steps to each of several derivatives, with headings."""
    texts = []
    for d, lines in zip(several, steps, strict=True):
        texts += [_heading(d.wrt, notation)] if len(several) > 1 else []
        texts.append(lines.written(notation) if lines.lines else "that was the last step")
    return NOTATIONS[notation].line_break.join(texts)


def _heading(wrt: str, notation: str) -> str:
    """Return what stands above the steps to one of several derivatives."""
    if notation != "latex":
        style = NOTATIONS[notation]
        return style.words("with respect to ") + style.name(wrt)
    return rf"\medskip\noindent\textbf{{With respect to }}${LATEX.name(wrt)}$\par"


def exit_code(reports: Sequence[CheckReport | None]) -> int:
    """Return 1 if a check failed, else 0."""
    return int(any(report is not None and not report.passed and not report.reason for report in reports))


def print_value(
    expression: Expression,
    text: str,
    value: Any,
    notation: str,
    drawn: Mapping[str, Any],
    seed: int,
    precision: int | None,
) -> None:
    """Print the value of an expression, and what was assumed and drawn."""
    if notation == "json":
        document(value_document(expression, text, value, drawn, seed))
        return
    answer(numbers(value, precision))
    say(_spaces(expression) + f"value ∈ {_space('', expression.shape)}")
    for note in expression.notes:
        say(f"note: {note}", text)
    if drawn:
        say(f"drawn with seed {seed}:")
        for name, array in drawn.items():
            say(f"  {name} = {_abridged(array, precision or SHOWN_DIGITS)}")


def numbers(value: Any, precision: int | None = None) -> str:
    r"""Return a number or an array as ``--set`` reads it, in full precision unless that is given.

    >>> numbers([[1.0, 0.1], [2.0, 1e99]]), numbers([2 / 3], 3)
    ('[[1.0, 0.1],\n [2.0, 1e+99]]', '[0.667]')
    """
    plain = listed(value)
    if not isinstance(plain, list):
        return repr(plain) if precision is None else f"{plain:.{precision}g}"
    inner = [numbers(entry, precision) for entry in plain]
    return "[" + (",\n " if isinstance(plain[0], list) else ", ").join(inner) + "]"


def _abridged(value: Any, precision: int) -> str:
    """Return the value in one line, of a large one the size only."""
    shape = shape_of(value)
    if prod(shape) > MOST_SHOWN:
        return "×".join(map(str, shape)) + " numbers"
    return numbers(value, precision).replace("\n", "")


def _space(kind: str, shape: tuple[str, ...]) -> str:
    """Return the set a value lies in: ℝ^{m×n}."""
    if not shape:
        return "ℝ"
    size = "×".join(f"({s})" if "+" in s else s for s in shape)
    if len(shape) == 1 and len(shape[0]) == 1 and ord(shape[0]) in _SUPERSCRIPTS:
        return "ℝ" + shape[0].translate(_SUPERSCRIPTS)
    return f"ℝ^{{{size}}}" if kind != "row" else f"ℝ^{{1×{size}}}"


def _shapes(several: Sequence[Derivative]) -> str:
    """Return where the variables and the derivatives lie."""
    places = [_place(d) for d in several]
    if len(several) > 1:
        places = [f"{d.wrt}: {place}" for d, place in zip(several, places, strict=True)]
    return _spaces(several[0]) + ", ".join(places)


def _place(d: Derivative) -> str:
    layout = f" ({d.layout} layout)" if d.layout != "mixed" else ""
    if d.form == "map":
        spaces = [_space_of(declared_kind(d._reading.variables[name])) for name in d.arguments]
        return f"map: {' × '.join(spaces)} → {_space('', d.shape)}"
    if d.form == "index":
        axes = ", ".join(f"{axis} to {size}" for axis, size in zip(d.axes, d.shape, strict=True))
        return f"index form, {axes}" if axes else "index form, a scalar"
    return f"{d.form} ∈ {_space('', d.shape)}{layout}"


def _space_of(kind: DeclaredKind) -> str:
    return _space("row" if kind.word == "rowvector" else "", kind.shape)


def _spaces(of: Derivative | Expression) -> str:
    """Return which sets the variables lie in, with a semicolon at the end if there are any."""
    parts = []
    for name, variable in of._reading.variables.items():
        if of.sources[name] == "argument":
            continue
        kind = declared_kind(variable)
        if is_function(variable):
            parts.append(f"{name}: {kind}")
            continue
        structure = f" {kind.word}" if kind.word not in SHAPES else ""
        parts.append(f"{name} ∈ {_space_of(kind)}{structure}")
    inferred = [name for name, source in of.sources.items() if source not in ("declared", "argument")]
    if inferred:
        parts[-1] += " (inferred)" if len(inferred) == len(parts) else f" ({', '.join(inferred)} inferred)"
    return ", ".join(parts) + "; " * bool(parts)


def _verdict(report: CheckReport) -> list[str]:
    """Return what the check found, one line for each thing to say."""
    notes = [f"note: {report.note}"] if report.note else []
    return [*notes, _outcome(report)] if report.passed else [_outcome(report), *notes]


def _outcome(report: CheckReport) -> str:
    if report.reason:
        return f"? not checked: {report.reason} (seed {report.seed})"
    outcome = "agrees" if report.passed else "DISAGREES"
    sign = "✓" if report.passed else "✗"
    sizes = f"{_sizes(report)}, " if report.sizes else ""
    if report.method == "exact":
        word = "proved" if report.passed else "DISPROVED"
        line = f"{sign} {word} by exact arithmetic modulo 2^61-1 at {_count(report.trials, 'random point')}"
        line += f" ({sizes}seed {report.seed})"
        bound = report.false_pass_bound
        if report.passed and bound:
            line += f"; a wrong gradient would pass with probability below 1e{ceil(log10(bound))}"
        return line
    return (
        f"{sign} {outcome} with numerical differentiation on {report.trials} random instances "
        f"(max rel. error {report.max_rel_error:.0e}, {sizes}seed {report.seed})"
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _sizes(report: CheckReport) -> str:
    """Return the sizes of the instances: ``sizes m=3 n=4 and m=4 n=3``."""
    texts = [" ".join(f"{name}={size}" for name, size in sizes.items()) for sizes in report.sizes]
    shown = texts[:MAX_SIZES]
    if len(texts) > len(shown):
        shown.append(f"{len(texts) - len(shown)} more")
    return "sizes " + (" and ".join(shown) if len(shown) < 3 else ", ".join(shown[:-1]) + " and " + shown[-1])
