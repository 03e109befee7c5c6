"""Normal forms: builders for sums, products, powers and functions, and the laws they apply."""

# Importing a module of builders registers them.
from matcalc.algebra import applications, entrywise, powers, products, sums
from matcalc.algebra.normal import normal_forms, normalise
from matcalc.algebra.parts import Parts, is_bilinear, join, parts, scaled, split_coefficient
from matcalc.algebra.registry import build
from matcalc.algebra.sums import from_terms, signs_as_written, terms_of
from matcalc.algebra.templates import instantiate, read_template
from matcalc.algebra.transposes import transpose

__all__ = [
    "Parts",
    "applications",
    "build",
    "entrywise",
    "from_terms",
    "instantiate",
    "is_bilinear",
    "join",
    "normal_forms",
    "normalise",
    "parts",
    "powers",
    "products",
    "read_template",
    "scaled",
    "signs_as_written",
    "split_coefficient",
    "sums",
    "terms_of",
    "transpose",
]
