"""Functions that a law recognises in an expression as written: ``exp(x)/sum(exp(x))`` is a softmax."""

from __future__ import annotations

from collections.abc import Mapping

from matcalc.algebra.definitions import written_out
from matcalc.algebra.normal import normal_forms, rebuilt
from matcalc.algebra.parts import parts
from matcalc.algebra.record import laws_recorded
from matcalc.expression import Expr, postorder
from matcalc.functions import BY_OPERATION, OPERATION_NAMES

_NAMED = frozenset(BY_OPERATION) - OPERATION_NAMES


def differentiable(expr: Expr) -> Expr:
    """Return an expression as it is differentiated: definitions written out, functions recognised."""
    root = written_out(expr)
    with laws_recorded(listed=False):
        values = normal_forms([root])
    return recognised(root, values)


def recognised(root: Expr, values: Mapping[Expr, Expr]) -> Expr:
    """Return an expression as written with what is a function of the table replaced by that.

    ``values`` are the normal forms of all its parts. Something is recognised where its normal form has a
    function among its factors that none of its parts had, and a function where a law makes something else of
    it: ``logdet(expm(A))`` is a trace. The derivative is then simpler than that of what was written.
    """
    done: dict[Expr, Expr] = {}
    for node in postorder(root):
        if _is_recognised(node, values):
            rebuilt(node, [values[arg] for arg in node.args])  # once more, for the record of laws
            done[node] = written_out(values[node])
            continue
        done[node] = node.with_args([done[arg] for arg in node.args])
    return done[root]


def _is_recognised(node: Expr, values: Mapping[Expr, Expr]) -> bool:
    found = _functions(values[node])
    if node.op in OPERATION_NAMES:
        return bool(found - _of_parts(node, values))
    return node.op in _NAMED and node.op not in found


def _of_parts(node: Expr, values: Mapping[Expr, Expr]) -> set[str]:
    found = set()
    for arg in node.args:
        found |= _functions(values[arg])
    return found


def _functions(value: Expr) -> set[str]:
    """Return the functions among the factors of a normal form, also under powers."""
    _, scalars, chain = parts(value)
    found = set()
    for factor in (*scalars, *chain):
        inner = factor.args if factor.op == "hadamard" else (factor,)
        for one in inner:
            if one.op in ("power", "hadamard_power", "transpose"):
                one = one.args[0]
            if one.op in _NAMED:
                found.add(one.op)
    return found
