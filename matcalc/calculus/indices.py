"""Index form: each operation as a sum over indices, so that no argument is left.

``A*dX*B`` has the entries ``A[i,p]*dX[p,q]*B[q,j]``; without ``dX``, whose indices become axes of
their own, these are ``A[i,k]*B[l,j]``. It exists for every order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from math import prod
from typing import NamedTuple

from matcalc.algebra import argument_kinds, build, instantiate, placed_by, read_template, transpose
from matcalc.calculus.contraction import Entry, Index, Place, Term, contracted, entries_of, multiplied
from matcalc.errors import MatcalcError
from matcalc.expression import ONE, Expr, depends_on, is_zero, number, variable
from matcalc.expression.factored import scalars_and_arrays
from matcalc.expression.signatures import arguments_by_name, entry_for_node, entry_of

#: Longer index forms are not written.
MAX_TERMS = 400


class IndexForm(NamedTuple):
    """A sum of products of entries; ``axes`` are the indices of the value, then those of each argument."""

    axes: tuple[Index, ...]
    terms: tuple[Term, ...]


def index_form(linear: Expr, arguments: Sequence[Expr]) -> IndexForm:
    """Return the entries of an expression that is linear in each of ``arguments``, these taken out.

    Raises E505 if there are more than ``MAX_TERMS`` terms.
    """
    fresh = count()
    value = _indices(linear, fresh)
    places = [_indices(argument, fresh) for argument in arguments]
    expansion = _Expansion(linear, dict(zip(arguments, places, strict=True)), fresh)
    axes = (*value, *(index for indices in places for index in indices))
    named = tuple(index for index in axes if index is not None)
    merged: dict[tuple[Entry, ...], list[Expr]] = {}
    for term in expansion.of(linear, value):
        for done in contracted(term, frozenset(named)):
            merged.setdefault(done.entries, []).append(done.scalar)
    terms = []
    for entries, scalars in merged.items():
        scalar = build("add", *scalars)
        if not is_zero(scalar):
            terms.append(Term(scalar, entries, ()))
    return IndexForm(named, tuple(terms))


def _indices(array: Expr, fresh: Iterator[int]) -> Place:
    """Return new indices for rows and columns, ``None`` where there is only one."""
    rows, cols = (None if dim is ONE else Index(next(fresh), dim) for dim in array.shape)
    return rows, cols


class _Expansion:
    """The terms of nodes that depend on the arguments."""

    def __init__(
        self,
        linear: Expr,
        arguments: Mapping[Expr, Place],
        fresh: Iterator[int],
    ):
        self.arguments = arguments
        self.active = depends_on(linear, arguments)
        self.fresh = fresh

    def of(self, node: Expr, at: Place) -> list[Term]:
        """Return the terms of the entry of ``node`` with these indices."""
        terms = self._terms(node, at)
        _refuse_more_terms(len(terms))
        return terms

    def _terms(self, node: Expr, at: Place) -> list[Term]:
        op = node.op
        if node in self.arguments:
            place = self.arguments[node]
            pairs = [(a, b) for a, b in zip(at, place, strict=True) if a is not None and b is not None]
            return [Term(number(1), (), tuple(pairs))]
        if node not in self.active:
            return entries_of(node, at)
        if op == "add":
            return [term for arg in node.args for term in self.of(arg, at)]
        if op == "transpose":
            return self.of(node.args[0], at[::-1])
        if op == "hadamard":
            return _multiplied([self.of(arg, at) for arg in node.args])
        if op == "mul":
            return self._product(node.args, at)
        if op == "block":
            return self._block(node, at)
        return self._function(node, at)

    def _block(self, node: Expr, at: Place) -> list[Term]:
        """Return the terms of all blocks, each between the matrices that put it into its place."""
        terms = []
        for position, arg in enumerate(node.args):
            if arg in self.active:
                above, beside = placed_by(node, position)
                terms += self._product((above, arg, transpose(beside)), at)
        return terms

    def _product(self, args: Sequence[Expr], at: Place) -> list[Term]:
        """Return the terms of a product: a new index between each factor and the next."""
        scalars, arrays = scalars_and_arrays(args)
        factors = [self.of(scalar, (None, None)) for scalar in scalars]
        segments = self._segments(arrays)
        left = at[0]
        for i, array in enumerate(segments):
            last = i == len(segments) - 1
            between = None if array.shape[1] is ONE else Index(next(self.fresh), array.shape[1])
            right = at[1] if last else between
            factors.append(self.of(array, (left, right)))
            left = right
        return _multiplied(factors)

    def _segments(self, arrays: Sequence[Expr]) -> list[Expr]:
        """Return the factors, neighbours that hold no argument as one."""
        segments: list[list[Expr]] = []
        for array in arrays:
            if array not in self.active and segments and segments[-1][-1] not in self.active:
                segments[-1].append(array)
            else:
                segments.append([array])
        return [build("mul", *group) for group in segments]

    def _function(self, node: Expr, at: Place) -> list[Term]:
        """Return the terms of a linear function.

        Of some the table states the entries; for the others the argument is a sum of unit matrices, each
        with its entry as a factor.
        """
        entry = entry_for_node(node)
        if entry is not None and entry.entries:
            return self._stated(node, at)
        units, factors = [], []
        args = list(node.args)
        for position, arg in enumerate(node.args):
            if arg in self.active:
                place = _indices(arg, self.fresh)
                unit = variable(f"unit {position}", arg.shape)
                units.append((unit, tuple(index for index in place if index is not None)))
                args[position] = unit
                factors.append(self.of(arg, place))
        here = tuple(index for index in at if index is not None)
        applied = Expr(node.op, tuple(args), node.shape, node.data)
        whole = Term(number(1), (Entry(applied, here, tuple(units)),), ())
        return _multiplied([[whole], *factors])

    def _stated(self, node: Expr, at: Place) -> list[Term]:
        """Return the terms that the table states: ``x[i]*I[i,j]`` for the entry ``[i,j]`` of ``diag(x)``."""
        reading = entry_of(node.op, node.args)
        assert reading is not None
        entry, dims = reading
        names: dict[str, Index | None] = dict(zip(("i", "j"), at, strict=True))
        arguments = arguments_by_name(entry, node.args)
        factors = []
        for array, letters in entry.factors:
            axes = [names.setdefault(letter, None) for letter in letters]
            if array in arguments:
                factor = arguments[array]
            else:
                factor = instantiate(read_template(array, argument_kinds(entry)), arguments, dims)
            for place, letter in enumerate(letters):
                if axes[place] is None and factor.shape[place] is not ONE:
                    axes[place] = names[letter] = names[letter] or Index(
                        next(self.fresh), factor.shape[place]
                    )
            rows, cols = (*axes, None)[:2]
            factors.append(self.of(factor, (rows, cols)))
        return _multiplied(factors)


def _multiplied(factors: Sequence[Sequence[Term]]) -> list[Term]:
    _refuse_more_terms(prod(map(len, factors)))
    return multiplied(factors)


def _refuse_more_terms(count: int) -> None:
    if count > MAX_TERMS:
        raise MatcalcError("E505", f"the index form has more than {MAX_TERMS} terms")
