r"""LaTeX for papers: symbols, factors side by side, and brackets left out where they are not needed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar

from matcalc.expression import ONE, Dim, Shape
from matcalc.functions import FUNCTIONS, Notation, Precedence
from matcalc.printing.latex_layout import LINE, Row, aligned, below, broken, is_product, width
from matcalc.printing.typeset import Typeset

#: Longer factors keep their brackets: whether they need them would be looked for at each level.
LONGEST_LOOKED_INTO = 2000
_NAME = (
    r"(?:[A-Za-z]|\\[A-Za-z]+|\\(?:mathrm|hat|bar|tilde|dot|ddot)\{[^{}\\]*\})(?:_\{(?:[^{}]|\{[^{}]*\})*\})?"
)
#: A name of several letters, or of a differential, at the end.
_WORD_AT_END = re.compile(
    r"\\mathrm\{(?:[^{}]{2,}\}|d\}(?:[A-Za-z]|\\[a-zA-Z]+(?:\{[^{}]*\})?))(?:_\{(?:[^{}]|\{[^{}]*\})*\})?$"
)
_ANY_WORD = "\\mathrm{"
#: What words do not have as it stands.
_SPECIAL = re.compile(r"[\\{}$&#%_^~]|[^\W\d_a-zA-Z]")
_BRACKETS = re.compile(r"\\left\(|\\right\)")

#: Letters that text has, with accents that formulas lack.
_IN_TEXT = frozenset("ßæÆœŒøØłŁçÇőŐűŰşŞţŢ")


def _norm(subscript: str) -> tuple[str, str]:
    return r"\left\lVert ", rf" \right\rVert_{subscript}"


class Latex(Typeset):
    r"""LaTeX for papers; reads back.

    >>> LATEX.name("x_hat_1"), LATEX.name("lam"), LATEX.name("dX"), LATEX.name("lambda_max")
    ('\\hat{x}_{1}', '\\mathrm{lam}', '\\mathrm{d}X', '\\lambda_{\\max}')
    >>> LATEX.name("ŷ"), LATEX.name("größe"), LATEX.name("x_ij"), LATEX.name("x_test"), LATEX.name("ж")
    ('\\hat{y}', '\\mathrm{gr\\ddot{o}\\text{ß}e}', 'x_{ij}', 'x_{\\mathrm{test}}', '\\mathrm{u0436}')
    """

    signs: ClassVar[Mapping[str, Sequence[str]]] = {
        "inverse": ("", "^{-1}"),
        "pseudoinverse": ("", "^{+}"),
        "Kronecker product": ("", r" \otimes ", ""),
        "square root": (r"\sqrt{", "}"),
        "absolute value": (r"\left\lvert ", r" \right\rvert"),
        "Euclidean norm": _norm("2"),
        "Frobenius norm": _norm("F"),
        "sum of absolute values": _norm("1"),
        "largest absolute value": _norm(r"{\infty}"),
        "spectral norm": _norm("{2}"),
        "nuclear norm": _norm("{*}"),
    }
    hadamard = r" \odot "
    hadamard_over = r" \oslash "
    transposed = r"^{\top}"
    transposed_inverse = r"^{-\top}"
    to = r" \to "
    mapsto = r" \mapsto "
    quad = r"\quad"
    differential_sign = r"\mathrm{d}"
    times_sign = r" \times "
    of_function = ""
    derivatives: ClassVar[Mapping[str, str]] = {"grad": r"\nabla ", "hess": r"\nabla^{2} "}
    letters: ClassVar[Mapping[str, str]] = {"ı": r"\imath", "ȷ": r"\jmath", "ħ": r"\hbar", "א": r"\aleph"}

    def command(self, word: str) -> str:
        """Return how a Greek letter, a function or a symbol is called."""
        return "\\" + word

    def word(self, word: str) -> str:
        """Return a word, upright, with its underscores."""
        return rf"\mathrm{{{''.join(map(self.character, word))}}}".replace("_", r"\_")

    def function_word(self, word: str) -> str:
        """Return a word that is a function, upright."""
        return rf"\operatorname{{{word}}}"

    def foreign(self, char: str) -> str:
        """Return a letter that only text has, or the number of one that plain LaTeX lacks."""
        return rf"\text{{{char}}}" if char in _IN_TEXT else rf"\mathrm{{u{ord(char):04x}}}"

    def accented(self, accent: str, text: str) -> str:
        """Return a letter with a mark above it."""
        return rf"\{accent}{{{text}}}"

    def lowered(self, text: str, *subscripts: str) -> str:
        """Return a text with subscripts."""
        return f"{text}_{{{','.join(subscripts)}}}"

    def bracket(self, text: str) -> str:
        """Return the text in brackets that grow with it."""
        return rf"\left({text}\right)"

    def unbracketed(self, text: str) -> str:
        """Return what is inside, if the text is one pair of brackets."""
        return without_brackets(text)

    def constant(self, name: str, shape: Shape) -> str:
        """Return a bold one or zero with its size."""
        size = self.size(shape[:1] if shape[1] is ONE else shape)
        return rf"\mathbf{{{1 if name == 'ones' else 0}}}_{{{size}}}"

    def product(self, factors: Sequence[str], *, followed: bool = False) -> str:
        r"""Return a product; an inner product at the end has no brackets: ``2 x^{\top} y``."""
        last_text = factors[-1] if factors and not followed else ""
        inner = without_brackets(last_text) if len(last_text) <= LONGEST_LOOKED_INTO else ""
        if inner and inner != last_text and is_product(inner):
            return side_by_side([*factors[:-1], inner])
        return side_by_side(factors)

    def spread(self, number: str) -> str:
        """Return a number times a bold one."""
        return r"\mathbf{1}" if number == "1" else rf"{number} \, \mathbf{{1}}"

    def power(self, base: str, exponent: str) -> str:
        """Return a power."""
        return f"{base}^{{{exponent}}}"

    def hadamard_power(self, base: str, exponent: str) -> str:
        """Return an entrywise power, marked by a circle."""
        return rf"{base}^{{\circ {exponent}}}"

    def exponent(self, text: str, level: Precedence) -> str:
        """Return an exponent, which braces hold together; a single T would be a transpose."""
        return without_brackets(text) if text != "T" else "1 T"

    def transpose(self, base: str) -> str:
        """Return a transpose; what has another exponent gets brackets."""
        raised = base.endswith("}") and "^{" in base and not base.endswith(self.signs["inverse"][-1])
        return super().transpose(self.bracket(base) if raised else base)

    def square_root(self, text: str) -> str:
        """Return a square root."""
        return super().square_root(without_brackets(text))

    def encloses(self, written: Notation, text: str) -> bool:
        """Return whether signs around this text are understood: a bar beside a bar is a norm."""
        opening, closing = bars = self.signs["absolute value"]
        return self.signs[written.name] != bars or not (text.startswith(opening) or text.endswith(closing))

    def fraction(self, numerator: str, denominator: str) -> str:
        """Return a fraction."""
        return rf"\frac{{{without_brackets(numerator)}}}{{{without_brackets(denominator)}}}"

    def finished(self, text: str) -> str:
        r"""Return a formula that stands alone, with ``\det X`` where that can be understood."""
        return without_call_brackets(text)

    def equations(self, sides: Sequence[tuple[str, str]]) -> str:
        """Return equations below each other, broken where they are too wide."""
        room = LINE - max(width(f"{left} =") for left, _ in sides)
        return aligned([Row(left, broken(right, room)) for left, right in sides])

    def block(self, rows: list[list[str]]) -> str:
        """Return a block matrix."""
        inner = r" \\ ".join(" & ".join(row) for row in rows)
        return rf"\begin{{bmatrix}} {inner} \end{{bmatrix}}"

    def entry(self, array: str, indices: Sequence[str]) -> str:
        """Return the entry of an array, its indices as a subscript."""
        base = f"{{{array}}}" if "_" in array or "^" in array else array
        return f"{base}_{{{' '.join(indices)}}}"

    def index_sum(self, indices: Sequence[str], summand: str) -> str:
        """Return the sum of a product over some indices."""
        return rf"\sum_{{{', '.join(indices)}}} {summand}"

    def words(self, text: str) -> str:
        """Return words between formulas."""
        return rf"\text{{{self.prose(text)}}}"

    def prose(self, text: str) -> str:
        r"""Return words outside of formulas, with the letters that LaTeX has.

        >>> LATEX.prose("100% of é_ж")
        '100\\% of é\\_$\\mathrm{u0436}$'
        """
        return _SPECIAL.sub(self._escaped, text)

    def _escaped(self, special: re.Match[str]) -> str:
        """Return how LaTeX writes a character that means something in its text, or that it lacks."""
        char = special[0]
        if char.isalpha():
            symbol = self.character(char)
            return f"${symbol}$" if "mathrm" in symbol else char
        words = {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"}
        return words.get(char, "\\" + char)

    def space(self, axes: Sequence[Dim]) -> str:
        """Return which set an array lies in."""
        return rf"\in \mathbb{{R}}^{{{self.size(axes)}}}" if axes else r"\in \mathbb{R}"


LATEX = Latex()
#: What may follow a function without brackets: the end of a term or of what it is in.
_END = r"(?= [+-] |\}|\\right|,? \\quad|, | & | \\\\|$)"
_BARE = "|".join(re.escape(LATEX.function(entry.written.name)) for entry in FUNCTIONS if entry.written.bare)
_CALLS = re.compile(rf"(?<![A-Za-z])({_BARE})\\left\(({_NAME})\\right\){_END}")


def side_by_side(factors: Sequence[str]) -> str:
    r"""Return a product, in which names of several letters do not run together with their neighbours.

    >>> side_by_side(["\\mathrm{lam}", "w"]), side_by_side(["A", "w"])
    ('\\mathrm{lam} \\, w', 'A w')
    """
    text = factors[0] if factors else ""
    for factor in factors[1:]:
        apart = _WORD_AT_END.search(text) or factor.startswith(_ANY_WORD)
        text += (r" \, " if apart else " ") + factor
    return text


def without_brackets(text: str) -> str:
    r"""Return what is inside, if the text is one pair of brackets.

    >>> without_brackets("\\left(a + b\\right)"), without_brackets("\\left(a\\right) \\left(b\\right)")
    ('a + b', '\\left(a\\right) \\left(b\\right)')
    """
    if not (text.startswith(r"\left(") and text.endswith(r"\right)")):
        return text
    depth = 0
    for bracket in _BRACKETS.finditer(text):
        depth += 1 if bracket[0] == r"\left(" else -1
        if depth == 0 and bracket.end() < len(text):
            return text
    return without_brackets(text[len(r"\left(") : -len(r"\right)")])


def without_call_brackets(text: str) -> str:
    r"""Return a formula with ``\det X`` for ``\det\left(X\right)`` where it is clear how far that reaches.

    >>> without_call_brackets("2 \\det\\left(X\\right)"), without_call_brackets("\\det\\left(X\\right) A")
    ('2 \\det X', '\\det\\left(X\\right) A')
    """
    return _CALLS.sub(r"\1 \2", text)


def worded(text: str) -> str:
    r"""Return lines of words as a notebook typesets them.

    >>> worded("wrong\nmissing_path: path 2")
    '$\\begin{aligned}\n& \\text{wrong} \\\\\n& \\text{missing\\_path: path 2}\n\\end{aligned}$'
    """
    return below(map(LATEX.words, text.splitlines()))
