"""What is printed of functions that are only named reads back, in every notation that is read."""

from __future__ import annotations

import pytest

import matcalc as mc
from tests.calculus.test_chain_rules import RULES


@pytest.mark.parametrize("notation", ["text", "unicode", "latex"])
@pytest.mark.parametrize(("text", "wrt", "order", "kinds", "written"), RULES)
def test_reads_back(
    text: str, wrt: str, order: int, kinds: dict[str, str], written: str, notation: str
) -> None:
    d = mc.diff(text, wrt, kinds, order=order)
    back = mc.parse(d.written(notation), dict(d.variables))
    assert str(back) == str(mc.parse(str(d), dict(d.variables)))
    assert back.variables.items() <= d.variables.items()


def test_signs() -> None:
    kinds = {"f_1": "vector(m) -> scalar", "phi": "entrywise", "g": "vector(n) -> vector(m)"}
    d = mc.diff("f_1(A*x) + sum(phi(x)) + y'*g(x)", "x", kinds)
    assert str(d) == "A'*grad_f_1(A*x) + J_g(x)'*y + phi'(x)"
    assert d.unicode() == "Aᵀ ∇f_1(A x) + J_g(x)ᵀ y + φ′(x)"
    assert d.latex() == (
        r"A^{\top} \nabla f_{1}\left(A x\right) + J_{g}\left(x\right)^{\top} y + \phi'\left(x\right)"
    )
    assert d.typst() == "A^top nabla f_1(A x) + J_g(x)^top y + phi'(x)"
    second = mc.diff("f_1(A*x) + sum(phi(x))", "x", kinds, order=2)
    assert second.latex() == (
        r"A^{\top} \nabla^{2} f_{1}\left(A x\right) A"
        r" + \operatorname{diag}\left(\phi''\left(x\right)\right)"
    )
    assert second.typst() == "A^top nabla^2 f_1(A x) A + op(\"diag\")(phi''(x))"
