"""What functions of MATLAB, Julia and R are here: nothing but data.

An entry is a call with letters for its arguments, and what it is; numbers and ``inf`` stand for themselves.
What begins with an exclamation mark is refused, with what to write. What stands behind a bar is what to write
where the argument is a matrix, since the function is another one then. A comment is a note.
"""

from __future__ import annotations

_ROWS, _COLUMNS = "sum(rowsum(x).^0)", "sum(colsum(x).^0)"
_OVER_LESS = "sum(x.^0)/(sum(x.^0) - 1)"
_OF_COLUMNS = "write sum((X - ones(m)*mean(X, 1)).^2, 1)/(m - 1) for that of each column"


#: Functions that are sums of columns in MATLAB, and those that Julia applies another function before.
OF_COLUMNS, FOLDS = frozenset(("sum", "mean")), frozenset(("sum", "mean", "prod"))
#: What R calls for the size of a matrix, a diagonal of numbers, and what is one here.
SIZES, DIAGONAL, IDENTITY = ("size", "nrow", "ncol", "length", "numel"), "diag", "eye"


def _along_columns(name: str) -> str:
    """Return what a function of MATLAB is that works on each column of a matrix."""
    help_text = f"write {name}(X(:)) for that of all entries"
    if name in OF_COLUMNS:
        help_text = f"write {name}(X, 1) for the columns, {name}(X(:)) for all entries"
    return f"{name}(x) | {help_text}"


#: Functions that no other language has, or has with the same meaning, and the language that is named.
CALLS: dict[str, dict[str, str]] = {
    "MATLAB": {
        "sum(x, 1)": "colsum(x)'", "sum(x, 2)": "rowsum(x)",
        "mean(x, 1)": f"colsum(x)'/{_ROWS}", "mean(x, 2)": f"rowsum(x)/{_COLUMNS}",
        "numel(x)": "sum(x.^0)", "size(x, 1)": _ROWS, "size(x, 2)": _COLUMNS,
        "norm(x, inf)": "norminf(x) | write max(sum(abs(X), 2)), or norminf(X) for the largest entry",
        "mtimes(x, y)": "x*y", "times(x, y)": "x.*y", "mldivide(x, y)": "solve(x, y)",
    },
    "Julia": {
        "abs2(x)": "x.^2", "dot(x, y, z)": "x'*y*z", "length(x)": "sum(x.^0)",
    },
    "R": {
        "crossprod(x)": "x'@x", "crossprod(x, y)": "x'@y",
        "tcrossprod(x)": "x@x'", "tcrossprod(x, y)": "x@y'",
        "colSums(x)": "colsum(x)", "rowSums(x)": "rowsum(x)",
        "colMeans(x)": f"colsum(x)/{_ROWS}", "rowMeans(x)": f"rowsum(x)/{_COLUMNS}",
        "nrow(x)": _ROWS, "ncol(x)": _COLUMNS, "solve(x)": "inv(x)",
    },
}  # fmt: skip
#: Functions that mean something else in a language than here.
MEANT: dict[str, dict[str, str]] = {
    "": {
        "var(x)": "var(x)  # var divides by n, as in NumPy; with n - 1 it is n/(n - 1)*var(x)",
        "std(x)": "std(x)  # std divides by n, as in NumPy; with n - 1 it is sqrt(n/(n - 1))*std(x)",
        "cov(x)": "cov(x)  # cov divides by n - 1, and its observations are rows, as in MATLAB and R",
    },
    "MATLAB": {
        **{f"{name}(x)": _along_columns(name) for name in ("sum", "mean", "max", "min", "prod", "cumsum")},
        "var(x)": f"var(x)*{_OVER_LESS} | {_OF_COLUMNS}",
        "std(x)": f"sqrt(var(x)*{_OVER_LESS}) | {_OF_COLUMNS}",
        "norm(x)": "norm(x) | write norm(X, 'fro'), or specnorm(X) for the spectral norm",
        "dot(x, y)": "dot(x, y) | write sum(X.*Y, 1) for the columns",
        "chol(x)": "chol(x)'", "ones(x)": "ones(x, x)", "zeros(x)": "zeros(x, x)",
        "length(x)": "sum(x.^0) | write numel(X) for all entries, size(X, 1) for the rows",
    },
    "Julia": {
        "var(x)": f"var(x)*{_OVER_LESS}", "std(x)": f"sqrt(var(x)*{_OVER_LESS})",
    },
    "R": {
        "t(x)": "x'", "drop(x)": "x", "pmax(x, y)": "max(x, y)", "pmin(x, y)": "min(x, y)",
        "max(x, y)": "! max of R is that of all entries: write pmax(x, y) for the larger of each two",
        "min(x, y)": "! min of R is that of all entries: write pmin(x, y) for the smaller of each two",
        "var(x)": f"var(x)*{_OVER_LESS} | write cov(X) for the covariance of columns",
        "sd(x)": f"sqrt(var(x)*{_OVER_LESS})",
        "cov(x, y)": "! cov of two arrays cannot be used: write t(x - mean(x)) %*% (y - mean(y)) / (n - 1)",
        "chol(x)": "chol(x)'",
        "norm(x)": "! norm of R is the largest sum of a column: write normF(X) for that of all squares",
    },
}  # fmt: skip


def _names(calls: dict[str, str]) -> frozenset[str]:
    return frozenset(call.partition("(")[0] for call in calls)


#: The names of functions, in any text and in that of a language.
ANYWHERE = frozenset().union(*map(_names, CALLS.values()))
WITHIN = {language: _names(calls) for language, calls in MEANT.items()}
