"""Results as notebooks and consoles show them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from matcalc.printing.styles import LATEX


def write_lines(printer: Any, text: str) -> None:
    """Write a text of several lines with IPython's printer, each indented as what is around it."""
    for number, line in enumerate(text.splitlines()):
        if number:
            printer.break_()
        printer.text(line)


def mathematics(latex: str) -> str:
    r"""Return LaTeX as a notebook typesets it: displayed, several lines below each other.

    >>> mathematics("A x"), mathematics("W: r\nb: r")
    ('$\\displaystyle A x$', '$\\begin{array}{l}\nW: r \\\\\nb: r\n\\end{array}$')
    """
    if "\n" not in latex:
        return rf"$\displaystyle {latex}$"
    return latex if latex.startswith("$") else f"${latex}$" if r"\begin{" in latex else stacked([latex])


def stacked(lines: Iterable[str], columns: str = "l") -> str:
    r"""Return lines of LaTeX below each other, their cells aligned as ``columns`` says."""
    rows = " \\\\\n".join(line for text in lines for line in text.splitlines())
    return f"$\\begin{{array}}{{{columns}}}\n{rows}\n\\end{{array}}$"


def worded(text: str) -> str:
    r"""Return lines of words as a notebook typesets them.

    >>> worded("wrong\nmissing_path: path 2")
    '$\\begin{array}{l}\n\\text{wrong} \\\\\n\\text{missing\\_path: path 2}\n\\end{array}$'
    """
    return stacked(LATEX.words(line) for line in text.splitlines())
