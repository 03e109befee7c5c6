"""Parts of SymPy's expressions, and the error about one that is not supported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy

from matcalc.errors import MatcalcError

_OTHERS = "docs/sympy.md lists what is supported"


def distinct(root: Any) -> Iterator[Any]:
    """Yield each distinct part of a SymPy expression once."""
    seen, stack = {root}, [root]
    while stack:
        node = stack.pop()
        yield node
        for arg in node.args:
            if isinstance(arg, sympy.Basic) and arg not in seen:
                seen.add(arg)
                stack.append(arg)


def refusal(node: Any, help_text: str = _OTHERS) -> MatcalcError:
    """Return the error that this part is not supported, by the name of its class."""
    name = type(node).__name__
    return MatcalcError("E506", f"{name} of SymPy is not supported: {_shortened(node)}", help=help_text)


def _shortened(node: Any) -> str:
    """Return the beginning of the text of an expression; long ones take SymPy long to write."""
    if sum(1 for _, _ in zip(sympy.preorder_traversal(node), range(100), strict=False)) == 100:
        return "it is long"
    text = " ".join(str(node).split())
    return text if len(text) <= 60 else text[:57] + "..."
