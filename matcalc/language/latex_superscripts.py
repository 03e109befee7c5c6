"""What a superscript of LaTeX means: a transpose, an inverse, a power, a mark of a name, or several."""

from __future__ import annotations

from collections.abc import Sequence

from lark import Token

from matcalc.errors import Span
from matcalc.functions.fields import lazy_property
from matcalc.language import latex_commands as tex
from matcalc.language.latex_commands import LatexLine, command_of, delimiter_of, letter_of_token
from matcalc.language.named_calls import PRIMED, is_parameter
from matcalc.language.names import GREEK, stem
from matcalc.language.syntax import fault

_TRANSPOSES = frozenset(("T", "\\top", "⊤", "\\intercal", "\\prime", "tr", "Tr"))
#: Transposes of complex matrices, and letters that are exponents too.
_ADJOINTS = frozenset("H")
_PERHAPS = frozenset(("t", "tr", "Tr"))
_SEVERAL = frozenset(("*", "†", "∗", "\\dagger", "\\dag", "\\ast", "\\star"))
_ANY_BAR = frozenset(("BAR", "DOUBLE_BAR"))
_OPENING, _CLOSING = frozenset(("LPAR", "LSQB")), frozenset(("RPAR", "RSQB"))
_CIRCLES = frozenset(("\\circ", "\\odot", "∘", "⊙"))
#: More tokens than any such sign has.
_LONGEST = 8
#: Names that are functions where they have a prime.
_FUNCTIONS = frozenset(("f", "F", "sigma", "phi", "psi"))
#: Names that are functions where they have an exponent and stand before a bracket.
_POWERS_OF_FUNCTIONS = frozenset(("f", "g", "h", "phi", "psi"))


class Superscripts:
    """What the superscripts of a line are."""

    def __init__(self, line: LatexLine):
        self._line = line

    @lazy_property
    def _has_letter_t(self) -> bool:
        """Whether t occurs where it is no superscript, so that it may be an exponent too."""
        return any(token == "t" and not self._is_raised(i) for i, token in enumerate(self._line.tokens))

    def _is_raised(self, i: int) -> bool:
        """Return whether what stands at ``i`` is a superscript or subscript, or the beginning of one."""
        while i and (self._line.type_at(i - 1) == "LBRACE" or self._line.command_at(i - 1) in tex.WORDS):
            i -= 1
        return self._line.type_at(i - 1) in ("CARET", "UNDERSCORE")

    def mark(self, first: int, end: int, inner: Sequence[Token], span: Span) -> tuple[str, str]:
        """Return what the superscript from ``first`` to ``end`` is if it is no exponent, and a note.

        That is ``^T``, ``^-T``, ``+`` or ``circle``. Raises E102 or E506 for what has several meanings.
        """
        if sign := _adjoint_of(inner):
            return self._adjoint(first, end, sign, span)
        mark, note = _mark(inner, span, self._line.given, signed=self._line.type_at(end) == "NUMBER")
        if mark in ("t", "-t"):
            is_transpose = not self._has_letter_t and self._is_transpose(first, end, span)
            mark = f"^{mark[:-1]}T" if is_transpose else ""
        if mark.endswith("T"):
            self._refuse_marked_name(first - 1, span)
            if note and self._line.tokens[max(first - 2, 0)].type == "NUMBER":
                return "", ""
        if mark and inner[-1] == "\\prime":
            self.refuse_derivative(first - 1, end)
        if not mark:
            self._refuse_power_of_function(first - 1, end)
        if mark and self._line.type_at(end) == "CARET":
            help_text = "put brackets around what has the first"
            second = self._line.tokens[end]
            raise fault("E102", "a superscript after another", second, "not expected here", help_text)
        return mark, note if mark else ""

    def _adjoint(self, first: int, end: int, sign: str, span: Span) -> tuple[str, str]:
        r"""Return the transpose for a star or dagger in a product where it is no pseudoinverse.

        That is ``x^* A`` of a small letter, and ``A^\dagger A`` of what stands on its other side too. Raises
        E102 elsewhere.
        """
        line, caret = self._line, first - 1
        following = line.after_spacing(end)
        after = line.source(following, self._operand_end(following), "")
        start = self._operand_start(caret)
        base = line.source(start, caret, "")
        before = line.source(max(start - (caret - start), 0), start, "")
        name = self._name_at(caret - 1) or letter_of_token(line.tokens[max(caret - 2, 0)])
        is_vector = line.type_at(caret - 1) != "RPAR" and name[:1].islower()
        starts = line.starts_operand(following) and delimiter_of(line.tokens[following]) not in _ANY_BAR
        if base and ((is_vector and starts) or after == base or before == base):
            return "^T", f"everything is real: ^{sign} is read as the transpose"
        help_text = "write ^\\top for the transpose, ^{+} for the pseudoinverse"
        help_text += "; a name is marked by a subscript or a prime"
        raise fault("E102", f"^{sign} may be a transpose or a pseudoinverse", span, "which?", help_text)

    def _operand_end(self, i: int) -> int:
        """Return the end of the brackets, the command with its argument, or the letter at ``i``."""
        line = self._line
        depth = 0
        for k in range(i, len(line)):
            kind = delimiter_of(line.tokens[k])
            depth += (kind in _OPENING) - (kind in _CLOSING)
            if depth == 0 and line.command_at(k) not in tex.SIDES:
                return line.argument_end(k)
        return len(line)

    def _operand_start(self, end: int) -> int:
        """Return where the brackets or the letter begins that ends before ``end``."""
        line, depth = self._line, 0
        for k in range(end - 1, -1, -1):
            kind = delimiter_of(line.tokens[k])
            closes = line.type_at(k) == "RBRACE" or kind in _CLOSING
            depth += closes - (line.type_at(k) == "LBRACE" or kind in _OPENING)
            if depth == 0:
                styled = line.command_at(k - 1) in tex.STYLES or line.command_at(k - 1) in tex.SIDES
                return k - 1 if k and styled else k
        return 0

    def _is_transpose(self, first: int, end: int, span: Span) -> bool:
        """Return whether a letter t in the superscript from ``first`` to ``end`` is the sign of a transpose.

        It is an exponent of numbers, norms, e, and small Greek letters that occur once. Of other things it
        is a transpose where a factor stands next to it; else E102 is raised.
        """
        line, at = self._line, first - 2
        if at > 1 and line.type_at(at - 1) == "UNDERSCORE":
            at -= 2
        base = line.tokens[max(at, 0)]
        greek = command_of(base)[:1].islower()
        if base == "e" or base.type in ("NUMBER", "BAR", "DOUBLE_BAR") or (greek and line.counts[base] == 1):
            return False
        following = line.after_spacing(end)
        if line.starts_operand(following) or line.at(following) in ("\\cdot", "·"):
            return True
        if at > 0 and base.type == "LETTER" and line.ends_operand(at - 1):
            return True
        help_text = "write ^\\top for the transpose; declare t, if it is an exponent"
        raise fault("E102", "^t may be a transpose or a power", span, "which?", help_text)

    def _refuse_marked_name(self, caret: int, span: Span) -> None:
        """Raise for the transpose of a name with a prime, which is another name and no transpose."""
        before = caret - 1
        while self._line.type_at(before) == "RBRACE":
            before -= 1
        if before > 0 and self._line.type_at(before) == "PRIME":
            message = "a prime under a transpose may mark a name"
            raise fault("E102", message, span, "a transpose of which?", WITH_A_PRIME)

    def _refuse_power_of_function(self, caret: int, end: int) -> None:
        """Raise for ``f^{-1}(x)`` and ``f^2(x)``, where f is a function."""
        name = self._name_at(caret - 1)
        opening = end + (self._line.at(end) == "\\left")
        if self._line.type_at(opening) == "LPAR" and name in _POWERS_OF_FUNCTIONS - self._line.given:
            base = self._line.tokens[caret - 1]
            help_text = f"write out what {base} is; for a product write \\cdot before the bracket"
            message = f"{base} with an exponent before a bracket may be a function"
            raise fault("E102", message, base, "a function?", help_text)

    def _name_at(self, i: int) -> str:
        return letter_of_token(self._line.tokens[i]) if i >= 0 else ""

    def _is_of_function(self, i: int) -> bool:
        """Return whether a prime stands between the name of a function, or of what has a time, and a bracket.

        The bracket of what depends on a parameter holds nothing else.
        """
        line, first, end = self._line, i, i
        while line.type_at(first - 1) == "PRIME":
            first -= 1
        while line.type_at(end) == "PRIME":
            end += 1
        opening = end + (line.at(end) in ("\\left", "\\big", "\\bigl"))
        if line.type_at(opening) != "LPAR" or first == 0:
            return False
        name = line.name_before(first)
        inner = [t for t in line.tokens[opening + 1 : opening + 4] if t != "\\right"]
        single = [t.type for t in inner[1:2]] == ["RPAR"] and is_parameter(letter_of_token(inner[0]))
        return name in line.functions or (name not in line.given and (stem(name) in PRIMED or single))

    def refuse_derivative(self, i: int, end: int) -> None:
        """Raise for a prime at ``i`` that is the sign of a derivative, as in ``f'(x)`` and ``x''``."""
        line, tokens = self._line, self._line.tokens
        if self._is_of_function(i):
            return
        if line.type_at(end) == "PRIME":
            letter = tokens[i - 1] if line.type_at(i - 1) == "LETTER" else "x"
            help_text = f"write what it is; the transpose of a transpose is ({letter}')'"
            message = "two primes may be a second derivative"
            raise fault("E102", message, (tokens[i], tokens[end]), "a derivative?", help_text)
        opening = end + (line.at(end) in ("\\left", "\\big", "\\bigl"))
        name = self._name_at(i - 1)
        if line.type_at(opening) != "LPAR" or not name or name in line.given:
            return
        closes = next((k for k in range(opening + 1, opening + 4) if line.type_at(k) == "RPAR"), 0)
        inner = tokens[opening + 1 : closes]
        letters = [t for t in inner if t.type == "LETTER" or command_of(t) in GREEK]
        single = len(letters) == 1 and all(t in letters or t == "\\right" for t in inner)
        if single or name in _FUNCTIONS:
            base = tokens[i - 1]
            help_text = f"write out what {base} is; for a product of a transpose write {base}^\\top \\cdot"
            message = f"{base}' before a bracket is the sign of a derivative"
            raise fault("E506", message, base, "a derivative?", help_text)


#: What to write for a name with a prime that is no transpose.
WITH_A_PRIME = "give the variable with a prime a name of its own, such as x_1"


def _adjoint_of(inner: Sequence[Token]) -> str:
    """Return the star or dagger that a superscript is, nothing for another."""
    texts = [str(token) for token in inner if token.type not in ("LBRACE", "RBRACE")]
    return texts[0] if len(texts) == 1 and texts[0] in _SEVERAL else ""


def _mark(
    inner: Sequence[Token], span: Span, given: frozenset[str], *, signed: bool = False
) -> tuple[str, str]:
    """Return what a superscript stands for if it is no exponent, and what to note of it.

    That is ``^T``, ``^-T``, ``+`` or ``circle``; ``t`` or ``-t`` if it may be a transpose and an exponent.
    If it is ``signed``, what follows belongs to a minus.
    """
    if inner and inner[0] in _CIRCLES:
        if len(inner) == 1:
            raise fault("E506", "a circle alone is no exponent", span, "write ^{\\circ 2}")
        return "circle", ""
    if len(inner) > _LONGEST:
        return "", ""
    texts = [str(token) for token in inner if token.type not in ("LBRACE", "RBRACE")]
    upright = any(text[1:] in tex.WORDS for text in texts)
    texts = [text for text in texts if text[1:] not in tex.WORDS | tex.STYLES.keys()]
    if texts and len(texts) == len(inner) == 1 and inner[0].type == "MINUS" and not signed:
        help_text = "write ^{-1} for the inverse, ^{+} for the pseudoinverse"
        raise fault("E506", "a minus alone is no exponent", span, "which inverse?", help_text)
    sign = "-" if len(texts) > 1 and texts[0] in ("-", "−", "–") else ""
    mark = "".join(texts[len(sign) :])
    if mark in given and mark in _ADJOINTS | _PERHAPS:
        return "", ""
    if mark in _ADJOINTS:
        return f"^{sign}T", f"matrices are real: ^{mark} is read as the transpose"
    if mark in _PERHAPS:
        return f"^{sign}T" if upright else f"{sign}t", f"^{mark} is read as the transpose"
    if mark in _TRANSPOSES:
        return f"^{sign}T", ""
    if mark == "+" and not sign:
        return mark, "^+ is read as the pseudoinverse"
    return "", ""
