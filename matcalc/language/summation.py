r"""Sums over an index as they are written, and the members and entries that the index picks.

In ``\sum_i (y_i - x_i^\top w)^2`` the names with the subscript ``i`` are members of families: the entries of
a vector or the rows of a matrix. Which of them is found with the kinds of all names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from lark import Token

from matcalc.expression import Dim
from matcalc.expression.binder import SUM_OVER
from matcalc.language.syntax import Syntax, fault, names_below, span_of, syntax_postorder, unsigned

#: The operation of what an index picks: an entry of a vector or matrix, or a row of a matrix as a column.
MEMBER = "member"
#: Where an index begins that no sum binds, and what its unit vector is called.
FREE, UNIT_NAME = -1, "e_"
#: The operation of an array in brackets that has an index, as in ``(W H)_{ij}``.
INDEXED = "indexed"


class SumIndex(NamedTuple):
    """The index of a sum: its letter, where the sum begins, and its size if that is said."""

    letter: str
    place: int
    size: Dim | None


class SubscriptedName(NamedTuple):
    """A name with a subscript: the name without it, and the letters that it is made of."""

    base: str
    letters: frozenset[str]


class Subscripts(NamedTuple):
    """The names with subscripts, by where they begin; ``declared`` are those of which more is known."""

    of_names: Mapping[int, SubscriptedName]
    declared: Collection[str]

    def of(self, node: Syntax) -> str:
        """Return the letters in the subscript of a name, or of an array in brackets; nothing for others.

        They are in order, unless there is more in the subscript.
        """
        if node.op == INDEXED:
            return str(node.data)
        name = self.of_names.get(node.start) if node.op == "name" else None
        if name is None:
            return ""
        subscript = node.data.removeprefix(name.base).replace("_", "")
        return subscript if name.letters == set(subscript) else "".join(sorted(name.letters))

    def has_more(self, node: Syntax) -> bool:
        """Return whether a subscript is more than a row of letters, as in ``x_{i+1}``."""
        return node.op == "name" and self.of(node) != node.data.removeprefix(self.array(node)).replace(
            "_", ""
        )

    def array(self, name: Syntax) -> str:
        """Return the name of the array of which a name with a subscript is a member."""
        return self.of_names[name.start].base


def sum_over(sign: Token, letters: str, body: Syntax, variables: Collection[str]) -> Syntax:
    """Return the sum over the index with these letters, up to the size that the text of its sign says."""
    _, _, upper = sign.partition("=")
    start = span_of(sign).start
    size = None if not upper or upper in variables else _size(upper)
    indices = tuple(SumIndex(letter, start, size if len(letters) == 1 else None) for letter in letters)
    return Syntax(SUM_OVER, (body,), start, body.end, indices)


def _size(upper: str) -> Dim:
    return Dim.number(int(upper)) if upper.isdigit() and len(upper) < 10 else Dim.symbol(upper)


def bind_indices(root: Syntax, subscripts: Subscripts) -> dict[str, str]:
    r"""Make members of all names with the index of a sum around them; return the names of unit vectors.

    These stand for indices that no sum binds, with what they pick: ``x_k`` beside ``\sum_j x_j``. Raises E506
    for what has an index that no sum binds beside one that a sum does, and for a sum in which nothing has its
    index.
    """
    return _Binding(root, subscripts).bind()


class _Binding:
    """The sums of one text and the members in them."""

    def __init__(self, root: Syntax, subscripts: Subscripts):
        self._root = root
        self._subscripts = subscripts
        #: How many indices the members of an array have.
        self._families: dict[str, int] = {}
        #: Names with a subscript that no sum binds, and names that unit vectors are called.
        self._free: list[Syntax] = []
        self._unit_names = {name for name in names_below(root) if name.startswith(UNIT_NAME)}

    def bind(self) -> dict[str, str]:
        """Make members of names with an index, and return those that unit vectors pick, by these."""
        for node, scope in _scopes(self._root):
            if node.op == SUM_OVER:
                self._refuse_idle(node)
            elif node.op == "power":
                self._refuse_inverse_of_entry(node, scope)
            letters = self._subscripts.of(node)
            bound = [letter for letter in letters if letter in scope]
            if bound and self._subscripts.has_more(node):
                message = "entries with other indices cannot be summed"
                raise fault("E506", message, node, f"more than the index {bound[0]}")
            if letters and len(bound) == len(letters):
                self._bind(node, tuple(scope[letter] for letter in letters))
            elif bound:
                message = f"no sum runs over all indices of {self._shown(node)}"
                raise fault("E506", message, node, "an index too many")
            elif letters and node.op == "name":
                self._free.append(node)
            elif node.op == INDEXED:
                message, help_text = "entries by their indices cannot be used", "sum over the index"
                raise fault("E506", message, node, "a single entry", help_text)
            elif node.op == "name" and node.data in scope:
                raise fault("E506", f"the index {node.data} is no factor", node, "only in subscripts")
        picked: dict[str, str] = {}
        for name in self._free:
            self._refuse_free(name)
            if self._is_entry(name):
                written = name.data
                indices = tuple(SumIndex(letter, FREE, None) for letter in self._subscripts.of(name))
                self._bind(name, indices)
                units = [
                    Syntax("name", (), name.end, name.end, UNIT_NAME + index.letter) for index in indices
                ]
                name.args = (*name.args, *units)
                picked |= dict.fromkeys((unit.data for unit in units), written)
        return picked

    def _is_entry(self, name: Syntax) -> bool:
        """Return whether a name is that of an entry of an array that is summed over, or of a row of it."""
        letters, array = self._subscripts.of(name), self._subscripts.array(name)
        indices = self._families.get(array, 0)
        is_open = letters.isalpha() and letters.islower() and not self._subscripts.has_more(name)
        taken = {name.data, *(UNIT_NAME + letter for letter in letters)}
        is_told = not taken.isdisjoint(self._subscripts.declared) or not taken.isdisjoint(self._unit_names)
        return is_open and len(letters) == indices and not is_told

    def _shown(self, node: Syntax) -> str:
        return node.data if node.op == "name" else "this"

    def _bind(self, node: Syntax, indices: tuple[SumIndex, ...]) -> None:
        if node.op == INDEXED:
            node.become(MEMBER, node.args, indices)
            return
        array = self._subscripts.array(node)
        if array == "delta" and len(indices) == 2 and array not in self._subscripts.declared:
            message, label = "a delta with two indices may be Kronecker's", "not a matrix?"
            help_text = "sum over one index alone; or declare delta, if it is a matrix"
            raise fault("E506", message, node, label, help_text)
        self._families[array] = len(indices)
        family = Syntax("name", (), node.start, node.end, array)
        node.become(MEMBER, (family,), indices)

    def _refuse_idle(self, total: Syntax) -> None:
        """Raise E506 for a sum in which nothing has one of its indices."""
        letters = {letter for node in syntax_postorder(total) for letter in self._letters(node)}
        for index in total.data:
            if index.letter not in letters:
                message = f"nothing in the sum has the index {index.letter}"
                raise fault("E506", message, total, "sum of what?", "write \\sum_i x_i for a vector x")

    def _letters(self, node: Syntax) -> str:
        if node.op == MEMBER:
            return "".join(index.letter for index in node.data)
        return self._subscripts.of(node)

    def _refuse_inverse_of_entry(self, power: Syntax, scope: Mapping[str, SumIndex]) -> None:
        """Raise E102 for an entry with two indices that has the exponent -1."""
        base, exponent = power.args
        number = unsigned(exponent)
        minus_one = exponent is not number and number.op == "number" and number.data == 1
        if minus_one and base.op == "name" and len(self._subscripts.of(base)) == 2:
            help_text = "write \\frac{1}{X_{ij}} for reciprocals, or M_{ij} ... \\text{where } M = X^{-1}"
            message = "this may be the reciprocal of an entry or an entry of the inverse"
            raise fault("E102", message, power, "which?", help_text)

    def _refuse_free(self, name: Syntax) -> None:
        r"""Raise E506 for an entry of an array that is summed over: ``x_1`` beside ``\sum_i x_i``.

        ``x_0`` is a variable of its own, as no sum begins there, and so is what is declared. A unit vector
        picks ``x_k``.
        """
        letters, array = self._subscripts.of(name), self._subscripts.array(name)
        sums = {
            index.letter
            for node in syntax_postorder(self._root)
            if node.op == SUM_OVER
            for index in node.data
        }
        if sums.intersection(letters):
            message = f"{name.data} occurs outside the sum over its index"
            raise fault("E506", message, name, "not in the sum", "put brackets around what is summed")
        is_own = letters == "0" or self._is_entry(name)
        if array in self._families and not is_own and name.data not in self._subscripts.declared:
            help_text = f"write u^\\top {array}{' v' * (self._families[array] > 1)} with a one-hot u, "
            help_text += f'as in "u: onehot(n)"; declare {name.data} if it is a variable of its own'
            message = f"{name.data} is an entry of {array}, which is summed over"
            raise fault("E506", message, name, "a single entry", help_text)


def _scopes(root: Syntax) -> Iterator[tuple[Syntax, dict[str, SumIndex]]]:
    """Yield each node with the indices of the sums around it, those of inner sums for the same letter."""
    waiting: list[tuple[Syntax, dict[str, SumIndex]]] = [(root, {})]
    while waiting:
        node, scope = waiting.pop()
        yield node, scope
        if node.op == SUM_OVER:
            scope = scope | {index.letter: index for index in node.data}
        if node.op != MEMBER or node.args[0].op != "name":
            waiting += [(arg, scope) for arg in reversed(node.args)]
