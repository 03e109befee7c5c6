"""Source code and callables for derivatives and expressions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from matcalc.algebra import as_written
from matcalc.api.differentiated import Differentiated, names_taken
from matcalc.api.results import refuse_unknown, refuse_unknown_sizes
from matcalc.calculus import IndexForm, derivations
from matcalc.calculus.sweep import structure_of
from matcalc.code import TARGETS, Passes, Program, SizeEstimates, Target, reverse_mode, with_entries_merged
from matcalc.expression import Budget, Expr, postorder
from matcalc.functions import OPERATION_NAMES


def target_called(name: str) -> Target:
    """Return a target; raises E403 if there is none of this name."""
    refuse_unknown("target", name, tuple(TARGETS))
    return TARGETS[name]


def derivative_forms(
    of: Differentiated, shown: Expr | IndexForm, expr: Expr
) -> list[tuple[Expr | IndexForm, ...]]:
    """Return forms in which a derivative can be computed: with nothing factored, as it is shown, backwards.

    ``expr`` is what is differentiated, or the same value in a cheaper form.
    """
    original, last = expr is of.reading.expr, of.last
    if isinstance(shown, IndexForm):
        with as_written(of.writing):
            return [(with_entries_merged(shown),)] if original else []
    if not last.is_gradient or shown.shape != last.linear.shape:
        return [(shown,)] if original else []
    with as_written(of.writing):
        if not original:
            by = [one.variable for one in of.derivations]
            last = derivations(expr, by, names_taken(of.reading), of.choice)[-1]
        found: list[tuple[Expr | IndexForm, ...]] = [(last.linear,), *([(shown,)] if original else [])]
        if len(of.derivations) == 1 and (of.choice == "free" or structure_of(last.variable) is None):
            backwards = reverse_mode(expr, last.variable, names_taken(of.reading))[1]
            # What the closed form has recognised as one function is also what does not overflow.
            if functions_in(backwards) <= functions_in(last.linear):
                found.append((backwards,))
    return found


def functions_in(expr: Expr) -> set[str]:
    """Return the operations of an expression that are functions with names."""
    return {node.op for node in postorder(expr)} - OPERATION_NAMES


def source_for(program: Program, target: str, sizes: Mapping[str, int] | None) -> str:
    """Return the source of a function; see :meth:`Derivative.code`.

    Raises E404 for a size that the function has not.
    """
    refuse_unknown_sizes(sizes or (), [*program.variables.values(), program.of])
    return program.source(target_called(target), SizeEstimates(sizes), floats=False)


def joined_source(programs: Sequence[Program], target: str, sizes: Mapping[str, int] | None) -> str:
    """Return the source of several functions, with what they need once."""
    blocks = dict.fromkeys(
        block for one in programs for block in source_for(one, target, sizes).strip().split("\n\n\n")
    )
    imports = {block: None for block in blocks if block.startswith(("import ", "from "))}
    lines = dict.fromkeys(line for block in imports for line in block.splitlines())
    functions = [block for block in blocks if block not in imports]
    return "\n\n\n".join(["\n".join(sorted(lines)), *functions] if lines else functions) + "\n"


def callable_of(program: Program, target: str, budget: Budget | None = None) -> Callable[..., Any]:
    """Return the function that a program describes, made when it is first called."""
    from matcalc.numeric.floats import numpy_for

    numpy_for("compiling")
    from matcalc.numeric.compiled import compiled

    return compiled(program, target_called(target), Passes(), budget)
