"""Source code and callables for derivatives and expressions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from matcalc.code import TARGETS, Lowering, Sizes, compiled, source_of
from matcalc.errors import MatcalcError
from matcalc.expression import Expr, axes


def source(
    name: str, text: str, variables: Mapping[str, Expr], node: Expr, names: Mapping[Expr, str], target: str
) -> str:
    """Return the source of a function; see :meth:`Derivative.code`."""
    if target not in TARGETS:
        raise MatcalcError("E403", f"there is no target {target!r}", help=f"one of {', '.join(TARGETS)}")
    shapes = "; ".join(f"{one}: ({', '.join(map(str, axes(v.shape)))})" for one, v in variables.items())
    doc = f"Return {text}, for {shapes}." if shapes else f"Return {text}."
    lowering = Lowering([node], Sizes())
    root = lowering(node)
    known = {lowering.done[part]: name for part, name in names.items() if part in lowering.done}
    return source_of(name, doc, variables, [root], known, TARGETS[target])


def callable_of(name: str, text: str, variables: Mapping[str, Expr]) -> Callable[..., Any]:
    """Return the function of a source that was made for these variables."""
    return compiled(text, name, tuple(variables))
