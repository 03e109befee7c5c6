r"""How far functions without brackets reach in LaTeX, as in ``\det A X B`` and ``\log 2\pi``.

Each rule says of which functions it is, and whether they reach over the factors that follow. Where no rule
holds, the reach is open, and both spellings are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from lark import Token

from matcalc.errors import MatcalcError
from matcalc.functions import BY_CALL
from matcalc.language.calls import is_of_square_matrices
from matcalc.language.evidence import is_capital
from matcalc.language.names import is_greek, stem
from matcalc.language.product_signs import is_scalar_call
from matcalc.language.syntax import BARE, IDENTITIES, NUMBERS, Syntax, fault, span_of

_VALUES = frozenset(("norm", "bars"))


class Reach(NamedTuple):
    """A rule: the functions that it is about, and the factors that are their argument together."""

    what: str
    functions: Callable[[Syntax], bool]
    factors: Callable[[Sequence[Syntax]], bool]


def _is_of_matrices(call: Syntax) -> bool:
    return any(map(is_of_square_matrices, BY_CALL.get(call.data[0], ())))


def _is_entrywise(call: Syntax) -> bool:
    return all(entry.elementwise for entry in BY_CALL.get(call.data[0], ()))


def _base(factor: Syntax) -> Syntax:
    """Return what stands under powers and transposes."""
    while factor.op in ("power", "transpose"):
        factor = factor.args[0]
    return factor


def _may_be_square(factors: Sequence[Syntax]) -> bool:
    """Return whether factors are arrays; the last is no column or identity, which may be outside."""
    bases = [_base(factor) for factor in factors]
    if any(base.op == "name" and is_greek(stem(base.data)) and base.data not in NUMBERS for base in bases):
        return False
    last, base = factors[-1], bases[-1]
    name = base.data if base.op == "name" else base.data[0] if base.op == "call" else ""
    if name in IDENTITIES or any(base.op in ("number", "quotient", "call") for base in bases):
        return False
    return base.op != "name" or is_capital(name) or last.op == "transpose"


def _begin_with_a_number(factors: Sequence[Syntax]) -> bool:
    """Return whether a number stands before names of small letters and powers of these."""
    bases = [factor.args[0] if factor.op == "power" else factor for factor in factors[1:]]
    return factors[0].op == "number" and all(
        base.op == "name" and not is_capital(base.data) and base.data not in IDENTITIES for base in bases
    )


REACHES = (
    Reach(r"a function of square matrices reaches over a product, `\det A X B`", _is_of_matrices,
        _may_be_square),
    Reach(r"an entrywise function reaches over a number and letters, `\log 2\pi`", _is_entrywise,
        _begin_with_a_number),
)  # fmt: skip


def with_reach(children: Sequence[Any], notes: list[str]) -> list[Any]:
    """Return the factors of a product and the signs between them, arguments of functions in these.

    What is read so is added to the ``notes``. Raises E102 where the reach is open.
    """
    kept: list[Any] = []
    i = 0
    while i < len(children):
        factor, end = children[i], i + 1
        call = _open_call(factor)
        if call is not None and end < len(children):
            end = _end_of_argument(children, i)
            arguments = (call.args[0], *children[i + 2 : end : 2])
            if len(arguments) > 1 and any(r.functions(call) and r.factors(arguments) for r in REACHES):
                name = call.data[0]
                notes.append(f"{name} is taken of the {len(arguments)} factors after it")
            elif len(arguments) > 1 or (
                end < len(children) and not _is_factor(call, *children[end : end + 2])
            ):
                raise _open_reach(call, (factor, children[-1]))
            factor = _applied(factor, call, arguments)
        kept += [factor, *children[end : end + 1]]
        i = end + 1
    return kept


def _open_call(factor: Syntax) -> Syntax | None:
    """Return the innermost function without brackets in a factor, under signs and powers of functions."""
    while factor.op == "negate" or (_is_open(factor) and _is_open(factor.args[0])):
        factor = factor.args[0]
    return factor if factor.op == "call" and _is_open(factor) else None


def _is_open(node: Syntax) -> bool:
    return node.op in ("call", "power") and node.data is not None and BARE in (node.data, node.data[-1])


def _end_of_argument(children: Sequence[Any], i: int) -> int:
    """Return where the factors end that may be in the argument: at a sign, a function or a norm."""
    end = i + 1
    while end < len(children):
        sign, factor = span_of(children[end]), children[end + 1]
        if sign.start < sign.end or _base(factor).op in _VALUES or is_scalar_call(factor) or _is_open(factor):
            break
        end += 2
    return end


def _is_factor(call: Syntax, sign: Token, factor: Syntax) -> bool:
    """Return whether a factor after a function and its argument is none of the argument: another function."""
    if sign.type != "TIMES" or not _is_open(factor):
        return False
    return _is_entrywise(call) or is_scalar_call(_base(factor))


def _applied(node: Syntax, call: Syntax, arguments: tuple[Syntax, ...]) -> Syntax:
    """Return a node with a function in it applied to the product of these arguments."""
    arg = arguments[0]
    if node is not call:
        arg = _applied(node.args[0], call, arguments)
    elif len(arguments) > 1:
        arg = Syntax("mul", arguments, arg.start, arguments[-1].end)
    data = node.data[:2] if node.op == "call" else None if node.data == BARE else node.data
    return Syntax(node.op, (arg, *node.args[1:]), node.start, max(node.end, arg.end), data)


def _open_reach(call: Syntax, place: tuple[Syntax, Syntax]) -> MatcalcError:
    name = call.data[0]
    help_text = f"write {name}(...) around all that it is of, as in {name}(a b) or {name}(a) b"
    label = f"how far does {name} reach?"
    return fault("E102", f"a product after {name} needs brackets", place, label, help_text)
