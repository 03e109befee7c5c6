"""Steps in the style of Magnus and Neudecker: differentials, put in one after another."""

from __future__ import annotations

from collections.abc import Mapping

from matcalc.algebra import bilinear, join, laws_recorded, replaced
from matcalc.calculus import Assignment, size, tangent
from matcalc.explanation.backprop import (
    derivative_lines,
    letter_of,
    letters_in,
    result_lines,
    sum_of,
    value_lines,
)
from matcalc.explanation.backward import Cotangent, cotangents_by_line
from matcalc.explanation.occurrences import occurrences, symbols_of
from matcalc.explanation.reasons import reasons
from matcalc.explanation.steps import LARGEST, Line, Question, Steps, names_in
from matcalc.expression import SCALAR, Expr, number, variable


def differential_steps(question: Question) -> Steps:
    """Return the gradient of a scalar, line by line, as its differential gives it.

    First the values and the differential of each; these are put into each other until the differential of
    the whole is ``tr(G'*dX)``, so that ``G`` is the gradient.
    """
    active, moves = question.trace.active, question.trace.moves
    lines = value_lines(question)
    tangents: dict[str, Expr] = {}
    symbols, places = symbols_of(question.lines), occurrences(question.trace)
    for line in reversed(active):
        with laws_recorded() as laws:
            right = replaced(tangent(line.formula, moves), symbols)
        tangents[line.name] = right
        why = dict.fromkeys(reason for one in places if one.line is line for reason in reasons(one.path))
        lines.append(
            Line(
                "differential", "differential", _name(moves[line.symbol]), right, (), tuple(why), tuple(laws)
            )
        )
    *inner, last = _cotangents(question)
    if active:
        lines += _substitutions(active, tangents, moves)
        between = [line for one in inner if one.letter for line in derivative_lines(one)]
        first, *rest = _turned(last, moves[question.variable], letter_of(question))
        lines += [*between, first._replace(name=_name(moves[question.trace.whole]) if between else ""), *rest]
    else:
        lines.append(Line("differential", "differential", f"d{question.whole}", number(0)))
    lines += result_lines(question, last.value, last, letters_in(inner))
    taken = question.taken | names_in(lines)
    return Steps("differential", question.whole, tuple(lines), taken=taken)


def _cotangents(question: Question) -> list[Cotangent]:
    """Return the derivatives written out, or with letters for some if that is too long."""
    found = cotangents_by_line(question.trace, question.taken, longest=LARGEST)
    long = any(one.letter for one in found)
    return cotangents_by_line(question.trace, question.taken) if long else found


def _name(move: Expr) -> str:
    return str(move.data[0])


def _substitutions(
    active: list[Assignment], tangents: Mapping[str, Expr], moves: Mapping[Expr, Expr]
) -> list[Line]:
    """Return the differential of the whole with those of the other lines put in, until it is too long."""
    whole = active[-1]
    current = tangents[whole.name]
    found = [Line("substitution", "differential", _name(moves[whole.symbol]), current)]
    for line in reversed(active[:-1]):
        right = tangents[line.name]
        put_in = replaced(current, {moves[line.symbol]: right})
        if size(put_in) > LARGEST:
            break
        if put_in is not current:
            found.append(
                Line("substitution", "differential", "", put_in, ("with", (_name(moves[line.symbol]), right)))
            )
        current = put_in
    return found


def _turned(last: Cotangent, move: Expr, letter: str) -> list[Line]:
    """Return the differential of the whole as an inner product with the move of the variable.

    ``letter`` is what the gradient is called.
    """
    total = sum_of(last)
    gradient = variable(letter, total.shape)
    note = ("which has the form", _inner_product(gradient, move), "where", gradient, "is the derivative")
    whole = Line("substitution", "differential", "", _inner_product(total, move), note)
    if len(last.contributions) == 1:
        return [whole]
    parts = tuple(_inner_product(one.value, move) for one in last.contributions)
    each = Expr("add", parts, SCALAR)
    turning = "each term as an inner product, by turning and transposing traces"
    return [whole._replace(right=each, note=(turning,)), whole]


def _inner_product(gradient: Expr, move: Expr) -> Expr:
    """Return ``tr(G'*dX)``, not simplified."""
    if gradient.is_scalar:
        return join(1, (gradient, move), ())
    if gradient.op == "transpose":
        turned = gradient.args[0]
    else:
        turned = Expr("transpose", (gradient,), gradient.shape[::-1])
    return bilinear((turned, move)) if move.is_column else Expr("tr", (join(1, (), (turned, move)),), SCALAR)
