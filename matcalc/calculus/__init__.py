"""Calculus: the sweeps, the forms of derivatives, and their presentation."""

from matcalc.calculus.contraction import Entry, Index, Term
from matcalc.calculus.derivation import Derivation, derivations, tangent
from matcalc.calculus.factoring import DEMANDING, factored
from matcalc.calculus.forms import FORMS, LAYOUTS, Form, in_form, is_turned, laid_out, possible_forms
from matcalc.calculus.indices import IndexForm, index_form
from matcalc.calculus.jacobians import jacobian, matrix_of_map
from matcalc.calculus.naming import named_parts
from matcalc.calculus.paths import (
    Contribution,
    Cotangent,
    Occurrence,
    Path,
    Route,
    Traced,
    cotangents_by_line,
    formula_of,
    paths,
    routes,
    total_of,
    traced,
)
from matcalc.calculus.size import multiplied_out_size, size, size_of_multiple
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
    "Contribution",
    "Cotangent",
    "Derivation",
    "Entry",
    "Form",
    "Index",
    "IndexForm",
    "Occurrence",
    "Path",
    "Route",
    "Term",
    "Traced",
    "convention",
    "cotangents",
    "cotangents_by_line",
    "derivations",
    "entry_used",
    "factored",
    "formula_of",
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
    "routes",
    "size",
    "size_of_multiple",
    "structure_note",
    "structure_of",
    "tangent",
    "total_of",
    "trace",
    "traced",
]
