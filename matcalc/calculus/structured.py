"""What the declared structure of a variable makes of its gradients and of the directions it moves in."""

from __future__ import annotations

from matcalc.algebra import instantiate, read_template
from matcalc.errors import MatcalcError
from matcalc.expression import Expr
from matcalc.expression.facts import has_fact
from matcalc.functions import STRUCTURES, Structure

#: What may be asked for.
CHOICES = ("projected", "symmetrised", "entrywise", "free")


def structure_of(variable: Expr) -> Structure | None:
    """Return the structure by which the entries of a variable depend on each other, if there is one.

    Raises E506 for a variable that cannot move at all.
    """
    if has_fact(variable, "onehot"):
        raise MatcalcError(
            "E506",
            f"the unit vector {variable.data[0]} cannot move: there is no derivative by it",
            help="declared as a vector its entries are independent",
        )
    return next((s for s in STRUCTURES if has_fact(variable, s.fact)), None)


def respecting(gradient: Expr, variable: Expr, choice: str) -> Expr:
    """Return what the structure of a variable makes of a gradient, or of a direction.

    ``choice`` is ``projected``, which is also called ``symmetrised``, ``entrywise`` or ``free``. Raises E505
    if the structure has no independent entries.
    """
    structure = structure_of(variable)
    if structure is None or choice == "free":
        return gradient
    text = convention(variable, choice)
    if not text:
        raise MatcalcError(
            "E505",
            f"the entries of the {structure.fact} variable {variable.data[0]} are not independent one by one",
            help="forms of its derivative are projected and free",
        )
    kinds = (("G", structure.kind), ("X", structure.kind))
    return instantiate(read_template(text, kinds), {"G": gradient, "X": variable}, {"n": variable.shape[0]})


def convention(variable: Expr, choice: str) -> str:
    """Return by which formula the structure of a variable is respected; empty if it is ignored."""
    structure = structure_of(variable)
    if structure is None or choice == "free":
        return ""
    return structure.entrywise if choice == "entrywise" else structure.projected


def moves_with(variable: Expr, choice: str) -> bool:
    """Return whether the projection depends on the variable itself."""
    structure = structure_of(variable)
    return structure is not None and choice != "free" and "X" in structure.projected


def facts_of_moves(variable: Expr) -> frozenset[str]:
    """Return the facts that moves of a variable share with it."""
    return frozenset(s.fact for s in STRUCTURES if s.linear and has_fact(variable, s.fact))


def structure_note(variable: Expr, choice: str, *, is_gradient: bool = True) -> str:
    """Return what is to be said of a derivative by a variable with structure; empty if nothing."""
    structure = structure_of(variable)
    if structure is None:
        return ""
    name = variable.data[0]
    subject = f"{name} {structure.phrase}"
    if choice == "free":
        return f"{subject}; this ignores it, as if all entries were independent"
    if not is_gradient:
        return f"{subject}: {structure.doc.replace('X', name)}"
    if choice == "entrywise":
        return f"{subject}: this is the gradient by its independent entries, {structure.entrywise}"
    return f"{subject}: this is the {structure.name} gradient, {structure.projected.replace('X', name)}"
