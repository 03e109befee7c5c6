"""Source code and callables for derivatives and expressions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from matcalc.algebra import as_written
from matcalc.api.differentiated import Differentiated
from matcalc.api.understanding import names_taken
from matcalc.calculus.structured import moves_with
from matcalc.code import TARGETS, Passes, Program, Sizes, Target, reverse_mode
from matcalc.errors import MatcalcError
from matcalc.expression import Expr, postorder
from matcalc.functions import OPERATION_NAMES


def target_called(name: str) -> Target:
    """Return a target; raises E403 if there is none of this name."""
    if name not in TARGETS:
        raise MatcalcError("E403", f"there is no target {name!r}", help=f"one of {', '.join(TARGETS)}")
    return TARGETS[name]


def gradient_forms(of: Differentiated, shown: Expr) -> list[Expr]:
    """Return the forms in which a gradient can be computed: as it is shown, with nothing factored, backwards."""
    last, found = of.last, [shown]
    if not last.is_gradient or shown.shape != last.linear.shape:
        return found
    found.append(last.linear)
    if len(of.derivations) == 1 and not moves_with(last.variable, of.choice):
        with as_written(of.writing):
            backwards = reverse_mode(of.reading.expr, last.variable, names_taken(of.reading))[1]
        # What the closed form has recognised as one function is also what does not overflow.
        if functions_in(backwards) <= functions_in(last.linear):
            found.append(backwards)
    return found


def functions_in(expr: Expr) -> set[str]:
    """Return the operations of an expression that are functions with names."""
    return {node.op for node in postorder(expr)} - OPERATION_NAMES


def source(program: Program, target: str, sizes: Mapping[str, int] | None) -> str:
    """Return the source of a function; see :meth:`Derivative.code`."""
    return program.source(target_called(target), Sizes(sizes))


def callable_of(program: Program, target: str) -> Callable[..., Any]:
    """Return the function that a program describes, made when it is first called."""
    from matcalc.numeric.compiled import compiled

    return compiled(program, target_called(target), Passes())
