"""Which parts of a result get names: measured on what is printed, against all other choices."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations

import pytest

import matcalc as mc
from matcalc.calculus.naming import NAME_COST
from matcalc.expression import Expr, postorder
from matcalc.printing import TEXT, write
from tests.measure import printed_size
from tests.test_cases import CASES

#: With more parts that occur more than once not all choices are tried.
MOST_PARTS = 8
LEAST_SHARE = 0.95
#: These never have a name.
PLAIN = {"variable", "number", "dimension", "identity", "ones", "zeros", "pi", "transpose", "inv"}


def cost(node: Expr, named: list[Expr]) -> int:
    """The size of what is printed with names for these parts, which are in order."""
    definitions = [(f"v{i}", part) for i, part in enumerate(named)]
    return printed_size(write(node, TEXT, definitions)) + NAME_COST * len(named)


def repeated(node: Expr) -> list[Expr]:
    """The parts that are printed more than once without names."""
    order = list(postorder(node))
    uses = dict.fromkeys(order, 0) | {node: 1}
    for one in reversed(order):
        for arg in one.args:
            uses[arg] += uses[one]
    return [one for one in order if uses[one] > 1 and one.op not in PLAIN and one.args]


def results() -> Iterator[tuple[str, mc.Derivative]]:
    for name, case in CASES.items():
        for wrt in case["wrt"]:
            for order in (1, 2):
                derivative = mc.diff(case["expr"], wrt, case["variables"], order)
                assert isinstance(derivative, mc.Derivative)
                yield f"{name} by {wrt}, order {order}", derivative


def test_no_other_choice_of_names_is_shorter(summary: Callable[[str], None]) -> None:
    tried, shortest, longer = 0, 0, []
    for label, derivative in results():
        node = derivative.expr.node
        parts = repeated(node)
        if not parts or len(parts) > MOST_PARTS:
            continue
        ours = cost(node, [value for _, value in derivative._definitions()])
        choices = (list(some) for n in range(len(parts) + 1) for some in combinations(parts, n))
        best = min(cost(node, choice) for choice in choices)
        tried += 1
        shortest += ours <= best
        if ours > best:
            longer.append(f"  {label}: {derivative}  ({ours}, not {best})")
    summary(f"names chosen best: {shortest} of {tried} ({shortest / tried:.1%})")
    summary("\n".join(longer))
    assert tried > 50 and shortest >= LEAST_SHARE * tried


@pytest.mark.parametrize(
    ("text", "wrt", "name"),
    [
        ("1/2*||W^T W x - x||^2", "W", "r = W'*W*x - x"),
        ("logdet(A*A' + s*I) + tr(inv(A*A' + s*I)*B)", "A", "K = A*A' + s*I"),
        ("(a'*softmax(W*x))*(b'*softmax(W*x))", "x", "p = softmax(W*x)"),
        ("||tanh(V*x + b) - y||^2", "x", "h = tanh(V*x + b)"),
    ],
)
def test_names_say_what_they_stand_for(text: str, wrt: str, name: str) -> None:
    assert name in str(mc.diff(text, wrt))


def test_a_name_is_defined_before_it_is_used() -> None:
    defined: set[str] = set()
    d = mc.diff("tanh(tanh(a'*x)*tanh(b'*x) + exp(tanh(a'*x)))", "x", order=2)
    for name, value in d._definitions():
        used = {node.data[0] for node in postorder(value) if node.op == "variable"}
        assert name not in used | defined
        defined.add(name)
    assert len(defined) > 1 and "where" not in str(mc.diff("norm2(A*x - b)", "x", names=False))
