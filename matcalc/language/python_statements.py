"""Statements in code: which have values, what they ask for, and what they assign."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from matcalc.language.python_functions import DERIVATIVES, IDLE, MODULES, SHOWN, STARTS, TAPES
from matcalc.language.python_scopes import variable_of


def statements_of_values(body: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Return the statements that have to do with values, those in a tape among them."""
    flat: list[ast.stmt] = []
    for node in body:
        opened = [called_name(item.context_expr) for item in node.items] if isinstance(node, ast.With) else []
        flat += node.body if isinstance(node, ast.With) and TAPES.issuperset(opened) else [node]
    return [node for node in flat if not _is_idle(node)] or flat


def _is_idle(node: ast.stmt) -> bool:
    """Return whether a statement has no value: a type, a check, or what is called for something else."""
    if isinstance(node, ast.AnnAssign):
        return node.value is None
    return isinstance(node, ast.Assert) or (isinstance(node, ast.Expr) and called_name(node.value) in IDLE)


def call_of_derivative(node: ast.stmt) -> ast.Call | None:
    """Return the call that asks for a derivative, of ``loss.backward()`` and ``g = grad(f)(x)``."""
    value = node.value if isinstance(node, ast.Expr | ast.Assign) else None
    call = value.func if isinstance(value, ast.Call) and isinstance(value.func, ast.Call) else value
    if not isinstance(call, ast.Call) or called_name(call) not in DERIVATIVES:
        return None
    module = call.func.value if isinstance(call.func, ast.Attribute) else None
    return None if isinstance(module, ast.Name) and MODULES.get(module.id) == "numpy" else call


def called_name(node: ast.expr) -> str:
    """Return the name of the function that a call is of, without its module."""
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else variable_of(node.func)


def shown_by_print(node: ast.expr) -> ast.expr:
    """Return what ``print`` shows besides text, of other expressions themselves."""
    if called_name(node) != SHOWN or not isinstance(node, ast.Call):
        return node
    shown = [arg for arg in node.args if not isinstance(arg, ast.Constant | ast.JoinedStr)]
    return shown[0] if len(shown) == 1 else node


def assigned_value(node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> ast.expr:
    """Return the value of an assignment, with the operator of ``+=``."""
    assert node.value is not None
    if not isinstance(node, ast.AugAssign):
        return node.value
    left = ast.Name(node.target.id, ast.Load()) if isinstance(node.target, ast.Name) else node.target
    operation = ast.BinOp(ast.copy_location(left, node.target), node.op, node.value)
    return ast.copy_location(operation, node)


def is_start(tree: ast.Module, value: ast.expr, targets: Sequence[ast.expr]) -> bool:
    """Return whether a variable begins with zeros, which are no sum that is added to."""
    changed = [node.target for node in ast.walk(tree) if isinstance(node, ast.AugAssign)]
    sums = {target.id for target in changed if isinstance(target, ast.Name)}
    names = [target for target in targets if isinstance(target, ast.Name) and target.id not in sums]
    return called_name(value) in STARTS and len(names) == len(targets)
