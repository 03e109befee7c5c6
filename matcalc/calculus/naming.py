"""Common subexpressions, named where that makes the printed form smaller, and the letters for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import chain, count

from matcalc.algebra import (
    factors_of,
    is_bilinear,
    scaled,
    split_coefficient,
)
from matcalc.expression import (
    ONE,
    Expr,
    attribute,
    fold,
    postorder,
)
from matcalc.expression.signatures import entry_for_node
from matcalc.functions import BY_CALL, BY_LETTER, Fixity

#: A larger expression is printed with names for its parts: written out, one in which every definition uses
#: the one before twice would never end.
LARGEST_WITHOUT_NAMES = 1000


def size(root: Expr) -> int:
    """Return the size of an expression as it is printed, without names for parts of it.

    Brackets and commas do not count; a transpose is an operator. Sizes are kept with the
    expressions, so that each is found once.
    """
    return attribute(root, "size", _size)


def _size(node: Expr, sizes: list[int]) -> int:
    op = node.op
    if op == "number":
        return _number_size(node.data) + int(node.data < 0)
    if op in ("variable", "dimension", "pi"):
        return 1
    if op in ("identity", "ones", "zeros"):
        return 1 if op == "identity" else 1 + sum(dim is not ONE for dim in node.shape) + node.is_row
    if op == "block":
        return sum(sizes)
    if op == "add":
        return _sum_size(node, sizes)
    if op == "hadamard" or is_bilinear(node):
        return sum(sizes) + len(sizes) - 1
    if op == "mul":
        return _product_size(node)
    if op in ("power", "hadamard_power"):
        return _power_size(node, *sizes)
    return 1 + sum(sizes)


def _number_size(value: object) -> int:
    return 1 if getattr(value, "denominator", 1) == 1 else 3


def _sum_size(node: Expr, sizes: list[int]) -> int:
    total = len(node.args) - 1
    positive = False
    for arg, length in zip(node.args, sizes, strict=True):
        coefficient, unit = split_coefficient(arg)
        positive = positive or coefficient > 0
        total += _number_size(coefficient) if unit.op == "ones" else length - (coefficient < 0)
    return total + (not positive)


def _product_size(node: Expr) -> int:
    coefficient, scalars, chain = factors_of(node)
    factors = (*scalars, *chain)
    if len(factors) == 1 and factors[0].op == "add":
        as_product = size_of_multiple(coefficient, factors[0])
        return min(as_product, multiplied_out_size(coefficient, factors[0]))
    total = sum(size(factor) for factor in factors) + len(factors) - 1
    return total + _coefficient_size(coefficient)


def _coefficient_size(coefficient: int | Fraction) -> int:
    """Return what a number adds in front of a product, with a divisor after it."""
    return (coefficient < 0) + 2 * (abs(coefficient.numerator) != 1) + 2 * (coefficient.denominator != 1)


def size_of_multiple(coefficient: int | Fraction, total: Expr) -> int:
    """Return the size of a number times a sum in brackets."""
    return size(total) + _coefficient_size(coefficient)


def multiplied_out_size(coefficient: int | Fraction, total: Expr) -> int:
    """Return the size of a number times a sum, multiplied out."""
    sizes = [
        size(scaled(coefficient, arg)) - (split_coefficient(arg)[0] * coefficient < 0) for arg in total.args
    ]
    positive = any(split_coefficient(arg)[0] * coefficient > 0 for arg in total.args)
    return sum(sizes) + len(sizes) - 1 + (not positive)


def _power_size(node: Expr, base: int, exponent: int) -> int:
    power = node.args[1]
    if not power.is_number:
        return base + 1 + exponent
    value = abs(power.data)
    return base + (0 if value == 1 else 1 if value == 0.5 else 1 + _number_size(value))


_RESERVED = frozenset((*BY_CALL, "I", "eye", "T", "where", "zeros", "ones"))
#: What the value of the whole is called, and one after another what is a product or anything else.
_WHOLE = {"scalar": "Lfy", "column": "fyu", "array": "FYU"}
_PRODUCTS = "MNPQST"


def reserved(order: Iterable[Expr]) -> set[str]:
    """Return the words that name no value where these expressions occur."""
    # K next to K(m,n) would read back, but not to a person.
    letters = {letter for letter, entry in BY_LETTER.items() if any(node.op == entry.name for node in order)}
    return letters | _RESERVED


def free_name(words: Iterable[str], taken: set[str]) -> str:
    """Return the first of the words that is not taken, or the last with a number, and take it."""
    listed = list(words)
    numbered = (f"{listed[-1]}{i}" for i in count(2))
    name = next(word for word in chain(listed, numbered) if word not in taken)
    taken.add(name)
    return name


def names_in_trace(
    order: Sequence[Expr], values: Mapping[Expr, Expr], given: Mapping[Expr, str], taken: Iterable[str]
) -> dict[Expr, str]:
    """Return names for the lines of an evaluation trace, the whole last; see :func:`trace`.

    The terms of a whole that is a sum of scalars are called ``L1``, ``L2``, ...
    """
    root = order[-1]
    used = set(taken) | reserved(values) | set(given.values())
    used |= {name[1:] for name in used if name[:1] == "d"}  # the differential of M is dM
    symbols = argument_symbols(values)
    names: dict[Expr, str] = {}
    for node in order:
        name = given.get(values[node])
        if name is not None and name not in names.values():
            names[node] = name
    whole = "scalar" if root.is_scalar else "column" if root.is_column else "array"
    if root not in names:
        names[root] = free_name(_WHOLE[whole], used)
    numbers = count(1)
    for node in order:
        if node in names:
            continue
        if root.op == "add" and node.is_scalar and node in root.args:
            between = "_" * names[root][-1].isdigit()
            names[node] = free_name((f"{names[root]}{between}{next(numbers)}",), used)
        else:
            names[node] = free_name(_letters(node, values[node], symbols), used)
    return names


def _letters(node: Expr, value: Expr, symbols: Mapping[Expr, str]) -> Iterator[str]:
    entry = entry_for_node(node)
    if node in symbols:
        yield symbols[node]
    elif node.op == "mul" or node.op == "transpose":
        yield from "c" if node.is_scalar else _PRODUCTS
    elif entry is not None and entry.elementwise and not entry.symbol:
        yield "c" if node.is_scalar else "h" if node.is_column else "H"
    elif entry is None or node.op == "add" or entry.symbol or node.is_scalar:
        yield symbol(value)
    else:
        yield from _PRODUCTS


def is_postfix(node: Expr) -> bool:
    """Return whether a node is written as its argument with a mark: a transpose or an inverse."""
    entry = entry_for_node(node)
    return entry is not None and entry.written.fixity is Fixity.POSTFIX


def argument_symbols(order: Iterable[Expr]) -> dict[Expr, str]:
    """Return letters that say what a function makes of a node: ``K`` for what is inverted."""
    symbols = {}
    for node in order:
        entry = entry_for_node(node)
        if entry is not None and entry.argument_symbol:
            symbols[node.args[0]] = entry.argument_symbol
    return symbols


def symbol(node: Expr) -> str:
    """Return the letter that a value of this kind usually has."""
    entry = entry_for_node(node)
    if entry is not None and entry.symbol:
        return entry.symbol
    if node.is_scalar:
        return "c"
    if node.op == "add":
        residual = any(split_coefficient(arg)[0] < 0 for arg in node.args)
        if node.is_column:
            return "r" if residual else "z"
        return "R" if residual and node.shape[0] is not node.shape[1] else "M"
    return "v" if node.is_column else "M"


#: What a name adds to the size of the whole, beside its uses and what it stands for: itself and ``=``.
NAME_COST = 2
#: So often a first choice is improved.
MAX_CHANGES = 12
_UNNAMED = frozenset(["pi", "number", "variable", "dimension", "identity", "ones", "zeros"])


def named_parts(root: Expr, taken: Iterable[str], given: Mapping[Expr, str]) -> list[tuple[str, Expr]]:
    """Return names for parts of ``root``, each after those that it uses.

    The names are such that the result and its definitions together are small: the cost is the number of
    names, numbers and operators in them, ``=`` among them. ``given`` holds names that the user gave, whose
    definitions cost nothing; no other name is one of ``taken``.
    """
    order = list(postorder(root))
    choice = _Choice(root, order, given)
    choice.improve()
    chosen = [node for node in order if node in choice.named]
    symbols = argument_symbols(order)
    return _names(chosen, set(taken) | reserved(order), given, symbols)


class _Choice:
    """Which parts of an expression have names.

    ``own`` is what a node adds to the size of its arguments, so that the size of the whole is the sum of it
    over all nodes, as often as each is printed.
    """

    def __init__(self, root: Expr, order: Sequence[Expr], given: Mapping[Expr, str]):
        self.root = root
        self.order = order
        self.given = given
        self.own = {node: size(node) - sum(size(arg) for arg in node.args) for node in order}
        self.named = self._first()

    def _first(self) -> set[Expr]:
        """Return what pays from the top down, as if nothing below had a name."""
        named: set[Expr] = set()
        uses = dict.fromkeys(self.order, 0)
        uses[self.root] = 1
        for node in reversed(self.order):
            used = uses[node]
            if used > 1 and self._may_be_named(node) and self._saving(node, used, size(node)) > 0:
                named.add(node)
                used = 1
            for arg in node.args:
                uses[arg] += used
        return named

    def improve(self) -> None:
        """Add and drop names one by one, each time what saves most, as long as the whole gets smaller."""
        for _ in range(MAX_CHANGES):
            uses, sizes = self._uses(), self._sizes()
            best, change = 0, None
            for node in self.order:
                if not self._may_be_named(node):
                    continue
                saving = self._saving(node, uses[node], sizes[node])
                gain = -saving if node in self.named else saving
                if gain > best or (gain == 0 and best == 0 and node in self.named):
                    best, change = gain, node
            if change is None:
                return
            self.named ^= {change}

    def _saving(self, node: Expr, used: int, size: int) -> int:
        """Return by how much a name makes the whole smaller for a node that is printed so often."""
        return (used - 1) * size - used - (0 if node in self.given else NAME_COST)

    def _uses(self) -> dict[Expr, int]:
        """Return how often each node is printed, or its name."""
        uses = dict.fromkeys(self.order, 0)
        uses[self.root] = 1
        for node in reversed(self.order):
            for arg in node.args:
                uses[arg] += 1 if node in self.named else uses[node]
        return uses

    def _sizes(self) -> dict[Expr, int]:
        """Return the sizes of all nodes written out, with names in them."""

        def written_out(node: Expr, sizes: list[int]) -> int:
            inner = zip(node.args, sizes, strict=True)
            return self.own[node] + sum(1 if arg in self.named else size for arg, size in inner)

        return fold([self.root], written_out)

    def _may_be_named(self, node: Expr) -> bool:
        """Return whether a name may stand for the node; for an inverse, what is inverted gets it."""
        if node.op in _UNNAMED or node is self.root or split_coefficient(node)[0] != 1:
            return False
        return not is_postfix(node)


def _names(
    chosen: list[Expr], taken: set[str], given: Mapping[Expr, str], symbols: Mapping[Expr, str]
) -> list[tuple[str, Expr]]:
    taken |= {given[node] for node in chosen if node in given}
    named = []
    for node in chosen:
        name = given.get(node)
        if name is None:
            word = symbols.get(node) or symbol(node)
            name = next(n for n in (word if i == 1 else f"{word}{i}" for i in count(1)) if n not in taken)
            taken.add(name)
        named.append((name, node))
    return named
