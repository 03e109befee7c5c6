"""What functions and methods of NumPy, JAX, PyTorch and TensorFlow are here: nothing but data.

An entry is the head of a function in Python, with a bar between its names, and for each case what it is. The
cases are told by a text: letters for the kinds of its first arguments (``s`` scalar, ``v`` one axis or a
column, ``m`` matrix, ``.`` any), then ``axis`` if the sum or the like is that of each row, and options with
the values that they have.
The first case that fits holds. What it is stands in Python too: operators as NumPy has them, and calls of
functions of matcalc. A comment is a note. What begins with an exclamation mark is refused, with what to
write.
"""

from __future__ import annotations

#: What modules are called, and which library each belongs to.
MODULES = {
    **dict.fromkeys(
        ("np", "numpy", "np.linalg", "numpy.linalg", "linalg", "LA", "math", "npl", "la", "autograd.numpy",
         "autograd.numpy.linalg"), "numpy"
    ),
    **dict.fromkeys(
        ("jnp", "jax", "jax.numpy", "jnp.linalg", "jax.numpy.linalg", "jax.nn", "jax.scipy.special",
         "jax.lax"),
        "jax",
    ),
    **dict.fromkeys(
        ("scipy", "sp", "scipy.special", "scipy.linalg", "special", "sp.special", "sp.linalg",
         "jax.scipy.linalg"),
        "scipy",
    ),
    **dict.fromkeys(("torch", "torch.linalg", "torch.special", "torch.Tensor"), "torch"),
    **dict.fromkeys(("F", "nn.functional", "torch.nn.functional"), "functional"),
    **dict.fromkeys(
        ("tf", "tf.math", "tf.linalg", "tf.nn", "tensorflow", "tf.keras.activations", "tf.losses",
         "tf.keras.losses"),
        "tensorflow",
    ),
}  # fmt: skip
#: Libraries whose arrays are those of another one.
FAMILIES = {"scipy": "numpy", "functional": "torch"}
#: Modules whose name is a letter that may be a variable: only these functions are theirs.
LETTERS_OF_MODULES = {
    "F": frozenset((
        "softmax", "log_softmax", "relu", "sigmoid", "tanh", "softplus", "logsigmoid", "mse_loss", "l1_loss",
        "cross_entropy", "nll_loss", "binary_cross_entropy", "binary_cross_entropy_with_logits", "silu",
        "elu", "gelu", "leaky_relu", "normalize", "kl_div", "huber_loss", "smooth_l1_loss", "softsign",
        "linear", "cosine_similarity", "dropout", "conv1d", "conv2d", "layer_norm",
    )),
}  # fmt: skip
#: Other names of an option, and options that say nothing of the value.
OPTIONS = {
    "dim": "axis", "axes": "axis", "reduction_indices": "axis", "keepdim": "keepdims",
    "keep_dims": "keepdims", "p": "ord", "exponent": "y", "negative_slope": "slope", "alpha": "slope",
    "bias": "b", "perm": "axes", "newshape": "n", "shape": "n", "N": "n", "M": "m",
    **dict.fromkeys(
        ("assume_a", "dtype", "device", "requires_grad", "name", "stable", "hermitian", "precision",
         "optimize", "order"),
        "",
    ),
}  # fmt: skip

#: What libraries call the arguments that have to be given, by their place.
PLACES = {
    **dict.fromkeys(
        ("a", "x1", "input", "A", "input_tensor", "tensor", "m", "v", "arr", "object", "logits", "features",
         "matrix", "y_true"), 0
    ),
    **dict.fromkeys(("b", "x2", "other", "target", "B", "weight", "vec", "vec2", "rhs", "y_pred"), 1),
}  # fmt: skip

#: Attributes of arrays that are functions of them, and methods that give the array itself.
ATTRIBUTES = {"T": "transpose", "mT": "matrix_transpose", "H": "transpose", "mH": "matrix_transpose",
              "size": "size", "real": "copy"}  # fmt: skip

#: Numbers that modules have, and names of the values of functions that have several.
NUMBERS_OF_MODULES = {"pi": "pi", "e": "exp(1)"}
RESULTS = {"sign": 0, "logabsdet": 1, "eigenvalues": 0, "eigenvectors": 1, "solution": 0}

#: Functions of each entry, by their names in the libraries, where matcalc has them by this or another name.
ENTRYWISE = {
    **dict(zip(*[(
        "exp", "log", "sqrt", "abs", "sign", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos",
        "arctan", "asin", "acos", "atan", "arcsinh", "arccosh", "arctanh", "asinh", "acosh", "atanh", "log1p",
        "expm1", "log2", "log10", "relu", "sigmoid", "expit", "softplus", "erf", "silu", "swish", "softsign",
        "logsigmoid", "log_sigmoid", "lgamma", "gammaln", "digamma", "ndtr",
    )] * 2, strict=True)),
    "absolute": "abs", "fabs": "abs", "exp_": "exp", "log_expit": "logsigmoid", "psi": "digamma",
}  # fmt: skip

_AXES = "axis=None, keepdims=False"
#: How long each row is.
_LENGTH = "sum(colsum(x) ** 0)"
_DEVIATIONS = f"rowsum((x - column(rowsum(x) / {_LENGTH})) ** 2)"


def _variance(over_n: str, over_less: str) -> dict[str, str]:
    """Return the cases of a variance, by the options that divide by n and by n - 1."""
    return {
        f"m axis {over_n}": f"{_DEVIATIONS} / {_LENGTH}",
        f"m axis {over_less}": f"{_DEVIATIONS} / ({_LENGTH} - 1)",
        f". {over_n}": "var(x)",
        f". {over_less}": "var(x) * sum(x ** 0) / (sum(x ** 0) - 1)",
    }


def _root(cases: dict[str, str]) -> dict[str, str]:
    return {case: f"sqrt({body})" for case, body in cases.items()}


_BY_DDOF = _variance("ddof=0", "ddof=1")
_OVER_LESS = "correction=1 unbiased=True"
_BY_CORRECTION = {
    case: body
    for over_n in ("correction=0 unbiased=True", "correction=1 unbiased=False")
    for case, body in _variance(over_n, _OVER_LESS).items()
}
_EITHER = "! it may divide by n or by n - 1: write np.var(x) or np.std(x), or a mean"
_REDUCTIONS = {". reduction='mean'": "mean({0})", ". reduction='sum'": "sum({0})",
                    ". reduction='none'": "{0}"}  # fmt: skip


def _loss(entries: str) -> dict[str, str]:
    """Return the cases of a loss, which is the mean of its entries unless told otherwise."""
    return {case: text.format(entries) for case, text in _REDUCTIONS.items()}


_LEAKY_RELU = {". slope": "relu(x) - slope * relu(-x)"}
_NORMS = {
    "v ord=None": "norm2(x)", "v ord=2": "norm2(x)", "v ord=1": "norm1(x)", "v ord='inf'": "norminf(x)",
    "v ord": "normp(x, ord)",
    "m axis ord=None": "sqrt(rowsum(x ** 2))", "m axis ord=2": "sqrt(rowsum(x ** 2))",
    "m axis ord=1": "rowsum(abs(x))",
    "m ord=None": "normF(x)", "m ord='fro'": "normF(x)", "m ord='nuc'": "nucnorm(x)",
}  # fmt: skip

FUNCTIONS: dict[str, dict[str, str]] = {
    # Operators
    "add(x, y)": {"": "x + y"},
    "subtract|sub(x, y)": {"": "x - y"},
    "multiply|mul(x, y)": {"": "x * y"},
    "divide|true_divide|div(x, y)": {"": "x / y"},
    "negative|neg(x)": {"": "-x"},
    "power|float_power|pow(x, y)": {"": "x ** y"},
    "square|square_(x)": {"": "x ** 2"},
    "reciprocal(x)": {"": "1 / x"},
    "rsqrt(x)": {"": "1 / sqrt(x)"},
    "squared_difference(x, y)": {"": "(x - y) ** 2"},
    # Products
    "dot|matmul(x, y)": {"": "x @ y"},
    "tensorflow.matmul(x, y, transpose_a=False, transpose_b=False)": {
        "mm transpose_a=True transpose_b=True": "transpose(x) @ transpose(y)",
        "mm transpose_a=True": "transpose(x) @ y",
        "mm transpose_b=True": "x @ transpose(y)",
        "mm": "x @ y",
        "": "! tf.matmul is of matrices: write tf.linalg.matvec(A, x), or declare the names",
    },
    "mm(x, y)": {"mm": "x @ y", "": "! mm is of matrices: write x @ y, or declare the names"},
    "mv|matvec(x, y)": {"mv": "x @ y"},
    "addmm(b, x, y)": {".mm": "b + x @ y"},
    "addmv(b, x, y)": {".mv": "b + x @ y"},
    "linear(x, w, b=None)": {".. b=None": "x @ transpose(w)", ".. b": "x @ transpose(w) + b"},
    "inner(x, y)": {"vv": "x @ y", "mm": "x @ transpose(y)", "mv": "x @ y"},
    "vdot(x, y)": {"vv": "x @ y", "mm": "sum(x * y)"},
    "outer|ger(x, y)": {"vv": "column(x) @ row(y)", "mm": "column(flat(x)) @ row(flat(y))"},
    "kron(x, y)": {"mm": "kron(x, y)", "vv": "kron(x, y)"},
    "tensordot(x, y, axes=2)": {
        "mm axes=2": "sum(x * y)", "mm axes=1": "x @ y", "vv axes=1": "x @ y", "mv axes=1": "x @ y",
        "vm axes=1": "x @ y", "vv axes=0": "column(x) @ row(y)",
    },
    "multi_dot(x)": {"": "! write the product with @"},
    "cross(x, y)": {"vv": "cross(x, y)"},
    # Sums and the like, of all entries or along an axis
    f"sum|reduce_sum(x, {_AXES})": {"m axis": "rowsum(x)", "": "sum(x)"},
    f"mean|reduce_mean(x, {_AXES})": {"m axis": "rowsum(x) / sum(colsum(x) ** 0)", "": "mean(x)"},
    f"average(x, {_AXES}, weights=None)": {
        "m axis": "rowsum(x) / sum(colsum(x) ** 0)", ". weights=None": "mean(x)",
        "v weights": "(weights @ x) / sum(weights)",
    },
    f"logsumexp|reduce_logsumexp(x, {_AXES})": {
        "v": "logsumexp(x)", "m axis": "rowlogsumexp(x)", "m": "logsumexp(flat(x))",
    },
    f"prod|reduce_prod(x, {_AXES})": {"m axis": "! write exp(sum(log(x)))", "": "prod(x)"},
    f"max|amax|reduce_max(x, {_AXES})": {"m axis": "! the largest of each row cannot be used", "": "max(x)"},
    f"min|amin|reduce_min(x, {_AXES})": {"m axis": "! the smallest of each row cannot be used", "": "min(x)"},
    f"numpy.var|jax.var|reduce_variance(x, {_AXES}, ddof=0)": _BY_DDOF,
    f"numpy.std|jax.std|reduce_std(x, {_AXES}, ddof=0)": _root(_BY_DDOF),
    "torch.var(x, axis=None, unbiased=True, keepdims=False, correction=1)": _BY_CORRECTION,
    "torch.std(x, axis=None, unbiased=True, keepdims=False, correction=1)": _root(_BY_CORRECTION),
    f"var|std(x, {_AXES})": {"m axis": _EITHER, "": _EITHER},
    "cumsum(x, axis=None)": {"v": "cumsum(x)"},
    "size|numel(x)": {"": "sum(x ** 0)"},
    "len(x)": {"v": "sum(x ** 0)", "m": "sum(rowsum(x) ** 0)"},
    # Norms
    f"norm(x, ord=None, {_AXES})": {
        **_NORMS, "m ord=2": "specnorm(x)",
        "m": "! norms of matrices are the Frobenius norm, ord=2 (spectral) and ord='nuc'",
    },
    f"torch.norm(x, ord=None, {_AXES})": {
        "v ord='fro'": "norm2(x)", **_NORMS,
        "m": "! torch.norm and the norms of torch.linalg differ here: write out which norm it is",
    },
    f"vector_norm|tensorflow.norm(x, ord=2, {_AXES})": {
        "v ord=2": "norm2(x)", "v ord=1": "norm1(x)", "v ord='inf'": "norminf(x)", "v ord": "normp(x, ord)",
        "m axis ord=2": "sqrt(rowsum(x ** 2))", "m axis ord=1": "rowsum(abs(x))", "m ord=2": "normF(x)",
        "m ord='fro'": "normF(x)", "m ord=1": "norm1(x)", "m ord='inf'": "norminf(x)",
    },
    f"matrix_norm(x, ord='fro', {_AXES})": {
        "m ord='fro'": "normF(x)", "m ord=2": "specnorm(x)", "m ord='nuc'": "nucnorm(x)",
    },
    "l2_loss(x)": {"": "sum(x ** 2) / 2"},
    "normalize(x, ord=2, axis=None)": {"v ord=2": "x / norm2(x)"},
    # Linear algebra
    "transpose(x, axes=None, other=None)": {
        ". axes=None": "transpose(x)", "m axes=(1, 0)": "transpose(x)", "m axes=0 other=1": "transpose(x)",
        "m axes=1 other=0": "transpose(x)", "m axes=-1 other=-2": "transpose(x)",
        "m axes=-2 other=-1": "transpose(x)",
    },
    "t|adjoint(x)": {"": "transpose(x)"},
    "matrix_transpose(x)": {"m": "transpose(x)"},
    "swapaxes(x, i, j)": {"m i=0 j=1": "transpose(x)", "m i=1 j=0": "transpose(x)",
                          "m i=-1 j=-2": "transpose(x)", "m i=-2 j=-1": "transpose(x)"},
    "trace(x)": {"m": "tr(x)", "": "! the trace is of matrices: declare the names that are"},
    "diag(x, k=0)": {"v k=0": "diag(x)", "m k=0": "diag(x)"},
    "diagonal|diag_part|tensor_diag_part(x)": {"m": "diag(x)"},
    "diagflat|diag_embed(x)": {"v": "diag(x)"},
    "tril(x, k=0)": {"m k=0": "tril(x)"},
    "triu(x, k=0)": {"m k=0": "triu(x)"},
    "inv|inverse(x)": {"m": "inv(x)"},
    "pinv|pinverse(x)": {"m": "pinv(x)"},
    "det(x)": {"m": "det(x)"},
    "logdet(x)": {"m": "logdet(x)"},
    "slogdet(x)": {"m": "sign(det(x)), log(abs(det(x)))"},
    "solve(x, y)": {"mv": "solve(x, y)", "mm": "solve(x, y)"},
    "lstsq(x, y, rcond=None)": {"mv": "pinv(x) @ y,", "mm": "pinv(x) @ y,"},
    "matrix_power(x, n)": {"m": "matrix_power(x, n)"},
    "cholesky(x, upper=False)": {"m upper=True": "transpose(chol(x))", "m": "chol(x)"},
    "scipy.cholesky(x, lower=False)": {"m lower=True": "chol(x)", "m": "transpose(chol(x))"},
    "eigvalsh(x)": {"m": "eigvals(x)"},
    "eigh(x)": {"m": "eigvals(x), eigvecs(x)"},
    "expm|matrix_exp(x)": {"m": "expm(x)"},
    "logm(x)": {"m": "logm(x)"},
    "sqrtm(x)": {"m": "sqrtm(x)"},
    "toeplitz(x)": {"v": "toeplitz(x)"},
    # Functions of each entry that are written with others
    "exp2(x)": {"": "2 ** x"},
    "cbrt(x)": {"": "x ** (1 / 3)"},
    "logaddexp(x, y)": {". x=0": "softplus(y)", "": "logaddexp(x, y)"},
    "hypot(x, y)": {"": "sqrt(x ** 2 + y ** 2)"},
    "heaviside(x, y)": {". y=0.5": "step(x)", ". y=0": "indicator(x)", ". y=1": "1 - indicator(-x)"},
    "maximum|fmax(x, y)": {". x=0": "relu(y)", ". y=0": "relu(x)", "": "max(x, y)"},
    "minimum|fmin(x, y)": {"": "min(x, y)"},
    "clamp(x, min=None, max=None)": {
        ". min=0 max=None": "relu(x)", "": "! write np.maximum(x, a) or np.minimum(x, b)",
    },
    "clamp_min(x, min)": {". min=0": "relu(x)", "": "max(x, min)"},
    "clip(x, min, max)": {"": "! leave out what guards a logarithm, or write np.maximum, np.minimum"},
    "logit(x)": {"": "log(x / (1 - x))"},
    "leaky_relu(x, slope=0.01)": _LEAKY_RELU,
    "tensorflow.leaky_relu(x, slope=0.2)": _LEAKY_RELU,
    "xlogy(x, y)": {"": "x * log(y)"},
    "entr(x)": {"": "-x * log(x)"},
    "rel_entr(x, y)": {"": "x * log(x / y)"},
    "functional.gelu(x)": {"": "gelu(x)"},
    "gelu(x)": {"": "! it has two forms: write F.gelu(x), or that with tanh"},
    "elu(x, alpha=1.0)": {". alpha": "elu(x, alpha)"},
    "round(x)": {"": "! leave it out: its derivative is 0"},
    "cov(x, rowvar=True, b=False, ddof=None)": {
        "m rowvar=True": "cov(transpose(x))", "m rowvar=False": "cov(x)",
        "": "! of centred columns write Z.T @ Z / n, or np.cov(X) of one matrix",
    },
    # Of vectors, and of each row of matrices
    "softmax(x, axis=None)": {
        "v": "softmax(x)", "m axis": "rowsoftmax(x)",
        "m": "rowsoftmax(x)  # softmax of a matrix without an axis is taken as that of each row",
    },
    "scipy.softmax(x, axis=None)": {
        "v": "softmax(x)", "m axis": "rowsoftmax(x)",
        "m": "! without axis= it is that of all entries: write axis=1 for each row",
    },
    "log_softmax(x, axis=None)": {
        "v": "x - logsumexp(x)", "m axis": "x - column(rowlogsumexp(x))",
        "m": "x - column(rowlogsumexp(x))  # log_softmax without an axis is taken as that of each row",
    },
    "cosine_similarity(x, y, axis=None)": {"vv": "(x @ y) / (norm2(x) * norm2(y))"},
    # Losses
    "mse_loss(x, y, reduction='mean')": _loss("(x - y) ** 2"),
    "l1_loss(x, y, reduction='mean')": _loss("abs(x - y)"),
    "huber_loss(x, y, reduction='mean', delta=1.0)": _loss("huber(x - y)"),
    "smooth_l1_loss(x, y, reduction='mean', beta=1.0)": _loss("huber(x - y)"),
    "binary_cross_entropy(x, y, reduction='mean')": _loss("-y * log(x) - (1 - y) * log(1 - x)"),
    "binary_cross_entropy_with_logits(x, y, reduction='mean')": _loss("softplus(x) - y * x"),
    "sigmoid_cross_entropy_with_logits(labels, logits)": {"": "softplus(logits) - labels * logits"},
    "softmax_cross_entropy_with_logits(labels, logits)": {"vv": "logsumexp(logits) - labels @ logits"},
    "cross_entropy(x, y)": {"": "! with y one-hot write logsumexp(z) - y @ z; add these up for rows"},
    "nll_loss(x, y)": {"": "! with y one-hot write -(y @ z)"},
    "kl_div(x, y)": {"": "! write np.sum(p * np.log(p / q))"},
    "mean_squared_error(x, y)": {"v": "mean((x - y) ** 2)"},
    # The same entries
    "copy|clone|contiguous|float|double|array|asarray|tensor(x)": {"": "x"},
    "requires_grad_(x, given=True)": {". given": "x"},
    "item(x)": {"s": "x"},
    "astype(x, type)": {"": "x"},
    "to(x, type)": {"": "x"},
    "conj(x)": {"": "x  # everything is real"},
    "squeeze(x)": {"v": "flat(x)", "s": "x"},
    "ravel|flatten(x)": {"": "flat(x)"},
    "atleast_1d(x)": {"v": "x"},
    "reshape(x, n, m=None)": {
        ". n=-1 m=None": "flat(x)", ". n=(-1,) m=None": "flat(x)",
        "v n=-1 m=1": "column(flat(x))", "v n=(-1, 1)": "column(flat(x))",
        "v n=1 m=-1": "row(flat(x))", "v n=(1, -1)": "row(flat(x))",
        "": "! NumPy fills rows first, unvec(x, m, n) columns: write unvec(x, n, m)'",
    },
    "view(x, n, m=None)": {
        ". n=-1 m=None": "flat(x)", "v n=-1 m=1": "column(flat(x))", "v n=1 m=-1": "row(flat(x))",
    },
    "unsqueeze|expand_dims(x, axis)": {
        "v axis=1": "column(x)", "v axis=-1": "column(x)", "v axis=0": "row(x)",
    },
    "ones_like(x)": {"": "x ** 0"},
    "zeros_like(x)": {"": "0 * x"},
    "detach|stop_gradient(x)": {"": "! what is detached is a constant: give it a name of its own"},
}  # fmt: skip

#: What a choice by a condition is: names stand for expressions, and the first form that fits holds.
PATTERNS = {
    "where(x > 0, x, 0)": "relu(x)",
    "where(x < 0, 0, x)": "relu(x)",
    "where(x > 0, x, -x)": "abs(x)",
    "where(x < 0, -x, x)": "abs(x)",
    "where(x > y, x, y)": "max(x, y)",
    "where(x < y, y, x)": "max(x, y)",
    "where(x < y, x, y)": "min(x, y)",
    "where(x > y, y, x)": "min(x, y)",
    "where(x > 0, x, a * x)": "relu(x) - a * relu(-x)",
}
#: What any other is: ``m`` is 1 where the condition holds, and 0 elsewhere.
CHOICE = "a * m + b * (1 - m)"
#: What ``x > y`` is, and ``x >= y``.
COMPARISONS = ("indicator(x - y)", "1 - indicator(y - x)")
#: The functions that limit a value from below and from above.
EXTREMA = ("max", "min")
#: Words that are scalars in code.
SCALARS = frozenset(
    ("eps", "epsilon", "lam", "lamb", "lambd", "lmbda", "lmbd", "lambda", "reg", "lr", "tau", "temp",
     "temperature", "learning_rate", "weight_decay", "sigma2", "n_samples", "batch_size", "scale"),
)  # fmt: skip
#: Constants that are called with sizes, in some libraries all in one.
CONSTANT_CALLS = {
    "eye": "eye(n, m=None, k=0)", "identity": "eye(n, type=None)",
    "ones": "ones(n, m=None)", "zeros": "zeros(n, m=None)",
    **{f"{library}.{name}": f"{name}(n, type=None)"
       for library in ("numpy", "jax", "tensorflow") for name in ("ones", "zeros")},
}  # fmt: skip
#: What functions of Python itself are with two arguments.
BUILTINS = {"max": "maximum", "min": "minimum"}
#: Functions and methods whose value may be the array that they are of.
VIEWS = frozenset(
    ("transpose", "t", "adjoint", "matrix_transpose", "swapaxes", "reshape", "view", "ravel", "squeeze",
     "unsqueeze", "expand_dims", "asarray", "atleast_1d", "diag", "diagonal", "contiguous", "to", "float",
     "double", "astype", "conj", "numpy", "permute", "requires_grad_"),
)  # fmt: skip
#: Functions that make data: a name that is assigned their value is a variable.
DATA = frozenset(
    ("randn", "rand", "random", "normal", "uniform", "standard_normal", "randint", "load", "loadtxt",
     "genfromtxt", "Parameter", "Variable", "default_rng", "linspace", "read_csv"),
)  # fmt: skip
#: Functions whose value is where a variable begins.
STARTS = frozenset(("zeros", "empty", "zeros_like", "empty_like"))
#: What shows a value, what asks for the derivative of one, and what records it.
SHOWN = "print"
DERIVATIVES = frozenset(("backward", "grad", "value_and_grad", "gradient", "jacobian", "jacfwd", "jacrev"))
TAPES = frozenset(("GradientTape",))
#: Decorators of functions whose values stay the same.
DECORATORS = frozenset(("jit", "njit", "function", "compile", "staticmethod", "no_grad", "filter_jit"))
#: What is called for something else than its value.
IDLE = frozenset(("seed", "manual_seed", "set_printoptions", "zero_grad", "step", "requires_grad_", "watch"))
