"""How each function of the language gets into random expressions.

To add one, add a line: its name, its value by NumPy, and for each argument a domain (see
``domains.py``); "any" for all if nothing is said. The signature is that of the engine's table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import scipy.linalg
import scipy.special
import scipy.stats

from matcalc.functions import FUNCTIONS, Function
from tests.strategies import values
from tests.strategies.nodes import ATOM, PRODUCT, SUM, UNARY
from tests.strategies.shapes import SCALAR, Shape, Signature


class Mark(NamedTuple):
    """A notation other than a call, for values of scalars, of arrays, or of both."""

    template: str
    of: str = "both"
    level: int = ATOM
    needs: tuple[int, ...] = (SUM,)

    def fits(self, shape: Shape | None) -> bool:
        return self.of == "both" or (self.of == "scalars") == (shape == SCALAR)


class _Line(NamedTuple):
    name: str
    numpy: Callable[..., Any]
    domains: str = "any"
    positive: bool = False
    marks: tuple[Mark, ...] = ()


# In a product and under a power they need brackets.
_LOGS = (Mark("log|#0|", "arrays", SUM), Mark("log det(#0)", level=SUM))

#: Several lines with one name are the entries with that name, in their order.
LINES = (
    _Line("exp", np.exp, positive=True),
    _Line("log", np.log, "positive"),
    _Line("sqrt", np.sqrt, "positive", positive=True),
    _Line("abs", np.abs, marks=(Mark("|#0|", "scalars"),)),
    _Line("sign", np.sign),
    _Line("step", values.step),
    _Line("indicator", lambda x: np.heaviside(x, 0.0)),
    _Line("relu", lambda x: np.maximum(x, 0.0)),
    _Line("sin", np.sin),
    _Line("cos", np.cos),
    _Line("tanh", np.tanh),
    _Line("sigmoid", values.logistic, positive=True),
    _Line("tan", np.tan),
    _Line("arcsin", np.arcsin, "unit"),
    _Line("arccos", np.arccos, "unit"),
    _Line("arctan", np.arctan),
    _Line("sinh", np.sinh),
    _Line("cosh", np.cosh, positive=True),
    _Line("arcsinh", np.arcsinh),
    _Line("arccosh", np.arccosh, "beyond", positive=True),
    _Line("arctanh", np.arctanh, "unit"),
    _Line("sec", lambda x: 1 / np.cos(x)),
    _Line("csc", lambda x: 1 / np.sin(x), "nonzero"),
    _Line("cot", lambda x: np.cos(x) / np.sin(x), "nonzero"),
    _Line("sech", lambda x: 1 / np.cosh(x), positive=True),
    _Line("csch", lambda x: 1 / np.sinh(x), "nonzero"),
    _Line("coth", lambda x: np.cosh(x) / np.sinh(x), "nonzero"),
    _Line("log1p", np.log1p, "positive"),
    _Line("expm1", np.expm1),
    _Line("softplus", values.softplus, positive=True),
    _Line("erf", values.erf),
    _Line("normcdf", scipy.special.ndtr, positive=True),
    _Line("normpdf", scipy.stats.norm.pdf, positive=True),
    _Line("lgamma", scipy.special.gammaln, "positive"),
    _Line("digamma", scipy.special.digamma, "positive"),
    _Line("trigamma", lambda x: scipy.special.zeta(2, x), "positive", positive=True),
    _Line("polygamma", scipy.special.polygamma, "any positive"),
    _Line("softsign", lambda x: x / (1 + np.abs(x))),
    _Line("huber", lambda x, t: scipy.special.huber(t, x), "any positive"),
    _Line("max", np.maximum, "any spread"),
    _Line("min", np.minimum, "any spread"),
    _Line("sum", np.sum),
    _Line("tr", np.trace),
    _Line("norm2", np.linalg.norm, marks=(Mark("||#0||"), Mark("‖#0‖_2"), Mark("||#0||₂"))),
    _Line("normF", np.linalg.norm, marks=(Mark("||#0||"), Mark("‖#0‖"), Mark("||#0||_F"))),
    _Line("norm1", values.total, marks=(Mark("||#0||_1"), Mark("‖#0‖₁"))),
    _Line("logsumexp", values.logsumexp),
    _Line("softmax", values.softmax, positive=True),
    _Line("det", np.linalg.det, "invertible", marks=(Mark("|#0|", "arrays"),)),
    _Line("logdet", values.logdet, "orientation", marks=_LOGS),
    _Line("norminf", values.largest, "full-rank", marks=(Mark("||#0||_inf"), Mark("‖#0‖_∞"))),
    _Line("peak", values.peak, "full-rank"),
    _Line("var", values.variance),
    _Line("max", np.max),
    _Line("min", np.min),
    _Line("hardmax", values.hardmax),
    _Line("prod", np.prod, "nonzero"),
    _Line("rowlogsumexp", values.rowlogsumexp),
    _Line("rowsoftmax", values.rowsoftmax, positive=True),
    _Line(
        "inv", values.inverse, "invertible",
        marks=tuple(Mark(f"#0{m}", level=UNARY, needs=(ATOM,)) for m in ("^-1", "⁻¹", "^{-1}")),
    ),
    _Line("diag", values.diagonal_matrix),
    _Line("diag", values.diagonal),
    _Line("vec", values.vec),
    _Line("unvec", values.unvec),
    _Line("vech", values.vech),
    _Line("unvech", values.unvech),
    _Line("kron", np.kron, marks=(Mark("#0 ⊗ #1", level=PRODUCT, needs=(PRODUCT, UNARY)),)),
    _Line("commutation", values.commutation),
    _Line("duplication", values.duplication),
    _Line("elimination", values.elimination),
    _Line("khatrirao", scipy.linalg.khatri_rao),
    _Line("kron_left", values.kron_left),
    _Line("kron_right", values.kron_right),
    _Line("tril", np.tril),
    _Line("triu", np.triu),
    _Line("toeplitz", values.toeplitz),
    _Line("diagsums", values.diagsums),
    _Line("cyclicsum", values.cyclicsum),
    _Line("cross", values.cross),
    _Line("skew", lambda x: np.cross(np.eye(3), x.ravel())),
    _Line("unskew", values.unskew),
    _Line("pinv", values.pseudoinverse, "full-rank"),
    _Line("lambda_max", lambda x: values.eigvals(x)[-1], "separated"),
    _Line("lambda_min", lambda x: values.eigvals(x)[0], "separated"),
    _Line("eigvec_max", lambda x: values.eigvecs(x)[:, -1:], "separated"),
    _Line("eigvec_min", lambda x: values.eigvecs(x)[:, :1], "separated"),
    _Line("resolvent_max", lambda x: values.resolvent(x, -1), "separated"),
    _Line("resolvent_min", lambda x: values.resolvent(x, 0), "separated"),
    _Line(
        "specnorm", lambda x: np.max(values.singular_values(x)), "full-rank",
        marks=(Mark("||#0||_2"), Mark("‖#0‖₂"), Mark("||#0||_{2}")),
    ),
    _Line(
        "nucnorm", lambda x: np.sum(values.singular_values(x)), "full-rank",
        marks=(Mark("||#0||_*"), Mark("‖#0‖_*")),
    ),
    _Line("polar", values.polar, "full-rank"),
    _Line("sylvester", values.sylvester, "principal principal any"),
    _Line("chol", values.chol, "spd"),
    _Line("sqrtm", values.sqrtm, "principal"),
    _Line("expm", scipy.linalg.expm),
    _Line("logm", values.logm, "principal"),
    _Line("expm_frechet", values.frechet(scipy.linalg.expm)),
    _Line("logm_frechet", values.frechet(values.logm), "principal any"),
    _Line("eigvals", values.eigvals, "separated"),
    _Line("eigvecs", values.eigvecs, "separated"),
    _Line("eiggaps", values.eiggaps),
    _Line("mean", np.mean),
    _Line("sym", lambda x: (x + x.T) / 2),
    _Line("symL", values.lower_mirrored),
    _Line("rowsum", lambda x: np.sum(x, axis=1, keepdims=True)),
    _Line("colsum", lambda x: np.sum(x, axis=0)[:, None]),
    _Line("cumsum", lambda x: np.cumsum(x, axis=0)),
    _Line("outer", lambda x, y: x @ y.T, marks=(Mark("#0*#1'", level=PRODUCT, needs=(PRODUCT, ATOM)),)),
    _Line("dot", lambda x, y: x.T @ y, marks=(Mark("#0'*#1", level=PRODUCT, needs=(ATOM, UNARY)),)),
    _Line("normp", values.order_norm, "any order"),
    _Line(
        "solve", lambda x, y: values.inverse(x) @ y, "invertible any",
        marks=(Mark("#0 \\ #1", "arrays", PRODUCT, (PRODUCT, UNARY)),),
    ),
    _Line("adj", lambda x: np.linalg.det(x) * values.inverse(x), "invertible"),
    _Line("matmul", np.matmul),
    _Line("multiply", np.multiply),
    _Line("divide", np.divide, "any nonzero"),
    _Line("pow", np.power, "positive any"),
    _Line("square", np.square),
    _Line("transposed", np.transpose),
    _Line("std", np.std, "full-rank"),
    _Line("cov", values.covariance),
    _Line("log2", np.log2, "positive"),
    _Line("log10", np.log10, "positive"),
    _Line("tgamma", scipy.special.gamma, "positive"),
    _Line("logaddexp", np.logaddexp),
    _Line("logsigmoid", scipy.special.log_expit),
    _Line("logsoftmax", scipy.special.log_softmax),
    _Line("silu", lambda x: x * values.logistic(x)),
    _Line("gelu", lambda x: x * scipy.special.ndtr(x)),
    _Line("elu", lambda x, t: np.where(x > 0, x, t * np.expm1(np.minimum(x, 0)))),
    _Line("elu", lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0)))),
    _Line("leakyrelu", lambda x, t: np.where(x > 0, x, t * x)),
    _Line("pinball", lambda x, t: np.where(x > 0, t * x, (t - 1) * x)),
    _Line("huber", lambda x: scipy.special.huber(1.0, x)),
)  # fmt: skip

ADVICE = "add a line to LINES in tests/strategies/table.py: the name, its value by NumPy, its domains"


class Call:
    """A function of the language with what random expressions need of it."""

    def __init__(self, line: _Line, entry: Function):
        self.line, self.entry = line, entry
        self.label = f"{entry.name}: {entry.signature}"
        self.names = (entry.name, *entry.aliases)

    @cached_property
    def signature(self) -> Signature:
        return Signature(self.entry.signature)

    def domain(self, position: int) -> str:
        domains = self.line.domains.split()
        return domains[min(position, len(domains) - 1)]


def missing() -> list[str]:
    """The entries of the engine's table that have no line."""
    there = Counter(line.name for line in LINES)
    wanted = Counter(entry.name for entry in FUNCTIONS)
    return sorted(name for name in wanted if there[name] < wanted[name])


def _calls() -> tuple[Call, ...]:
    remaining = list(FUNCTIONS)
    calls = []
    for line in LINES:
        entry = next((entry for entry in remaining if entry.name == line.name), None)
        if entry is not None:
            remaining.remove(entry)
            calls.append(Call(line, entry))
    return tuple(calls)


CALLS = _calls()
ENTRYWISE = tuple(call for call in CALLS if call.entry.elementwise)
OTHERS = tuple(call for call in CALLS if not call.entry.elementwise)
