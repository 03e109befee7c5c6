"""Whole lines as people paste them: what they ask for, names in front, definitions, conditions."""

from __future__ import annotations

import pytest

import matcalc as mc
from matcalc.language import parse, variable_name
from tests.language.test_latex_pastes import refusal

ASKED = {
    r"\frac{\partial}{\partial X} \operatorname{tr}(AX)": "A'",
    r"\frac{d}{dt}(P + tQ)^{-1}": "-inv(K)*Q*inv(K) where K = t*Q + P",
    r"\frac{\mathrm{d}}{\mathrm{d}x} x^\top x": "2*x",
    r"d(x^\top A x)/dx": "(A + A')*x",
    r"\frac{d (x^\top A x)}{dx}": "(A + A')*x",
    r"\frac{{\partial {{\left\| {XA} \right\|}_F}}}{{\partial X}}": "X*A*A'/normF(X*A)",
    r"\frac{\partial \ln |X|}{\partial X} = 2X^{-1}": "inv(X)'",
    r"d/dX \operatorname{tr}(AX)": "A'",
    r"\partial/\partial X \operatorname{tr}(AX)": "A'",
    r"\partial_x (x^\top x)": "2*x",
    r"\nabla_{\mathbf{x}} \mathbf{x}^\top A \mathbf{x}": "(A + A')*x",
    r"\nabla_x \|Ax - b\|^2": "2*A'*(A*x - b)",
    r"D_x (x^\top A x)": "(A + A')*x",
    "∂/∂x (x'*A*x)": "(A + A')*x",
    "d/dx (x'*A*x)": "(A + A')*x",
    "grad_x ||A*x - b||^2": "2*A'*(A*x - b)",
    "∇_x ‖A*x - b‖²": "2*A'*(A*x - b)",
    "∂f/∂x, f = x'*A*x": "(A + A')*x",
    "min_x ||A*x - b||^2": "2*A'*(A*x - b)",
    "minimize_x ||A*x - b||^2": "2*A'*(A*x - b)",
    "d(x'*A*x)/dx": "(A + A')*x",
    "d tr(A*X)/dX": "A'",
    r"\min_x \|Ax-b\|^2": "2*A'*(A*x - b)",
    r"\operatorname*{arg\,min}_x \|Ax-b\|^2": "2*A'*(A*x - b)",
    r"\underset{x}{\text{minimize}} \|Ax-b\|^2 \text{ s.t. } Cx = d": "2*A'*(A*x - b)",
}


@pytest.mark.parametrize("text", ASKED)
def test_the_sign_of_a_derivative_names_the_variable(text: str) -> None:
    assert str(mc.diff(text)) == ASKED[text]


VALUES = {
    r"f(x) := x^\top A x": "x'*A*x",
    r"\mathcal L(W, H) = \|X - WH\|_F^2": "normF(X - W*H)^2",
    r"\text{loss}(x) = \|x\|^2": "norm2(x)^2",
    r"\|x\|_A = \sqrt{x^\top A x}": "sqrt(x'*A*x)",
    r"\log p(y|X) = -y^\top K^{-1} y": "-y'*inv(K)*y",
    r"\ln p = -\frac12 x^\top A x": "-x'*A*x/2",
    r"-\log L(\mu) = (x - \mu)^\top S (x - \mu)": "(x - mu)'*S*(x - mu)",
    r"\ln\mathcal{L} = \log\det A": "logdet(A)",
    "log p = -x'*A*x/2": "-x'*A*x/2",
    "logL = -x'*A*x": "-x'*A*x",
    "-logL = x'*A*x": "x'*A*x",
    r"\chi^2 = r^\top S^{-1} r": "r'*inv(S)*r",
    "χ² = r'*inv(S)*r": "r'*inv(S)*r",
    r"D_M^2(x) = (x - \mu)^\top S (x - \mu)": "(x - mu)'*S*(x - mu)",
    r"x^* = (A^\top A)^{-1} A^\top b": "inv(A'*A)*A'*b",
    r"z^{(1)} = W x, a^{(1)} = \tanh(z^{(1)}), L = \|a^{(1)} - y\|^2": "norm2(tanh(W*x) - y)^2",
    "a^{[1]} = tanh(W^{[1]} x + b^{[1]})": "tanh(W_1*x + b_1)",
    r"S = e'e = (y - W\beta)'(y - W\beta)": "(y - W*beta)'*(y - W*beta)",
    r"J = \operatorname{tr}(AX), X^\top X = I": "tr(A*X)",
    "J := ||A*x - b||^2": "norm2(A*x - b)^2",
    "z = W*x + b, a = sigmoid(z), L = norm2(a - y)^2": "norm2(sigmoid(W*x + b) - y)^2",
    "L = norm2(a - y)^2; a = sigmoid(z); z = W*x + b": "norm2(sigmoid(W*x + b) - y)^2",
    "z = W*x + b\na = sigmoid(z)\nL = norm2(a - y)^2": "norm2(sigmoid(W*x + b) - y)^2",
    "r = X*w - y;\n\n  L = r'*r;\n": "(X*w - y)'*(X*w - y)",
    "f(x) = x'*A*x, g = f(x)^2": "(x'*A*x)^2",
    r"L = \|r\|^2 \quad \text{with } r = Ax - b": "norm2(A*x - b)^2",
    "minimize ||A*x - b||^2 subject to x'*x = 1": "norm2(A*x - b)^2",
    "minimize x'*A*x subject to B*x = c where A = C'*C": "x'*C'*C*x",
    r"\min_x x^\top Ax \text{ s.t. } Bx = c \text{ where } A = C^\top C": "x'*C'*C*x",
    r"\min \|Ax - b\|^2 \text{ s.t. } Cx = d": "norm2(A*x - b)^2",
    "max x'*A*x s.t. x'*x = 1": "x'*A*x",
    "minimize over x ||A*x - b||^2": "norm2(A*x - b)^2",
    r"\text{minimize over } U, V \|X - UV\|_F^2": "normF(X - U*V)^2",
}


@pytest.mark.parametrize("text", VALUES)
def test_the_value_is_what_no_other_statement_uses(text: str) -> None:
    read, wanted = mc.parse(text), mc.parse(VALUES[text])
    assert (read, read.variables) == (wanted, wanted.variables)


def test_what_is_left_out_is_said() -> None:
    notes = parse(r"\min_x \|x\|^2 \text{ s.t. } Ax = b").notes
    assert [note.partition(":")[0] for note in notes] == [
        "left out as a condition", "left out as the sign of an optimum",
    ]  # fmt: skip
    [note] = parse(r"\frac{\partial}{\partial X} \operatorname{tr}(XA) = A^T").notes
    assert note == "left out as a proposed answer: A^T"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (r"\nabla_x \|Ax\|^2 + \lambda \|x\|^2", "E102"), ("x + y = 3", "E102"), ("x, y", "E102"),
        ("f(x) = x'*A*x, g = f(y)", "E110"), (r"\max_i x_i", "E506"), ("z = x'*x, y'*y", "E102"),
        ("d x'*A*x + b'*x/dx", "E506"), ("d||A*x - b||^2/dx", "E506"),
        (r"\left.\frac{d}{dt} \|x + t y\|^2\right|_{t=0}", "E506"), ("x = x + 1", "E107"),
    ],
)  # fmt: skip
def test_what_has_two_meanings_is_refused(text: str, code: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text)
    assert failed.value.code == code


def test_a_bracket_that_stays_open_behind_a_function_of_the_text_is_refused() -> None:
    error = refusal("f(x) = x'*x; f(x")
    assert (error.code, [(label.span.start, label.span.end) for label in error.labels]) == (
        "E104",
        [(14, 16)],
    )


def test_the_variable_that_is_given_is_the_one_in_the_text() -> None:
    assert str(mc.diff("d/dx (x'*x)", "x")) == "2*x"
    with pytest.raises(mc.MatcalcError, match="with respect to x, and A is given"):
        mc.diff("d/dx (x'*A*x)", "A")
    with pytest.raises(mc.MatcalcError) as failed:
        mc.diff("x'*A*x")
    assert failed.value.help == "name one of x, A"


def test_the_entry_of_an_array_that_a_line_asks_for() -> None:
    assert str(mc.diff(r"\frac{d}{dx_i} x^\top x", "x")) == "2*x"
    with pytest.raises(mc.MatcalcError) as failed:
        mc.diff(r"\frac{d}{dx_i} x^\top x")
    assert (
        failed.value.help
        == "differentiate with respect to x, of which it may be an entry: that gives all of them"
    )


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (r"\beta", "beta"), (r"\mathbf{x}", "x"), ("Σ", "Sigma"), ("W_1", "W_1"),
        (r"\mathbf{\Sigma}", "Sigma"),
        ("W_{out}", "W_out"), (r"\hat{\beta}_1", "beta_hat_1"), ("h_{t-1}", "h_tm1"), ("W^{[2]}", "W_2"),
    ],
)  # fmt: skip
def test_variables_as_people_write_them(written: str, name: str) -> None:
    assert variable_name(written) == name


NOTATION = {
    r"{\rm Tr}(XA)": "tr(X*A)",
    r"\mathop{\rm tr}(XA)": "tr(X*A)",
    r"\left({\bf y - X \beta}\right)^\top {\bf \Sigma} {\bf x}": "(y - X*beta)'*Sigma*x",
    r"\langle A, X\rangle": "sum(A.*X)",
    r"\left<w, Ax\right>": "w'*A*x",
    "⟨A*x, y⟩": "(A*x)'*y",
    r"\|x\|_A^2": "x'*A*x",
    r"\|x - y\|_{\Sigma^{-1}}^2": "(x - y)'*inv(Sigma)*(x - y)",
    "||A*x - b||_{R^{-1}}^2": "(A*x - b)'*inv(R)*(A*x - b)",
    r"\|h_{t} - W h_{t-1}\|^2": "norm2(h_t - W*h_tm1)^2",
    r"\|W^{[2]} \mathbf{a}^{[1]}\|^2": "norm2(W_2*a_1)^2",
    r"\|A_{m\times n} x\|^2": "norm2(A*x)^2",
    r"\mathbf{x}^* A \mathbf{x}": "x'*A*x",
    r"A^\dagger A x": "A'*A*x",
}


@pytest.mark.parametrize("latex", NOTATION)
def test_notation(latex: str) -> None:
    read, wanted = mc.parse(latex), mc.parse(NOTATION[latex])
    assert (read, read.variables) == (wanted, wanted.variables)


def test_sizes_in_a_subscript_declare() -> None:
    assert [str(dim) for dim in parse(r"\|A_{p\times q} x\|^2").variables["A"].shape] == ["p", "q"]
    assert refusal(r"\operatorname{tr}(X_{n\times p} A X_{p\times n} x^\top x)").code == "E102"


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        (r"\min_{U, V} \|M - UV^\top\|_F^2", ("U", "V")), (r"\min_{x \in \mathbb{R}^n} \|Ax - b\|^2", ("x",)),
        (r"\min_{\Theta \succ 0} \operatorname{tr}(S\Theta)", ("Theta",)),
        (r"\min_\Theta -\log\det\Theta", ("Theta",)),
    ],
)  # fmt: skip
def test_all_variables_of_an_optimum_are_asked_for(text: str, variables: tuple[str, ...]) -> None:
    assert parse(text).wrt == variables


@pytest.mark.parametrize(
    ("text", "same"),
    [
        (r"f(x) = x^\top A x \Rightarrow \nabla f(x) = (A + A^\top) x", "x'*A*x"),
        (r"f(x) = x^\top A x \implies \frac{\partial f}{\partial x} = 2Ax", "x'*A*x"),
        (r"r = Ax - b \Rightarrow L = \|r\|^2", "||A*x - b||^2"),
        ("sum((X*w - y).^2);", "sum((X*w - y).^2)"), ("x'*A*x,", "x'*A*x"), ("$x^T A x$", "x'*A*x"),
    ],
)  # fmt: skip
def test_what_follows_from_a_line_and_marks_behind_it_are_no_part_of_it(text: str, same: str) -> None:
    variable = "w" if "w" in same else "x"
    assert str(mc.diff(text, variable)) == str(mc.diff(same, variable))


@pytest.mark.parametrize(
    "text",
    [
        "A(x-y) = b", "||A*x - b||_2 = 0", "||x||_2 = x'*x", "exp(x) = y", "log(x) = y", "Ax = b", "AB = C",
        "log x = x'*x", r"\log p = y", "s² = s'*s", r"\sigma^2 = s", "A^{-1} = B*C", r"W^{(1)} x = y + b",
        "xA = b", "tr(A) = x'*x", "x' A x = y'*y", r"\|Ax\|_2 = 3", r"\log \det(A) = 3",
        r"f(Ax) = x^\top x", "exp(x) = y; ||exp(x)||", "f(x - y) = x'*y; f(x-y)^2",
    ],
)  # fmt: skip
def test_an_equation_is_no_label_and_refused(text: str) -> None:
    error = refusal(text)
    assert (error.code, error.message) == ("E102", "unexpected '='")
    assert error.help == "write one side alone; a definition is a name and what it is"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("KL(p||q) = p'*log(p./q)", "p'*log(p./q)"), ("MSE = x'*x", "x'*x"), ("Lf = x'*x", "x'*x"),
        (r"\ln \mathcal{L}(\theta; X) = \theta^\top X\theta", "theta'*X*theta"),
        (r"\|x\|_{\Sigma^{-1}}^2 = x^\top\Sigma^{-1}x", "x'*inv(Sigma)*x"), ("x'*x, A*x = b", "x'*x"),
        (r"x^\top x, Ax = b", "x'*x"), (r"\min_x f(x) = \|Ax-b\|^2", "norm2(A*x - b)^2"),
    ],
)  # fmt: skip
def test_labels_and_conditions_beside_a_value(text: str, value: str) -> None:
    assert str(mc.parse(text)) == value
