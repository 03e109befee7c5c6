"""Gradients as reverse mode computes them: values forwards, derivatives backwards, each shared."""

from __future__ import annotations

from collections.abc import Iterable

from matcalc.calculus import trace
from matcalc.explanation import cotangents_by_line, traced
from matcalc.expression import Expr, fill


def reverse_mode(expr: Expr, leaf: Expr, taken: Iterable[str]) -> tuple[Expr, Expr]:
    """Return the value of a scalar expression and its gradient as they are computed together.

    Both are as written, not in normal form: a product that several derivatives share is one product. See
    Griewank and Walther, Evaluating Derivatives (2008), chapter 3.
    """
    used = frozenset(taken)
    lines = trace(expr, [leaf], {}, used)
    values: dict[Expr, Expr] = {}
    for line in lines:
        values[line.symbol] = fill(line.formula, values)
    seen = traced(lines, leaf, used)
    gradient = leaf
    for found in cotangents_by_line(seen, used, longest=0):
        gradient = fill(found.value, values)
        values[found.written] = gradient
    return values[lines[-1].symbol], gradient
