"""The optimisation passes of generated code, each of which can be left out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Passes:
    """The optimisations that are made.

    ``order`` puts products into matrix-chain order, ``multiply_out`` multiplies sums out and pulls factors
    out of them where that is cheaper, ``factorisations`` shares one factorisation among solutions, inverses
    and determinants, ``one_library`` leaves products of large matrices to the library that factorises, where
    one does, ``updates`` gets inverses and determinants of what differs by low rank from a known matrix from
    those of that matrix, ``fuse`` computes traces, sums and sums of outer products without the arrays in
    them, ``laws`` applies laws that change what a value costs, ``in_place`` reuses the buffers of
    arrays that are no longer live.
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
