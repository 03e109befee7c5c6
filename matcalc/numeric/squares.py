"""Norms and roots that occur squared: even powers replaced by powers of the square.

What the square of a function is, its entry says.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from matcalc.algebra import argument_kinds, filled_in, read_template
from matcalc.expression import SCALAR, Expr, number, postorder
from matcalc.expression.signatures import entry_of, signature_of
from matcalc.numeric.degrees import constant

#: Products and powers of entries, those of scalars among them.
_PRODUCTS = {"mul", "quotient", "power", "hadamard", "hadamard_quotient", "hadamard_power"}

Factors = dict[Expr, Fraction]


def without_roots(root: Expr) -> Expr:
    """Return an expression as written, with the roots in its products replaced where they pair.

    ``norm2(x)^4`` becomes ``(x'*x)^2``, ``abs(s)*t*abs(s)`` becomes ``s.^2*t``, ``s^(1/2)*s^(3/2)``
    becomes ``s^2``. This holds wherever the roots are defined.
    """
    done: dict[Expr, Expr] = {}
    factors: dict[Expr, Factors] = {}
    for node in postorder(root):
        built = node.with_args([done[arg] for arg in node.args])
        found, has_roots = _factors(built, factors)
        if has_roots:
            built = _product(found, built)
        done[node] = built
        factors[built] = found
    return done[root]


def _factors(node: Expr, known: dict[Expr, Factors]) -> tuple[Factors, bool]:
    """Return what the value is the product of, entry by entry, with exponents; and whether there are roots.

    There may have been some that cancelled.
    """
    if node.op not in _PRODUCTS or (node.op in ("mul", "power") and not node.is_scalar):
        return {node: Fraction(1)}, False
    found: Factors = {}
    has_roots = False
    for arg, exponent in _direct_factors(node):
        parts = known.get(arg, {arg: Fraction(1)})
        if exponent.denominator > 1:  # (b^2)^(1/2) is abs(b): what is under a root stays together
            parts = {arg: Fraction(1)}
        for base, own in parts.items():
            found[base] = found.get(base, Fraction(0)) + own * exponent
            has_roots |= _is_root(base, own) or exponent.denominator > 1
    return {base: exponent for base, exponent in found.items() if exponent}, has_roots


def _direct_factors(node: Expr) -> Iterator[tuple[Expr, Fraction]]:
    one = Fraction(1)
    if node.op in ("power", "hadamard_power"):
        base, exponent = node.args
        power = constant(exponent, {}) if base.shape == node.shape else None
        if power is None:
            yield node, one
        else:
            yield base, power
    elif node.op != "mul" and any(arg.shape != node.shape for arg in node.args):
        yield node, one
    elif node.op in ("quotient", "hadamard_quotient"):
        yield node.args[0], one
        yield node.args[1], -one
    elif node.op == "mul":
        chain = tuple(arg for arg in node.args if not arg.is_scalar)
        if chain:
            yield Expr("mul", chain, SCALAR), one
        for arg in node.args:
            if arg.is_scalar:
                yield arg, one
    else:
        for arg in node.args:
            yield arg, one


def _is_root(base: Expr, exponent: Fraction) -> bool:
    return exponent.denominator > 1 or _square(base) is not None


def _square(node: Expr) -> Expr | None:
    """Return the square of a function's value, where its entry states it."""
    found = entry_of(node.op, node.args) if node.args else None
    if found is None or not found[0].square:
        return None
    entry, dims = found
    arguments = signature_of(entry).arguments
    values = {argument.name: arg for argument, arg in zip(arguments, node.args, strict=True)}
    return filled_in(read_template(entry.square, argument_kinds(entry)), values, dims)


def _product(factors: Factors, node: Expr) -> Expr:
    """Return the product of powers, of the squares where exponents are even."""
    shape = node.shape
    power, product = ("power", "mul") if node.is_scalar else ("hadamard_power", "hadamard")
    built = []
    for base, exponent in factors.items():
        square = _square(base)
        if square is not None and exponent.denominator == 1 and exponent % 2 == 0:
            base, exponent = square, exponent / 2
        if exponent != 1:
            value = exponent.numerator if exponent.denominator == 1 else exponent
            base = Expr(power, (base, number(value)), shape)
        built.append(base)
    if not built:
        built = [number(1)] if node.is_scalar else [Expr("ones", (), shape)]
    return built[0] if len(built) == 1 else Expr(product, tuple(built), shape)
