"""Code in Python as a text: what is taken for it, statements, kinds of names, and what is refused.

The snippets are fixed texts of this file; they are run here, and never by the package.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import Any

import numpy as np
import pytest
import scipy.special

import matcalc as mc
from matcalc.language import parse
from matcalc.language.python_text import python_tree
from tests.language.test_python_functions import agree, evaluated, shapes_of
from tests.numerical import distance


def of_numpy(code: str, values: dict[str, Any]) -> Any:
    """Return the value of code whose last statement is an expression, an assignment, or a function."""
    lines = code.strip().split("\n")
    names = {"np": np, "scipy": scipy, "special": scipy.special, **values}
    if not lines[-1].startswith((" ", "return", "def", "f =")) and "=" not in lines[-1].partition("(")[0]:
        lines[-1] = "result = " + lines[-1]
    exec("\n".join(lines), names)
    result = names.get("result", names.get("loss"))
    if result is None:
        function = names["f"]
        result = function(
            *(values[arg] for arg in function.__code__.co_varnames[: function.__code__.co_argcount])
        )
    return result


#: Names that are numbers in the code below; other small letters are vectors, capital letters matrices.
NUMBERS = frozenset(("lam", "eps", "d_k", "s", "n", "a", "noise", "s2"))
_BIAS = "1 / (1 + np.exp(-(w @ x + b)))"
NUMBERS_IN = {_BIAS: "b"}


def kind_of(name: str, code: str) -> str:
    """Return the kind that a name has in a case."""
    if name in NUMBERS or name in NUMBERS_IN.get(code, ()):
        return "scalar"
    return "matrix" if name[0].isupper() else "vector"


@pytest.mark.parametrize(
    "code",
    [
        "x @ A @ x",
        "0.5 * x @ A @ x - b @ x",
        "(X @ w - y) @ (X @ w - y)",
        "y @ np.log(np.abs(p))",
        "np.sum((X @ w - y)**2) + lam * np.sum(w**2)",
        "X @ W + b",
        "np.tanh(X @ W1 + b1) @ W2",
        "np.exp(x @ A) @ y",
        "x @ (A * B) @ x",
        "A * x @ x",
        "(X * v) @ X.T",
        "X @ np.diag(d) @ X.T",
        "np.mean(np.log(1 + np.exp(-y * (X @ w)))) + 0.5 * lam * w @ w",
        "np.log(np.sum(np.exp(W @ x))) - c @ (W @ x)",
        "np.einsum('ij,j->i', A, x)",
        "loss = ((X @ w + b - y)**2).mean()",
        "r = y - X @ w\nloss = r @ r / len(y)",
        "S = Q @ K.T / np.sqrt(d_k)\nP = special.softmax(S, axis=1)\nloss = np.sum(P @ V)",
        "def f(W):\n    'The loss.'\n    r = X @ W - Y\n    return np.sum(r * r) / X.shape[0]",
        "def g(z):\n    return 1 / (1 + np.exp(-z))\n\ndef f(w):\n    p = g(X @ w)\n"
        "    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))",
        "f = lambda w: np.linalg.norm(X @ w - y)**2 + lam * np.linalg.norm(w, 1)",
        "def f(x):\n    h = np.tanh(W1 @ x)\n    h = np.tanh(W2 @ h)\n    return h @ h",
        "def f(x):\n    x = A @ x\n    x += b\n    return x @ x",
        "r = A @ x\nr -= b\nloss = r @ r\nloss += lam * x @ x",
        "r = A @ x\nunused = x @ x\nr @ r",
        "c = 2\nf = lambda w: c * w @ w",
        "r = x.copy()\nr -= y\nr @ x",
        "def f(x, lam=0.5):\n    return lam * x @ x",
        "def f(x):\n    a, c = x @ x, A @ x\n    return a * c",
        "def f(x):\n    def g(u, s=2):\n        return s * u @ u\n    return g(x) + g(A @ x, s=3)",
        "X - X.mean(axis=0)",
        "(X - X.mean(axis=0)).T @ (X - X.mean(axis=0)) / X.shape[0]",
        "np.exp(X) / np.exp(X).sum(axis=1, keepdims=True)",
        "np.log(p**2 + eps) @ y",
        "x[:, None] * y[None, :]",
        "x[:, np.newaxis] * y[np.newaxis, :]",
        "import numpy as jnp\nresult = x[:, jnp.newaxis] * y[jnp.newaxis]",
        "np.outer(x, x) + np.eye(len(x))",
        "np.eye(4) @ A @ x",
        "np.ones(4) @ x",
        "np.ones(shape=(3, 4)) @ x",
        "np.ones(4, float) @ x",
        "np.eye(N=4, dtype=float) @ x",
        "x / np.linalg.norm(x)",
        "-np.sin(np.pi * np.sum(w**2)) + np.log(np.sum(w**2))",
        "2 ** x @ y",
        "np.sum(x * (x > 0))",
        "np.e ** (x @ y)",
        "import numpy as np\nloss = np.trace(A @ A.T)",
        "x.T @ A @ x / (x.T @ x)",
        "W.T @ (W @ x - c)",
        "np.sum(np.maximum(0, 1 - y * (X @ w)))",
        "-x @ -A @ x",
        _BIAS,
        "np.sum(x**2) * lam",
        "X / n",
        "X.T @ (X @ w - y) / n",
        "np.einsum('i,ij,j', x, A, x)",
        "(x - y).T @ A @ (x - y)",
        "f = np.dot\nresult = f(x, f(A, x))",
        "from numpy import dot as d, log\nresult = d(p**2, log(p**2))",
        "import numpy.linalg as la\nresult = la.norm(A @ x - b)**2",
        "from scipy.linalg import cholesky\nresult = np.trace(cholesky(A.T @ A) @ B)",
        "from numpy.linalg import *\nresult = norm(inv(A) @ b)**2",
        "def apply(g, v):\n    return g(v)\n\nresult = np.sum(apply(np.tanh, A @ x))",
        "g = lambda u: u @ u\ndef f(x):\n    h = g\n    return h(A @ x) + g(x)",
        "m, n = X.shape\nresult = np.sum(X) / (m * n)",
        "loss = 0\nloss += np.sum((y - X @ w)**2)\nloss += lam * np.dot(w, w)",
        "def g(v):\n    return v @ v\n\nloss = g(x)\nloss += lam * g(A @ x)",
        "r = A @ x\nr += b\nresult = r @ r",
        "_, logdet = np.linalg.slogdet(A)\nresult = logdet + x @ x",
        "loss = (np.sum((y - X @ w)**2)  # fit\n        + lam * np.sum(np.abs(w)))",
        "loss = x @ x + \\\n    y @ y",
        "def f(x: np.ndarray) -> float:\n    r'''The \\sum of x.'''\n    q: float = x @ x\n    return q",
        "def g(x, *, s=2):\n    return s * x @ x\n\nresult = g(x, s=3)",
        "c = 2\ndef f(x, s=c):\n    return s * x @ x",
        "X @ X.T / s",
        "K + s * np.eye(4)",
        "K + noise * np.eye(4)",
        "(1 - a) * (X @ X.T) + a * (Y @ Y.T)",
        "X / X.sum(axis=1, keepdims=True)",
        "np.sum(X * v)",
        "np.var(X @ w) + np.std(X, axis=0) @ w",
        "def f(w):\n    return np.sum(np.abs(c * w))\nc = 3",
        "compose = lambda f, g: lambda x: f(g(x))\nresult = compose(np.sum, np.exp)(x)",
        "def outer(v):\n    def inner(z):\n        return z @ v\n    return apply(inner, 3 * v)\n"
        "def apply(g, v):\n    return g(2 * v)\nresult = outer(x)",
        "def f(x):\n    def g(z):\n        return z @ h\n    h = A @ x\n    return g(x)",
        "r = X @ w - y\nr *= r\nresult = r.sum()",
        "Z = X.copy()\nZ -= Z.mean(axis=0)\nresult = np.sum(Z**4)",
        "(X @ w - y).T @ (X @ w - y) + lam * w @ w",
        "np.dot(x.T, x) + np.dot(x, y)",
        "-n/2*np.log(2*np.pi*s2) - np.sum((y - X @ b)**2)/(2*s2)",
        "np.mean(np.abs(y - X.dot(beta))) + np.linalg.norm(beta, 1)",
        "tr, inv = np.trace, np.linalg.inv\nresult = tr(inv(A) @ B)",
        "import numpy as np, scipy.special as ss\nresult = ss.logsumexp(x) - np.mean(x)",
        "def dot(a, b):\n    return np.sum(a * b) * 2\nresult = dot(x, y)",
    ],
)
def test_value_is_that_of_numpy(code: str) -> None:
    parsed = mc.parse(code)
    rng = np.random.default_rng(7)
    kinds = {name: kind.partition("(")[0] for name, kind in parsed.variables.items()}
    assert kinds == {name: kind_of(name, code) for name in kinds}
    shapes = {name: re.findall(r"\w+", kind.partition("(")[2]) for name, kind in parsed.variables.items()}
    sizes = dict(zip(dict.fromkeys(chain(*shapes.values())), (4, 3, 5, 2, 6, 7), strict=False))
    sizes |= {dim: int(dim) for dim in sizes if dim.isdigit()}
    values: dict[str, Any] = {
        name: rng.standard_normal([sizes[dim] for dim in dims]) if dims else 0.5 + rng.uniform()
        for name, dims in shapes.items()
    }
    expected = np.asarray(of_numpy(code, values))
    got = evaluated(parsed, values)
    assert got.shape in shapes_of(expected)
    assert distance(got.reshape(expected.shape), expected) < 1e-10


@pytest.mark.parametrize(
    ("pasted", "code"),
    [
        (">>> import numpy as np\n>>> r = X @ w - y\n>>> r @ r\n3.25", "r = X @ w - y\nr @ r"),
        (">>> def f(w):\n...     return w @ A @ w\n...", "def f(w):\n    return w @ A @ w"),
        ("In [3]: r = A @ x\n   ...: r @ r\nOut[3]: 2.0", "r = A @ x\nr @ r"),
        ("    r = A @ x\n\n    r @ r", "r = A @ x\nr @ r"),
        ("```python\nx @ A @ x\n```", "x @ A @ x"),
        ("r = A @ x\nprint('loss:', r @ r)", "r = A @ x\nr @ r"),
        ("loss = x @ A @ x\nloss.backward()", "x @ A @ x"),
        ("with tf.GradientTape() as t:\n    loss = tf.reduce_sum(x**2)\ng = t.gradient(loss, x)", "x @ x"),
        ("jax.grad(lambda x: x @ A @ x)(x0)", "lambda x: x @ A @ x"),
        ("from jax import grad\ndef f(w, X):\n    return jnp.sum((X @ w)**2)\ngrad(f)", "np.sum((X @ w)**2)"),
        ("def forward(self, x):\n    return self.W @ x + self.b", "W @ x + b"),
        ("A = torch.randn(4, 4)\ny = np.array([1., 2.])\nA @ x + y", "A @ x + y"),
        ("z = np.random.rand(5, 3)\nnp.sum(z @ w)", "np.sum(Z @ w)"),
        ("x.mm(w1).clamp(min=0).mm(w2)", "np.maximum(X @ W1, 0) @ W2"),
        ("tf.matmul(x, W) + b", "X @ W + b"),
        ("F.softmax(logits, dim=1)", "F.softmax(Z, dim=1)"),
        ("np.random.seed(0)\nw = np.zeros(3)\nassert w.size == 3\nnp.sum((X @ w)**2)", "np.sum((X @ w)**2)"),
        ("opt.zero_grad()\nloss = (A @ x).sum()\nloss.backward()\nopt.step()", "(A @ x).sum()"),
        ("x: np.ndarray\nx @ A @ x", "x @ A @ x"),
        ("r @ r where r = A @ x - b", "r = A @ x - b\nr @ r"),
        ("z @ z where z = np.sum(X, axis=1) + r, r = A @ x and X = B * B",
         "X = B * B\nr = A @ x\nz = np.sum(X, axis=1) + r\nz @ z"),
        ("x @ x where x = A * y", "x = A * y\nx @ x"),
        ("@jax.jit\ndef f(x):\n    return x @ A @ x", "x @ A @ x"),
        ("@partial(jax.jit, static_argnums=0)\ndef f(x):\n    return x @ A @ x", "x @ A @ x"),
        ("def loss(params):\n    W, b = params\n    return np.sum((W @ x + b)**2)", "np.sum((W @ x + b)**2)"),
    ],
)  # fmt: skip
def test_what_stands_around_code_says_nothing(pasted: str, code: str) -> None:
    got, wanted = mc.parse(pasted), mc.parse(code)
    names = {"Z": "z", "X": "x", "W1": "w1", "W2": "w2"}
    renamed = {n: names.get(n, n) if names.get(n) in got.variables else n for n in wanted.variables}
    if "Z" in renamed and "logits" in got.variables:
        renamed["Z"] = "logits"
    assert got.shape == wanted.shape
    assert {renamed[n]: kind for n, kind in wanted.variables.items()} == dict(got.variables)


@pytest.mark.parametrize(
    ("code", "variable"),
    [
        ("jax.grad(lambda x: x @ A @ x)(x0)", "x"),
        ("def f(w, X):\n    return jnp.sum((X @ w)**2)\njax.grad(f)", "w"),
        ("def f(X, w):\n    return jnp.sum((X @ w)**2)\njax.grad(f, argnums=1)", "w"),
        ("loss = torch.sum(A @ x + b)\ntorch.autograd.grad(loss, b)", "b"),
    ],
)
def test_what_a_derivative_is_asked_for_of(code: str, variable: str) -> None:
    assert mc.diff(code) == mc.diff(code, variable)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("jnp.dot(inputs, W) + b", "inputs is taken as a vector"),
        ("np.mean((preds - targets)**2)", "preds, targets are taken as vectors"),
        ("F.softmax(logits, dim=1)", "logits is taken as a matrix"),
        ("X @ X.T / s", "s is taken as a scalar"),
        ("X @ A / norms", "norms divides each row"),
        ("x @ self.W @ x", "self.W is read as W"),
        ("x.T @ y + y @ x", "the transpose of an array with one axis is that array"),
        ("sum(X @ W)", "Python's own adds the rows"),
    ],
)
def test_what_is_taken_is_said(code: str, said: str) -> None:
    assert any(said in note for note in mc.parse(code).notes), mc.parse(code).notes


@pytest.mark.parametrize(
    ("code", "other", "kinds"),
    [
        ("max(0, 1 - w @ x)", "relu(1 - w'*x)", "w vector x vector"),
        ("K.sum() + K.dot(K).trace()", "sum(K) + tr(K*K)", "K matrix"),
        ("x = torch.randn(3, requires_grad=True)\ny = (x**2).sum()", "sum(x.^2)", "x vector"),
        ("X - mu[None, :]", "X - ones(m)*mu'", "X matrix mu vector"),
        ("theta @ A @ theta", "theta'*A*theta", "theta vector A matrix"),
        ("lam * w @ w", "lam*(w'*w)", "lam scalar w vector"),
        ("np.sum(x**2) * lam", "lam*(x'*x)", "lam scalar x vector"),
        ("lr * np.sum(x**2) * scale", "lr*scale*(x'*x)", "lr scalar scale scalar x vector"),
        ("def f(w, c=0.1): return np.sum(w**2) * c", "c*(w'*w)", "w vector c scalar"),
        ("def f(w, *, c=1): return np.sum(w**2) * c**2", "c^2*(w'*w)", "w vector c scalar"),
        ("torch.trace(A @ B.t())", "tr(A*B')", "A matrix B matrix"),
        ("-0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())",
         "-sum(1 + logvar - mu.^2 - exp(logvar))/2", "logvar vector mu vector"),
    ],
)  # fmt: skip
def test_kinds_of_names(code: str, other: str, kinds: str) -> None:
    parsed, words = mc.parse(code), kinds.split()
    wanted = dict(zip(words[::2], words[1::2], strict=True))
    assert {name: kind.partition("(")[0] for name, kind in parsed.variables.items()} == wanted
    assert parsed == mc.parse(other, dict(parsed.variables))


@pytest.mark.parametrize(
    "subscripts",
    [
        "ij->",
        "ij->i",
        "ij->j",
        "ij->ji",
        "ij",
        "ji",
        "ij,ij->",
        "ij,ij->ij",
        "ij,ij->i",
        "ij,ij->j",
        "ij,kj->ik",
        "ij,kj",
        "ij,kj->",
        "ij,kj->i",
        "ij,ik->jk",
        "ij,kl->",
        "ij,kj,kl->il",
    ],
)
def test_einsum_of_matrices(subscripts: str) -> None:
    operands = ", ".join("XYX"[: subscripts.count(",") + 1])
    agree(f"np.einsum('{subscripts}', {operands})")


@pytest.mark.parametrize(
    ("subscripts", "operands"),
    [
        ("ii", "A"),
        ("ii->", "A"),
        ("ii->i", "A"),
        ("i->", "x"),
        ("i,i->", "x, y"),
        ("i,i->i", "x, y"),
        ("i,j->ij", "x, z"),
        ("i,j->ji", "x, z"),
        ("i,ij,j->", "z, X, x"),
        ("i,ij,j->", "x, A, y"),
        ("i,ij->ij", "z, X"),
        ("ij,j->ij", "X, x"),
        ("ij,jk,ki->", "A, B, A"),
        ("ij,ji->", "A, B"),
        ("ij,j,kj->ik", "X, x, Y"),
        ("ij,j,j->i", "X, x, y"),
        ("ij,ji->i", "A, B"),
        ("i,i,j->j", "x, y, z"),
        (",i->i", "s, x"),
        ("ij,jk,kl->il", "X, A, B"),
        ("ik,jk,k->ij", "X, Y, x"),
        ("ii,i->i", "A, x"),
        ("ij , jk -> ik", "X, A"),
        ("ij,ik,ij->jk", "X, X, Y"),
    ],
)
def test_einsum(subscripts: str, operands: str) -> None:
    agree(f"np.einsum('{subscripts}', {operands})")


@pytest.mark.parametrize(
    ("code", "error", "help_text"),
    [
        ("for i in range(3):\n    s = x @ x", "E506", "sums and products"),
        ("if x @ x > 0:\n    y = x", "E506", "relu"),
        ("def f(w):\n    while True:\n        w = A @ w\n    return w", "E506", "sums and products"),
        ("sum(A[i] @ x for i in range(n))", "E506", "product of matrices"),
        ("x[0] * x @ x", "E506", "x[:, None]"),
        ("np.einsum('bij,bjk->bik', A, B)", "E506", "@"),
        ("F.cross_entropy(W @ x, y)", "E506", "logsumexp"),
        ("np.linalg.norm(X, 1)", "E506", "spectral"),
        ("torch.norm(X, 2)", "E506", "which norm"),
        ("X.std()", "E506", "np.std"),
        ("y - X @ W", "E202", "declare y"),
        ("A @ B if s else A", "E506", "relu"),
        ("x @ A, A @ x", "E506", "one of them"),
        ("def f(W, b):\n    return X @ W + b, W", "E506", "one of them"),
        ("W = A\nself.W @ W @ x", "E506", "different names"),
        ("x.detach() @ x", "E506", "name"),
        ("a, b = x @ x; a", "E506", "as a whole"),
        ("np.where(x > 0, np.log(x), x)", "E506", "np.maximum"),
        ("X.reshape(4, 3) @ x", "E506", "unvec"),
        ("special.softmax(X)", "E506", "axis=1"),
        ("np.sum(X, axis=k)", "E506", "axis=0"),
        ("np.sum(A @ x, axis=1)", "E506", "axis=0"),
        ("np.trace(s @ c)", "E506", "declare"),
        ("np.foo(x)", "E105", "functions of matcalc"),
        ("model(x) @ w", "E105", "functions of matcalc"),
        ("A.foo() @ x", "E105", "functions of matcalc"),
        ("class A: pass\nx @ x", "E506", "the function alone"),
        ("max(0, 1 - y * (w @ x))", "E506", "np.maximum"),
        ("x @ 'abc'", "E506", "digits"),
        ("def f(x):\n    return f(x) @ x", "E108", "calls itself"),
        ("x @ ~x", "E506", "a formula"),
        ("x @ x % y", "E506", "+ - * / ** or @"),
        ("np.sum(*x)", "E506", "all arguments"),
        ("np.sum(x, where=y)", "E506", "the same without it"),
        ("x @ x; y @ y", "E506", "one"),
        ("x[:, None] @ y", "E202", "x @ y"),
        ("def f(x): pass", "E506", "return"),
        ("(A @ x - X.sum(axis=0)).T @ x", "E202", "None"),
        ("loss = x @ A @ x\ngrad = 2 * A @ x", "E506", "leave out"),
        ("out = x @ y\nx = 3", "E506", "leave out"),
        ("def g(v):\n    return v @ v\n\nloss = g(x)\nother = g(y)", "E506", "leave out"),
        ("s = x\nx += 1\ns @ x", "E506", "write x = x + 1"),
        ("r = x\nr -= y\nx @ x", "E506", "write r = r - y"),
        ("A2 = A\nA2 *= 2\nx @ A @ x", "E506", "write A2 = A2 * 2"),
        ("def g(v):\n    v += 1\n    return v @ v\n\ng(x) + x @ x", "E506", "write v = v + 1"),
        ("def f(v):\n    v += 1\n    return v @ v", "E506", "write v = v + 1"),
        ("x += 1\nx @ x", "E506", "write x = x + 1"),
        ("r = A @ x\ns = r\nr += 1\ns @ r", "E506", "write r = r + 1"),
        ("r, s = A @ x, x\ns += 1\nr @ x", "E506", "write s = s + 1"),
        ("r = s = A @ x\ns *= 2\nr @ s", "E506", "write s = s * 2"),
        ("B = A.T\nB += 1\nx @ A @ x", "E506", "write B = B + 1"),
        ("r = x.ravel()\nr -= y\nr @ x", "E506", "write r = r - y"),
        ("r = np.asarray(x)\nr -= y\nr @ x", "E506", "write r = r - y"),
        ("def g(v):\n    return v\n\nr = g(x)\nr -= y\nr @ x", "E506", "write r = r - y"),
        ("def g(v):\n    return v\n\nr = A @ x\ns = g(r)\nr -= y\nr @ s", "E506", "write r = r - y"),
        ("q @ k.transpose(-2, -1) @ v", "E206", "declare q and v"),
        ("np.sum(x) + sum(X @ W)", "E506", "np.sum(X)"),
        ("def f(x):\n    a, c = x\n    return np.sum(a * c)", "E506", "as a whole"),
        ("W, b = params\nnp.sum(W @ x + b) + np.sum(params)", "E506", "as a whole"),
        (
            "def g(z):\n    return z @ h\ndef f(x):\n    h = A @ x\n    return g(x) + h @ h",
            "E506",
            "another name",
        ),
        ("w = torch.randn(3, 1)\n((X @ w - y)**2).sum()", "E202", "[:, None]"),
        ("class Model:\n    def f(self, x):\n        return x @ x", "E506", "the function alone"),
        ("f = jax.grad(lambda x, y: x @ y, argnums=(0, 1))", "E506", "one argument"),
        ("model.W @ x", "E506", "without a dot"),
        ("def f(x):\n    return f", "E506", "write f(x)"),
        ("f = lambda x: lambda y: f", "E506", "write f(x)"),
        ("0x10 * x @ x", "E506", "decimal digits"),
        ("@jax.grad\ndef f(x):\n    return x @ A @ x", "E506", "leave the decorator out"),
        ("@vmap\ndef f(x):\n    return x @ A @ x", "E506", "leave the decorator out"),
        ("x @ np.eye(n, k=1) @ x", "E506", "as a name"),
        ("np.ones((2, 3, 4)) @ x", "E506", "ones((m, n))"),
        ("np.ones(3, 4, 5) @ x", "E506", "last one"),
        ("np.eye(3, 4) @ x", "E506", "eye(n)"),
        ("np.add(foo=x, bar=y)", "E506", "the same without it"),
        ("def f(x, *args):\n    return x @ x", "E506", "each parameter"),
        ("def f(x, **options):\n    return x @ x", "E506", "each parameter"),
    ],
)
def test_is_refused_with_what_to_write(code: str, error: str, help_text: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(code)
    assert failed.value.code == error, failed.value
    assert help_text and help_text in failed.value.help


@pytest.mark.parametrize(
    "text", ["x'*A*x", "A*x", "X.*Y", "tr(X**2*B)", "X.T*X", "lambda*x'*x", "A\\b", "x @ A^2", "x·w"]
)
def test_other_texts_are_no_code(text: str) -> None:
    assert python_tree(text) is None


@pytest.mark.parametrize(
    ("code", "written"),
    [("e @ e.T", "e"), ("x.dot(x.T)", "x"), ("np.exp(x * x.T)", "x"), ("(x - y).T @ (x - y)", "x - y"),
     ("r = y - X @ w\nr.T @ r", "r"), ("np.transpose(x) @ x", "x")],
)  # fmt: skip
def test_it_is_said_that_vectors_are_columns(code: str, written: str) -> None:
    assert f"vectors are columns, as {written} is transposed" in mc.parse(code).notes


def test_a_function_names_its_variable() -> None:
    assert str(mc.diff("def f(w):\n    return np.sum((X @ w - y)**2)")) == "2*X'*(X*w - y)"
    assert str(mc.diff("lambda w: w @ A @ w")) == str(mc.diff("w'*A*w", "w"))


def test_places_of_errors_are_in_the_text() -> None:
    text = "  r = y - X @ θ\n  loss = r @ np.foo(θ)"
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text.replace("\n  ", "\n"))
    [label] = failed.value.labels
    assert text.replace("\n  ", "\n")[label.span.start : label.span.end] == "np.foo"


def test_reading_is_bounded() -> None:
    terms = " + ".join(f"a{i} @ x" for i in range(200))
    assert len(mc.parse(terms, {f"a{i}": "vector(n)" for i in range(200)}).variables) == 201
    for depth in (90, 190):
        with pytest.raises(mc.MatcalcError) as failed:
            mc.parse("np.exp(" * depth + "x" + ")" * depth)
        assert failed.value.code == "E108"


@pytest.mark.parametrize("wrt", ["x", "A", "b"])
def test_a_reading_does_not_depend_on_the_question(wrt: str) -> None:
    code = "np.sum(np.maximum(A @ x + b, 0))"
    assert parse(code).variables == parse(code, wrt=[wrt]).variables


@pytest.mark.parametrize(
    "code", ["A**-1 @ x", "A**2 @ x", "A * B @ x", "2 ** x @ y", "x @ A @ x", "A @ x / c"]
)
def test_a_declaration_does_not_change_operators(code: str) -> None:
    wanted = mc.parse(code)
    for name, kind in wanted.variables.items():
        read = mc.parse(code, {name: str(kind)})
        assert read == wanted and dict(read.variables) == dict(wanted.variables)
