"""The factored view of a product: the factors, multiplied, are the product again."""

from __future__ import annotations

import numpy as np
import pytest

import matcalc as mc
from matcalc.algebra import build
from matcalc.expression import Expr, number
from matcalc.expression.factored import (
    Factored,
    beside,
    factors_as_written,
    factors_of,
    join,
    power_factors,
    scalars_and_arrays,
)
from matcalc.language import parse
from matcalc.printing import TEXT, write

KINDS = {
    "s": "scalar", "t": "scalar", "a": "vector(n)", "b": "vector(n)", "A": "matrix(n,n)", "B": "matrix(n,n)",
}  # fmt: skip


def texts(factors: Factored) -> tuple[str, list[str], list[tuple[str, str]], list[str]]:
    """The parts as text: the number, factors above, divisors with their exponents, and the chain."""
    below = [(write(base, TEXT), str(exponent)) for base, exponent in factors.below]
    above, chain = ([write(each, TEXT) for each in part] for part in (factors.above, factors.chain))
    return str(factors.coefficient), above, below, chain


@pytest.mark.parametrize(
    ("text", "factors"),
    [
        ("3", ("3", [], [], [])),
        ("-2*s*A/t^2", ("-2", ["s"], [("t", "2")], ["A"])),
        ("A*(a'*b)*2/(s*t)", ("2", ["a'*b"], [("s", "1"), ("t", "1")], ["A"])),
        ("(s*A)*(t*B')", ("1", ["s", "t"], [], ["A", "B'"])),
        ("A*(A + B)*inv(B)", ("1", [], [], ["A", "A + B", "inv(B)"])),
        ("sqrt(s)*a", ("1", ["sqrt(s)"], [], ["a"])),
    ],
)
def test_the_factors_of_a_product(text: str, factors: object) -> None:
    assert texts(factors_as_written(parse(text, KINDS).expr, lambda node: False)) == factors
    normal = texts(factors_of(mc.parse(text, KINDS).node))
    assert [sorted(map(str, part)) for part in normal] == [sorted(map(str, part)) for part in factors]


@pytest.mark.parametrize("text", ["-2*s*A/t^2*(s*t)", "(s*A)*(-t*B')/3", "A*(a'*b)", "s/t", "-(s*(t*A))"])
def test_the_factors_multiplied_are_the_product(text: str) -> None:
    value = mc.parse(text, KINDS).node
    factors = factors_of(value)
    assert join(*factors) is value
    assert build("mul", factors.outside, factors.array) is value
    powers = [build("power", base, number(exponent)) for base, exponent in factors.powers]
    assert build("mul", number(factors.coefficient), *powers, *factors.chain) is value


def test_what_stays_is_one_factor() -> None:
    product = parse("2*(s*A)*(t*B)", KINDS).expr
    kept = product.args[-1]
    factors = factors_as_written(product, lambda node: node is kept)
    assert factors.chain[-1] is kept and factors.coefficient == 2
    assert factors_as_written(kept, lambda node: True).chain == scalars_and_arrays(kept.args)[1]


@pytest.mark.parametrize(
    ("text", "factors"),
    [("A^3", "A A A"), ("(A^2)'", "A' A'"), ("A^-2", "inv(A) inv(A)"), ("(A')^2", "A' A'"), ("A^4", "")],
)
def test_inverses_and_transposes_are_seen_through_in_powers(text: str, factors: str) -> None:
    base, exponent = parse("A", KINDS).expr, {"3": 3, "2": 2, "4": 4}[text[text.index("^") :].strip("^-)'")]
    signed = -exponent if "-" in text else exponent
    inner = Expr("transpose", (base,), base.shape) if text.startswith("(A')") else base
    power = Expr("power", (inner, number(signed)), base.shape)
    whole = Expr("transpose", (power,), base.shape) if text.endswith("'") else power
    assert " ".join(write(each, TEXT) for each in power_factors(whole, 3)) == factors


def test_what_stands_beside_a_factor() -> None:
    product = parse("s*A*B*t*a", KINDS).expr
    scalars, before, after = beside(product.args, product.args.index(parse("B", KINDS).expr))
    assert [write(each, TEXT) for each in (*scalars, *before, *after)] == ["s", "t", "A", "a"]
    assert len(before) == len(after) == 1


def test_the_value_is_that_of_the_product() -> None:
    values = {"s": 2.0, "t": -3.0, "A": np.arange(4.0).reshape(2, 2), "B": np.eye(2) + 1}
    product = mc.parse("-s*A/t*B'", KINDS)
    factors = factors_of(product.node)
    scale = float(factors.coefficient) * np.prod(
        [values[base.data[0]] ** float(e) for base, e in factors.powers]
    )
    np.testing.assert_allclose(product.evaluate(**values), scale * values["A"] @ values["B"].T)
