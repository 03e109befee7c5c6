"""The operations that have a notation of their own, as entries like any other function.

Sums and products of more than two operands follow from those of two by associativity.
"""

from matcalc.functions.entry import Function

_BILINEAR = "Bilinear"

OPERATIONS = (
    Function(
        "add", "X: (m,n), Y: (m,n) -> (m,n)",
        "Sum X + Y.", "tr(A*(X + B)); X; A'", "Linear",
        adjoint="G; G",
    ),
    Function(
        "negate", "X: (m,n) -> (m,n)",
        "Negative -X.", "tr(-A*X); X; -A'", "Linear",
        adjoint="-G", transpose="equivariant",
    ),
    Function(
        "transpose", "X: (m,n) -> (n,m)",
        "Transpose X'.", "tr(A*X'); X; A", "Linear",
        adjoint="G'",
    ),
    Function(
        "mul", "X: (m,k), Y: (k,n) -> (m,n)",
        "Matrix product X*Y.", "tr(A*X); X; A'", _BILINEAR,
        adjoint="G*Y'; X'*G",
    ),
    Function(
        "scale", "s: (), X: (m,n) -> (m,n)",
        "Product s*X with a scalar.", "tr(s*A); s; tr(A)", _BILINEAR,
        adjoint="tr(X'*G); s*G",
    ),
    Function(
        "hadamard", "X: (m,n), Y: (m,n) -> (m,n)",
        "Hadamard product X.*Y, entry by entry.", "sum(A.*X); X; A", _BILINEAR,
        adjoint="G.*Y; G.*X",
    ),
    Function(
        "quotient", "X: (m,n), s: () -> (m,n)",
        "Quotient X/s by a scalar.", "tr(A)/s; s; -tr(A)/s^2", "Quotient rule",
        d="dX/s - X*ds/s^2", domain="s nonzero",
    ),
    Function(
        "hadamard_quotient", "X: (m,n), Y: (m,n) -> (m,n)",
        "Quotient X./Y, entry by entry.", "sum(a./x); x; -a./x.^2", "Quotient rule",
        d="dX./Y - X.*dY./Y.^2", domain="Y nonzero",
    ),
    Function(
        "power", "s: (), t: () -> ()",
        "Power s^t of a scalar.", "s^3; s; 3*s^2", "Power rule",
        d="t*s^(t - 1)*ds + log(s)*s^t*dt", domain="s base-of-power t",
    ),
    Function(
        "hadamard_power", "X: (m,n), t: () -> (m,n)",
        "Power X.^t of each entry.", "sum(x.^3); x; 3*x.^2", "Power rule",
        d="t*X.^(t - 1).*dX + log(X).*X.^t*dt", domain="X base-of-power t",
        transpose="equivariant",
    ),
    Function(
        "hadamard_power", "X: (m,n), Y: (m,n) -> (m,n)",
        "Power X.^Y, entry by entry.", "sum(x.^y); y; log(x).*x.^y", "Power rule",
        d="Y.*X.^(Y - 1).*dX + log(X).*X.^Y.*dY", domain="X base-of-power Y",
        transpose="equivariant",
    ),
)  # fmt: skip
