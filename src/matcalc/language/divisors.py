"""What stands right behind a divisor: ``a/2b`` may be ``a/(2*b)`` or ``a/2*b``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from matcalc.errors import Label, MatcalcError, Span
from matcalc.language.names import GREEK, stem
from matcalc.language.syntax import Syntax, syntax_postorder

_SLASHES = frozenset(("/", "÷", "./", "⊘", "\\div"))
_QUOTIENTS = frozenset(("quotient", "hadamard_quotient"))
#: What in LaTeX is no more than space.
_LATEX_SPACE = re.compile(r"(?:\s|~|\\[,;:!> ])*")
#: Longest text that is repeated in an error.
_LONGEST = 30


def factors_after_divisors(text: str, root: Syntax, *, latex: bool) -> Iterator[str]:
    """Yield what has to be said of factors behind divisors; raise E102 for those that may be divisors too.

    Factors that begin with a name or bracket right behind the number or name that divides are refused. After
    a quotient of numbers, as in ``1/2x'x``, and before bars and functions, ``λ/2||w||^2``, they are factors.
    """
    for node in syntax_postorder(root, lambda n: n.args):
        if node.op != "mul":
            continue
        quotient, factor = node.args[:2]
        between = text[quotient.end : factor.start]
        is_space = not between.strip() or (latex and _LATEX_SPACE.fullmatch(between))
        if not is_space or not _divides(text, quotient):
            continue
        numerator, divisor = quotient.args
        first = _first(factor)
        shown, below = _shown(text, factor), _shown(text, divisor)
        note = f"{shown} after /{below} is a factor; for a divisor write /({below}*{shown})"
        if _is_number(numerator):
            if first.op == "name" and stem(first.data) in GREEK and first.data.islower() and not between:
                yield note
        elif first.op != "name" and not _in_brackets(text, first):
            if not _is_short(numerator):
                yield note
        elif between and not latex:
            yield note
        else:
            sign = " \\cdot " if latex else "*"
            label = Label(Span(divisor.start, factor.end), "what divides?")
            help_text = f"write /({below}{sign}{shown}) or /{below}{sign}{shown}"
            message = f"{shown} right behind /{below} may be a divisor or a factor"
            raise MatcalcError("E102", message, labels=[label], help=help_text)


def _divides(text: str, node: Syntax) -> bool:
    """Return whether a node is a quotient with a slash, without brackets, by a number or a name."""
    if node.op not in _QUOTIENTS:
        return False
    numerator, divisor = node.args
    slash = text[numerator.end : divisor.start].strip() in _SLASHES
    return (
        slash and node.end == divisor.end and text[divisor.start].isalnum() | (text[divisor.start] in "\\.")
    )


def _first(node: Syntax) -> Syntax:
    """Return what a factor begins with."""
    while node.op in ("transpose", "power", "hadamard_power") and node.args[0].start == node.start:
        node = node.args[0]
    return node


def _is_number(node: Syntax) -> bool:
    """Return whether the number right before a slash is all that is divided."""
    while node.op in ("negate", "mul"):
        node = node.args[-1]
    return node.op == "number"


def _is_short(node: Syntax) -> bool:
    return node.op in ("name", "number") or (node.op in ("negate", "power") and _is_short(node.args[0]))


def _in_brackets(text: str, node: Syntax) -> bool:
    return text.startswith(("(", "[", "{", "\\left", "\\big", "\\Big"), node.start)


def _shown(text: str, node: Syntax) -> str:
    shown = text[node.start : node.end]
    return shown if len(shown) <= _LONGEST else "(...)"
