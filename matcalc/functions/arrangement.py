"""The inverse, and functions that rearrange entries, also of stacked matrices."""

from __future__ import annotations

from matcalc.functions.entry import Function
from matcalc.functions.fields import INVERSE, KRONECKER, PSEUDOINVERSE

STRUCTURE = (
    Function(
        "inv", "X: (n,n) -> (n,n)",
        "Inverse of a square matrix.",
        "a'*inv(X)*b; X; -inv(X)'*a*b'*inv(X)'",
        "Petersen and Pedersen, The Matrix Cookbook (2012), (59)",
        d="-inv(X)*dX*inv(X)",
        instruction="inverse", finite_if_invertible=True,
        evaluate="numpy.linalg:inv", written=INVERSE, parity="odd", exact="rational:inverse",
        domain="X invertible", transpose="equivariant", aliases=("inverse",),
        facts="skew if X skew, X even-size", keeps="symmetric diagonal lower orthogonal spd", sympy="sympy:Inverse",
        argument_symbol="K",
        rule="the derivative with respect to an inverted matrix is minus the upstream one between two "
        "transposed inverses",
    ),
    Function(
        "diag", "x: (n) -> (n,n)",
        "Diagonal matrix with the entries of a vector.",
        "tr(diag(x)*A); x; diag(A)",
        "Linear: the differential of the value is that of the argument, rearranged",
        adjoint="diag(G)",
        matrix="khatrirao(I(n), I(n))",
        entries="x[i]*I(n)[i,j]",
        instruction="diagonal",
        evaluate="numpy:diag", exact="rational:diagonal_matrix",
        facts="diagonal; spd if x positive; psd if x nonnegative; nonnegative if x nonnegative", sympy="sympy:DiagMatrix",
        rule="the derivative with respect to a vector on a diagonal is the diagonal of the upstream one",
    ),
    Function(
        "diag", "X: (n,n) -> (n)",
        "Vector of the diagonal entries of a square matrix.",
        "a'*diag(X); X; diag(a)",
        "Linear: the differential of the value is that of the argument, rearranged",
        adjoint="diag(G)",
        matrix="khatrirao(I(n), I(n))'",
        entries="X[i,i]",
        instruction="diagonal",
        evaluate="numpy:diag", exact="rational:diagonal_entries",
        transpose="invariant", facts="positive if X spd", keeps="positive nonnegative nonpositive",
        sympy="sympy:DiagonalOf",
        rule="the derivative with respect to a matrix has the upstream one on its diagonal",
    ),
    Function(
        "vec", "X: (m,n) -> (m*n)",
        "Columns of a matrix stacked into a vector.",
        "a'*vec(X); X; unvec(a, m, n)",
        "Magnus and Neudecker, Matrix Differential Calculus (2019), section 2.4",
        adjoint="unvec(G, m, n)",
        matrix="I(m*n)",
        view=True,
        role="stacked", evaluate="kernels:vec", exact="rational:vec",
        keeps="positive nonnegative nonpositive",
        rule="the derivative with respect to a stacked matrix is the upstream one, unstacked",
    ),
    Function(
        "unvec", "x: (m*n), m: dim, n: dim -> (m,n)",
        "Matrix of m rows and n columns whose stacked columns are the vector.",
        "tr(A'*unvec(x, m, n)); x; vec(A)",
        "Inverse of vec",
        adjoint="vec(G)",
        matrix="I(m*n)",
        view=True,
        evaluate="kernels:unvec", exact="rational:unvec", aliases=("reshape",),
    ),
    Function(
        "kron", "X: (m,n), Y: (p,q) -> (m*p,n*q)",
        "Kronecker product: the blocks X[i,j]*Y.",
        "tr(kron(A,X)); X; tr(A)*I(m)",
        "Magnus and Neudecker, Matrix Differential Calculus (2019), section 2.2",
        adjoint="kron_left(G, Y); kron_right(G, X)",
        matrix="kron(kron(I(n), commutation(q, m)), I(p))*kron(I(m*n), vec(Y)); kron(kron(I(n), commutation(q, m)), I(p))*kron(vec(X), I(p*q))",
        role="kronecker", evaluate="numpy:kron", written=KRONECKER, exact="rational:kron",
        transpose="equivariant", keeps="symmetric diagonal lower orthogonal spd psd positive nonnegative",
        facts="symmetric if all skew", sympy="sympy:KroneckerProduct",
        rule="the derivative with respect to a Kronecker factor has the inner products of the "
        "upstream blocks with the other factor",
    ),
    Function(
        "kron_left", "X: (m*p,n*q), Y: (p,q) -> (m,n)",
        "Inner products of the blocks of X with Y: the adjoint of kron in its left factor.",
        "tr(A'*kron_left(X, B)); X; kron(A, B)",
        "Van Loan and Pitsianis, Approximation with Kronecker Products (1993)",
        adjoint="kron(G, Y); kron_right(X, G)",
        matrix="kron(I(m*n), vec(Y))'*kron(kron(I(n), commutation(m, q)), I(p))",
        evaluate="kernels:kron_left", exact="rational:kron_left", transpose="equivariant",
    ),
    Function(
        "kron_right", "X: (m*p,n*q), Y: (m,n) -> (p,q)",
        "Sum of the blocks of X weighted by Y: the adjoint of kron in its right factor.",
        "tr(A'*kron_right(X, B)); X; kron(B, A)",
        "Van Loan and Pitsianis, Approximation with Kronecker Products (1993)",
        adjoint="kron(Y, G); kron_left(X, G)",
        matrix="kron(vec(Y), I(p*q))'*kron(kron(I(n), commutation(m, q)), I(p))",
        evaluate="kernels:kron_right", exact="rational:kron_right", transpose="equivariant",
    ),
    Function(
        "tril", "X: (m,n) -> (m,n)",
        "Lower triangle, zeros above the diagonal.",
        "tr(A'*tril(X)); X; tril(A)",
        "Linear: the differential of the value is that of the argument, rearranged",
        triangle="lower",
        adjoint="tril(G)",
        matrix="diag(vec(tril(ones(m,n))))",
        entries="tril(ones(m,n))[i,j]*X[i,j]",
        evaluate="numpy:tril", exact="rational:tril", facts="lower",
        keeps="diagonal nonnegative nonpositive",
    ),
    Function(
        "triu", "X: (m,n) -> (m,n)",
        "Upper triangle, zeros below the diagonal.",
        "tr(A'*triu(X)); X; triu(A)",
        "Linear: the differential of the value is that of the argument, rearranged",
        triangle="upper",
        adjoint="triu(G)",
        matrix="diag(vec(triu(ones(m,n))))",
        entries="triu(ones(m,n))[i,j]*X[i,j]",
        evaluate="numpy:triu", exact="rational:triu", facts="diagonal if X lower",
        keeps="diagonal nonnegative nonpositive",
    ),
    Function(
        "toeplitz", "x: (n) -> (n,n)",
        "Symmetric Toeplitz matrix with the vector as first column.",
        "tr(A*toeplitz(x)); x; diagsums(A)",
        "Golub and Van Loan, Matrix Computations (2013), section 4.7",
        adjoint="diagsums(G)",
        evaluate="kernels:toeplitz", exact="rational:toeplitz",
        facts="symmetric", keeps="positive nonnegative nonpositive",
    ),
    Function(
        "diagsums", "X: (n,n) -> (n)",
        "Sums of the entries at each distance from the diagonal, on both sides of it.",
        "a'*diagsums(X); X; toeplitz(a)",
        "Adjoint of toeplitz",
        adjoint="toeplitz(G)",
        evaluate="kernels:diagsums", exact="rational:diagsums",
        transpose="invariant", keeps="positive nonnegative nonpositive",
    ),
    Function(
        "cyclicsum", "X: (n,n) -> (n,n)",
        "Sum of the matrix and all that its rows and columns moved on together make of it: a circulant matrix.",
        "tr(A'*cyclicsum(X)); X; cyclicsum(A)",
        "Linear: the differential of the value is that of the argument, rearranged",
        adjoint="cyclicsum(G)", evaluate="kernels:cyclicsum", exact="rational:cyclicsum", transpose="equivariant",
        facts="circulant",
        keeps="symmetric skew diagonal spd psd positive nonnegative nonpositive",
    ),
    Function(
        "cross", "x: (3), y: (3) -> (3)",
        "Cross product of two vectors with three entries.",
        "a'*cross(x, b); x; cross(b, a)",
        "Magnus and Neudecker, Matrix Differential Calculus (2019), section 3.13",
        adjoint="cross(y, G); cross(G, x)",
        evaluate="kernels:cross", exact="rational:cross",
    ),
    Function(
        "pinv", "X: (m,n) -> (n,m)",
        "Moore-Penrose inverse; the differential is that for constant rank.",
        "a'*pinv(X)*b; X; pinv(X)'*(pinv(X)*b*a')*(I(n) - pinv(X)*X) + (I(m) - X*pinv(X))*b*a'*pinv(X)*pinv(X)' - pinv(X)'*a*b'*pinv(X)'",
        "Golub and Pereyra, The Differentiation of Pseudo-Inverses (1973), (4.12)",
        d="-pinv(X)*dX*pinv(X) + pinv(X)*pinv(X)'*dX'*(I(m) - X*pinv(X)) + (I(n) - pinv(X)*X)*dX'*pinv(X)'*pinv(X)",
        evaluate="decompositions:pinv", plain="plain:pinv", written=PSEUDOINVERSE, parity="odd", exact="rational:pseudoinverse", domain="X full-rank",
        transpose="equivariant", keeps="symmetric skew diagonal orthogonal spd",
    ),
)  # fmt: skip


def _defined(
    name: str, signature: str, doc: str, example: str, *aliases: str, evaluate: str = "", domain: str = "",
    elementwise: bool = False, sympy: str = "", finite_if_invertible: bool = False, floating: bool = False,
) -> Function:  # fmt: skip
    """Return the entry of a function that a law replaces by others, so that it needs no differential."""
    source = "Definition; a law replaces it"
    return Function(
        name, signature, doc, example, source, evaluate=evaluate or f"kernels:{name}", aliases=aliases,
        domain=domain, elementwise=elementwise,
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
        "adjugate",
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
)  # fmt: skip


_MN = "Magnus and Neudecker, Matrix Differential Calculus (2019), "

VECTORISED = (
    Function(
        "commutation", "m: dim, n: dim -> (m*n,m*n)",
        "Commutation matrix: commutation(m,n)*vec(X) = vec(X') for a matrix X of m rows and n columns.",
        "a'*commutation(2, 3)*x; x; commutation(3, 2)*a",
        _MN + "section 3.7",
        role="commutation", evaluate="kernels:commutation", plain="rational:commutation",
        facts="orthogonal nonnegative", short="K", transpose="swapped",
    ),
    Function(
        "khatrirao", "X: (m,n), Y: (p,n) -> (m*p,n)",
        "Khatri-Rao product: the Kronecker products of the columns of X with those of Y.",
        "sum(khatrirao(A, X)); X; ones(k)*ones(m)'*A",
        "Magnus and Neudecker, Matrix Differential Calculus (2019), section 3.6; "
        "Kolda and Bader, Tensor Decompositions and Applications (2009), section 2.6",
        adjoint="kron(I(m), ones(p)')*(G.*kron(ones(m), Y)); kron(ones(m)', I(p))*(G.*kron(X, ones(p)))",
        evaluate="kernels:khatrirao", exact="rational:khatrirao",
        keeps="positive nonnegative",
    ),
)  # fmt: skip
