"""Builds products: scalars in front, neighbours cancelled, rows times columns taken out, blocks picked."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from matcalc.algebra.application import rewrite_pair, rewrite_product
from matcalc.algebra.builders import added, block_matrix, build, builds, written_form
from matcalc.algebra.transposes import transpose, transposed_chain
from matcalc.expression import ONE, Dim, Expr, Shape, identity, is_zero, number, ones, spend, zeros
from matcalc.expression.factored import Number, base_and_exponent, bilinear, factors_of, is_bilinear, join

#: A product inside a product is opened if it has at most so many arrays. Definitions that use
#: one another twice would otherwise become products of 2^d factors.
MAX_CHAIN = 16


@builds("mul", "scale")
def product(factors: Sequence[Expr]) -> Expr:
    """Return the product in normal form.

    Numbers and scalars come to the front, powers of one base merge, neighbours that cancel
    vanish, and a row that meets its column becomes a scalar factor.
    """
    work = _ProductBuilder()
    for factor in factors:
        work.times(factor)
    return work.result()


class _ProductBuilder:
    """A product while its factors are being gathered."""

    def __init__(self) -> None:
        self.coefficient: Number = 1
        self.scalars: dict[Expr, Expr] = {}
        #: Those that came once, by their bases: they need not be built again.
        self.intact: dict[Expr, Expr] = {}
        self.chain: list[Expr] = []
        self.shape: Shape | None = None
        self.zero = False

    def times(self, factor: Expr) -> None:
        """Multiply by one more factor."""
        if factor.op == "number":
            self.coefficient *= factor.data
            return
        if not factor.is_scalar:
            rows = factor.shape[0] if self.shape is None else self.shape[0]
            self.shape = rows, factor.shape[1]
        coefficient, scalars, chain = factors_of(factor)
        self.coefficient *= coefficient
        for scalar in scalars:
            self.times_scalar(scalar)
        if len(chain) > MAX_CHAIN:
            self.chain.append(join(1, (), chain))
            return
        for array in chain:
            if array.op == "zeros":
                self.zero = True
            elif array.op == "ones" and ONE not in array.shape:
                self.push(ones((array.shape[0], ONE)))
                self.push(ones((ONE, array.shape[1])))
            elif array.op != "identity":
                self.push(array)

    def times_scalar(self, scalar: Expr) -> None:
        """Multiply by a scalar that is no product."""
        base, exponent = scalar.args if scalar.op == "power" else (scalar, number(1))
        earlier = self.scalars.get(base)
        if earlier is None:
            self.scalars[base], self.intact[base] = exponent, scalar
        else:
            self.scalars[base] = added(earlier, exponent)
            self.intact.pop(base, None)

    def push(self, array: Expr) -> None:
        """Append an array to the chain, merged with the one before it if that is possible."""
        while self.chain:
            last = self.chain[-1]
            merged = _merge_powers(last, array)
            if merged is None:
                merged = multiply_blocks(last, array)
            if merged is None:
                merged = rewrite_pair(last, array)
            if merged is None:
                break
            self.chain.pop()
            coefficient, scalars, rest = factors_of(merged)
            self.coefficient *= coefficient
            for scalar in scalars:
                self.times_scalar(scalar)
            if merged.op == "zeros":
                self.zero = True
                return
            if not rest or merged.op == "identity":
                return
            self.chain.extend(rest[:-1])
            array = rest[-1]
        self.chain.append(array)

    def result(self) -> Expr:
        """Return the product of all that was gathered."""
        spend((len(self.scalars) + len(self.chain)) // 4)
        shape = self.shape
        self._take_scalars_out()
        if self.coefficient == 0 or self.zero:
            return number(0) if shape is None else zeros(shape)
        chain = tuple(self.chain)
        if shape is not None and not chain and shape[0] is not ONE:
            chain = (identity(shape[0]),)
        if len(chain) == 2 and chain[0].op == chain[1].op == "ones":
            chain = (ones((chain[0].shape[0], chain[1].shape[1])),)
        scalars = self._powers()
        rewritten = rewrite_product(self.coefficient, scalars, chain)
        return join(self.coefficient, scalars, chain) if rewritten is None else rewritten

    def _powers(self) -> list[Expr]:
        """Return the scalar factors; numbers among them go into the coefficient."""
        powers: list[Expr] = []
        for base, exponent in self.scalars.items():
            power = self.intact.get(base) or build("power", base, exponent)
            if power.op == "mul" and not is_bilinear(power):
                inner = factors_of(power)
                self.coefficient *= inner.coefficient
                powers.extend(inner.scalars)
            elif power.is_number:
                self.coefficient *= power.data
            else:
                powers.append(power)
        if [power.args[0] if power.op == "power" else power for power in powers] == list(self.scalars):
            return powers
        self.scalars, self.intact = {}, {}
        for power in powers:
            self.times_scalar(power)
        return self._powers()  # those that met may have cancelled

    def _take_scalars_out(self) -> None:
        """Turn each stretch of the chain from a row to a column into a scalar factor."""
        chain = self.chain
        ends = [0] if chain and chain[0].shape[0] is ONE else []
        ends += [i + 1 for i, array in enumerate(chain) if array.shape[1] is ONE]
        if len(ends) < 2:
            return
        for start, end in pairwise(ends):
            sign, form = _bilinear_form(chain[start:end])
            self.coefficient *= sign
            self.times_scalar(form)
        self.chain = chain[: ends[0]] + chain[ends[-1] :]


def _bilinear_form(chain: list[Expr]) -> tuple[int, Expr]:
    """Return ``x'*A*y``, which is also ``y'*A'*x``, in the one way in which it is written.

    With its sign, which is 0 for ``x'*K*x`` with a skew ``K``: it is its own negative.
    """
    sign, transposed = transposed_chain(chain)
    here, there = bilinear(tuple(chain)), bilinear(transposed)
    if here is there:
        return int(sign > 0), here
    weights = [sum(array.op == "transpose" for array in form.args) for form in (here, there)]
    if weights[0] == weights[1]:
        form = written_form(here, there)
    else:
        form = here if weights[0] < weights[1] else there
    return (1 if form is here else sign), form


def _merge_powers(left: Expr, right: Expr) -> Expr | None:
    """Return ``left*right`` if both are powers of one square matrix."""
    if left.shape[0] is not left.shape[1] or right.shape[1] is not left.shape[0]:
        return None
    base, exponent = _transposed_base(left)
    other, more = _transposed_base(right)
    if base is not other or base.op == "mul" or not exponent.is_number or not more.is_number:
        return None
    return build("power", base, number(exponent.data + more.data))


def _transposed_base(array: Expr) -> tuple[Expr, Expr]:
    if array.op == "transpose":
        base, exponent = base_and_exponent(array.args[0])
        return transpose(base), exponent
    return base_and_exponent(array)


def multiply_blocks(left: Expr, right: Expr) -> Expr | None:
    """Return the product of two block matrices block by block, if one of them picks blocks.

    ``None`` if the partitions differ or if both are full: a product is multiplied out only
    where blocks of zeros and identities make it shorter.
    """
    if left.op != "block" or right.op != "block":
        return None
    rows, inner = left.data
    also_inner, cols = right.data
    inner_left = [left.args[k].shape[1] for k in range(inner)]
    inner_right = [right.args[k * cols].shape[0] for k in range(also_inner)]
    if inner_left != inner_right or not (_picks(left) or _picks(right)):
        return None
    cells = [
        build(
            "add", *[build("mul", left.args[i * inner + k], right.args[k * cols + j]) for k in range(inner)]
        )
        for i in range(rows)
        for j in range(cols)
    ]
    return block_matrix(cells, rows, cols)


def _picks(block: Expr) -> bool:
    return all(is_zero(cell) or cell.op == "identity" for cell in block.args)


def placed_by(node: Expr, position: int) -> tuple[Expr, Expr]:
    """Return the ``P`` and ``Q`` with which ``P*Z*Q'`` has the block ``Z`` in its place, and zeros."""
    rows, cols = node.data
    heights = [node.args[i * cols].shape[0] for i in range(rows)]
    widths = [node.args[j].shape[1] for j in range(cols)]
    return _selector(heights, position // cols), _selector(widths, position % cols)


def _selector(sizes: Sequence[Dim], position: int) -> Expr:
    """Return the column of blocks that is the identity at ``position`` and zero elsewhere."""
    width = sizes[position]
    cells = [identity(size) if i == position else zeros((size, width)) for i, size in enumerate(sizes)]
    return block_matrix(cells, len(sizes), 1)


def pull_back_block(node: Expr, position: int, cotangent: Expr) -> Expr:
    """Return what the cotangent of a block matrix contributes to one block: that block of it."""
    above, beside = placed_by(node, position)
    return build("mul", transpose(above), cotangent, beside)
