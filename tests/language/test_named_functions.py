"""Functions that are only named: which names they are, and what they are taken to take and return."""

from __future__ import annotations

import pytest

import matcalc as mc


@pytest.mark.parametrize(
    ("text", "name", "signature"),
    [
        ("f(A*x + b)", "f", "vector(m) -> scalar"),
        ("f(x) + f(y)", "f", "vector(n) -> scalar"),
        ("f(x + t*y)", "f", "vector(n) -> scalar"),
        ("f(A*X*B)", "f", "matrix(m,p) -> scalar"),
        ("h(tr(A*X))", "h", "scalar -> scalar"),
        ("h(‖x‖)", "h", "scalar -> scalar"),
        ("f(g(x))", "f", "scalar -> scalar"),
        ("J(W*a)", "J", "vector(m) -> scalar"),
        (r"\mathcal{L}(Wx + b)", "L", "vector(m) -> scalar"),
        (r"J(\mathbf{W}\mathbf{a})", "J", "vector(m) -> scalar"),
        ("φ(A*x)", "phi", "entrywise"),
        (r"\phi(Ax + b)", "phi", "entrywise"),
        ("‖f_1(W_1*x_0) - y‖^2", "f_1", "entrywise"),
        ("‖W*f(A*x) - y‖^2", "f", "entrywise"),
        ("sum(f(x))", "f", "entrywise"),
        ("sum(log(f(A*x)))", "f", "entrywise"),
        ("f(A*x).*y", "f", "entrywise"),
        ("A*f(B*x)", "f", "entrywise"),
        ("f'(A*x)", "f", "entrywise"),
        ("φ''(A*x)", "phi", "entrywise"),
        ("‖g(x) - y‖^2", "g", "vector(n) -> vector(m)"),
        ("f(x)'*y", "f", "vector(n) -> vector(m)"),
        ("A*f(x)", "f", "vector(k) -> vector(n)"),
        ("‖F(X) - Y‖^2", "F", "matrix(m,n) -> matrix(p,k)"),
        ("tr(F(X))", "F", "matrix(m,n) -> matrix(k,k)"),
        ("logdet(A(t))", "A", "scalar -> matrix(n,n)"),
        (r"\log\det\Sigma(\theta)", "Sigma", "scalar -> matrix(n,n)"),
        ("x(t)'*A*x(t)", "x", "scalar -> vector(n)"),
        (r"X(a)\left[X(a)^TX(a)\right]^{-1}X(a)^Ty", "X", "scalar -> matrix(n,m)"),
        ("f(x) + λ*R(x)", "R", "vector(n) -> scalar"),
        (r"\sum_i f(w^\top x_i)^2", "f", "entrywise"),
        (r"\sum{(y_i\theta_i - b(\theta_i))}", "b", "entrywise"),
        (r"\frac1n \sum_{i=1}^n \ell(y_i w^\top x_i)", "ell", "entrywise"),
        ("z = A*x, f(z)", "f", "vector(m) -> scalar"),
        (r"L(w) = f(Xw) + w^\top w", "f", "vector(m) -> scalar"),
        (r"\nabla_x f(Ax)", "f", "vector(m) -> scalar"),
        (r"\frac{d}{dt} x(t)^\top A x(t)", "x", "scalar -> vector(n)"),
        ("grad_f(x)'*y", "f", "vector(n) -> scalar"),
        ("∇f(A*x)", "f", "vector(m) -> scalar"),
        ("y'*∇²f(x)*y", "f", "vector(n) -> scalar"),
        (r"A^\top \nabla f(Ax)", "f", "vector(m) -> scalar"),
        (r"\nabla^2 f(x)\, y", "f", "vector(n) -> scalar"),
        (r"f'(\|x\|)\, x", "f", "scalar -> scalar"),
    ],
)
def test_is_inferred_with_a_note(text: str, name: str, signature: str) -> None:
    read = mc.parse(text)
    assert read.variables[name] == signature
    assert any(note.startswith(f"{name} is taken as a function, {name}: {signature}") for note in read.notes)
    # What was inferred may be declared.
    assert str(mc.parse(text, dict(read.variables))) == str(read)


@pytest.mark.parametrize(
    ("text", "kinds", "code"),
    [
        ("f'(x)", {}, "E206"),
        ("w'*φ_1(x)", {}, "E206"),
        ("tr(f(A*X))", {}, "E206"),
        ("φ(x)", {}, "E110"),
        ("J(w + v)", {}, "E110"),
        ("f(x, y)", {}, "E110"),
        ("f(x)*f", {}, "E110"),
        (r"\dot{A}(t)\, x", {}, "E110"),
        ("tr(H(X)'*Ω(X)^-1*H(X))", {}, "E206"),
        ("f|x|", {"f": "scalar -> scalar"}, "E109"),
        ("f(x) + f(t)", {"t": "scalar", "x": "vector(n)"}, "E203"),
        ("f(x)", {"f": "matrix(m,n) -> scalar"}, "E203"),
        ("f(A)", {"f": "vector(n) -> scalar", "A": "matrix(n,n)"}, "E203"),
        ("f(x)", {"f": "vector(3) -> scalar", "x": "vector(2)"}, "E203"),
        ("h(x)", {"h": "scalar -> scalar", "x": "vector(n)"}, "E203"),
        ("grad_g(x)", {"g": "vector(n) -> vector(m)"}, "E203"),
        ("J_f(x)", {"f": "vector(n) -> scalar"}, "E203"),
        ("grad_phi(x)", {"phi": "entrywise"}, "E203"),
        ("f'(x)", {"f": "vector(n) -> scalar"}, "E203"),
        ("hess_F(X)", {"F": "matrix(m,n) -> scalar"}, "E106"),
        ("D_G(X)", {"G": "matrix(m,n) -> matrix(p,q)"}, "E106"),
        ("f(x, y)", {"f": "vector(n) -> scalar"}, "E106"),
        ("f + x'*x", {"f": "vector(n) -> scalar"}, "E109"),
        ("f^2(x)", {"f": "vector(n) -> scalar"}, "E109"),
        ("f(x)", {"f": "vector(n) ->"}, "E402"),
        ("f(x)", {"f": "vektor(n) -> scalar"}, "E402"),
        ("f(x)", {"f": "vector(n) positive -> scalar"}, "E402"),
        ("f(x)", {"f": "entrywise -> scalar"}, "E402"),
        ("∇x", {}, "E506"),
    ],
)
def test_is_refused(text: str, kinds: dict[str, str], code: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text, kinds)
    assert failed.value.code == code


def test_a_function_may_have_any_name() -> None:
    for name in ("G", "X", "dX", "x", "t", "dt", "f", "loss", "lambda_1", "Sigma_hat", "φ", "K", "I_1"):
        d = mc.diff(f"{name}(A*z)", "z", {name: "vector(m) -> scalar"})
        plain = next(n for n, kind in d.variables.items() if "->" in kind)
        assert str(d) == f"A'*grad_{plain}(A*z)"
        assert d.check().passed


@pytest.mark.parametrize(
    "text",
    [
        r"\nabla f(x), f(x) = x^\top A x", "∇ ‖A*x - b‖²", "grad_x (x'*A*x)", r"\nabla \|Ax - b\|^2",
        r"\nabla_x \|Ax - b\|^2", r"\nabla \log\det(X)",
    ],
)  # fmt: skip
def test_a_sign_of_a_gradient_still_asks_for_one(text: str) -> None:
    read = mc.parse(text)
    assert not any("->" in kind for kind in read.variables.values())


def test_what_depends_on_a_variable_is_applied_to_it() -> None:
    kinds = {"A": "matrix(n,n) of t"}
    assert str(mc.diff("logdet(A)", "t", kinds)) == "tr(inv(A(t))*A'(t))"
    assert mc.parse("logdet(A) + tr(A(t))", kinds) == mc.parse("logdet(A(t)) + tr(A)", kinds)
    d = mc.diff("logdet(S)", "p", {"S": "matrix(n,n) of p", "p": "vector(k)"})
    assert str(d) == "D_adj_S(p, inv(S(p))')" and d.check().passed


def test_a_space_matters_only_where_nothing_is_declared() -> None:
    assert str(mc.parse("f (A*x)", {"f": "vector(m) -> scalar"})) == "f(A*x)"
    with pytest.raises(mc.MatcalcError):
        mc.parse("f (A*x)")


def test_derivatives_of_functions_with_long_names_are_read() -> None:
    kinds = {"loss": "vector(m) -> scalar"}
    d = mc.diff("loss(W*x)", "x", kinds)
    assert str(mc.parse(str(d), kinds)) == str(d) == "W'*grad_loss(W*x)"
    assert mc.parse(d.latex(), kinds) == mc.parse(str(d), kinds)


def test_functions_of_numbers_are_stacked_in_sums_over_an_index() -> None:
    for text, wrt, derivative in [
        (r"\sum_i \phi(w^\top x_i)", "w", "x'*phi'(x*w)"),
        (r"\sum_i (y_i - f(w^\top x_i))^2", "w", "2*x'*(f'(x*w).*(f(x*w) - y))"),
        (r"\sum{(y_i\theta_i - b(\theta_i))}", "theta", "y - b'(theta)"),
    ]:
        d = mc.diff(text, wrt)
        assert str(d) == derivative
        assert d.check().passed
    assert mc.parse("h(x'*x)", {"h": "entrywise"}).variables["h"] == "entrywise"


def test_sizes_may_be_left_out() -> None:
    read = mc.parse("f(A*x) + g(x)'*y", {"f": "vector -> scalar", "g": "vector -> vector"})
    assert read.variables["f"] == "vector(m) -> scalar"
    assert read.variables["g"] == "vector(n) -> vector(k)"
    assert mc.diff("f([x; y])", "x", {"f": "vector -> scalar"}).check().passed
