"""Powers of scalars, of square matrices and of entries; quotients."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import log2

from matcalc.algebra.application import rewrite
from matcalc.algebra.builders import build, builds
from matcalc.algebra.transposes import oriented, transpose
from matcalc.errors import MatcalcError
from matcalc.expression import Expr, identity, number, ones
from matcalc.expression.factored import Number, base_and_exponent, factors_of, is_bilinear, join
from matcalc.expression.facts import has_fact
from matcalc.functions import INV

#: Powers of numbers are multiplied out up to this many bits.
MAX_BITS = 4096


@builds("power")
def power(args: Sequence[Expr]) -> Expr:
    """Return the power of a scalar, or the integer power of a square matrix."""
    base, exponent = args
    if exponent.is_number:
        if exponent.data == 1:
            return base
        if not base.is_scalar:
            return _matrix_power(base, exponent.data)
        return _numeric_power(base, exponent.data)
    if base.is_number and base.data == 1:
        return base
    return _by_law("power", base, exponent)


def _by_law(op: str, base: Expr, exponent: Expr) -> Expr:
    rewritten = rewrite(op, (base, exponent))
    return Expr(op, (base, exponent), base.shape) if rewritten is None else rewritten


def _numeric_power(base: Expr, exponent: Number) -> Expr:
    if exponent == 0:
        return number(1)
    if base.is_number:
        if base.data == 0 and exponent < 0:
            raise _division_by_zero()
        value = _exact_power(base.data, exponent)
        return Expr("power", (base, number(exponent)), base.shape) if value is None else number(value)
    integer = isinstance(exponent, int)
    if base.op == "mul" and not is_bilinear(base):
        coefficient, scalars, _ = factors_of(base)
        if integer:
            powers = [build("power", scalar, number(exponent)) for scalar in scalars]
            return build("mul", _numeric_power(number(coefficient), exponent), *powers)
        root = _exact_power(coefficient, exponent) if coefficient > 0 else None
        if root is not None and coefficient != 1:
            rest = _numeric_power(join(1, scalars, ()), exponent)
            return build("mul", number(root), rest)
    if base.op == "power":
        inner, inner_exponent = base.args
        if integer or has_fact(inner, "nonnegative"):
            return build("power", inner, build("mul", inner_exponent, number(exponent)))
    return _by_law("power", base, number(exponent))


def _division_by_zero() -> MatcalcError:
    # Left as it is, it would vanish next to a factor zero.
    return MatcalcError("E304", "division by zero", help="the value or its derivative is defined nowhere")


def _exact_power(base: Number, exponent: Number) -> Number | None:
    """Return ``base**exponent`` if it is rational and not too long, else ``None``."""
    if base == 0 and exponent <= 0:
        return None
    if isinstance(exponent, int):
        bits = log2(max(abs(base.numerator), base.denominator))
        if abs(exponent) > MAX_BITS or abs(exponent) * bits > MAX_BITS:
            return None
        value = Fraction(base) ** exponent
        return value.numerator if value.denominator == 1 else value
    if base < 0 or exponent.denominator > 8:
        return None
    roots = [_integer_root(n, exponent.denominator) for n in (base.numerator, base.denominator)]
    if roots[0] is None or roots[1] is None:
        return None
    return _exact_power(Fraction(roots[0], roots[1]), exponent.numerator)


def _integer_root(value: int, degree: int) -> int | None:
    if value.bit_length() > 512:
        return None
    root = round(value ** (1 / degree))
    return root if root**degree == value else None


def _matrix_power(base: Expr, exponent: Number) -> Expr:
    if exponent == 0:
        return identity(base.shape[0])
    if exponent < 0:
        return build("power", build(INV, base), number(-exponent))
    if base.op == "identity":
        return base
    if base.op == "transpose":
        return transpose(build("power", base.args[0], number(exponent)))
    if base.op == "mul":
        return build("mul", *[base] * int(exponent))
    inner, inner_exponent = base_and_exponent(base)
    if base.op == "power" and inner_exponent.is_number:
        return build("power", inner, number(inner_exponent.data * exponent))
    return Expr("power", (base, number(exponent)), base.shape)


@builds("hadamard_power")
def hadamard_power(args: Sequence[Expr]) -> Expr:
    """Return the power of each entry, or of a scalar with each entry as exponent."""
    base, exponent = args
    shape = exponent.shape if base.is_scalar else base.shape
    exponent, base = _of_equal_entries(exponent), _of_equal_entries(base)
    if base.is_scalar and exponent.is_scalar:
        return build("mul", power((base, exponent)), ones(shape))
    if base.is_scalar:
        return _power_of_scalar(base, exponent)
    transposed, was_transposed = oriented(base)
    if was_transposed:
        return transpose(build("hadamard_power", transposed, transpose(exponent)))
    if exponent.is_number:
        value = exponent.data
        if value == 1:
            return base
        if value == 0:
            return ones(base.shape)
        if base.op == "zeros":
            if value < 0:
                raise _division_by_zero()
            return base
        if isinstance(value, int):
            product = factors_of(base)
            if product.coefficient != 1 or product.scalars:
                scale = build("power", product.outside, exponent)
                return build("mul", scale, build("hadamard_power", product.array, exponent))
            if base.op == "hadamard":
                return build("hadamard", *[build("hadamard_power", arg, exponent) for arg in base.args])
        if base.op == "hadamard_power":
            inner, inner_exponent = base.args
            if isinstance(value, int) or has_fact(inner, "nonnegative"):
                return build("hadamard_power", inner, build("mul", inner_exponent, number(value)))
    return _by_law("hadamard_power", base, exponent)


def _of_equal_entries(expr: Expr) -> Expr:
    """Return the entry of an array whose entries are all the same, else the expression."""
    product = factors_of(expr)
    if len(product.chain) == 1 and product.array.op in ("ones", "zeros"):
        return number(0) if product.array.op == "zeros" else product.outside
    return expr


def _power_of_scalar(base: Expr, exponent: Expr) -> Expr:
    if base.is_number and base.data == 1:
        return ones(exponent.shape)
    transposed, was_transposed = oriented(exponent)
    if was_transposed:
        return transpose(build("hadamard_power", base, transposed))
    return Expr("hadamard_power", (base, exponent), exponent.shape)


@builds("quotient")
def quotient(args: Sequence[Expr]) -> Expr:
    """Return X/s."""
    return build("mul", args[0], build("power", args[1], number(-1)))


@builds("hadamard_quotient")
def hadamard_quotient(args: Sequence[Expr]) -> Expr:
    """Return X./Y."""
    return build("hadamard", args[0], build("hadamard_power", args[1], number(-1)))
