"""Mistakes planted in gradients: those that people make, everywhere in the expression that they fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from matcalc.algebra import is_symmetric
from matcalc.calculus import Derivation, Form
from matcalc.expression import Expr, number, postorder
from matcalc.numeric import CheckReport, check_derivations

#: Operations whose arguments are no parts of a value: exponents, sizes.
_WITHOUT_PLACES = {"power", "hadamard_power", "unvec"}


def check_gradient(
    value: Expr, variable: Expr, gradient: Expr, variables: Mapping[str, Expr], trials: int = 5, seed: int = 0
) -> CheckReport:
    """Return the report on what is claimed to be a gradient; one of another shape is wrong."""
    if gradient.shape != variable.shape:
        return CheckReport(False, float("inf"), 0, seed)
    derivation = Derivation(value, variable, gradient, (), None, gradient)
    return check_derivations([derivation], Form("gradient", gradient), variables, trials, seed, "projected")


def transposed(expr: Expr) -> Expr:
    return Expr("transpose", (expr,), (expr.shape[1], expr.shape[0]))


def negated(expr: Expr) -> Expr:
    return Expr("negate", (expr,), expr.shape)


def doubled(expr: Expr) -> Expr:
    return Expr("mul", (number(2), expr), expr.shape)


def _with_part(root: Expr, parent: Expr, position: int, part: Expr) -> Expr:
    """Return ``root`` with one argument of ``parent`` replaced."""
    done: dict[Expr, Expr] = {}
    for node in postorder(root):
        args = [done[arg] for arg in node.args]
        if node is parent:
            args[position] = part
        done[node] = Expr(node.op, tuple(args), node.shape, node.data)
    return done[root]


def _without_term(root: Expr, total: Expr, position: int) -> Expr:
    """Return ``root`` with one term of a sum left out."""
    rest = total.args[:position] + total.args[position + 1 :]
    smaller = rest[0] if len(rest) == 1 else Expr("add", rest, total.shape)
    if root is total:
        return smaller
    done: dict[Expr, Expr] = {total: smaller}
    for node in postorder(root):
        if node is not total:
            done[node] = Expr(node.op, tuple([done[arg] for arg in node.args]), node.shape, node.data)
    return done[root]


def _places(root: Expr) -> Iterator[tuple[Expr, int, Expr]]:
    """Yield each part of an expression with what it is an argument of, and where."""
    for parent in postorder(root):
        if parent.op not in _WITHOUT_PLACES:
            for position, part in enumerate(parent.args):
                yield parent, position, part


def lost_transposes(gradient: Expr) -> Iterator[Expr]:
    """Square parts the other way round, and without their transpose."""
    for parent, position, part in _places(gradient):
        rows, cols = part.shape
        if rows is not cols or part.is_scalar or is_symmetric(part):
            continue
        turned = part.args[0] if part.op == "transpose" else transposed(part)
        yield _with_part(gradient, parent, position, turned)


def factors_of_two(gradient: Expr) -> Iterator[Expr]:
    """Twice the gradient, half of it, and twice one of its terms."""
    yield doubled(gradient)
    yield Expr("quotient", (gradient, number(2)), gradient.shape)
    for total, position, term in _terms(gradient):
        yield _with_part(gradient, total, position, doubled(term))


def missing_terms(gradient: Expr) -> Iterator[Expr]:
    """Sums without one of their terms."""
    for total, position, _ in _terms(gradient):
        yield _without_term(gradient, total, position)


def wrong_signs(gradient: Expr) -> Iterator[Expr]:
    """The negative gradient, and sums with the sign of one term changed."""
    yield negated(gradient)
    for total, position, term in _terms(gradient):
        yield _with_part(gradient, total, position, negated(term))


def numerator_layout(gradient: Expr) -> Iterator[Expr]:
    """The transposed gradient, square or not."""
    if not gradient.is_scalar:
        yield transposed(gradient)


def _terms(root: Expr) -> Iterator[tuple[Expr, int, Expr]]:
    return ((total, position, term) for total, position, term in _places(root) if total.op == "add")


MISTAKES: dict[str, Callable[[Expr], Iterator[Expr]]] = {
    "lost transpose": lost_transposes,
    "factor of two": factors_of_two,
    "missing term": missing_terms,
    "wrong sign": wrong_signs,
    "numerator layout": numerator_layout,
}
