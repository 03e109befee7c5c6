"""Code of other languages: how Python is told, and signs and calls of MATLAB, Julia and R.

Of MATLAB these are ``x.'`` and ``sum(X, 1)``, of Julia ``exp.(x)``, ``.+`` and ``sum(abs2, x)``, of R ``%*%``
with ``t(X)``, ``crossprod(X)`` and ``solve(A)``. Where ``%*%`` occurs, other operators work entry by entry.
"""

from __future__ import annotations

import re

from lark import Token

from matcalc.errors import Span
from matcalc.functions import BY_CALL
from matcalc.language.syntax import Syntax, fault

#: What only code in Python has: ``@``, a module, a method with its bracket, and words of functions.
_PYTHON = re.compile(
    r"@|(?<![\w.])(?:np|npl|numpy|jnp|jax|scipy|special|torch|tf|tensorflow|math|nn|linalg|LA)\.(?!T\b)[A-Za-z]"
    r"|(?<![\w.])F\.[a-z]|[\w)\]]\.(?:[A-Za-z_]+\(|shape\b|size\b|mT\b)"
    r"|\[[^\[\]]*\b(?:None|newaxis)\b|\breturn\b|\bdef\b|\blambda\b[^*]*:|\bimport\s+\w"
)

_OF_R = "%*%"
_OPERATORS_OF_R = {
    _OF_R: "TIMES", "*": "ENTRYWISE", "/": "ENTRYWISE_OVER", "^": "ENTRYWISE_CARET", "**": "ENTRYWISE_CARET",
}  # fmt: skip
#: Functions that only R has, by name and number of arguments, and those that R calls otherwise.
_CALLED_IN_R = frozenset(("crossprod", "tcrossprod"))
_MEANT_IN_R = {"t": "transposed", "pmax": "max", "pmin": "min"}
#: Functions of R that are not read: what they are there, and what to write.
_ELSE_IN_R = {
    "norm": ("the largest sum of a column", "write normF(X) for the root of the sum of squares"),
    "var": ("the sum of squares over n - 1", "write sum((x - mean(x))^2) / (n - 1)"),
    "sd": ("a root of the sum of squares over n - 1", "write sqrt(sum((x - mean(x))^2) / (n - 1))"),
    "chol": ("the upper factor", "without %*%, the upper factor is chol(A)', the lower one chol(A)"),
    "cov": (
        "the covariance of columns, or of two arrays",
        "write t(Z) %*% Z / (n - 1) with Z for the centred columns",
    ),
}
#: Such functions if they have several arguments.
_ELSE_OF_SEVERAL_IN_R = {
    "max": ("the largest of all entries", "write pmax(x, y) for the larger of each two entries"),
    "min": ("the smallest of all entries", "write pmin(x, y) for the smaller of each two entries"),
}
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
#: Sums over the first and second axis, as MATLAB counts them.
_ALONG = {"sum": ("colsum", "rowsum"), "mean": ("colsum", "rowsum")}
#: What Julia applies to each entry before it sums, besides functions of the table.
_SQUARE = "abs2"
NOTE_ON_R = "read as R: %*% is the matrix product, *, / and ^ work entry by entry"


def may_be_python(text: str) -> bool:
    """Return whether a text has what only code in Python has.

    >>> may_be_python("x @ A @ x"), may_be_python("x'*A*x"), may_be_python("X.sum()")
    (True, False, True)
    """
    return _PYTHON.search(text) is not None


def as_here(tokens: list[Token], notes: list[str]) -> list[Token]:
    """Return the tokens with calls and operators of Julia and R as those here. Raises E105 for ``f.(x)``."""
    is_r = _OF_R in tokens
    if is_r:
        notes.append(NOTE_ON_R)
    out: list[Token] = []
    for i, token in enumerate(tokens):
        if token.type == "BROADCAST":
            name = out[-1] if out else token
            if name.type != "NAME" or not _is_entrywise(name):
                message = f"{name}.(...) is no function of each entry"
                raise fault("E105", message, (name, token), "not known", "write a function of the table")
            continue
        called = i + 1 < len(tokens) and tokens[i + 1].type == "LPAR"
        if is_r and called:
            _refuse_else_in_r(tokens, i)
        if token.type == "NAME" and called and (token in _CALLED_IN_R or (is_r and token in _MEANT_IN_R)):
            token = Token.new_borrow_pos("FUNCTION", _MEANT_IN_R.get(token, str(token)), token)
        elif is_r:
            token.type = _OPERATORS_OF_R.get(token, token.type)
        out.append(token)
    return out


def _refuse_else_in_r(tokens: list[Token], i: int) -> None:
    """Raise E506 for a call at a place that is not read as in R."""
    name = tokens[i]
    meaning = _ELSE_IN_R.get(name)
    if name in _ELSE_OF_SEVERAL_IN_R and _has_several_arguments(tokens, i + 1):
        meaning = _ELSE_OF_SEVERAL_IN_R[name]
    if meaning is not None:
        message = f"{name} of R is {meaning[0]}, and is not read"
        raise fault("E506", message, (name, name), "as in R?", meaning[1])


def _has_several_arguments(tokens: list[Token], start: int) -> bool:
    depth = 0
    for token in tokens[start:]:
        depth += (token in _OPENING) - (token in _CLOSING)
        if depth == 0 or (depth == 1 and token == ","):
            return depth == 1
    return False


def _is_entrywise(name: str) -> bool:
    return any(entry.elementwise for entry in BY_CALL.get(name, ()))


def call_elsewhere(name: str, args: tuple[Syntax, ...], span: Span) -> tuple[Syntax, str] | None:
    """Return what a call is in MATLAB, Julia or R, with a note; nothing if it is none of theirs."""
    if name in _ALONG and len(args) == 2 and args[1].op == "number" and args[1].data in (1, 2):
        return _along(name, args[0], args[1].data, span)
    if name in _ALONG and len(args) == 2 and args[0].op == "name":
        function = args[0].data
        if function == _SQUARE:
            two = Syntax("number", (), args[0].start, args[0].end, 2)
            entries = Syntax("hadamard_power", (args[1], two), span.start, span.end)
        elif _is_entrywise(function):
            entries = _call(function, args[1], span)
        else:
            return None
        return _call(
            name, entries, span
        ), f"{name}({function}, ...) is read as in Julia: of {function} of each entry"
    if name in _CALLED_IN_R:
        left, right = args[0], args[-1]
        if name == "crossprod":
            left = Syntax("transpose", (left,), left.start, left.end)
        else:
            right = Syntax("transpose", (right,), right.start, right.end)
        product = Syntax("mul", (left, right), span.start, span.end)
        return (
            product,
            f"{name} is read as in R: X'*Y" if name == "crossprod" else f"{name} is read as in R: X*Y'",
        )
    if name == "solve" and len(args) == 1:
        return _call("inv", args[0], span), "solve(A) is read as in R: the inverse"
    return None


def _along(name: str, arg: Syntax, axis: int, span: Span) -> tuple[Syntax, str]:
    first, second = _ALONG[name]
    total = _call(first if axis == 1 else second, arg, span)
    if name == "mean":
        # So many ones as there are entries in each sum.
        zero = Syntax("number", (), span.start, span.end, 0)
        lengths = Syntax("hadamard_power", (_call(second if axis == 1 else first, arg, span), zero), *span)
        total = Syntax("quotient", (total, _call("sum", lengths, span)), span.start, span.end)
    if axis == 1:
        total = Syntax("transpose", (total,), span.start, span.end)
    which = "columns, as a row" if axis == 1 else "rows"
    return total, f"{name}(X, {axis}) is read as in MATLAB: the {name} of the {which}"


def _call(name: str, arg: Syntax, span: Span) -> Syntax:
    return Syntax("call", (arg,), span.start, span.end, (name, span.end))
