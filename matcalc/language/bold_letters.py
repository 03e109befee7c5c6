"""What bold letters in LaTeX tell of the value that they are part of."""

from __future__ import annotations

from collections.abc import Callable

from matcalc.language.names import GREEK, stem
from matcalc.language.syntax import Syntax, names_below


def is_vector(node: Syntax, is_bold_vector: Callable[[Syntax], bool]) -> bool:
    """Return whether bold letters tell that the value is a vector."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if node.op in ("add", "hadamard", "hadamard_quotient"):
            waiting.extend(node.args)
        elif node.op in ("negate", "quotient", "transpose"):
            waiting.append(node.args[0])
        elif node.op == "mul":
            *before, last = node.args
            if not any(arg.op == "transpose" or is_bold_vector(arg) for arg in before):
                waiting.append(last)
        elif is_bold_vector(node):
            return True
    return False


def may_be_matrices(node: Syntax) -> bool:
    """Return whether bold letters are Greek, which are vectors or matrices."""
    return all(stem(name) in GREEK for name in names_below(node))
