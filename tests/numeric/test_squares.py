"""Roots that pair are replaced by what is under them; values stay."""

from __future__ import annotations

import pytest

from matcalc.algebra import written_out
from matcalc.expression import postorder
from matcalc.language import parse
from matcalc.numeric import evaluate_all, samples
from matcalc.numeric.degrees import LINEAR, NotRational, degrees
from matcalc.numeric.exact import without_roots
from tests.numerical import distance

SEED = 4
KINDS = {"s": "scalar", "t": "scalar", "x": "vector(n)", "y": "vector(n)"}


@pytest.mark.parametrize(
    ("text", "rational"),
    [
        ("norm2(x)^2", True),
        ("||A*x - y||^4/3", True),
        ("norm2(x)*norm2(x)", True),
        ("t*norm2(x)*s*norm2(x)^3", True),
        ("norm2(x)^3/norm2(x)", True),
        ("norm2(x)^-2", True),
        ("1/(norm2(x)*norm2(x))", True),
        ("(norm2(x)*norm2(y))^2", True),
        ("normF(A)^2 + normF(A*A)^2", True),
        ("sqrt(s)*sqrt(s)", True),
        ("sqrt(x'*x)^2", True),
        ("(s^(1/2))^4", True),
        ("s^(1/2)*s^(-1/2)", True),
        ("sum(abs(x).^2)", True),
        ("sum(sqrt(x).*y.*sqrt(x))", True),
        ("sum(abs(x).*y./abs(x))", True),
        ("x'*A*y*abs(s)^2", True),
        ("norm2(x*norm2(y)^2)^2", True),
        ("normp(x, 2)^2", True),
        ("norm2(x)", False),
        ("norm2(x)^3", False),
        ("norm2(x)*norm2(y)", False),
        ("(s^2)^(1/2)", False),
        ("sqrt(s^2)", False),
        ("norm2(x)*(1 + norm2(x))", False),
        ("sum(abs(x))^2", False),
    ],
)
def test_even_powers_become_rational(text: str, rational: bool) -> None:
    reading = parse(text, KINDS)
    before = written_out(reading.expr)
    after = without_roots(before)
    instances = list(samples(reading.expr, reading.variables, SEED))
    assert instances
    for arrays, sizes in instances:
        found, wanted = (evaluate_all([e], arrays, sizes)[e] for e in (after, before))
        assert distance(found, wanted) < 1e-9, text
    leaves = dict.fromkeys(reading.variables, LINEAR)
    if rational:
        degrees([after], leaves, {"n": 3, "m": 4})
        assert not {"norm2", "normF", "sqrt", "abs"} & {node.op for node in postorder(after)}
    else:
        with pytest.raises(NotRational):
            degrees([after], leaves, {"n": 3, "m": 4})


def test_what_has_no_roots_stays_as_it_is() -> None:
    expr = parse("x'*A*x/(x'*x)^2 + tr(A)*tr(A)").expr
    assert without_roots(expr) is expr


def test_powers_of_powers_do_not_take_long() -> None:
    expr = parse(
        "s^2 where "
        + ", ".join(["s = t0*t0", *(f"t{i} = t{i + 1}*t{i + 1}" for i in range(60))])
        + ", t60 = norm2(x)"
    ).expr
    assert "norm2" not in {node.op for node in postorder(without_roots(expr))}
