"""Calculus: the sweeps, the forms of derivatives, and their presentation."""

from matcalc.calculus.contraction import Entry, Index, Term
from matcalc.calculus.derivation import Derivation, derivations, tangent
from matcalc.calculus.factoring import DEMANDING, factored
from matcalc.calculus.forms import (
    FORMS,
    LAYOUTS,
    Form,
    in_form,
    is_turned,
    jacobian,
    laid_out,
    matrix_of_map,
    possible_forms,
)
from matcalc.calculus.indices import IndexForm, index_form
from matcalc.calculus.naming import multiplied_out_size, named_parts, size, size_of_multiple
from matcalc.calculus.paths import Path, paths
from matcalc.calculus.sweep import (
    CHOICES,
    convention,
    cotangents,
    entry_used,
    gradients,
    pull_back,
    pullback,
    respecting,
    structure_note,
    structure_of,
)
from matcalc.calculus.terms import multiplied_out
from matcalc.calculus.trace import Assignment, trace

__all__ = [
    "CHOICES",
    "DEMANDING",
    "FORMS",
    "LAYOUTS",
    "Assignment",
    "Derivation",
    "Entry",
    "Form",
    "Index",
    "IndexForm",
    "Path",
    "Term",
    "convention",
    "cotangents",
    "derivations",
    "entry_used",
    "factored",
    "gradients",
    "in_form",
    "index_form",
    "is_turned",
    "jacobian",
    "laid_out",
    "matrix_of_map",
    "multiplied_out",
    "multiplied_out_size",
    "named_parts",
    "paths",
    "possible_forms",
    "pull_back",
    "pullback",
    "respecting",
    "size",
    "size_of_multiple",
    "structure_note",
    "structure_of",
    "tangent",
    "trace",
]
