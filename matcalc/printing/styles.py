"""The notations of plain text, as data and a few one-line rules: that of the input language, and Unicode."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import ClassVar, NamedTuple, Self

from matcalc.expression import ONE, Dim, Shape
from matcalc.functions import SQRT, Function, NamedFunction, Notation, Precedence
from matcalc.functions.fields import SQUARE_ROOT
from matcalc.language import LETTERS

SUM, PREFIX, PRODUCT, POWER, POSTFIX, ATOM = Precedence

_SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class Printed(NamedTuple):
    """The text of an expression without its sign, how tightly it binds, and the sign."""

    text: str
    level: Precedence
    negative: bool = False

    @property
    def signed(self) -> str:
        """The text with its sign."""
        return "-" + self.text if self.negative else self.text


class Text:
    """The input language itself, in ASCII.

    ``signs`` are what stands before, between and after the arguments of a function, by the names of
    notations. Functions without one are calls. ``typeset`` says that several results are equations below
    each other, ``line_break`` what is between lines.
    """

    signs: ClassVar[Mapping[str, Sequence[str]]] = {}
    typeset = False
    line_break = "\n"
    times = "*"
    hadamard = ".*"
    hadamard_over = "./"
    over = "/"
    transposed = "'"
    transposed_inverse = ""
    to = mapsto = " -> "
    sum_sign = "sum"
    partial_sign = "d"
    fractions = False
    prime = "'"
    #: The signs of gradients and Hessians of functions that are only named.
    derivatives: ClassVar[Mapping[str, str]] = {}

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

    def exponent(self, text: str, level: Precedence) -> str:
        """Return an exponent, in brackets if it is not a single thing, or would be a transpose."""
        return text if level == ATOM and text != "T" else self.bracket(text)

    def transpose(self, base: str) -> str:
        """Return a transpose; that of an inverse has one exponent where there is a sign for it."""
        inverse = self.signs["inverse"][-1] if self.transposed_inverse else ""
        if inverse and base.endswith(inverse):
            return base.removesuffix(inverse) + self.transposed_inverse
        return base + self.transposed

    def square_root(self, text: str) -> str:
        """Return a square root."""
        before, after = self.signs.get(SQUARE_ROOT.name, (f"{SQRT}(", ")"))
        return before + text + after

    def sign(self, written: Notation, *, scalar: bool) -> Sequence[str]:
        """Return what stands before, between and after the arguments, empty for a call."""
        return () if written.of_scalars and not scalar else self.signs.get(written.name, ())

    def encloses(self, written: Notation, text: str) -> bool:
        """Return whether signs around this text are understood; bars in bars might not be."""
        return True

    def call(self, entry: Function, args: Sequence[str]) -> Printed:
        """Return a function of arguments."""
        if entry.short:
            return Printed(f"{entry.short}({','.join(args)})", ATOM)
        name = self.derivative(entry.named) if entry.named else entry.name
        return Printed(f"{name}({', '.join(args)})", ATOM)

    def derivative(self, function: NamedFunction) -> str:
        """Return what a function that is only named, or its derivative, is called."""
        sign = self.derivatives.get(function.form)
        if sign:
            return sign + self.name(function.name)
        if function.has_primes:
            return self.name(function.name) + self.prime * function.order
        return self.name(function.called)

    def fraction(self, numerator: str, denominator: str) -> str:
        """Return a fraction of two texts that need no brackets."""
        raise NotImplementedError

    def finished(self, text: str) -> str:
        """Return a formula that stands alone."""
        return text

    def equations(self, sides: Sequence[tuple[str, str]]) -> str:
        """Return equations below each other; notations that are not typeset have none."""
        raise NotImplementedError

    def block(self, rows: list[list[str]]) -> str:
        """Return a block matrix."""
        return f"[{'; '.join(', '.join(row) for row in rows)}]"

    def entry(self, array: str, indices: Sequence[str]) -> str:
        """Return the entry of an array with these indices."""
        return f"{array}[{','.join(indices)}]"

    def index_sum(self, indices: Sequence[str], summand: str) -> str:
        """Return the sum of a product over some indices."""
        return f"{self.sum_sign}_{{{','.join(indices)}}} {summand}"

    def maps_to(self, arguments: Sequence[str], value: str) -> str:
        """Return the map that takes arguments to a value."""
        return f"{', '.join(arguments)}{self.mapsto}{value}"

    def partial(self, value: str, wrt: str) -> str:
        """Return the derivative of a value with respect to something."""
        return f"{self.partial_sign}{value}/{self.partial_sign}{wrt}"

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

    signs: ClassVar[Mapping[str, Sequence[str]]] = {
        "inverse": ("", "⁻¹"),
        "Kronecker product": ("", " ⊗ ", ""),
        "Euclidean norm": ("‖", "‖"),
        "Frobenius norm": ("‖", "‖_F"),
        "sum of absolute values": ("‖", "‖_1"),
        "largest absolute value": ("‖", "‖_inf"),
        "nuclear norm": ("‖", "‖_*"),
    }
    times = " "
    hadamard = " ⊙ "
    hadamard_over = " ⊘ "
    transposed = "ᵀ"
    transposed_inverse = "⁻ᵀ"
    to = " → "
    mapsto = " ↦ "
    sum_sign = "Σ"
    partial_sign = "∂"
    prime = "′"
    derivatives: ClassVar[Mapping[str, str]] = {"grad": "∇", "hess": "∇²"}

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

    def exponent(self, text: str, level: Precedence) -> str:
        """Return an exponent; integers need no brackets."""
        if _is_integer(text):
            return text
        return super().exponent(text, level)

    def shape(self, axes: Sequence[Dim]) -> str:
        """Return the sizes along the axes, or that it is a scalar."""
        return "×".join(f"({dim})" if "+" in str(dim) else str(dim) for dim in axes) or "scalar"

    def encloses(self, written: Notation, text: str) -> bool:
        """Return whether there are no bars in the text: in ‖1 - s ‖x‖ y‖ the second might close the first."""
        return "‖" not in text

    def block(self, rows: list[list[str]]) -> str:
        """Return a block matrix; a space multiplies where there are commas, or brackets around it."""
        alone = len(rows[0]) == 1
        return super().block(
            [[self.bracket(cell) if alone and " " in cell else cell for cell in row] for row in rows]
        )

    def hadamard_power(self, base: str, exponent: str) -> str:
        """Return an entrywise power."""
        return f"{base}.^{exponent if not exponent.startswith('-') else self.bracket(exponent)}"


def _is_integer(text: str) -> bool:
    """Return whether a text is an integer in plain digits; superscripts, which a power ends in, are none."""
    return text.removeprefix("-").isdecimal()


TEXT, UNICODE = Text(), Unicode()


def fraction_parts(value: int | Fraction) -> tuple[int, int]:
    """Return numerator and denominator without sign."""
    return abs(value.numerator), value.denominator
