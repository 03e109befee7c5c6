"""Entries and laws that are wrong on purpose, each with the check that has to refuse it.

The mistakes are those that people make: a lost transpose, a wrong sign, a factor of two, a
missing term, a missing condition.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from matcalc.functions import BY_OPERATION, LAWS, Function, Law
from tests.functions import checks


class WrongEntry(NamedTuple):
    """An entry with some fields changed, the check that refuses it, and what that says."""

    mistake: str
    right: Function
    changes: dict[str, Any]
    check: Callable[[Function], None]
    message: str

    @property
    def entry(self) -> Function:
        return self.right._replace(**self.changes)


class WrongLaw(NamedTuple):
    """A law, new or in place of a right one, the check that refuses it, and what that says."""

    mistake: str
    right: Law | None
    law: Law
    check: Callable[[Law], None]
    message: str


def _wrong(
    mistake: str,
    name: str,
    check: Callable[[Function], None],
    message: str,
    *,
    position: int = 0,
    **changes: Any,
) -> WrongEntry:
    return WrongEntry(mistake, BY_OPERATION[name][position], changes, check, message)


FIRST, SECOND = checks.first_derivative, checks.second_derivative
STATES, BINDS = checks.states_one_derivative, checks.signature_binds
EXACT, SQUARE = checks.computes_exactly, checks.square_holds
VALUE, TURNS = checks.evaluates, checks.turns_as_stated

WRONG_ENTRIES = (
    # derivatives
    _wrong("lost transpose", "det", FIRST, "first derivative by X", d="det(X)*tr(inv(X)'*dX)"),
    _wrong("lost transpose", "logdet", FIRST, "first derivative by X", d="tr(inv(X)'*dX)"),
    _wrong("lost transpose", "inv", FIRST, "first derivative by X", d="-inv(X)*dX'*inv(X)"),
    _wrong("lost root", "normF", FIRST, "first derivative by X", d="tr(X'*dX)/normF(X)^2"),
    _wrong("wrong sign", "transpose", FIRST, "first derivative by X", adjoint="-G'"),
    _wrong("lost sign", "inv", FIRST, "first derivative by X", d="inv(X)*dX*inv(X)"),
    _wrong("lost sign", "cos", FIRST, "first derivative by X", d="sin(X).*dX"),
    _wrong("lost sign", "negate", FIRST, "first derivative by X", adjoint="G"),
    _wrong("factor of two", "norm2", FIRST, "first derivative by x", d="2*x'*dx/norm2(x)"),
    _wrong("factor of two", "sqrt", FIRST, "first derivative by X", d="dX./sqrt(X)"),
    _wrong("factor of two", "tr", FIRST, "first derivative by X", adjoint="2*G*I(n)"),
    _wrong("missing term", "softmax", FIRST, "first derivative by x", d="softmax(x).*dx"),
    _wrong("missing term", "hadamard_quotient", FIRST, "first derivative by Y", d="dX./Y + 0*dY"),
    _wrong("missing term", "power", FIRST, "first derivative by t", d="t*s^(t - 1)*ds + 0*dt"),
    _wrong("missing factor", "sigmoid", FIRST, "first derivative by X", d="sigmoid(X).*dX"),
    _wrong("missing square", "tanh", FIRST, "first derivative by X", d="(1 - tanh(X)).*dX"),
    _wrong("wrong power", "hadamard_power", FIRST, "first derivative by X", d="t*X.^t.*dX + log(X).*X.^t*dt"),
    _wrong("derivative of another", "norm1", FIRST, "first derivative by X", d="tr(step(X)'*dX)"),
    _wrong("adjoint on one entry", "sum", FIRST, "first derivative by X", adjoint="G*(1 + 0*ones(m,n))/2"),
    _wrong("identity for ones", "tr", FIRST, "first derivative by X", adjoint="G*ones(n,n)"),
    _wrong("scaled adjoint", "diag", FIRST, "first derivative by x", adjoint="2*diag(G)"),
    _wrong("scaled adjoint", "diag", FIRST, "first derivative by X", position=1, adjoint="-diag(G)"),
    _wrong("factors exchanged", "hadamard", FIRST, "first derivative by X", adjoint="G.*X; G.*Y"),
    _wrong("lost argument", "scale", FIRST, "first derivative by s", adjoint="tr(G'*G); s*G"),
    _wrong("zero", "exp", FIRST, "first derivative by X", d="0*dX"),
    # the same in the whole engine
    _wrong("value of another", "logsumexp", SECOND, "gradient by x", evaluate="numpy:sum"),
    _wrong("missing term", "softmax", SECOND, "gradient by x", d="softmax(x).*dx"),
    _wrong("lost transpose", "inv", SECOND, "gradient by X", d="-inv(X)*dX'*inv(X)"),
    _wrong("matrix of another", "tr", checks.states_matrices, "not that of X", matrix="ones(n*n)'"),
    # the form of the entry
    _wrong("two derivatives", "tr", STATES, "exactly one", d="tr(dX)"),
    _wrong("no derivative", "exp", STATES, "exactly one", d=""),
    _wrong("adjoint missing", "hadamard", STATES, "needed by Y", adjoint="G.*Y"),
    _wrong("unknown name", "exp", STATES, "unknown names", d="exp(Y).*dX"),
    _wrong("forgotten argument", "quotient", STATES, "needed by s", d="dX/s"),
    _wrong("unknown size", "sum", BINDS, "unknown size", signature="X: (m,n) -> (k)"),
    _wrong("name used twice", "mul", BINDS, "twice", signature="X: (m,k), X: (k,n) -> (m,n)"),
    _wrong("no sentence", "exp", checks.is_documented, "doc", doc="exponential"),
    _wrong("no source", "exp", checks.is_documented, "source", source=" "),
    _wrong("alias of another", "sin", checks.aliases_are_callable, "aliases", aliases=("cos",)),
    _wrong("lost factor", "erf", checks.differentiates_further, "order 2", d="exp(-X.^2)/sqrt(pi).*dX"),
    # values, attributes and facts
    _wrong("wrong shape", "diag", VALUE, "gave", evaluate="kernels:diagonal_entries"),
    _wrong("no implementation", "exp", VALUE, "no_such_function", evaluate="numpy:no_such_function"),
    _wrong("wrong attribute", "inv", TURNS, "not invariant", transpose="invariant"),
    _wrong("wrong attribute", "tanh", TURNS, "not invariant", transpose="invariant"),
    _wrong("wrong attribute", "hadamard_power", TURNS, "not invariant", transpose="invariant"),
    _wrong("wrong attribute", "sum", TURNS, "cyclic", cyclic=True),
    _wrong("wrong attribute", "norm1", TURNS, "cyclic", cyclic=True),
    _wrong("wrong fact", "logdet", checks.facts_hold, "not nonnegative", facts="nonnegative"),
    _wrong("wrong fact", "tanh", checks.facts_hold, "not positive", facts="positive"),
    _wrong("wrong fact", "inv", checks.facts_hold, "not symmetric", facts="symmetric"),
    _wrong("unknown fact", "exp", checks.facts_hold, "no property nice", facts="nice"),
    _wrong("wrong fact kept", "hadamard", checks.facts_hold, "not orthogonal", keeps="orthogonal"),
    _wrong("wrong fact kept", "kron", checks.facts_hold, "not skew", keeps="skew", facts=""),
    _wrong("wrong condition", "diag", checks.facts_hold, "not spd", facts="diagonal; spd if x nonpositive"),
    _wrong("any for all", "add", checks.facts_hold, "not positive", facts="positive if any positive"),
    _wrong("lost condition", "expm", checks.facts_hold, "not orthogonal", facts="orthogonal if X symmetric"),
    _wrong("needless condition", "exp", checks.facts_hold, "without", keeps="nonnegative"),
    # examples and printing
    _wrong("wrong example", "cos", checks.example_holds, "off by", example="sum(cos(x)); x; sin(x)"),
    _wrong("long result", "exp", checks.example_holds, "longer", d="(exp(X) + exp(2*X)./exp(X)).*dX/2"),
    _wrong("other function", "tr", checks.example_holds, "does not occur", example="sum(A*x); x; A'*ones(m)"),
    _wrong("open brace", "inv", checks.prints_and_reads_back, "unbalanced", latex="#1^{-1"),
    _wrong("lost argument", "inv", checks.prints_and_reads_back, "missing", latex="#2^{-1}"),
    # exact arithmetic
    _wrong("exactly another", "inv", EXACT, "exact: no degrees", exact="numpy:transpose"),
    _wrong("sum for trace", "tr", EXACT, "exact: off by", exact="numpy:sum"),
    _wrong("floating point", "det", EXACT, "no degrees", exact="numpy.linalg:det"),
    _wrong("left out", "tr", EXACT, "linear in each argument", exact=""),
    _wrong("norm for its square", "norm2", SQUARE, "square: off by", square="2*x'*x"),
    _wrong("no square", "abs", SQUARE, "not rational", square="abs(X)"),
    _wrong("prints as another", "norm1", checks.prints_and_reads_back, "reads back", unicode="‖#1‖_F"),
)  # fmt: skip


def _law(name: str) -> Law:
    return next(law for law in LAWS if law.name == name)


def _changed(mistake: str, name: str, check: Callable[[Law], None], message: str, **changes: Any) -> WrongLaw:
    return WrongLaw(mistake, _law(name), _law(name)._replace(**changes), check, message)


def _new(mistake: str, check: Callable[[Law], None], message: str, *law: str) -> WrongLaw:
    return WrongLaw(mistake, None, Law(mistake, *law), check, message)


HOLDS, APPLIED, HEAD = checks.law_holds, checks.law_is_applied, checks.law_has_its_head

WRONG_LAWS = (
    _changed("missing condition", "orthogonal columns", HOLDS, "law: Q'", when=""),
    _changed("missing condition", "inverse of an orthogonal matrix", HOLDS, "law: inv", when=""),
    _changed("missing condition", "absolute value of a positive value", HOLDS, "law: abs", when=""),
    _changed("wrong condition", "absolute value of a negative value", HOLDS, "abs", when="A nonnegative"),
    _changed("wrong order", "inverse of a product", HOLDS, "law: inv", right="inv(A)*inv(B)"),
    _changed("lost sign", "log-determinant of an inverse", HOLDS, "law: logdet", right="logdet(A)"),
    _changed("lost inverse", "inverse of a multiple", HOLDS, "law: inv", right="s*inv(A)"),
    _changed("lost absolute value", "norm of a multiple", HOLDS, "law: norm2", right="s*norm2(x)"),
    _changed("wrong function", "softmax", HOLDS, "law: exp", right="sigmoid(x)"),
    _changed("wrong function", "logistic function", HOLDS, r"law: \(1 \+ exp", right="tanh(A)"),
    _changed("factor of two", "sum of squares", HOLDS, "law: sum", right="2*x'*x"),
    _changed("wrong size", "sum of ones", HOLDS, "law: sum", right="n + 1"),
    _new("sum of powers", HOLDS, "law: det", "det", "det(A*B)", "det(A) + det(B)", "None", "A square"),
    _new("trace of a product", HOLDS, "law: tr", "tr", "tr(A*B)", "tr(A)*tr(B)", "None", "A square"),
    _new("not commuting", HOLDS, "law: A", "mul", "A*B", "B*A", "None", "A square, B square"),
    _changed("wrong head", "trace of a diagonal matrix", HEAD, "head: tr", head="det"),
    _changed("wrong head", "sum of squares", HEAD, "head: sum", head="hadamard_power"),
    _changed("never applied", "trace of a diagonal matrix", APPLIED, "stays", head="det"),
    _new("needless condition", APPLIED, "without", "abs", "abs(abs(A))", "abs(A)", "None", "A nonnegative"),
    _changed("no source", "trace of a scalar", checks.law_is_documented, "source", source=""),
    _changed("unknown variable", "sum of squares", checks.law_is_documented, "condition", when="Y square"),
)  # fmt: skip
