"""What subscripts behind brackets and bars mean: functions, norms and inner products."""

from __future__ import annotations

from collections.abc import Collection

from lark import Token

from matcalc.errors import MatcalcError, Span
from matcalc.functions import SUM, TR
from matcalc.functions.table import NORM, NORMS, READ_AS, SUBSCRIPTED
from matcalc.language.names import GREEK, plain_name, stem
from matcalc.language.shape_errors import Misfit
from matcalc.language.syntax import (
    INNER,
    Syntax,
    TextState,
    fault,
    instead_of,
    name_nodes,
    names_below,
    span_of,
    unsigned,
)
from matcalc.language.tokens import CLOSES, OPENS, STARTS_OPERAND, is_adjacent, placed

_BRACKETS = frozenset(("RPAR", "RSQB", "RBRACE"))
_OPENING = frozenset(("LPAR", "LSQB", "LBRACE"))
#: The other ways to write the sign of a cross product and a plus below.
_ALIKE = str.maketrans({"ₓ": "×", "x": "×", "₊": "+", "_": "", "{": "", "}": ""})
_FROBENIUS = "F"


def with_functions(tokens: list[Token], notes: list[str]) -> list[Token]:
    """Return the tokens with ``[x]_+`` and ``[x]_×`` as calls of the functions that they are.

    Raises E102 where a name stands right before the bracket, of which the subscript may be too.
    """
    out: list[Token] = []
    opened: list[int] = []
    functions: dict[int, Token] = {}
    closed = -1
    for token in tokens:
        sign = token.translate(_ALIKE) if token.type == "SUBSCRIPT" else ""
        if sign == "×" and out and out[-1].type != "RSQB":
            sign = ""  # an index below round brackets is that of a derivative
        if (
            sign in SUBSCRIPTED
            and out
            and out[-1].type in _BRACKETS
            and closed >= 0
            and closed not in functions
        ):
            function, first = SUBSCRIPTED[sign], out[closed]
            before = out[closed - 1] if closed else None
            if before is not None and before.type in ("NAME", "FUNCTION") and is_adjacent(before, first):
                help_text = f"write {function}(...) around all that it is of"
                raise fault(
                    "E102", f"of what is {token} the subscript?", (before, token), "which?", help_text
                )
            out[closed] = placed("LPAR", "(", *span_of(first))
            out[-1] = placed("RPAR", ")", *span_of((out[-1], token)))
            functions[closed] = placed("FUNCTION", function, *[span_of(first).start] * 2)
            notes.append(f"brackets with {sign} below are read as {function}(...)")
            continue
        if token.type in CLOSES:
            closed = opened.pop() if opened else -1
            closed = closed if closed >= 0 and out[closed].type in _OPENING else -1
        out.append(token)
        if token.type in OPENS:
            opened.append(len(out) - 1)
    return [part for i, token in enumerate(out) for part in (functions.get(i), token) if part is not None]


def with_adjoints(tokens: list[Token], notes: list[str]) -> list[Token]:
    """Return the tokens with the adjoints of products as transposes, as in ``x†Ax`` and ``A^*A``.

    So is a small letter in front of an operand, and a capital beside itself.
    """
    for i, token in enumerate(tokens):
        if token.type != "MARK" or not i or not _ADJOINTS.intersection(token):
            continue
        name, before = tokens[i - 1], tokens[i - 2] if i > 1 else None
        following = tokens[i + 1] if i + 1 < len(tokens) else token
        starts = following.type in STARTS_OPERAND and (name[0].islower() or following == name)
        if name.type == "NAME" and (starts or before == name):
            tokens[i] = placed("TRANSPOSE", "^T", *span_of(token))
            notes.append(f"everything is real: {token} is read as the transpose")
    return tokens


_ADJOINTS = frozenset("*∗†")


def with_round_brackets(tokens: list[Token]) -> list[Token]:
    """Return the tokens with braces that hold no exponent or subscript as round ones, as in ``exp{-x}``."""
    opened: list[int] = []
    for i, token in enumerate(tokens):
        if token.type == "LBRACE":
            opened.append(i)
        elif token.type == "RBRACE" and opened:
            first = opened.pop()
            before = tokens[first - 1] if first else Token("", "")
            if before.type not in _RAISES and not before.endswith("_"):
                tokens[first] = placed("LPAR", "(", *span_of(tokens[first]))
                tokens[i] = placed("RPAR", ")", *span_of(token))
    return tokens


#: What stands before braces that hold an exponent or a weight.
_RAISES = frozenset(("CARET", "ENTRYWISE_CARET"))


def of_frobenius(tokens: list[Token], values: Collection[str], notes: list[str]) -> list[Token]:
    """Return the tokens with ``||W||F`` as a norm, where F is nothing else in the text."""
    places = [i for i, token in enumerate(tokens) if token.type == "NAME" and plain_name(token) == _FROBENIUS]
    behind = [i for i in places if i and tokens[i - 1].type == "NORM_CLOSE"]
    behind = [i for i in behind if is_adjacent(tokens[i - 1], tokens[i]) and tokens[i - 1] in _PLAIN]
    if not behind or len(behind) < len(places) or _FROBENIUS in values:
        return tokens
    notes.append(f"{_FROBENIUS} right behind bars is read as the subscript of a norm")
    for i in behind:
        tokens[i - 1] = placed("NORM_CLOSE", _FROBENIUS, *span_of((tokens[i - 1], tokens[i])))
    dropped = set(behind)
    return [token for i, token in enumerate(tokens) if i not in dropped]


#: Bars that have no subscript yet.
_PLAIN = frozenset(("||", "‖", "∥"))


# Of the tree: norms and inner products

#: Letters of norms of any order, and subscripts of inner products that say nothing.
_ORDERS = frozenset(("p", "q"))
_OF_INNER_PRODUCTS = frozenset(("", "2", "F", "fro"))


def norm(opening: Token, arg: Syntax, close: Token, state: TextState) -> Syntax:
    """Return the norm that the text of the closing bars says, with its subscript if it has one."""
    place = span_of((opening, close))
    if _may_be_weight(close):
        return weighted_norm(place, arg, Syntax("name", (), *span_of(close), plain_name(close)), state)
    subscript = "" if close in _PLAIN else str(close)
    if subscript in NORMS or not (subscript in _ORDERS or subscript in "3456789"):
        return Syntax("norm", (arg,), *place, subscript)
    refuse_norm_of_matrix(arg, place, state.given.declared)
    op, data = ("number", int(close)) if close.isdigit() else ("name", str(close))
    return Syntax("call", (arg, Syntax(op, (), *span_of(close), data)), *place, (NORM, place.start))


def weighted_norm(place: Span, vector: Syntax, weight: Syntax, state: TextState) -> Syntax:
    """Return the norm that a matrix in the subscript gives, the square root of a quadratic form.

    Raises E506 if the subscript is no matrix for sure.
    """
    if not _is_matrix(weight, {*state.names, *state.given.names}):
        code, message, help_text, _ = Misfit.NORM.value
        message = message.format(subscript="".join(node.data for node in name_nodes(weight)))
        raise fault(code, message, weight, "for a matrix declare it, or write sqrt(x'*W*x)", help_text)
    shown = " and ".join(sorted(names_below(weight)))
    state.notes.append(f"{shown} below a norm is read as a matrix: ||x||_W is sqrt(x'*W*x)")
    row = Syntax("transpose", (vector,), *vector.span)
    single = Syntax("single", (Syntax("mul", (row, weight, vector), *place),), *place)
    return Syntax("call", (single,), *place, (READ_AS["root"][0], place.start))


def refuse_norm_of_matrix(arg: Syntax, span: Span, declared: Collection[str]) -> None:
    """Raise E203 for a norm of any order of what is a matrix by default."""
    if arg.op == "name" and arg.data[0].isupper() and arg.data not in declared:
        name = arg.data
        message = f"the norm of this order is known for vectors only, and {name} is a matrix"
        help_text = f"write normF({name}), norm1({name}) or specnorm({name}), or declare {name} a vector"
        raise fault("E203", message, span, "of a matrix", help_text)


def _may_be_weight(subscript: Token) -> bool:
    return subscript[:1].isupper() and subscript not in NORMS and subscript.isidentifier()


def _is_matrix(weight: Syntax, names: Collection[str]) -> bool:
    """Return whether a subscript is a letter or the inverse of one, or is made of names used elsewhere."""
    base, exponent = weight.args if weight.op == "power" else (weight, None)
    inverse = exponent is not None and exponent.op == "negate"
    if exponent is not None and not inverse:
        return False
    letter, *subscripts = base.data.split("_") if base.op == "name" else ("", "")
    is_letter = len(letter) == 1 or letter in GREEK
    is_letter = is_letter and (inverse or not any(map(str.isdigit, subscripts)))
    return is_letter or names_below(weight) <= set(names)


def inner_product(brackets: tuple[Token, Token], left: Syntax, right: Syntax, state: TextState) -> Syntax:
    """Return the inner product of two arrays, which is the sum of the products of their entries.

    One with a matrix in the subscript has that between a row and a column.
    """
    place, closing = span_of(brackets), brackets[1]
    weight = Syntax("name", (), *span_of(closing), plain_name(closing))
    if _may_be_weight(closing) and _is_matrix(weight, {*state.names, *state.given.names}):
        product = Syntax("mul", (Syntax("transpose", (left,), *left.span), weight, right), *place)
        return Syntax("single", (product,), *place)
    if closing in NORMS and closing not in _OF_INNER_PRODUCTS:
        message, help_text = f"inner products have no subscript {closing}", "leave the subscript out"
        raise fault("E506", message, closing, "which?", help_text)
    products = Syntax("hadamard", (left, right), left.start, right.end, INNER)
    return Syntax("call", (products,), *place, (SUM, span_of(brackets[0]).end))


def contraction(left: Syntax, sign: Token, right: Syntax) -> Syntax:
    """Return the inner product of two matrices, ``A:B``. Raises E101 for numbers and labels before it."""
    word = stem(left.data) if left.op == "name" else "A"
    is_label = word not in GREEK and (len(word) > 1 or word.islower())
    if is_label or "number" in (unsigned(left).op, unsigned(right).op):
        raise fault("E101", "unexpected character ':'", sign, "not part of the language", instead_of(":"))
    matrices = tuple(Syntax("entries", (side,), *side.span) for side in (left, right))
    products = Syntax("hadamard", matrices, left.start, right.end)
    return Syntax("call", (products,), left.start, right.end, (SUM, left.start, CONTRACTED))


def refuse_trace_of_contraction(call: Syntax) -> None:
    """Raise E203 for a trace of ``A:B``, which is a number of two matrices."""
    [arg, *_] = call.args
    if arg.op == "call" and arg.data[-1] == CONTRACTED and call.data[0] == TR:
        help_text = "write out the sums of tensors of higher order; of matrices A:B is a number"
        raise fault("E203", f"{call.data[0]} is of a matrix", arg, "a number", help_text)


#: Marks the inner product that a colon is.
CONTRACTED = "contracted"


def in_angles(brackets: tuple[Token, Token]) -> MatcalcError:
    """Return E506 for angle brackets around one value."""
    help_text = "for an inner product write a comma, <x|A|x> as x'*A*x; a mean is written out"
    message = "angle brackets around one value cannot be used"
    return fault("E506", message, brackets, "a mean, or an inner product?", help_text)
