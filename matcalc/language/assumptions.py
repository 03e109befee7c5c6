"""What is assumed of powers, sums and sizes in a text that has its kinds: said in notes, or refused."""

from __future__ import annotations

from collections.abc import Iterator

from matcalc.errors import Label, MatcalcError
from matcalc.expression import ONE
from matcalc.language.evidence import OF_ENTRIES
from matcalc.language.search import Text
from matcalc.language.shapes import Shapes
from matcalc.language.syntax import Syntax, syntax_postorder
from matcalc.language.token_kinds import NUMBERS

_PRODUCTS = frozenset(("mul", "hadamard"))
_TERMS = frozenset(("add", "negate", "mul", "quotient"))


def refuse_numbers_as_vectors(text: Text, shapes: Shapes) -> None:
    """Raise E102 for numbers where people write vectors: ``pi'``, and ``pi`` or ``1`` behind an array."""
    for node in text.order:
        for i, arg in enumerate(node.args):
            name = str(arg.data) if _is_plain_number(arg, shapes) else ""
            before = [one for one in node.args[:i] if one in shapes.of and not shapes.is_scalar(one)]
            if node.op == "transpose" and (name or arg.op == "number"):
                label, message = Label(node.span, "a transpose?"), "a number has no transpose"
                raise MatcalcError(
                    "E102", message, labels=[label], help="for a power write ^(t), t any other letter"
                )
            if name and before and node.op in _PRODUCTS:
                help_text = (
                    "write ones for a vector of ones" if name == "1" else f"for a vector declare {name}"
                )
                message = f"{name} is a number, and may be a vector here"
                label = Label(arg.span, "which?")
                raise MatcalcError(
                    "E102", message, labels=[label], help=f"{help_text}; a number stands in front"
                )


def _is_plain_number(node: Syntax, shapes: Shapes) -> bool:
    if node.op == "name":
        return node.data in NUMBERS and node.data not in shapes.variables
    return node.op == "number" and node.data == 1


def refuse_open_powers(text: Text, shapes: Shapes) -> None:
    """Raise E102 for ``sum(X^2)`` of a matrix that nothing else makes square."""
    for call in text.order:
        if call not in shapes.chosen or shapes.chosen[call].name not in OF_ENTRIES:
            continue
        for node in syntax_postorder(call.args[0], lambda n: n.args if n.op in _TERMS else ()):
            if node in shapes.made_square:
                base, exponent = (text.text[arg.start : arg.end] for arg in node.args)
                help_text = f"for those of the entries write {base}.^{exponent}; a square matrix is declared"
                label, message = Label(node.span, "which?"), "may be powers of the entries or of the matrix"
                raise MatcalcError("E102", message, labels=[label], help=help_text)


def notes_on_entries(text: Text, shapes: Shapes) -> Iterator[str]:
    """Yield which powers of vectors and which sums with a scalar are taken entry by entry."""
    for node in text.order:
        written = text.text[node.start : node.end]
        if node in shapes.entrywise:
            yield f"{written} is the power of each entry of a vector"
        elif node.op == "add" and not shapes.is_scalar(node) and ONE not in shapes.of[node]:
            for arg in node.args:
                if shapes.is_scalar(arg) and arg in shapes.from_calls and arg not in shapes.spreads:
                    yield f"{text.text[arg.start : arg.end]} is added to each entry of a matrix"


def notes_on_sizes(shapes: Shapes) -> Iterator[str]:
    """Yield which matrices were taken as square without need."""
    sizes = shapes.sizes
    assumed: dict[str, None] = {}
    if shapes.single_zeros:
        yield "a 0 in brackets whose size nothing tells is one row or one column"
    for one, other in sizes.assumed:
        square, sides = [], []
        for name, (rows, cols) in shapes.variables.items():
            origins = sizes.origins(rows), sizes.origins(cols)
            if {one, other} <= origins[0] | origins[1] and all({one, other} & side for side in origins):
                square.append(name)
            for side, dim in (("rows", rows), ("columns", cols)):
                if dim.name in (one, other):
                    sides.append(f"the {side} of {name}")
        if square:
            assumed[f"{' and '.join(square)} {'are' if len(square) > 1 else 'is'} taken as square"] = None
        else:
            assumed[f"{' and '.join(sides) or 'some sizes'} are taken to be as many"] = None
    yield from assumed
