"""A linear map as two functions: one computes what does not depend on its argument, one applies it."""

from __future__ import annotations

from typing import NamedTuple

from matcalc.code.passes import ALL_PASSES, Passes
from matcalc.code.program import Program
from matcalc.code.scope import Scope
from matcalc.code.sizes import Sizes
from matcalc.code.targets import Target
from matcalc.code.writing import source_of
from matcalc.expression import Expr, depends_on, fill, postorder, variable
from matcalc.expression.nodes import variables as variables_in


class OperatorSources(NamedTuple):
    """The sources of two functions, ``parts`` and ``product``.

    ``parts`` takes the variables but for the argument of the map and returns a tuple; ``product`` takes the
    ``arguments`` by name: variables, the argument of the map, and parts called like ``names``.
    """

    parts: str
    product: str
    arguments: tuple[str, ...]
    names: tuple[str, ...]


def operator_sources(
    program: Program, argument: str, target: Target, sizes: Sizes, passes: Passes = ALL_PASSES
) -> OperatorSources:
    """Return the sources for a program that is linear in one of its variables, and returns one value."""
    passes = target.possible(passes)
    [root], names = program.instructions(sizes, passes)
    assert isinstance(root, Expr)
    moving = [node for node in postorder(root) if node.op == "variable" and node.data[0] == argument]
    active = depends_on(root, moving)
    parts = [
        arg
        for arg in dict.fromkeys(arg for node in postorder(root) if node in active for arg in node.args)
        if arg not in active and arg.args and arg.op != "transpose"
    ]
    scope = Scope(program.variables, target)
    symbols = {part: variable(scope.fresh(f"part{k}"), part.shape) for k, part in enumerate(parts, 1)}
    inner = fill(root, symbols)
    known = {name: v for name, v in program.variables.items() if name != argument}
    doc, in_place = program.doc, passes.in_place
    result = f"({''.join('{}, ' for _ in parts)})"
    first = source_of(
        "parts", f"Return what {doc} needs.", known, parts, names, result, target, sizes, in_place=in_place
    )
    used = variables_in([inner])
    arguments = {name: v for name, v in program.variables.items() if name in used or name == argument} | used
    second = source_of(
        "product", f"Return {doc}.", arguments, [inner], {}, "{}", target, sizes, in_place=in_place
    )
    return OperatorSources(first, second, tuple(arguments), tuple(str(s.data[0]) for s in symbols.values()))
