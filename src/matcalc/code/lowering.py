"""From expressions to instructions: each value once, in the way that costs least."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from matcalc.algebra import is_bilinear
from matcalc.code.chains import Chains
from matcalc.code.cost import instruction_cost
from matcalc.code.factors import Factors, factors_of
from matcalc.code.functions import function_instruction, is_entrywise, kind_of, stable_form
from matcalc.code.instructions import (
    ALONG,
    DOWN,
    WHOLE,
    Number,
    Operand,
    Product,
    axes_of,
    coefficient_and_rest,
    flat,
    inner,
    instruction,
    plus,
    raised,
    times,
    turned,
)
from matcalc.code.inverses import Inverses, inverted
from matcalc.code.sizes import Sizes
from matcalc.expression import ONE, SCALAR, Expr, Shape, number, ones, postorder, variable
from matcalc.expression.facts import has_fact


@dataclass(frozen=True)
class Passes:
    """Which optimisations are made."""

    order: bool = True
    multiply_out: bool = True
    factorisations: bool = True
    fuse: bool = True
    laws: bool = True
    in_place: bool = True


#: So many products of sums are multiplied out on trial in one program.
MOST_TRIALS = 80


class _CircularError(Exception):
    """Pulling a factor out and multiplying it in again leads back to a sum that is being lowered."""


class Lowering:
    """Makes instructions of expressions that belong to one program."""

    def __init__(
        self, roots: Sequence[Expr], sizes: Sizes, passes: Passes = Passes(), *, explicit: bool = False
    ):
        self.sizes = sizes
        self.passes = passes
        self.done: dict[Expr, Expr] = {}
        self.paid: set[Expr] = set()
        self.trials = 0
        self.open: set[Expr] = set()
        self.uses: dict[Expr, int] = {}
        for node in postorder(*roots):
            for arg in node.args:
                self.uses[arg] = self.uses.get(arg, 0) + 1
        self.inverses = Inverses(
            roots, self._factors, sizes, self.low, shared=passes.factorisations, explicit=explicit
        )
        self.chain = Chains(sizes, self.low, self.inverses.solve, self.inverses.kind, ordered=passes.order)

    def __call__(self, root: Expr) -> Expr:
        """Return the instruction for the value of an expression, which later ones may share."""
        found = self.low(root)
        self.paid.update(postorder(found))
        return found

    def low(self, node: Expr) -> Expr:
        """Return the instruction for a value."""
        found = self.done.get(node)
        if found is None:
            if node in self.open:
                raise _CircularError
            self.open.add(node)
            try:
                found = self.done[node] = self._lowered(node)
            finally:
                self.open.discard(node)
        return found

    def _lowered(self, node: Expr) -> Expr:
        op = node.op
        if op == "variable":
            return variable(node.data[0], flat(node.shape), frozenset(node.data[1]))
        if op in ("number", "pi", "dimension", "identity"):
            return node
        if op in ("ones", "zeros"):
            return Expr(op, (), flat(node.shape))
        own = _FORMS.get(op)
        if own is not None:
            return own(self, node)
        stable = stable_form(node)
        if stable is not None:
            return self.low(stable)
        return function_instruction(node, self._arguments(node))

    def _arguments(self, node: Expr) -> list[Expr]:
        """Return the arguments of a function; a number in all entries stays one number."""
        found = []
        spread = is_entrywise(node)
        for arg in node.args:
            coefficient, above, below, chain = self._factors(arg)
            if spread and chain and all(one.op == "ones" for one in chain):
                scalars = [Operand(self.low(one)) for one in above]
                divisors = [Operand(raised(self.low(base), exponent)) for base, exponent in below]
                found.append(times(coefficient, scalars, divisors))
            else:
                found.append(self.low(arg))
        return found if any(axes_of(one) for one in found) else [self.low(arg) for arg in node.args]

    # Products

    def _stays(self, node: Expr) -> bool:
        """Return whether a product inside a product is one value that others use, too."""
        return node.op in ("mul", "negate", "quotient") and self.uses.get(node, 0) > 1 and not node.is_number

    def _factors(self, node: Expr) -> Factors:
        return factors_of(node, self._stays)

    def _product(self, node: Expr) -> Expr:
        if is_bilinear(node):
            return self._chain(node.args)
        coefficient, above, below, chain = self._factors(node)
        scalars = [Operand(self.low(scalar)) for scalar in above]
        divisors = [Operand(raised(self.low(base), exponent)) for base, exponent in below]
        if not chain:
            return times(coefficient, scalars, divisors)
        return self._scaled(coefficient, scalars, divisors, self._chain(chain))

    def _scaled(
        self, coefficient: Number, above: Sequence[Operand], below: Sequence[Operand], array: Expr
    ) -> Expr:
        """Return a multiple of an array; of a product its smaller factor is multiplied, if that is small."""
        if coefficient == 1 and not above and not below:
            return array
        if array.op == "dot":
            left, right = array.args
            entries = self.sizes.entries
            size, _, i = min((entries(left.shape), 1, 0), (entries(right.shape), 0, 1))
            if size * 4 <= entries(array.shape) and array.args[i].args and array.args[i].op != "transpose":
                args = [left, right]
                args[i] = self._scaled(coefficient, above, below, args[i])
                return Expr("dot", tuple(args), array.shape)
        if array.op == "times":
            data = array.data
            pairs = list(zip(array.args, data.exponents, data.lies, strict=True))
            above = [*above, *(Operand(a, lies) for a, exponent, lies in pairs if exponent == 1)]
            below = [*below, *(Operand(a, lies) for a, exponent, lies in pairs if exponent == -1)]
            return times(coefficient * data.coefficient, above, below, array.shape)
        return times(coefficient, [*above, Operand(array)], below, array.shape)

    def _chain(self, chain: Sequence[Expr]) -> Expr:
        """Return a product of arrays, multiplied out if that is cheaper."""
        if len(chain) == 1:
            return self.low(chain[0])
        ways: list[Callable[[], tuple[Expr, float]]] = [lambda: (self.chain(chain), 0.0)]
        if len(chain) == 3 and self.passes.fuse and self.inverses.kind(chain[1])[0] == "diag":
            if self._flipped(chain[2]) is chain[0]:
                ways.append(partial(self._gram, chain[2], chain[1].args[0]))
        return self._cheapest([*ways, *self._multiplied_out(chain)])

    def _gram(self, array: Expr, weights: Expr) -> tuple[Expr, float]:
        """Return ``X'*diag(w)*X`` as one symmetric product."""
        shape = (array.shape[1], array.shape[1])
        return instruction("weighted_gram", self.low(array), self.low(weights), shape=shape), 0.0

    def _multiplied_out(self, chain: Sequence[Expr]) -> Iterator[Callable[[], tuple[Expr, float]]]:
        for i, factor in enumerate(chain) if self.passes.multiply_out else ():
            if factor.op == "add" and len(factor.args) <= 4:
                yield partial(self._without_sum, chain, i)

    def _without_sum(self, chain: Sequence[Expr], i: int) -> tuple[Expr, float]:
        """Return a product with one of its factors multiplied out, and what others pay of that factor."""
        factor, shape = chain[i], (chain[0].shape[0], chain[-1].shape[1])
        terms = [product_of((*chain[:i], *opened(term), *chain[i + 1 :]), shape) for term in factor.args]
        value = self.low(Expr("add", tuple(terms), shape))
        uses = self.uses.get(factor, 1)
        if uses < 2 or ONE in factor.shape:
            return value, 0.0
        return value, self.cost([self.low(factor)]) * (1 - 1 / uses)

    def _cheapest(self, choices: Iterable[Callable[[], tuple[Expr, float]]]) -> Expr:
        """Return the cheapest of some ways to compute a value, the first if there is little between them."""
        best: Expr | None = None
        lowest = 0.0
        kept: dict[tuple[Expr, ...], Expr] = {}
        for make in choices:
            if best is not None:
                if self.trials >= MOST_TRIALS:
                    break
                self.trials += 1
            count = len(self.chain.products)
            try:
                found, more = make()
            except _CircularError:
                self.chain.taken_since(count)
                continue
            made = self.chain.taken_since(count)
            cost = self.cost([found]) + more
            if best is None or cost < 0.95 * lowest:
                best, lowest, kept = found, cost, made
        assert best is not None
        self.chain.products.update(kept)
        return best

    def cost(self, roots: Iterable[Expr]) -> float:
        """Return what values cost beyond those that are there."""
        return sum(instruction_cost(n, self.sizes) for n in postorder(*roots) if n not in self.paid)

    # Sums

    def _sum(self, node: Expr) -> Expr:
        """Return a sum, common factors pulled out where that is cheaper."""
        ways: list[Callable[[], tuple[Expr, float]]] = [lambda: (self._terms(node), 0.0)]
        if self.passes.multiply_out and axes_of(node):
            ways += [partial(self._pulled_out, node, *group) for group in self._groups(node)]
        return self._cheapest(ways)

    def _groups(self, node: Expr) -> Iterator[tuple[int, tuple[Expr, ...]]]:
        """Yield the terms of a sum with a common first (0) or last (-1) factor."""
        chains = {arg: self._factors(arg).chain for arg in node.args}
        for side in (0, -1):
            groups: dict[Expr, list[Expr]] = {}
            for arg, chain in chains.items():
                if len(chain) > 1 and self.uses.get(arg, 0) < 2:
                    groups.setdefault(chain[side], []).append(arg)
            yield from ((side, tuple(group)) for group in groups.values() if len(group) > 1)

    def _pulled_out(self, node: Expr, side: int, group: tuple[Expr, ...]) -> tuple[Expr, float]:
        """Return a sum in which some terms are one product with their common factor."""
        rests = []
        for term in group:
            coefficient, above, below, chain = self._factors(term)
            arrays = list(chain)
            factor = arrays.pop(side)
            divisors = [Expr("power", (base, number(-exponent)), SCALAR) for base, exponent in below]
            scalars = [*([number(coefficient)] if coefficient != 1 else []), *above, *divisors]
            rests.append(product_of((*scalars, *arrays), (arrays[0].shape[0], arrays[-1].shape[1])))
        whole = Expr("add", tuple(rests), rests[0].shape)
        product = Expr("mul", (factor, whole) if side == 0 else (whole, factor), node.shape)
        others = tuple([arg for arg in node.args if arg not in group])
        if not others:
            return self.low(product), 0.0
        return self.low(Expr("add", (*others, product), node.shape)), 0.0

    def _terms(self, node: Expr) -> Expr:
        """Return a sum, term by term."""
        terms: list[tuple[int, Operand]] = []
        diagonal: list[tuple[int, Operand]] = []
        outers: list[tuple[int, Expr]] = []
        for arg in node.args:
            coefficient, above, below, chain = self._factors(arg)
            sign = -1 if coefficient < 0 else 1
            scalars = [Operand(self.low(one)) for one in above]
            divisors = [Operand(raised(self.low(base), exponent)) for base, exponent in below]
            first = chain[0].op if chain else ""
            if len(chain) == 1 and first in ("identity", "diag") and axes_of(chain[0]) == 2:
                vector = [Operand(self.low(chain[0].args[0]))] if first == "diag" else []
                shape = vector[0].node.shape if vector else SCALAR
                value = times(abs(coefficient), [*scalars, *vector], divisors, shape)
                diagonal.append((sign, Operand(value)))
            elif chain and all(one.op == "ones" for one in chain):
                terms.append((sign, Operand(times(abs(coefficient), scalars, divisors))))
            elif len(chain) == 2 and "ones" in (first, chain[1].op) and chain[0].shape[1] is ONE:
                lies, one = (ALONG, chain[1]) if first == "ones" else (DOWN, chain[0])
                vector = [Operand(self.low(one))]
                value = times(abs(coefficient), [*scalars, *vector], divisors, vector[0].node.shape)
                terms.append((sign, Operand(value, lies)))
            else:
                own, value = coefficient_and_rest(self.low(arg))
                if own < 0:
                    value = self._scaled(-own, [], [], value)
                else:
                    value = self.low(arg)
                if _is_outer(value):
                    outers.append((-1 if own < 0 else 1, value))
                else:
                    terms.append((-1 if own < 0 else 1, Operand(value)))
        terms += self._outers(outers, node.shape)
        return self._on_diagonal(terms, diagonal, node.shape)

    def _outers(self, outers: Sequence[tuple[int, Expr]], shape: Shape) -> list[tuple[int, Operand]]:
        """Return terms that are outer products, several as one product of two thin matrices."""
        if len(outers) < 2 or not self.passes.fuse or min(self.sizes[dim] for dim in shape) < 16:
            return [(sign, Operand(value)) for sign, value in outers]
        columns, rows = [], []
        for sign, value in outers:
            (one, other), data = value.args[-2:], value.data
            if data.lies[-2] == ALONG:
                one, other = other, one
            scalars = [Operand(a) for a in value.args[:-2]]
            above = [a for a, e in zip(scalars, data.exponents, strict=False) if e == 1]
            below = [a for a, e in zip(scalars, data.exponents, strict=False) if e == -1]
            columns.append(times(sign * data.coefficient, [*above, Operand(one)], below, one.shape))
            rows.append(other)
        return [(1, Operand(Expr("outers", (*columns, *rows), shape)))]

    def _on_diagonal(
        self, terms: Sequence[tuple[int, Operand]], diagonal: Sequence[tuple[int, Operand]], shape: Shape
    ) -> Expr:
        """Return the sum of terms, and of what stands on the diagonal."""
        if not diagonal:
            return plus(terms, shape)
        vectors = [one.node.shape for _, one in diagonal if axes_of(one.node)]
        added = plus(diagonal, vectors[0] if vectors else SCALAR)
        if not terms:
            whole = added if vectors else times(1, [Operand(added), Operand(ones((shape[0], ONE)))], [], (shape[0], ONE))
            return instruction("diagonal_matrix", whole, shape=shape)
        return instruction("add_diagonal", plus(terms, shape), added, shape=shape)

    # Entrywise

    def _hadamard(self, node: Expr) -> Expr:
        above: list[Operand] = []
        below: list[Operand] = []
        coefficient: Number = 1
        for factor, exponent in _entrywise_factors(node):
            if exponent:
                below.append(Operand(raised(self.low(factor), exponent)))
                continue
            own, scalars, divisors, chain = self._factors(factor)
            vectors = len(chain) == 2 and chain[0].shape[1] is ONE and axes_of(factor) == 2
            if vectors or (chain and all(one.op == "ones" for one in chain)):
                coefficient *= own
                above += [Operand(self.low(scalar)) for scalar in scalars]
                below += [Operand(raised(self.low(base), power)) for base, power in divisors]
                for one, lies in zip(chain, (DOWN, ALONG), strict=False):
                    if one.op != "ones":
                        self._place(one, lies, above, below)
            else:
                self._place(factor, WHOLE, above, below)
        return times(coefficient, above, below, node.shape)

    def _place(self, factor: Expr, lies: str, above: list[Operand], below: list[Operand]) -> None:
        """Add a factor to those above, or below what it is the reciprocal of."""
        node = self.low(factor)
        if node.op == "times" and node.data == _RECIPROCAL and self.uses.get(factor, 0) < 2:
            below.append(Operand(node.args[0], lies))
        else:
            above.append(Operand(node, lies))

    def _power(self, node: Expr) -> Expr:
        base, exponent = node.args
        if node.op == "power" and not node.is_scalar:
            if exponent.data == -1:
                return self.inverses.inverse(base)
            return instruction("matrix_power", self.low(base), shape=node.shape, data=exponent.data)
        if exponent.is_number:
            return raised(self.low(base), exponent.data)
        return instruction("to_power", self.low(base), self.low(exponent), shape=node.shape)

    # Traces, sums of entries, diagonals

    def _trace(self, node: Expr) -> Expr:
        """Return a trace, that of a product as the sum of products of entries."""
        argument = node.args[0]
        coefficient, above, below, chain = self._factors(argument)
        if argument.op == "add" or len(chain) < 2 or not self.passes.fuse:
            return instruction("trace", self.low(argument), shape=SCALAR)
        ways = [partial(self._split_trace, chain, i) for i in range(1, len(chain))]
        ways += [partial(self._trace_without_sum, chain, i) for i, f in enumerate(chain) if f.op == "add"]
        best = self._cheapest(ways)
        scalars = [Operand(self.low(one)) for one in above]
        divisors = [Operand(raised(self.low(base), exponent)) for base, exponent in below]
        return times(coefficient, [*scalars, Operand(best)], divisors)

    def _split_trace(self, chain: Sequence[Expr], i: int) -> tuple[Expr, float]:
        """Return the trace of a product as the inner product of two of its stretches."""
        rest = [self._flipped(one) for one in reversed(chain[i:])]
        return inner(self._chain(chain[:i]), self._chain(rest)), 0.0

    def _flipped(self, factor: Expr) -> Expr:
        """Return the transpose of a factor, as written."""
        matrix = inverted(factor)
        rows, cols = factor.shape
        if has_fact(factor, "symmetric") or (matrix is not None and self.inverses.is_symmetric(matrix)):
            return factor
        if factor.op == "ones":
            return ones((cols, rows))
        return factor.args[0] if factor.op == "transpose" else Expr("transpose", (factor,), (cols, rows))

    def _trace_without_sum(self, chain: Sequence[Expr], i: int) -> tuple[Expr, float]:
        """Return the trace of a product with one of its factors multiplied out."""
        shape = (chain[0].shape[0], chain[-1].shape[1])
        terms = [product_of((*chain[:i], *opened(term), *chain[i + 1 :]), shape) for term in chain[i].args]
        return self.low(Expr("add", tuple([Expr("tr", (term,), SCALAR) for term in terms]), SCALAR)), 0.0

    def _total(self, node: Expr) -> Expr:
        argument = node.args[0]
        if argument.op == "mul" and self.uses.get(argument, 0) < 2 and self.passes.fuse:
            coefficient, above, below, chain = self._factors(argument)
            rows, cols = argument.shape
            ends = (Expr("ones", (), (ONE, rows)), *chain, Expr("ones", (), (cols, ONE)))
            if rows is not ONE and cols is not ONE:
                product = self._chain(ends)
            else:
                product = self._chain(ends[:-1] if cols is ONE else ends[1:])
            scalars = [Operand(self.low(one)) for one in above]
            divisors = [Operand(raised(self.low(base), exponent)) for base, exponent in below]
            return times(coefficient, [*scalars, Operand(product)], divisors)
        value = self.low(argument)
        if value.op == "raised" and value.data == 2 and self.passes.fuse:
            return inner(value.args[0], value.args[0])
        if value.op == "times" and len(value.args) > 1 and self.passes.fuse and self.uses.get(argument, 0) < 2:
            data = value.data
            k = next((k for k, a in enumerate(value.args) if a.shape == value.shape and data.exponents[k] == 1), None)
            pairs = [(Operand(a, lies), e) for i, (a, e, lies) in enumerate(zip(value.args, data.exponents, data.lies, strict=True)) if i != k]
            if k is not None and any(axes_of(one.node) for one, _ in pairs):
                rest = times(data.coefficient, [o for o, e in pairs if e == 1], [o for o, e in pairs if e == -1], value.shape)
                if all(one.lies == WHOLE for one, _ in pairs):
                    return inner(value.args[k], rest)
        return instruction("total", value, shape=SCALAR)

    def _norm(self, node: Expr) -> Expr:
        argument = self.low(node.args[0])
        return raised(inner(argument, argument), Fraction(1, 2))

    def _block(self, node: Expr) -> Expr:
        kinds = tuple(kind_of(arg) for arg in node.args)
        return instruction("block", *map(self.low, node.args), shape=node.shape, data=(node.data, kinds))

    def _diag(self, node: Expr) -> Expr:
        argument = node.args[0]
        if axes_of(argument) < 2:
            return instruction("diagonal_matrix", self.low(argument), shape=node.shape)
        coefficient, above, below, chain = self._factors(argument)
        if argument.op == "add" or len(chain) < 2 or above or below or coefficient != 1 or not self.passes.fuse:
            return instruction("diagonal", self.low(argument), shape=node.shape)
        left = self._chain(chain[:1])
        right = self._chain([self._flipped(one) for one in reversed(chain[1:])])
        both = times(1, [Operand(left), Operand(right)], [], left.shape)
        if axes_of(both) == 1:
            return both
        return instruction("rowsums", both, shape=node.shape)


def product_of(factors: Sequence[Expr], shape: Shape) -> Expr:
    """Return a product of factors as written, without unit matrices."""
    scalars = [one for one in factors if one.is_scalar]
    arrays = [one for one in factors if not one.is_scalar and one.op != "identity"]
    if not arrays:
        arrays = [one for one in factors if one.op == "identity"][:1]
    args = (*scalars, *arrays)
    return args[0] if len(args) == 1 else Expr("mul", args, shape)


def opened(term: Expr) -> tuple[Expr, ...]:
    """Return the factors of a term."""
    return term.args if term.op == "mul" and not is_bilinear(term) else (term,)


def _is_outer(value: Expr) -> bool:
    """Return whether a value is an outer product of two vectors, with scalars before it."""
    if value.op != "times" or axes_of(value) < 2 or len(value.args) < 2:
        return False
    data = value.data
    vectors = [a for a in value.args if axes_of(a)]
    return len(vectors) == 2 and {*data.lies[-2:]} == {DOWN, ALONG} and data.exponents[-2:] == (1, 1)


def _entrywise_factors(node: Expr) -> list[tuple[Expr, Number]]:
    """Return the factors of a Hadamard product or quotient, with 0; divisors with their exponents."""
    if node.op == "hadamard":
        return [found for arg in node.args for found in _entrywise_factors(arg)]
    if node.op == "hadamard_quotient":
        return [*_entrywise_factors(node.args[0]), (node.args[1], 1)]
    if node.op in ("power", "hadamard_power") and node.args[1].is_number and node.args[1].data < 0:
        return [(node.args[0], -node.args[1].data)]
    return [(node, 0)]


_RECIPROCAL = Product(1, (-1,), (WHOLE,))
_FORMS: dict[str, Callable[[Lowering, Expr], Expr]] = {
    "transpose": lambda self, node: turned(self.low(node.args[0])),
    "mul": Lowering._product,
    "negate": Lowering._product,
    "quotient": Lowering._product,
    "add": Lowering._sum,
    "hadamard": Lowering._hadamard,
    "hadamard_quotient": Lowering._hadamard,
    "power": Lowering._power,
    "hadamard_power": Lowering._power,
    "tr": Lowering._trace,
    "sum": Lowering._total,
    "norm2": Lowering._norm,
    "normF": Lowering._norm,
    "diag": Lowering._diag,
    "block": Lowering._block,
    "inv": lambda self, node: self.inverses.inverse(node.args[0]),
    "det": lambda self, node: self.inverses.determinant(node),
    "logdet": lambda self, node: self.inverses.determinant(node),
}
