"""Sizes of matrices: dimensions as SymPy writes them, and back."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import sympy

from matcalc.errors import MatcalcError
from matcalc.expression import ONE, Dim

#: Highest power of a size; more is no size of anything.
_MAX_POWER = 32


def size_to_sympy(dim: Dim) -> Any:
    """Return the dimension as SymPy writes it, its symbols being positive integers.

    >>> size_to_sympy(Dim.symbol("m") * Dim.symbol("n") + Dim.number(2))
    m*n + 2
    """
    terms = []
    for monomial, coefficient in dim.terms:
        names = [sympy.Symbol(name, integer=True, positive=True) for name in monomial]
        terms.append(sympy.Mul(sympy.Integer(coefficient), *names))
    return sympy.Add(*terms)


def size_from_sympy(size: Any, name_of: Callable[[Any], str]) -> Dim:
    """Return the dimension that SymPy writes as ``size``.

    ``name_of`` returns the name of a symbol. Raises E506 for what is no sum of products of
    positive numbers and symbols, such as ``n - 1``.
    """
    dim = _polynomial(size, name_of)
    if dim is None or not dim.is_size:
        message = f"the size {size} of SymPy is not supported"
        raise MatcalcError("E506", message, help="sizes are n, 3, n*p, m+n")
    return dim


def _polynomial(size: Any, name_of: Callable[[Any], str]) -> Dim | None:
    if size.is_Integer:
        return Dim.number(int(size))
    if size.is_Symbol:
        return Dim.symbol(name_of(size))
    if size.is_Pow:
        base, exponent = size.args
        if not (exponent.is_Integer and 0 < exponent <= _MAX_POWER):
            return None
        inner = _polynomial(base, name_of)
        return inner and reduce(Dim.__mul__, [inner] * int(exponent), ONE)
    if not (size.is_Add or size.is_Mul):
        return None
    parts = [_polynomial(arg, name_of) for arg in size.args]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return reduce(Dim.__add__ if size.is_Add else Dim.__mul__, known)
