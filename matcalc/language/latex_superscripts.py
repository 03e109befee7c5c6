"""Superscripts that are no exponents, and what bold letters, bars and dots tell of vectors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise

from lark import Token

from matcalc.errors import Label, MatcalcError, Span
from matcalc.functions import BY_CALL
from matcalc.language.evidence import ARROW
from matcalc.language.latex_names import (
    LETTERS,
    STYLES,
    WORDS,
    after_spacing,
    ends_operand,
    fault,
    place,
    starts_operand,
)
from matcalc.language.names import GREEK, plain_name, stem
from matcalc.language.syntax import Syntax, syntax_postorder

_TRANSPOSES = frozenset(("T", "\\top", "⊤", "\\intercal", "\\prime", "tr", "Tr"))
#: Transposes of complex matrices, and letters that are exponents too.
_ADJOINTS = frozenset("H")
_PERHAPS = frozenset(("t", "tr", "Tr"))
_SEVERAL = frozenset(("+", "*", "†", "∗", "\\dagger", "\\dag", "\\ast", "\\star"))
_CIRCLES = frozenset(("\\circ", "\\odot", "∘", "⊙"))
_OLD_STYLES = frozenset(("rm", "bf", "sf", "it", "tt"))
#: More tokens than any such sign has.
_LONGEST = 8
#: Names that are functions where they have a prime.
_FUNCTIONS = frozenset(("f", "F", "sigma", "phi", "psi"))
#: Names that are functions where they have an exponent and stand before a bracket.
_POWERS_OF_FUNCTIONS = frozenset(("f", "g", "h", "phi", "psi"))


class Superscripts:
    """What the superscripts of one text are. ``known`` are names that are declared or of differentiation."""

    def __init__(self, tokens: Sequence[Token], known: Collection[str]):
        self._tokens = tokens
        self._known = known

    @cached_property
    def _counts(self) -> Counter[Token]:
        return Counter(self._tokens)

    @cached_property
    def _has_letter_t(self) -> bool:
        """Whether t occurs where it is no superscript, so that it may be an exponent too."""
        return any(token == "t" and not _is_raised(self._tokens, i) for i, token in enumerate(self._tokens))

    def mark(self, first: int, end: int, inner: Sequence[Token], span: tuple[int, int]) -> tuple[str, str]:
        """Return what the superscript from ``first`` to ``end`` is if it is no exponent, and a note.

        That is ``^T``, ``^-T``, ``+`` or ``circle``. Raises E102 or E506 for what has several meanings.
        """
        signed = end < len(self._tokens) and self._tokens[end].type == "NUMBER"
        mark, note = _mark(inner, *span, self._known, signed=signed)
        if mark in ("t", "-t"):
            turned = not self._has_letter_t and self._is_transpose(first, end, span)
            mark = f"^{mark[:-1]}T" if turned else ""
        if mark.endswith("T"):
            _refuse_marked_name(self._tokens, first - 1, span)
            if note and self._tokens[max(first - 2, 0)].type == "NUMBER":
                return "", ""
        if mark and inner[-1] == "\\prime":
            self.refuse_derivative(first - 1, end)
        if not mark:
            self._refuse_power_of_function(first - 1, end)
        if mark and end < len(self._tokens) and self._tokens[end].type == "CARET":
            help_text = "put brackets around what has the first"
            second = place(self._tokens[end])
            raise fault("E102", "a superscript after another", *second, "not expected here", help_text)
        return mark, note if mark else ""

    def _is_transpose(self, first: int, end: int, span: tuple[int, int]) -> bool:
        """Return whether a letter t in the superscript from ``first`` to ``end`` is the sign of a transpose.

        It is an exponent of numbers, norms, e, and small Greek letters that occur once. Of other things it
        is a transpose where a factor stands next to it; else E102 is raised.
        """
        tokens = self._tokens
        at = first - 2
        if at > 1 and tokens[at - 1].type == "UNDERSCORE":
            at -= 2
        base = tokens[max(at, 0)]
        greek = base.type == "COMMAND" and base[1:2].islower()
        if base == "e" or base.type in ("NUMBER", "BAR", "DOUBLE_BAR") or (greek and self._counts[base] == 1):
            return False
        following = after_spacing(tokens, end)
        if starts_operand(tokens, following) or tokens[following : following + 1] in (["\\cdot"], ["·"]):
            return True
        if at > 0 and base.type == "LETTER" and ends_operand(tokens[at - 1]):
            return True
        help_text = "write ^\\top for the transpose; declare t, if it is an exponent"
        raise fault("E102", "^t may be a transpose or a power", *span, "which?", help_text)

    def _refuse_power_of_function(self, caret: int, end: int) -> None:
        """Raise for ``f^{-1}(x)`` and ``f^2(x)``, where f is a function."""
        opening = end + (self._tokens[end : end + 1] == ["\\left"])
        base = self._tokens[caret - 1] if caret else None
        name = _name(base) if base is not None else ""
        bracket = opening < len(self._tokens) and self._tokens[opening].type == "LPAR"
        if base is not None and bracket and name in _POWERS_OF_FUNCTIONS and name not in self._known:
            help_text = f"write out what {base} is; for a product write \\cdot before the bracket"
            message = f"{base} with an exponent before a bracket may be a function"
            raise fault("E102", message, *place(base), "a function?", help_text)

    def refuse_derivative(self, i: int, end: int) -> None:
        """Raise for a prime at ``i`` that is the sign of a derivative, as in ``f'(x)`` and ``x''``."""
        tokens = self._tokens
        following = tokens[end] if end < len(tokens) else None
        start = place(tokens[i])[0]
        if following is not None and following.type == "PRIME":
            letter = str(tokens[i - 1]) if i and tokens[i - 1].type == "LETTER" else "x"
            help_text = f"write what it is; the transpose of a transpose is ({letter}')'"
            message, end_of_primes = "two primes may be a second derivative", place(following)[1]
            raise fault("E102", message, start, end_of_primes, "a derivative?", help_text)
        opening = end + (following is not None and following in ("\\left", "\\big", "\\bigl"))
        base = tokens[i - 1] if i else None
        if base is None or opening >= len(tokens) or tokens[opening].type != "LPAR":
            return
        name = _name(base)
        if not name or name in self._known:
            return
        closes = next(
            (k for k in range(opening + 1, min(opening + 4, len(tokens))) if tokens[k].type == "RPAR"), 0
        )
        letters = [t for t in tokens[opening + 1 : closes] if t.type == "LETTER" or t[1:] in GREEK]
        single = (
            closes
            and len(letters) == 1
            and all(t in letters or t == "\\right" for t in tokens[opening + 1 : closes])
        )
        if single or name in _FUNCTIONS:
            help_text = f"write out what {base} is; for a product of a transpose write {base}^\\top \\cdot"
            raise fault("E506", f"{base}' before a bracket is the sign of a derivative", *place(base),
                        "a derivative?", help_text)  # fmt: skip


def _name(token: Token) -> str:
    """Return the name of a letter, nothing of another token."""
    return plain_name(token) if token.type == "LETTER" else LETTERS.get(token[1:], ("",))[0]


def _mark(
    inner: Sequence[Token], start: int, end: int, known: Collection[str], *, signed: bool = False
) -> tuple[str, str]:
    """Return what a superscript stands for if it is no exponent, and what to note of it.

    That is ``^T``, ``^-T``, ``+`` or ``circle``; ``t`` or ``-t`` if it may be a transpose and an exponent.
    If it is ``signed``, what follows belongs to a minus.
    """
    if inner and inner[0] in _CIRCLES:
        if len(inner) == 1:
            raise fault("E506", "a circle alone is no exponent", start, end, "write ^{\\circ 2}")
        return "circle", ""
    if len(inner) > _LONGEST:
        return "", ""
    texts = [str(token) for token in inner if token.type not in ("LBRACE", "RBRACE")]
    upright = any(text[1:] in WORDS or text[1:] in _OLD_STYLES for text in texts)
    texts = [text for text in texts if text[1:] not in WORDS | STYLES.keys() | _OLD_STYLES]
    if texts and len(texts) == len(inner) == 1 and inner[0].type == "MINUS" and not signed:
        help_text = "write ^{-1} for the inverse, ^{+} for the pseudoinverse"
        raise fault("E506", "a minus alone is no exponent", start, end, "which inverse?", help_text)
    sign = "-" if len(texts) > 1 and texts[0] in ("-", "−", "–") else ""
    mark = "".join(texts[len(sign) :])
    if mark in known and mark in _ADJOINTS | _PERHAPS:
        return "", ""
    if mark in _ADJOINTS:
        return f"^{sign}T", f"matrices are real: ^{mark} is read as the transpose"
    if mark in _PERHAPS:
        note = f"^{mark} is read as the transpose"
        return f"^{sign}T" if upright else f"{sign}t", note
    if mark in _TRANSPOSES:
        return f"^{sign}T", ""
    if sign or mark not in _SEVERAL:
        return "", ""
    if mark == "+" and "pinv" in BY_CALL:
        return mark, "^+ is read as the pseudoinverse"
    help_text = "write ^\\top for the transpose, ^{-1} for the inverse, ^{+} for the pseudoinverse"
    raise fault("E506", f"the superscript {mark} has several meanings", start, end, "which?", help_text)


def _refuse_marked_name(tokens: Sequence[Token], caret: int, span: tuple[int, int]) -> None:
    """Raise for the transpose of a name with a prime, which is another name and no transpose."""
    before = caret - 1
    while before > 0 and tokens[before].type == "RBRACE":
        before -= 1
    if before > 0 and tokens[before].type == "PRIME":
        help_text = "give the variable with a prime a name of its own, such as x_1"
        raise fault(
            "E102", "a prime under a transpose may mark a name", *span, "a transpose of which?", help_text
        )


def _is_raised(tokens: Sequence[Token], i: int) -> bool:
    """Return whether what stands at ``i`` is a superscript or subscript, or the beginning of one."""
    while i and (tokens[i - 1].type == "LBRACE" or tokens[i - 1][1:] in WORDS):
        i -= 1
    return i > 0 and tokens[i - 1].type in ("CARET", "UNDERSCORE")


#: Signs of products that mean something else between two vectors than between other factors.
DOTS = frozenset(("\\cdot", "·", "⋅"))
OTHERS = frozenset(("\\times", "×", "\\ast"))
#: Families of products; after one of the second or third a factor is no product of another without brackets.
_FAMILIES = {"TIMES": 0, "OVER": -1, "ENTRYWISE": 1, "ENTRYWISE_OVER": 1, "KRONECKER": 2}

IsVector = Callable[[Syntax], bool]


def refuse_mixed_products(factors: Sequence[Syntax], signs: Sequence[Token]) -> None:
    r"""Raise E102 for a product after one of entries, as in ``P \circ \gamma \gamma^T``."""
    for i, (left, right) in enumerate(pairwise(signs), 1):
        before, after = _FAMILIES[left.type], _FAMILIES[right.type]
        if before > 0 <= after != before:
            first, _, third = factors[i - 1 : i + 2]
            message = "two kinds of products need brackets"
            labels = [Label(Span(first.start, third.end), "which product first?")]
            help_text = "put brackets around one of them: A \\circ (B C), or (A \\circ B) C"
            raise MatcalcError("E102", message, labels=labels, help=help_text)


def written_signs(factors: Sequence[Syntax], signs: Sequence[Token]) -> dict[Syntax, str]:
    """Return the factors after a sign that has a meaning of its own between vectors: ``dot`` or ``other``.

    Next to a number it has none.
    """
    found = {}
    for (left, right), sign in zip(pairwise(factors), signs, strict=True):
        written = sign.type == "TIMES" and sign.start_pos != sign.end_pos
        kind = "dot" if sign in DOTS else "other" if sign in OTHERS else ""
        if written and kind and "number" not in (left.op, right.op):
            found[right] = kind
    return found


def with_signs(product: Syntax, factors: Collection[Syntax], signed: Mapping[Syntax, str]) -> Syntax:
    """Return the product, in which the parts that have such signs between factors are marked.

    ``factors`` are those that were written, ``signed`` those of them with a sign before them.
    """
    node = product
    while True:
        if node.op == "mul":
            signs = {i: signed[arg] for i, arg in enumerate(node.args) if i and arg in signed}
            if signs:
                node.op, node.data = "dot", signs
        if node.args[0] in factors:
            return product
        node = node.args[0]


def bold_vectors(bold: Mapping[str, str], declared: Collection[str], indexed: Collection[int]) -> IsVector:
    """Return what tells whether a name is a small bold letter or has an arrow, and no more is known of it."""

    def is_bold_vector(node: Syntax) -> bool:
        name = node.data
        return (
            node.op == "name"
            and name in bold
            and name not in declared
            and node.start not in indexed
            and (stem(name)[0].islower() or bold[name] == ARROW)
        )

    return is_bold_vector


def is_vector(node: Syntax, is_bold_vector: IsVector) -> bool:
    """Return whether bold letters tell that the value is a vector."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if node.op in ("add", "hadamard", "hadamard_quotient"):
            waiting.extend(node.args)
        elif node.op in ("negate", "quotient", "transpose"):
            waiting.append(node.args[0])
        elif node.op == "mul":
            *before, last = node.args
            if not any(arg.op == "transpose" or is_bold_vector(arg) for arg in before):
                waiting.append(last)
        elif is_bold_vector(node):
            return True
    return False


def refuse_products_of_vectors(product: Syntax, is_bold_vector: IsVector) -> None:
    """Raise E102 for two bold vectors side by side, which have several products."""
    if product.op not in ("mul", "dot"):
        return
    signs = product.data or {}
    for i, (left, right) in enumerate(pairwise(product.args), 1):
        if i not in signs and is_bold_vector(left) and is_bold_vector(right):
            labels = [Label(Span(left.start, right.end), "which?")]
            help_text = "write ^\\top for a transpose, \\odot for a product of entries"
            message = "two vectors side by side have several products"
            raise MatcalcError("E102", message, labels=labels, help=help_text)


def bold_matrices_with_dots(
    product: Syntax, bold: Collection[str], declared: Collection[str]
) -> Iterator[str]:
    r"""Yield pairs of bold capital letters with a dot between them, as in ``\mathbf{E} \cdot \mathbf{D}``."""
    signs = product.data if product.op == "dot" else {}
    for i, (left, right) in enumerate(pairwise(product.args), 1):
        names = [side.data for side in (left, right) if side.op == "name"]
        if signs.get(i) == "dot" and len(names) == 2 and bold_capitals(names, bold, declared):
            yield f"{left.data} and {right.data}"


def bold_capitals(names: Sequence[str], bold: Collection[str], declared: Collection[str]) -> bool:
    """Return whether all names are bold capital letters of which nothing is declared."""
    return all(name in bold and name not in declared and stem(name)[0].isupper() for name in names)


def refuse_name_and_its_transpose(total: Syntax, declared: Collection[str]) -> None:
    """Raise E102 for a small letter and its transpose in one sum, as in ``x - x'``: another name is meant."""
    names: dict[str, Syntax] = {}
    turned: dict[str, Syntax] = {}
    for term in total.args:
        while term.op == "negate":
            term = term.args[0]
        if term.op == "name":
            names[term.data] = term
        elif term.op == "transpose" and term.args[0].op == "name":
            turned[term.args[0].data] = term
    for name, term in turned.items():
        if name in names and name not in declared and stem(name)[0].islower():
            help_text = "give the variable with a prime a name of its own, such as x_1"
            message = "a vector and its transpose cannot be added"
            raise fault("E102", message, term.start, term.end, "a name with a prime?", help_text)


def refuse_power_of_vector(base: Syntax, end: int, is_bold_vector: IsVector) -> None:
    """Raise E102 for a power of a bold vector, which may be that of its length or of each entry."""
    if is_vector(base, is_bold_vector) and not _may_be_matrices(base):
        help_text = "write \\|x\\|^2 for the squared length, x^{\\circ 2} for powers of the entries"
        raise fault(
            "E102", "a vector has no powers", base.start, end, "of the length, or of each entry?", help_text
        )


def refuse_bars_that_may_be_a_determinant(bars: Syntax) -> None:
    """Raise E102 for bars around small bold Greek letters only, which are vectors or matrices."""
    if _may_be_matrices(bars):
        help_text = "write \\|...\\| for the norm, \\det(...) for the determinant"
        message = "bars of bold letters may be a norm or a determinant"
        raise fault("E102", message, bars.start, bars.end, "which?", help_text)


def _may_be_matrices(node: Syntax) -> bool:
    names = [part.data for part in syntax_postorder(node, lambda n: n.args) if part.op == "name"]
    return all(stem(name) in GREEK for name in names)


def refuse_trace_of_scalars(call: Syntax, declared: Collection[str], bold: Collection[str]) -> None:
    """Raise E206 for a trace or determinant of small Greek letters only, which are read as scalars."""
    names = [node for node in syntax_postorder(call, lambda n: n.args) if node.op == "name"]
    if not names or any(_is_no_scalar(node.data, declared, bold) for node in names):
        return
    name = names[0].data
    labels = [Label(node.span, "a matrix?") for node in names[:1]]
    help_text = f'declare {name}, as in "{name}: matrix(n,n)"'
    message = f"{name} is a scalar by default, and {call.data[0]} is for matrices"
    raise MatcalcError("E206", message, labels=labels, help=help_text)


def _is_no_scalar(name: str, declared: Collection[str], bold: Collection[str]) -> bool:
    word = stem(name)
    return name in declared or name in bold or word not in GREEK or not word.islower()
