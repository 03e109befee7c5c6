"""Chain rules of calculus texts, for functions that are only named, against automatic differentiation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.functions import NamedFunction

torch = pytest.importorskip("torch")
func = pytest.importorskip("torch.func")

# What torch warns of is its own: forward mode compiles a script, arrays of arrays keep their gradients.
pytestmark = pytest.mark.filterwarnings("ignore:.*torch.*")

SIZES = {"m": 3, "n": 2, "p": 4, "q": 5, "k": 6}
#: A text, the variable, the order, declarations, and the derivative.
RULES: list[tuple[str, str, int, dict[str, str], str]] = [
    ("f(A*x + b)", "x", 1, {"f": "vector(m) -> scalar"}, "A'*grad_f(A*x + b)"),
    ("f(A*x + b)", "x", 2, {"f": "vector(m) -> scalar"}, "A'*hess_f(A*x + b)*A"),
    ("f(A*x + b)", "A", 1, {"f": "vector(m) -> scalar"}, "grad_f(A*x + b)*x'"),
    ("f(x + t*y)", "t", 1, {"f": "vector(n) -> scalar", "t": "scalar"}, "grad_f(t*y + x)'*y"),
    ("f(x + t*y)", "t", 2, {"f": "vector(n) -> scalar", "t": "scalar"}, "y'*hess_f(t*y + x)*y"),
    ("h(f(x))", "x", 1, {"f": "vector(n) -> scalar", "h": "scalar -> scalar"}, "h'(f(x))*grad_f(x)"),
    ("h(f(x))", "x", 2, {"f": "vector(n) -> scalar", "h": "scalar -> scalar"},
     "h''(f(x))*grad_f(x)*grad_f(x)' + h'(f(x))*hess_f(x)"),
    ("f(x)*k(x)", "x", 1, {"f": "vector(n) -> scalar", "k": "vector(n) -> scalar"},
     "f(x)*grad_k(x) + k(x)*grad_f(x)"),
    ("f(x)*k(x)", "x", 2, {"f": "vector(n) -> scalar", "k": "vector(n) -> scalar"},
     "f(x)*hess_k(x) + k(x)*hess_f(x) + grad_f(x)*grad_k(x)' + grad_k(x)*grad_f(x)'"),
    ("f(x)/k(x)", "x", 1, {"f": "vector(n) -> scalar", "k": "vector(n) -> scalar"},
     "(grad_f(x) - f(x)*grad_k(x)/k(x))/k(x)"),
    ("log(f(x))", "x", 2, {"f": "vector(n) -> scalar"}, "(hess_f(x) - grad_f(x)*grad_f(x)'/f(x))/f(x)"),
    ("exp(-f(x))", "x", 1, {"f": "vector(n) -> scalar"}, "-exp(-f(x))*grad_f(x)"),
    ("f(g(x))", "x", 1, {"f": "vector(m) -> scalar", "g": "vector(n) -> vector(m)"}, "J_g(x)'*grad_f(g(x))"),
    ("g(u(x))", "x", 1, {"g": "vector(m) -> vector(p)", "u": "vector(n) -> vector(m)"}, "J_g(u(x))*J_u(x)"),
    ("1/2*||g(x) - y||^2", "x", 1, {"g": "vector(n) -> vector(m)"}, "J_g(x)'*(g(x) - y)"),
    ("1/2*||g(x) - y||^2", "x", 2, {"g": "vector(n) -> vector(m)"},
     "D_J_g(x, dx)'*(g(x) - y) + J_g(x)'*J_g(x)*dx"),
    ("y'*g(x)", "x", 1, {"g": "vector(n) -> vector(m)"}, "J_g(x)'*y"),
    ("f(x)*x", "x", 1, {"f": "vector(n) -> scalar"}, "x*grad_f(x)' + f(x)*I"),
    ("h(x'*A*x)", "x", 1, {"h": "scalar -> scalar"}, "h'(x'*A*x)*(A + A')*x"),
    ("h(x'*x)", "x", 2, {"h": "scalar -> scalar"}, "4*h''(x'*x)*x*x' + 2*h'(x'*x)*I"),
    ("h(norm2(x))", "x", 1, {"h": "scalar -> scalar"}, "h'(norm2(x))*x/norm2(x)"),
    ("sum(phi(W*x + b))", "x", 1, {"phi": "entrywise"}, "W'*phi'(W*x + b)"),
    ("sum(phi(W*x + b))", "x", 2, {"phi": "entrywise"}, "W'*diag(phi''(W*x + b))*W"),
    ("1/2*||phi(W*x + b) - y||^2", "W", 1, {"phi": "entrywise"},
     "(phi'(z).*(phi(z) - y))*x' where z = W*x + b"),
    ("phi(W*x)", "x", 1, {"phi": "entrywise"}, "diag(phi'(W*x))*W"),
    ("1/2*||V*phi(W*x) - y||^2", "W", 1, {"phi": "entrywise"}, "(phi'(W*x).*(V'*(V*phi(W*x) - y)))*x'"),
    ("sum(phi(X*W))", "W", 1, {"phi": "entrywise"}, "X'*phi'(X*W)"),
    ("F(A*X*B)", "X", 1, {"F": "matrix(m,n) -> scalar"}, "A'*grad_F(A*X*B)*B'"),
    ("F(A*X*B)", "X", 2, {"F": "matrix(m,n) -> scalar"}, "A'*hess_F(A*X*B, A*dX*B)*B'"),
    ("F(inv(X))", "X", 1, {"F": "matrix(n,n) -> scalar"}, "-inv(X)'*grad_F(inv(X))*inv(X)'"),
    ("F(x*x')", "x", 1, {"F": "matrix(n,n) -> scalar"}, "(M + M')*x where M = grad_F(x*x')"),
    ("F(X'*X)", "X", 1, {"F": "matrix(n,n) -> scalar"}, "X*(M + M') where M = grad_F(X'*X)"),
    ("h(det(X))", "X", 1, {"h": "scalar -> scalar"}, "det(X)*h'(det(X))*inv(X)'"),
    ("F(G(X))", "X", 1, {"F": "matrix(p,q) -> scalar", "G": "matrix(m,n) -> matrix(p,q)"},
     "D_adj_G(X, grad_F(G(X)))"),
    ("f(x(t))", "t", 1, {"f": "vector(n) -> scalar", "x": "scalar -> vector(n)"}, "grad_f(x(t))'*x'(t)"),
    ("f(x(t))", "t", 2, {"f": "vector(n) -> scalar", "x": "scalar -> vector(n)"},
     "x'(t)'*hess_f(x(t))*x'(t) + grad_f(x(t))'*x''(t)"),
    ("x(t)'*A*x(t)", "t", 1, {"x": "scalar -> vector(n)"}, "x'(t)'*A*x(t) + x(t)'*A*x'(t)"),
    ("A(t)*B(t)", "t", 1, {"A": "scalar -> matrix(m,n)", "B": "scalar -> matrix(n,p)"},
     "A'(t)*B(t) + A(t)*B'(t)"),
    ("inv(A(t))", "t", 1, {"A": "scalar -> matrix(n,n)"}, "-inv(A(t))*A'(t)*inv(A(t))"),
    ("det(A(t))", "t", 1, {"A": "scalar -> matrix(n,n)"}, "det(A(t))*tr(inv(A(t))*A'(t))"),
    ("logdet(A(t))", "t", 2, {"A": "scalar -> matrix(n,n)"},
     "tr(inv(A(t))*(A''(t) - A'(t)*inv(A(t))*A'(t)))"),
    ("b'*inv(A(t))*b", "t", 1, {"A": "scalar -> matrix(n,n)"}, "-b'*inv(A(t))*A'(t)*inv(A(t))*b"),
]  # fmt: skip


def shape_of(kind: str) -> tuple[int, ...]:
    """Return the shape of an array of a kind such as ``matrix(m,n)``."""
    _, _, sizes = kind.partition("(")
    return tuple(SIZES[size] for size in sizes.rstrip(")").split(",") if size)


def concrete(name: str, signature: str) -> Callable[[Any], Any]:
    """Return a smooth function of torch with a signature; its values are positive, or invertible."""
    rng = np.random.default_rng(sum(map(ord, name)))
    function = NamedFunction(name, signature)
    if not function.domain:
        return lambda z: torch.tanh(0.7 * z + 0.2) + 0.1 * z * z
    domain, value = shape_of(function.domain), shape_of(function.value)
    inner = torch.tensor(rng.standard_normal((int(np.prod(value)), int(np.prod(domain)))))
    base = 3.0 * torch.eye(value[0]) if len(set(value)) == 1 and len(value) == 2 else torch.full(value, 1.5)

    def of(z: Any) -> Any:
        return torch.tanh(inner @ z.reshape(-1) * 0.5 + 0.3).reshape(value) + base

    return of


def derivative(f: Callable[[Any], Any], function: NamedFunction) -> Callable[..., Any]:
    """Return the derivative of a function of torch in a form, by automatic differentiation."""
    if function.signature == "entrywise":
        for _ in range(function.order):
            f = func.grad(lambda z, g=f: g(z).sum())
        return f
    if function.has_primes:
        for _ in range(function.order):
            f = func.jacfwd(f)
        return f
    jacobian = func.jacrev(f)
    forms: dict[str, Callable[..., Any]] = {
        "": f,
        "grad": func.grad(f),
        "hess": lambda z, *along: func.jvp(func.grad(f), (z,), along)[1] if along else func.hessian(f)(z),
        "J": jacobian,
        "D": lambda z, along: func.jvp(f, (z,), (along,))[1],
        "D_adj": lambda z, weights: func.vjp(f, z)[1](weights)[0],
        "DJ": lambda z, along: func.jvp(jacobian, (z,), (along,))[1],
        "DJ_adj": lambda z, weights: func.vjp(jacobian, z)[1](weights)[0],
    }
    return forms[function.form]


def of_arrays(f: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of NumPy that does what one of torch does."""
    return lambda *args: f(*(torch.tensor(np.asarray(arg, dtype=float)) for arg in args)).detach().numpy()


@pytest.mark.parametrize(("text", "wrt", "order", "kinds", "written"), RULES)
def test_chain_rule(text: str, wrt: str, order: int, kinds: dict[str, str], written: str) -> None:
    d = mc.diff(text, wrt, kinds, order=order)
    assert str(d) == written
    report = d.check()
    assert report.passed, report
    compare_with_torch(d, wrt, order)


def compare_with_torch(d: mc.Derivative, wrt: str, order: int) -> None:
    """Compare a derivative as an array with that of torch."""
    rng = np.random.default_rng(7)
    functions, arrays = {}, {}
    for name, kind in d.variables.items():
        if "->" in kind or kind == "entrywise":
            functions[name] = NamedFunction(name, kind)
        elif name in d.value.variables:
            arrays[name] = rng.standard_normal(shape_of(kind))
    called = {}
    for name, function in functions.items():
        f = concrete(name, function.signature)
        forms = ["", "'", "''"] if function.has_primes else list(function.forms)
        for form in forms:
            each = function.in_form(form)
            called[each.identifier] = derivative(f, each)
    value = d.value.compile("torch")
    names = vars(value)["arguments"]

    def at(point: Any) -> Any:
        given = {n: called[n] if n in called else torch.tensor(arrays[n]) for n in names}
        return value(**{**given, wrt: point})

    reference = at
    for _ in range(order):
        reference = func.jacrev(reference)
    expected = reference(torch.tensor(arrays[wrt])).detach().numpy()
    given = {name: of_arrays(f) for name, f in called.items()}
    found = np.asarray(d.evaluate(**arrays, **given, **{size: SIZES[size] for size in d.value.sizes}))
    assert np.allclose(found, expected.reshape(found.shape), rtol=1e-8, atol=1e-10)
