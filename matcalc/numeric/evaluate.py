"""Values of expressions for given arrays, and what is said where there is none or rounding decides it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from functools import partial
from math import prod
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from matcalc.algebra import Writing, as_written, normal_forms
from matcalc.calculus import size
from matcalc.errors import Label, MatcalcError, Span
from matcalc.expression import ONE, Expr, Shape, foresee_entries, postorder, too_large
from matcalc.expression.signatures import entry_for_node, is_finite_if_invertible
from matcalc.functions import Function
from matcalc.numeric.declared_values import refuse_contradicted
from matcalc.numeric.floats import evaluate_all, floats
from matcalc.numeric.interpreter import Sizes, size_of
from matcalc.numeric.values import Values, dimension_names, read_values, sizes_that_fit
from matcalc.printing import TEXT, write

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

#: A reciprocal condition number below which it is looked whether rounding decides the value.
ILL_CONDITIONED = 1e-3
#: The same for matrices with more entries, of which there are no derivatives of high order.
ILL_CONDITIONED_IF_LARGE, SMALL = 1e-8, 10**4
#: How large a part of a value rounding may decide: this, or what the condition of the matrix explains.
MAX_ROUNDED, MAX_EXPLAINED = 1e-6, 0.03
#: By how much the entries of a matrix are changed, relatively, and how often, to see what rounding does.
_CHANGE, _CHANGES = 4 * floats.EPSILON, 2


def evaluate(
    root: Expr,
    variables: Mapping[str, Expr],
    values: Mapping[str, ArrayLike],
    written: Expr | None = None,
    spans: Mapping[Expr, Span] = MappingProxyType({}),
    *,
    as_written: bool = False,
) -> Any:
    """Return the value: a float for a scalar, 1-D for a vector, 2-D for a matrix.

    ``variables`` are the known ones; values of those that do not occur only tell sizes. A size
    that no value tells may be given by its name. ``written`` is what ``root`` was made from, and
    ``spans`` are the places of its parts in the text, for the labels of errors. With ``as_written``
    this has to be defined too: ``s/s`` is not at 0, though it is simplified to 1. Raises E301 for a
    missing value, E302 for one of the wrong shape, E303 for one that is no array of real numbers,
    E304 for one outside the domain of a function, which a matrix is, too, that is singular but for rounding,
    and for one that rounding decides; E305 for one that contradicts a declaration, E404 for an unknown name,
    E508 for arrays with more entries than the budget has.
    """
    roots = [root] if written is None else [root, written]
    given = given_values(root, roots, variables, values, spans)
    with refusing_large_arrays():
        told = as_written and all(
            n.data[0] in given.arrays for n in postorder(roots[-1]) if n.op == "variable"
        )
        shown = roots if told else [root]
        foresee_arrays(shown, given.sizes)
        done = evaluate_all(shown, given.arrays, given.sizes)
        if told and _needs_no_inverse(roots[-1], root, done, given):
            root, shown = roots[-1], roots[-1:]
        done = {node: done[node] for node in postorder(*shown)}
        refuse_undefined(done, roots[-1], spans)
        refuse_rounded(done[root], root, done, partial(_value_with, root, given), spans, roots[-1])
    return as_plain(done[root], root.shape)


def _value_with(root: Expr, given: Values, known: Mapping[Expr, Any]) -> Any:
    """Return a value where some parts are known."""
    return evaluate_all([root], given.arrays, given.sizes, known)[root]


def _needs_no_inverse(written: Expr, root: Expr, done: Mapping[Expr, Any], given: Values) -> bool:
    """Return whether what was written is defined, and not only rounding, where ``root`` is not.

    That is what it was simplified to, and may need an inverse: an adjugate is a determinant times an inverse.
    """
    if floats.has_nan(done[written]) or not floats.has_nan(done[root]):
        return False
    moved = partial(_value_with, written, given)
    return rounded_away(done[written], inverted([root]), done, moved, most=0) is None


def given_values(
    root: Expr,
    roots: Iterable[Expr],
    variables: Mapping[str, Expr],
    values: Mapping[str, ArrayLike],
    spans: Mapping[Expr, Span],
) -> Values:
    """Return the values read, all that ``root`` needs; ``roots`` tell which names of sizes there are.

    Raises E301 to E303, E305 and E404 as :func:`evaluate` does.
    """
    nodes = list(postorder(*roots))
    given = read_values(variables, values, dimension_names(variables, nodes), spans)
    refuse_contradicted(given, variables, spans)
    given = given._replace(sizes=sizes_that_fit(given.sizes, given.open, nodes))
    missing = [n for n in postorder(root) if n.op == "variable" and n.data[0] not in given.arrays]
    if missing:
        raise _missing(missing, spans)
    return given


def refuse_undefined(done: Mapping[Expr, Any], written: Expr, spans: Mapping[Expr, Span]) -> None:
    """Raise E304 for the first value that is no number though those of its arguments are."""
    for node, value in done.items():
        if floats.has_nan(value) and not any(floats.has_nan(done[arg]) for arg in node.args):
            raise undefined(node, done, spans, written)


def refuse_rounded(
    value: Any,
    root: Expr,
    done: Mapping[Expr, Any],
    moved: Callable[[Mapping[Expr, Any]], Any],
    spans: Mapping[Expr, Span],
    written: Expr,
) -> None:
    """Raise E304 if ``value``, that of ``root``, inverts a matrix near a singular one, and rounding decides.

    ``moved`` returns the value where some parts are known.
    """
    needing = inverted([root])
    matrix = rounded_away(value, needing, done, moved)
    if matrix is not None:
        raise too_near_singular(needing[matrix], floats.reciprocal_condition(done[matrix]), spans, written)


def _missing(nodes: list[Expr], spans: Mapping[Expr, Span]) -> MatcalcError:
    names = ", ".join(node.data[0] for node in nodes)
    labels = [Label(spans[node], "no value") for node in nodes if node in spans]
    return MatcalcError("E301", f"there is no value for {names}", labels=labels)


@contextmanager
def refusing_large_arrays() -> Iterator[None]:
    """Raise E508 instead of ``MemoryError``."""
    try:
        yield
    except MemoryError:
        raise too_large("the arrays of this are too large for the memory") from None


def foresee_arrays(roots: Iterable[Expr], sizes: Sizes, more: int = 0) -> None:
    """Raise E508 if the values of all parts, and so many entries more, are too large together."""
    entries = {node: _entries(node, sizes) for node in postorder(*roots) if node.op != "variable"}
    largest = max(entries.values(), default=0)
    foresee_entries(sum(entries.values()) + more, f"one of them has {max(largest, more):,}")


def _entries(node: Expr, sizes: Sizes) -> int:
    return size_of(node.shape[0], sizes) * size_of(node.shape[1], sizes)


def as_plain(value: Any, shape: Shape) -> Any:
    """Return a column or row as a 1-D array and a scalar as a float."""
    return floats.as_plain(value, [dim is not ONE for dim in shape])


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
        entries = floats.matrix(done[matrix])
        condition = floats.reciprocal_condition(entries)
        if not condition < (ILL_CONDITIONED if prod(entries.shape) <= SMALL else ILL_CONDITIONED_IF_LARGE):
            continue
        allowed = max(MAX_ROUNDED, min(most, 50 * _CHANGE / max(condition, floats.EPSILON)))
        for _ in range(_CHANGES):
            signs = floats.symmetric(rng.choice([-1.0, 1.0], entries.shape))
            changed = entries * (1 + _CHANGE * signs)
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
