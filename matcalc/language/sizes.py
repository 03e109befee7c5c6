"""The sizes that a text writes, as in ``I(n)`` or ``unvec(x, m, n)``: whole numbers from 1 on."""

from __future__ import annotations

from collections.abc import Iterator

from matcalc.errors import Label, MatcalcError
from matcalc.expression import Dim
from matcalc.language.assemble import dimension_positions
from matcalc.language.declarations import syntax_to_dim
from matcalc.language.syntax import Syntax


def sizes_written(node: Syntax) -> Iterator[tuple[Syntax, Dim]]:
    """Yield the sizes that a call or the limit of a sum writes, each with its place."""
    if node.op == "entry" and node.data:
        yield node, node.data
    if node.op == "call":
        for i in dimension_positions(node.data[0]):
            dim = syntax_to_dim(node.args[i]) if i < len(node.args) else None
            if dim is not None:
                yield node.args[i], dim


def refuse_what_is_no_size(node: Syntax) -> None:
    """Raise E106 for a size that is not 1 or more whatever its names are, as in ``I(0)`` or ``I(n - m)``."""
    for place, dim in sizes_written(node):
        if not dim.is_size:
            message = f"{dim} is no size: sizes are whole numbers from 1 on"
            label = "a difference may be 0 or less" if dim.symbols else "not 1 or more"
            help_text = "sizes are n, 3, n*p, m+n"
            if dim.symbols:
                help_text += f"; give {dim} a name of its own"
            raise MatcalcError("E106", message, labels=[Label(place.span, label)], help=help_text)
