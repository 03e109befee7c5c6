"""What is to be printed: its names, its length, and results as notebooks and consoles show them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from fractions import Fraction
from typing import Any

from matcalc.errors import MatcalcError
from matcalc.expression import Expr, foresee
from matcalc.expression.signatures import entry_of
from matcalc.functions import OPERATION_NAMES
from matcalc.printing.latex import LATEX

#: So much text may be written in place of a node.
SYMBOLS_PER_NODE = 10


def names_in(nodes: Sequence[Expr]) -> set[str]:
    """Return the names of variables and of sizes that are printed.

    Raises E111 for a variable that is called like a function or a constant beside it.
    """
    names = {node.data[0] for node in nodes if node.op == "variable"}
    for node in nodes:
        word = "" if node.op == "variable" else _word_of(node)
        if word in names:
            message = f"the result has a variable {word}, and beside it what is called {word} here"
            raise MatcalcError("E111", message, help="give the variable another name")
    sized = [node for node in nodes if not node.args]
    dims = [node.data for node in sized if node.op == "dimension"]
    dims += [dim for node in sized if node.op in ("identity", "ones", "zeros") for dim in node.shape]
    return names.union(*(dim.symbols for dim in dims))


def _word_of(node: Expr) -> str:
    """Return the word that a node is written with, empty if there is none."""
    if node.op == "identity":
        return "I"
    if not node.args:
        return node.op
    if node.op in ("power", "hadamard_power"):
        exponent = node.args[1]
        return "sqrt" if exponent.is_number and abs(exponent.data) == Fraction(1, 2) else ""
    found = None if node.op in OPERATION_NAMES else entry_of(node.op, node.args)
    return found[0].name if found else ""


def refuse_long_text(nodes: Iterable[Expr], names: Container[Expr]) -> None:
    """Raise E508 if the texts of all nodes together, each of which is kept, are too long."""
    lengths: dict[Expr, int] = {}
    total = 0
    for node in nodes:
        length = 1 + sum([lengths[arg] for arg in node.args])
        total += length
        lengths[node] = 1 if node in names else length
    foresee(total // SYMBOLS_PER_NODE, f"the texts of its parts have {total:,} symbols")


def write_lines(printer: Any, text: str) -> None:
    """Write a text of several lines with IPython's printer, each indented as what is around it."""
    for number, line in enumerate(text.splitlines()):
        if number:
            printer.break_()
        printer.text(line)


def mathematics(latex: str) -> str:
    r"""Return LaTeX as a notebook typesets it: displayed, several lines below each other.

    >>> mathematics("A x"), mathematics("W: r\nb: r")
    ('$\\displaystyle A x$', '$\\begin{aligned}\n& W: r \\\\\n& b: r\n\\end{aligned}$')
    """
    if "\n" not in latex:
        return rf"$\displaystyle {latex}$"
    if latex.startswith(("$", r"\begin{align*}")):
        return latex
    return f"${latex}$" if r"\begin{" in latex else below(latex.splitlines())


def below(lines: Iterable[str]) -> str:
    r"""Return lines of LaTeX below each other, as a notebook typesets them."""
    return aligned_lines(f"& {line}" for line in lines)


def aligned_lines(lines: Iterable[str]) -> str:
    r"""Return lines of LaTeX below each other, aligned at ``&``, as a notebook typesets them."""
    rows = " \\\\\n".join(lines)
    return f"$\\begin{{aligned}}\n{rows}\n\\end{{aligned}}$"


def worded(text: str) -> str:
    r"""Return lines of words as a notebook typesets them.

    >>> worded("wrong\nmissing_path: path 2")
    '$\\begin{aligned}\n& \\text{wrong} \\\\\n& \\text{missing\\_path: path 2}\n\\end{aligned}$'
    """
    return below(map(LATEX.words, text.splitlines()))
