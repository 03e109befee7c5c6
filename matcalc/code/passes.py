"""Which optimisations generated code gets: each can be left out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Passes:
    """Which optimisations are made.

    ``order`` puts products into their cheapest order, ``multiply_out`` multiplies sums out and pulls factors
    out of them where that is cheaper, ``factorisations`` shares one factorisation among solutions, inverses
    and determinants, ``one_library`` leaves products of large matrices to the library that factorises, where
    one does, ``updates`` gets inverses and determinants of what differs by low rank from a known matrix from
    those of that matrix, ``fuse`` computes traces, sums and sums of outer products without the arrays in
    them, ``laws`` applies laws that change what a value costs, ``in_place`` writes over arrays that are not
    needed any more.
    """

    order: bool = True
    multiply_out: bool = True
    factorisations: bool = True
    one_library: bool = True
    updates: bool = True
    fuse: bool = True
    laws: bool = True
    in_place: bool = True


ALL_PASSES = Passes()
