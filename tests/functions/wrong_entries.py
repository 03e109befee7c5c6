"""Entries and laws that are wrong on purpose, each with the check that has to refuse it.

The mistakes are those that people make: a lost transpose, a wrong sign, a factor of two, a
missing term, a missing condition.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from matcalc.functions import BY_OPERATION, LAWS, Function, Law
from matcalc.functions.fields import FROBENIUS_NORM, INVERSE, KRONECKER
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
        return replace(self.right, **self.changes)


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
    _wrong("lost transpose", "det", FIRST, "first derivative wrt X", d="det(X)*tr(inv(X)'*dX)"),
    _wrong("lost transpose", "logdet", FIRST, "first derivative wrt X", d="tr(inv(X)'*dX)"),
    _wrong("lost transpose", "inv", FIRST, "first derivative wrt X", d="-inv(X)*dX'*inv(X)"),
    _wrong("lost root", "normF", FIRST, "first derivative wrt X", d="tr(X'*dX)/normF(X)^2"),
    _wrong("wrong sign", "transpose", FIRST, "first derivative wrt X", adjoint="-G'"),
    _wrong("lost sign", "inv", FIRST, "first derivative wrt X", d="inv(X)*dX*inv(X)"),
    _wrong("lost sign", "cos", FIRST, "first derivative wrt X", d="sin(X).*dX"),
    _wrong("lost sign", "negate", FIRST, "first derivative wrt X", adjoint="G"),
    _wrong("factor of two", "norm2", FIRST, "first derivative wrt x", d="2*x'*dx/norm2(x)"),
    _wrong("factor of two", "sqrt", FIRST, "first derivative wrt X", d="dX./sqrt(X)"),
    _wrong("factor of two", "tr", FIRST, "first derivative wrt X", adjoint="2*G*I(n)"),
    _wrong("missing term", "softmax", FIRST, "first derivative wrt x", d="softmax(x).*dx"),
    _wrong("missing term", "hadamard_quotient", FIRST, "first derivative wrt Y", d="dX./Y + 0*dY"),
    _wrong("missing term", "power", FIRST, "first derivative wrt t", d="t*s^(t - 1)*ds + 0*dt"),
    _wrong("missing factor", "sigmoid", FIRST, "first derivative wrt X", d="sigmoid(X).*dX"),
    _wrong("missing square", "tanh", FIRST, "first derivative wrt X", d="(1 - tanh(X)).*dX"),
    _wrong("power", "hadamard_power", FIRST, "first derivative wrt X", d="t*X.^t.*dX + log(X).*X.^t*dt"),
    _wrong("derivative of another", "norm1", FIRST, "first derivative wrt X", d="tr(step(X)'*dX)"),
    _wrong("adjoint on one entry", "sum", FIRST, "first derivative wrt X", adjoint="G*(1 + 0*ones(m,n))/2"),
    _wrong("identity for ones", "tr", FIRST, "first derivative wrt X", adjoint="G*ones(n,n)"),
    _wrong("scaled adjoint", "diag", FIRST, "first derivative wrt x", adjoint="2*diag(G)"),
    _wrong("scaled adjoint", "diag", FIRST, "first derivative wrt X", position=1, adjoint="-diag(G)"),
    _wrong("factors exchanged", "hadamard", FIRST, "first derivative wrt X", adjoint="G.*X; G.*Y"),
    _wrong("lost argument", "scale", FIRST, "first derivative wrt s", adjoint="tr(G'*G); s*G"),
    _wrong("zero", "exp", FIRST, "first derivative wrt X", d="0*dX"),
    # the same in the whole engine
    _wrong("value of another", "logsumexp", SECOND, "gradient wrt x", evaluate="numpy:sum"),
    _wrong("missing term", "softmax", SECOND, "gradient wrt x", d="softmax(x).*dx"),
    _wrong("lost transpose", "inv", SECOND, "gradient wrt X", d="-inv(X)*dX'*inv(X)"),
    _wrong("matrix of another", "tr", checks.states_matrices, "not that of X", matrix="ones(n*n)'"),
    # the form of the entry
    _wrong("two derivatives", "tr", STATES, "exactly one", d="tr(dX)"),
    _wrong("no derivative", "exp", STATES, "exactly one", d=""),
    _wrong("adjoint missing", "hadamard", STATES, "needed by Y", adjoint="G.*Y"),
    _wrong("unknown name", "exp", STATES, "unknown names", d="exp(Y).*dX"),
    _wrong("forgotten argument", "quotient", STATES, "needed by s", d="dX/s"),
    _wrong("unknown size", "sum", BINDS, "unknown size", signature="X: (m,n) -> (k)"),
    _wrong("alias of another", "sin", checks.aliases_are_callable, "aliases", aliases=("cos",)),
    _wrong("lost factor", "erf", checks.differentiates_further, "order 2", d="exp(-X.^2)/sqrt(pi).*dX"),
    # values, attributes and facts
    _wrong("wrong shape", "diag", VALUE, "gave", evaluate="portable_library:vec"),
    _wrong("no implementation", "exp", VALUE, "no_such_function", evaluate="numpy:no_such_function"),
    _wrong("wrong attribute", "inv", TURNS, "not invariant", transpose="invariant"),
    _wrong("wrong attribute", "tanh", TURNS, "not invariant", transpose="invariant"),
    _wrong("wrong attribute", "hadamard_power", TURNS, "not invariant", transpose="invariant"),
    _wrong("wrong attribute", "sum", TURNS, "cyclic", cyclic=True),
    _wrong("wrong attribute", "norm1", TURNS, "cyclic", cyclic=True),
    _wrong("wrong parity", "cos", checks.parity_as_stated, "stated odd, seen", parity="odd"),
    _wrong("wrong parity", "exp", checks.parity_as_stated, "stated even, seen", parity="even"),
    _wrong("parity not stated", "tanh", checks.parity_as_stated, "is not stated", parity=""),
    _wrong("wrong fact", "logdet", checks.facts_hold, "not nonnegative", facts="nonnegative"),
    _wrong("wrong fact", "tanh", checks.facts_hold, "not positive", facts="positive"),
    _wrong("wrong fact", "inv", checks.facts_hold, "not symmetric", facts="symmetric"),
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
    _wrong("order of arguments", "hadamard_quotient", checks.commutes_as_stated, "off by", commutative=True),
    # exact arithmetic
    _wrong("exactly another", "inv", EXACT, "exact: off by", exact="rational:tril"),
    _wrong("sum for trace", "tr", EXACT, "exact: off by", exact="rational:total"),
    _wrong("no degrees", "det", EXACT, "no degrees", degree=""),
    _wrong("left out", "tr", EXACT, "linear in each argument", exact=""),
    _wrong("norm for its square", "norm2", SQUARE, "square: off by", square="2*x'*x"),
    _wrong("no square", "abs", SQUARE, "not rational", square="abs(X)"),
    _wrong("prints as another", "norm1", checks.prints_and_reads_back, "reads back", written=FROBENIUS_NORM),
)  # fmt: skip

#: Changes of an entry that cannot even be made, and what is said then.
ENTRIES_REFUSED = (
    ("kron", {"written": INVERSE}, "written: the sign inverse is not for 2 arguments"),
    ("inv", {"written": KRONECKER}, "written: the sign Kronecker product is not for 1 arguments"),
    ("mul", {"signature": "X: (m,k), X: (k,n) -> (m,n)"}, "signature: .* uses a name twice"),
    ("exp", {"signature": "(m,n) -> (m,n)"}, "signature: .* names no arguments"),
    ("exp", {"doc": "exponential"}, "doc: it is not a sentence"),
    ("exp", {"source": " "}, "source: it is missing"),
    ("exp", {"example": "sum(exp(x)); x"}, "example: expected an expression; a variable; a derivative"),
    ("exp", {"aliases": ("e", "e")}, "aliases: exp, e, e are not different names"),
    ("exp", {"aliases": ("e^",)}, "aliases: exp, e. are not different names"),
    ("tr", {"adjoint": "G*I(n); G"}, "adjoint: there are more than arguments"),
    ("tr", {"matrix": "vec(I(n))'; I(n)"}, "matrix: there are more than arguments"),
    ("exp", {"rule": "it is passed on; and on"}, "rule: there are more than arguments"),
    ("log", {"domain": "X positiv"}, "domain: positiv is no condition"),
    ("log", {"domain": "x positive"}, "domain: x positive is about no argument"),
    ("log", {"domain": "positive"}, "domain: expected an argument and a condition, not positive"),
    ("log", {"transpose": "invariants"}, "transpose: invariants is none of invariant, equivariant, swapped"),
    ("log", {"parity": "none"}, "parity: none is none of even, odd"),
    ("tril", {"triangle": "low"}, "triangle: low is none of lower, upper"),
    ("tr", {"instruction": "traces"}, "instruction: traces is none of"),
    ("log", {"evaluate": "log"}, "evaluate: log is no place such as numpy:exp"),
    ("tr", {"exact": "statistics:mean"}, "exact: statistics:mean is no place"),
    ("log", {"sympy": "log"}, "sympy: log is no function, such as sympy:exp"),
    ("log", {"sympy": "sympy:log(Y)"}, "sympy: Y in sympy:log.Y. is no argument"),
    ("exp", {"facts": "nice"}, "facts: there is no property nice"),
    ("exp", {"facts": "symmetric if X nice"}, "facts: there is no property nice"),
    ("exp", {"facts": "symmetric if Y spd"}, "facts: Y spd is about no argument"),
    ("exp", {"facts": "symmetric if X is spd"}, "facts: a condition is an argument and a fact, not X is spd"),
    ("exp", {"keeps": "nice"}, "keeps: there is no property nice"),
    ("lambda_max", {"requires": "nice"}, "requires: there is no property nice"),
    ("diag", {"entries": "x[i]I(n)[i,j]"}, "entries: expected a product of entries"),
)


def _law(name: str) -> Law:
    return next(law for law in LAWS if law.name == name)


def _changed(mistake: str, name: str, check: Callable[[Law], None], message: str, **changes: Any) -> WrongLaw:
    return WrongLaw(mistake, _law(name), replace(_law(name), **changes), check, message)


def _new(mistake: str, check: Callable[[Law], None], message: str, *law: str) -> WrongLaw:
    return WrongLaw(mistake, None, Law(mistake, *law), check, message)


HOLDS, APPLIED, RULE = checks.law_holds, checks.law_is_applied, checks.law_is_a_rule

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
    _new("sum of powers", HOLDS, "law: det", "det(A*B)", "det(A) + det(B)", "None", "A square"),
    _new("trace of a product", HOLDS, "law: tr", "tr(A*B)", "tr(A)*tr(B)", "None", "A square"),
    _new("not commuting", HOLDS, "law: A", "A*B", "B*A", "None", "A square, B square"),
    _new("sum of fourth powers", HOLDS, "law: cos", "cos(s)^4 + sin(s)^4", "1", "None"),
    _new("order", RULE, "applied forever", "A*B", "B*A", "None", "A square, B square"),
    _new("turned", RULE, "applied forever", "tr(A)", "tr(A')", "None", "A square"),
    _new("other sign", RULE, "applied forever", "norminf(A)", "norminf(-A)", "None"),
    _new("grows", RULE, "applied forever", "exp(A)", "exp(A/2).^2", "None"),
    _new("grows inside", RULE, "applied forever", "exp(s)", "1/exp(-s)", "None"),
    _new("three factors", RULE, "never be applied", "x'*A*y", "y'*A'*x", "None"),
    _new("power of a matrix", RULE, "never be applied", "A^2", "A", "None", "A symmetric"),
    _new("order of a sum", RULE, "never be applied", "A + B", "B + A", "None"),
    _new("two heads", RULE, "no hadamard but mul", "x.*y*s", "s*x.*y", "None"),
    _new("shapes", RULE, "cannot add", "x'*y", "y", "None"),
    _changed("another law comes first", "diagonal of the identity", APPLIED, "stays", left="diag(inv(I(n)))"),
    _new("needless condition", APPLIED, "without", "abs(abs(A))", "abs(A)", "None", "A nonnegative"),
)  # fmt: skip

#: Laws that cannot even be made, and what is said then.
LAWS_REFUSED = (
    (("no place", "-A", "A", "None"), "no law is tried on -A"),
    (("a transpose", "A'", "A", "None", "A symmetric"), "no law is tried on A'"),
    (("a letter", "A", "B", "None"), "no law is tried on A"),
    (("no source", "tr(s)", "s", ""), "source is missing"),
    (("unknown letter", "sum(x.^2)", "x'*x", "None", "Y square"), "about Y"),
    (("unknown fact", "sum(x.^2)", "x'*x", "None", "x nice"), "there is no property nice"),
    (("unclear", "sum(x.^2)", "x'*x", "None", "x is square"), "not x is square"),
)
