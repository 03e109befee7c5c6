"""The operations of the language that have a notation of their own, in all their spellings."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.strategies import values
from tests.strategies.nodes import ATOM, POSTFIX, PRODUCT, SUM, UNARY, Node, constant, named
from tests.strategies.shapes import SCALAR, SIZES, Shape, terms_of
from tests.strategies.variables import DECLARATIONS, POSITIVE

if TYPE_CHECKING:
    from tests.strategies.grower import Grower

Operation = Callable[["Grower", Shape, int], Node]


def operations(shape: Shape) -> list[Operation]:
    """What may stand for a value of this shape, the more frequent more than once."""
    found: list[Operation] = [
        sum_of_terms, sum_of_terms, product, product, hadamard, negative, scaled, quotient, power_of_entries,
    ]  # fmt: skip
    rows, cols = shape
    if shape == SCALAR:
        return [*found, power_of_entries, bilinear]
    if len(terms_of(rows)) + len(terms_of(cols)) > 2:
        found += [block] * 4
    if rows == cols:
        found += [power_of_matrix]
    return [*found, product, hadamard, hadamard_quotient, power_by_entries, turned]


def sum_of_terms(grower: Grower, shape: Shape, depth: int) -> Node:
    """A sum; among arrays also a number, which is added to every entry."""
    count = grower.pick([2, 3])
    terms = [grower.any(shape, depth) for _ in range(count)]
    if shape != SCALAR and grower.chance(5):
        terms[0] = spread_number(grower)
    if grower.chance(3):
        minus = grower.pick(["-", "-", "−", "–"])
        return Node(f"#0 {minus} #1", SUM, shape, np.subtract, tuple(terms[:2]), (SUM, PRODUCT))
    return added(shape, *terms)


def added(shape: Shape, *terms: Node) -> Node:
    join: Callable[..., Any] = lambda *args: reduce(operator.add, args)  # noqa: E731
    positive = all(term.positive for term in terms)
    return Node(" + ", SUM, shape, join, terms, (PRODUCT,) * len(terms), shuffles=True, positive=positive)


def spread_number(grower: Grower) -> Node:
    """A number, or a scalar that is declared one, which is spread over an array."""
    text = grower.pick(["1", "2", "0.5", "n", "m", "s", "p"])
    if text in DECLARATIONS:
        return named(text, SCALAR, text in POSITIVE)
    return constant(text, float(SIZES.get(text) or text), positive=True)


def negative(grower: Grower, shape: Shape, depth: int) -> Node:
    return Node("-#0", UNARY, shape, np.negative, (grower.any(shape, depth),), (UNARY,), entrywise=True)


def scaled(grower: Grower, shape: Shape, depth: int) -> Node:
    factors = [grower.any(SCALAR, depth - 1), grower.any(shape, depth)]
    if grower.chance(2):
        factors.reverse()
    positive = all(factor.positive for factor in factors)
    left, right = factors
    return times(grower, shape, left, right, function=np.multiply, positive=positive, entrywise=True)


def times(
    grower: Grower, shape: Shape, left: Node, right: Node, function: Any = np.matmul, **details: Any
) -> Node:
    """A product in one of its spellings; side by side only what cannot be read as a difference.

    With ``@`` the text would be code for NumPy, where ``*`` works entry by entry; a dot takes the product
    behind it as one factor.
    """
    mark = grower.pick(["*"] * 6 + [" "])
    if mark == " " and left.text()[-1:].isdecimal() and right.text()[:1].isdecimal():
        mark = "*"  # numbers side by side are refused
    needs = (UNARY, POSTFIX) if mark == " " else (PRODUCT, UNARY)
    return Node(f"#0{mark}#1", PRODUCT, shape, function, (left, right), needs, **details)


def product(grower: Grower, shape: Shape, depth: int) -> Node:
    """A product of two matrices; of more, as these may be products themselves."""
    rows, cols = shape
    inner = "1" if "1" not in shape and grower.chance(4) else grower.dimension(shape)
    return times(grower, shape, grower.any((rows, inner), depth), grower.any((inner, cols), depth))


def bilinear(grower: Grower, shape: Shape, depth: int) -> Node:
    left, right = grower.dimension(), grower.dimension()
    row, middle = grower.any(("1", left), depth - 1), grower.any((left, right), depth - 1)
    return times(grower, shape, times(grower, ("1", right), row, middle), grower.any((right, "1"), depth - 1))


def quotient(grower: Grower, shape: Shape, depth: int) -> Node:
    left, right = grower.any(shape, depth), grower.inside("nonzero", SCALAR, depth - 1)
    mark = grower.pick(["/", "/", "÷"])
    positive = left.positive and right.positive
    needs = (ATOM if left.text().endswith(("^1", "^-1", "*1", "*-1")) else PRODUCT, UNARY)  # no root
    return Node(
        f"#0{mark}#1", PRODUCT, shape, np.divide, (left, right), needs, positive=positive, entrywise=True
    )


def hadamard(grower: Grower, shape: Shape, depth: int) -> Node:
    return multiplied(grower, shape, grower.any(shape, depth), grower.any(shape, depth))


def multiplied(grower: Grower, shape: Shape, *factors: Node) -> Node:
    mark = grower.pick([".*", " .* "]) if shape == SCALAR else grower.pick([".*", ".*", " ∘ ", "⊙"])
    positive = all(factor.positive for factor in factors)
    return Node(
        mark, PRODUCT, shape, np.multiply, factors, (UNARY,) * len(factors), shuffles=True, positive=positive,
        entrywise=True,
    )  # fmt: skip


def hadamard_quotient(grower: Grower, shape: Shape, depth: int) -> Node:
    left = grower.any(grower.pick([shape, shape, SCALAR]), depth)
    right = grower.inside("nonzero", shape, depth)
    mark = grower.pick(["./", "./", "⊘"])
    positive = left.positive and right.positive
    return Node(
        f"#0{mark}#1", PRODUCT, shape, np.divide, (left, right), (PRODUCT, UNARY), positive=positive,
        entrywise=True,
    )  # fmt: skip


def power_of_entries(grower: Grower, shape: Shape, depth: int) -> Node:
    """A power of a scalar, or of each entry: with a small number, a fraction, or any scalar."""
    choice = grower.pick(range(6))
    if choice <= 2:
        text, exponent = grower.pick([("2", 2), ("3", 3), ("{2}", 2)])
        if shape == SCALAR and grower.chance(3):
            return raised({"3": "#0³"}.get(text, "#0²"), grower.any(shape, depth), exponent)
        return powered(grower, grower.any(shape, depth), text, exponent)
    base = grower.inside("nonzero" if choice == 3 else "positive", shape, depth)
    if choice == 5:
        mark = grower.pick(["^", "**"] if shape == SCALAR else [".^", ".**"])
        needs, scalar = (ATOM, ATOM), grower.any(SCALAR, depth - 2)
        return Node(
            f"#0{mark}#1", UNARY, shape, np.power, (base, scalar), needs, positive=base.positive,
            entrywise=True,
        )  # fmt: skip
    text, power = grower.pick(
        [("-1", -1.0), ("-2", -2), ("(1/2)", 0.5), ("(-1/2)", -0.5), ("1.5", 1.5), ("0", 0), ("{1/3}", 1 / 3)]
    )
    return powered(grower, base, text, power)


def powered(grower: Grower, base: Node, text: str, exponent: float) -> Node:
    mark = grower.pick(["^", "**"] if base.shape == SCALAR else [".^", ".**"])
    return raised(f"#0{mark}{text}", base, exponent)


def raised(template: str, base: Node, exponent: float) -> Node:
    # A power binds tighter than a product; as the base of another it needs brackets.
    return Node(
        template, UNARY, base.shape, lambda x: np.power(x, float(exponent)), (base,), (ATOM,),
        positive=base.positive, entrywise=True,
    )  # fmt: skip


def power_by_entries(grower: Grower, shape: Shape, depth: int) -> Node:
    """A power whose exponents are an array, of an array or of a scalar."""
    base = grower.inside("positive", grower.pick([shape, shape, SCALAR]), depth - 1)
    mark = grower.pick([".^", ".**"])
    args, needs = (base, grower.any(shape, depth - 1)), (ATOM, ATOM)
    return Node(f"#0{mark}#1", UNARY, shape, np.power, args, needs, positive=base.positive, entrywise=True)


def turned(grower: Grower, shape: Shape, depth: int) -> Node:
    rows, cols = shape
    return grower.transposed(grower.any((cols, rows), depth))


def power_of_matrix(grower: Grower, shape: Shape, depth: int) -> Node:
    text, count = grower.pick([("^2", 2), ("³", 3), ("^-2", -2), ("^0", 0), ("^1", 1), ("^{-T}", -1)])
    base = grower.inside("any" if count >= 0 else "invertible", shape, depth)

    def power(x: Any) -> Any:
        found = values.matrix_power(x, count)
        return found.T if "T" in text else found

    return Node(f"#0{text}", UNARY, shape, power, (base,), (ATOM,))


def block(grower: Grower, shape: Shape, depth: int) -> Node:
    """A matrix of blocks; one beside the diagonal may be written 0."""
    rows, cols = (terms_of(dim) for dim in shape)
    cells = [grower.any((row, col), depth) for row in rows for col in cols]
    if len(cells) < 4:  # where nothing but the context tells how large a 0 is
        cells = [Node("1", ATOM, one.shape, lambda: 1.0) if one.text() == "0" else one for one in cells]
    if len(cells) == 4 and grower.chance(3):
        place = grower.pick([1, 2])
        if all(cell.text() != "0" for cell in cells):  # of two in a row or column the size is not known
            cells[place] = Node("0", ATOM, cells[place].shape, lambda: 0.0)
    width = len(cols)
    lines = [", ".join(f"#{i + j}" for j in range(width)) for i in range(0, len(cells), width)]

    def joined(*args: Any) -> Any:
        return np.block([list(args[i : i + width]) for i in range(0, len(args), width)])

    template = f"[{'; '.join(lines)}]"
    return Node(template, ATOM, shape, joined, tuple(cells), (SUM,) * len(cells))
