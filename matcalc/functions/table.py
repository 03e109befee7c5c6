"""The operations, which are entries like any function, and all entries together, by name and by alias.

Sums and products of more than two operands follow from those of two by associativity.
"""

from __future__ import annotations

from matcalc.functions.abbreviations import DEFINED
from matcalc.functions.arrangement import STRUCTURE, VECTORISED
from matcalc.functions.elementwise import ELEMENTWISE
from matcalc.functions.entry import Function
from matcalc.functions.fields import SQUARE_ROOT, TRANSPOSE
from matcalc.functions.reductions import REDUCTIONS
from matcalc.functions.spectral import SPECTRAL

_COOKBOOK = "Petersen and Pedersen, The Matrix Cookbook (2012), "
_MN = "Magnus and Neudecker, Matrix Differential Calculus (2019), "
_SCALAR_RULES = _MN + "section 8.2"

OPERATIONS = (
    Function(
        "add", "X: (m,n), Y: (m,n) -> (m,n)",
        "Sum X + Y.", "tr(A*(X + B)); X; A'", _COOKBOOK + "(35)",
        adjoint="G; G", keeps="linear spd psd positive nonnegative nonpositive",
        facts="positive if all nonnegative, any positive; spd if all psd, any spd",
        rule="the derivative with respect to each term of a sum is the upstream one",
    ),
    Function(
        "negate", "X: (m,n) -> (m,n)",
        "Negative -X.", "tr(-A*X); X; -A'", _COOKBOOK + "(34)",
        adjoint="-G", transpose="equivariant", keeps="linear",
        facts="nonpositive if X nonnegative; nonnegative if X nonpositive",
        rule="the derivative with respect to what is negated is minus the upstream one",
    ),
    Function(
        "transpose", "X: (m,n) -> (n,m)",
        "Transpose X'.", "tr(A*X'); X; A", _COOKBOOK + "(44)",
        adjoint="G'", written=TRANSPOSE,
        keeps="symmetric skew diagonal orthogonal spd psd positive nonnegative nonpositive",
        rule="the derivative with respect to what is transposed is the upstream one, transposed",
    ),
    Function(
        "mul", "X: (m,k), Y: (k,n) -> (m,n)",
        "Matrix product X*Y.", "tr(A*X); X; A'", _COOKBOOK + "(37)",
        adjoint="G*Y'; X'*G", keeps="diagonal lower orthogonal positive nonnegative",
        facts="nonpositive if X nonnegative, Y nonpositive; nonpositive if X nonpositive, Y nonnegative",
        rule="the derivative with respect to a left factor is the upstream one times the transposed right "
        "factor; the derivative with respect to a right factor is the transposed left factor times the "
        "upstream one",
    ),
    Function(
        "scale", "s: (), X: (m,n) -> (m,n)",
        "Product s*X with a scalar.", "tr(s*A); s; tr(A)", _COOKBOOK + "(34) and (37)",
        adjoint="tr(X'*G); s*G",
        facts="linear if X linear; spd if s positive, X spd; psd if s nonnegative, X psd; "
        "positive if s positive, X positive; nonnegative if s nonnegative, X nonnegative; "
        "nonnegative if s nonpositive, X nonpositive; nonpositive if s nonpositive, X nonnegative; "
        "nonpositive if s nonnegative, X nonpositive",
        rule="the derivative with respect to a scalar factor is the inner product of the array with the "
        "upstream one; the derivative with respect to an array is the upstream one times its scalar factor",
    ),
    Function(
        "hadamard", "X: (m,n), Y: (m,n) -> (m,n)",
        "Hadamard product X.*Y, entry by entry.", "sum(A.*X); X; A", _COOKBOOK + "(38)",
        adjoint="G.*Y; G.*X", keeps="symmetric spd psd positive nonnegative",
        facts="symmetric if all skew; diagonal if any diagonal; lower if any lower; "
        "skew if X skew, Y symmetric; skew if X symmetric, Y skew; "
        "nonpositive if X nonpositive, Y nonnegative; nonpositive if X nonnegative, Y nonpositive",
        rule="the derivative with respect to an entrywise factor is the upstream one times the other "
        "factor, entry by entry",
    ),
    Function(
        "quotient", "X: (m,n), s: () -> (m,n)",
        "Quotient X/s by a scalar.", "tr(A)/s; s; -tr(A)/s^2", _SCALAR_RULES,
        d="dX/s - X*ds/s^2", domain="s nonzero",
        facts="linear if X linear; spd if s positive, X spd; psd if s positive, X psd; "
        "positive if s positive, X positive; nonnegative if s positive, X nonnegative",
        rule="the derivative with respect to a dividend is the upstream one over the divisor; the "
        "quotient rule",
    ),
    Function(
        "hadamard_quotient", "X: (m,n), Y: (m,n) -> (m,n)",
        "Quotient X./Y, entry by entry.", "sum(a./x); x; -a./x.^2", _SCALAR_RULES,
        d="dX./Y - X.*dY./Y.^2", domain="Y nonzero",
        facts="positive if all positive; nonnegative if X nonnegative, Y positive",
        keeps="symmetric",
        rule="the derivative with respect to a dividend is the upstream one over the divisor, entry "
        "by entry; the quotient rule, entry by entry",
    ),
    Function(
        "power", "s: (), t: () -> ()",
        "Power s^t of a scalar.", "s^3; s; 3*s^2", _SCALAR_RULES,
        d="t*s^(t - 1)*ds + log(s)*s^t*dt", domain="s base-of-power t",
        facts="positive if s positive; nonnegative if s nonnegative; nonnegative if t even",
        rule="the power rule; the derivative of a power with respect to its exponent is the power "
        "times the logarithm of the base",
    ),
    Function(
        "hadamard_power", "X: (m,n), t: () -> (m,n)",
        "Power X.^t of each entry.", "sum(x.^3); x; 3*x.^2", _SCALAR_RULES,
        d="t*X.^(t - 1).*dX + log(X).*X.^t*dt", domain="X base-of-power t",
        transpose="equivariant",
        facts="positive if X positive; nonnegative if X nonnegative; nonnegative if t even; "
        "symmetric if X symmetric; symmetric if X skew, t even; skew if X skew, t odd; "
        "spd if X spd, t even, t positive; spd if X spd, t odd, t positive; "
        "psd if X psd, t even, t positive; psd if X psd, t odd, t positive",
        rule="the power rule, entry by entry; the derivative of a power with respect to its exponent "
        "is the power times the logarithm of the base",
    ),
    Function(
        "hadamard_power", "X: (m,n), Y: (m,n) -> (m,n)",
        "Power X.^Y, entry by entry.", "sum(x.^y); y; log(x).*x.^y", _SCALAR_RULES,
        d="Y.*X.^(Y - 1).*dX + log(X).*X.^Y.*dY", domain="X base-of-power Y",
        transpose="equivariant", keeps="symmetric",
        facts="positive if X positive; nonnegative if X nonnegative",
        rule="the power rule, entry by entry; the derivative of a power with respect to its exponent "
        "is the power times the logarithm of the base, entry by entry",
    ),
    Function(
        "hadamard_power", "s: (), X: (m,n) -> (m,n)",
        "Power s.^X of a scalar, with each entry as exponent.", "sum(2.^x); x; log(2)*2.^x", _SCALAR_RULES,
        d="log(s)*s.^X.*dX + X.*s.^(X - 1)*ds", domain="s base-of-power X", transpose="equivariant",
        facts="positive if s positive; nonnegative if s nonnegative; symmetric if X symmetric",
        rule="the power rule; the derivative of a power with respect to its exponent is the power "
        "times the logarithm of the base",
    ),
)  # fmt: skip


FUNCTIONS: tuple[Function, ...] = ELEMENTWISE + REDUCTIONS + STRUCTURE + VECTORISED + SPECTRAL + DEFINED
ENTRIES: tuple[Function, ...] = OPERATIONS + FUNCTIONS

OPERATION_NAMES = frozenset(entry.name for entry in OPERATIONS)


def _by_name(entries: tuple[Function, ...], *, aliases: bool) -> dict[str, tuple[Function, ...]]:
    by_name: dict[str, tuple[Function, ...]] = {}
    for entry in entries:
        by_name[entry.name] = (*by_name.get(entry.name, ()), entry)
    if aliases:
        for entry in entries:
            for alias in entry.aliases:
                by_name[alias] = (*by_name.get(alias, ()), entry)
    return by_name


#: Entries by the name of the operation that an expression carries; several differ in shape.
BY_OPERATION = _by_name(ENTRIES, aliases=False)
#: Entries by what may be called, in the order in which their signatures are tried.
BY_CALL = _by_name(FUNCTIONS, aliases=True)
#: Functions that the engine builds itself, by what their entries say they are.
INV, DIAG, TR, SUM, KRON, VEC, COMMUTATION = [
    name
    for role in ("inverse", "diagonal", "trace", "total", "kronecker", "stacked", "commutation")
    for name in dict.fromkeys(entry.name for entry in FUNCTIONS if role in (entry.role, entry.instruction))
]
#: What sums the rows of a matrix.
ROWSUM = "rowsum"
[SQRT] = [entry.name for entry in FUNCTIONS if entry.written is SQUARE_ROOT]
#: Functions by the letter that calls them where more than one argument follows.
BY_LETTER = {entry.short: entry for entry in FUNCTIONS if entry.short}

#: Functions by the Greek letter that people write for them before a bracket.
BY_GREEK_LETTER = {entry.letter: entry for entry in FUNCTIONS if entry.letter}
#: Functions by the letter that calls them right before a bracket, where it is no value elsewhere.
LETTERS_CALLED = {"sigma": "sigmoid", "Gamma": "tgamma", "psi": "digamma", "Phi": "normcdf"}
#: Letters among these that name a map or matrix as often: they call a function of what is no single Latin
#: name, or behind a logarithm.
SOMETIMES_CALLED = frozenset(("psi", "Phi"))
LOGARITHMS = frozenset(("log", "ln"))
#: What to write for operators on random variables, for distributions, and for other functions that are none.
_OF_RANDOM = "write it out with the moments put in"
INSTEAD_OF = {
    "Var": _OF_RANDOM + ", as in w'*S*w for w'*x with the covariance S; var(x) is that of the entries",
    "Cov": _OF_RANDOM + ", as in A*S*A' for A*x with the covariance S; cov(X) is that of the rows of data",
    "Corr": _OF_RANDOM,
    "Pr": "write the distribution function, such as normcdf(x)",
    "N": "write out the density, as in exp(-(x - m)'*inv(S)*(x - m)/2)",
    **dict.fromkeys(("KL", "D_KL"), "write sum(p.*log(p./q))"),
    **dict.fromkeys(("CE", "BCE"), "write -sum(y.*log(p))"),
    "rank": "a rank has no derivative",
    "rho": "the spectral radius of a positive semidefinite matrix is lambda_max(A)",
    "kappa": "the condition number is specnorm(A)*specnorm(inv(A))",
    "logit": "write log(p./(1 - p))",
    "sinc": "write sin(x)./x",
    "cond": "write specnorm(A)*specnorm(inv(A))",
    "cof": "the matrix of cofactors is adj(A)'",
}

# What is read as a function besides its calls

#: Signs that are read as functions: products, marks and roots, and what stands around an argument. What a
#: sign means of a matrix, where that is another function, comes second.
READ_AS: dict[str, tuple[str, ...]] = {
    "kronecker": ("kron",),
    "left_quotient": ("solve",),
    "pseudoinverse": ("pinv",),
    "root": ("sqrt", "sqrtm"),
    "bars": ("abs", "det"),
    "exponential": ("exp", "expm"),
}
#: Functions by the sign below brackets that stands for them, as in ``[x]_+``.
SUBSCRIPTED = {"+": "relu", "×": "skew"}
#: The function of which a second argument is the order; what it is with subscripts, and with words in quotes.
NORM = "norm"
NORMS: dict[str, tuple[str, ...]] = {
    "": (NORM,), "2": ("norm2", "specnorm"), "1": ("norm1",), "*": ("nucnorm",), "max": ("norminf",),
    **dict.fromkeys(("F", "fro", "Fro", "HS"), ("normF",)),
    "op": ("specnorm",), "nuc": ("nucnorm",),
    **dict.fromkeys(("L1", "l1", "ell1"), ("norm1",)), **dict.fromkeys(("L2", "l2", "ell2"), ("norm2",)),
    **dict.fromkeys(("inf", "infty", "∞"), ("norminf",)),
}  # fmt: skip
NORM_WORDS = {"fro": "normF", "nuc": "nucnorm"}
#: Functions of all entries: in front of them people square the entries, not the matrix.
OF_ENTRIES = frozenset(("sum", "mean", "var", "std", "rowsum", "colsum"))
#: Functions that people write right in front of a letter, as in ``logx``.
IN_FRONT = frozenset(
    ("log", "ln", "exp", "sin", "cos", "tan", "sinh", "cosh", "tanh", "tr", "det", "diag", "vec", "inv",
     "sqrt", "max", "min", "sum", "abs", "logdet", "trace"),
)  # fmt: skip
