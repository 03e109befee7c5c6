"""Functions of the tables as instructions: what is called, and with how many axes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from matcalc.algebra import argument_kinds, filled_in, read_template
from matcalc.code.instructions import flat
from matcalc.code.targets import TARGETS
from matcalc.errors import MatcalcError
from matcalc.expression import ONE, SCALAR, Expr
from matcalc.expression.signatures import (
    Argument,
    Signature,
    arguments_by_name,
    entry_for_node,
    entry_of,
    signature_of,
)
from matcalc.functions import Function


class Callee(NamedTuple):
    """The data of an instruction ``function``: what is called, and how many axes go in and come out.

    ``lifts`` says for each argument what makes a matrix of it, ``lowered`` what the value is taken to: one of
    ``scalar``, ``column``, ``row`` and nothing, ``single`` for a vector with one entry; a ``size`` stays a
    number. A ``view`` shares memory with the argument, a ``floating`` value is a floating number also for
    arguments of whole ones. The arguments of what is ``commutative`` may change places.
    """

    name: str
    module: str
    lifts: tuple[str, ...]
    lowered: str
    elementwise: bool
    view: bool
    floating: bool
    commutative: bool


def kind_of(node: Expr) -> str:
    """Return ``scalar``, ``column`` or ``row``, nothing for a matrix."""
    return "scalar" if node.is_scalar else "column" if node.is_column else "row" if node.is_row else ""


def function_instruction(node: Expr, args: Sequence[Expr]) -> Expr:
    """Return the call of the function of a node; raises E505 if there is no source for it yet."""
    entry = entry_for_node(node)
    if entry is None or not entry.evaluate:
        raise MatcalcError("E505", f"there is no source for {node.op} yet")
    module, _, name = entry.evaluate.partition(":")
    if module in ("numpy", "numpy.linalg"):
        module = module.removeprefix("numpy").removeprefix(".") or "."
    elif any(name in target.helpers for target in TARGETS.values()):
        module = ""
    else:
        raise MatcalcError("E505", f"there is no source for {node.op} yet")
    signature = signature_of(entry)
    lifted = not entry.elementwise and not entry.flat and not signature.entrywise
    lifts = tuple(_lift(*pair, lifted) for pair in zip(node.args, signature.arguments, strict=True))
    callee = Callee(
        name,
        module,
        lifts,
        _lowered(node, signature) if lifted else "",
        entry.elementwise or signature.entrywise,
        entry.view,
        entry.floating,
        entry.commutative,
    )
    return Expr("function", tuple(args), flat(node.shape), callee)


def instruction_of(node: Expr) -> str:
    """Return the name of the instruction that computes a function where it is more than a call."""
    entry = entry_for_node(node)
    return entry.instruction if entry else ""


def is_entrywise(node: Expr) -> bool:
    """Return whether a function takes several arrays of one shape, entry by entry."""
    entry = entry_for_node(node)
    return entry is not None and signature_of(entry).entrywise


def _lift(node: Expr, argument: Argument, lifted: bool) -> str:
    """Return of what kind an argument is, if it is ``lifted`` to a matrix where the function takes one."""
    if argument.is_dim:
        return "size"
    if argument.is_scalar or argument.is_column:
        return ""
    return kind_of(node) if lifted else ""


def _lowered(node: Expr, signature: Signature) -> str:
    """Return of what kind a value is, if the function returns a matrix, or a vector with one entry."""
    if ONE not in signature.result:
        return kind_of(node)
    return "single" if node.is_scalar and signature.result != SCALAR else ""


@cache
def _stable_template(entry: Function) -> Expr:
    return read_template(entry.stable, argument_kinds(entry))


def stable_form(node: Expr) -> Expr | None:
    """Return the form in which a function is computed where its entry states one, as written."""
    reading = entry_of(node.op, node.args)
    if reading is None or not reading[0].stable:
        return None
    entry, dims = reading
    return filled_in(_stable_template(entry), arguments_by_name(entry, node.args), dims)
