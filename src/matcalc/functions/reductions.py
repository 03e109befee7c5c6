"""Functions from vectors and matrices to scalars, and the softmax."""

from matcalc.functions.entry import Function

_MN = "Magnus and Neudecker, Matrix Differential Calculus (2019), "
_COOKBOOK = "Petersen and Pedersen, The Matrix Cookbook (2012), "

REDUCTIONS = (
    Function(
        "sum", "X: (m,n) -> ()",
        "Sum of all entries.",
        "sum(A*x); x; A'*ones(m)",
        "Linear",
        adjoint="G*ones(m,n)",
        evaluate="numpy:sum", latex=r"\operatorname{sum}", transpose="invariant",
    ),
    Function(
        "tr", "X: (n,n) -> ()",
        "Trace: sum of the diagonal entries of a square matrix.",
        "tr(A*X); X; A'",
        _COOKBOOK + "(99)",
        adjoint="G*I(n)",
        evaluate="numpy:trace", latex=r"\operatorname{tr}", transpose="invariant", cyclic=True,
        aliases=("trace",),
    ),
    Function(
        "norm2", "x: (n) -> ()",
        "Euclidean norm of a vector.",
        "norm2(A*x); x; A'*A*x/norm2(A*x)",
        _COOKBOOK + "(129)",
        d="x'*dx/norm2(x)",
        evaluate="numpy.linalg:norm", latex=r"\left\lVert #1 \right\rVert_2", unicode="‖#1‖",
        domain="x nonzero", facts="nonnegative", aliases=("norm", "normF"),
    ),
    Function(
        "normF", "X: (m,n) -> ()",
        "Frobenius norm of a matrix: the Euclidean norm of its entries.",
        "normF(X); X; X/normF(X)",
        _COOKBOOK + "(131)",
        d="tr(X'*dX)/normF(X)",
        evaluate="numpy.linalg:norm", latex=r"\left\lVert #1 \right\rVert_F", unicode="‖#1‖_F",
        domain="X nonzero", transpose="invariant", facts="nonnegative",
        aliases=("norm", "norm2", "norm_F", "frobenius"),
    ),
    Function(
        "norm1", "X: (m,n) -> ()",
        "Sum of the absolute values of all entries.",
        "norm1(A*x); x; A'*sign(A*x)",
        "Derivative almost everywhere; at the kinks the value is a convention",
        d="tr(sign(X)'*dX)",
        evaluate="kernels:norm1", latex=r"\left\lVert #1 \right\rVert_1", unicode="‖#1‖_1",
        domain="X nonzero", transpose="invariant", facts="nonnegative",
    ),
    Function(
        "logsumexp", "x: (n) -> ()",
        "Smooth maximum: the logarithm of the sum of the exponentials of the entries.",
        "logsumexp(A*x); x; A'*softmax(A*x)",
        "Boyd and Vandenberghe, Convex Optimization (2004), 3.1.5",
        d="softmax(x)'*dx",
        evaluate="kernels:logsumexp", latex=r"\operatorname{logsumexp}",
    ),
    Function(
        "softmax", "x: (n) -> (n)",
        "Exponentials of the entries, divided by their sum.",
        "a'*softmax(x); x; softmax(x).*a - a'*softmax(x)*softmax(x)",
        "Bishop, Pattern Recognition and Machine Learning (2006), (4.106)",
        d="softmax(x).*dx - softmax(x)*softmax(x)'*dx",
        evaluate="kernels:softmax", latex=r"\operatorname{softmax}", facts="positive",
        symbol="p",
    ),
    Function(
        "det", "X: (n,n) -> ()",
        "Determinant of a square matrix.",
        "det(X); X; det(X)*inv(X)'",
        _COOKBOOK + "(49)",
        d="det(X)*tr(inv(X)*dX)",
        evaluate="numpy.linalg:det", latex=r"\det", domain="X invertible", transpose="invariant",
    ),
    Function(
        "logdet", "X: (n,n) -> ()",
        "Logarithm of the determinant of a matrix whose determinant is positive.",
        "logdet(X); X; inv(X)'",
        _MN + "section 8.4",
        d="tr(inv(X)*dX)",
        evaluate="kernels:logdet", latex=r"\log\det", domain="X positive-determinant",
        transpose="invariant",
    ),
)  # fmt: skip
