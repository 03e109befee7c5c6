"""Statements in code: what they assign, change and ask for; names that are of one array, or of data."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import chain

from matcalc.language.python_arrays import COLUMN, MATRIX, ROW, SCALAR, VECTOR
from matcalc.language.python_cases import is_read, literal
from matcalc.language.python_functions import DATA, DERIVATIVES, IDLE, MODULES, SHOWN, STARTS, TAPES, VIEWS
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


def unused_names(tree: ast.Module) -> dict[str, ast.stmt]:
    """Return the assigned names that nothing after them uses, with the last assignment of each."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Lambda)]
    late = {part.id for node in functions for part in ast.walk(node) if isinstance(part, ast.Name)}
    left: dict[str, ast.stmt] = {}
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef):
            continue
        names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
        changed = isinstance(statement, ast.AugAssign)
        for name in names:
            if isinstance(name.ctx, ast.Load) or changed:
                left.pop(name.id, None)
        if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
            if statement.value is None or is_data(statement.value) or is_of_shape(statement.value):
                continue
            stored = [name.id for name in names if isinstance(name.ctx, ast.Store) and name.id not in late]
            left |= dict.fromkeys((name for name in stored if name != "_"), statement)
    return left


def shared_names(tree: ast.Module) -> frozenset[str]:
    """Return the names of arrays that may have another name, by an assignment such as ``a = b.T``."""
    return frozenset(chain.from_iterable(map(_shared_by, ast.walk(tree))))


def _shared_by(node: ast.AST) -> Iterator[str]:
    if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
        return
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    pairs = [(target, node.value) for target in targets]
    while pairs:
        target, value = pairs.pop()
        if isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
            pairs += zip(target.elts, value.elts, strict=False)
            continue
        shared = _arrays_in(value)
        if shared is not None or len(targets) > 1:
            yield from (part.id for part in ast.walk(target) if isinstance(part, ast.Name))
            yield from shared or ()


def _arrays_in(value: ast.expr) -> set[str] | None:
    """Return the names whose arrays a value may be of; nothing if the value is an array of its own."""
    if isinstance(value, ast.Name):
        return {value.id}
    if isinstance(value, ast.Attribute | ast.Subscript | ast.Starred):
        return _arrays_in(value.value)
    parts: list[ast.expr] = []
    if isinstance(value, ast.Call):
        function = value.func
        name = function.attr if isinstance(function, ast.Attribute) else ""
        if name not in VIEWS and is_read(name, ""):
            return None
        parts = [*value.args, *(keyword.value for keyword in value.keywords), *_objects(function)]
    elif isinstance(value, ast.Tuple | ast.List):
        parts = value.elts
    elif not isinstance(value, ast.IfExp):
        return None
    return set().union(*(_arrays_in(part) or () for part in parts))


def _objects(function: ast.expr) -> list[ast.expr]:
    """Return the array that a method is of, or a function that may return what it is defined with."""
    return [function.value if isinstance(function, ast.Attribute) else function]


def is_data(node: ast.expr) -> bool:
    """Return whether a value is data, such as random numbers, so that its name is a variable."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in DATA or (
            node.func.attr in _OF_LISTS and bool(node.args) and _is_list(node.args[0])
        )
    return False


_OF_LISTS = frozenset(("array", "asarray", "tensor", "constant"))


def _is_list(node: ast.expr) -> bool:
    return isinstance(node, ast.List | ast.Tuple) and all(
        isinstance(part, ast.Constant | ast.UnaryOp) or _is_list(part) for part in node.elts
    )


def kind_of_data(node: ast.expr) -> str:
    """Return the kind of data, nothing if its sizes are not written.

    >>> kind_of_data(ast.parse("np.random.randn(5, 3)", mode="eval").body)
    'm'
    """
    assert isinstance(node, ast.Call)
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    sizes = [keyword.value for keyword in node.keywords if keyword.arg in ("size", "shape")]
    if name in _OF_LISTS:
        axes, part = 0, node.args[0]
        while isinstance(part, ast.List | ast.Tuple) and part.elts:
            axes, part = axes + 1, part.elts[0]
        return (SCALAR, VECTOR, MATRIX, "")[min(axes, 3)]
    if not sizes and name in _BY_SIZES:
        sizes = node.args
    if len(sizes) == 1 and isinstance(sizes[0], ast.Tuple | ast.List):
        sizes = sizes[0].elts
    ones = [literal(size) == 1 for size in sizes]
    if len(ones) == 2:
        return ROW if ones[0] and not ones[1] else COLUMN if ones[1] and not ones[0] else MATRIX
    return VECTOR if len(ones) == 1 else ""


#: Functions whose arguments are the sizes of the array.
_BY_SIZES = frozenset(("randn", "rand", "random", "standard_normal", "zeros", "empty"))


def is_of_shape(node: ast.expr) -> bool:
    """Return whether a value is a shape, of which not all sizes need be used."""
    return isinstance(node, ast.Attribute) and node.attr == "shape"
