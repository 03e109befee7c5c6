"""``check_answer``: whether an answer is right, and if not what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from matcalc.algebra import as_written, build, normalise, split_coefficient, terms_of
from matcalc.api.derivatives import Derivative
from matcalc.api.differentiation import differentiate
from matcalc.api.options import Options, declared_kind, variables_listed
from matcalc.api.results import bounded
from matcalc.calculus import gradients, multiplied_out, respecting, routes, structure_of
from matcalc.errors import MatcalcError, suggestion, write_lines
from matcalc.errors.codes import UNREADABLE
from matcalc.expression import Budget, Expr, Shape, is_zero, number, zeros
from matcalc.language import Reading
from matcalc.language import parse as read
from matcalc.language.notations import is_latex
from matcalc.printing import LATEX, TEXT, worded, write

if TYPE_CHECKING:
    from matcalc.numeric import Finding, Part

_DERIVATIVE = re.compile(r"\s*(d\w*\s*/\s*d|∂|\\frac\s*\{\s*(d|\\partial)|\\nabla|∇|\\partial)")
_WHERE = re.compile(r"\\text\s*\{\s*where\s*\}|\bwhere\b")
#: The forms in which a derivative is an array.
_ARRAYS = ("gradient", "derivative", "jacobian")
_WORD = re.compile(r"[^\W\d]\w*")
_DEFINED = re.compile(r"([^\W\d]\w*)\s*=")


class Verdict(NamedTuple):
    """The verdict on an answer: ``correct``, or ``findings``, the most telling first.

    Each finding has a ``message`` and a ``code``: ``transposed``, ``layout``, ``factor``, ``sign``,
    ``missing_path``, ``repeated_path``, ``missing_term``, ``symmetric_part``, ``symmetric_only``, ``shape``,
    ``unknown``, or ``unreadable`` among several. ``answer`` is the text as given.
    """

    correct: bool
    findings: tuple[Finding, ...]
    answer: str

    def __str__(self) -> str:
        """Return whether the answer is right, and below it the findings.

        >>> import matcalc as mc
        >>> print(mc.check_answer("x'*A*x", "x", "2*A*x"))
        wrong
        symmetric_only: the answer is right only where A is symmetric
        """
        findings = (f"{finding.code}: {finding.message}" for finding in self.findings)
        return "\n".join(["right" if self.correct else "wrong", *findings])

    def _repr_latex_(self) -> str:
        """Return the words as LaTeX; notebooks call this."""
        return worded(str(self))

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Write the text with IPython's printer; consoles call this."""
        write_lines(printer, str(self))


@bounded
def check_answer(
    expression: str,
    wrt: str | Sequence[str],
    answer: str,
    variables: Mapping[str, str] | None = None,
    *,
    where: str = "",
    seed: int = 0,
    symmetric: str = "projected",
    latex: bool | None = None,
    budget: Budget | None = None,
) -> Verdict:
    """Return whether an answer is the derivative of an expression, and if not what is wrong with it.

    The answer, text or LaTeX, is compared with the derivative on random instances of different sizes, so
    that any equivalent form is right. ``wrt`` may be empty where the text names the variable. ``where``
    defines names that the answer uses, beside those that the expression defines. ``variables``,
    ``symmetric``, ``latex`` and errors are those of :func:`diff`; E401 if the answer uses a name that the
    expression does not have, E507 if no random values are found.

    >>> import matcalc as mc
    >>> mc.check_answer("1/2*||W^T W x - x||^2", "W", "W*(x*r' + r*x')", where="r = W'*W*x - x").correct
    True
    >>> mc.check_answer("1/2*||W^T W x - x||^2", "W", "W*x*(W'*W*x - x)'").findings[0].code
    'missing_path'
    """
    options = Options(variables=variables, symmetric=symmetric, latex=latex)
    return _Grader(expression, wrt, options, where, seed).verdict(answer)


@bounded
def check_answers(
    expression: str,
    wrt: str | Sequence[str],
    answers: list[str],
    variables: Mapping[str, str] | None = None,
    *,
    where: str = "",
    seed: int = 0,
    symmetric: str = "projected",
    latex: bool | None = None,
    budget: Budget | None = None,
) -> list[Verdict]:
    """Return the verdicts on several answers, as :func:`check_answer` does.

    The expression is differentiated once. An answer that cannot be read is wrong, and its finding has the
    code ``unreadable``.

    >>> import matcalc as mc
    >>> [verdict.correct for verdict in mc.check_answers("x'*A*x", "x", ["(A + A')*x", "2*A*x", "2*A*"])]
    [True, False, False]
    """
    from matcalc.numeric import Finding
    from matcalc.numeric.progress import told

    options = Options(variables=variables, symmetric=symmetric, latex=latex)
    grader, verdicts = _Grader(expression, wrt, options, where, seed), []
    for answer in told("answers", answers):
        try:
            verdicts.append(grader.verdict(answer))
        except MatcalcError as error:
            code = "unreadable" if error.exit_code == UNREADABLE else "unknown"
            finding = Finding(code, f"{error.code}: {error.message}")
            verdicts.append(Verdict(False, (finding,), answer))
    return verdicts


class _Grader:
    """The derivative that answers are compared with, and its parts."""

    def __init__(self, expression: str, wrt: str | Sequence[str], options: Options, where: str, seed: int):
        reading = options.read(expression, variables_listed(wrt))
        derivative = differentiate(reading, reading.wrt, 1, options)
        if not isinstance(derivative, Derivative):
            raise MatcalcError("E505", "answers are checked with respect to one variable: give one name")
        if derivative.form not in _ARRAYS:
            raise MatcalcError("E505", "answers are checked where the derivative is an array, not a map")
        self.of, self.form, self.where, self.seed = derivative._of, derivative._form, where, seed
        with as_written(self.of.writing):
            self.gradient = derivative._node
            self.parts = [*_conventions(derivative), *_parts(derivative, self.gradient)]

    def verdict(self, answer: str) -> Verdict:
        from matcalc.numeric import diagnosed, found_where_refused

        reading = self.of.reading
        with as_written(self.of.writing):
            node = _understood(_right_side(answer), self.where, reading, self.gradient.shape)
            there = self.of.last, self.form, node, reading.variables, self.seed, self.of.choice
            findings = diagnosed(
                reading.expr, self.gradient, node, self.parts, reading.variables, self.seed,
                elsewhere=partial(found_where_refused, *there),
            )  # fmt: skip
        return Verdict(not findings, tuple(findings), answer)


def _parted(answer: str) -> tuple[str, str, str]:
    """Return what stands before ``where``, that word as it is written, and what follows."""
    word = _WHERE.search(answer)
    return (answer, "", "") if word is None else (answer[: word.start()], word[0], answer[word.end() :])


def _right_side(answer: str) -> str:
    """Return an answer without what it says it is equal to: ``dL/dx = ...``."""
    head, where, rest = _parted(answer)
    left, equals, right = head.rpartition("=")
    return right + where + rest if equals and _DERIVATIVE.match(left) else answer


def _understood(answer: str, where: str, reading: Reading, shape: Shape) -> Expr:
    """Return what the answer is read as; every name in it is one of the expression's, or defined.

    Constants without a size have that of the gradient, which has the ``shape``.
    """
    definitions = ", ".join(_definitions(answer, where, reading))
    try:
        understood = _read(answer, definitions, reading)
    except MatcalcError as error:
        if error.code != "E205":
            raise
        understood = _read(_beside_zeros(answer, shape), definitions, reading)
    unknown = [name for name in understood.variables if name not in reading.variables]
    if unknown:
        close = suggestion(unknown[0], list(reading.variables))
        help_text = f"did you mean {close}?" if close else "define it with where"
        raise MatcalcError("E401", f"the expression has no {unknown[0]}", source=answer, help=help_text)
    expr = understood.expr
    return zeros(shape) if expr.is_scalar and is_zero(normalise(expr)) else expr


def _beside_zeros(answer: str, shape: Shape) -> str:
    """Return the answer plus zeros of the shape of the gradient, from which constants take their size."""
    head, where, rest = _parted(answer)
    style = LATEX if is_latex(answer) else TEXT
    return f"{style.bracket(head.strip())} + {write(zeros(shape), style)} {where}{rest}"


def _definitions(answer: str, where: str, reading: Reading) -> Iterator[str]:
    """Yield the definitions that come with the answer, and those of the expression that it uses."""
    if where:
        yield where
    text = f"{answer} {where}"
    words = set(_WORD.findall(text)) - set(_DEFINED.findall(text))
    for name, value in reading.definitions.items():
        if name in words:
            yield f"{name} = {write(normalise(value), TEXT)}"


def _read(answer: str, definitions: str, reading: Reading) -> Reading:
    kinds = {name: str(declared_kind(v)) for name, v in reading.variables.items()}
    has_own = "where" in _WORD.findall(answer)
    as_text, as_latex = (
        answer + (", " if has_own else word) + definitions if definitions else answer
        for word in (" where ", r" \text{ where } ")
    )
    if is_latex(answer):
        return read(as_latex, kinds, latex=True)
    try:
        return read(as_text, kinds, latex=False)
    except MatcalcError as error:
        if "{" not in answer or error.exit_code != UNREADABLE:
            raise
        return read(as_latex, kinds, latex=True)  # I_{n} is LaTeX, without a command of it


def _conventions(derivative: Derivative) -> Iterator[Part]:
    """Yield the gradients that other conventions give for a variable with structure."""
    from matcalc.numeric import Part

    of, variable = derivative._of, derivative._of.last.variable
    structure = structure_of(variable)
    if structure is None or not of.reading.expr.is_scalar:
        return
    free = gradients(of.reading.expr, [variable], "free")[0]
    name = variable.data[0]
    if of.choice != "free":
        label = f"the answer is the gradient for independent entries, but {name} {structure.phrase}"
        yield Part("symmetric_part", label, free)
    if of.choice != "entrywise" and structure.entrywise:
        label = f"the answer is the gradient for the independent entries of {name}, which {structure.phrase}"
        yield Part("layout", label, respecting(free, variable, "entrywise"))
    if of.choice not in ("projected", "symmetrised"):
        label = f"the answer is the {structure.gradient} gradient: {name} {structure.phrase}"
        yield Part("layout", label, respecting(free, variable, "projected"))


def _parts(derivative: Derivative, gradient: Expr) -> Iterator[Part]:
    """Yield the paths and the terms of a gradient, if there are several of either."""
    from matcalc.api.explanations import question_of
    from matcalc.explanation import occurrence_text
    from matcalc.numeric import Part

    of, variable = derivative._of, derivative._of.last.variable
    if of.reading.expr.is_scalar:
        trace = question_of(of, derivative._definitions()).trace
        paths = routes(trace) if trace.numbered_walks() else []
        for number, route in enumerate(paths if len(paths) > 1 else (), 1):
            label = f"path {number} ({occurrence_text(route.occurrences[0])})"
            yield Part("path", label, respecting(route.contribution, variable, of.choice))
    terms = multiplied_out(terms_of(split_coefficient(gradient)[1]))
    for term in _merged(terms, gradient) if terms is not None else ():
        yield Part("term", f"the term {write(term, TEXT)}", term)


def _merged(terms: Sequence[Expr], gradient: Expr) -> tuple[Expr, ...]:
    """Return the terms of a gradient multiplied out, with like terms merged; nothing if there is only one."""
    if len(terms) < 2:
        return ()
    total = build("mul", number(split_coefficient(gradient)[0]), build("add", *terms))
    coefficient, unit = split_coefficient(total)
    merged = tuple(build("mul", number(coefficient), term) for term in terms_of(unit))
    return merged if len(merged) > 1 else ()
