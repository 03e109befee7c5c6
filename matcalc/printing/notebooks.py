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
