"""The error for a value that is not a number: which function is not defined, and where it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from matcalc.algebra import Writing, as_written, normal_forms
from matcalc.calculus import size
from matcalc.errors import Label, MatcalcError, Span
from matcalc.expression import Expr
from matcalc.expression.signatures import entry_of, signature_of
from matcalc.functions import OPERATION_NAMES
from matcalc.functions.domains import domain_in_words
from matcalc.printing import TEXT, write

#: Size up to which an expression is written out in the message.
LARGEST_SHOWN = 12


def undefined(node: Expr, args: list[Any], spans: Mapping[Expr, Span], written: Expr) -> MatcalcError:
    """Return the error E304 for a node whose value is NaN though those of its arguments are not.

    ``spans`` are the places of the parts of ``written``; of one whose normal form is ``node``, too.
    """
    place = spans.get(node) or _place_of_normal_form(node, spans, written)
    found = entry_of(node.op, node.args)
    domain = found[0].domain if found else ""
    finite = all(np.all(np.isfinite(arg)) for arg in args)
    if not domain or not finite:
        message = f"{_shown(node)} is not a number for these values"
        label = "not a number"
        help_text = "numbers in it are too large" if finite else "a part of it is infinite"
    else:
        assert found is not None
        names = [argument.name for argument in signature_of(found[0]).arguments]
        texts = {name: _shown(arg, name) for name, arg in zip(names, node.args, strict=True)}
        message = f"{_shown(node)} is not defined for these values"
        label, help_text = "not defined", f"it is defined where {domain_in_words(domain, texts)}"
    labels = [Label(place, label)] if place else []
    return MatcalcError("E304", message, labels=labels, help=help_text)


def too_near_singular(
    node: Expr, condition: float, spans: Mapping[Expr, Span], written: Expr
) -> MatcalcError:
    """Return the error E304 for a value that rounding decides, as ``node`` inverts a matrix.

    ``condition`` is the reciprocal condition number of that.
    """
    place = spans.get(node) or _place_of_normal_form(node, spans, written)
    matrix = _shown(node.args[0], "its argument")
    message = f"too many digits of the value are rounding: {matrix} is near a singular matrix"
    labels = [Label(place, f"{matrix} is inverted")] if place else []
    help_text = f"its reciprocal condition number is {condition:.1e}; give values for which it is larger"
    return MatcalcError("E304", message, labels=labels, help=help_text)


def _place_of_normal_form(node: Expr, spans: Mapping[Expr, Span], written: Expr) -> Span | None:
    with as_written(Writing()):
        forms = normal_forms([written])
    return next((spans[part] for part, form in forms.items() if form is node and part in spans), None)


def _shown(node: Expr, name: str = "") -> str:
    """Return the text of a small expression, of a large one ``name`` or that of its operation."""
    with as_written(Writing()):
        normal = normal_forms([node])[node]  # powers may be written out as products
    if normal.op == node.op and size(normal) <= LARGEST_SHOWN:  # what has been simplified is another value
        return write(normal, TEXT)
    word = node.op.replace("_", " ")
    return name or (f"a {word}" if node.op in OPERATION_NAMES else f"{word}(...)")
