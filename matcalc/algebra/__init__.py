"""Normal forms: builders for sums, products, powers and functions, and the laws they apply."""

# Importing a module of builders registers them.
from matcalc.algebra import applications, entrywise, powers, products, sums
from matcalc.algebra.blocks import placed_by, pull_back_block
from matcalc.algebra.definitions import filled_in, written_out
from matcalc.algebra.normal import normal_forms, normalise, rebuilt, replaced
from matcalc.algebra.parts import Parts, bilinear, is_bilinear, join, parts, scaled, split_coefficient
from matcalc.algebra.recognition import differentiable
from matcalc.algebra.record import laws_recorded
from matcalc.algebra.registry import build
from matcalc.algebra.rules import sides_as_printed, without_laws
from matcalc.algebra.sums import from_terms, terms_of
from matcalc.algebra.templates import argument_kinds, instantiate, kind_of, read_template
from matcalc.algebra.transposes import block_matrix, is_symmetric, transpose, turned_chain
from matcalc.algebra.writing import Writing, as_written

__all__ = [
    "Parts",
    "Writing",
    "applications",
    "argument_kinds",
    "as_written",
    "bilinear",
    "block_matrix",
    "build",
    "differentiable",
    "entrywise",
    "filled_in",
    "from_terms",
    "instantiate",
    "is_bilinear",
    "is_symmetric",
    "join",
    "kind_of",
    "laws_recorded",
    "normal_forms",
    "normalise",
    "parts",
    "placed_by",
    "powers",
    "products",
    "pull_back_block",
    "read_template",
    "rebuilt",
    "replaced",
    "scaled",
    "sides_as_printed",
    "split_coefficient",
    "sums",
    "terms_of",
    "transpose",
    "turned_chain",
    "without_laws",
    "written_out",
]
