"""What may mean two things in the tokens and is refused, and words that are operators on paper."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

from lark import Token

from matcalc.errors import Label, MatcalcError, Span, suggestion
from matcalc.functions import BY_CALL
from matcalc.language.names import GREEK, plain_name, stem
from matcalc.language.token_kinds import CLOSES, CONSTANTS, ENDS_OPERAND, FILLED, OPENS, STARTS_OPERAND

PRIMES = frozenset(("'", "’", "′"))
#: What names a norm in a subscript.
_OF_NORMS = frozenset(("F", "fro", "Fro", "1", "2", "p", "q", "inf", "infty", "∞", "nuc"))


def refuse_spaces_that_may_mean_more(tokens: list[Token]) -> None:
    """Raise E102 for two operands side by side in ``[A B]``, or on two lines: there is no product meant.

    In a row with commas these separate the blocks, and a space multiplies.
    """
    rows, with_commas = _rows_of_blocks(tokens)
    for i, token in enumerate(tokens[1:], 1):
        previous = tokens[i - 1]
        if previous.type not in ENDS_OPERAND:
            continue
        side_by_side = token.type in STARTS_OPERAND
        span = Span(previous.end_pos or 0, max(token.start_pos or 0, (previous.end_pos or 0) + 1))
        if rows[i] and previous.end_pos != token.start_pos:
            following = tokens[i + 1] if i + 1 < len(tokens) else token
            sign = token.type in ("MINUS", "PLUS") and following.start_pos == token.end_pos
            if sign or (side_by_side and rows[i] not in with_commas):
                label, help_text = Label(span, "a comma or a product?"), "write [A, B] or [A*B]"
                message = "a space in brackets may separate two blocks or multiply"
                raise MatcalcError("E102", message, labels=[label], help=help_text)
        if side_by_side and previous.end_line is not None and previous.end_line != token.line:
            label, help_text = Label(span, "a new line"), "write * for a product"
            raise MatcalcError("E102", "two lines are no product", labels=[label], help=help_text)


def _rows_of_blocks(tokens: list[Token]) -> tuple[list[int], set[int]]:
    """Return for each token the row of blocks it stands in directly, 0 for none, and the rows with commas."""
    rows: list[int] = []
    with_commas: set[int] = set()
    opened: list[int] = [0]
    count = 0
    for token in tokens:
        if token.type in CLOSES and len(opened) > 1:
            opened.pop()
        if token.type == "SEMICOLON" and opened[-1]:
            count += 1
            opened[-1] = count
        elif token.type == "COMMA" and opened[-1]:
            with_commas.add(opened[-1])
        rows.append(opened[-1])
        if token.type in OPENS:
            count += token.type == "LSQB"
            opened.append(count if token.type == "LSQB" else 0)
    return rows, with_commas


def refuse_entries(tokens: list[Token]) -> None:
    """Raise E506 for ``A[1,2]`` and ``x(1)``, which are no products."""
    for name, bracket, index, end in zip(tokens, tokens[1:], tokens[2:], tokens[3:], strict=False):
        numbered = (bracket.type, index.type, end.type) == ("LPAR", "NUMBER", "RPAR")
        known = plain_name(name) in BY_CALL or plain_name(name) in FILLED or plain_name(name) in CONSTANTS
        if name.type == "NAME" and numbered and name.end_pos == bracket.start_pos and not known:
            span = Span(name.start_pos or 0, end.end_pos or 0)
            help_text = f"for a product write {name}*{index}"
            label = Label(span, "an entry?")
            raise MatcalcError(
                "E506", "entries by their indices cannot be used", labels=[label], help=help_text
            )
    for token, following in pairwise(tokens):
        if (
            following.type == "LSQB"
            and token.type in ("NAME", "RPAR")
            and token.end_pos == following.start_pos
        ):
            span = Span(token.start_pos or 0, following.end_pos or 0)
            help_text = "for a product with a matrix write *, as in a*[1, 2]"
            if token == "E":
                label, message = Label(span, "an expectation?"), "expectations cannot be used"
                help_text = "write what is inside, with the distribution put in; for a product write E*[1, 2]"
            else:
                label, message = Label(span, "an entry?"), "entries by their indices cannot be used"
            raise MatcalcError("E506", message, labels=[label], help=help_text)


def refuse_superscripts(tokens: list[Token]) -> None:
    """Raise E506 for superscripts such as ``^*``, which mean several things."""
    for token in tokens:
        if token.type == "MARK":
            mark = token.strip("^{}() ")
            message = f"the superscript {mark} has several meanings"
            help_text = "write X' for the transpose, pinv(X) for the pseudoinverse, inv(X) for the inverse"
            label = Label(Span(token.start_pos or 0, token.end_pos or 0), "which?")
            raise MatcalcError("E506", message, labels=[label], help=help_text)


def refuse_marks_that_may_mean_more(tokens: list[Token], spaces: int) -> None:
    """Raise E102 for two primes, two numbers side by side, and what looks like a subscript without its line.

    ``tokens`` have their bars decided; up to so many ``spaces`` are nothing.
    """
    for token, following in pairwise(tokens):
        adjacent = (following.start_pos or 0) - (token.end_pos or 0) <= spaces
        span = Span(token.start_pos or 0, following.end_pos or 0)
        if token.type == following.type == "TRANSPOSE" and token in PRIMES and following in PRIMES:
            if following.start_pos == token.end_pos:
                help_text = "write the transpose of a transpose as (x')'"
                label = Label(span, "transposed twice, or a second derivative?")
                raise MatcalcError("E102", "two primes", labels=[label], help=help_text)
        elif token.type == following.type == "NUMBER":
            help_text = "write * for a product, and one number without spaces"
            raise MatcalcError(
                "E102", "two numbers side by side", labels=[Label(span, "which?")], help=help_text
            )
        elif token.type in ("NORM_CLOSE", "BAR_CLOSE") and adjacent and following in _OF_NORMS:
            norm = f"||x||_{following} for a norm, ||x||*{following}"
            help_text = f"write {norm if token.type == 'NORM_CLOSE' else f'|x|*{following}'} for a product"
            message = f"{following} right after bars may be a subscript or a factor"
            raise MatcalcError("E102", message, labels=[Label(span, "which?")], help=help_text)


def refuse_unknown_function(token: Token, name: str) -> None:
    """Raise if ``name(`` looks like a call of a function that does not exist."""
    if name == "sigma":
        help_text = "write sigmoid(...), or sigma*(...)"
        label = Label(Span(token.start_pos or 0, token.end_pos or 0), "which?")
        message = "sigma may be the logistic function or a factor"
        raise MatcalcError("E105", message, labels=[label], help=help_text)
    in_capitals = name.lower() in BY_CALL
    if stem(name) in GREEK and len(name.removeprefix(stem(name)).lstrip("_")) <= 1:
        return
    close = name.lower() if in_capitals else ""
    if not close and len(stem(name)) > 1:
        close = suggestion(name, BY_CALL, 0.75)
    _, subscript, last = name.rpartition("_")
    word = last.isalpha() and name.islower() and len(last) > (2 if subscript else 1) and name not in GREEK
    if in_capitals or (close and len(name) > 2) or word:
        help_text = f"did you mean {close}?" if close else f"if {name} is a variable, write {name}*(...)"
        label = Label(Span(token.start_pos or 0, token.end_pos or 0), "not a function")
        raise MatcalcError("E105", f"unknown function {name}", labels=[label], help=help_text)


#: Words before an objective.
_OBJECTIVES = frozenset(("minimize", "maximize", "minimise", "maximise", "argmin", "argmax", "differentiate"))
#: Operators that have an index below, besides functions.
INDEXED = frozenset(("argmin", "argmax", "lim", "prod", "int", "E", "Sigma", "Pi"))
#: Those of them that are matrices as often: they are operators where something else has the same index.
_MATRICES = frozenset(("E", "Sigma", "Pi"))
#: Letters that are signs of a sum or product in front of what has an index.
_SIGNS = {"Sigma": ("sum", "sum(...) of an array"), "Pi": ("product", "exp(sum(log(...)))")}
#: Words that ask for an optimum in front of an objective without brackets.
_OPTIMA = frozenset(("min", "max"))
_DIFFERENTIAL = "d"


def refuse_operator_words(tokens: list[Token], variables: Collection[str]) -> None:
    """Raise E105 for words and names with an index that operate on what follows, E506 for ``d/dX``.

    ``variables`` are names that are variables for sure. ``tokens`` have their bars decided.
    """
    refuse_signs_and_optima(tokens, variables)
    indices: dict[str, int] = {}
    for token in tokens:
        if token.type == "NAME" and "_" in token:
            index = token.rpartition("_")[2]
            indices[index] = indices.get(index, 0) + 1
    for i, token in enumerate(tokens[:-1]):
        if token.type != "NAME" or plain_name(token) in variables:
            continue
        following = tokens[i + 1]
        if following.type in STARTS_OPERAND and (token in _OBJECTIVES or _has_index(tokens, i, indices)):
            head = plain_name(token).partition("_")[0]
            help_text = f"write {head}(...) without an index" if head in BY_CALL else f"leave {token} out"
            if head in _MATRICES:
                help_text = f"write sum(...) or, for a product, {token}*..."
            label = Label(_span(token, token), "operates on what follows?")
            message = f"{token} looks like an operator, not like a variable"
            raise MatcalcError("E105", message, labels=[label], help=f"{help_text}, or declare {token}")
        if _is_differential(token) and _is_divided_by_differential(tokens, i, variables):
            help_text = "leave it out, and name the variable of differentiation separately"
            label = Label(_span(token, following), "a derivative?")
            raise MatcalcError("E506", "a derivative is no quotient", labels=[label], help=help_text)


def refuse_signs_and_optima(tokens: list[Token], variables: Collection[str], *, latex: bool = False) -> None:
    """Raise E105 for signs of sums and optima before what has no brackets: ``Σ x_i^2``, ``min ||x||``."""
    _refuse_signs(tokens, variables, latex=latex)
    _refuse_optima(tokens)


def _refuse_signs(tokens: list[Token], variables: Collection[str], *, latex: bool) -> None:
    """Raise E105 for a Σ or Π right before what has an index that does not occur before it: ``Σ x_i^2``."""
    before: set[str] = set()
    for i, token in enumerate(tokens):
        name = plain_name(token) if token.type == "NAME" else ""
        is_sign = name in _SIGNS and name not in variables and (i == 0 or tokens[i - 1].type != "TRANSPOSE")
        if is_sign and (indices := _indices_of_operand(tokens, i + 1) - before):
            label = Label(_span(token, token), f"over {min(indices)}?")
            kind, instead = _SIGNS[name]
            help_text = f"write {instead}, or {token}*... for a product with a matrix"
            if latex:
                help_text = f"write \\sum_{min(indices)} for a sum, \\cdot for a product with a matrix"
            message = f"{token} may be the sign of a {kind}, or a matrix"
            raise MatcalcError("E105", message, labels=[label], help=help_text)
        before |= _index_of(name)


def _indices_of_operand(tokens: list[Token], i: int) -> set[str]:
    """Return the letters that are indices in the operand at ``i``, to the end of its first bracket."""
    if i >= len(tokens) or tokens[i].type not in STARTS_OPERAND:
        return set()
    found: set[str] = set()
    depth = 0
    for token in tokens[i:]:
        found |= _index_of(plain_name(token)) if token.type == "NAME" else set()
        depth += (token.type in OPENS) - (token.type in CLOSES)
        if depth <= 0 and token.type != "FUNCTION":
            break
    return found


def _index_of(name: str) -> set[str]:
    """Return the index of a name if it is one letter."""
    index = name.partition("_")[2]
    return {index} if len(index) == 1 and index.isalpha() else set()


def _refuse_optima(tokens: list[Token]) -> None:
    """Raise E105 for ``min ||x||^2`` and ``max x'*A*x``, where the objective has no brackets."""
    for token, following in pairwise(tokens):
        operand = following.type in STARTS_OPERAND and following.type not in ("LPAR", "LBRACE")
        if token in _OPTIMA and token.type in ("NAME", "FUNCTION") and operand:
            label = Label(_span(token, token), "of all that follows?")
            help_text = f"leave it out and differentiate what follows; for the function write {token}(...)"
            raise MatcalcError("E105", f"{token} asks for an optimum", labels=[label], help=help_text)


def _span(first: Token, last: Token) -> Span:
    return Span(first.start_pos or 0, last.end_pos or 0)


def _has_index(tokens: list[Token], i: int, indices: dict[str, int]) -> bool:
    """Return whether a name is that of an operator with an index: ``sum_i``, ``max_x``, ``log_2``."""
    head, line, index = plain_name(tokens[i]).partition("_")
    if not line or plain_name(tokens[i]) in BY_CALL or not (len(index) == 1 or index.isdigit()):
        return False
    if head in _MATRICES:
        follows_operand = i > 0 and tokens[i - 1].type in ENDS_OPERAND
        return not follows_operand and index.isalpha() and indices[index] > 1
    return head in BY_CALL or head in INDEXED


def _is_differential(token: Token) -> bool:
    name = plain_name(token)
    return name == _DIFFERENTIAL or (name[0] == _DIFFERENTIAL and len(name.partition("_")[0]) == 2)


def _is_divided_by_differential(tokens: list[Token], i: int, variables: Collection[str]) -> bool:
    j = i + 1
    if tokens[j].type == "SUPERSCRIPT":
        j += 1
    elif tokens[j].type == "CARET":
        j += 2
    if j + 1 >= len(tokens) or tokens[j].type != "OVER" or tokens[j + 1].type != "NAME":
        return False
    below = plain_name(tokens[j + 1])
    return below not in variables and below != _DIFFERENTIAL and _is_differential(tokens[j + 1])
