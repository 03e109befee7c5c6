"""Functions that work on each entry."""

from matcalc.functions.entry import elementwise

_DLMF = "NIST Digital Library of Mathematical Functions, "
_NEAR = "derivative almost everywhere; at the kink the value is a convention"

ELEMENTWISE = (
    elementwise(
        "exp", "exp(X).*dX",
        "Exponential function of each entry.",
        "sum(exp(A*x)); x; A'*exp(A*x)",
        _DLMF + "4.7.5",
        evaluate="numpy:exp", latex=r"\exp", facts="positive",
    ),
    elementwise(
        "log", "dX./X",
        "Natural logarithm of each entry.",
        "sum(log(x)); x; 1./x",
        _DLMF + "4.7.1",
        evaluate="numpy:log", latex=r"\log", domain="X positive", aliases=("ln",),
    ),
    elementwise(
        "sqrt", "dX./(2*sqrt(X))",
        "Square root of each entry.",
        "sum(sqrt(x)); x; 1./(2*sqrt(x))",
        "Power rule with exponent 1/2",
        evaluate="numpy:sqrt", latex=r"\sqrt{#1}", domain="X positive",
    ),
    elementwise(
        "abs", "sign(X).*dX",
        "Absolute value of each entry.",
        "sum(abs(x)); x; sign(x)",
        _NEAR,
        evaluate="numpy:abs", latex=r"\operatorname{abs}", domain="X nonzero",
    ),
    elementwise(
        "sign", "0*dX",
        "Sign of each entry: -1, 0 or 1.",
        "sum(sign(x)); x; zeros(n)",
        _NEAR,
        evaluate="numpy:sign", latex=r"\operatorname{sign}", domain="X nonzero",
    ),
    elementwise(
        "step", "0*dX",
        "1 where the entry is positive, else 0 (the Heaviside step with value 0 at 0).",
        "sum(step(x)); x; zeros(n)",
        _NEAR,
        evaluate="kernels:step", latex=r"\operatorname{step}", domain="X nonzero",
        aliases=("heaviside",),
    ),
    elementwise(
        "relu", "step(X).*dX",
        "Positive part of each entry.",
        "sum(relu(A*x)); x; A'*step(A*x)",
        _NEAR,
        evaluate="kernels:relu", latex=r"\operatorname{relu}", domain="X nonzero",
    ),
    elementwise(
        "sin", "cos(X).*dX",
        "Sine of each entry.",
        "sum(sin(x)); x; cos(x)",
        _DLMF + "4.20.1",
        evaluate="numpy:sin", latex=r"\sin",
    ),
    elementwise(
        "cos", "-sin(X).*dX",
        "Cosine of each entry.",
        "sum(cos(x)); x; -sin(x)",
        _DLMF + "4.20.2",
        evaluate="numpy:cos", latex=r"\cos",
    ),
    elementwise(
        "tanh", "(1 - tanh(X).^2).*dX",
        "Hyperbolic tangent of each entry.",
        "sum(tanh(A*x)); x; A'*(1 - tanh(A*x).^2)",
        _DLMF + "4.34.8",
        evaluate="numpy:tanh", latex=r"\tanh", symbol="h",
    ),
    elementwise(
        "sigmoid", "sigmoid(X).*(1 - sigmoid(X)).*dX",
        "Logistic function 1/(1 + exp(-x)) of each entry.",
        "sum(sigmoid(x)); x; sigmoid(x).*(1 - sigmoid(x))",
        "Bishop, Pattern Recognition and Machine Learning, (4.88)",
        evaluate="kernels:sigmoid", latex=r"\operatorname{sigmoid}", facts="positive", aliases=("logistic",),
        symbol="s",
    ),
)  # fmt: skip
