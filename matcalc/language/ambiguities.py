"""What in a text may mean two things: its notation, names side by side, and how far an operator reaches.

Each rule is a function of the text as it was written. It raises the error that shows both meanings, or yields
what has to be said of the one that is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from matcalc.errors import MatcalcError, Span
from matcalc.functions.table import READ_AS
from matcalc.language.conventions import WrittenText
from matcalc.language.declarations import Declaration
from matcalc.language.evidence import is_strong, likely_kind
from matcalc.language.names import is_greek, refuse_lookalikes, stem
from matcalc.language.notations import command_or_quotient
from matcalc.language.product_signs import is_scalar_call
from matcalc.language.syntax import (
    CONSTANTS,
    NUMBERS,
    Syntax,
    defined_below,
    fault,
    names_below,
    syntax_postorder,
    unsigned,
)
from matcalc.language.tokens import PRIMES


def notation(written: WrittenText) -> Iterator[str]:
    """Yield in which notation a text is read, where it could be read in another."""
    text = written.text
    if written.latex:
        if command := command_or_quotient(text):
            yield f"read as LaTeX, where {command} is a function; as text it would be a linear system"
        return
    if "\\" in text:
        yield "A\\b is read as inv(A)*b, the solution of a linear system; least squares are pinv(A)*b"


def lookalikes(written: WrittenText) -> None:
    """Raise E111 for two names that cannot be told apart."""
    refuse_lookalikes(written.text, written.root, written.given)


#: A number in brackets after a space at the end, and a superscript that is in brackets itself.
_EQUATION_NUMBER = re.compile(
    r"(?<=[\w)\]}'′²³ᵀ|‖])\s+(\(\d+(?:\.\d+)*[a-z]?\))[\s.,]*$|^\s*(\([1-9]\d*(?:\.\d+)*[a-z]?\))\s+(?=[\w(|‖½])"
)
_TENSOR = re.compile(r"(?<=[\w)\]'])\s+\(x\)\s+(?=[\w(\[])")
_RAISED_INDEX = re.compile(r"\^\s*\{\s*[(\[][^{}]*[)\]][^{}]*\}|\^\s*\[")


def marks(written: WrittenText) -> None:
    """Raise E102 or E506 for the number of an equation, ``A (x) B``, and indices raised in brackets."""
    if number := _EQUATION_NUMBER.search(written.text):
        place = 1 if number[1] else 2
        message = f"{number[place]} may be the number of an equation"
        help_text = "leave it out, or write * for a product"
        raise fault("E102", message, Span(*number.span(place)), "a factor?", help_text)
    if tensor := _TENSOR.search(written.text):
        message, help_text = "(x) may be the sign of a Kronecker product", "write kron(A, B), or A*x*B"
        raise fault("E102", message, Span(*tensor.span()), "a product of which kind?", help_text)
    if index := _RAISED_INDEX.search(written.text):
        message, help_text = "a superscript in brackets may be an index", "write an index below, as in x_1"
        raise fault("E506", message, Span(*index.span()), "an index?", help_text)


def pluses(written: WrittenText) -> None:
    """Raise E102 for a small letter with a raised plus, which may be its positive part."""
    values = {*written.declared, *defined_below(written.root)}
    for node in syntax_postorder(written.root):
        if node.op != "call" or node.data[0] != READ_AS["pseudoinverse"][0] or node.args[0].op != "name":
            continue
        base = node.args[0]
        if base.start == node.start and is_strong(base.data) and base.data not in values:
            help_text = (
                f"write pinv({base.data}) for the pseudoinverse, relu({base.data}) for the positive part"
            )
            raise fault("E102", f"{base.data} with a raised plus has two meanings", node, "which?", help_text)


def dots_and_primes(written: WrittenText) -> None:
    """Raise E102 for ``x·x'``, where a prime between dots marks another vector as often.

    What is declared has no prime.
    """
    for node in syntax_postorder(written.root):
        for left, right in pairwise(node.args) if node.op in ("mul", "dotted") else ():
            base = right.args[0] if right.op == "transpose" else right
            marked = base is not right and written.text[base.end : right.end] in PRIMES
            dotted = written.text[left.end : right.start].strip() in ("·", "⋅", "\\cdot")
            names = left.op == base.op == "name" and base.data not in written.declared
            if marked and dotted and names and _are_vectors((left, base), written):
                message, label = "a prime behind a dot may mark another name or transpose", "a transpose?"
                help_text = (
                    "give what has a prime a name of its own, such as x_1; leave the dot out to transpose"
                )
                raise fault("E102", message, right, label, help_text)


def _are_vectors(names: Iterable[Syntax], written: WrittenText) -> bool:
    return all(likely_kind(name.data, written.declared, written.bold) == "vector" for name in names)


# The transpose and the power by T

_MARK = re.compile(r"\^\s*\{?\s*[-−]?\s*T")


def transposes_or_powers(written: WrittenText) -> None:
    """Raise E102 for ``^T`` that may be an exponent.

    So it may where T is declared a scalar, after a declared scalar, and after a sum with a number, as in
    ``(1 + r)^T``.
    """
    text, declared = written.text, written.declared
    mark = _MARK.search(text)
    if mark is None:
        return
    span = Span(*mark.span()) if _is_declared_scalar("T", declared) else None
    for node in syntax_postorder(written.root):
        if node.op == "transpose":
            arg = node.args[0]
            base = arg.args[0] if arg.op == "power" and arg.end == node.end else arg
            if _MARK.search(text, base.end, node.end) and _may_be_scalar(base, declared):
                span = Span(base.end, node.end)
    if span is not None:
        help_text = "write ' or \\top for the transpose; for the power take another letter than T"
        raise fault("E102", "^T may be the transpose or a power", span, "which?", help_text)


def _is_declared_scalar(name: str, declared: Mapping[str, Declaration]) -> bool:
    return name in declared and declared[name].kind == "scalar"


def _may_be_scalar(base: Syntax, declared: Mapping[str, Declaration]) -> bool:
    """Return whether a name is declared a scalar, or a sum has a number and no declared array as terms."""
    if base.op == "name":
        return _is_declared_scalar(base.data, declared)
    if base.op != "add" or not any(unsigned(term).op == "number" for term in base.args):
        return False
    names = names_below(base) - CONSTANTS
    return bool(names) and all(name not in declared or declared[name].kind == "scalar" for name in names)


# Crosses

_CROSSES = ("×", "\\times")
#: Operations that are a number if all of what they are made of is one.
_OF_NUMBERS = frozenset(("add", "negate", "mul", "dotted", "quotient", "power"))


def crosses(written: WrittenText) -> None:
    """Raise E102 for ``a × b`` if neither is surely a number; of declared names the shapes decide."""
    if not any(sign in written.text for sign in _CROSSES):
        return
    nodes = syntax_postorder(written.root)
    scalars = NUMBERS | written.sizes
    scalars |= {name for name, declaration in written.declared.items() if declaration.kind == "scalar"}
    settled = CONSTANTS.union(written.declared, scalars, defined_below(written.root))
    numbers: set[Syntax] = set()
    for node in nodes:
        is_number = node.data in scalars if node.op == "name" else node.op in ("number", "norm", "bars")
        if is_number or is_scalar_call(node) or (node.op in _OF_NUMBERS and numbers.issuperset(node.args)):
            numbers.add(node)
    for node in nodes:
        for left, right in pairwise(node.args) if node.op in ("mul", "dotted") else ():
            crossed = any(sign in written.text[left.end : right.start] for sign in _CROSSES)
            is_open = crossed and not names_below(left) | names_below(right) <= settled
            if is_open and numbers.isdisjoint((left, right)):
                help_text = "write cross(a, b) for that of two vectors, * for another product"
                message, place = "this sign may be a cross product", (left, right)
                raise fault("E102", message, place, "a cross product?", help_text)


# Factors right after divisors and entrywise products, and divisors after exponents

_SLASHES = frozenset(("/", "÷", "./", "⊘", "\\div"))
_QUOTIENTS = frozenset(("quotient", "hadamard_quotient"))
_ENTRYWISE = frozenset(("hadamard", "kronecker"))
_VALUES = frozenset(("norm", "bars", "call"))
#: What in LaTeX is no more than space.
_LATEX_SPACE = re.compile(r"(?:\s|~|\\[,;:!> ])*")
#: Longest text that is repeated in an error.
_LONGEST = 30


def reach(written: WrittenText) -> Iterator[str]:
    """Yield what has to be said of factors after divisors; raise E102 where an operator may reach further.

    Factors that begin with a name or bracket right after the number or name that divides are refused, as are
    norms after norms, and brackets right after brackets, ``s/(x'x)(y'y)``. After a quotient of numbers, as in
    ``1/2x'x``, and before bars and functions, ``λ/2||w||^2``, they are factors. Behind an entrywise or
    Kronecker product a factor without a sign is refused, as is a divisor right after the exponent 1 or -1.
    """
    for node in syntax_postorder(written.root):
        if node.op == "mul" and _is_juxtaposed(written, *node.args[:2]):
            first, factor = node.args[:2]
            if first.op in _QUOTIENTS and first.end == first.args[1].end:
                yield from _behind_divisor(written, first, factor)
            elif first.op in _ENTRYWISE and first.end == first.args[-1].end:
                raise _behind_entrywise(written.text, first, factor)
        elif node.op == "quotient":
            _refuse_root(written.text, node)


def _is_juxtaposed(written: WrittenText, left: Syntax, right: Syntax) -> bool:
    between = written.text[left.end : right.start]
    return not between.strip() or (written.latex and _LATEX_SPACE.fullmatch(between) is not None)


def _behind_divisor(written: WrittenText, quotient: Syntax, factor: Syntax) -> Iterator[str]:
    text = written.text
    numerator, divisor = quotient.args
    if text[numerator.end : divisor.start].strip() not in _SLASHES:
        return
    in_brackets = _in_brackets(text, divisor)
    follows = factor.start == quotient.end and _in_brackets(text, factor)
    if in_brackets and (not follows or divisor.op == "number" or _is_number(numerator)):
        return
    first = _first(factor)
    is_value = first.op in _VALUES
    shown, below = _shown(text, factor), _shown(text, divisor)
    note = f"{shown} after /{below} is a factor; for a divisor write /({below}*{shown})"
    spaced = factor.start > quotient.end and not written.latex
    sign = " \\cdot " if written.latex else "*"
    message = f"{shown} right after /{below} may be a divisor or a factor"
    help_text = f"write /({below}{sign}{shown}) or /{below}{sign}{shown}"
    error = fault("E102", message, (divisor, factor), "what divides?", help_text)
    of_number = first.op == "call" and _is_number(numerator)
    if in_brackets or (is_value and divisor.op == first.op and not of_number):
        raise error
    if _is_number(numerator):
        base = factor.args[0] if factor.op == "power" else factor
        if base.op == "name" and not spaced:
            if _is_of_divisor(factor, base):
                raise error
            yield note
    elif is_value:
        if not _is_short(numerator):
            yield note
    elif spaced:
        yield note
    else:
        raise error


def _is_of_divisor(factor: Syntax, base: Syntax) -> bool:
    """Return whether a factor right behind a number that divides is one of the divisor as often.

    So are variances and sizes, as in ``1/2σ²`` and ``1/2m``.
    """
    return is_greek(stem(base.data)) if factor is not base else base.data in _OF_DIVISORS


#: Usual letters of numbers of observations.
_OF_DIVISORS = frozenset(("m", "n", "N"))


def _behind_entrywise(text: str, product: Syntax, factor: Syntax) -> MatcalcError:
    last = product.args[-1]
    sign = text[product.args[-2].end : last.start].strip()
    left, right = _shown(text, last), _shown(text, factor)
    help_text = f"put brackets around one of them: {sign} ({left} {right}), or (... {sign} {left}) {right}"
    message = f"a product after {sign} needs brackets"
    return fault("E102", message, (last, factor), "which product first?", help_text)


def _refuse_root(text: str, quotient: Syntax) -> None:
    """Raise E102 for ``s^1/2`` and ``A^-1/2``, where the quotient may be the exponent."""
    power, divisor = quotient.args
    if power.op not in ("power", "hadamard_power") or divisor.op != "number":
        return
    exponent = power.args[1]
    if text[power.end : divisor.start] != "/" or power.end != exponent.end:
        return
    number, written = unsigned(exponent), text[exponent.start : exponent.end]
    if number.op == "number" and number.data == 1 and written.lstrip("-−–").isdecimal():
        shown = f"{written}/{_shown(text, divisor)}"
        help_text = f"write ^({shown}) for a root, ^({written})/{_shown(text, divisor)} for a quotient"
        message, place = f"^{shown} may be a root or a quotient", (exponent, divisor)
        raise fault("E102", message, place, "all of it an exponent?", help_text)


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
