"""One factorisation of a matrix serves all that is wanted of it."""

from __future__ import annotations

import pytest

import matcalc as mc
from matcalc.api.options import Options
from matcalc.api.programs import program_of
from matcalc.code import ALL_PASSES, SizeEstimates
from matcalc.expression import postorder
from tests.numerical import distance

KINDS = {
    "A": "matrix(n,n)",
    "C": "matrix(n,m)",
    "P": "spd(m)",
    "R": "spd(n)",
    "X": "matrix(n,m)",
    "x": "vector(n)",
    "s": "scalar positive",
}
#: Expressions, their variables of differentiation, and the factorisation.
EXAMPLES = (
    ("tr(C*P*C') + logdet(C*P*C' + R)", "P", "cholesky"),
    ("logdet(X*X' + s*I) + x'*inv(X*X' + s*I)*x", "s", "cholesky"),
    ("logdet(A) + x'*inv(A)*x", "A", "lu"),
    ("det(A)*(x'*inv(A)*x)", "x", "lu"),
    ("x'*inv(A)*x + x'*inv(A)'*A*inv(A)*x", "x", "lu"),
)


@pytest.mark.parametrize(("text", "wrt", "name"), EXAMPLES)
def test_one_factorisation_serves_value_and_gradient(text: str, wrt: str, name: str) -> None:
    kinds = {one: kind for one, kind in KINDS.items() if one in text.replace("inv", "").replace("logdet", "")}
    outputs = ("value", "gradient")
    sizes = {"n": 90, "m": 200}
    roots, _ = program_of(text, wrt, outputs, Options(kinds)).instructions(SizeEstimates(sizes), ALL_PASSES)
    alone = ("lu", "cholesky", "solve", "inverse", "det", "logdet")
    assert [node.op for node in postorder(*roots) if node.op in alone] == [name]
    found = mc.diff(text, wrt, kinds)
    assert isinstance(found, mc.Derivative)
    values = found.value.sample(5, n=5, **({"m": 7} if "m)" in str(kinds.values()) else {}))
    value, gradient = mc.compile(text, wrt, outputs, kinds)(**{one: values[one] for one in found.variables})
    assert distance(value, found.value.evaluate(**values)) < 1e-9
    assert distance(gradient, found.evaluate(**values)) < 1e-9
