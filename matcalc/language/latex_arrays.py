r"""What indices, bold letters and dots tell of arrays in LaTeX.

A sum over indices, as in ``\sum_i y_i \log p_i``, is the sum of the entries of ``y .* log(p)``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from lark import Token

from matcalc.errors import MatcalcError
from matcalc.expression import Dim
from matcalc.functions import BY_CALL, SUM
from matcalc.functions.table import READ_AS
from matcalc.language.bold_letters import is_vector, may_be_matrices
from matcalc.language.evidence import ARROW, is_strong, likely_kind
from matcalc.language.latex_names import SubscriptedName
from matcalc.language.latex_superscripts import WITH_A_PRIME
from matcalc.language.members import row_sums, vector_members
from matcalc.language.names import stem
from matcalc.language.shape_errors import STACKED
from matcalc.language.stacking import Stacked
from matcalc.language.syntax import (
    SUMMED,
    VECTOR,
    Syntax,
    fault,
    name_nodes,
    span_of,
    syntax_postorder,
    unsigned,
)

#: Operations, by what becomes of them where an operand runs over the index.
_ENTRYWISE = {
    "add": "add", "negate": "negate", "mul": "hadamard", "dotted": "hadamard", "hadamard": "hadamard",
    "quotient": "hadamard_quotient", "hadamard_quotient": "hadamard_quotient",
    "power": "hadamard_power", "hadamard_power": "hadamard_power", "bars": "call", "call": "call",
}  # fmt: skip
_PRODUCTS = frozenset(("mul", "dotted"))
#: The operation of a sum whose entries have a second index, until the sum over that one is met.
WAITING = "waiting"
#: The operation of an array in brackets that has an index, as in ``(W H)_{ij}``.
INDEXED = "indexed"


class Arrays(NamedTuple):
    """What a text tells of arrays: names with subscripts, by where they begin, and names in bold.

    ``declared`` are the names of which more is known, ``variables`` with them those of differentiation.
    """

    indexed: dict[int, SubscriptedName]
    bold: Mapping[str, str]
    declared: Collection[str]
    variables: Collection[str]

    def letters(self, name: Syntax) -> frozenset[str]:
        """Return the letters in the subscript of a name, or of an array in brackets."""
        if name.op == INDEXED:
            return frozenset(name.data)
        subscripted = self.indexed.get(name.start) if name.op == "name" else None
        return frozenset() if subscripted is None else subscripted.letters

    def summed(self, sign: Token, body: Syntax, notes: list[str]) -> Syntax:
        """Return the sum of the entries that ``body`` stands for.

        In it names with the index are vectors, and the operations between them work entry by entry;
        everything else is a scalar. Over two indices, in one sum or in two, names with both are matrices,
        and names with one are repeated along the other. Where names are written as vectors, each has a
        matrix, of which ``notes`` tell. Raises E506 for what is no such sum.
        """
        indices, _, upper = sign.partition("=")
        indices = indices or self._only_index(sign, body)
        start, end = span_of(sign)
        if body.op == WAITING and len(indices) == 1:
            indices, upper, body = indices + body.data, "", body.args[0]
        if len(indices) == 1 and self._has_others(body, indices):
            return Syntax(WAITING, (body,), start, body.end, indices)
        size = None if not upper or upper in self.variables else _size(upper)
        if len(indices) == 1:
            vectors = self._vectors_in(body, indices)
            if vectors or any(map(_is_summed, syntax_postorder(body, below_sum))):
                for name in sorted(vectors):
                    notes.append(f"the vectors {name} are the rows of the matrix {name.split('_')[0]}")
                member = partial(self._member, vectors, indices, size)
                return Stacked(member, vectors, self._likely, below_sum).total(body, start)
        entries, carried = self._entries(body, indices, size)
        for index in sorted(set(indices) - carried):
            message = f"nothing in the sum has the index {index}"
            raise fault("E506", message, sign, "sum of what?", "write \\sum_i x_i for a vector x")
        return Syntax("call", (entries,), start, body.end, (SUM, end, SUMMED))

    def _entries(self, body: Syntax, indices: str, size: Dim | None) -> tuple[Syntax, set[str]]:
        """Return what holds the entries of the body of a sum, and the indices that occur in it."""
        running: dict[Syntax, Syntax] = {}
        for node in syntax_postorder(body, below_sum):
            entry = self._part(node, indices, size)
            if entry is not None:
                running[node] = entry
            elif _is_summed(node):
                raise fault("E506", "a sum inside this sum cannot be used", node, "a sum in a sum")
            elif any(arg in running for arg in node.args):
                running[node] = _entrywise(node, indices, running)
        return running.get(body, body), {letter for node in running for letter in self.letters(node)}

    def _part(self, node: Syntax, indices: str, size: Dim | None) -> Syntax | None:
        """Return what holds the entries of what has the indices, a name or an array in brackets."""
        if node.op not in ("name", INDEXED):
            return None
        entry = self._entry(node, indices, size)
        if entry is not None:
            self._refuse_kronecker(node)
        elif node.op == "name" and node.data in indices:
            raise fault("E506", f"the index {node.data} is no factor", node, "only in subscripts")
        return entry

    def _is_bold(self, name: Syntax) -> bool:
        return stem(name.data)[0].islower() and name.data in self.bold

    def _vectors_in(self, body: Syntax, index: str) -> frozenset[str]:
        """Return the names of vectors with the index in a sum."""

        def has_index(name: Syntax) -> bool:
            return self.letters(name) == {index}

        def is_other_vector(node: Syntax) -> bool:
            return node.op == "name" and not self.letters(node) and is_strong(node.data)

        return vector_members(body, has_index, self._is_bold, is_other_vector)

    def _likely(self, name: Syntax) -> str:
        return likely_kind(name.data, {}, self.bold)

    def _member(self, vectors: Collection[str], index: str, size: Dim | None, part: Syntax) -> Syntax | None:
        """Return the array that holds the members of a family, nothing for what has not the index.

        A sum in the sum is that of the rows of a matrix.
        """
        if part.op == WAITING:
            matrix, carried = self._entries(part.args[0], index + part.data, None)
            if carried == {index, part.data}:
                return row_sums(matrix, part)
        entry = self._part(part, index, size)
        if entry is not None and part.op == "name" and part.data in vectors:
            entry.op = "entries"
        return entry

    def _refuse_kronecker(self, name: Syntax) -> None:
        if name.op == INDEXED:
            return
        base = self.indexed[name.start].base
        if base == "delta" and len(self.letters(name)) == 2 and base not in self.declared:
            message, label = "a delta with two indices may be Kronecker's", "not a matrix?"
            help_text = "sum over one index alone; or declare delta, if it is a matrix"
            raise fault("E506", message, name, label, help_text)

    def refuse_waiting(self, root: Syntax) -> None:
        r"""Raise E506 if entries have an index that no sum runs over, or stand outside the sum over theirs.

        So do entries of an array that is summed over: ``x_k`` beside ``\sum_i x_i`` is no variable of its
        own, unless it is declared; ``x_0`` is, as no sum begins there.
        """
        nodes = syntax_postorder(root)
        for node in nodes:
            if node.op == INDEXED:
                message, help_text = "entries by their indices cannot be used", "sum over the index"
                raise fault("E506", message, node, "a single entry", help_text)
        summed_over: dict[str, set[str]] = {}
        dimensions: dict[str, int] = {}
        subscripted = [name for name in _written_names(root) if name.start in self.indexed]
        for name in subscripted:
            if name.data == self.indexed[name.start].base:
                summed_over.setdefault(name.data, set()).update(self.letters(name))
                dimensions[name.data] = len(self.letters(name))
        indices = frozenset().union(*summed_over.values())
        waiting = [node for node in nodes if node.op == WAITING]
        within = {name for node in waiting for name in _written_names(node)}
        for name in subscripted:
            letters, array = self.letters(name), self.indexed[name.start].base
            if name.data == array:
                continue
            if letters & indices and name not in within:
                message = f"{name.data} occurs outside the sum over its index"
                help_text = "put brackets around what is summed"
                raise fault("E506", message, name, "not in the sum", help_text)
            if array in summed_over and letters != {"0"} and name.data not in self.declared:
                raise _entry_of(name, array, dimensions[array])
        for name in (name for node in waiting for name in _written_names(node)):
            if len(self.letters(name)) > 1:
                message = f"no sum runs over all indices of {name.data}"
                raise fault("E506", message, name, "an index too many")

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

    def _has_others(self, body: Syntax, index: str) -> bool:
        """Return whether a name has the index and another letter, which may be another sum's index."""
        parts = [self.letters(node) for node in syntax_postorder(body, below_sum)]
        return any(index in letters and len(letters) == 2 for letters in parts)

    def _only_index(self, sign: Token, body: Syntax) -> str:
        """Return the only letter that names in a sum without an index have as subscript. Raises E506."""
        letters = {letter for node in syntax_postorder(body, below_sum) for letter in self.letters(node)}
        if len(letters) != 1:
            help_text = "write \\sum_i x_i, or \\operatorname{sum}(x) for the sum of all entries"
            raise fault("E506", "a sum needs an index", sign, "over what?", help_text)
        return letters.pop()

    def _entry(self, node: Syntax, indices: str, size: Dim | None) -> Syntax | None:
        """Return what runs over the indices where a name has them as its subscript, else nothing.

        Raises E506 for a name that has other letters too.
        """
        letters = self.letters(node)
        if letters.isdisjoint(indices):
            return None
        if node.op == INDEXED:
            name, subscript = node.args[0], node.data
        else:
            base = self.indexed[node.start].base
            name = Syntax("name", (), node.start, node.end, base)
            subscript = node.data.removeprefix(base).replace("_", "")
        if not letters <= set(indices) or sorted(subscript) != sorted(letters):
            message = "entries with other indices cannot be summed"
            raise fault("E506", message, node, f"more than the index {indices}")
        if len(subscript) == 2:
            entry = Syntax("entries", (name,), node.start, node.end)
            return entry if subscript == indices else Syntax("transpose", (entry,), node.start, node.end)
        entry = Syntax("entry", (name,), node.start, node.end, size)
        if len(indices) == 1:
            return entry
        ones = Syntax("entry", (Syntax("name", (), node.end, node.end, "ones"),), node.end, node.end)
        column, along = (entry, ones) if subscript == indices[0] else (ones, entry)
        row = Syntax("transpose", (along,), along.start, along.end)
        return Syntax("mul", (column, row), node.start, node.end)


def _entry_of(name: Syntax, array: str, dimensions: int) -> MatcalcError:
    help_text = f'write u^\\top {array}{" v" * (dimensions > 1)} with a one-hot u, as in "u: onehot(n)"'
    help_text += f"; declare {name.data} if it is a variable of its own"
    message = f"{name.data} is an entry of {array}, which is summed over"
    return fault("E506", message, name, "a single entry", help_text)


def below_sum(node: Syntax) -> tuple[Syntax, ...]:
    """Return the parts of a node that may have the index of a sum around it."""
    return () if _is_summed(node) or node.op == INDEXED else node.args


def _is_summed(node: Syntax) -> bool:
    return node.op == WAITING or (node.op == "call" and node.data[-1] == SUMMED)


def _written_names(root: Syntax) -> list[Syntax]:
    """Return the names that are written; what a sum adds has no length."""
    return [node for node in name_nodes(root) if node.end > node.start]


def _size(upper: str) -> Dim:
    return Dim.number(int(upper)) if upper.isdigit() and len(upper) < 10 else Dim.symbol(upper)


def _entrywise(node: Syntax, index: str, running: Mapping[Syntax, Syntax]) -> Syntax:
    """Return the operation on entries, where at least one operand runs over the index."""
    op = _ENTRYWISE.get(node.op, "")
    args, data = _grouped(node, running) if node.op in _PRODUCTS else node.args, node.data
    if op == "hadamard_power" and _is_inverse_of_entries(node, running):
        help_text = "write \\frac{1}{X_{ij}} for reciprocals, or M_{ij} ... \\text{where } M = X^{-1}"
        message = "this may be the reciprocal of an entry or an entry of the inverse"
        raise fault("E102", message, node, "which?", help_text)
    if node.op == "bars":
        data = (READ_AS["bars"][0], node.start)
    entries = BY_CALL.get(data[0], ()) if op == "call" else ()
    if not op or not all(e.elementwise for e in entries) or (op == "call" and len(args) != 1):
        what = f"{data[0]} of" if node.op == "call" else "this operation on"
        message = f"{what} what has the index {index} cannot be summed"
        raise fault("E506", message, node, "not entry by entry", STACKED)
    if op == "hadamard_quotient" and args[1] not in running:
        op = "quotient"
    new = tuple(running.get(arg) or _single(arg, spread=op == "add") for arg in args)
    return Syntax(op, new, node.start, node.end, data if op == "call" else None)


def _is_inverse_of_entries(power: Syntax, running: Mapping[Syntax, Syntax]) -> bool:
    """Return whether an entry with two indices has the exponent -1."""
    base, exponent = power.args
    entry = running.get(base)
    number = unsigned(exponent)
    minus_one = exponent is not number and number.op == "number" and number.data == 1
    return minus_one and base.op == "name" and entry is not None and entry.op in ("entries", "transpose")


def _grouped(node: Syntax, running: Mapping[Syntax, Syntax]) -> tuple[Syntax, ...]:
    """Return the factors, those without the index that stand side by side as one product."""
    groups: list[list[Syntax]] = []
    for arg in node.args:
        if groups and arg not in running and groups[-1][0] not in running:
            groups[-1].append(arg)
        else:
            groups.append([arg])
    signs = dict(zip(node.args, map((node.data or {}).get, range(len(node.args))), strict=True))
    return tuple(group[0] if len(group) == 1 else _product(group, signs) for group in groups)


def _product(factors: list[Syntax], signs: Mapping[Syntax, str | None]) -> Syntax:
    """Return the product of factors, with the signs that stand before them."""
    dots = {i: sign for i, factor in enumerate(factors) if i and (sign := signs[factor])}
    op = "dotted" if dots else "mul"
    return Syntax(op, tuple(factors), factors[0].start, factors[-1].end, dots or None)


def _single(node: Syntax, *, spread: bool) -> Syntax:
    """Return the node marked as a scalar; next to entries in a sum it is added to each."""
    if not name_nodes(node):
        return node
    single = Syntax("single", (node,), node.start, node.end)
    if not spread:
        return single
    ones = Syntax("name", (), node.end, node.end, "ones")
    return Syntax("mul", (single, ones), node.start, node.end)
