"""Presentation: sums that only occur transposed are written the other way round where that is shorter."""

from __future__ import annotations

from matcalc.algebra import rebuilt, transpose
from matcalc.calculus.size import size
from matcalc.expression import Expr, postorder


def turned_sums(root: Expr) -> Expr:
    """Return the expression with ``(A' - B')'`` as ``A - B``, unless the sum itself occurs too."""
    whole: set[Expr] = {root}
    transposed: dict[Expr, Expr] = {}
    for node in postorder(root):
        if node.op == "transpose" and node.args[0].op == "add":
            transposed[node] = node.args[0]
        else:
            whole.update(node.args)
    shorter = {}
    for node, total in transposed.items():
        if total not in whole:
            turned = Expr("add", tuple([transpose(arg) for arg in total.args]), node.shape)
            if size(turned) < size(node):
                shorter[node] = turned
    if not shorter:
        return root
    done: dict[Expr, Expr] = {}
    for node in postorder(root):
        args = [done[arg] for arg in node.args]
        same = all(new is old for new, old in zip(args, node.args, strict=True))
        done[node] = shorter[node] if node in shorter else node if same else rebuilt(node, args)
    return done[root]
