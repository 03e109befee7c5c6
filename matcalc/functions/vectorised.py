"""Functions that only occur where matrices are stacked into vectors."""

from matcalc.functions.entry import Function

_MN = "Magnus and Neudecker, Matrix Differential Calculus (2019), "

VECTORISED = (
    Function(
        "commutation", "m: dim, n: dim -> (m*n,m*n)",
        "Commutation matrix: commutation(m,n)*vec(X) = vec(X') for a matrix X of m rows and n columns.",
        "a'*commutation(2, 3)*x; x; commutation(3, 2)*a",
        _MN + "section 3.7",
        evaluate="kernels:commutation", latex=r"\operatorname{K}",
        facts="orthogonal nonnegative", short="K", transpose="swapped",
    ),
    Function(
        "khatrirao", "X: (m,n), Y: (p,n) -> (m*p,n)",
        "Khatri-Rao product: the Kronecker products of the columns of X with those of Y.",
        "sum(khatrirao(A, X)); X; ones(k)*ones(m)'*A",
        "Magnus and Neudecker, Matrix Differential Calculus (2019), section 3.6; "
        "Kolda and Bader, Tensor Decompositions and Applications (2009), section 2.6",
        adjoint="kron(I(m), ones(p)')*(G.*kron(ones(m), Y)); kron(ones(m)', I(p))*(G.*kron(X, ones(p)))",
        evaluate="kernels:khatrirao", exact="kernels:khatrirao", latex=r"\operatorname{khatrirao}",
        keeps="positive nonnegative",
    ),
)  # fmt: skip
