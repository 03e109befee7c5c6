"""The notations, as data and a few one-line rules: plain text, Unicode, LaTeX."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Self

from matcalc.expression import ONE, Dim, Shape
from matcalc.functions import Function
from matcalc.language import LETTERS
from matcalc.printing.latex_lines import is_product
from matcalc.printing.latex_text import (
    latex_name,
    latex_prose,
    latex_word,
    side_by_side,
    without_brackets,
    without_call_brackets,
)

#: How tightly a piece of text binds: a bracket is put around it where something tighter is needed.
SUM, PRODUCT, POWER, POSTFIX, ATOM = 0, 1, 2, 3, 4

#: Longer factors keep their brackets: whether they need them would be looked for at each level.
LONGEST_LOOKED_INTO = 2000

_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class Text:
    """The input language itself, in ASCII."""

    times = "*"
    hadamard = ".*"
    hadamard_over = "./"
    over = "/"
    transposed = "'"
    to = " -> "
    fractions = False

    def telling_apart(self, names: Iterable[str]) -> Self:
        """Return the style that writes these names differently."""
        return self

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

    def product(self, factors: list[str], *, followed: bool = False) -> str:
        """Return a product of factors that need no brackets; ``followed`` if more comes after it."""
        return self.times.join(factors)

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
        """Return an exponent, in brackets if it is not a single thing, or would be a transpose."""
        return text if level == ATOM and text != "T" else self.bracket(text)

    def transpose(self, base: str) -> str:
        """Return a transpose."""
        return base + self.transposed

    def square_root(self, text: str) -> str:
        """Return a square root."""
        return f"sqrt({text})"

    def template(self, entry: Function, *, scalar: bool) -> str:
        """Return how the entry is written of a scalar or an array, ``#1``; empty for ``name(...)``."""
        return ""

    def call_level(self, entry: Function) -> int:
        """Return how tightly a function of arguments binds."""
        return ATOM

    def call(self, entry: Function, args: list[str]) -> str:
        """Return a function of arguments."""
        if entry.short:
            return f"{entry.short}({','.join(args)})"
        return f"{entry.name}({', '.join(args)})"

    def fraction(self, numerator: str, denominator: str) -> str:
        """Return a fraction of two texts that need no brackets."""
        raise NotImplementedError

    def finished(self, text: str) -> str:
        """Return a formula that stands alone."""
        return text

    def block(self, rows: list[list[str]]) -> str:
        """Return a block matrix."""
        return f"[{'; '.join(', '.join(row) for row in rows)}]"

    def entry(self, array: str, indices: Sequence[str]) -> str:
        """Return the entry of an array with these indices."""
        return f"{array}[{','.join(indices)}]"

    def index_sum(self, indices: Sequence[str], summand: str) -> str:
        """Return the sum of a product over some indices."""
        return f"sum_{{{','.join(indices)}}} {summand}"

    def maps_to(self, arguments: Sequence[str], value: str) -> str:
        """Return the map that takes arguments to a value."""
        return f"{', '.join(arguments)} -> {value}"

    def partial(self, value: str, by: str) -> str:
        """Return the derivative of a value with respect to something."""
        return f"d{value}/d{by}"

    def differential(self, value: str) -> str:
        """Return the differential of a value."""
        return f"d{self.bracket(value)}"

    def words(self, text: str) -> str:
        """Return words between formulas."""
        return text

    def shape(self, axes: Sequence[Dim]) -> str:
        """Return the sizes along the axes; nothing in brackets for a scalar."""
        return f"({','.join(map(self.dim, axes))})"

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
    to = " → "

    def name(self, name: str) -> str:
        """Return the name with Greek letters and subscripts; ``plain_name`` gives the name back."""
        word, underscore, subscript = name.partition("_")
        if underscore:
            return LETTERS.get(word, word) + underscore + subscript
        stem = word.rstrip("0123456789")
        return LETTERS.get(stem, stem) + word[len(stem) :].translate(_SUBSCRIPTS)

    def power(self, base: str, exponent: str) -> str:
        """Return a power, as a superscript if it is an integer."""
        if _is_integer(exponent):
            return base + exponent.translate(_SUPERSCRIPTS)
        return f"{base}^{exponent}"

    def exponent(self, text: str, level: int) -> str:
        """Return an exponent; integers need no brackets."""
        if _is_integer(text):
            return text
        return super().exponent(text, level)

    def transpose(self, base: str) -> str:
        """Return a transpose; that of an inverse has one exponent."""
        return base.removesuffix("⁻¹") + "⁻ᵀ" if base.endswith("⁻¹") else base + self.transposed

    def index_sum(self, indices: Sequence[str], summand: str) -> str:
        """Return the sum of a product over some indices."""
        return f"Σ_{{{','.join(indices)}}} {summand}"

    def maps_to(self, arguments: Sequence[str], value: str) -> str:
        """Return the map that takes arguments to a value."""
        return f"{', '.join(arguments)} ↦ {value}"

    def partial(self, value: str, by: str) -> str:
        """Return the derivative of a value with respect to something."""
        return f"∂{value}/∂{by}"

    def shape(self, axes: Sequence[Dim]) -> str:
        """Return the sizes along the axes, or that it is a scalar."""
        return "×".join(f"({dim})" if "+" in str(dim) else str(dim) for dim in axes) or "scalar"

    def template(self, entry: Function, *, scalar: bool) -> str:
        """Return the entry's Unicode template."""
        return entry.unicode

    def block(self, rows: list[list[str]]) -> str:
        """Return a block matrix; a space multiplies where there are commas, or brackets around it."""
        alone = len(rows[0]) == 1
        return super().block(
            [[self.bracket(cell) if alone and " " in cell else cell for cell in row] for row in rows]
        )

    def hadamard_power(self, base: str, exponent: str) -> str:
        """Return an entrywise power."""
        return f"{base}.^{exponent if not exponent.startswith('-') else self.bracket(exponent)}"


class Latex(Text):
    """LaTeX for papers; reads back."""

    times = " "
    hadamard = r" \odot "
    hadamard_over = r" \oslash "
    transposed = r"^{\top}"
    to = r" \to "
    fractions = True

    def __init__(
        self, spelled_out: frozenset[str] = frozenset(), short: Mapping[str, str] = MappingProxyType({})
    ):
        self._spelled_out = spelled_out
        self._short = short

    def abbreviating(self, short: Mapping[str, str]) -> Self:
        """Return the style that writes other names for some."""
        return type(self)(self._spelled_out, short)

    def telling_apart(self, names: Iterable[str]) -> Self:
        """Return the style that spells names out which else look the same: ``x0`` and ``x_0``."""
        names = set(names)
        written = Counter(self.name(name) for name in names)
        same = frozenset(name for name in names if written[self.name(name)] > 1)
        return type(self)(self._spelled_out | same, self._short) if same else self

    def name(self, name: str) -> str:
        """Return the name with Greek letters as commands and subscripts lowered."""
        name = self._short.get(name, name)
        if name in self._spelled_out or not all(name.split("_")):
            return latex_word(name)
        return latex_name(name)

    def bracket(self, text: str) -> str:
        """Return the text in brackets that grow with it."""
        return rf"\left({text}\right)"

    def dim(self, dim: Dim) -> str:
        """Return a dimension."""
        return side_by_side(re.sub(r"[^\W\d]\w*", lambda name: self.name(name[0]), str(dim)).split("*"))

    def identity(self, dim: Dim | None) -> str:
        """Return the identity matrix."""
        return "I" if dim is None else f"I_{{{self.dim(dim)}}}"

    def constant(self, name: str, shape: Shape) -> str:
        """Return a bold one or zero with its size."""
        size = r" \times ".join(self.dim(d) for d in (shape[:1] if shape[1] is ONE else shape))
        return rf"\mathbf{{{1 if name == 'ones' else 0}}}_{{{size}}}"

    def product(self, factors: list[str], *, followed: bool = False) -> str:
        r"""Return a product, in which ``\log\det(X)`` is in brackets unless nothing follows it.

        An inner product at the end has none: ``2 x^{\top} y``.
        """
        last = len(factors) - (not followed)
        texts = [
            self.bracket(factor) if i < last and _TWO_COMMANDS.match(factor) else factor
            for i, factor in enumerate(factors)
        ]
        last_text = texts[-1] if texts and not followed else ""
        inner = without_brackets(last_text) if len(last_text) <= LONGEST_LOOKED_INTO else ""
        if inner and inner != texts[-1] and is_product(inner):
            texts[-1] = inner
        return side_by_side(texts)

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
        """Return an exponent, which braces hold together; a single T would be a transpose."""
        return without_brackets(text) if text != "T" else "1 T"

    def transpose(self, base: str) -> str:
        """Return a transpose; that of an inverse has one exponent."""
        if base.endswith("^{-1}"):
            return base.removesuffix("^{-1}") + r"^{-\top}"
        if base.endswith("}") and "^{" in base:
            return rf"\left({base}\right)^{{\top}}"
        return base + self.transposed

    def square_root(self, text: str) -> str:
        """Return a square root."""
        return rf"\sqrt{{{without_brackets(text)}}}"

    def template(self, entry: Function, *, scalar: bool) -> str:
        """Return the entry's LaTeX template."""
        latex = entry.latex_of_scalar if scalar and entry.latex_of_scalar else entry.latex
        return latex if "#1" in latex else ""

    def call_level(self, entry: Function) -> int:
        r"""Return how tightly a function of arguments binds: ``\log\det(X)`` has no powers."""
        return POWER if _TWO_COMMANDS.match(rf"{entry.latex}\left(") else ATOM

    def call(self, entry: Function, args: list[str]) -> str:
        """Return a function of arguments."""
        name = rf"\operatorname{{{entry.name}}}" if "#1" in entry.latex else entry.latex
        listed = ", ".join(map(without_brackets, args))
        if entry.short:
            return rf"\operatorname{{{entry.short}}}_{{{listed}}}"
        return rf"{name}\left({listed}\right)"

    def fraction(self, numerator: str, denominator: str) -> str:
        """Return a fraction."""
        return rf"\frac{{{without_brackets(numerator)}}}{{{without_brackets(denominator)}}}"

    def finished(self, text: str) -> str:
        r"""Return a formula that stands alone, with ``\det X`` where that can be understood."""
        return without_call_brackets(text)

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

    def maps_to(self, arguments: Sequence[str], value: str) -> str:
        """Return the map that takes arguments to a value."""
        return rf"{', '.join(arguments)} \mapsto {value}"

    def partial(self, value: str, by: str) -> str:
        """Return the derivative of a value with respect to something."""
        return rf"\frac{{\partial {value}}}{{\partial {by}}}"

    def differential(self, value: str) -> str:
        """Return the differential of a value, with an upright d."""
        return rf"\mathrm{{d}}{self.bracket(value)}"

    def words(self, text: str) -> str:
        """Return words between formulas."""
        return rf"\text{{{self.prose(text)}}}"

    def prose(self, text: str) -> str:
        """Return words outside of formulas."""
        return latex_prose(text)

    def space(self, axes: Sequence[Dim]) -> str:
        """Return which set an array lies in."""
        size = r" \times ".join(map(self.dim, axes))
        return rf"\in \mathbb{{R}}^{{{size}}}" if axes else r"\in \mathbb{R}"

    def where(self, value: str, definitions: list[tuple[str, str]]) -> str:
        """Return a value with the definitions of the names in it."""
        if not definitions:
            return value
        listed = r", \quad ".join(f"{name} = {text}" for name, text in definitions)
        return rf"{value} \quad \text{{where}} \quad {listed}"


def _is_integer(text: str) -> bool:
    """Return whether a text is an integer in plain digits; superscripts, which a power ends in, are none."""
    return text.removeprefix("-").isdecimal()


_TWO_COMMANDS = re.compile(r"\\[a-z]+\\[a-z]+\\left\(")
TEXT, UNICODE, LATEX = Text(), Unicode(), Latex()


def fraction_parts(value: int | Fraction) -> tuple[int, int]:
    """Return numerator and denominator without sign."""
    return abs(value.numerator), value.denominator
