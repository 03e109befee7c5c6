r"""What bold letters and dots tell of arrays in LaTeX, and the sums over an index."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from lark import Token

from matcalc.expression.binder import SUM_OVER
from matcalc.language.bold_letters import is_vector, may_be_matrices
from matcalc.language.evidence import ARROW
from matcalc.language.latex_superscripts import WITH_A_PRIME
from matcalc.language.names import stem
from matcalc.language.summation import SubscriptedName, Subscripts, sum_over
from matcalc.language.syntax import VECTOR, Syntax, fault, span_of, syntax_postorder

_PRODUCTS = frozenset(("mul", "dotted"))


class Arrays(NamedTuple):
    """What a text tells of arrays: names with subscripts, by where they begin, and names in bold.

    ``declared`` are the names of which more is known, ``variables`` with them those of differentiation.
    """

    indexed: dict[int, SubscriptedName]
    bold: Mapping[str, str]
    declared: Collection[str]
    variables: Collection[str]

    @property
    def subscripts(self) -> Subscripts:
        """The names with subscripts."""
        return Subscripts(self.indexed, self.declared)

    def summed(self, sign: Token, body: Syntax) -> Syntax:
        """Return the sum of a body over the index that the sign has, or over the only one in the body."""
        letters = sign.partition("=")[0] or self._only_index(sign, body)
        return sum_over(sign, letters, body, self.variables)

    def refuse_label_of_entries(self, label: Token) -> None:
        r"""Raise E506 for a label with indices, as in ``S_{ij} = ...``, which says what each entry is."""
        subscripted = self.indexed.get(span_of(label).start)
        if subscripted is not None and sum(letter.isalpha() for letter in subscripted.letters) > 1:
            help_text = f"write what depends on {subscripted.base}, and its entries there"
            raise fault("E506", "the entries of an array cannot be defined", label, "with indices", help_text)

    def is_bold_vector(self, node: Syntax) -> bool:
        """Return whether a name is a small bold letter or has an arrow, and no more is known of it."""
        return self.looks_like_a_vector(node) and node.data not in self.declared

    def looks_like_a_vector(self, node: Syntax) -> bool:
        """Return whether a name is a small bold letter or has an arrow."""
        name = node.data
        if node.op != "name" or name not in self.bold or node.start in self.indexed:
            return False
        return stem(name)[0].islower() or self.bold[name] == ARROW

    def refuse_products_of_vectors(self, product: Syntax) -> None:
        """Raise E102 for two bold vectors side by side, which have several products."""
        signs = product.data or {}
        for i, (left, right) in enumerate(pairwise(product.args), 1) if product.op in _PRODUCTS else ():
            if i not in signs and self.is_bold_vector(left) and self.is_bold_vector(right):
                help_text = "write ^\\top for a transpose, \\odot for a product of entries"
                message = "two vectors side by side have several products"
                raise fault("E102", message, (left, right), "which?", help_text)

    def matrices_with_dots(self, product: Syntax) -> Iterator[str]:
        r"""Yield bold capital letters with a dot between them, as in ``\mathbf{E} \cdot \mathbf{D}``."""
        signs = product.data if product.op == "dotted" else {}
        for i, sides in enumerate(pairwise(product.args), 1):
            names = [side.data for side in sides if side.op == "name"]
            bold = all(name in self.bold and name not in self.declared for name in names)
            matrices = bold and len(names) == 2 and all(stem(name)[0].isupper() for name in names)
            if matrices and signs.get(i) == "cdot":
                yield " and ".join(names)

    def refuse_name_and_its_transpose(self, total: Syntax) -> None:
        """Raise E102 for a small letter and its transpose in one sum, ``x - x'``: another name is meant."""
        terms = []
        for term in total.args:
            while term.op == "negate":
                term = term.args[0]
            terms.append(term)
        names = {term.data for term in terms if term.op == "name"}
        transposed = {t.args[0].data: t for t in terms if t.op == "transpose" and t.args[0].op == "name"}
        for name, term in transposed.items():
            if name in names and name not in self.declared and stem(name)[0].islower():
                message = "a vector and its transpose cannot be added"
                raise fault("E102", message, term, "a name with a prime?", WITH_A_PRIME)

    def refuse_power_of_vector(self, base: Syntax, exponent: Syntax) -> None:
        """Raise E102 for a power of a bold vector, which may be that of its length or of each entry."""
        if is_vector(base, self.is_bold_vector) and not may_be_matrices(base):
            help_text = "write \\|x\\|^2 for the squared length, x^{\\circ 2} for powers of the entries"
            label = "of the length, or of each entry?"
            raise fault("E102", "a vector has no powers", (base, exponent), label, help_text)

    def settle_bars(self, bars: Syntax) -> None:
        """Mark bars around what is written as a vector; raise E102 if they may be a determinant."""
        inner = bars.args[0]
        if is_vector(inner, self.looks_like_a_vector):
            bars.data = VECTOR
            if is_vector(inner, self.is_bold_vector) and may_be_matrices(inner):
                help_text = "write \\|...\\| for the norm, \\det(...) for the determinant"
                message = "bars of bold letters may be a norm or a determinant"
                raise fault("E102", message, bars, "which?", help_text)

    def _only_index(self, sign: Token, body: Syntax) -> str:
        """Return the only letter that names in a sum without an index have as subscript. Raises E506."""
        inner = syntax_postorder(body, lambda node: () if node.op == SUM_OVER else node.args)
        letters = {letter for node in inner for letter in self.subscripts.of(node)}
        if len(letters) != 1:
            help_text = "write \\sum_i x_i, or \\operatorname{sum}(x) for the sum of all entries"
            raise fault("E506", "a sum needs an index", sign, "over what?", help_text)
        return letters.pop()
