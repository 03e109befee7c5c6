"""SymPy both ways."""

from matcalc.interop.reading import reading_of
from matcalc.interop.writing import expression_to_sympy

__all__ = ["expression_to_sympy", "reading_of"]
