"""What stands in papers is read as it is meant there, or refused with what to write."""

from __future__ import annotations

import pytest

import matcalc as mc
from tests.language.test_any_string import assert_proper


def refusal(latex: str, wrt: str = "x", kinds: dict[str, str] | None = None) -> mc.MatcalcError:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.diff(latex, wrt, kinds, latex=True)
    assert_proper(failed.value, latex)
    return failed.value


def same(latex: str, text: str, wrt: str = "x") -> tuple[str, ...]:
    """Check that LaTeX without declarations is what the text is, and return the notes on it."""
    read = mc.diff(latex, wrt, latex=True)
    assert str(read) == str(mc.diff(text, wrt, read.variables))
    return read.notes


# Signs that ask for a derivative, and differences


@pytest.mark.parametrize("latex", [r"\Delta x^T A \Delta x", r"\delta\mathbf{x} + A\delta\mathbf{x}"])
def test_a_difference_is_no_product(latex: str) -> None:
    error = refusal(latex)
    assert error.code == "E102" and r"\mathrm{" in error.help and r"\cdot" in error.help


def test_a_capital_delta_elsewhere_is_a_matrix() -> None:
    same(r"x^\top \Delta^\top\Delta x", "x'*Delta'*Delta*x")
    same(r"\Delta \cdot x + \Delta x", "2*Delta*x")


DERIVATIVES = [
    (r"\frac{\partial f}{\partial x}", "write what f is, and differentiate with respect to x"),
    (r"\frac{dL}{dW}", "write what L is, and differentiate with respect to W"),
    (r"\tfrac{d f}{d x}", "with respect to x"),
    (r"3 \cdot \frac d{dx} x^\top x", "with respect to x"),
    (r"x^\top x + \frac{\mathrm d}{\mathrm d \mathbf x} x^\top x", r"with respect to \mathbf x"),
    (r"d^2/dx^2 \; x^\top A x", "with respect to x"),
    (r"\frac{d^2}{dx^2} x^\top A x", "with respect to x"),
    (r"\frac{\partial^2}{\partial x \partial x^\top} x^\top x", "with respect to x"),
    (r"\frac{D}{Dt} x^\top x", "with respect to t"),
    (r"\frac{\Delta f}{\Delta x}", "with respect to x"),
    (r"\left.\frac{d}{dt} \|x + t y\|^2\right|_{t=0}", "with respect to t"),
    (r"df/dx", "with respect to x"),
    (r"\mathrm d(x^\top x)", "leave it out"),
    (r"\mathrm{d}X", "leave it out"),
    (r"\operatorname{tr}(A\,\mathrm{d}X)", "leave it out"),
    (r"\text{d}f = 2x^\top dx", "leave it out"),
    (r"\operatorname{d}\! x^\top x", "leave it out"),
]  # fmt: skip


@pytest.mark.parametrize(
    "sign", [r"\frac d{dx}", r"\frac{\mathrm d}{\mathrm d \mathbf x}", r"\operatorname{d}/\operatorname{d}x"]
)
def test_a_sign_in_front_is_that_of_the_derivative(sign: str) -> None:
    assert str(mc.diff(sign + r" x^\top A x", latex=True)) == str(mc.diff("x'*A*x", "x"))


def test_a_sign_in_a_comment_says_nothing() -> None:
    same(r"x^\top x % not \nabla_x f", "x'*x")


@pytest.mark.parametrize(("latex", "help_text"), DERIVATIVES)
def test_the_sign_of_a_derivative_is_no_factor(latex: str, help_text: str) -> None:
    error = refusal(latex, "X" if "X" in latex else "x")
    assert error.code == "E506" and help_text in error.help


@pytest.mark.parametrize(
    "latex",
    [
        r"\operatorname{tr}(A\,dX)", r"\operatorname{tr}(A d X)", r"a^\top dX b", r"d\operatorname{tr}(AX)",
        r"\frac12 dx^\top dx", r"d\mathbf{x}^\top \mathbf{x}",
        r"D_x x^\top A x", r"\mathbf{D}_x x^\top x", r"\mathcal{D}_x (x^\top x)",
    ],
)  # fmt: skip
def test_what_may_be_a_differential_or_a_product_is_refused(latex: str) -> None:
    assert refusal(latex, "X" if "X" in latex else "x").code == "E102"


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"\frac{d^\top x}{d^\top y}", "(d'*x)/(d'*y)"), (r"\frac{d}{d + x^\top x}", "d/(d + x'*x)"),
        (r"\frac{d}{2} x^\top x", "d/2*(x'*x)"), (r"cAx + dBx", "c*A*x + d*B*x"), (r"d^\top x", "d'*x"),
        (r"x^\top D_x x", "x'*D_x*x"), (r"\delta \|x\|^2", "delta*norm2(x)^2"),
    ],
)  # fmt: skip
def test_a_letter_d_may_be_a_name(latex: str, text: str) -> None:
    same(latex, text)


@pytest.mark.parametrize(
    ("latex", "note"),
    [
        (
            r"\mathbf{E} \cdot \mathbf{D}",
            "E and D are read as matrices; for a scalar product declare them vectors",
        ),
        (r"\frac{1}{2} |\mathbf{E}|^2", "|E| is read as a determinant; if E is a vector, declare it"),
    ],
)
def test_bold_capitals_that_may_be_vectors_are_said(latex: str, note: str) -> None:
    assert note in mc.parse(latex).notes
    assert note not in mc.parse(latex, {"E": "matrix(n,n)", "D": "matrix(n,n)"}).notes


def test_pi_with_an_index_is_a_vector() -> None:
    assert mc.parse(r"\sum_k \pi_k x_k").variables == {"pi": "vector(n)", "x": "vector(n)"}
    assert refusal(r"2 \pi \sum_k \pi_k x_k", "x").code == "E102"


def test_a_letter_that_is_declared_is_no_sign() -> None:
    kinds = {"d": "scalar", "x": "scalar", "D_x": "matrix(n,n)", "y": "vector(n)"}
    assert str(mc.diff(r"\frac{d}{dx}", "x", kinds, latex=True)) == "-1/x^2"
    assert str(mc.diff(r"D_x y", "y", kinds, latex=True)) == "D_x"


# Lines

LINES = {
    r"f = x^\top A x": "x'*A*x",
    r"f := x^\top A x": "x'*A*x",
    r"\mathcal{L} \equiv x^\top A x": "x'*A*x",
    r"f \coloneqq x^\top A x": "x'*A*x",
    r"f \triangleq x^\top A x": "x'*A*x",
    r"x^\top A x.": "x'*A*x",
    r"x^\top A x,": "x'*A*x",
    r"x^\top A x\,;": "x'*A*x",
    r"$x^\top A x$.": "x'*A*x",
    r"\[ x^\top A x. \]": "x'*A*x",
    r"x^\top A x \tag{1.2a}": "x'*A*x",
    r"x^\top A x \label{eq:quad-form}": "x'*A*x",
    r"x^\top A x \eqno(2)": "x'*A*x",
    r"x^\top A x \qquad \\": "x'*A*x",
    "\\begin{equation}\\label{eq:f}\n x^\\top A x. \\tag*{(3)} \\end{equation}": "x'*A*x",
    r"\begin{align*} f &= x^\top A x \\ &\quad + b^\top x, \end{align*}": "x'*A*x + b'*x",
    r"r^\top r,\quad \text{where } r = Ax - b \text{ and } b = A y.": "(A*x - A*y)'*(A*x - A*y)",
    r"\begin{aligned} r^\top r \\ \text{where } r &= Ax - b \end{aligned}": "(A*x - b)'*(A*x - b)",
}  # fmt: skip


@pytest.mark.parametrize("latex", LINES)
def test_what_says_nothing_of_the_value_is_left_out(latex: str) -> None:
    same(latex, LINES[latex])


@pytest.mark.parametrize(
    ("latex", "code", "help_text"),
    [
        (r"L(x, y) = \|x - y\|^2 = 3", "E102", "one side"),
        (r"x^\top x = 0", "E102", "one side"),
        (r"Ax = b", "E102", "one side"),
        (r"\Sigma_{ij} = e^{-x h_{ij}}", "E506", "what depends on Sigma"),
        (r"\|x\|^2 \propto y", "E506", "one side"),
        (r"\begin{aligned} x^\top x \\ y^\top y \end{aligned}", "E102", "between the lines"),
        (r"\|x\|^2\quad(2)", "E102", r"write \cdot 2"),
        (r"\|x\|^2 (2)", "E102", r"write \cdot 2"),
        (r"\|x\|^2 ~~~~(2.3)", "E102", "leave it out"),
        (r"\|x\|^2 \quad [2]", "E102", "leave it out"),
        (r"\|x\|^2 \qquad (a)", "E102", "leave it out"),
        (r"\|x\|^2 \quad (*)", "E102", "leave it out"),
        (r"(2) \quad \|x\|^2", "E102", r"write 2 \cdot"),
        (r"\max_i x_i", "E506", "logsumexp"),
        (r"\|x\|^2 \text{ if } x", "E506", "leave the words out"),
        (r"\|x\|^2 \text{ for all } x", "E506", "leave the words out"),
        (r"\text{Find } x^\top x", "E506", r"\mathrm{Find}"),
        (r"\|x\|^2 \quad \forall x", "E506", "declare"),
        (r"x(1)^2 + x(2)^2", "E506", r"x \cdot 1"),
        (r"x[0] + x[1]", "E506", r"x \cdot 0"),
        (r"logx", "E105", r"\operatorname{log}(x)"),
        (r"a^\top sinx", "E105", r"\operatorname{sin}(x)"),
        (r"trX", "E105", r"\operatorname{tr}(X)"),
        (r"detX", "E105", r"\operatorname{det}(X)"),
        (r"xTAx", "E102", r"x^\top"),
        (r"2\frac12 x^\top x", "E102", r"2 \cdot \frac12 or 2 + \frac12"),
        (r"\log_3 x^\top x", "E506", r"\frac{\log x}{\log a}"), (r"\log_2 x^\top x", "E102", "log2(a b)"),
        (r"x \odot y \_", "E101", ""),
    ],
)  # fmt: skip
def test_what_is_more_than_an_expression_is_refused(latex: str, code: str, help_text: str) -> None:
    error = refusal(latex, "X" if "X" in latex else "x")
    assert error.code == code and help_text in error.help


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"\max\left\lbrace 0, 1 - w^\top x \right\rbrace", "max(0, 1 - w'*x)"), (r"2(x^\top x)", "2*(x'*x)"),
        (r"\text{tr }(xx^\top)", "tr(x*x')"), (r"\text{loss} + x^\top x", "loss + x'*x"),
        (r"3\frac1n x^\top x", "3/n*(x'*x)"), (r"\frac12\frac12 x^\top x", "x'*x/4"),
        (r"\|x\|^2 \frac12", "norm2(x)^2/2"), (r"\operatorname*{tr}(xx^\top)", "tr(x*x')"),
        (r"\mbox{Trace} (xx^\top)", "tr(x*x')"),
    ],
)  # fmt: skip
def test_what_looks_alike_is_read(latex: str, text: str) -> None:
    same(latex, text)


# Single entries


@pytest.mark.parametrize(
    ("latex", "wrt", "entry"),
    [
        (r"\sum_i x_i^2 - x_1", "x", "x_1"),
        (r"\sum_i x_i^2 - x_1", "x_1", "x_1"),
        (r"\sum_i (x_i - x_1)^2", "x", "x_1"),
        (r"\sum_{i=1}^n (x_i - y_i)^2 + y_1", "x", "y_1"),
        (r"\sum_{ij} X_{ij}^2 - X_{11}", "X", "X_11"),
    ],
)  # fmt: skip
def test_an_entry_beside_a_sum_over_them_is_no_name(latex: str, wrt: str, entry: str) -> None:
    error = refusal(latex, wrt)
    assert (
        error.code == "E506"
        and error.message.startswith(f"{entry} is an entry of")
        and "onehot" in error.help
    )


def test_what_is_said_to_write_for_an_entry_is_read() -> None:
    latex = r"-\log\frac{e^{u^\top x}}{\sum_j e^{x_j}}"
    assert str(mc.diff(latex, "x", {"u": "onehot(n)"})) == "softmax(x) - u"


def test_names_with_indices_that_are_no_entries() -> None:
    assert same(r"w_0 + \sum_{i=1}^n w_i x_i", "w_0 + w'*x", "w")
    kinds = {"x": "vector(n)", "x_1": "scalar"}
    assert str(mc.diff(r"\sum_i x_i x_1", "x_1", kinds)) == "sum(x)"
    assert refusal(r"\sum_{i,j} \delta_{ij} x_i x_j").code == "E506"


@pytest.mark.parametrize("entry", [r"\Sigma^{-1}_{ij}", r"\Sigma_{ij}^{-1}", r"\Sigma^\top_{ij}"])
def test_entries_of_an_inverse_or_reciprocals_are_refused(entry: str) -> None:
    assert refusal(rf"\sum_{{i,j}} x_i {entry} x_j").code == "E102"
    named = mc.parse(r"\sum_{i,j} x_i M_{ij} y_j \text{ where } M = \Sigma^{-1}")
    assert str(named) == "x'*inv(Sigma)*y"
    assert str(mc.parse(r"\sum_{i,j} \frac{1}{\Sigma_{ij}}")) == "sum(1./Sigma)"


def test_a_mean_that_is_a_name_of_its_own_is_noted() -> None:
    latex = r"\sum_i (x_i - \bar{x})^2"
    assert any("mean(x)" in note for note in mc.parse(latex).notes)
    assert not mc.parse(latex, {"x": "vector(n)", "x_bar": "scalar"}).notes


def test_sums_over_two_indices_of_names_side_by_side() -> None:
    same(r"\sum_{k=1}^n \sum_{j=1}^n a_{kj}x_kx_j", "sum(a.*(x*ones(n)').*(ones(n)*x'))")


# Superscripts


@pytest.mark.parametrize(
    ("mark", "noted"),
    [
        *((mark, True) for mark in (
            r"^H", r"^\mathrm{H}", r"^{\mathsf{H}}", r"^{\mathrm H}", r"^t", r"^{t}", r"^{\mathrm t}",
            r"^\text{t}", r"^{tr}", r"^{\mathrm{tr}}",
        )),
        *((mark, False) for mark in (r"^\prime", r"^{\prime}", r"^{\rm T}", r"^{\bf T}", "'")),
    ],
)  # fmt: skip
def test_signs_of_a_transpose(mark: str, noted: bool) -> None:
    notes = same(f"x{mark} A x", "x'*A*x")
    assert any("is read as the transpose" in note for note in notes) == noted
    same(f"(Ax - b){mark} (Ax - b)", "(A*x - b)'*(A*x - b)")


def test_a_letter_t_that_is_an_exponent() -> None:
    same(r"\gamma^t x^\top x", "gamma^t*(x'*x)")
    same(r"e^t x^\top x", "exp(t)*(x'*x)")
    same(r"t + \|x\|^t", "t + norm2(x)^t")
    assert str(mc.parse("s^t", {"s": "scalar", "t": "scalar"}, latex=True)) == "s^t"
    assert refusal("s^t", "s").code == "E102"


def test_the_pseudoinverse_is_noted() -> None:
    assert "^+ is read as the pseudoinverse" in same(r"\operatorname{tr}(X^+ A)", "tr(pinv(X)*A)", "X")


@pytest.mark.parametrize(
    ("latex", "code"),
    [
        (r"A^* x", "E102"), (r"A^{\dagger} x", "E102"), (r"\|x - x^*\|^2", "E102"), (r"V^{-} x", "E506"),
        ("x''", "E102"), ("f'(x)", "E206"), ("f''(x)", "E206"), (r"\sigma'(Wx)", "E506"),
        (r"f^\prime(x)", "E506"), (r"f^{-1}(x)", "E102"), (r"g^2\left(x\right)", "E102"),
        (r"{x'}^T x", "E102"), (r"x'^T x", "E102"), (r"x^T^T", "E102"),
    ],
)  # fmt: skip
def test_superscripts_with_several_meanings_are_refused(latex: str, code: str) -> None:
    assert refusal(latex).code == code


# Vectors


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"|\mathbf{x}|^2", "norm2(x)^2"), (r"\left| \vec{x} \right|", "norm2(x)"),
        (r"\log|\mathbf{x} - \mathbf{y}|", "log(norm2(x - y))"), (r"|A\mathbf{x}|", "norm2(A*x)"),
        (r"\frac{\mathbf{x} \cdot \mathbf{y}}{|\mathbf{x}||\mathbf{y}|}", "x'*y/(norm2(x)*norm2(y))"),
        (r"x \cdot w", "x'*w"), (r"\mathbf{w} \cdot \mathbf{x} + b", "w'*x + b"),
        (r"Ax \cdot By", "(A*x)'*(B*y)"),
        (r"(x - y) \cdot (x - y)", "(x - y)'*(x - y)"), (r"x \cdot A \cdot x", "x'*A*x"),
        (r"\exp(w \cdot x)", "exp(w'*x)"), (r"s \|x\|^2 + x \cdot x", "s*norm2(x)^2 + x'*x"),
    ],
)  # fmt: skip
def test_dots_and_bars_of_vectors(latex: str, text: str) -> None:
    notes = same(latex, text)
    assert any("scalar product" in note for note in notes) == (r"\cdot" in latex)
    assert any("norm of a vector" in note for note in notes) == (r"\|" not in latex and "|" in latex)


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"A \cdot x", "A*x"), (r"A \cdot B \cdot x", "A*B*x"), (r"x^\top \cdot A \cdot x", "x'*A*x"),
        (r"2 \cdot x^\top x", "2*(x'*x)"), (r"x * x^\top x", "x*(x'*x)"),
        (r"\|x - \alpha \cdot y\|^2", "norm2(x - alpha*y)^2"),
        (r"\sum_i x_i \cdot y_i", "x'*y"), (r"\sum_i y_i \, x \cdot w", "sum(y)*(x'*w)"),
        (r"|x^\top \mathbf{y}|", "abs(x'*y)"), (r"\log|\mathbf{X}| + x^\top x", "logdet(X) + x'*x"),
    ],
)  # fmt: skip
def test_dots_and_bars_of_what_is_no_vector(latex: str, text: str) -> None:
    same(latex, text)


def test_declared_kinds_decide_what_dots_and_bars_mean() -> None:
    vectors = {"x": "vector(n)", "w": "vector(n)", "theta": "vector(n)", "s": "scalar"}
    assert str(mc.parse(r"\theta \cdot x + s \cdot s", vectors)) == "theta'*x + s^2"
    assert str(mc.parse(r"|\mathbf{x}|", vectors)) == "norm2(x)"
    assert str(mc.parse(r"|\mathbf{x}|", {"x": "matrix(n,n)"})) == "det(x)"
    assert str(mc.parse(r"s \times x", vectors)) == "s*x"


def test_what_is_said_of_dots_is_said_once() -> None:
    notes = mc.parse(r"(\mathbf{a}\cdot\mathbf{x})(\mathbf{a}\cdot\mathbf{x})").notes
    assert len(notes) == 1


def test_a_greek_scalar_before_a_dot_is_noted() -> None:
    [note] = mc.parse(r"\|y - \theta \cdot x\|^2").notes
    assert "multiple" in note and "declare theta a vector" in note


@pytest.mark.parametrize(
    "latex",
    [
        r"|\boldsymbol{\sigma}| x", r"\mathbf{x}^2", r"\frac{\mathbf{x}^2}{2m}", r"\mathbf{x}\mathbf{y}",
        r"\mathbf{a} \cdot \mathbf{x}\, \mathbf{b} \cdot \mathbf{x}",
        r"\mathbf{x} \times \mathbf{y}", r"x \times y", r"x \ast y", r"\|x - x'\|^2",
        r"|\mathbf{x} - \mathbf{x}'|", r"|||X||| x", r"P \circ x x^T", r"A x \odot B y", r"A \otimes B x",
        r"A \odot B \otimes C x", r"\operatorname{tr}(I_{n*m} A) x^\top x",
    ],
)  # fmt: skip
def test_products_with_several_meanings_are_refused(latex: str) -> None:
    assert refusal(latex).code == "E102"


# Matrices


@pytest.mark.parametrize(
    ("latex", "function"),
    [
        (r"\operatorname{tr}(\exp(A))", "expm"), (r"x^\top \exp(A) x", "expm"),
        (r"\operatorname{tr}(A \ln A)", "logm"), (r"\operatorname{tr}\sqrt{A}", "sqrtm"),
    ],
)  # fmt: skip
def test_functions_of_a_square_matrix_are_noted(latex: str, function: str) -> None:
    assert any(function in note for note in mc.diff(latex, "A").notes)
    assert not mc.parse(r"\sum_{i,j} \exp(A_{ij}) + \exp(x^\top x)", {"A": "matrix(n,n)"}).notes


@pytest.mark.parametrize("wrt", ["rho", "H"])
def test_a_greek_factor_in_a_trace_is_noted(wrt: str) -> None:
    note = "rho is read as a scalar; declare it if it is a matrix"
    assert note in mc.diff(r"\operatorname{Tr}(\rho H)", wrt).notes


@pytest.mark.parametrize(
    "latex", [r"\operatorname{Tr}(\rho \log \rho)", r"\det \rho", r"\operatorname{tr}(\rho^2)"]
)
def test_greek_letters_alone_in_a_trace_are_matrices(latex: str) -> None:
    assert mc.parse(latex).variables == {"rho": "matrix(n,n)"}
    assert mc.diff(latex, "rho", {"rho": "matrix(n,n)"}).variables["rho"] == "matrix(n,n)"
