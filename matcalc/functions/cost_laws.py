"""Identities that change what a value costs. Generated code applies one where its right side is cheaper."""

from matcalc.functions.entry import Law

_HENDERSON = "Henderson and Searle, On Deriving the Inverse of a Sum of Matrices (1981), "
_COOKBOOK = "Petersen and Pedersen, The Matrix Cookbook (2012), "
_HIGHAM = "Higham, Functions of Matrices (2008), "
_MN = "Magnus and Neudecker, Matrix Differential Calculus (2019), "
_DEFINITION = "Definition"
_THIN = "A: matrix(n,k); B: matrix(k,n)"
_CHANGED = "A: matrix(n,n); B: matrix(n,k); C: matrix(k,n)"
_BLOCKS = "A: matrix(m,m); B: matrix(m,n); C: matrix(n,m); D: matrix(n,n)"
_STACKED = "; X: matrix(m,k); Y: matrix(n,k)"

#: In those with ``s`` and ``t`` these may be 1.
COST_LAWS = (
    Law(
        "push-through identity", "inv(s*A*B + t*I(n))*A", "A*inv(s*B*A + t*I(k))",
        _HENDERSON + "(9)", given=_THIN,
    ),
    Law(
        "push-through identity with a diagonal matrix",
        "inv(s*A*B + diag(x))*A", "diag(1./x)*A*inv(s*B*diag(1./x)*A + I(k))",
        _HENDERSON + "(9)", "x positive", given=_THIN + "; x: vector(n)",
    ),
    Law(
        "Woodbury identity", "inv(s*A*B + t*I(n))", "(I(n) - s*A*inv(s*B*A + t*I(k))*B)/t",
        _COOKBOOK + "(157)", given=_THIN,
    ),
    Law(
        "Woodbury identity with a diagonal matrix", "inv(s*A*B + diag(x))",
        "diag(1./x) - s*diag(1./x)*A*inv(s*B*diag(1./x)*A + I(k))*B*diag(1./x)",
        _COOKBOOK + "(157)", "x positive", given=_THIN + "; x: vector(n)",
    ),
    Law(
        "determinant lemma", "det(s*A*B + t*I(n))", "t^(n - k)*det(s*B*A + t*I(k))",
        _HIGHAM + "(1.39)", given=_THIN,
    ),
    Law(
        "determinant lemma, logarithm", "logdet(s*A*B + t*I(n))",
        "(n - k)*log(t) + logdet(s*B*A + t*I(k))",
        _HIGHAM + "(1.39)", "t positive", given=_THIN,
    ),
    Law(
        "determinant lemma with a diagonal matrix", "logdet(s*A*B + diag(x))",
        "sum(log(x)) + logdet(s*B*diag(1./x)*A + I(k))",
        _HIGHAM + "(1.39)", "x positive", given=_THIN + "; x: vector(n)",
    ),
    Law(
        "log-determinant of a diagonal matrix", "logdet(diag(x))", "sum(log(x))",
        _DEFINITION, "x positive",
    ),
    Law(
        "log-determinant of a Kronecker product", "logdet(kron(A, B))", "n*logdet(A) + m*logdet(B)",
        _COOKBOOK + "(516)", "A spd, B spd", given="A: matrix(m,m); B: matrix(n,n)",
    ),
    Law(
        "Kronecker product times a column", "kron(A, B)*x", "vec(B*unvec(x, q, n)*A')",
        _MN + "theorem 2.2", given="A: matrix(m,n); B: matrix(p,q); x: vector(n*q)",
    ),
    Law(
        "Kronecker product times stacked columns", "kron(A, B)*vec(C)", "vec(B*C*A')",
        _MN + "theorem 2.2", given="A: matrix(m,n); B: matrix(p,q); C: matrix(q,n)",
    ),
    Law(
        "inverse of a lower block triangular matrix", "inv([A, zeros(m,n); C, D])",
        "[inv(A), zeros(m,n); -inv(D)*C*inv(A), inv(D)]",
        _COOKBOOK + "section 9.1", given=_BLOCKS,
    ),
    Law(
        "inverse of an upper block triangular matrix", "inv([A, B; zeros(n,m), D])",
        "[inv(A), -inv(A)*B*inv(D); zeros(n,m), inv(D)]",
        _COOKBOOK + "section 9.1", given=_BLOCKS,
    ),
    Law(
        "inverse of a block matrix", "inv([A, B; C, D])",
        "[inv(A) + inv(A)*B*inv(D - C*inv(A)*B)*C*inv(A), -inv(A)*B*inv(D - C*inv(A)*B);"
        " -inv(D - C*inv(A)*B)*C*inv(A), inv(D - C*inv(A)*B)]",
        _COOKBOOK + "section 9.1", "A spd", given=_BLOCKS,
    ),
    Law(
        "solution with a lower block triangular matrix", "inv([A, zeros(m,n); C, D])*[X; Y]",
        "[inv(A)*X; inv(D)*(Y - C*inv(A)*X)]",
        _COOKBOOK + "section 9.1", given=_BLOCKS + _STACKED,
    ),
    Law(
        "solution with an upper block triangular matrix", "inv([A, B; zeros(n,m), D])*[X; Y]",
        "[inv(A)*(X - B*inv(D)*Y); inv(D)*Y]",
        _COOKBOOK + "section 9.1", given=_BLOCKS + _STACKED,
    ),
    Law(
        "determinant of a lower block triangular matrix", "det([A, zeros(m,n); C, D])",
        "det(A)*det(D)",
        _COOKBOOK + "section 9.1", given=_BLOCKS,
    ),
    Law(
        "determinant of an upper block triangular matrix", "det([A, B; zeros(n,m), D])",
        "det(A)*det(D)",
        _COOKBOOK + "section 9.1", given=_BLOCKS,
    ),
    Law(
        "determinant of a block matrix", "det([A, B; C, D])", "det(A)*det(D - C*inv(A)*B)",
        _COOKBOOK + "section 9.1", "A spd", given=_BLOCKS,
    ),
    Law(
        "log-determinant of a block matrix", "logdet([A, B; C, D])",
        "logdet(A) + logdet(D - C*inv(A)*B)",
        _COOKBOOK + "section 9.1", "A spd", given=_BLOCKS,
    ),
)  # fmt: skip

#: Where the inverse of ``A`` or the logarithm of its determinant is computed anyway, or its inverse is easy.
UPDATE_LAWS = (
    Law(
        "Woodbury identity with a known inverse", "inv(A + s*B*C)",
        "inv(A) - s*inv(A)*B*inv(s*C*inv(A)*B + I(k))*C*inv(A)",
        _COOKBOOK + "(157)", given=_CHANGED,
    ),
    Law(
        "determinant lemma with a known inverse", "det(A + s*B*C)",
        "det(A)*det(s*C*inv(A)*B + I(k))",
        _HIGHAM + "(1.39)", given=_CHANGED,
    ),
    Law(
        "determinant lemma with a known inverse, logarithm", "logdet(A + s*B*C)",
        "logdet(A) + logdet(s*C*inv(A)*B + I(k))",
        _HIGHAM + "(1.39)", "A spd", given=_CHANGED,
    ),
)  # fmt: skip

#: Forms that do not overflow, which generated code always has.
STABLE_LAWS = (
    Law(
        "logarithm of a softmax", "log(softmax(x))", "x - logsumexp(x)*ones(n)",
        _DEFINITION, given="x: vector(n)",
    ),
    Law(
        "logarithm of softmax rows", "log(rowsoftmax(A))", "A - rowlogsumexp(A)*ones(n)'",
        _DEFINITION, given="A: matrix(m,n)",
    ),
    Law("logarithm of a logistic function", "log(sigmoid(A))", "-softplus(-A)", _DEFINITION),
    Law("logarithm of its complement", "log(1 - sigmoid(A))", "-softplus(A)", _DEFINITION),
)  # fmt: skip

#: All that generated code applies beyond the laws of the normal form.
CODE_LAWS = COST_LAWS + UPDATE_LAWS + STABLE_LAWS
