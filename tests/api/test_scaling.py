"""What is twice as long takes about twice as much: of all that is called on the way, not of the seconds."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import matcalc as mc
from matcalc.calculus import factoring
from tests.counting import calls

VECTORS = {"x": "vector(n)", "b": "vector(n)"}


def matrices(count: int) -> dict[str, str]:
    return {f"A_{i}": "matrix(n,n)" for i in range(count)}


def functions(count: int) -> mc.Derivative:
    return mc.diff(f"sum({'tanh(' * count}x{')' * count})", "x", VECTORS)


def polynomial(count: int) -> mc.Derivative:
    return mc.diff("(" * count + "s" + "*s + c)" * count, "s", {"s": "scalar", "c": "scalar"})


def net(count: int) -> mc.Derivative:
    lines = "".join(f", z_{i + 1} = tanh(A_{i}*z_{i})" for i in range(count))
    return mc.diff(f"norm2(z_{count} - b)^2 where z_0 = x{lines}", "x", VECTORS | matrices(count))


def product(count: int) -> mc.Derivative:
    names = "*".join(f"A_{i}" for i in range(count))
    return mc.diff(f"norm2({names}*x - b)^2", "x", VECTORS | matrices(count))


FAMILIES: dict[str, Callable[[int], mc.Derivative]] = {
    "functions of functions": functions,
    "a polynomial": polynomial,
    "a net": net,
    "a product": product,
}
SHOWN: dict[str, Callable[[mc.Derivative], object]] = {
    "text": str,
    "latex": lambda d: d.latex(),
    "code": lambda d: d.code(),
    "steps": lambda d: str(d.steps()),
    "graph": lambda d: str(d.graph()),
}
#: How much more than twice as much it may be, as what is looked up at once is not always equally quick.
ROOM = 1.5


@pytest.mark.parametrize("shown", SHOWN)
@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_twice_as_long_takes_about_twice_as_much(
    family: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(factoring, "MIN_TERMS", 50)  # else it is only longer ones that show it
    monkeypatch.setattr(factoring, "TERMS_PER_NODE", 2)
    of, show = FAMILIES[family], SHOWN[shown]
    show(of(3))  # what is made once for all
    once, twice = (calls(lambda n=n: show(of(n))) for n in (20, 40))  # type: ignore[misc]  # n is a default
    assert twice < 2 * ROOM * once
