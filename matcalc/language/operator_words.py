"""Words and letters that are operators on paper, and are refused: ``sum_i``, ``minimize``, ``d/dX``."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

from lark import Token

from matcalc.errors import Label, MatcalcError, Span
from matcalc.functions import BY_CALL
from matcalc.language.names import plain_name
from matcalc.language.token_kinds import CLOSES, ENDS_OPERAND, OPENS, STARTS_OPERAND

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
            help_text = "leave it out, and name the variable to differentiate by on its own"
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
