"""Sums over vectors with an index are those of a loop over the rows of the matrix they become."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

import matcalc as mc

Values = Mapping[str, Any]
N, D, K = 4, 3, 2


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


#: Texts, with what they are for one value of the index.
SUMS: list[tuple[str, Callable[[Values, int], Any]]] = [
    (r"\sum_{i=1}^n (y_i - x_i^\top w)^2", lambda v, i: (v["y"][i] - v["x"][i] @ v["w"]) ** 2),
    (r"\sum_i \log(1+e^{-y_i x_i^\top w})",
        lambda v, i: np.log(1 + np.exp(-v["y"][i] * (v["x"][i] @ v["w"])))),
    (r"\sum_i max[0, -w^Tx_iy_i]", lambda v, i: max(0.0, -v["w"] @ v["x"][i] * v["y"][i])),
    (r"\sum_i \max(0, 1 - y_i(w^\top x_i + b))",
        lambda v, i: max(0.0, 1 - v["y"][i] * (v["w"] @ v["x"][i] + v["b"]))),
    (r"\sum_{i} \exp(-Y_i (\theta^T X_i))", lambda v, i: np.exp(-v["Y"][i] * (v["theta"] @ v["X"][i]))),
    (r"\sum_{i=1}^n \|x_i - \mu\|^2", lambda v, i: np.sum((v["x"][i] - v["mu"]) ** 2)),
    (r"\sum_{i=1}^n \|x_i - \mu\|", lambda v, i: np.linalg.norm(v["x"][i] - v["mu"])),
    (r"\sum_{i=1}^n |\mathbf{x}_i - \mathbf{z}|", lambda v, i: np.linalg.norm(v["x"][i] - v["z"])),
    (r"\sum_i \|x_i - c\|_1", lambda v, i: np.sum(np.abs(v["x"][i] - v["c"]))),
    (r"\sum_i (x_i-\mu)^\top \Sigma^{-1} (x_i-\mu)",
        lambda v, i: (v["x"][i] - v["mu"]) @ np.linalg.inv(v["Sigma"]) @ (v["x"][i] - v["mu"])),
    (r"\sum_i \|y_i - W x_i - b\|_2^2", lambda v, i: np.sum((v["y"][i] - v["W"] @ v["x"][i] - v["b"]) ** 2)),
    (r"\sum_i \|x_i - W W^\top x_i\|^2",
        lambda v, i: np.sum((v["x"][i] - v["W"] @ v["W"].T @ v["x"][i]) ** 2)),
    (r"\sum_i \alpha_i x_i x_i^\top", lambda v, i: v["alpha"][i] * np.outer(v["x"][i], v["x"][i])),
    (r"\sum_i (x_i - \mu)(z_i - \nu)^\top", lambda v, i: np.outer(v["x"][i] - v["mu"], v["z"][i] - v["nu"])),
    (r"\sum_i x_i^\top x_i x_i", lambda v, i: (v["x"][i] @ v["x"][i]) * v["x"][i]),
    (r"\sum_i x_i x_i^T w", lambda v, i: v["x"][i] * (v["x"][i] @ v["w"])),
    (r"\sum_i w^T x_i x_i^T A", lambda v, i: (v["w"] @ v["x"][i]) * (v["x"][i] @ v["A"])),
    (r"\sum_i (a^T x_i)(b^T x_i)", lambda v, i: (v["a"] @ v["x"][i]) * (v["b"] @ v["x"][i])),
    (r"\sum_i \frac{x_i^T A x_i}{x_i^T x_i}",
        lambda v, i: v["x"][i] @ v["A"] @ v["x"][i] / (v["x"][i] @ v["x"][i])),
    (r"\sum_i \tanh(W x_i + b)^T u", lambda v, i: np.tanh(v["W"] @ v["x"][i] + v["b"]) @ v["u"]),
    (r"\sum_i \langle w, x_i\rangle^2", lambda v, i: (v["w"] @ v["x"][i]) ** 2),
    (r"\sum_i \langle x_i, \beta\rangle y_i", lambda v, i: (v["x"][i] @ v["beta"]) * v["y"][i]),
    (r"\sum_i (w \cdot x_i - y_i)^2", lambda v, i: (v["w"] @ v["x"][i] - v["y"][i]) ** 2),
    (r"\sum_i x_i^T \beta y_i", lambda v, i: (v["x"][i] @ v["beta"]) * v["y"][i]),
    (r"\sum_i \lambda x_i^T C y_i", lambda v, i: v["lambda"] * (v["x"][i] @ v["C"] @ v["y"][i])),
    (r"\sum_i [y_i \log \sigma(w^T x_i) + (1-y_i)\log(1-\sigma(w^T x_i))]",
        lambda v, i: v["y"][i] * np.log(sigmoid(v["w"] @ v["x"][i]))
        + (1 - v["y"][i]) * np.log(1 - sigmoid(v["w"] @ v["x"][i]))),
    (r"\sum_i (x_i - \mu)^2 x_i^\top w x_i^\top",
        lambda v, i: np.outer((v["x"][i] - v["mu"]) ** 2, (v["x"][i] @ v["w"]) * v["x"][i])),
    (r"\sum_i \operatorname{softmax}(W x_i)^\top y_i",
        lambda v, i: np.exp(v["W"] @ v["x"][i]) @ v["y"][i] / np.sum(np.exp(v["W"] @ v["x"][i]))),
    (r"\sum_i \frac{x_i - m}{\|x_i\|^2}^T c",
        lambda v, i: (v["x"][i] - v["m"]) @ v["c"] / np.sum(v["x"][i] ** 2)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "term"), SUMS, ids=[text for text, _ in SUMS])
def test_sum_is_that_of_a_loop(text: str, term: Callable[[Values, int], Any]) -> None:
    expression = mc.parse(text)
    values = expression.sample(7)
    arrays = {name: np.asarray(value, dtype=float) for name, value in values.items()}
    rows = next(array.shape[0] for name, array in arrays.items() if name in ("x", "X"))
    expected = np.sum([term(arrays, i) for i in range(rows)], axis=0)
    assert np.allclose(np.asarray(expression.evaluate(**values)).reshape(expected.shape), expected)
    assert any("are the rows of the matrix" in note for note in expression.notes)


@pytest.mark.parametrize(
    ("text", "wrt", "derivative"),
    [
        (r"\sum_{i=1}^n (y_i - x_i^\top w)^2", "w", "2*x'*(x*w - y)"),
        (r"\sum_i \log(1+e^{-y_i x_i^\top w})", "w", "-x'*(sigmoid(-y.*(x*w)).*y)"),
        (r"\sum_i x_i^T A x_i", "A", "x'*x"),
        (r"\sum_i \|A x_i - b_i\|^2", "A", "2*(x*A' - b)'*x"),
        (r"\sum_i \langle w, x_i\rangle^2", "w", "2*x'*x*w"),
        (r"\log\sum_i \exp(a_i^T x + b_i)", "x", "a'*softmax(a*x + b)"),
    ],
)
def test_derivatives_are_those_of_the_matrix(text: str, wrt: str, derivative: str) -> None:
    assert str(mc.diff(text, wrt)) == derivative


#: Sums over pairs, with what they are for one pair.
PAIRS: list[tuple[str, Callable[[Values, int, int], Any]]] = [
    (r"\sum_{i,j} w_{ij} \|x_i - x_j\|^2",
        lambda v, i, j: v["w"][i, j] * np.sum((v["x"][i] - v["x"][j]) ** 2)),
    (r"\frac12\sum_{ij} w_{ij}\|x_i-x_j \|_2^2",
        lambda v, i, j: v["w"][i, j] * np.sum((v["x"][i] - v["x"][j]) ** 2) / 2),
    (r"\sum_{i=1}^m \sum_{j=1}^m \alpha_i \alpha_j y_i y_j {\mathbf{x}_i}^t\cdot\mathbf{x}_j",
        lambda v, i, j: v["alpha"][i] * v["alpha"][j] * v["y"][i] * v["y"][j] * (v["x"][i] @ v["x"][j])),
    (r"\sum_{i,j} \exp(-\|x_i - x_j\|^2 / s)",
        lambda v, i, j: np.exp(-np.sum((v["x"][i] - v["x"][j]) ** 2) / v["s"])),
    (r"\sum_{i,j} (K_{ij} - \exp(-\|x_i - x_j\|^2))^2",
        lambda v, i, j: (v["K"][i, j] - np.exp(-np.sum((v["x"][i] - v["x"][j]) ** 2))) ** 2),
    (r"\sum_i \sum_j a_{ij} x_i x_j", lambda v, i, j: v["a"][i, j] * v["x"][i] * v["x"][j]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "term"), PAIRS, ids=[text for text, _ in PAIRS])
def test_sum_over_pairs_is_that_of_two_loops(text: str, term: Callable[[Values, int, int], Any]) -> None:
    expression = mc.parse(text, {"s": "scalar"} if "/ s" in text else None)
    values = expression.sample(7)
    arrays = {name: np.asarray(value, dtype=float) for name, value in values.items()}
    count = range(len(arrays["x"]))
    assert expression.evaluate(**values) == pytest.approx(
        sum(term(arrays, i, j) for i in count for j in count)
    )
    assert expression.diff("x").check().passed


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (r"\sum_i (x_i - \bar{x})(y_i - \bar{y})", "vector scalar vector scalar"),
        (r"\sum_i (x_i - \bar{x})(x_i - \bar{x})^\top", "matrix vector"),
        (r"\sum_i y_i x_i^\top", "matrix matrix"),
        (r"\sum_i y_i x_i^\top w", "vector matrix vector"),
        (r"\sum_i \lambda_i q_i q_i^\top", "vector matrix"),
        (r"\sum_i c x_i", "scalar vector"),
        (r"\sum_i x_i y", "vector vector"),
        (r"\sum_i W_i", "vector"),
        (r"\sum_i \langle x_i, \beta\rangle y_i", "matrix vector vector"),
    ],
)
def test_kinds_of_members_are_found_with_those_of_all_names(text: str, kinds: str) -> None:
    assert " ".join(kind.split("(")[0] for kind in mc.parse(text).variables.values()) == kinds


@pytest.mark.parametrize(
    ("text", "wrt", "derivative"),
    [
        (r"-\log \frac{e^{x_k}}{\sum_j e^{x_j}}", "x", "softmax(x) - e_k"),
        (r"-\log \frac{e^{u_o^\top v}}{\sum_w e^{u_w^\top v}}", "v", "u'*(softmax(u*v) - e_o)"),
        (r"-\log \frac{e^{u_o^\top v}}{\sum_w e^{u_w^\top v}}", "u", "(softmax(u*v) - e_o)*v'"),
        (r"x_k - \frac1n \sum_{i=1}^n x_i", "x", "e_k - ones(n)/n"),
        (r"a_{kl} - \sum_{i,j} a_{ij}", "a", "e_k*e_l' - 1"),
    ],
)
def test_unit_vectors_pick_what_has_an_index_that_no_sum_binds(text: str, wrt: str, derivative: str) -> None:
    d = mc.diff(text, wrt)
    assert str(d) == derivative and d.check().passed
    assert any("is what the unit vector" in note for note in d.notes)


@pytest.mark.parametrize(
    "text",
    [
        r"\sum_i x_i^2 - x_1",
        r"\sum_i x_i^2 - x_T",
        r"\sum_j a_{ij} x_j",
        r"x_i \sum_i x_i",
        r"\sum_i x_{i+1}",
        r"x_k + e_k + \sum_j x_j",
    ],
)
def test_indices_that_may_be_something_else_are_refused(text: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text)
    assert failed.value.code == "E506"


def test_capital_letter_as_a_number_is_noted() -> None:
    assert mc.parse(r"\sum_i W_i").notes == ("W_i is taken as a number, an entry of the vector W",)


def test_upper_limit_is_the_number_of_rows() -> None:
    centred = r"(\mathbf{x}_i - \boldsymbol{\mu})"
    text = rf"\sum_{{i=1}}^{{n}}{centred}^{{\top}} \Sigma^{{-1}} {centred} + n \ln |\Sigma|"
    assert mc.parse(text).variables["x"] == "matrix(n,m)"
    assert mc.diff(text, r"\Sigma").check().passed


@pytest.mark.parametrize(
    "text", [r"\sum_i y_i \log p_i", r"\sum_i x_i^2", r"\sum_i x_i y_i", r"\sum_i c x_i"]
)
def test_names_of_entries_stay_vectors(text: str) -> None:
    assert not any(kind.startswith("matrix") for kind in mc.parse(text).variables.values())


@pytest.mark.parametrize(
    "text",
    [
        r"\sum_i x_i^T A_i x_i", r"\sum_i w^T A_i w", r"\sum_i (x_i - \mu)^T \Sigma_i^{-1} (x_i - \mu)",
        r"\sum_i (A_i x - b_i)^2", r"\sum_i A_i x", r"\sum_i x^T x_i", r"\sum_i \|x_i\|^2 + x^T x",
        r"\sum_i \|A_i x - b_i\|^2", r"\sum_i \operatorname{tr}(A_i X)",
    ],
)  # fmt: skip
def test_families_of_matrices_and_names_with_two_meanings_are_refused(text: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text)
    assert failed.value.code == "E506"


@pytest.mark.parametrize("text", [r"\sum_i \log\det(x_i x_i^\top)", r"\sum_{i,j} \|x_i - x_j\|_1"])
def test_what_is_no_matrix_expression_is_refused(text: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text)
    assert failed.value.code == "E506" and "rows of a matrix" in failed.value.help
