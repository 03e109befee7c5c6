"""Normal forms: builders for sums, products, powers and functions, and the laws they apply."""

# Importing a module of builders registers them, also those below.
from matcalc.algebra import application, powers
from matcalc.algebra.builders import (
    Writing,
    argument_kinds,
    as_written,
    block_matrix,
    build,
    definition_template,
    instantiate,
    normal_forms,
    normalise,
    read_template,
    rebuilt,
    replaced,
)
from matcalc.algebra.commutative import from_terms, terms_of
from matcalc.algebra.definitions import differentiable, filled_in, written_out
from matcalc.algebra.products import placed_by, pull_back_block
from matcalc.algebra.rules import law_sides, laws_recorded, sides_as_printed, without_laws
from matcalc.algebra.transposes import is_symmetric, transpose, transposed_chain
from matcalc.expression.factored import bilinear, factors_of, is_bilinear, join, scaled, split_coefficient

__all__ = [
    "Writing",
    "application",
    "argument_kinds",
    "as_written",
    "bilinear",
    "block_matrix",
    "build",
    "definition_template",
    "differentiable",
    "factors_of",
    "filled_in",
    "from_terms",
    "instantiate",
    "is_bilinear",
    "is_symmetric",
    "join",
    "law_sides",
    "laws_recorded",
    "normal_forms",
    "normalise",
    "placed_by",
    "powers",
    "pull_back_block",
    "read_template",
    "rebuilt",
    "replaced",
    "scaled",
    "sides_as_printed",
    "split_coefficient",
    "terms_of",
    "transpose",
    "transposed_chain",
    "without_laws",
    "written_out",
]
