"""Factors right after divisors, exponents and entrywise products: what is refused; and powers of e."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from matcalc.errors import Label, MatcalcError, Span
from matcalc.language.syntax import Syntax, syntax_postorder

_SLASHES = frozenset(("/", "÷", "./", "⊘", "\\div"))
_QUOTIENTS = frozenset(("quotient", "hadamard_quotient"))
_ENTRYWISE = frozenset(("hadamard", "kron"))
_VALUES = frozenset(("norm", "bars", "call"))
#: What in LaTeX is no more than space.
_LATEX_SPACE = re.compile(r"(?:\s|~|\\[,;:!> ])*")
#: Longest text that is repeated in an error.
_LONGEST = 30


def settle_reach(text: str, root: Syntax, *, latex: bool) -> Iterator[str]:
    """Yield what has to be said of factors after divisors; raise E102 where an operator may reach further.

    Factors that begin with a name or bracket right after the number or name that divides are refused, as are
    norms after norms. After a quotient of numbers, as in ``1/2x'x``, and before bars and functions,
    ``λ/2||w||^2``, they are factors. Behind an entrywise or Kronecker product a factor without a sign is
    refused, as is a divisor right after the exponent 1 or -1.
    """
    for node in syntax_postorder(root, lambda n: n.args):
        if node.op == "mul" and _is_juxtaposed(text, *node.args[:2], latex=latex):
            first, factor = node.args[:2]
            if first.op in _QUOTIENTS and first.end == first.args[1].end:
                yield from _behind_divisor(text, first, factor, latex=latex)
            elif first.op in _ENTRYWISE and first.end == first.args[-1].end:
                raise _refuse_behind_entrywise(text, first, factor)
        elif node.op == "quotient":
            _refuse_root(text, node)


def _is_juxtaposed(text: str, left: Syntax, right: Syntax, *, latex: bool) -> bool:
    between = text[left.end : right.start]
    return not between.strip() or (latex and _LATEX_SPACE.fullmatch(between) is not None)


def _behind_divisor(text: str, quotient: Syntax, factor: Syntax, *, latex: bool) -> Iterator[str]:
    numerator, divisor = quotient.args
    if text[numerator.end : divisor.start].strip() not in _SLASHES or _in_brackets(text, divisor):
        return
    first = _first(factor)
    is_value = first.op in _VALUES
    shown, below = _shown(text, factor), _shown(text, divisor)
    note = f"{shown} after /{below} is a factor; for a divisor write /({below}*{shown})"
    spaced = factor.start > quotient.end and not latex
    if is_value and divisor.op == first.op and not (first.op == "call" and _is_number(numerator)):
        raise _refuse_behind_divisor(divisor, factor, below, shown, latex=latex)
    if _is_number(numerator):
        base = factor.args[0] if factor.op == "power" else factor
        if base.op == "name" and not spaced:
            yield note
    elif is_value:
        if not _is_short(numerator):
            yield note
    elif spaced:
        yield note
    else:
        raise _refuse_behind_divisor(divisor, factor, below, shown, latex=latex)


def _refuse_behind_divisor(
    divisor: Syntax, factor: Syntax, below: str, shown: str, *, latex: bool
) -> MatcalcError:
    sign = " \\cdot " if latex else "*"
    label = Label(Span(divisor.start, factor.end), "what divides?")
    help_text = f"write /({below}{sign}{shown}) or /{below}{sign}{shown}"
    message = f"{shown} right after /{below} may be a divisor or a factor"
    return MatcalcError("E102", message, labels=[label], help=help_text)


def _refuse_behind_entrywise(text: str, product: Syntax, factor: Syntax) -> MatcalcError:
    last = product.args[-1]
    sign = text[product.args[-2].end : last.start].strip()
    label = Label(Span(last.start, factor.end), "which product first?")
    left, right = _shown(text, last), _shown(text, factor)
    help_text = f"put brackets around one of them: {sign} ({left} {right}), or (... {sign} {left}) {right}"
    return MatcalcError("E102", f"a product after {sign} needs brackets", labels=[label], help=help_text)


def _refuse_root(text: str, quotient: Syntax) -> None:
    """Raise E102 for ``s^1/2`` and ``A^-1/2``, where the quotient may be the exponent."""
    power, divisor = quotient.args
    if (
        power.op not in ("power", "hadamard_power")
        or divisor.op != "number"
        or text[power.end : divisor.start] != "/"
    ):
        return
    exponent = power.args[1]
    if power.end != exponent.end:
        return
    number = exponent.args[0] if exponent.op == "negate" else exponent
    written = text[exponent.start : exponent.end]
    if number.op == "number" and number.data == 1 and written.lstrip("-−–").isdecimal():
        shown = f"{written}/{_shown(text, divisor)}"
        label = Label(Span(exponent.start, divisor.end), "all of it an exponent?")
        help_text = f"write ^({shown}) for a root, ^({written})/{_shown(text, divisor)} for a quotient"
        message = f"^{shown} may be a root or a quotient"
        raise MatcalcError("E102", message, labels=[label], help=help_text)


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
    return text.startswith(("(", "[", "{", "\\left(", "\\left[", "\\big", "\\Big"), node.start)


def _shown(text: str, node: Syntax) -> str:
    shown = text[node.start : node.end]
    return shown if len(shown) <= _LONGEST else "(...)"


EULER = "e"
NOTE = "e^(...) is read as exp(...)"


def settle_powers_of_e(root: Syntax, taken: Collection[str]) -> bool:
    """Make exponentials of the powers of ``e``; return whether there are any.

    Nothing is changed if ``e`` is one of the names that are ``taken``, if it also occurs where it is
    no base, or where the exponent is a number: then it is a variable. A power of each entry, as in
    ``e.^x``, is ``exp(x)``; in ``e^s`` the exponent has to be a scalar.
    """
    if EULER in taken:
        return False
    nodes = syntax_postorder(root, lambda node: node.args)
    powers = [node for node in nodes if node.op in ("power", "hadamard_power") and _is_e(node.args[0])]
    powers = [node for node in powers if node.args[1].op != "number"]
    bases = {_name(node.args[0]) for node in powers}
    if not powers or any(node.op == "name" and node.data == EULER and node not in bases for node in nodes):
        return False
    for node in powers:
        base, exponent = node.args
        node.op, node.data = ("exponential", None) if node.op == "power" else ("call", ("exp", base.end))
        node.args = (exponent,)
    return True


def _name(node: Syntax) -> Syntax:
    return node.args[0] if node.op == "single" else node


def _is_e(node: Syntax) -> bool:
    return _name(node).op == "name" and _name(node).data == EULER
