"""Hadamard products: commuting factors with exponents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from matcalc.algebra.laws import rewrite_hadamard
from matcalc.algebra.parts import added, join, parts
from matcalc.algebra.registry import build, builds
from matcalc.algebra.transposes import prefers_transpose, transpose
from matcalc.expression import Expr, number, ones, spend, zeros


class _Power(NamedTuple):
    """An exponent, and the power in normal form if there is nothing to be merged with it."""

    exponent: Expr
    whole: Expr | None


@builds("hadamard")
def hadamard(args: Sequence[Expr]) -> Expr:
    """Return the Hadamard product in normal form; scalars among the factors scale it."""
    shape = next((arg.shape for arg in args if not arg.is_scalar), None)
    if shape is None:
        return build("mul", *args)
    if any(arg.op == "zeros" for arg in args):
        return zeros(shape)
    outside: list[Expr] = []
    powers: dict[Expr, _Power] = {}
    for arg in args:
        _collect(arg, outside, powers)
    spend(len(powers) // 4)
    factors = [
        build("hadamard_power", base, exponent) if whole is None else whole
        for base, (exponent, whole) in powers.items()
    ]
    factors = [factor for factor in factors if factor.op != "ones"]
    bases = {factor.args[0] if factor.op == "hadamard_power" else factor for factor in factors}
    if len(bases) < len(factors):  # a law made two factors the same
        return build("hadamard", *outside, *factors)
    result = ones(shape) if not factors else _joined(factors)
    return build("mul", *outside, result) if outside else result


def _collect(arg: Expr, outside: list[Expr], powers: dict[Expr, _Power]) -> None:
    """Sort a factor into scalars, which go ``outside``, and powers of arrays."""
    if arg.is_scalar:
        outside.append(arg)
        return
    coefficient, scalars, chain = parts(arg)
    if coefficient != 1 or scalars:
        outside.append(join(coefficient, scalars, ()))
        arg = join(1, (), chain)
    if arg.op == "hadamard":
        factors = arg.args
    elif arg.op == "transpose" and arg.args[0].op in ("hadamard", "hadamard_power"):
        inner = arg.args[0]
        if inner.op == "hadamard":
            for factor in inner.args:
                _collect(transpose(factor), outside, powers)
            return
        else:
            _raise(transpose(inner.args[0]), transpose(inner.args[1]), powers)
            return
    else:
        factors = (arg,)
    for factor in factors:
        if factor.op == "hadamard_power":
            _raise(factor.args[0], factor.args[1], powers, factor)
        elif factor.op == "transpose" and factor.args[0].op == "hadamard_power":
            base, exponent = factor.args[0].args
            _raise(transpose(base), transpose(exponent), powers)
        elif factor.op != "ones":
            _raise(factor, number(1), powers, factor)


def _raise(base: Expr, exponent: Expr, powers: dict[Expr, _Power], whole: Expr | None = None) -> None:
    if base in powers:
        known, whole = powers[base].exponent, None
        if known.is_scalar != exponent.is_scalar:
            known, exponent = (_spread(e, base) for e in (known, exponent))
        exponent = added(known, exponent)
    powers[base] = _Power(exponent, whole)


def _spread(exponent: Expr, base: Expr) -> Expr:
    return build("mul", exponent, ones(base.shape)) if exponent.is_scalar else exponent


def _joined(factors: list[Expr]) -> Expr:
    """Return the product of different factors without scalars, a law applied if one fits."""
    if len(factors) == 1:
        return factors[0]
    if prefers_transpose(factors):
        return transpose(build("hadamard", *[transpose(factor) for factor in factors]))
    rewritten = rewrite_hadamard(factors)
    if rewritten is not None:
        return rewritten
    return Expr("hadamard", tuple(sorted(factors, key=lambda f: f.key)), factors[0].shape)
