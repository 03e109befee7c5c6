"""What is known of values: declared of variables, stated by entries, or plain to see."""

from __future__ import annotations

from collections.abc import Callable

from matcalc.expression.nodes import Expr
from matcalc.functions import BY_OPERATION

_ENTRYWISE = ("hadamard", "hadamard_power")
_FORMS: dict[str, Callable[[Expr], bool]] = {
    "square": lambda expr: expr.shape[0] is expr.shape[1],
    "entrywise": lambda expr: expr.op in _ENTRYWISE,
    "plain": lambda expr: expr.op not in _ENTRYWISE,
}
_IMPLIED = {"positive": ("nonnegative",), "diagonal": ("symmetric",), "spd": ("symmetric",)}


def has_fact(expr: Expr, fact: str) -> bool:
    """Return whether ``fact`` is known of the value without looking below the arguments.

    ``square`` is a matter of shape, ``entrywise`` and ``plain`` of form: a Hadamard product or
    power, or not. The other facts are ``symmetric``, ``diagonal``, ``orthogonal``, ``skew``,
    ``spd``, ``positive``, ``nonnegative`` and ``nonpositive``.
    """
    if fact in _FORMS:
        return _FORMS[fact](expr)
    return fact in _facts(expr)


def _facts(expr: Expr) -> frozenset[str]:
    known = expr.memo.get("facts")
    if known is None:
        direct = _direct_facts(expr)
        known = frozenset(direct) | {more for fact in direct for more in _IMPLIED.get(fact, ())}
        expr.memo["facts"] = known
    return known


def _direct_facts(expr: Expr) -> tuple[str, ...]:
    if expr.op == "variable":
        return tuple(expr.data[1])
    if expr.op == "number":
        return ("positive",) if expr.data > 0 else ("nonnegative",) if expr.data == 0 else ("nonpositive",)
    if expr.op in ("ones", "dimension", "pi"):
        return ("positive",)
    if expr.op == "identity":
        return ("diagonal", "orthogonal", "spd", "nonnegative")
    if expr.op in ("power", "hadamard_power"):
        even = expr.args[1].is_number and expr.args[1].data % 2 == 0
        return ("nonnegative",) if even and expr.op == "hadamard_power" else _power_facts(expr, even)
    if expr.op == "transpose":
        kept = ("orthogonal", "positive", "nonnegative")
        return tuple(fact for fact in kept if has_fact(expr.args[0], fact))
    entries = BY_OPERATION.get(expr.op, ())
    for entry in entries:
        if len(entries) == 1 or _returns(entry.signature, expr):
            return tuple(entry.facts.split())
    return ()


def _power_facts(expr: Expr, even: bool) -> tuple[str, ...]:
    if not expr.is_scalar:
        return ()
    if has_fact(expr.args[0], "positive"):
        return ("positive",)
    return ("nonnegative",) if even else ()


def _returns(signature: str, expr: Expr) -> bool:
    """Return whether a signature returns a matrix exactly if the expression is one."""
    matrix = "," in signature.split("->")[1]
    return matrix == (expr.is_scalar is False and not expr.is_column and not expr.is_row)
