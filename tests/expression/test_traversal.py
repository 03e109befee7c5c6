"""Folds: each node once, arguments first, with memos that callers or nodes keep."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import matcalc
from matcalc.expression import SCALAR, Expr, attribute, fill, fold, number, rebuild, variable

X = variable("x", SCALAR)


def shared(depth: int) -> Expr:
    """Return a sum of two equal sums, and so on: 2^depth leaves written out."""
    node = X
    for _ in range(depth):
        node = Expr("add", (node, node), SCALAR)
    return node


def test_each_node_is_visited_once_and_after_its_arguments() -> None:
    visits = Counter[Expr]()

    def leaves(node: Expr, below: list[int]) -> int:
        visits[node] += 1
        return sum(below) or 1

    root = shared(2000)
    values = fold([root, X], leaves)
    assert values[root] == 2**2000
    assert set(visits.values()) == {1} and len(visits) == 2001


def test_a_memo_is_kept_and_what_is_below_it_is_left_out() -> None:
    root = shared(5)
    memo = {root.args[0]: 7}
    values = fold([root], lambda node, below: sum(below), memo)
    assert values is memo and memo == {root.args[0]: 7, root: 14}


def test_an_attribute_stays_with_the_nodes() -> None:
    calls: list[Expr] = []

    def height(node: Expr, below: list[int]) -> int:
        calls.append(node)
        return 1 + max(below, default=0)

    root = shared(3000)
    assert attribute(root, "height of a test", height) == 3001
    assert attribute(Expr("exp", (root,), SCALAR), "height of a test", height) == 3002
    assert len(calls) == 3002


def test_expressions_are_rebuilt_and_filled_as_written() -> None:
    root = shared(3)
    assert rebuild([root], lambda node, same: number(2) if node is X else same)[root] is fill(
        root, {X: number(2)}
    )


#: Modules that still have loops of their own.
LEFT = {
    "algebra/builders.py",
    "algebra/definitions.py",
    "code/instructions.py",
    "code/rewriting.py",
    "language/declarations.py",
    "language/python_choices.py",
}


def memo_loops(tree: ast.AST) -> Iterator[ast.For]:
    """Yield loops over expressions that fill a dictionary from what it has for the arguments."""
    for loop in ast.walk(tree):
        if not (isinstance(loop, ast.For) and "postorder" in ast.unparse(loop.iter)):
            continue
        subscripts = [node for node in ast.walk(loop) if isinstance(node, ast.Subscript)]
        written = [place for place in subscripts if isinstance(place.ctx, ast.Store)]
        filled = {
            ast.unparse(place.value)
            for place in written
            if ast.unparse(place.slice) == ast.unparse(loop.target)
        }
        read = {ast.unparse(place.value) for place in subscripts if ast.unparse(place.slice) == "arg"}
        if filled & read:
            yield loop


def test_values_of_subexpressions_are_folds() -> None:
    package = Path(matcalc.__file__).parent
    modules = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if any(memo_loops(ast.parse(path.read_text(encoding="utf-8"))))
    }
    assert modules - {"expression/traversal.py"} <= LEFT
