"""Identities that change what a value costs. Generated code applies one where its right side is cheaper."""

from matcalc.functions.entry import Law

_HENDERSON = "Henderson and Searle, On Deriving the Inverse of a Sum of Matrices (1981), "
_COOKBOOK = "Petersen and Pedersen, The Matrix Cookbook (2012), "
_HIGHAM = "Higham, Functions of Matrices (2008), "
_MN = "Magnus and Neudecker, Matrix Differential Calculus (2019), "
_DEFINITION = "Definition"
_THIN = "A: matrix(n,k); B: matrix(k,n)"

#: In those with ``s`` and ``t`` these may be 1.
COST_LAWS = (
    Law(
        "push-through identity", "mul", "inv(s*A*B + t*I(n))*A", "A*inv(s*B*A + t*I(k))",
        _HENDERSON + "(9)", given=_THIN,
    ),
    Law(
        "push-through identity with a diagonal matrix", "mul",
        "inv(s*A*B + diag(x))*A", "diag(1./x)*A*inv(s*B*diag(1./x)*A + I(k))",
        _HENDERSON + "(9)", given=_THIN + "; x: vector(n)",
    ),
    Law(
        "Woodbury identity", "inv", "inv(s*A*B + t*I(n))", "(I(n) - s*A*inv(s*B*A + t*I(k))*B)/t",
        _COOKBOOK + "(156)", given=_THIN,
    ),
    Law(
        "Woodbury identity with a diagonal matrix", "inv", "inv(s*A*B + diag(x))",
        "diag(1./x) - s*diag(1./x)*A*inv(s*B*diag(1./x)*A + I(k))*B*diag(1./x)",
        _COOKBOOK + "(156)", given=_THIN + "; x: vector(n)",
    ),
    Law(
        "determinant lemma", "det", "det(s*A*B + t*I(n))", "t^(n - k)*det(s*B*A + t*I(k))",
        _HIGHAM + "(1.39)", given=_THIN,
    ),
    Law(
        "determinant lemma, logarithm", "logdet", "logdet(s*A*B + t*I(n))",
        "(n - k)*log(t) + logdet(s*B*A + t*I(k))",
        _HIGHAM + "(1.39)", "t positive", given=_THIN,
    ),
    Law(
        "determinant lemma with a diagonal matrix", "logdet", "logdet(s*A*B + diag(x))",
        "sum(log(x)) + logdet(s*B*diag(1./x)*A + I(k))",
        _HIGHAM + "(1.39)", "x positive", given=_THIN + "; x: vector(n)",
    ),
    Law(
        "log-determinant of a diagonal matrix", "logdet", "logdet(diag(x))", "sum(log(x))",
        _DEFINITION, "x positive",
    ),
    Law(
        "log-determinant of a Kronecker product", "logdet", "logdet(kron(A, B))", "n*logdet(A) + m*logdet(B)",
        _COOKBOOK + "(513)", "A spd, B spd", given="A: matrix(m,m); B: matrix(n,n)",
    ),
    Law(
        "Kronecker product times a column", "mul", "kron(A, B)*x", "vec(B*unvec(x, q, n)*A')",
        _MN + "theorem 2.2", given="A: matrix(m,n); B: matrix(p,q); x: vector(n*q)",
    ),
    Law(
        "Kronecker product times stacked columns", "mul", "kron(A, B)*vec(C)", "vec(B*C*A')",
        _MN + "theorem 2.2", given="A: matrix(m,n); B: matrix(p,q); C: matrix(q,n)",
    ),
)  # fmt: skip

#: Forms that do not overflow, which generated code always has.
STABLE_LAWS = (
    Law(
        "logarithm of a softmax", "log", "log(softmax(x))", "x - logsumexp(x)*ones(n)",
        _DEFINITION, given="x: vector(n)",
    ),
    Law(
        "logarithm of softmax rows", "log", "log(rowsoftmax(A))", "A - rowlogsumexp(A)*ones(n)'",
        _DEFINITION, given="A: matrix(m,n)",
    ),
    Law("logarithm of a logistic function", "log", "log(sigmoid(A))", "-softplus(-A)", _DEFINITION),
    Law("logarithm of its complement", "log", "log(1 - sigmoid(A))", "-softplus(A)", _DEFINITION),
)  # fmt: skip
