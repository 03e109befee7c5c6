"""The notations, as data and a few one-line rules: plain text, Unicode, LaTeX."""

from __future__ import annotations

from fractions import Fraction

from matcalc.expression import ONE, Dim, Shape
from matcalc.functions import Function
from matcalc.language import GREEK

#: How tightly a piece of text binds: a bracket is put around it where something tighter is needed.
SUM, PRODUCT, POWER, POSTFIX, ATOM = 0, 1, 2, 3, 4

_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class Text:
    """The input language itself, in ASCII."""

    times = "*"
    hadamard = ".*"
    hadamard_over = "./"
    over = "/"
    transposed = "'"
    fractions = False

    def name(self, name: str) -> str:
        """Return the name of a variable."""
        return name

    def number(self, value: int) -> str:
        """Return a natural number."""
        return str(value)

    def bracket(self, text: str) -> str:
        """Return the text in brackets."""
        return f"({text})"

    def dim(self, dim: Dim) -> str:
        """Return a dimension."""
        return str(dim)

    def identity(self, dim: Dim | None) -> str:
        """Return the identity matrix, with its size if that is not clear from the context."""
        return "I" if dim is None else f"I({self.dim(dim)})"

    def constant(self, name: str, shape: Shape) -> str:
        """Return ``ones`` or ``zeros`` of this shape."""
        dims = shape[:1] if shape[1] is ONE else shape
        return f"{name}({','.join(self.dim(d) for d in dims)})"

    def spread(self, number: str) -> str:
        """Return a number that stands for an array of equal entries."""
        return number

    def power(self, base: str, exponent: str) -> str:
        """Return a power."""
        return f"{base}^{exponent}"

    def hadamard_power(self, base: str, exponent: str) -> str:
        """Return an entrywise power."""
        return f"{base}.^{exponent}"

    def exponent(self, text: str, level: int) -> str:
        """Return an exponent, in brackets if it is not a single thing."""
        return text if level == ATOM else self.bracket(text)

    def transpose(self, base: str) -> str:
        """Return a transpose."""
        return base + self.transposed

    def square_root(self, text: str) -> str:
        """Return a square root."""
        return f"sqrt({text})"

    def template(self, entry: Function) -> str:
        """Return how the entry is written, with ``#1`` for the argument; empty for ``name(...)``."""
        return ""

    def call(self, entry: Function, args: list[str]) -> str:
        """Return a function of arguments."""
        return f"{entry.name}({', '.join(args)})"

    def fraction(self, numerator: str, denominator: str) -> str:
        """Return a fraction of two texts that need no brackets."""
        raise NotImplementedError

    def block(self, rows: list[list[str]]) -> str:
        """Return a block matrix."""
        return f"[{'; '.join(', '.join(row) for row in rows)}]"

    def where(self, value: str, definitions: list[tuple[str, str]]) -> str:
        """Return a value with the definitions of the names in it."""
        if not definitions:
            return value
        return f"{value} where " + ", ".join(f"{name} = {text}" for name, text in definitions)


class Unicode(Text):
    """Mathematical symbols in plain text; reads back like ASCII."""

    times = " "
    hadamard = " ⊙ "
    hadamard_over = " ⊘ "
    transposed = "ᵀ"

    def name(self, name: str) -> str:
        """Return the name with Greek letters and subscripts."""
        word, _, subscript = name.partition("_")
        stem = word.rstrip("0123456789")
        digits = word[len(stem) :] or (subscript if subscript.isdigit() else "")
        rest = "" if digits or not subscript else "_" + subscript
        if digits and subscript and word != stem:
            return name
        underscore = subscript.isdigit() and bool(digits)
        if underscore:
            return GREEK.get(stem, stem) + "_" + digits
        return GREEK.get(stem, stem) + digits.translate(_SUBSCRIPTS) + rest

    def power(self, base: str, exponent: str) -> str:
        """Return a power, as a superscript if it is an integer."""
        if exponent.lstrip("-").isdigit():
            return base + exponent.translate(_SUPERSCRIPTS)
        return f"{base}^{exponent}"

    def exponent(self, text: str, level: int) -> str:
        """Return an exponent; integers need no brackets."""
        if text.lstrip("-").isdigit():
            return text
        return text if level == ATOM else self.bracket(text)

    def transpose(self, base: str) -> str:
        """Return a transpose; that of an inverse has one exponent."""
        return base.removesuffix("⁻¹") + "⁻ᵀ" if base.endswith("⁻¹") else base + self.transposed

    def template(self, entry: Function) -> str:
        """Return the entry's Unicode template."""
        return entry.unicode

    def hadamard_power(self, base: str, exponent: str) -> str:
        """Return an entrywise power."""
        return f"{base}.^{exponent if not exponent.startswith('-') else self.bracket(exponent)}"


class Latex(Text):
    """LaTeX for papers."""

    times = " "
    hadamard = r" \odot "
    hadamard_over = r" \oslash "
    transposed = r"^{\top}"
    fractions = True

    def name(self, name: str) -> str:
        """Return the name with Greek letters as commands and subscripts lowered."""
        word, _, subscript = name.partition("_")
        stem = word.rstrip("0123456789") or word
        digits = word[len(stem) :]
        if stem in GREEK:
            plain = stem.capitalize()[0] if stem[0].isupper() and stem not in _LATEX_CAPITALS else ""
            text = plain or "\\" + stem
        else:
            text = stem if len(stem) == 1 else rf"\mathrm{{{stem}}}"
        lowered = ",".join(part for part in (digits, subscript) if part)
        return f"{text}_{{{lowered}}}" if lowered else text

    def bracket(self, text: str) -> str:
        """Return the text in brackets that grow with it."""
        return rf"\left({text}\right)"

    def dim(self, dim: Dim) -> str:
        """Return a dimension."""
        return str(dim).replace("*", " ")

    def identity(self, dim: Dim | None) -> str:
        """Return the identity matrix."""
        return "I" if dim is None else f"I_{{{self.dim(dim)}}}"

    def constant(self, name: str, shape: Shape) -> str:
        """Return a bold one or zero with its size."""
        size = r" \times ".join(self.dim(d) for d in (shape[:1] if shape[1] is ONE else shape))
        return rf"\mathbf{{{1 if name == 'ones' else 0}}}_{{{size}}}"

    def spread(self, number: str) -> str:
        """Return a number times a bold one."""
        return r"\mathbf{1}" if number == "1" else rf"{number} \, \mathbf{{1}}"

    def power(self, base: str, exponent: str) -> str:
        """Return a power."""
        return f"{base}^{{{exponent}}}"

    def hadamard_power(self, base: str, exponent: str) -> str:
        """Return an entrywise power, marked by a circle."""
        return rf"{base}^{{\circ {exponent}}}"

    def exponent(self, text: str, level: int) -> str:
        """Return an exponent, which braces hold together."""
        return text

    def transpose(self, base: str) -> str:
        """Return a transpose; that of an inverse has one exponent."""
        if base.endswith("^{-1}"):
            return base.removesuffix("^{-1}") + r"^{-\top}"
        if base.endswith("}") and "^{" in base:
            return rf"\left({base}\right)^{{\top}}"
        return base + self.transposed

    def square_root(self, text: str) -> str:
        """Return a square root."""
        return rf"\sqrt{{{text}}}"

    def template(self, entry: Function) -> str:
        """Return the entry's LaTeX template."""
        return entry.latex if "#1" in entry.latex else ""

    def call(self, entry: Function, args: list[str]) -> str:
        """Return a function of arguments."""
        name = entry.latex or rf"\operatorname{{{entry.name}}}"
        return rf"{name}\left({', '.join(args)}\right)"

    def fraction(self, numerator: str, denominator: str) -> str:
        """Return a fraction."""
        return rf"\frac{{{numerator}}}{{{denominator}}}"

    def block(self, rows: list[list[str]]) -> str:
        """Return a block matrix."""
        inner = r" \\ ".join(" & ".join(row) for row in rows)
        return rf"\begin{{bmatrix}} {inner} \end{{bmatrix}}"

    def where(self, value: str, definitions: list[tuple[str, str]]) -> str:
        """Return a value with the definitions of the names in it."""
        if not definitions:
            return value
        listed = r", \quad ".join(f"{name} = {text}" for name, text in definitions)
        return rf"{value} \quad \text{{where}} \quad {listed}"


_LATEX_CAPITALS = frozenset(
    ["Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega"]
)
TEXT, UNICODE, LATEX = Text(), Unicode(), Latex()


def fraction_parts(value: int | Fraction) -> tuple[int, int]:
    """Return numerator and denominator without sign."""
    return abs(value.numerator), value.denominator
