"""The evaluation trace (Wengert list) of an expression: its intermediate values in the cheapest order."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from matcalc.algebra import differentiable, is_symmetric, laws_recorded, normal_forms
from matcalc.calculus.naming import is_postfix, names_in_trace
from matcalc.expression import (
    USUAL_SIZE,
    Dim,
    Expr,
    depends_on,
    fill,
    fold,
    in_matrix_chain_order,
    postorder,
    rebuild,
    variable,
)
from matcalc.expression.factored import opened, scalars_and_arrays
from matcalc.expression.facts import facts_of, has_fact
from matcalc.expression.signatures import entry_for_node

_LEAVES = frozenset(["variable", "number", "dimension", "pi", "identity", "ones", "zeros"])
_SPREADING = frozenset(["identity", "ones"])


class Assignment(NamedTuple):
    """One line of the trace: ``symbol`` is a variable that stands for the value of ``formula``.

    In ``formula``, which is as written, earlier symbols occur; ``value`` is the normal form in the variables
    of the expression alone. ``active`` says that it depends on the variable of differentiation.
    """

    symbol: Expr
    formula: Expr
    value: Expr
    active: bool

    @property
    def name(self) -> str:
        """The name of the symbol."""
        return str(self.symbol.data[0])


def trace(
    expr: Expr, leaves: Collection[Expr], given: Mapping[Expr, str], taken: Iterable[str]
) -> list[Assignment]:
    """Return the evaluation trace of an expression, the whole last.

    Each line is one operation on values that depend on ``leaves``, with what is constant beside them:
    constant factors, terms and powers of norms have no lines of their own. Products of several factors are
    evaluated in matrix-chain order. ``given`` holds names for normal forms; no other name is one of
    ``taken``. See Griewank and Walther, Evaluating Derivatives (2008), chapter 2, for evaluation traces.
    """
    root = differentiable(expr)
    with laws_recorded(listed=False):
        root = _merged(root)
        values = normal_forms([root])
        root = in_best_order(root, {node for node in values if values[node] in given})
        values = normal_forms([root])
        tracer = _Tracer(root, values, depends_on(root, leaves), given)
        names = names_in_trace(tracer.lines, values, given, taken)
        return list(tracer.assignments(names))


def _merged(root: Expr) -> Expr:
    """Return an expression as written in which equal parts are one, however each was written."""
    values = normal_forms([root])
    first: dict[Expr, Expr] = {}
    return rebuild([root], lambda node, same: first.setdefault(values[node], same))[root]


def in_best_order(root: Expr, kept: Container[Expr] = ()) -> Expr:
    """Return an expression as written with its products of several arrays as products of two.

    The order is the one with the fewest multiplications of numbers, for dimensions of equal size. Inner
    products that are ``kept`` stay.
    """
    uses = _uses(root)

    def ordered(node: Expr, args: list[Expr]) -> Expr:
        if node.op == "mul":
            return _product(_opened(args, node.args, uses, kept), node)
        return node.with_args(args)

    return fold([root], ordered)[root]


def _uses(root: Expr) -> dict[Expr, int]:
    """Return how often each node is an argument."""
    uses = {root: 1}
    for node in postorder(root):
        for arg in node.args:
            uses[arg] = uses.get(arg, 0) + 1
    return uses


def _opened(
    args: Sequence[Expr], old: Sequence[Expr], uses: Mapping[Expr, int], kept: Container[Expr]
) -> list[Expr]:
    """Return the factors of a product with those of its inner products that are used once."""
    factors: list[Expr] = []
    for arg, before in zip(args, old, strict=True):
        inner = arg.op == "mul" and uses[before] == 1 and not (arg.is_scalar and len(args) > 1)
        inner = inner and before not in kept
        factors.extend(opened(arg, lambda factor: not factor.is_scalar) if inner else [arg])
    return factors


def _product(factors: Sequence[Expr], node: Expr) -> Expr:
    """Return scalars times a product of two arrays, each of which may be a product again."""
    scalars, arrays = scalars_and_arrays(factors)
    if len(arrays) < 2:
        return Expr("mul", tuple(factors), node.shape)
    whole = _paired(arrays)
    return Expr("mul", (*scalars, whole), node.shape) if scalars else whole


def _paired(chain: Sequence[Expr]) -> Expr:
    """Return the product of the arrays, two at a time, in matrix-chain order."""
    sizes = [_usual(array.shape[0]) for array in chain] + [_usual(chain[-1].shape[1])]
    return in_matrix_chain_order(
        chain,
        lambda left, right: Expr("mul", (left, right), (left.shape[0], right.shape[1])),
        lambda i, k, j: sizes[i] * sizes[k + 1] * sizes[j + 1],
        lambda j: chain[j].is_column,  # A*x before x'*A
    )[1]


def _usual(dim: Dim) -> int:
    return USUAL_SIZE if dim.value is None else dim.value


def _facts(value: Expr) -> frozenset[str]:
    """Return what is known of a value, which its symbol does not show by itself."""
    symmetric = not value.is_scalar and has_fact(value, "square") and is_symmetric(value)
    return facts_of(value) | ({"symmetric"} if symmetric else frozenset())


class _Tracer:
    """Which nodes get a line, and what stands in it.

    A node has one if it depends on the leaves and is not written in the line of what it is an argument of;
    also what the user gave a name to has one, and the whole.
    """

    def __init__(self, root: Expr, values: Mapping[Expr, Expr], active: set[Expr], given: Mapping[Expr, str]):
        self.root = root
        self.values = values
        self.active = active
        self.given = given
        self.terms = self._terms()
        self.lined = {root}
        uses = _uses(root)
        for node in postorder(root):
            for arg in node.args:
                named = values[arg] in given and arg.op not in _LEAVES
                if named or (arg in active and not self._inside(arg, node, uses[arg])):
                    self.lined.add(arg)

    def _inside(self, node: Expr, parent: Expr, uses: int) -> bool:
        """Return whether a node is written in the line of its parent."""
        if node.op in _LEAVES or is_postfix(node):
            return True
        multiple = self._is_multiple(node)
        operand = self._operand(node) if multiple else node
        if multiple and (operand.op in _LEAVES or is_postfix(operand)):
            return True
        if uses > 1:
            return False
        if self._is_multiple(parent):
            alone = node.op in ("mul", "hadamard") and parent not in self.terms
            return multiple or node.is_scalar or alone or self._is_spread(node)
        if parent.op == "add":
            return node.op == "add" or (multiple and not node.is_scalar) or self._is_spread(node)
        if parent.op == "mul" and node.op == "mul" and not node.is_scalar:
            return not any(arg in self.active for arg in parent.args if arg is not node)
        if parent.op == "power":
            entry = entry_for_node(node)
            return bool(entry and entry.square)
        if node.op in ("mul", "hadamard") and parent.is_scalar and not node.is_scalar:
            entry = entry_for_node(parent)
            return bool(entry and entry.adjoints[0])
        return False

    def _terms(self) -> set[Expr]:
        """Return the terms of sums, and what multiples among them are multiples of."""
        terms: set[Expr] = set()
        for node in reversed(list(postorder(self.root))):
            if node.op == "add" or (node in terms and node in self.active and self._is_multiple(node)):
                terms.update(node.args)
        return terms

    def _is_multiple(self, node: Expr) -> bool:
        """Return whether a node is a constant scalar times one value that is not constant."""
        if node.op == "negate":
            return True
        if node.op == "quotient":
            return node.args[1] not in self.active
        if node.op != "mul":
            return False
        rest = [arg for arg in node.args if arg in self.active or not arg.is_scalar]
        return len(rest) == 1 and rest[0] in self.active

    def _operand(self, node: Expr) -> Expr:
        return next(arg for arg in node.args if arg in self.active)

    def _is_spread(self, node: Expr) -> bool:
        """Return whether a node is a value times arrays of ones, as in ``x - mean(x)*ones(n)``."""
        plain = [arg for arg in node.args if (arg.args or (arg,))[0].op not in _SPREADING]
        others = [arg for arg in plain if arg not in self.active]
        spreads = node.op == "mul" and len(plain) < len(node.args)
        return spreads and len(plain) == len(others) + 1 and all(arg.is_scalar for arg in others)

    @property
    def lines(self) -> list[Expr]:
        """The nodes with lines, in their order."""
        return [node for node in postorder(self.root) if node in self.lined]

    def assignments(self, names: Mapping[Expr, str]) -> Iterator[Assignment]:
        """Yield the lines, with these names for their values."""
        done: dict[Expr, Expr] = {}
        for node in self.lines:
            value = self.values[node]
            symbol = variable(names[node], node.shape, _facts(value))
            yield Assignment(symbol, fill(node, done), value, node in self.active)
            done[node] = symbol
