"""The backward sweep: one walk over the expression, from the value to its variables."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping

from matcalc.algebra import build, differentiable, normal_forms
from matcalc.expression import Expr, depends_on, foresee, is_zero, number, postorder, zeros

#: What a factor costs in the terms that the product rule makes.
NODES_PER_FACTOR = 10
#: So many functions of one another cost as much as one of them.
FUNCTIONS_PER_FACTOR = 20

PullBack = Callable[[Expr, int, Expr, Mapping[Expr, Expr]], Expr]


def cotangents(root: Expr, leaves: Iterable[Expr], cotangent: Expr, pull_back: PullBack) -> dict[Expr, Expr]:
    """Return the cotangent of every subexpression on a path from ``leaves`` to ``root``.

    The cotangent of a node ``M`` is ``∂f/∂M`` when that of the root is 1. Each node is visited
    once, after everything that it is an argument of; contributions add.
    """
    root = differentiable(root)
    values = normal_forms([root])
    active = depends_on(root, leaves)
    refuse_long_products(root, active)
    contributions: dict[Expr, list[Expr]] = {root: [cotangent]}
    found: dict[Expr, Expr] = {}
    for node in reversed([node for node in postorder(root) if node in active]):
        arrived = contributions.pop(node)
        total = arrived[0] if len(arrived) == 1 else build("add", *arrived)
        found[node] = total
        for position, count in occurrences(node):
            arg = node.args[position]
            if arg in active:
                vanishes = is_zero(total)
                share = zeros(arg.shape) if vanishes else pull_back(node, position, total, values)
                share = share if count == 1 else build("mul", number(count), share)
                contributions.setdefault(arg, []).append(share)
    return found


def refuse_long_products(root: Expr, active: Container[Expr]) -> None:
    """Raise E508 if the derivative has products that are too long, or too many long ones.

    That of ``A_1*X*A_2*X*...`` has a term for each ``X``, as long as the product; that of a function of a
    function has a factor for each.
    """
    factors = 0
    depths: dict[Expr, int] = {}
    for node in postorder(root):
        if node not in active:
            continue
        depth = max((depths[arg] for arg in node.args if arg in active), default=0)
        if node.op in ("mul", "hadamard"):
            terms = sum(node.args[position] in active for position, _ in occurrences(node))
            factors += terms * len(node.args)
        elif node.op != "add":
            depth += 1
            factors += depth // FUNCTIONS_PER_FACTOR
        is_chain = node.op == "mul" and not node.is_scalar  # long ones stay closed
        depths[node] = 0 if is_chain else depth
    foresee(NODES_PER_FACTOR * factors, f"the products in the derivative have {factors:,} factors together")


def occurrences(node: Expr) -> Iterator[tuple[int, int]]:
    """Yield the positions of arguments, those that stand for equal ones with how many there are.

    Equal arguments contribute equally if their order does not matter: ``s`` in ``s*s*s`` three times.
    """
    places: dict[Expr, list[int]] = {}
    for position, arg in enumerate(node.args):
        places.setdefault(arg, []).append(position)
    for arg, positions in places.items():
        if node.op in ("add", "hadamard") or (node.op == "mul" and arg.is_scalar):
            yield positions[0], len(positions)
        else:
            yield from ((position, 1) for position in positions)
