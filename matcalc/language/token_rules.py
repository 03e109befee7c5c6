"""What may mean two things in a line of tokens and is refused, and words that are operators on paper.

A rule looks at one place of a line. It returns the error for what begins there, or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise

from lark import Token

from matcalc.errors import MatcalcError, Span
from matcalc.functions import BY_CALL
from matcalc.functions.table import LETTERS_CALLED
from matcalc.language.named_calls import are_of_derivative
from matcalc.language.names import plain_name
from matcalc.language.syntax import CALLED, fault, function_called
from matcalc.language.token_lines import TokenLine, index_of
from matcalc.language.tokens import (
    ENDS_OPERAND,
    INDEXED,
    PRIMES,
    STARTS_OPERAND,
    depth_change,
    is_adjacent,
)

Rule = Callable[[TokenLine, int], MatcalcError | None]


def refuse(line: TokenLine, rules: Iterable[Rule]) -> None:
    """Raise the error of the first rule that has one."""
    for rule in rules:
        for i in range(len(line.tokens)):
            if (error := rule(line, i)) is not None:
                raise error


# Before functions and bars are known


def superscript_with_several_meanings(line: TokenLine, i: int) -> MatcalcError | None:
    """Return E506 for superscripts such as ``^*``, which mean several things."""
    if line.type_at(i) != "MARK":
        return None
    mark = line.tokens[i].strip("^{}() ")
    help_text = "write X' for the transpose, pinv(X) for the pseudoinverse, inv(X) for the inverse"
    return fault("E506", f"the superscript {mark} has several meanings", line.tokens[i], "which?", help_text)


def entry_in_round_brackets(line: TokenLine, i: int) -> MatcalcError | None:
    """Return E506 for ``x(1)``, which is no product."""
    tokens = line.tokens[i : i + 4]
    if [token.type for token in tokens] != ["NAME", "LPAR", "NUMBER", "RPAR"]:
        return None
    name, bracket, index, end = tokens
    if not is_adjacent(name, bracket) or plain_name(name) in CALLED:
        return None
    help_text = f"for a product write {name}*{index}"
    return fault("E506", "entries by their indices cannot be used", (name, end), "an entry?", help_text)


def entry_in_square_brackets(line: TokenLine, i: int) -> MatcalcError | None:
    """Return E506 for ``A[1,2]``, which is no product."""
    if line.type_at(i) not in ("NAME", "RPAR") or line.type_at(i + 1) != "LSQB":
        return None
    token, following = line.tokens[i : i + 2]
    if not is_adjacent(token, following) or _is_called(line.name_at(i)):
        return None
    place, example = (token, following), "as in a*[1, 2]"
    if token == EXPECTATION:
        help_text = f"write what is inside, with the distribution put in; for a product write {token}*[1, 2]"
        return fault("E506", "expectations cannot be used", place, "an expectation?", help_text)
    help_text = f"for a product with a matrix write *, {example}"
    return fault("E506", "entries by their indices cannot be used", place, "an entry?", help_text)


#: Words of sentences, which are names where they are declared or multiplied with a sign.
_WORDS = frozenset((
    "all", "and", "are", "be", "convex", "definite", "derivative", "find", "for", "given", "gradient",
    "hessian", "if", "in", "is", "jacobian", "let", "maximum", "minimum", "not", "of", "or", "over",
    "positive", "respect", "subject", "such", "symmetric", "that", "the", "then", "to", "when", "with", "wrt",
))  # fmt: skip
_WORDS_IN_TEXT = _WORDS | {word.capitalize() for word in _WORDS if len(word) > 2}
#: Bars, of which it is not yet known whether they open or close.
_BARS = frozenset(("BAR", "DOUBLE_BAR"))


def word_of_a_sentence(line: TokenLine, i: int) -> MatcalcError | None:
    """Return E506 for a word beside an operand with a space between, as in ``x'Ax for all x``."""
    token, name = line.tokens[i], line.name_at(i)
    if token not in _WORDS_IN_TEXT or not name or name in line.variables:
        return None
    if function_called(name) and line.type_at(i + 1) == "LPAR" and line.touch(i):
        return None
    before = line.type_at(i - 1) in ENDS_OPERAND | _BARS and not line.touch(i - 1)
    after = line.type_at(i + 1) in STARTS_OPERAND | _BARS and not line.touch(i)
    if not before and not after:
        return None
    help_text = f"leave the words out, or declare {token}"
    return fault("E506", f"{token} is a word, not a factor", token, "part of a sentence?", help_text)


def transpose_without_caret(line: TokenLine, i: int) -> MatcalcError | None:
    """Return E102 for ``(x - μ)TΣ``, where T may be the sign of a transpose that lost its place."""
    token, name = line.tokens[i], line.name_at(i)
    if line.type_at(i - 1) != "RPAR" or name[:1] != "T" or not line.touch(i - 1) or "T" in line.variables:
        return None
    followed = len(token) > 1 or (line.type_at(i + 1) in STARTS_OPERAND and line.touch(i))
    if not followed or function_called(name) or "T" in line.tokens[:i] + line.tokens[i + 1 :]:
        return None
    help_text = "write ^T for the transpose, * for a product"
    message = "T right behind a bracket may be the sign of a transpose"
    return fault("E102", message, (line.tokens[i - 1], token), "which?", help_text)


def inverse_without_caret(line: TokenLine, i: int) -> MatcalcError | None:
    """Return E102 for ``A−1B``, where -1 may be an exponent that lost its place."""
    tokens = line.tokens[i - 1 : i + 3] if i else []
    if len(tokens) < 4 or [tokens[1].type, tokens[2]] != ["MINUS", "1"]:
        return None
    glued = all(is_adjacent(*pair) for pair in pairwise(tokens))
    if not glued or tokens[0].type not in ENDS_OPERAND or tokens[3].type not in STARTS_OPERAND:
        return None
    help_text = "write ^-1 for the inverse, - 1* for a difference"
    return fault("E102", "-1 may be an exponent", (tokens[1], tokens[2]), "an inverse?", help_text)


def _is_called(name: str) -> bool:
    return bool(function_called(name)) or name in LETTERS_CALLED


LEXED: tuple[Rule, ...] = (
    word_of_a_sentence,
    superscript_with_several_meanings,
    entry_in_round_brackets,
    entry_in_square_brackets,
    transpose_without_caret,
    inverse_without_caret,
)

# With bars decided

#: The letter of expectations.
EXPECTATION = "E"
#: What names a norm in a subscript.
_OF_NORMS = frozenset(("F", "fro", "Fro", "1", "2", "p", "q", "inf", "infty", "∞", "nuc"))


def space_between_operands(line: TokenLine, i: int) -> MatcalcError | None:
    """Return E102 for two operands side by side in ``[A B]``, or on two lines: there is no product meant.

    In a row with commas these separate the blocks, and a space multiplies.
    """
    if line.type_at(i - 1) not in ENDS_OPERAND:
        return None
    previous, token = line.tokens[i - 1], line.tokens[i]
    rows, with_commas = line.rows
    side_by_side = token.type in STARTS_OPERAND
    start = previous.end_pos or 0
    span = Span(start, max(token.start_pos or 0, start + 1))
    if rows[i] and not is_adjacent(previous, token):
        following = line.tokens[i + 1] if i + 1 < len(line.tokens) else token
        sign = token.type in ("MINUS", "PLUS") and is_adjacent(token, following)
        if sign or (side_by_side and rows[i] not in with_commas):
            message = "a space in brackets may separate two blocks or multiply"
            return fault("E102", message, span, "a comma or a product?", "write [A, B] or [A*B]")
    lines = previous.end_line, token.line
    if side_by_side and None not in lines and lines[0] != lines[1]:
        return fault("E102", "two lines are no product", span, "a new line", "write * for a product")
    return None


def marks_in_a_row(line: TokenLine, i: int) -> MatcalcError | None:
    """Return E102 for two primes, two numbers, and what looks like a subscript of bars without its line."""
    if i + 1 >= len(line.tokens):
        return None
    token, following = place = line.tokens[i], line.tokens[i + 1]
    if token.type == following.type == "TRANSPOSE" and token in PRIMES and following in PRIMES:
        if is_adjacent(token, following) and not are_of_derivative(line, i):
            label = "transposed twice, or a second derivative?"
            help_text = "write the transpose of a transpose as (x')'"
            return fault("E102", "two primes", place, label, help_text)
    elif token.type == following.type == "NUMBER":
        help_text = "write * for a product, and one number without spaces"
        return fault("E102", "two numbers side by side", place, "which?", help_text)
    elif token.type in ("NORM_CLOSE", "BAR_CLOSE") and _is_of_norm(following) and line.touch(i):
        below = "2^2" if following == "22" else following
        norm = f"||x||_{below} for a norm, ||x||*{following}"
        help_text = f"write {norm if token.type == 'NORM_CLOSE' else f'|x|*{following}'} for a product"
        message = f"{following} right after bars may be a subscript or a factor"
        return fault("E102", message, place, "which?", help_text)
    return None


def _is_of_norm(token: Token) -> bool:
    """Return whether a token may be the subscript of a norm that lost its line, as in ``‖x‖22``."""
    return token in _OF_NORMS or token.type == "NUMBER"


#: Words before an objective, and those that ask for an optimum in front of one without brackets.
_OBJECTIVES = frozenset(("minimize", "maximize", "minimise", "maximise", "argmin", "argmax", "differentiate"))
OPTIMA = frozenset(("min", "max"))
#: Operators with an index that are matrices as often: they are operators where something else has that index.
_MATRICES = frozenset((EXPECTATION, "Sigma", "Pi"))
#: Letters that are signs of a sum or product in front of what has an index.
_SIGNS = {"Sigma": ("sum", "sum(...) of an array"), "Pi": ("product", "exp(sum(log(...)))")}


def sign_of_a_sum(line: TokenLine, i: int) -> MatcalcError | None:
    """Return E105 for a Σ or Π right before what has an index that does not occur before it: ``Σ x_i^2``."""
    name = line.name_at(i)
    if (
        name not in _SIGNS
        or name in line.variables
        or name in line.bold
        or line.type_at(i - 1) == "TRANSPOSE"
    ):
        return None
    indices = _indices_of_operand(line, i + 1) - line.indices_before[i]
    if not indices:
        return None
    token, index = line.tokens[i], min(indices)
    kind, instead = _SIGNS[name]
    help_text = f"write {instead}, or {token}*... for a product with a matrix"
    if line.latex:
        help_text = f"write \\sum_{index} for a sum, \\cdot for a product with a matrix"
    message = f"{token} may be the sign of a {kind}, or a matrix"
    return fault("E105", message, token, f"over {index}?", help_text)


def _indices_of_operand(line: TokenLine, i: int) -> set[str]:
    """Return the letters that are indices in the operand at ``i``, to the end of its first bracket."""
    if line.type_at(i) not in STARTS_OPERAND:
        return set()
    indices: set[str] = set()
    depth = 0
    for j in range(i, len(line.tokens)):
        indices |= index_of(line.name_at(j))
        depth += depth_change(line.tokens[j])
        if depth <= 0 and line.tokens[j].type != "FUNCTION":
            break
    return indices


def optimum_without_brackets(line: TokenLine, i: int) -> MatcalcError | None:
    """Return E105 for ``min ||x||^2`` and ``max x'*A*x``, where the objective has no brackets."""
    token, following = line.tokens[i], line.type_at(i + 1)
    if token not in OPTIMA or token.type not in ("NAME", "FUNCTION"):
        return None
    if following not in STARTS_OPERAND or following in ("LPAR", "LBRACE", "LSQB"):
        return None
    help_text = f"leave it out and differentiate what follows; for the function write {token}(...)"
    return fault("E105", f"{token} asks for an optimum", token, "of all that follows?", help_text)


def operator_word(line: TokenLine, i: int) -> MatcalcError | None:
    """Return E105 for words and names with an index that operate on what follows."""
    token, following = line.tokens[i], line.type_at(i + 1)
    if not following or not line.name_at(i) or line.name_at(i) in line.variables:
        return None
    if following in STARTS_OPERAND and (token in _OBJECTIVES or _has_index(line, i)):
        head = plain_name(token).partition("_")[0]
        help_text = f"write {head}(...) without an index" if head in BY_CALL else f"leave {token} out"
        if head in _MATRICES:
            help_text = f"write sum(...) or, for a product, {token}*..."
        message = f"{token} looks like an operator, not like a variable"
        label = "operates on what follows?"
        return fault("E105", message, token, label, f"{help_text}, or declare {token}")
    return None


def _has_index(line: TokenLine, i: int) -> bool:
    """Return whether a name is that of an operator with an index: ``sum_i``, ``max_x``, ``log_2``."""
    name = line.name_at(i)
    head, underscore, index = name.partition("_")
    if not underscore or name in BY_CALL or not (len(index) == 1 or index.isdigit()):
        return False
    if head in _MATRICES:
        return line.type_at(i - 1) not in ENDS_OPERAND and index.isalpha() and line.indices[index] > 1
    return head in BY_CALL or head in INDEXED


#: Rules for all notations, and those for plain text: in LaTeX words are commands, and space is nothing.
DECIDED: tuple[Rule, ...] = (marks_in_a_row, sign_of_a_sum, optimum_without_brackets)
DECIDED_IN_TEXT: tuple[Rule, ...] = (space_between_operands, *DECIDED, operator_word)
