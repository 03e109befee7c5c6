"""Where a value is no number, or rounding makes it none: the functions named, and how near to singular."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from math import prod
from typing import Any

from matcalc.algebra import Writing, as_written, normal_forms
from matcalc.calculus import size
from matcalc.errors import Label, MatcalcError, Span
from matcalc.expression import Expr, postorder
from matcalc.expression.signatures import entry_for_node, is_finite_if_invertible
from matcalc.functions import Function
from matcalc.numeric.floats import floats
from matcalc.printing import TEXT, write

#: A reciprocal condition number below which it is looked whether rounding decides the value.
ILL_CONDITIONED = 1e-3
#: The same for matrices with more entries, of which there are no derivatives of high order.
ILL_CONDITIONED_IF_LARGE, SMALL = 1e-8, 10**4
#: How large a part of a value rounding may decide: this, or what the condition of the matrix explains.
MAX_ROUNDED, MAX_EXPLAINED = 1e-6, 0.03
#: By how much the entries of a matrix are changed, relatively, and how often, to see what rounding does.
_CHANGE, _CHANGES = 4 * floats.EPSILON, 2


def inverted(roots: Iterable[Expr]) -> dict[Expr, Expr]:
    """Return the matrices that have to be invertible, each with a value for which it has to be."""
    return {node.args[0]: node for node in postorder(*roots) if is_finite_if_invertible(node)}


def rounded_away(
    value: Any,
    matrices: Iterable[Expr],
    done: Mapping[Expr, Any],
    compute: Callable[[Mapping[Expr, Any]], Any],
    most: float = MAX_EXPLAINED,
) -> Expr | None:
    """Return the matrix near a singular one for which rounding decides ``value``, if there is one.

    ``compute`` returns the value where some matrices are known to be what it is given. Each matrix that is
    ill-conditioned is changed by rounding errors. If that changes the value by more than the condition of
    the matrix explains, or by more than the share ``most``, digits have cancelled: the third derivative of a
    determinant, written with inverses, loses twice as many as an inverse.
    """
    rng = floats.generator(0)
    scale = floats.largest(value)
    for matrix in matrices:
        known = floats.matrix(done[matrix])
        condition = floats.reciprocal_condition(known)
        if not condition < (ILL_CONDITIONED if prod(known.shape) <= SMALL else ILL_CONDITIONED_IF_LARGE):
            continue
        allowed = max(MAX_ROUNDED, min(most, 50 * _CHANGE / max(condition, floats.EPSILON)))
        for _ in range(_CHANGES):
            signs = floats.symmetric(rng.choice([-1.0, 1.0], known.shape))
            changed = known * (1 + _CHANGE * signs)
            moved = compute({matrix: float(changed[0, 0]) if matrix.is_scalar else changed})
            if not floats.largest(floats.difference(moved, value)) <= allowed * scale:
                return matrix
    return None


#: Size up to which an expression is written out in the message.
LARGEST_SHOWN = 12


#: What a value is called that is too large to be shown; so it has no name.
_NOUNS = {
    "add": "a sum", "negate": "a negative", "transpose": "a transpose", "mul": "a product",
    "hadamard": "an entrywise product", "quotient": "a quotient", "power": "a power",
    "hadamard_quotient": "an entrywise quotient", "hadamard_power": "an entrywise power",
}  # fmt: skip


def undefined(
    node: Expr, done: Mapping[Expr, Any], spans: Mapping[Expr, Span], written: Expr
) -> MatcalcError:
    """Return the error E304 for a node whose value is NaN though those of its arguments are not.

    ``done`` are the values, ``spans`` the places of the parts of ``written``; of one whose normal form is
    ``node``, too.
    """
    place = spans.get(node) or _place_of_normal_form(node, spans, written)
    entry = entry_for_node(node)
    infinite = next((arg for arg in node.args if not floats.finite(done[arg])), None)
    if entry is None or not entry.where or infinite is not None:
        shown, label, help_text = _shown(node), "not a number", "numbers in it are too large"
        message = f"{shown} is not a number for these values"
        if infinite is not None:
            part, where = _infinite_part(infinite, done)
            help_text = f"{part} in it is infinite{where and f'; {where}'}"
            if shown in _NOUNS.values():  # which names nothing
                message = f"{part} is infinite for these values, and {shown} with it is not a number"
                help_text = where
    else:
        message = f"{_shown(node)} is not defined for these values"
        label, help_text = "not defined", f"it is defined where {_domain_shown(entry, node)}"
    labels = [Label(place, label)] if place else []
    return MatcalcError("E304", message, labels=labels, help=help_text)


def _domain_shown(entry: Function, node: Expr) -> str:
    """Return the domain of a function in words about its arguments."""
    names = entry.arguments
    what = "what is under the root" if _is_root(node) else "its argument" if len(names) == 1 else ""
    texts = {name: _shown(arg, what or name) for name, arg in zip(names, node.args, strict=True)}
    numbers = {name: arg.data for name, arg in zip(names, node.args, strict=True) if arg.is_number}
    return entry.where.in_words(texts, numbers) if entry.where else ""


def _infinite_part(node: Expr, done: Mapping[Expr, Any]) -> tuple[str, str]:
    """Return which part of a value made it infinite, and where that is finite."""
    while True:
        inner = next((arg for arg in node.args if not floats.finite(done[arg])), None)
        if inner is None:
            break
        node = inner
    entry = entry_for_node(node)
    where = f"it is finite where {_domain_shown(entry, node)}" if entry and entry.where else ""
    return _shown(node), where


def too_near_singular(
    node: Expr, condition: float, spans: Mapping[Expr, Span], written: Expr
) -> MatcalcError:
    """Return the error E304 for a value that rounding decides, as ``node`` inverts a matrix.

    ``condition`` is the reciprocal condition number of that.
    """
    place = spans.get(node) or _place_of_normal_form(node, spans, written)
    matrix = _shown(node.args[0], "its argument")
    message = f"too many digits of the value are rounding: {matrix} is near a singular matrix"
    labels = [Label(place, f"{matrix} is inverted")] if place else []
    help_text = f"its reciprocal condition number is {condition:.1e}; give values for which it is larger"
    return MatcalcError("E304", message, labels=labels, help=help_text)


def _place_of_normal_form(node: Expr, spans: Mapping[Expr, Span], written: Expr) -> Span | None:
    with as_written(Writing()):
        forms = normal_forms([written])
    return next((spans[part] for part, form in forms.items() if form is node and part in spans), None)


def _is_root(node: Expr) -> bool:
    """Return whether a value is a square root, which is a power in normal form."""
    power = node.op in ("power", "hadamard_power") and node.args[1]
    return bool(power and power.is_number and power.data == Fraction(1, 2))


def _shown(node: Expr, name: str = "") -> str:
    """Return the text of a small expression, of a large one ``name`` or what it is."""
    with as_written(Writing()):
        forms = normal_forms([node])  # powers may be written out as products
    if forms[node].op == node.op and size(forms[node]) <= LARGEST_SHOWN:
        return write(forms[node], TEXT)
    if name:
        return name
    if _is_root(node):
        return "sqrt(...)"
    if node.op in ("power", "hadamard_power") and node.args[1].is_number:
        base, exponent = _shown(node.args[0]), node.args[1].data
        if base not in _NOUNS.values():
            dot = "." if node.op == "hadamard_power" else ""
            return (
                f"{base}{dot}^{exponent if exponent.denominator == 1 and exponent > 0 else f'({exponent})'}"
            )
    if node.op in _NOUNS:
        return _NOUNS[node.op]
    # What has been simplified is another value, so only the arguments are shown in normal form.
    small = sum(size(forms[arg]) for arg in node.args) < LARGEST_SHOWN
    return f"{node.op}({', '.join(write(forms[arg], TEXT) for arg in node.args) if small else '...'})"
