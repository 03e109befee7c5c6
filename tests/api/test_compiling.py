"""Several values of one objective in one function."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import matcalc as mc
from tests.numerical import distance

OBJECTIVES: list[tuple[str, list[str], dict[str, str]]] = [
    ("sum(softplus(-y.*(X*w))) + lambda/2*w'*w", ["w"], {"X": "matrix(m,n)", "y": "vector(m)"}),
    ("||M.*(T - U*V')||_F^2", ["U", "V"], {"U": "matrix(m,k)", "V": "matrix(n,k)", "M": "matrix(m,n)"}),
    ("1/2*||W*sigmoid(V*X + b*ones(q)') - Y||_F^2", ["W", "V", "b"], {"X": "matrix(d,q)", "b": "vector(h)"}),
    ("-m/2*logdet(S) - 1/2*tr(inv(S)*C)", ["S"], {"S": "spd(n)", "C": "symmetric(n)", "m": "scalar"}),
    ("exp(s)*x'*A*x + s^2", ["s", "x"], {"s": "scalar"}),
    ("logsumexp(A*x) - s*log(t)", ["t", "s"], {"s": "scalar", "t": "scalar positive"}),
    ("tr(A*X*B*X)", ["X"], {}),
]


def drawn(text: str, kinds: dict[str, str]) -> dict[str, Any]:
    return mc.parse(text, kinds).sample(11)


def parts(found: Any, several: bool) -> list[Any]:
    return list(found) if several else [found]


@pytest.mark.parametrize(("text", "by", "kinds"), OBJECTIVES)
def test_outputs_are_those_of_diff(text: str, by: list[str], kinds: dict[str, str]) -> None:
    several, wrt = len(by) > 1, by if len(by) > 1 else by[0]
    values = drawn(text, kinds)
    rng = np.random.default_rng(3)
    function = mc.compile(text, wrt, ("value", "gradient", "hessian", "hvp"), kinds)
    names = vars(function)["arguments"]
    directions = [rng.normal(size=np.shape(values[one])) for one in by]
    if "spd" in str(kinds):
        directions = [one + one.T for one in directions]
    arguments = dict(zip(names[-len(by) :], directions, strict=True))
    arguments |= {name: values[name] for name in names[: -len(by)]}
    value, gradient, hessian, hvp = function(**arguments)
    assert distance(value, mc.parse(text, kinds).evaluate(**values)) < 1e-12
    products = []
    for i, one in enumerate(by):
        d = mc.diff(text, one, kinds)
        assert distance(parts(gradient, several)[i], d.evaluate(**values)) < 1e-10
        product: Any = 0.0
        for j, other in enumerate(by):
            second = (
                mc.diff(text, [one, other], kinds, order=2)
                if one != other
                else mc.diff(text, one, kinds, order=2)
            )
            block = np.asarray(second.evaluate(**values))
            mine = np.asarray(hessian[i][j] if several else hessian)
            assert distance(mine, block) < 1e-10, (one, other)
            product = product + np.tensordot(block, directions[j], np.ndim(directions[j]))
        products.append(product)
    for mine, other in zip(parts(hvp, several), products, strict=True):
        assert distance(np.asarray(mine), np.asarray(other)) < 1e-9


@pytest.mark.parametrize(("text", "by", "kinds"), OBJECTIVES)
@pytest.mark.parametrize("output", ["value", "gradient", "hessian"])
def test_one_output_alone_is_the_same(output: str, text: str, by: list[str], kinds: dict[str, str]) -> None:
    several, wrt = len(by) > 1, by if len(by) > 1 else by[0]
    values = drawn(text, kinds)
    beside = "gradient" if output == "value" else "value"
    alone, together = mc.compile(text, wrt, output, kinds), mc.compile(text, wrt, (beside, output), kinds)
    inputs = {name: values[name] for name in vars(alone)["arguments"]}
    one, other = alone(**inputs), together(**inputs)[-1]
    flat = (
        (lambda x: [e for row in x for e in row])
        if output == "hessian" and several
        else (lambda x: parts(x, several))
    )
    pairs = [(one, other)] if output == "value" else zip(flat(one), flat(other), strict=True)
    for a, b in pairs:
        assert distance(np.asarray(a), np.asarray(b)) < 1e-11


def test_a_name_alone_returns_no_tuple() -> None:
    x = np.array([1.0, 2.0])
    assert float(mc.compile("x'*x", "x", "value")(x)) == 5.0
    assert isinstance(mc.compile("x'*x", "x", ["value"])(x), tuple)


def test_everything_is_shared() -> None:
    """The product with the data is computed once, the sigmoid once."""
    source = mc.source(
        "sum(softplus(X*w)) - y'*X*w", "w", ("value", "gradient", "hessian", "hvp"), {"X": "matrix(m,n)"}
    )
    body = source.rpartition('"""')[2]
    assert body.count("X.dot(w)") == 1 and body.count("np.exp(") == 1, source


def test_a_product_with_the_hessian_has_no_hessian() -> None:
    """No array is larger than the arguments."""
    source = mc.source("1/2*||W'*W*x - x||^2", "W", "hvp", sizes={"m": 50, "n": 300})
    assert "np.zeros" not in source and "np.einsum" not in source and "W.T.dot" not in source, source


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("x'*x", "x", "slope"), "E403"),
        (("A*x", "x"), "E501"),
        (("x'*x", "z"), "E401"),
        (("x'*", "x"), "E1"),
        (("a'*(x + [x; x])", "x"), "E2"),
    ],
)
def test_errors(arguments: tuple[str, ...], code: str) -> None:
    with pytest.raises(mc.MatcalcError) as caught:
        mc.compile(*arguments)
    assert caught.value.code.startswith(code)


def test_options_that_do_not_exist() -> None:
    with pytest.raises(mc.MatcalcError, match="there is no target"):
        mc.compile("x'*x", "x", target="fortran")
    with pytest.raises(mc.MatcalcError, match="there is no symmetric"):
        mc.compile("x'*x", "x", symmetric="half")


def test_a_direction_is_called_by_a_free_name() -> None:
    function = mc.compile("v'*A*v", "v", "hvp")
    assert vars(function)["arguments"][-1] == "vv"
    A, v = np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([1.0, 1.0])
    assert np.allclose(function(v=v, A=A, vv=[1, 0]), (A + A.T)[:, 0])


@pytest.mark.parametrize("outputs", [(), ("value", "value"), ("value", "slope")])
def test_outputs_are_some_and_different(outputs: tuple[str, ...]) -> None:
    with pytest.raises(mc.MatcalcError, match="E403"):
        mc.compile("s^2", "s", outputs)


@pytest.mark.parametrize("size", [0, -3, "a", 2.5])
def test_sizes_are_positive_integers(size: Any) -> None:
    with pytest.raises(mc.MatcalcError, match="E302"):
        mc.source("x'*x", "x", sizes={"n": size})
