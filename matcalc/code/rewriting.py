"""Laws that change the cost of a value, also for low-rank updates and large factorisations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import chain, combinations
from typing import NamedTuple

from matcalc.algebra import build, factors_of, instantiate, is_bilinear, normal_forms, rebuilt, replaced
from matcalc.algebra.matching import Match, matches
from matcalc.algebra.rules import Rule, read_rules
from matcalc.code.instructions import ALONG, Operand, SizeEstimates, instruction, times, turned
from matcalc.expression import ONE, Expr, number, postorder, rebuild, variable
from matcalc.expression.facts import facts_of
from matcalc.expression.signatures import is_finite_if_invertible
from matcalc.functions import COST_LAWS, STABLE_LAWS, UPDATE_LAWS, Law

#: Scalars of a law that may be one.
_OPTIONAL = ("s", "t")


class Variant(NamedTuple):
    """A law ready to use, with some of its scalars taken for one."""

    rule: Rule
    left: Expr
    ones: tuple[str, ...]

    def apply(self, match: Match) -> Expr | None:
        """Return the right side for a match, ``None`` if a condition does not hold."""
        values = {**match.values, **{name: number(1) for name in self.ones}}
        return self.rule.apply(Match(values, match.dims))


@cache
def variants(head: str, laws: tuple[Law, ...] = COST_LAWS) -> tuple[Variant, ...]:
    """Return the laws with this head, each with all choices of scalars that are one."""
    choices = []
    for law in laws:
        for rule in read_rules(law) if law.head == head else ():
            leaves = {n.data[0]: n for n in postorder(rule.left) if n.op == "variable"}
            dims = {d.name: d for n in postorder(rule.left) for d in n.shape if d.name}
            scalars = [name for name in _OPTIONAL if name in leaves]
            for ones in chain.from_iterable(combinations(scalars, k) for k in range(len(scalars) + 1)):
                values = {**leaves, **{name: number(1) for name in ones}}
                left = instantiate(rule.left, values, dims) if ones else rule.left
                choices.append(Variant(rule, left, tuple(ones)))
    return tuple(choices)


@cache
def _stable_rules() -> dict[str, tuple[Rule, ...]]:
    """Return the rules by the operation on their left side."""
    rules: dict[str, tuple[Rule, ...]] = {}
    for law in STABLE_LAWS:
        rules[law.head] = rules.get(law.head, ()) + tuple(read_rules(law))
    return rules


def stabilised(roots: Sequence[Expr]) -> tuple[Expr, ...]:
    """Return expressions, as written or in normal form, with what could overflow in forms that do not."""
    done = rebuild(roots, _stable)
    return tuple(done[root] for root in roots)


def _stable(node: Expr, new: Expr) -> Expr:
    for rule in _stable_rules().get(node.op, ()):
        match = next(matches(rule.left, node), None)
        if match is not None:
            new = rule.apply(match) or new
    return new


def rewritten(roots: Sequence[Expr], cost: Callable[[Expr], float]) -> tuple[Expr, ...]:
    """Return expressions in normal form with laws applied where the right side costs less than the left."""
    rewriter = _Rewriter(cost)
    done: dict[Expr, Expr] = {}
    for node in postorder(*roots):
        if any(variant.rule.left.op == node.op for variant in variants(node.op)) or node.op == "mul":
            done[node] = rewriter.rewritten(node, done)
        else:
            done[node] = rebuilt(node, [done[arg] for arg in node.args])
    return tuple(done[root] for root in roots)


class _Rewriter:
    """Tries laws on the nodes of expressions; each cost is found once."""

    def __init__(self, cost: Callable[[Expr], float]):
        self.cost = cost
        self.plain: dict[Expr, Expr] = {}
        self.tried: dict[Expr, Expr] = {}

    def rewritten(self, node: Expr, done: dict[Expr, Expr]) -> Expr:
        """Return a node with rewritten arguments, itself rewritten.

        Inverses that are factors of a product stay until a law on both neighbours has been tried.
        """
        if node.op != "mul":
            plain = self.plain[node] = rebuilt(node, [done[arg] for arg in node.args])
            return self.cheapest(plain, self._at_node(plain))
        args = [self.plain.get(arg, done[arg]) for arg in node.args]
        product = build("mul", *args) if not is_bilinear(node) else rebuilt(node, args)
        while True:
            better = self.cheapest(product, self._pairs(product))
            if better is product:
                break
            product = better
        if product.op != "mul":
            return product
        return rebuilt(product, [self.cheapest(arg, self._at_node(arg)) for arg in product.args])

    def cheapest(self, node: Expr, choices: Iterator[Expr]) -> Expr:
        """Return the cheapest of some forms, the node itself included."""
        best = self.tried.get(node)
        if best is None:
            listed = list(choices)
            best = min([node, *listed], key=self.cost) if listed else node
            self.tried[node] = best
        return best

    def _at_node(self, node: Expr) -> Iterator[Expr]:
        for variant in variants(node.op) if node.op != "mul" else ():
            for match in matches(variant.left, node):
                result = variant.apply(match)
                if result is not None:
                    yield result

    def _pairs(self, product: Expr) -> Iterator[Expr]:
        bilinear = is_bilinear(product)
        coefficient, scalars, factors = (1, (), product.args) if bilinear else factors_of(product)
        for i in range(len(factors) - 1):
            for variant in variants("mul"):
                first, second = variant.left.args
                for first_match in matches(first, factors[i]):
                    for match in matches(second, factors[i + 1], first_match):
                        result = variant.apply(match)
                        if result is not None:
                            around = (*factors[:i], result, *factors[i + 2 :])
                            yield build("mul", number(coefficient), *scalars, *around)


_HEADS = frozenset(law.head for law in UPDATE_LAWS)
#: A matrix with these facts has an inverse that costs little.
_EASY = ({"orthogonal"}, {"diagonal", "spd"})


def updated(roots: Sequence[Expr], cost: Callable[[Expr], float]) -> tuple[Expr, ...]:
    """Return expressions with laws applied to what differs little from a known matrix, then in normal form.

    A matrix is known if its inverse or the logarithm of its determinant is computed elsewhere, or if it is
    easy to invert. Whether this is cheaper is for who asks to see: that depends on all that is computed.
    """
    forms = normal_forms(roots)
    plain = [forms[root] for root in roots]
    invertible = [node.args[0] for node in postorder(*plain) if is_finite_if_invertible(node)]
    values = {}
    for node in postorder(*plain):
        if node.op in _HEADS and node.args[0].op == "add":
            best = min(_forms(node, invertible), key=cost, default=None)
            if best is not None:
                values[node] = best
    return tuple(replaced(root, values) for root in plain) if values else tuple(roots)


def _forms(node: Expr, invertible: Iterable[Expr]) -> Iterator[Expr]:
    """Yield what the laws make of an inverse or a determinant of a sum, for the largest known part of it."""
    terms = node.args[0].args
    parts = [matrix for matrix in dict.fromkeys(invertible) if matrix is not node.args[0]]
    parts += [term for term in terms if any(easy <= facts_of(term) for easy in _EASY)]
    for part in sorted(parts, key=_count, reverse=True):
        inside = part.args if part.op == "add" else (part,)
        if _count(part) != len(terms) - 1 or not set(inside) < set(terms):
            continue
        symbol = variable("known matrix", part.shape, facts_of(part))
        [change] = [term for term in terms if term not in inside]
        sum_of_two = build(node.op, build("add", symbol, change))
        for variant in variants(node.op, UPDATE_LAWS):
            for match in matches(variant.left, sum_of_two):
                result = variant.apply(match) if match.values["A"] is symbol else None
                if result is not None:
                    yield replaced(result, {symbol: part})


def _count(matrix: Expr) -> int:
    """Return how many terms a matrix has."""
    return len(matrix.args) if matrix.op == "add" else 1


#: Linear algebra with fewer numbers in all matrices uses one thread anyway.
LARGE = 96 * 96
_FACTORISED = frozenset(["lu", "cholesky", "lower_solve", "lower_inverse"])
#: What is computed by a factorisation instead, and what that is called.
_BY_LU = {"solve": "lu_solve", "inverse": "lu_inverse", "det": "lu_det", "logdet": "lu_logdet"}


def factorises(roots: Sequence[Expr], sizes: SizeEstimates) -> bool:
    """Return whether a large matrix is factorised."""
    return any(
        node.op in _FACTORISED and sizes.entries(node.args[0].shape) >= LARGE for node in postorder(*roots)
    )


def with_one_library(roots: Sequence[Expr], sizes: SizeEstimates) -> dict[Expr, Expr]:
    """Return instructions by those for which they stand: by the library that factorises."""

    def by_one(node: Expr, new: Expr) -> Expr:
        if max([sizes.entries(value.shape) for value in (node, *node.args)]) < LARGE:
            return new
        if node.op in _BY_LU:
            matrix, *others = new.args
            factors = instruction("lu", matrix, shape=matrix.shape)
            return instruction(_BY_LU[node.op], factors, *others, shape=node.shape)
        if node.op == "weighted_gram":
            matrix, weights = new.args
            scaled = times(1, [Operand(turned(matrix)), Operand(weights, ALONG)], [], turned(matrix).shape)
            return instruction("product", scaled, matrix, shape=node.shape)
        if node.op == "outers":
            return instruction("outers", *new.args, shape=node.shape, data="product")
        if node.op != "dot":
            return new
        left, right = new.args
        if left is turned(right) and right.shape[1] is not ONE:
            return instruction("gram", right, shape=node.shape)
        return instruction("product", left, right, shape=node.shape)

    return rebuild(roots, by_one)
