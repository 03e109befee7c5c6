"""Terms of a sum taken apart: which factors, and which linear functions, may be pulled out of them."""

from __future__ import annotations

from typing import NamedTuple

from matcalc.algebra import is_bilinear, parts, rebuilt, transpose, turned_chain
from matcalc.algebra.registry import Number
from matcalc.expression import Expr, variable
from matcalc.expression.signatures import entry_of, is_linear_alone

#: The name of what a linear function is applied to; no variable has it.
HOLE = "_ "


class Candidate(NamedTuple):
    """What some terms share: a factor on the ``left`` or ``right``, a ``scalar`` or ``entry``.

    Or a linear ``function``, in which :data:`HOLE` stands for what it is applied to.
    """

    side: str
    factor: Expr
    sign: int


class Term(NamedTuple):
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


def take_apart(expr: Expr) -> Term:
    """Return the term with what may be pulled out of it."""
    coefficient, scalars, chain = parts(expr)
    powers = dict(_numeric_power(s) for s in scalars)
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
        entries = dict(_numeric_power(factor) for factor in factors if factor.op != "ones")
    term = Term(expr, coefficient, powers, chain, entries)
    return term._replace(candidates=frozenset(_candidates(term)))


def readings(term: Term) -> list[Term]:
    """Return the term, and what it is with a bilinear factor put back into the chain.

    ``(u'*A*x)*v`` is ``v*u'*A*x`` and ``v*x'*A'*u``.
    """
    readings = [term]
    if term.chain and term.chain[-1].is_column:
        for base, power in term.scalars.items():
            if power == 1 and is_bilinear(base):
                scalars = {other: p for other, p in term.scalars.items() if other is not base}
                for sign, form in ((1, base.args), turned_chain(base.args)):
                    own = sign * term.coefficient
                    readings.append(Term(term.expr, own, scalars, term.chain + form, {}))
    return readings


def _numeric_power(factor: Expr) -> tuple[Expr, Number]:
    entrywise = factor.op == "hadamard_power" or (factor.op == "power" and factor.is_scalar)
    if entrywise and factor.args[1].is_number:
        return factor.args[0], factor.args[1].data
    return factor, 1


def _candidates(term: Term) -> set[Candidate]:
    """Return the factors that may be pulled out of the term."""
    found = _own_candidates(term)
    found |= {Candidate("function", function, 1) for function in linear_functions(term)}
    for reading in readings(term)[1:]:
        found.add(Candidate("right", reading.chain[-1], 1))
    return found


def _own_candidates(term: Term) -> set[Candidate]:
    found = {Candidate("scalar", base, 1 if power > 0 else -1) for base, power in term.scalars.items()}
    found |= {Candidate("entry", base, 1 if power > 0 else -1) for base, power in term.entries.items()}
    if term.chain and not (len(term.chain) == 1 and len(term.entries) > 1):
        found |= {Candidate("left", term.chain[0], 1), Candidate("right", term.chain[-1], 1)}
    return found


def linear_functions(term: Term) -> dict[Expr, Expr]:
    """Return linear functions that the term's only array is a value of, and what each is applied to.

    ``kron(A, B)`` is ``kron(_, B)`` of ``A`` and ``kron(A, _)`` of ``B``; ``kron(A, B)'`` is ``kron(_, B')``
    of ``A'``.
    """
    if len(term.chain) != 1:
        return {}
    array = term.chain[0]
    turned = array.op == "transpose"
    inner = array.args[0] if turned else array
    found = entry_of(inner.op, inner.args) if inner.args else None
    if found is None or (turned and found[0].transpose != "equivariant"):
        return {}
    args = [transpose(arg) for arg in inner.args] if turned else list(inner.args)
    functions = {}
    for place, arg in enumerate(args):
        if is_linear_alone(found[0], place):
            hole = variable(HOLE, arg.shape)
            holed = Expr(inner.op, (*args[:place], hole, *args[place + 1 :]), array.shape, inner.data)
            functions[holed] = arg
    return functions


def applied(function: Expr, array: Expr) -> Expr:
    """Return one of :func:`linear_functions` of an array."""
    args = [array if arg.op == "variable" and arg.data[0] == HOLE else arg for arg in function.args]
    return rebuilt(function, args)
