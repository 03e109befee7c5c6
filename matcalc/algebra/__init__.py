"""Normal forms: builders for sums, products, powers and functions, and the laws they apply."""

# Importing a module of builders registers them, also those below.
from matcalc.algebra import applications, powers
from matcalc.algebra.builders import Writing, as_written, build
from matcalc.algebra.commutative import from_terms, terms_of
from matcalc.algebra.definitions import differentiable, filled_in, written_out
from matcalc.algebra.parts import Parts, bilinear, is_bilinear, join, parts, scaled, split_coefficient
from matcalc.algebra.products import placed_by, pull_back_block
from matcalc.algebra.rules import law_sides, laws_recorded, sides_as_printed, without_laws
from matcalc.algebra.templates import (
    argument_kinds,
    definition_template,
    instantiate,
    kind_of,
    normal_forms,
    normalise,
    read_template,
    rebuilt,
    replaced,
)
from matcalc.algebra.transposes import block_matrix, is_symmetric, transpose, turned_chain

__all__ = [
    "Parts",
    "Writing",
    "applications",
    "argument_kinds",
    "as_written",
    "bilinear",
    "block_matrix",
    "build",
    "definition_template",
    "differentiable",
    "entrywise",
    "filled_in",
    "from_terms",
    "instantiate",
    "is_bilinear",
    "is_symmetric",
    "join",
    "kind_of",
    "law_sides",
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
