"""The engine mentions functions by what their entries say, not by name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import matcalc
from matcalc.functions import FUNCTIONS

PACKAGE = Path(matcalc.__file__).parent
#: Packages that know functions through their entries alone.
ENGINE = ("algebra", "calculus", "code", "explanation", "expression", "interop", "numeric", "printing")
#: Where a form, an instruction, a helper, a fact, a condition or a typeset sign is called like a function.
OTHER_NAMES = {
    "calculus/forms.py": {"kron"},
    "calculus/trace.py": {"square"},
    "code/emitter.py": {"dot"},
    "code/indexed.py": {"dot"},
    "code/instructions.py": {"det", "dot", "logdet", "solve"},
    "code/inverses.py": {"solve", "transposed"},
    "code/matrix_products.py": {"dot"},
    "code/portable_library.py": {"cumsum"},
    "code/rewriting.py": {"det", "dot", "logdet", "solve"},
    "code/targets.py": {"arccos", "arcsin", "arctan", "det", "dot", "kron", "logdet", "solve"},
    "explanation/page.py": {"sum"},
    "expression/facts.py": {"square"},
    "numeric/diagnosis.py": {"sign", "transposed"},
    "numeric/sample.py": {"sylvester"},
    "printing/typeset.py": {"dot", "max", "min", "vec"},
    "printing/typst_style.py": {"sum", "vec"},
}


def strings(tree: ast.AST) -> Iterator[str]:
    """Yield the string literals of a module that are no docstrings."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def test_the_engine_names_no_function() -> None:
    names = {entry.name for entry in FUNCTIONS}
    named = {}
    for package in ENGINE:
        for path in sorted((PACKAGE / package).glob("*.py")):
            literals = names.intersection(strings(ast.parse(path.read_text(encoding="utf-8"))))
            if literals:
                named[path.relative_to(PACKAGE).as_posix()] = literals
    assert named == OTHER_NAMES
