"""Steps in the style of backpropagation, and in that of Magnus and Neudecker."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import NamedTuple

from matcalc.algebra import bilinear, join, laws_recorded, replaced, terms_of
from matcalc.calculus import (
    Assignment,
    Contribution,
    Cotangent,
    cotangents_by_line,
    formula_of,
    respecting,
    size,
    tangent,
    total_of,
)
from matcalc.explanation.lines import LARGEST, Line, Question, Remark, names_in, reasons
from matcalc.explanation.steps import Steps
from matcalc.expression import SCALAR, Expr, number, postorder, variable
from matcalc.expression.facts import facts_of
from matcalc.functions import TR, Law, property_named, strongest
from matcalc.printing import TEXT


def backprop_steps(question: Question) -> Steps:
    """Return the gradient of a scalar, line by line, as backpropagation finds it.

    First the values, then the derivatives with respect to them from the last one back, then what each
    occurrence of the variable contributes, and the sum, simplified step by step.
    """
    *inner, last = cotangents_by_line(question.trace, question.taken)
    derivatives = [line for cotangent in inner for line in derivative_lines(cotangent)]
    lines = [*value_lines(question), *derivatives, *_path_lines(question, last)]
    lines += result_lines(question, sum_of(last), last, letters_in(inner))
    taken = question.taken | names_in(lines)
    return Steps("backprop", question.whole, tuple(lines), taken=taken)


def letters_in(cotangents: Sequence[Cotangent]) -> dict[Expr, Expr]:
    """Return what the letters of derivatives stand for."""
    return {cotangent.written: cotangent.value for cotangent in reversed(cotangents) if cotangent.letter}


def value_lines(question: Question) -> list[Line]:
    """Return the lines of the evaluation trace, with what is known of their values.

    The last line has the laws that simplified the expression beforehand.
    """
    lines = []
    for line in question.lines:
        fact = _declared_words(line.symbol)
        with laws_recorded() as laws:
            formula = formula_of(line)
        lines.append(Line("value", "value", line.name, formula, (fact,) if fact else (), laws=tuple(laws)))
    lines[-1] = lines[-1]._replace(laws=tuple(dict.fromkeys((*question.laws, *lines[-1].laws))))
    return lines


def _declared_words(symbol: Expr) -> str:
    """Return what is known of a value as a whole, without what follows from something else."""
    declared = (fact for fact in facts_of(symbol) if property_named(fact).declares in ("matrix", "vector"))
    return ", ".join(stated.name for stated in strongest(declared))


def derivative_lines(of: Cotangent) -> list[Line]:
    """Return the line of a derivative, after one for each line that contributes if there are several."""
    name = str(of.symbol.data[0])
    by_line: dict[str, list[Contribution]] = {}
    for share in of.contributions:
        by_line.setdefault(share.occurrence.line.name, []).append(share)
    parts = []
    for through, several in by_line.items():
        value, why = total_of(several, of.symbol), [reasons(share.occurrence.path) for share in several]
        rules = tuple(dict.fromkeys(rule for each in why for rule in each))
        line = Line("derivative", "derivative", name, value, _place(several), rules, through=through)
        parts.append(line)
    if len(parts) == 1:
        return [parts[0]._replace(right=of.value, laws=of.laws, symbol=of.letter, through="")]
    return [
        *parts,
        Line("derivative", "derivative", name, of.value, ("the sum of these",), (), of.laws, of.letter),
    ]


def _place(several: Sequence[Contribution]) -> tuple[Remark, ...]:
    """Return where a symbol stands in a line: ``as r' and r in L = r'*r``."""
    line = several[0].occurrence.line
    places = dict.fromkeys(share.occurrence.written for share in several)
    listed: list[Remark] = []
    for place in places:
        listed += ["and", place] if listed else [place]
    return ("as", *listed, "in", (line.name, formula_of(line)))


def _path_lines(question: Question, last: Cotangent) -> list[Line]:
    """Return a line for each occurrence of the variable, with the numbers of the paths that begin there."""
    starts = [walk[0].place for _, walk in question.trace.numbered_walks()]
    numbered = []
    for share in last.contributions:
        numbers = [n for n, place in enumerate(starts, 1) if place == share.occurrence.place]
        why = tuple(reasons(share.occurrence.path))
        numbered.append(
            (numbers, Line("path", "path", ", ".join(map(str, numbers)), share.value, _place([share]), why))
        )
    return [line for _, line in sorted(numbered, key=lambda pair: pair[0])]


def sum_of(last: Cotangent) -> Expr:
    """Return the sum of the contributions as it is before like terms are put together."""
    values = [share.value for share in last.contributions]
    return Expr("add", tuple(values), last.symbol.shape) if len(values) > 1 else last.value


class _Stage(NamedTuple):
    """What is equal to the stage before, by what and why; ``named`` says that parts have names in it.

    What is ``projected`` is not equal to it, but what the structure of the variable makes of it.
    """

    value: Expr
    note: tuple[Remark, ...]
    laws: tuple[Law, ...] = ()
    named: bool = True
    projected: bool = False


def result_lines(
    question: Question, total: Expr, last: Cotangent, symbols: Mapping[Expr, Expr]
) -> list[Line]:
    """Return the sum over the paths, and what is done to it until it is the result.

    ``symbols`` are those of derivatives; they, and the names of values that the result does not have, are
    replaced by what they stand for. Where the variable has a structure the sum is called ``G``.
    """
    of = str(question.variable.data[0])
    several = ("the sum over the paths",) * (len(last.contributions) > 1)
    structured = bool(question.note) and question.choice != "free"
    first = Line("result", "value", letter_of(question), total, several)
    lines = [first if structured else first._replace(kind="derivative", name=of)]
    shown = set(question.names.values())
    told = frozenset(shown.difference(line.name for line in question.lines))
    start = 0
    for value, note, laws, named, projected in _simplified(question, last, symbols, shown):
        names = question.names if named else {}
        line = Line("result", "derivative", "", value, note, laws=laws, names=names, told=told)
        if projected:
            start = len(lines)
            lines.append(line._replace(name=of))
            continue
        before = [other.written(TEXT) for other in lines[start:]]
        if line.written(TEXT) in before:  # back to what was there, perhaps after a detour
            del lines[start + before.index(line.written(TEXT)) + 1 :]
        else:
            lines.append(line)
    return lines


def letter_of(question: Question) -> str:
    """Return what a gradient is called before the structure of the variable makes something of it."""
    return "G" if "G" not in question.taken else f"G_{question.variable.data[0]}"


def _simplified(
    question: Question, last: Cotangent, symbols: Mapping[Expr, Expr], shown: Container[str]
) -> Iterator[_Stage]:
    """Yield what is done to the sum, one after another. What is too large on the way is left out."""
    current = last.value
    merged = len(terms_of(current)) < len(last.contributions)
    yield _Stage(current, ("like terms collected" if merged else "reordered",), last.laws, named=False)
    formulas = {line.symbol: formula_of(line) for line in question.lines if line.name not in shown}
    values = {line.symbol: line.value for line in question.lines}
    structured = bool(question.note) and question.choice != "free"
    for meanings, rest in ((symbols, {}), (formulas, values)):
        equations = _equations(used_symbols(current, meanings))
        with laws_recorded() as laws:
            while used := {node: meanings[node] for node in postorder(current) if node in meanings}:
                current = replaced(current, used)
                if size(current) > LARGEST:
                    words = f"all substituted; {question.note}" if structured else "all substituted"
                    yield _Stage(question.gradient, (words,), projected=structured)
                    return
            current = replaced(current, rest)
        note = ("with", *equations) if equations else ("with names for common subexpressions",)
        yield _Stage(current, note, tuple(laws), named=meanings is formulas)
    if structured:
        with laws_recorded() as laws:
            current = respecting(current, question.variable, question.choice)
        yield _Stage(current, (question.note,), tuple(laws), projected=True)
    yield _Stage(question.gradient, ("; ".join(question.presented) or "reordered",))


def used_symbols(expr: Expr, symbols: Mapping[Expr, Expr]) -> list[tuple[str, Expr]]:
    """Return the symbols that occur, also in what others stand for, with what they stand for."""
    pending, used = [expr], {}
    while pending:
        for node in postorder(pending.pop()):
            if node in symbols and node not in used:
                used[node] = symbols[node]
                pending.append(symbols[node])
    return [(str(node.data[0]), value) for node, value in used.items()]


def _equations(pairs: Sequence[tuple[str, Expr]]) -> list[Remark]:
    listed: list[Remark] = []
    for pair in pairs:
        listed += ["and", pair] if listed else [pair]
    return listed


def differential_steps(question: Question) -> Steps:
    """Return the gradient of a scalar, line by line, as its differential gives it.

    First the values and the differential of each; these are put into each other until the differential of
    the whole is ``tr(G'*dX)``, so that ``G`` is the gradient.
    """
    active, moves = question.trace.active, question.trace.moves
    lines = value_lines(question)
    tangents: dict[str, Expr] = {}
    for line in reversed(active):
        with laws_recorded() as laws:
            right = replaced(tangent(line.formula, moves), question.trace.symbols)
        tangents[line.name] = right
        places = question.trace.occurrences[line.symbol]
        why = dict.fromkeys(reason for occurrence in places for reason in reasons(occurrence.path))
        lines.append(
            Line(
                "differential", "differential", _name(moves[line.symbol]), right, (), tuple(why), tuple(laws)
            )
        )
    *inner, last = _cotangents(question)
    if active:
        lines += _substitutions(active, tangents, moves)
        between = [line for cotangent in inner if cotangent.letter for line in derivative_lines(cotangent)]
        first, *rest = _turned(last, moves[question.variable], letter_of(question))
        lines += [*between, first._replace(name=_name(moves[question.trace.whole]) if between else ""), *rest]
    else:
        lines.append(Line("differential", "differential", f"d{question.whole}", number(0)))
    lines += result_lines(question, last.value, last, letters_in(inner))
    taken = question.taken | names_in(lines)
    return Steps("differential", question.whole, tuple(lines), taken=taken)


def _cotangents(question: Question) -> list[Cotangent]:
    """Return the derivatives written out, or with letters for some if that is too long."""
    cotangents = cotangents_by_line(question.trace, question.taken, longest=LARGEST)
    long = any(cotangent.letter for cotangent in cotangents)
    return cotangents_by_line(question.trace, question.taken) if long else cotangents


def _name(move: Expr) -> str:
    return str(move.data[0])


def _substitutions(
    active: list[Assignment], tangents: Mapping[str, Expr], moves: Mapping[Expr, Expr]
) -> list[Line]:
    """Return the differential of the whole with those of the other lines put in, until it is too long."""
    value = active[-1]
    current = tangents[value.name]
    lines = [Line("substitution", "differential", _name(moves[value.symbol]), current)]
    for line in reversed(active[:-1]):
        right = tangents[line.name]
        put_in = replaced(current, {moves[line.symbol]: right})
        if size(put_in) > LARGEST:
            break
        if put_in is not current:
            lines.append(
                Line("substitution", "differential", "", put_in, ("with", (_name(moves[line.symbol]), right)))
            )
        current = put_in
    return lines


def _turned(last: Cotangent, move: Expr, letter: str) -> list[Line]:
    """Return the differential of the whole as an inner product with that of the variable.

    ``letter`` is what the gradient is called.
    """
    total = sum_of(last)
    gradient = variable(letter, total.shape)
    note = ("which has the form", _inner_product(gradient, move), "where", gradient, "is the derivative")
    product = Line("substitution", "differential", "", _inner_product(total, move), note)
    if len(last.contributions) == 1:
        return [product]
    parts = tuple(_inner_product(share.value, move) for share in last.contributions)
    each = Expr("add", parts, SCALAR)
    turning = "each term as an inner product, by rotating and transposing traces"
    return [product._replace(right=each, note=(turning,)), product]


def _inner_product(gradient: Expr, move: Expr) -> Expr:
    """Return ``tr(G'*dX)``, not simplified."""
    if gradient.is_scalar:
        return join(1, (gradient, move), ())
    if gradient.op == "transpose":
        turned = gradient.args[0]
    else:
        turned = Expr("transpose", (gradient,), gradient.shape[::-1])
    return bilinear((turned, move)) if move.is_column else Expr(TR, (join(1, (), (turned, move)),), SCALAR)
