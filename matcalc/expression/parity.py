"""Odd integers that no float is: a power needs to know that its exponent is one."""

from __future__ import annotations

from math import isnan, prod

from matcalc.expression.nodes import Expr, nearest_float

#: Larger integers are no exact floats, and those floats are all even.
MAX_EXACT = 2**53


def sign_if_odd_beyond_floats(expr: Expr) -> int:
    """Return the sign of an exact odd integer that is too large to be a float, 0 of anything else.

    >>> from matcalc.expression import number
    >>> [sign_if_odd_beyond_floats(number(k)) for k in (3, 2**53 + 1, -2**53 - 1, 2**54)]
    [0, 1, -1, 0]
    """
    found = _parity_and_size(expr)
    if found is None or not found[0] or isnan(found[1]) or abs(found[1]) < MAX_EXACT:
        return 0
    return 1 if found[1] > 0 else -1


def _parity_and_size(expr: Expr) -> tuple[int, float] | None:
    """Return the parity of a constant integer and the float that is near it, ``None`` of anything else."""
    if expr.is_number:
        return (expr.data % 2, nearest_float(expr.data)) if isinstance(expr.data, int) else None
    if expr.op not in ("add", "mul", "negate", "power"):
        return None
    parts = [found for arg in expr.args if (found := _parity_and_size(arg))]
    if len(parts) < len(expr.args):
        return None
    parities, sizes = zip(*parts, strict=True)
    if expr.op == "add":
        return sum(parities) % 2, sum(sizes)
    if expr.op == "mul":
        return prod(parities), prod(sizes)
    if expr.op == "negate":
        return parities[0], -sizes[0]
    return (parities[0], _float_power(*sizes, odd=parities[1])) if sizes[1] >= 1 else None


def _float_power(base: float, exponent: float, *, odd: int) -> float:
    """Return a power of an integer, infinite if it is too large for a float."""
    sign = -1 if base < 0 and odd else 1
    try:
        size: float = abs(base) ** exponent
        return sign * size
    except OverflowError:
        return sign * float("inf")
