"""Every function of the tables for Python, against NumPy and PyTorch themselves.

The snippets are fixed texts of this file; they are run here, and never by the package.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any

import numpy as np
import pytest
import scipy
import scipy.linalg
import scipy.special

import matcalc as mc
from matcalc.expression import ONE
from matcalc.language import python_calls
from matcalc.language.python_cases import Case, case_of
from matcalc.language.python_functions import ENTRYWISE, FUNCTIONS, PATTERNS

_RNG = np.random.default_rng(5)
INPUTS: dict[str, Any] = {
    "x": _RNG.standard_normal(4),
    "y": _RNG.standard_normal(4),
    "z": _RNG.standard_normal(3),
    "p": _RNG.uniform(0.1, 0.9, 4),
    "q": _RNG.uniform(0.1, 0.9, 4),
    "X": _RNG.standard_normal((3, 4)),
    "Y": _RNG.standard_normal((3, 4)),
    "P": _RNG.uniform(0.1, 0.9, (3, 4)),
    "A": _RNG.standard_normal((4, 4)) + 3 * np.eye(4),
    "B": _RNG.standard_normal((4, 4)),
    "c": _RNG.standard_normal(4),
    "s": 0.7,
    "u": _RNG.standard_normal(3),
    "v": _RNG.standard_normal(3),
}
INPUTS["S"] = INPUTS["B"] @ INPUTS["B"].T + np.eye(4)
KINDS = {
    "x": "vector(n)",
    "y": "vector(n)",
    "z": "vector(m)",
    "p": "vector(n)",
    "q": "vector(n)",
    "c": "vector(n)",
    "X": "matrix(m,n)",
    "Y": "matrix(m,n)",
    "P": "matrix(m,n)",
    "A": "matrix(n,n)",
    "B": "matrix(n,n)",
    "S": "symmetric(n)",
    "s": "scalar",
    "u": "vector(3)",
    "v": "vector(3)",
}


def value(code: str) -> Any:
    """Return what the library makes of code."""
    names: dict[str, Any] = {"np": np, "jnp": np, "scipy": scipy, "special": scipy.special, "math": np}
    inputs = dict(INPUTS)
    if "torch." in code or "F." in code or code.startswith("!"):
        torch = pytest.importorskip("torch")
        names |= {"torch": torch, "F": torch.nn.functional}
        inputs = {name: torch.tensor(array, dtype=torch.float64) for name, array in INPUTS.items()}
    return np.asarray(eval(code.removeprefix("!"), names, inputs))


def evaluated(expr: mc.Expression, inputs: dict[str, Any]) -> Any:
    """Return the value of an expression, with two axes if it is a row."""
    array = np.asarray(expr.evaluate(**{name: inputs[name] for name in expr.variables}))
    rows, cols = expr.node.shape
    return array.reshape(1, -1) if rows is ONE and cols is not ONE else array


def reading(code: str) -> Any:
    """Return the value of code as it is read."""
    return evaluated(mc.parse(code, KINDS), INPUTS)


def shapes_of(array: Any) -> list[tuple[int, ...]]:
    """Return the shapes that a value may have here: a column has one axis, and a single entry has none."""
    shapes = [array.shape]
    if array.ndim == 2 and array.shape[1] == 1:
        shapes.append(array.shape[:1])
    return [*shapes, ()] if array.size == 1 else shapes


def agree(code: str, reference: str = "") -> None:
    expected, got = value(reference or code), reading(code.removeprefix("!"))
    assert got.shape in shapes_of(expected), (code, got.shape, expected.shape)
    np.testing.assert_allclose(got.reshape(expected.shape), expected, rtol=1e-9, atol=1e-9, err_msg=code)


#: For each function snippets, and what they are in NumPy where the library is not there or the form differs.
SNIPPETS: dict[str, list[str | tuple[str, str]]] = {
    "add": ["np.add(x, y)"],
    "subtract": ["np.subtract(x, y)", ("np.subtract(x2=x, x1=y)", "y - x")],
    "sub": ["torch.sub(x, y)"],
    "multiply": ["np.multiply(X, Y)", "np.multiply(X, x)"],
    "mul": ["torch.mul(x, y)"],
    "divide": ["np.divide(x, p)"],
    "true_divide": ["np.true_divide(X, P)"],
    "div": ["torch.div(X, P)"],
    "negative": ["np.negative(x)"],
    "neg": ["torch.neg(X)"],
    "power": ["np.power(x, 2)", "np.power(p, 0.5)", ("np.power(x2=2, x1=x)", "x**2")],
    "float_power": ["np.float_power(p, 3)"],
    "pow": ["!x.pow(2)", "torch.pow(X, 3)"],
    "square": ["np.square(X)", "!x.square()"],
    "square_": [("x.square_()", "x**2")],
    "reciprocal": ["np.reciprocal(p)"],
    "rsqrt": ["torch.rsqrt(p)"],
    "squared_difference": [("tf.math.squared_difference(x, y)", "(x - y)**2")],
    "dot": ["np.dot(x, y)", "np.dot(x, A)", "np.dot(X, x)", "np.dot(X, A)", "x.dot(y)", "X.dot(A).dot(x)"],
    "matmul": [
        "np.matmul(X, A)",
        "torch.matmul(x, y)",
        ("tf.matmul(X, A)", "X @ A"),
        ("tf.matmul(X, Y, transpose_b=True)", "X @ Y.T"),
        ("tf.matmul(X, Y, transpose_a=True)", "X.T @ Y"),
        ("tf.matmul(A, X, transpose_a=True, transpose_b=True)", "A.T @ X.T"),
    ],
    "mm": ["torch.mm(X, A)", "!X.mm(A)"],
    "mv": ["torch.mv(X, x)", "torch.mv(vec=x, input=X)"],
    "matvec": [("tf.linalg.matvec(X, x)", "X @ x")],
    "addmm": ["torch.addmm(X, Y, A)"],
    "addmv": ["torch.addmv(z, X, x)"],
    "linear": ["F.linear(X, A, y)", "F.linear(x, X)", "F.linear(weight=X, bias=z, input=x)"],
    "inner": ["np.inner(x, y)", "np.inner(X, Y)", "np.inner(X, x)"],
    "vdot": ["np.vdot(x, y)", "np.vdot(X, Y)"],
    "outer": ["np.outer(x, z)", "np.outer(X, A)"],
    "ger": ["torch.ger(x, z)"],
    "kron": ["np.kron(X, A)", ("np.kron(x[:, None], z[:, None])", "np.kron(x, z)")],
    "tensordot": [
        "np.tensordot(X, Y, axes=2)",
        "np.tensordot(X, A, axes=1)",
        "np.tensordot(x, y, 1)",
        "np.tensordot(X, x, 1)",
        "np.tensordot(x, A, 1)",
        "np.tensordot(x, z, axes=0)",
    ],
    "cross": ["np.cross(u, v)"],
    "sum": [
        "np.sum(x)",
        "np.sum(X)",
        "np.sum(X, axis=0)",
        "np.sum(X, axis=1)",
        "np.sum(X, 0)",
        "X.sum(axis=-1)",
        "x.sum(0)",
        "X.sum(axis=(0, 1))",
        "!X.sum(dim=1)",
        "np.sum(X, axis=1, keepdims=True)",
        "np.sum(X, axis=0, keepdims=True)",
        "X / X.sum(axis=1, keepdims=True)",
        "np.sum(x, keepdims=True)",
        "X - X.sum(axis=0)",
    ],
    "reduce_sum": [
        ("tf.reduce_sum(X, axis=0)", "X.sum(0)"),
        ("tf.reduce_sum(X, 1)", "X.sum(1)"),
        ("tf.reduce_sum(x)", "x.sum()"),
    ],
    "mean": [
        "np.mean(x)",
        "np.mean(X)",
        "np.mean(X, axis=0)",
        "X.mean(axis=1)",
        "X - X.mean(axis=0)",
        "X - X.mean(axis=1, keepdims=True)",
        "!X.mean(0, keepdim=True)",
    ],
    "average": ["np.average(x)", "np.average(X, axis=0)", "np.average(x, weights=p)"],
    "reduce_mean": [("tf.reduce_mean(X, axis=1)", "X.mean(1)"), ("tf.reduce_mean(X)", "X.mean()")],
    "logsumexp": [
        "special.logsumexp(x)",
        "torch.logsumexp(X, dim=1)",
        "torch.logsumexp(X, 0)",
        "special.logsumexp(X)",
        "X - special.logsumexp(X, axis=1, keepdims=True)",
    ],
    "reduce_logsumexp": [
        ("tf.reduce_logsumexp(X, axis=0)", "special.logsumexp(X, axis=0)"),
        ("tf.reduce_logsumexp(X)", "special.logsumexp(X)"),
        ("tf.reduce_logsumexp(x)", "special.logsumexp(x)"),
    ],
    "var": [
        "np.var(x)",
        "np.var(X)",
        "np.var(X, axis=0)",
        "np.var(X, axis=1, ddof=1)",
        "np.var(x, ddof=1)",
        ("jnp.var(x)", "np.var(x)"),
        "torch.var(x)",
        "torch.var(X)",
        "torch.var(X, dim=0)",
        "torch.var(X, 1)",
        "torch.var(x, unbiased=False)",
        "torch.var(x, correction=0)",
        "torch.var(X, 0, False)",
        "torch.var(X, dim=1, correction=0)",
        "torch.var(X, dim=0, unbiased=True)",
        "torch.exp(x) @ y + X.var()",
        "X.var(axis=0) + np.exp(x)",
        "X - np.var(X, axis=1, keepdims=True)",
    ],
    "std": [
        "np.std(x)",
        "np.std(X)",
        "np.std(X, axis=0)",
        "X.std(axis=1) + np.exp(z)",
        "np.std(x, ddof=1)",
        "np.std(X, axis=1, ddof=1)",
        "torch.std(X, dim=0, correction=0)",
        "torch.std(x, correction=0)",
        "torch.std(X, dim=0, unbiased=False)",
        "torch.std(x)",
        "torch.std(X, dim=1)",
        "torch.std(X, unbiased=False)",
        ("jnp.std(X)", "np.std(X)"),
        "X / np.std(X, axis=0)",
    ],
    "reduce_variance": [
        ("tf.math.reduce_variance(X)", "np.var(X)"),
        ("tf.math.reduce_variance(X, axis=0)", "np.var(X, axis=0)"),
    ],
    "reduce_std": [("tf.math.reduce_std(X, axis=1)", "np.std(X, axis=1)")],
    "cumsum": ["np.cumsum(x)", "!x.cumsum(0)"],
    "size": ["x.size", "X.size", "np.size(X)", "np.sum(X)/X.size"],
    "numel": ["!X.numel()"],
    "len": ["np.sum(x)/len(x)", "np.sum(X)/len(X)", "X.sum()/X.shape[0]", "X.shape[1]*x"],
    "norm": [
        "np.linalg.norm(x)",
        "np.linalg.norm(x)**2",
        "np.linalg.norm(x, 1)",
        "np.linalg.norm(x, 2)",
        "np.linalg.norm(X, 2, axis=1)",
        "np.linalg.norm(x, np.inf)",
        "np.linalg.norm(x, ord=3)",
        "np.linalg.norm(X)",
        "np.linalg.norm(X, 'fro')",
        "np.linalg.norm(X, 'nuc')",
        "np.linalg.norm(X, 2)",
        "np.linalg.norm(X, axis=1)",
        "np.linalg.norm(X, axis=0)",
        "np.linalg.norm(X, ord=1, axis=1)",
        "X / np.linalg.norm(X, axis=1, keepdims=True)",
        "!x.norm()",
        "!X.norm()",
        "torch.norm(x)",
        "torch.norm(X)",
        "torch.norm(x, p='fro')",
        "torch.norm(x, p=3)",
        "torch.norm(X, p=2, dim=1)",
        "torch.norm(x, p=1)",
        "torch.norm(X, p='fro')",
        "torch.norm(x, 2)",
        "!X.norm(dim=1)",
        "!x.norm(p=3)",
        "torch.norm(X, dim=0)",
        "torch.norm(X, p='nuc')",
        "torch.norm(x, p=float('inf'))",
        "torch.norm(X, p=1, dim=1)",
        ("tf.norm(X)", "np.linalg.norm(X)"),
        ("tf.norm(X, ord=2)", "np.linalg.norm(X)"),
        ("tf.norm(X, ord=1)", "np.sum(np.abs(X))"),
        ("tf.norm(X, ord='fro')", "np.linalg.norm(X)"),
        ("tf.norm(x)", "np.linalg.norm(x)"),
        ("tf.norm(X, axis=1)", "np.linalg.norm(X, axis=1)"),
    ],
    "vector_norm": [
        "torch.linalg.vector_norm(x)",
        "torch.linalg.vector_norm(X)",
        "torch.linalg.vector_norm(X, ord=1)",
        "torch.linalg.vector_norm(x, 3)",
        "torch.linalg.vector_norm(X, dim=1)",
        "torch.linalg.vector_norm(X, ord=1, dim=0)",
        "torch.linalg.vector_norm(x, torch.inf)",
        "torch.linalg.vector_norm(X, torch.inf)",
        "torch.linalg.vector_norm(x, 1)",
    ],
    "matrix_norm": [
        "torch.linalg.matrix_norm(X)",
        "torch.linalg.matrix_norm(X, ord=2)",
        "torch.linalg.matrix_norm(X, 'nuc')",
    ],
    "l2_loss": [("tf.nn.l2_loss(X)", "np.sum(X**2)/2")],
    "normalize": ["F.normalize(x, dim=0)"],
    "transpose": [
        "np.transpose(X)",
        "X.transpose()",
        "X.T",
        "X.T @ X",
        "!X.transpose(0, 1)",
        "!X.transpose(-2, -1)",
        "!X.transpose(-1, -2)",
        "!X.transpose(1, 0)",
        "!X.mT",
        ("tf.transpose(X)", "X.T"),
        "np.transpose(X, (1, 0))",
        "X.transpose(1, 0)",
    ],
    "t": ["!X.t()", "torch.t(X) @ X"],
    "adjoint": ["!X.adjoint()"],
    "matrix_transpose": [("tf.linalg.matrix_transpose(X)", "X.T")],
    "swapaxes": ["np.swapaxes(X, 0, 1)", "np.swapaxes(X, 1, 0)", "X.swapaxes(-1, -2)", "X.swapaxes(-2, -1)"],
    "trace": ["np.trace(A)", "A.trace()", "np.trace(X @ Y.T)"],
    "diag": ["np.diag(x)", "np.diag(A)", "x @ np.diag(y) @ A", "!A.diag()"],
    "diagonal": ["np.diagonal(A)", "A.diagonal()"],
    "diag_part": [("tf.linalg.diag_part(A)", "np.diag(A)")],
    "tensor_diag_part": [("tf.linalg.tensor_diag_part(A)", "np.diag(A)")],
    "diagflat": ["np.diagflat(x)"],
    "diag_embed": ["torch.diag_embed(x)"],
    "tril": ["np.tril(A)"],
    "triu": ["np.triu(A)"],
    "inv": ["np.linalg.inv(A)", "x @ np.linalg.inv(A) @ y"],
    "inverse": ["torch.inverse(A)", "!A.inverse()"],
    "pinv": ["np.linalg.pinv(X)"],
    "pinverse": ["torch.pinverse(X)"],
    "det": ["np.linalg.det(A)", "!A.det()"],
    "logdet": ["torch.logdet(S)", "!S.logdet()"],
    "slogdet": [
        "np.linalg.slogdet(A)[1]",
        "np.linalg.slogdet(-A)[0]",
        "torch.slogdet(A).logabsdet",
        "np.linalg.slogdet(A).logabsdet",
        "np.linalg.slogdet(-A).sign",
    ],
    "solve": ["np.linalg.solve(A, x)", "np.linalg.solve(A, B)", "x @ np.linalg.solve(A, y)"],
    "lstsq": [
        ("np.linalg.lstsq(X, z)[0]", "np.linalg.lstsq(X, z, rcond=None)[0]"),
        ("torch.linalg.lstsq(X, z).solution", "np.linalg.lstsq(X, z, rcond=None)[0]"),
        ("np.linalg.lstsq(A, B)[0]", "np.linalg.solve(A, B)"),
    ],
    "matrix_power": ["np.linalg.matrix_power(A, 3)", "np.linalg.matrix_power(A, 2) @ x"],
    "eigvalsh": ["np.linalg.eigvalsh(S)"],
    "eigh": [
        "np.linalg.eigh(S)[0]",
        "np.linalg.eigh(S).eigenvalues",
        "np.linalg.eigh(S).eigenvectors**2 @ x",
    ],
    "expm": ["scipy.linalg.expm(B)"],
    "matrix_exp": ["torch.matrix_exp(B)"],
    "logm": ["scipy.linalg.logm(S)"],
    "sqrtm": ["scipy.linalg.sqrtm(S)"],
    "toeplitz": ["scipy.linalg.toeplitz(x)"],
    "exp2": ["np.exp2(x)"],
    "cbrt": ["np.cbrt(p)"],
    "logaddexp": ["np.logaddexp(x, y)", "np.logaddexp(0, x)", "np.logaddexp(0, -y * x)"],
    "hypot": ["np.hypot(x, y)"],
    "heaviside": ["np.heaviside(x, 0.5)", "np.heaviside(x, 0)", "np.heaviside(x, 1)"],
    "maximum": ["np.maximum(x, 0)", "np.maximum(0, X)", "np.maximum(x, y)", "np.maximum(0, 1 - y * x)"],
    "fmax": ["np.fmax(x, y)", "np.fmax(x, 0)", "np.fmax(0, x)"],
    "minimum": ["np.minimum(x, y)", "np.minimum(x, 1)"],
    "fmin": ["np.fmin(X, Y)"],
    "clamp": ["torch.clamp(x, min=0)", "!x.clamp(min=0)", "!x.clamp(0)"],
    "clamp_min": ["torch.clamp_min(x, 0)", "!x.clamp_min(0.5)"],
    "logit": ["special.logit(p)"],
    "leaky_relu": [
        "F.leaky_relu(x)",
        "F.leaky_relu(x, 0.2)",
        ("tf.nn.leaky_relu(x)", "np.maximum(x, 0.2 * x)"),
        ("tf.nn.leaky_relu(x, alpha=0.1)", "np.maximum(x, 0.1 * x)"),
        "F.leaky_relu(X, negative_slope=0.1)",
    ],
    "xlogy": ["special.xlogy(p, q)"],
    "entr": ["special.entr(p)"],
    "rel_entr": ["special.rel_entr(p, q)"],
    "softmax": [
        "F.softmax(x, dim=-1)",
        "F.softmax(X, dim=1)",
        "F.softmax(X, dim=0)",
        "special.softmax(X, axis=1)",
        "special.softmax(x)",
        ("jax.nn.softmax(X)", "special.softmax(X, axis=1)"),
        "!x.softmax(-1)",
        "F.softmax(X @ Y.T, dim=-1) @ X",
    ],
    "log_softmax": [
        "F.log_softmax(x, dim=0)",
        "F.log_softmax(X, dim=1)",
        "F.log_softmax(X, dim=0)",
        ("jax.nn.log_softmax(X)", "special.log_softmax(X, axis=1)"),
    ],
    "cosine_similarity": ["F.cosine_similarity(x, y, dim=0)"],
    "mse_loss": [
        "F.mse_loss(x, y)",
        "F.mse_loss(X, Y, reduction='sum')",
        "F.mse_loss(x, y, reduction='none')",
    ],
    "l1_loss": ["F.l1_loss(X, Y)", "F.l1_loss(x, y, reduction='sum')", "F.l1_loss(x, y, reduction='none')"],
    "binary_cross_entropy": [
        "F.binary_cross_entropy(p, q)",
        "F.binary_cross_entropy(p, q, reduction='sum')",
        "F.binary_cross_entropy(target=q, input=p)",
        "F.binary_cross_entropy(p, q, reduction='none')",
    ],
    "binary_cross_entropy_with_logits": [
        "F.binary_cross_entropy_with_logits(x, q)",
        "F.binary_cross_entropy_with_logits(x, q, reduction='sum')",
        "F.binary_cross_entropy_with_logits(x, q, reduction='none')",
    ],
    "sigmoid_cross_entropy_with_logits": [
        ("tf.nn.sigmoid_cross_entropy_with_logits(labels=q, logits=x)", "np.log(1 + np.exp(x)) - q * x")
    ],
    "softmax_cross_entropy_with_logits": [
        ("tf.nn.softmax_cross_entropy_with_logits(labels=q, logits=x)", "special.logsumexp(x) - q @ x")
    ],
    "mean_squared_error": [("tf.keras.losses.mean_squared_error(x, y)", "np.mean((x - y)**2)")],
    "prod": ["np.prod(p)", "P.prod()"],
    "max": ["np.max(x)", "X.max()"],
    "amax": ["np.amax(x)"],
    "min": ["x.min()"],
    "amin": ["np.amin(X)"],
    "cholesky": [
        "np.linalg.cholesky(S)",
        "scipy.linalg.cholesky(S)",
        "scipy.linalg.cholesky(S, lower=True)",
        "scipy.linalg.cholesky(S, True)",
        ("jax.scipy.linalg.cholesky(S)", "scipy.linalg.cholesky(S)"),
        ("torch.linalg.cholesky(S, upper=True)", "np.linalg.cholesky(S).T"),
    ],
    "reduce_prod": [("tf.reduce_prod(p)", "np.prod(p)")],
    "reduce_max": [("tf.reduce_max(x)", "np.max(x)")],
    "reduce_min": [("tf.reduce_min(x)", "np.min(x)")],
    "gelu": ["F.gelu(x)"],
    "elu": ["F.elu(x)", "F.elu(X, 0.5)"],
    "cov": ["np.cov(X)", "np.cov(X, rowvar=False)", "torch.cov(X)"],
    "huber_loss": [
        "F.huber_loss(3 * x, y)",
        "F.huber_loss(X, Y, reduction='sum')",
        "F.huber_loss(3 * x, y, reduction='none')",
    ],
    "smooth_l1_loss": [
        "F.smooth_l1_loss(3 * x, y)",
        "F.smooth_l1_loss(X, Y, reduction='sum')",
        "F.smooth_l1_loss(X, 3 * Y, reduction='none')",
    ],
    "copy": ["x.copy()", "np.copy(X)"],
    "clone": ["!x.clone()"],
    "requires_grad_": [("x.clone().requires_grad_()", "x"), ("x.requires_grad_(True)", "x")],
    "contiguous": ["!x.contiguous()"],
    "float": [("x.float()", "x")],
    "double": ["!x.double()"],
    "item": [("(x @ y).item()", "x @ y")],
    "astype": ["x.astype(float)"],
    "to": [("x.to(device)", "x")],
    "conj": ["x.conj() @ y"],
    "array": ["np.array(x)"],
    "asarray": ["np.asarray(x)"],
    "tensor": [("torch.tensor(x)", "x")],
    "squeeze": ["(X @ x[:, None]).squeeze()", "np.squeeze(x)", "np.squeeze(x @ y)"],
    "ravel": ["X.ravel()"],
    "flatten": ["X.flatten()"],
    "atleast_1d": ["np.atleast_1d(x)"],
    "reshape": [
        "X.reshape(-1)",
        "x.reshape(-1, 1)",
        "x.reshape(1, -1)",
        "np.reshape(X, -1)",
        "X.reshape((-1,))",
        "x.reshape((-1, 1)) * z",
        "np.reshape(x, (1, -1))",
    ],
    "view": ["!X.view(-1)", "!x.view(-1, 1)", "!x.view(1, -1)"],
    "unsqueeze": ["!x.unsqueeze(1)", "!x.unsqueeze(0)", "!x.unsqueeze(-1)"],
    "expand_dims": ["np.expand_dims(x, 1)", "np.expand_dims(x, 0)", "np.expand_dims(x, axis=-1)"],
    "ones": ["torch.ones(3, 1, dtype=torch.float64) * x", "np.ones((3, 1), float) * x"],
    "ones_like": ["np.ones_like(X)", "np.ones_like(x)"],
    "zeros_like": ["np.zeros_like(x) + y"],
}
#: Functions that are refused in every case.
REFUSED = {
    "multi_dot": "np.linalg.multi_dot([A, B])",
    "clip": "np.clip(x, 0, 1)",
    "gelu": "jax.nn.gelu(x)",
    "round": "np.round(x)",
    "cross_entropy": "F.cross_entropy(x, y)",
    "nll_loss": "F.nll_loss(x, y)",
    "kl_div": "F.kl_div(p, q)",
    "detach": "x.detach()",
    "stop_gradient": "jax.lax.stop_gradient(x)",
}


def test_every_function_has_a_snippet() -> None:
    heads = [text.partition("(")[0] for text in FUNCTIONS]
    names = {name.rpartition(".")[2] for head in heads for name in head.split("|")} | {"ones"}
    assert names == SNIPPETS.keys() | REFUSED.keys()


def test_every_case_has_a_snippet(monkeypatch: pytest.MonkeyPatch) -> None:
    used: set[tuple[int, str]] = set()

    def recorded(cases: Mapping[str, str], *args: Any, **options: Any) -> Case | None:
        for text, body in cases.items():
            case = case_of({text: body}, *args, **options)
            if case is not None:
                used.add((id(cases), text))
                return case
        return None

    monkeypatch.setattr(python_calls, "case_of", recorded)
    for snippet in chain.from_iterable(SNIPPETS.values()):
        mc.parse((snippet if isinstance(snippet, str) else snippet[0]).removeprefix("!"), KINDS)
    unused = [
        (head, text)
        for head, cases in FUNCTIONS.items()
        for text, body in cases.items()
        if not body.startswith("!") and (id(cases), text) not in used
    ]
    assert not unused, "\n".join(map(str, unused))


@pytest.mark.parametrize("name", SNIPPETS)
def test_is_what_the_library_has(name: str) -> None:
    for snippet in SNIPPETS[name]:
        code, reference = snippet if isinstance(snippet, tuple) else (snippet, "")
        agree(code, reference)


_IN_TORCH = {"log_sigmoid": "logsigmoid", "swish": "silu"}


@pytest.mark.parametrize("name", sorted(ENTRYWISE))
def test_function_of_each_entry(name: str) -> None:
    points = np.array([-2.3, -0.9, -0.4, 0.2, 0.7, 1.6, 3.1])
    function = getattr(np, name, None) or getattr(scipy.special, name, None)
    with np.errstate(invalid="ignore"):
        if function is None:
            torch = pytest.importorskip("torch")
            function = getattr(torch, name, None) or getattr(torch.nn.functional, _IN_TORCH.get(name, name))
            expected = np.asarray(function(torch.tensor(points)))
        else:
            expected = function(points)
    inside = np.isfinite(expected)
    got = mc.parse(f"np.{name}(x)", {"x": "vector(n)"}).evaluate(x=points[inside])
    np.testing.assert_allclose(got, expected[inside], rtol=1e-9)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_choice_by_a_condition(pattern: str) -> None:
    agree(f"np.{pattern}".replace("a *", "0.1 *"))


@pytest.mark.parametrize("code", REFUSED.values())
def test_is_refused_with_what_to_write(code: str) -> None:
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(code)
    assert failed.value.code == "E506" and failed.value.help
