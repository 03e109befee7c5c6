"""What is printed is what the tree says, and templates are the trees of what they are written as."""

from __future__ import annotations

import ast
import random
from fractions import Fraction
from operator import add, mul, sub, truediv

import pytest

import matcalc as mc
from matcalc.code import TARGETS
from matcalc.code.target import parsed, template
from matcalc.code.tree import Hole, Literal, Name, Negative, Operation, Tree, filled, operation, walk, written

OPERATORS = {"+": add, "-": sub, "*": mul, "/": truediv, "**": pow}
VALUES = {"a": Fraction(3, 7), "b": Fraction(-5, 2), "c": Fraction(11, 3)}


def some_tree(rng: random.Random, depth: int) -> Tree:
    """Return a tree of sums, products, quotients, squares and signs of three names."""
    if not depth or rng.random() < 0.1:
        return Name(rng.choice("abc"))
    left, right = some_tree(rng, depth - 1), some_tree(rng, depth - 1)
    choices = [left + right, left - right, left * right, left / right, -left, left ** Literal("2")]
    return rng.choice(choices)


def value(tree: Tree) -> Fraction:
    """Return the value of a tree, whatever it is printed as."""
    match tree:
        case Name(name):
            return VALUES[name]
        case Negative(operand):
            return -value(operand)
        case Operation(first, others):
            total = value(first)
            for operand in others:
                total = OPERATORS[operand.sign](total, value(operand.value))
            return total
        case Literal(text):
            return Fraction(text)
    raise TypeError(tree)


@pytest.mark.parametrize("seed", range(300))
def test_brackets_stand_where_precedence_demands_them(seed: int) -> None:
    tree = some_tree(random.Random(seed), 5)
    try:
        printed = eval(written(tree), dict(VALUES))
    except ZeroDivisionError:
        return
    assert printed == value(tree), written(tree)


def test_no_brackets_stand_where_none_are_needed() -> None:
    a, b, c = map(Name, "abc")
    assert written(a * b * c + a / b - (b - c)) == "a * b * c + a / b - (b - c)"
    assert written(-(a * b) + (-a) ** Literal("2")) == "-a * b + (-a) ** 2"
    assert written(operation(a * b, "@", c) * operation(a, "@", b + c)) == "(a * b @ c) * (a @ (b + c))"
    assert written(a - (b - c) - c / b / a * b) == "a - (b - c) - c / b / a * b"


@pytest.mark.parametrize("sign", [" + ", " - ", "*"])
def test_sums_and_products_may_be_long(sign: str) -> None:
    names = [f"a{k}" for k in range(2000)]
    compute = mc.compile(sign.join(names), "a0", "value", dict.fromkeys(names, "scalar"))
    ones = dict.fromkeys(names, 1.0)
    assert compute(**ones) == {" + ": 2000, " - ": -1998, "*": 1}[sign]


@pytest.mark.parametrize("target", TARGETS)
def test_templates_are_printed_as_they_are_written(target: str) -> None:
    for text in TARGETS[target].templates.values():
        tree = template(text)
        holes = [part.text for part in walk(tree) if isinstance(part, Hole)]
        printed = written(filled(tree, {hole: Name(f"v{hole}") for hole in holes}))
        plain = text.format("v0", "v1", **{hole: f"v{hole}" for hole in holes if not hole.isdecimal()})
        assert ast.dump(ast.parse(printed)) == ast.dump(ast.parse(plain))


def test_a_hole_takes_several_items() -> None:
    tree = filled(parsed("f(_0, [_1], _2)"), {"0": (), "1": (Name("x"), Name("y")), "2": Name("z")})
    assert written(tree) == "f([x, y], z)"
