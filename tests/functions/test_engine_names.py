"""The engine mentions functions by what their entries say, not by name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import matcalc
from matcalc.functions import BY_CALL, FUNCTIONS
from matcalc.functions.table import IN_FRONT, NORM_WORDS, NORMS, OF_ENTRIES, READ_AS

PACKAGE = Path(matcalc.__file__).parent
#: Packages that know functions through their entries alone.
ENGINE = (
    "algebra",
    "calculus",
    "code",
    "explanation",
    "expression",
    "interop",
    "language",
    "numeric",
    "printing",
)
#: The tables of the functions of other libraries and languages say which functions of the language they are.
DATA = {"language/other_functions.py", "language/python_functions.py"}
#: Where a form, an instruction, a helper, a fact, a condition, a rule of a grammar, a command of LaTeX or a
#: typeset sign is called like a function.
OTHER_NAMES = {
    "algebra/transposes.py": {"skew"},
    "calculus/forms.py": {"kron"},
    "calculus/trace.py": {"square"},
    "code/emitter.py": {"dot", "sqrt"},
    "code/entrywise.py": {"divide", "sqrt"},
    "code/instructions.py": {"det", "dot", "logdet", "solve"},
    "code/inverses.py": {"solve", "transposed"},
    "code/matrix_products.py": {"dot"},
    "code/portable_library.py": {"cumsum", "det", "dot", "kron", "solve"},
    "code/rewriting.py": {"det", "dot", "logdet", "solve"},
    "code/targets.py": {"det", "dot", "solve"},
    "code/tensors.py": {"dot", "multiply"},
    "code/torch_library.py": {"kron"},
    "explanation/page.py": {"sum"},
    "expression/facts.py": {"square"},
    "language/counterevidence.py": {"outer"},
    "language/expression_tables.py": {"sum", "transposed"},
    "language/latex_commands.py": {"abs", "det", "diag", "dot", "prod", "sqrt", "sum", "tr", "var", "vec"},
    "language/latex_names.py": {"det", "exp", "log", "max", "min"},
    "language/latex_superscripts.py": {"tr"},
    "language/latex_tables.py": {"sum", "transposed"},
    "language/latex_tokens.py": {"abs", "sqrt", "sum"},
    "language/python_arrays.py": {"vec"},
    "language/ranks.py": {"outer"},
    "language/syntax.py": {"dot", "matmul"},
    "language/token_rules.py": {"max", "min", "sum"},
    "language/tokens.py": {"prod"},
    "numeric/diagnosis.py": {"sign", "transposed"},
    "numeric/sample.py": {"sylvester"},
    "printing/styles.py": {"sum"},
    "printing/typeset.py": {"dot", "max", "min", "vec"},
    "printing/typst_style.py": {"sum", "vec"},
}  # fmt: skip


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


def test_signs_are_read_as_functions_of_the_table() -> None:
    read = [*READ_AS.values(), *NORMS.values(), *NORM_WORDS.values(), OF_ENTRIES, IN_FRONT]
    assert BY_CALL.keys() >= {
        name for names in read for name in ([names] if isinstance(names, str) else names)
    }


def test_the_engine_names_no_function() -> None:
    names = {entry.name for entry in FUNCTIONS}
    named = {}
    for package in ENGINE:
        for path in sorted((PACKAGE / package).glob("*.py")):
            literals = names.intersection(strings(ast.parse(path.read_text(encoding="utf-8"))))
            if literals:
                named[path.relative_to(PACKAGE).as_posix()] = literals
    assert {path: listed for path, listed in named.items() if path not in DATA} == OTHER_NAMES
