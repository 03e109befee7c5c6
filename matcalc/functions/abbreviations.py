"""Functions that laws replace by others, so that they need no derivative of their own."""

from matcalc.functions.entry import Function


def _defined(
    name: str, signature: str, doc: str, example: str, *aliases: str, evaluate: str = "", domain: str = "",
    elementwise: bool = False, sympy: str = "", finite_if_invertible: bool = False, floating: bool = False,
    letter: str = "",
) -> Function:  # fmt: skip
    """Return the entry of a function that a law replaces by others, so that it needs no differential."""
    source = "Definition; a law replaces it"
    return Function(
        name, signature, doc, example, source, evaluate=evaluate, aliases=aliases,
        domain=domain, elementwise=elementwise, letter=letter,
        sympy=sympy, finite_if_invertible=finite_if_invertible, floating=floating,
    )  # fmt: skip


DEFINED = (
    _defined("mean", "X: (m,n) -> ()", "Mean of all entries.", "mean(x.^2); x; 2*x/n", evaluate="numpy:mean", floating=True),
    _defined("sym", "X: (n,n) -> (n,n)", "Symmetric part (X + X')/2.", "tr(A*sym(X)); X; (A + A')/2"),
    _defined(
        "symL", "X: (n,n) -> (n,n)",
        "Symmetric matrix with the lower triangle of X.",
        "tr(A*symL(X)); X; tril(A) + tril(A') - diag(diag(A))",
    ),
    _defined("rowsum", "X: (m,n) -> (m)", "Sum of each row.", "a'*rowsum(X); X; a*ones(m)'"),
    _defined(
        "colsum", "X: (m,n) -> (n)", "Sum of each column, as a column vector.", "a'*colsum(X); X; ones(m)*a'"
    ),
    _defined("cumsum", "x: (n) -> (n)", "Sums of the first entries.", "a'*cumsum(x); x; tril(ones(n,n))'*a", evaluate="numpy:cumsum"),
    _defined(
        "solve", "X: (n,n), Y: (n,m) -> (n,m)",
        "Solution S of the linear system X*S = Y.",
        "a'*solve(A, x); x; inv(A)'*a",
        evaluate="numpy.linalg:solve", domain="X invertible", finite_if_invertible=True,
    ),
    _defined(
        "adj", "X: (n,n) -> (n,n)",
        "Adjugate: the transposed matrix of cofactors, which is det(X)*inv(X) if X is invertible.",
        "tr(A*adj(X)); X; det(X)*(tr(A*inv(X))*I(n) - inv(X)'*A')*inv(X)'",
        "adjugate", evaluate="decompositions:adj",
    ),
    _defined(
        "matmul", "X: (m,k), Y: (k,n) -> (m,n)",
        "Matrix product X*Y.",
        "tr(matmul(A, X)); X; A'",
        "dot", evaluate="numpy:matmul",
    ),
    _defined(
        "multiply", "X: (m,n), Y: (m,n) -> (m,n)",
        "Hadamard product X.*Y, entry by entry.",
        "sum(multiply(A, X)); X; A",
        evaluate="numpy:multiply",
    ),
    _defined(
        "divide", "X: (m,n), Y: (m,n) -> (m,n)",
        "Quotient X./Y, entry by entry.",
        "sum(divide(a, x)); x; -a./x.^2",
        evaluate="numpy:divide", domain="Y nonzero", floating=True,
    ),
    _defined(
        "pow", "X: (m,n), t: () -> (m,n)",
        "Power X.^t of each entry.",
        "sum(pow(x, 3)); x; 3*x.^2",
        "power", evaluate="numpy:power", domain="X base-of-power t",
    ),
    _defined(
        "square", "X: (m,n) -> (m,n)",
        "Square of each entry.",
        "sum(square(x)); x; 2*x",
        evaluate="numpy:square", elementwise=True,
    ),
    _defined(
        "transposed", "X: (m,n) -> (n,m)",
        "Transpose X'.",
        "tr(A*transposed(X)); X; A",
        "transpose", evaluate="numpy:transpose",
    ),
    _defined(
        "std", "X: (m,n) -> ()",
        "Standard deviation of all entries: the root of their variance.",
        "std(x); x; (x - sum(x)*ones(n)/n)/(n*sqrt(var(x)))",
        evaluate="numpy:std", domain="X varied", floating=True, sympy="= sqrt(var(X))",
    ),
    _defined("outer", "x: (m), y: (n) -> (m,n)", "Outer product x*y'.", "tr(A'*outer(x, y)); x; A*y", evaluate="numpy:outer"),
    _defined(
        "dot", "x: (n), y: (n) -> ()", "Inner product x'*y.", "dot(x, A*x); x; (A + A')*x", "vdot", "inner",
        evaluate="numpy:vdot",
    ),
    _defined(
        "normp", "x: (n), t: () -> ()",
        "Norm sum(abs(x).^t)^(1/t) of order t.",
        "normp(x, 3)^3; x; 3*x.*abs(x)",
        "norm", domain="x nonzero",
    ),
    _defined(
        "cov", "X: (m,n) -> (n,n)",
        "Sample covariance of the columns of X, each row of which is an observation; divided by m - 1.",
        "tr(A*cov(X)); X; (I(m) - ones(m,m)/m)*X*(A + A')/(m - 1)",
        domain="X several-rows", floating=True,
    ),
    _defined(
        "log2", "X: (m,n) -> (m,n)", "Logarithm to base 2 of each entry.",
        "sum(log2(x)); x; 1./(log(2)*x)",
        evaluate="numpy:log2", domain="X positive", elementwise=True, floating=True,
    ),
    _defined(
        "log10", "X: (m,n) -> (m,n)", "Logarithm to base 10 of each entry.",
        "sum(log10(x)); x; 1./(log(10)*x)",
        evaluate="numpy:log10", domain="X positive", elementwise=True, floating=True,
    ),
    _defined(
        "logaddexp", "X: (m,n), Y: (m,n) -> (m,n)",
        "Logarithm of the sum of two exponentials, log(exp(X) + exp(Y)), entry by entry.",
        "sum(logaddexp(x, y)); x; sigmoid(x - y)", evaluate="numpy:logaddexp", floating=True,
    ),
    _defined(
        "logsigmoid", "X: (m,n) -> (m,n)", "Logarithm of the logistic function of each entry.",
        "sum(logsigmoid(x)); x; sigmoid(-x)", "log_sigmoid", elementwise=True, floating=True,
    ),
    _defined(
        "logsoftmax", "x: (n) -> (n)", "Logarithm of the softmax.",
        "a'*logsoftmax(x); x; a - sum(a)*softmax(x)", "log_softmax", floating=True,
    ),
    _defined(
        "silu", "X: (m,n) -> (m,n)", "Each entry times its logistic function (sigmoid linear unit).",
        "sum(silu(x)); x; sigmoid(x) + sigmoid(x).*(1 - sigmoid(x)).*x", "swish", elementwise=True, floating=True,
    ),
    _defined(
        "gelu", "X: (m,n) -> (m,n)",
        "Each entry times its normal distribution function (Gaussian error linear unit, without approximation).",
        "sum(gelu(x)); x; normcdf(x) + x.*normpdf(x)", elementwise=True, floating=True,
    ),
    _defined(
        "elu", "X: (m,n), t: () -> (m,n)",
        "Exponential linear unit: X where it is positive, t*(exp(X) - 1) where it is negative.",
        "sum(elu(x, t)); x; step(x) + t*step(-x).*exp(-relu(-x))", domain="X no-kink", floating=True,
    ),
    _defined(
        "elu", "X: (m,n) -> (m,n)",
        "Exponential linear unit: X where it is positive, exp(X) - 1 where it is negative.",
        "sum(elu(x)); x; step(x) + step(-x).*exp(-relu(-x))", domain="X no-kink",
        elementwise=True, floating=True,
    ),
    _defined(
        "leakyrelu", "X: (m,n), t: () -> (m,n)",
        "Leaky positive part: X where it is positive, t*X where it is negative.",
        "sum(leakyrelu(x, t)); x; step(x) + t*step(-x)", "leaky_relu", domain="X no-kink",
    ),
    _defined(
        "pinball", "X: (m,n), t: () -> (m,n)",
        "Quantile loss of residuals: t*X where they are positive, (t - 1)*X where they are negative.",
        "sum(pinball(x, t)); x; t*ones(n) - step(-x)", "quantile_loss", "quantileloss", domain="X no-kink",
    ),
    _defined(
        "huber", "X: (m,n) -> (m,n)",
        "Huber loss of each entry with the threshold 1.",
        "sum(huber(x)); x; max(min(x, ones(n)), -ones(n))", elementwise=True, floating=True,
    ),
)  # fmt: skip
