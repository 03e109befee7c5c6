"""Matrix functions, and functions that rearrange entries."""

from matcalc.functions.entry import Function

STRUCTURE = (
    Function(
        "inv", "X: (n,n) -> (n,n)",
        "Inverse of a square matrix.",
        "a'*inv(X)*b; X; -inv(X)'*a*b'*inv(X)'",
        "Petersen and Pedersen, The Matrix Cookbook (2012), (59)",
        d="-inv(X)*dX*inv(X)",
        evaluate="numpy.linalg:inv", latex="#1^{-1}", unicode="#1⁻¹", domain="X invertible",
        transpose="equivariant", aliases=("inverse",),
    ),
    Function(
        "diag", "x: (n) -> (n,n)",
        "Diagonal matrix with the entries of a vector.",
        "tr(diag(x)*A); x; diag(A)",
        "Linear",
        adjoint="diag(G)",
        evaluate="kernels:diagonal_matrix", latex=r"\operatorname{diag}", facts="diagonal",
    ),
    Function(
        "diag", "X: (n,n) -> (n)",
        "Vector of the diagonal entries of a square matrix.",
        "a'*diag(X); X; diag(a)",
        "Linear",
        adjoint="diag(G)",
        evaluate="kernels:diagonal_entries", latex=r"\operatorname{diag}", transpose="invariant",
    ),
)  # fmt: skip
