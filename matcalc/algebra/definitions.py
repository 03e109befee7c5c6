"""Functions and what a law defines them by: recognised in what was written, and put in their place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from matcalc.algebra.builders import argument_kinds, as_scalar, normal_forms, rebuilt
from matcalc.algebra.matching import EMPTY
from matcalc.algebra.rules import laws_recorded, laws_with_head, record
from matcalc.expression import Dim, Expr, Shape, dimension, identity, ones, postorder, zeros
from matcalc.expression.factored import factors_of
from matcalc.functions import BY_OPERATION, OPERATION_NAMES, Law

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
    functions = _functions(values[node])
    if node.op in OPERATION_NAMES:
        return bool(functions - _of_parts(node, values))
    return node.op in _NAMED and node.op not in functions


def _of_parts(node: Expr, values: Mapping[Expr, Expr]) -> set[str]:
    functions = set()
    for arg in node.args:
        functions |= _functions(values[arg])
    return functions


def _functions(value: Expr) -> set[str]:
    """Return the functions among the factors of a normal form, also under powers."""
    product = factors_of(value)
    names = set()
    for factor in (*product.scalars, *product.chain):
        inner = factor.args if factor.op == "hadamard" else (factor,)
        for base in inner:
            if base.op in ("power", "hadamard_power", "transpose"):
                base = base.args[0]
            if base.op in _NAMED:
                names.add(base.op)
    return names


_SIZED: dict[str, Callable[[Shape], Expr]] = {
    "ones": ones,
    "zeros": zeros,
    "identity": lambda shape: identity(shape[0]),
}


@cache
def _needs_definition(op: str, count: int) -> bool:
    """Return whether a function of so many arguments states no derivative and is no constant of sizes."""
    entries = [entry for entry in BY_OPERATION.get(op, ()) if len(entry.arguments) == count]
    return bool(entries) and not any(e.d or e.adjoint or not argument_kinds(e) for e in entries)


@cache
def _is_of_matrices(op: str) -> bool:
    return op not in OPERATION_NAMES and not any(entry.elementwise for entry in BY_OPERATION.get(op, ()))


def _definition(op: str, args: tuple[Expr, ...]) -> tuple[Law, Expr, Expr] | None:
    """Return the law that says what a function of these arguments is, and both its sides as written.

    It is one that defines the function, or says what a function of matrices is for scalars.
    """
    laws = laws_with_head(op) if args else None
    if laws is None:
        return None
    if _needs_definition(op, len(args)):
        return laws.definitions[len(args)]
    return (
        laws.of_scalars.get(len(args)) if _is_of_matrices(op) and all(arg.is_scalar for arg in args) else None
    )


def written_out(root: Expr) -> Expr:
    """Return an expression as written with each defined function replaced by its definition.

    So are functions of matrices where they get scalars: ``vec(s)`` is ``s``.
    """
    done: dict[Expr, Expr] = {}
    for node in postorder(root):
        args = tuple([done[arg] for arg in node.args])
        if node.op == "power" and not node.is_scalar:
            done[node] = Expr("mul", args[:1] * int(node.args[1].data), node.shape)
            continue
        definition = _definition(node.op, args)
        if definition is not None:
            law, left, right = definition
            record(law)
            done[node] = written_out(_applied(left, right, args))
        else:
            done[node] = node.with_args(args)
    return done[root]


def _applied(left: Expr, right: Expr, args: tuple[Expr, ...]) -> Expr:
    """Return the right side of a definition for arguments as written."""
    match = EMPTY
    for pattern, arg in zip(left.args, args, strict=True):
        bound = match.with_value(pattern.data[0], arg, pattern.shape)
        assert bound is not None, f"the definition {left} does not take {arg.shape}"
        match = bound
    return filled_in(right, match.values, match.dims)


def filled_in(template: Expr, values: Mapping[str, Expr], dims: Mapping[str, Dim]) -> Expr:
    """Return the template with its variables and dimensions replaced, as written.

    :func:`matcalc.algebra.instantiate` returns the same in normal form.
    """
    done: dict[Expr, Expr] = {}
    for node in postorder(template):
        shape = node.shape[0].substitute(dims), node.shape[1].substitute(dims)
        if node.op == "variable":
            done[node] = values[node.data[0]]
        elif node.op == "dimension":
            done[node] = as_scalar(dimension(node.data.substitute(dims)))
        elif node.op in _SIZED:
            done[node] = _SIZED[node.op](shape)
        else:
            done[node] = Expr(node.op, tuple([done[arg] for arg in node.args]), shape, node.data)
    return done[template]
