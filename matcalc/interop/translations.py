"""Functions of SymPy that have no entry of their own, in terms of those that have.

On the left a function of SymPy with its arguments, names or numbers; on the right what it is, for one
entry. SymPy fills in arguments that were left out: ``Heaviside(X)`` is ``Heaviside(X, 1/2)``.
"""

TRANSLATIONS: tuple[tuple[str, str], ...] = (
    ("Exp1", "exp(1)"),
    ("GoldenRatio", "(1 + sqrt(5))/2"),
    ("Heaviside(X, 0)", "relu(sign(X))"),
    ("Heaviside(X, 1)", "1 - relu(sign(-X))"),
    ("sec(X)", "1/cos(X)"),
    ("csc(X)", "1/sin(X)"),
    ("cot(X)", "1/tan(X)"),
    ("sech(X)", "1/cosh(X)"),
    ("csch(X)", "1/sinh(X)"),
    ("coth(X)", "1/tanh(X)"),
    ("asinh(X)", "log(X + sqrt(X^2 + 1))"),
    ("acosh(X)", "log(X + sqrt(X^2 - 1))"),
    ("atanh(X)", "log((1 + X)/(1 - X))/2"),
    ("erfc(X)", "1 - erf(X)"),
    ("conjugate(X)", "X"),
    ("re(X)", "X"),
)
