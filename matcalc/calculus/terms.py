"""Terms of a sum: taken apart, multiplied out where a factor meets its inverse, and transposed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from matcalc.algebra import (
    build,
    factors_of,
    is_bilinear,
    join,
    rebuilt,
    split_coefficient,
    terms_of,
    transpose,
    transposed_chain,
)
from matcalc.calculus.naming import size
from matcalc.expression import (
    Expr,
    fold,
    postorder,
    variable,
)
from matcalc.expression.factored import Number, numeric_power
from matcalc.expression.signatures import entry_for_node, is_linear_alone

#: The name of what a linear function is applied to; no variable has it.
HOLE = "_ "


class Candidate(NamedTuple):
    """What some terms share: a factor on the ``left`` or ``right``, a ``scalar`` or ``entry``.

    Or a linear ``function``, in which :data:`HOLE` stands for what it is applied to.
    """

    side: str
    factor: Expr
    sign: int


class Summand(NamedTuple):
    """A term taken apart: coefficient, powers of scalars, chain, and powers of entries.

    ``entries`` are the factors of a Hadamard product, or the only array of the chain;
    ``candidates`` what may be pulled out.
    """

    expr: Expr
    coefficient: Number
    scalars: dict[Expr, Number]
    chain: tuple[Expr, ...]
    entries: dict[Expr, Number]
    candidates: frozenset[Candidate] = frozenset()


def take_apart(expr: Expr) -> Summand:
    """Return the term with what may be pulled out of it."""
    product = factors_of(expr)
    powers, chain = dict(product.powers), product.chain
    if not chain:
        forms = [base for base, exponent in powers.items() if exponent == 1 and is_bilinear(base)]
        if len(forms) == 1:
            chain = forms[0].args
            del powers[forms[0]]
    entries: dict[Expr, Number] = {}
    if len(chain) == 1:
        array = chain[0]
        factors = array.args if array.op == "hadamard" else (array,)
        # Ones are not pulled out: what is left of ones are ones.
        entries = dict(numeric_power(factor) for factor in factors if factor.op != "ones")
    term = Summand(expr, product.coefficient, powers, chain, entries)
    return term._replace(candidates=frozenset(_candidates(term)))


def readings(term: Summand) -> list[Summand]:
    """Return the term, and what it is with a bilinear factor put back into the chain.

    ``(u'*A*x)*v`` is ``v*u'*A*x`` and ``v*x'*A'*u``.
    """
    readings = [term]
    if term.chain and term.chain[-1].is_column:
        for base, power in term.scalars.items():
            if power == 1 and is_bilinear(base):
                scalars = {other: p for other, p in term.scalars.items() if other is not base}
                for sign, form in ((1, base.args), transposed_chain(base.args)):
                    coefficient = sign * term.coefficient
                    readings.append(Summand(term.expr, coefficient, scalars, term.chain + form, {}))
    return readings


def _candidates(term: Summand) -> set[Candidate]:
    """Return the factors that may be pulled out of the term."""
    candidates = _own_candidates(term)
    candidates |= {Candidate("function", function, 1) for function in linear_functions(term)}
    for reading in readings(term)[1:]:
        candidates.add(Candidate("right", reading.chain[-1], 1))
    return candidates


def _own_candidates(term: Summand) -> set[Candidate]:
    candidates = {Candidate("scalar", base, 1 if power > 0 else -1) for base, power in term.scalars.items()}
    candidates |= {Candidate("entry", base, 1 if power > 0 else -1) for base, power in term.entries.items()}
    if term.chain and not (len(term.chain) == 1 and len(term.entries) > 1):
        candidates |= {Candidate("left", term.chain[0], 1), Candidate("right", term.chain[-1], 1)}
    return candidates


def linear_functions(term: Summand) -> dict[Expr, Expr]:
    """Return linear functions that the term's only array is a value of, and what each is applied to.

    ``kron(A, B)`` is ``kron(_, B)`` of ``A`` and ``kron(A, _)`` of ``B``; ``kron(A, B)'`` is ``kron(_, B')``
    of ``A'``.
    """
    if len(term.chain) != 1:
        return {}
    array = term.chain[0]
    transposed = array.op == "transpose"
    inner = array.args[0] if transposed else array
    entry = entry_for_node(inner)
    if entry is None or (transposed and entry.transpose != "equivariant"):
        return {}
    args = [transpose(arg) for arg in inner.args] if transposed else list(inner.args)
    functions = {}
    for place, arg in enumerate(args):
        if is_linear_alone(entry, place):
            hole = variable(HOLE, arg.shape)
            holed = Expr(inner.op, (*args[:place], hole, *args[place + 1 :]), array.shape, inner.data)
            functions[holed] = arg
    return functions


def applied(function: Expr, array: Expr) -> Expr:
    """Return one of :func:`linear_functions` of an array."""
    args = [array if arg.op == "variable" and arg.data[0] == HOLE else arg for arg in function.args]
    return rebuilt(function, args)


#: Products are multiplied out to at most so many terms.
MAX_PRODUCTS = 16


def may_cancel(term: Expr) -> bool:
    """Return whether a factor, scalar or of a Hadamard product, occurs inverted in a sum beside it."""
    _, scalars, chain = factors_of(term)
    entries = chain[0].args if len(chain) == 1 and chain[0].op == "hadamard" else ()
    return any(
        len(terms_of(factor)) > 1 and _inverses(factor, factors)
        for factors in (scalars, entries)
        for factor in factors
    )


def multiplied_out(terms: Sequence[Expr]) -> list[Expr] | None:
    """Return the terms with products of sums multiplied out, ``None`` if that makes too many.

    Nothing is merged yet. Where a sum holds the inverse of a factor beside it, this sum goes
    first, so that the factor cancels whole.
    """
    done: list[Expr] = []
    pending = list(reversed(terms))
    while pending:
        term = pending.pop()
        products = _one_step(term)
        if products is None:
            done.append(term)
        else:
            pending.extend(reversed(products))
        if len(done) + len(pending) > MAX_PRODUCTS:
            return None
    return done


def _one_step(term: Expr) -> list[Expr] | None:
    """Return the products with the terms of one sum among the factors, ``None`` if there is none."""
    product = factors_of(term)
    coefficient, scalars, chain = product
    sums = [scalar for scalar in scalars if scalar.op == "add"]
    if sums:
        chosen = max(sums, key=lambda total: _inverses(total, scalars))
        outside = join(coefficient, [scalar for scalar in scalars if scalar is not chosen], chain)
        return [build("mul", outside, part) for part in chosen.args]
    if len(chain) == 1 and chain[0].op == "hadamard":
        return _one_hadamard_step(product.outside, chain[0].args)
    for i, array in enumerate(chain):
        inner = terms_of(array)
        if len(inner) > 1:
            return [build("mul", product.outside, *chain[:i], part, *chain[i + 1 :]) for part in inner]
    return None


def _one_hadamard_step(outside: Expr, factors: tuple[Expr, ...]) -> list[Expr] | None:
    sums = [factor for factor in factors if len(terms_of(factor)) > 1]
    if not sums:
        return None
    chosen = max(sums, key=lambda total: _inverses(total, factors))
    rest = [factor for factor in factors if factor is not chosen]
    return [build("mul", outside, build("hadamard", part, *rest)) for part in terms_of(chosen)]


def _inverses(total: Expr, factors: Sequence[Expr]) -> int:
    """Return how many factors occur inverted in the terms of a sum."""
    count = 0
    for term in terms_of(total):
        _, unit = split_coefficient(term)
        inner = (
            unit.args if unit.op == "hadamard" else factors_of(unit).scalars if unit.is_scalar else (unit,)
        )
        for factor in inner:
            base, exponent = numeric_power(factor)
            count += exponent < 0 and base in factors
    return count


def sums_without_transpose(root: Expr) -> Expr:
    """Return the expression with ``(A' - B')'`` as ``A - B``, unless the sum itself occurs too."""
    whole: set[Expr] = {root}
    transposed: dict[Expr, Expr] = {}
    for node in postorder(root):
        if node.op == "transpose" and node.args[0].op == "add":
            transposed[node] = node.args[0]
        else:
            whole.update(node.args)
    shorter = {}
    for node, total in transposed.items():
        if total not in whole:
            plain = Expr("add", tuple([transpose(arg) for arg in total.args]), node.shape)
            if size(plain) < size(node):
                shorter[node] = plain
    if not shorter:
        return root
    return fold([root], lambda node, args: shorter.get(node) or with_args(node, args))[root]


def with_args(node: Expr, args: Sequence[Expr]) -> Expr:
    """Return the node with other arguments, in normal form; itself if they are the same."""
    return node if all(new is old for new, old in zip(args, node.args, strict=True)) else rebuilt(node, args)
