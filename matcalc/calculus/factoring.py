"""Presentation, first step: pulls common factors out of sums, and recognises known sums in others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from matcalc.algebra import (
    build,
    from_terms,
    is_symmetric,
    join,
    split_coefficient,
    terms_of,
)
from matcalc.calculus.naming import size
from matcalc.calculus.terms import (
    Candidate,
    Summand,
    applied,
    linear_functions,
    may_cancel,
    multiplied_out,
    readings,
    sums_without_transpose,
    take_apart,
    with_args,
)
from matcalc.expression import (
    Expr,
    fold,
    identity,
    number,
    ones,
    postorder,
)
from matcalc.expression.factored import Number
from matcalc.functions import FUNCTIONS

#: Functions that take symmetric matrices alone.
DEMANDING = frozenset(entry.name for entry in FUNCTIONS if entry.requires)
_MULTIPLIED_OUT = "products of sums multiplied out, as terms then cancel"
#: In longer sums only what all terms share is pulled out.
MAX_TERMS = 60
#: So many candidates are tried before a sum is left as it is.
MAX_ATTEMPTS = 6
#: Longer expressions are not multiplied out.
MAX_SIZE = 150
#: So many terms are looked at in all, and so many more for each part of the expression.
MIN_TERMS, TERMS_PER_NODE = 2000, 20
#: Terms with more factors count as several.
FACTORS_PER_TERM = 4
#: A sum this long, seen elsewhere, is recognised inside another.
MIN_KNOWN = 5


def factored(root: Expr, done_to_it: list[str] | None = None) -> Expr:
    """Return the expression with its sums as short as pulling out common factors makes them.

    Left and right factors of products, scalars with their exponents, and factors of Hadamard
    products are pulled out wherever that makes the printed form shorter; products of sums are
    multiplied out where terms then cancel. The steps that changed something are added to the list
    ``done_to_it``, in words.
    """
    changes = _Changes(done_to_it)
    effort = _Effort(sum(1 for _ in postorder(root)))
    root = changes.by("terms collected into sums that occur elsewhere", root, _with_known_sums(root))

    def shortened(node: Expr, args: list[Expr]) -> Expr:
        if node.op in DEMANDING and not is_symmetric(args[0]):
            return node  # factored, its argument would not read back as symmetric
        if node.op not in ("add", "mul", "hadamard"):
            return with_args(node, args)
        value = build(node.op, *args)
        if node.op == "add":
            value = changes.by("common factors pulled out", value, _shortest(args, effort))
        return changes.by(_MULTIPLIED_OUT, value, _or_multiplied_out(value, effort))

    whole = fold([root], shortened)[root]
    return changes.by("transposed sums written without the transpose", whole, sums_without_transpose(whole))


class _Changes:
    """What changed an expression, each once, in words."""

    def __init__(self, words: list[str] | None):
        self.words = [] if words is None else words

    def by(self, words: str, before: Expr, after: Expr) -> Expr:
        """Return what it is after, having noted the words if that is not what it was before."""
        if after is not before and words not in self.words:
            self.words.append(words)
        return after


class _Effort:
    """How many terms may still be looked at, which is in proportion to the size of the whole."""

    def __init__(self, nodes: int):
        self.left = MIN_TERMS + TERMS_PER_NODE * nodes

    def pays(self, terms: Sequence[Summand]) -> bool:
        """Return whether terms may be looked at, and count them, long ones more than once."""
        self.left -= sum(1 + _length(term) // FACTORS_PER_TERM for term in terms)
        return self.left >= 0


def _length(term: Summand) -> int:
    return len(term.scalars) + len(term.chain) + len(term.entries)


def _or_multiplied_out(expr: Expr, effort: _Effort) -> Expr:
    """Return the expression, or what it is multiplied out if terms cancel and that is shorter."""
    terms = terms_of(expr)
    if not any(may_cancel(term) for term in terms) or size(expr) > MAX_SIZE:
        return expr
    products = multiplied_out(terms)
    if products is None or len(products) == len(terms):
        return expr
    merged = build("add", *products)
    if len(terms_of(split_coefficient(merged)[1])) == len(products):
        return expr
    shorter = _shortest(products, effort)
    return shorter if size(shorter) < size(expr) else expr


def _with_known_sums(root: Expr) -> Expr:
    """Return the expression with terms that make up a sum seen elsewhere put together again."""
    sums = [node for node in postorder(root) if node.op == "add" and 2 <= len(node.args) <= MAX_TERMS]
    if len(sums) < 2 or all(len(node.args) == 2 for node in sums):
        return root
    by_term: dict[Expr, list[Expr]] = {}
    for node in sums:
        if size(node) >= MIN_KNOWN:
            by_term.setdefault(split_coefficient(node.args[0])[1], []).append(node)

    def with_sums(node: Expr, args: list[Expr]) -> Expr:
        if node.op == "add":
            return _put_together(node, by_term) if len(node.args) > 2 else node
        return with_args(node, args)

    return fold([root], with_sums)[root]


def _put_together(node: Expr, by_term: dict[Expr, list[Expr]]) -> Expr:
    terms = {unit: coefficient for coefficient, unit in map(split_coefficient, node.args)}
    for term in list(terms):
        for other in by_term.get(term, ()):
            inner = [split_coefficient(arg) for arg in other.args]
            if other is node or len(inner) >= len(terms):
                continue
            ratio = _ratio(inner, terms)
            if ratio is not None:
                rest = {unit: value for unit, value in terms.items() if all(unit is not u for _, u in inner)}
                return from_terms({**rest, other: ratio}, node.shape)
    return node


def _ratio(inner: Iterable[tuple[Number, Expr]], terms: dict[Expr, Number]) -> Number | None:
    """Return how often the inner terms are in ``terms``, ``None`` if not all as often."""
    ratio: Number | None = None
    for coefficient, unit in inner:
        if unit not in terms:
            return None
        here = terms[unit] * coefficient  # coefficients of a sum in normal form are mostly ±1
        if abs(coefficient) != 1 or (ratio is not None and here != ratio):
            return None
        ratio = here
    return ratio


def _shortest(terms: Sequence[Expr], effort: _Effort) -> Expr:
    """Return the sum of the terms, factored step by step, each time by what saves most."""
    whole = build("add", *terms)
    if any(split_coefficient(term)[1].op == "add" for term in terms):
        closed = _plain_sum(terms)  # opened, the sums among them are shorter only if terms cancel
        whole = whole if size(whole) <= size(closed) else closed
    coefficient, unit = split_coefficient(whole)
    current = [take_apart(term) for term in terms_of(unit)]
    rejected: set[Candidate] = set()
    result = whole
    while len(rejected) <= MAX_ATTEMPTS and effort.pays(current):
        best = _best_candidate(current, rejected)
        if best is None:
            break
        group = [term for term in current if best in term.candidates]
        others = [term for term in current if best not in term.candidates]
        trial = _plain_sum([*(term.expr for term in others), _pulled_out(group, best, effort)])
        least = 2 if _brings_identity(best, group) else 1
        if size(_plain_sum([term.expr for term in current])) - size(trial) >= least:
            result = build("mul", number(coefficient), trial)
            inner_coefficient, inner = split_coefficient(trial)
            coefficient *= inner_coefficient
            current = [take_apart(term) for term in terms_of(inner)]
        else:
            rejected.add(best)
    return result


def _plain_sum(terms: Sequence[Expr]) -> Expr:
    """Return the sum without opening the sums that are terms of it."""
    merged: dict[Expr, Number] = {}
    for term in terms:
        coefficient, unit = split_coefficient(term)
        merged[unit] = merged.get(unit, 0) + coefficient
    return from_terms({unit: value for unit, value in merged.items() if value}, terms[0].shape)


def _brings_identity(candidate: Candidate, group: list[Summand]) -> bool:
    """Return whether pulling the factor out leaves an identity matrix, which has to pay."""
    lengths = {len(term.chain) for term in group}
    return candidate.side in ("left", "right") and 1 in lengths and len(lengths) > 1


def _best_candidate(terms: list[Summand], rejected: set[Candidate]) -> Candidate | None:
    """Return the factor whose pulling out saves most, before what that allows in turn."""
    if len(terms) < 2:
        return None
    sharing: dict[Candidate, list[Summand]] = {}
    for term in terms:
        for candidate in term.candidates:
            sharing.setdefault(candidate, []).append(term)
    least = len(terms) if len(terms) > MAX_TERMS else 2
    gains = {
        candidate: _gain(candidate, group)
        for candidate, group in sharing.items()
        if len(group) >= least and candidate not in rejected
    }
    worth = [c for c, gain in gains.items() if gain >= (2 if _brings_identity(c, sharing[c]) else 1)]
    return max(worth, key=lambda c: (gains[c], c.side, c.factor.key), default=None)


def _gain(candidate: Candidate, group: list[Summand]) -> int:
    """Return by how much the printed form gets shorter; an identity that stays takes its place."""
    length = size(candidate.factor)
    if candidate.side == "function":
        return (len(group) - 1) * (length - 1)
    bare = sum(len(term.chain) == 1 for term in group) if _brings_identity(candidate, group) else 0
    return (len(group) - 1) * (length + 1) - 2 * bare


def _pulled_out(group: list[Summand], candidate: Candidate, effort: _Effort) -> Expr:
    """Return the sum of the terms with the factor before, after, or beside it."""
    side, factor, _ = candidate
    if side in ("scalar", "entry"):
        powers = _shared_powers(group, side)
        rest = [_without_powers(term, side, powers) for term in group]
        op = "power" if side == "scalar" else "hadamard_power"
        factors = [build(op, base, number(power)) for base, power in powers.items()]
        outside = build("mul" if side == "scalar" else "hadamard", *factors)
        # Where a law keeps the factor in the terms they get no shorter, and it would be pulled out for ever.
        shorter = sum(map(size, rest)) < sum(size(term.expr) for term in group)
        inner = _shortest(rest, effort) if shorter else _plain_sum(rest)
        return build("mul" if side == "scalar" else "hadamard", outside, inner)
    if side == "function":
        inner = _shortest([_with_scalars(term, linear_functions(term)[factor]) for term in group], effort)
        return applied(factor, inner)
    group = [_with_end(term, candidate) for term in group]
    bare = all(len(term.chain) == 1 for term in group)
    rest = [_without_end(term, side, bare) for term in group]
    inner = _shortest(rest, effort)
    return build("mul", factor, inner) if side == "left" and not bare else build("mul", inner, factor)


def _shared_powers(group: list[Summand], side: str) -> dict[Expr, Number]:
    """Return the commuting factors that all terms have, in the lowest of their powers."""
    shared = [c for c in group[0].candidates if c.side == side and all(c in t.candidates for t in group)]
    powers = [(term.scalars if side == "scalar" else term.entries) for term in group]
    return {
        c.factor: min((each[c.factor] for each in powers), key=_magnitude) for c in sorted(shared, key=_place)
    }


def _place(candidate: Candidate) -> int:
    return candidate.factor.key


def _magnitude(power: Number) -> Number:
    return -power if power < 0 else power


def _with_end(term: Summand, candidate: Candidate) -> Summand:
    """Return the reading of the term that starts or ends with the factor."""
    position = 0 if candidate.side == "left" else -1
    return next(r for r in readings(term) if r.chain and r.chain[position] is candidate.factor)


def _scalar_part(term: Summand) -> list[Expr]:
    return [build("power", base, number(power)) for base, power in term.scalars.items()]


def _with_scalars(term: Summand, array: Expr) -> Expr:
    """Return the array times the scalars of the term."""
    return build("mul", join(term.coefficient, _scalar_part(term), ()), array)


def _without_powers(term: Summand, side: str, powers: Mapping[Expr, Number]) -> Expr:
    """Return the term divided by powers of its factors."""
    op = "power" if side == "scalar" else "hadamard_power"
    over = [build(op, base, number(-power)) for base, power in powers.items()]
    if side == "scalar":
        return build("mul", term.expr, *over)
    rest = build("hadamard", *term.chain, *over)
    if rest.op == "ones":
        rest = ones(term.expr.shape)
    return build("mul", number(term.coefficient), *_scalar_part(term), rest)


def _without_end(term: Summand, side: str, bare: bool) -> Expr:
    """Return the term without the first or last array of its chain."""
    chain = term.chain[1:] if side == "left" else term.chain[:-1]
    outside = join(term.coefficient, _scalar_part(term), ())
    if not chain:
        if bare:
            return outside
        end = term.chain[0]
        chain = (identity(end.shape[1] if side == "left" else end.shape[0]),)
    return build("mul", outside, *chain)
