r"""Typst, a typesetting system: formulas as they stand between its dollar signs."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar

from matcalc.expression import ONE, Shape
from matcalc.printing.typeset import Typeset

#: What a subscript or an exponent is without brackets: a letter or a number. A name would take brackets
#: after it as its arguments.
_SINGLE = re.compile(r"[^\W\d_]|\d+")
#: Accents and letters that Typst calls by other names, or has no names for.
_NAMES = {
    "bar": "macron", "ddot": "dot.double", "check": "caron", "mathring": "circle", "vec": "arrow",
    "varpi": "ϖ",
}  # fmt: skip
_OPERATORS = re.compile(r" (?:[-+⊙⊘⊗]|\|->) |^-")


class Typst(Typeset):
    """Typst for papers and notes; functions, norms and fractions are calls in it.

    >>> TYPST.name("x_hat_1"), TYPST.name("lam"), TYPST.name("dX"), TYPST.name("lambda_max")
    ('hat(x)_1', '"lam"', 'dif X', 'lambda_(max)')
    """

    signs: ClassVar[Mapping[str, Sequence[str]]] = {
        "inverse": ("", "^(-1)"),
        "pseudoinverse": ("", "^+"),
        "Kronecker product": ("", " ⊗ ", ""),
        "square root": ("sqrt(", ")"),
        "absolute value": ("abs(", ")"),
        "Euclidean norm": ("norm(", ")_2"),
        "Frobenius norm": ("norm(", ")_F"),
        "sum of absolute values": ("norm(", ")_1"),
        "largest absolute value": ("norm(", ")_infinity"),
        "spectral norm": ("norm(", ")_2"),
        "nuclear norm": ("norm(", ")_*"),
    }
    hadamard = " ⊙ "
    hadamard_over = " ⊘ "
    transposed = "^top"
    transposed_inverse = "^(-top)"
    to = " -> "
    mapsto = " |-> "
    quad = "quad"
    differential_sign = "dif "
    times_sign = " times "
    of_function = " "
    line_break = " \\\n"
    derivatives: ClassVar[Mapping[str, str]] = {"grad": "nabla ", "hess": "nabla^2 "}

    def command(self, word: str) -> str:
        """Return how a Greek letter, a function or a symbol is called."""
        return _NAMES.get(word, word)

    def word(self, word: str) -> str:
        """Return a word, upright."""
        return self.words(word)

    def function_word(self, word: str) -> str:
        """Return a word that is a function, upright."""
        return f'op("{word}")'

    def foreign(self, char: str) -> str:
        """Return a letter that is neither Latin nor Greek, as text."""
        return self.words(char)

    def accented(self, accent: str, text: str) -> str:
        """Return a letter with a mark above it."""
        return f"{_NAMES.get(accent, accent)}({text})"

    def lowered(self, text: str, *subscripts: str) -> str:
        """Return a text with subscripts."""
        return f"{text}_{_grouped(', '.join(subscripts))}"

    def indices(self, part: str) -> str:
        """Return indices in one word, with spaces, as letters side by side are a name."""
        return " ".join(re.findall(r"\d+|\D", part))

    def unbracketed(self, text: str) -> str:
        """Return what is inside, if the text is one pair of brackets.

        >>> TYPST.unbracketed("(a + (b))"), TYPST.unbracketed("(a) (b)")
        ('a + (b)', '(a) (b)')
        """
        outside, inside = _outside(text), text[1:-1]
        return self.unbracketed(inside) if text[:1] == "(" and outside == "" else text

    def constant(self, name: str, shape: Shape) -> str:
        """Return a bold one or zero with its size."""
        size = self.size(shape[:1] if shape[1] is ONE else shape)
        return self.lowered(f"bold({1 if name == 'ones' else 0})", size)

    def product(self, factors: Sequence[str], *, followed: bool = False) -> str:
        """Return a product; an inner product at the end has no brackets: ``2 x^top y``."""
        inner = self.unbracketed(factors[-1]) if factors and not followed else ""
        if inner and not _OPERATORS.search(_outside(inner)):
            return self.times.join([*factors[:-1], inner])
        return self.times.join(factors)

    def spread(self, number: str) -> str:
        """Return a number times a bold one."""
        return "bold(1)" if number == "1" else f"{number} bold(1)"

    def power(self, base: str, exponent: str) -> str:
        """Return a power."""
        return f"{base}^{_grouped(exponent)}"

    def hadamard_power(self, base: str, exponent: str) -> str:
        """Return an entrywise power, marked by a circle."""
        return f"{base}^(∘ {exponent})"

    def transpose(self, base: str) -> str:
        """Return a transpose; what has another exponent gets brackets."""
        return super().transpose(self.bracket(base) if base.endswith("^+") else base)

    def fraction(self, numerator: str, denominator: str) -> str:
        """Return a fraction."""
        return f"frac({self.unbracketed(numerator)}, {self.unbracketed(denominator)})"

    def equations(self, sides: Sequence[tuple[str, str]]) -> str:
        """Return equations below each other."""
        return self.line_break.join(f"{left} &= {right}" for left, right in sides)

    def block(self, rows: list[list[str]]) -> str:
        """Return a block matrix."""
        return f'mat(delim: "[", {"; ".join(map(", ".join, rows))})'

    def entry(self, array: str, indices: Sequence[str]) -> str:
        """Return the entry of an array, its indices as a subscript."""
        base = self.bracket(array) if "_" in array or "^" in array else array
        return self.lowered(base, " ".join(map(self.name, indices)))

    def index_sum(self, indices: Sequence[str], summand: str) -> str:
        """Return the sum of a product over some indices."""
        return f"{self.lowered('sum', *map(self.name, indices))} {summand}"

    def words(self, text: str) -> str:
        """Return words between formulas."""
        return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


TYPST = Typst()


def _grouped(text: str) -> str:
    """Return a subscript or an exponent, in brackets, which do not show, unless it is a single thing."""
    return text if _SINGLE.fullmatch(text) else f"({text})"


def _outside(text: str) -> str:
    """Return what stands outside of all brackets."""
    outside, depth = "", 0
    for char in text:
        depth -= char == ")"
        outside += char if depth == 0 and char not in "()" else ""
        depth += char == "("
    return outside
