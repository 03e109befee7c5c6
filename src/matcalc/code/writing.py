"""The source of a function: imports, helpers, sizes, statements and what it returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matcalc.calculus import IndexForm
from matcalc.code.emitter import Emitter
from matcalc.code.library import library_imports, library_sources
from matcalc.code.scope import Scope
from matcalc.code.sizes import Sizes
from matcalc.code.targets import Target
from matcalc.code.tensors import TensorWriter, arrays_of
from matcalc.expression import Expr


def source_of(
    name: str,
    doc: str,
    variables: Mapping[str, Expr],
    roots: Sequence[Expr | IndexForm],
    names: Mapping[Expr, str],
    target: Target,
    sizes: Sizes,
    *,
    in_place: bool = True,
) -> str:
    """Return the source of a function of arrays that returns the values of instructions, and arrays of index forms of them.

    Vectors are 1-D, matrices 2-D arrays. ``names`` are those that temporaries have.
    """
    scope = Scope(variables, target)
    arrays = [
        node for root in roots for node in (arrays_of(root) if isinstance(root, IndexForm) else [root])
    ]
    emitter = Emitter(arrays, scope, names, in_place=in_place and target.in_place)
    results = ", ".join(
        TensorWriter(emitter, root, sizes).written()
        if isinstance(root, IndexForm)
        else emitter.piece(root).text
        for root in roots
    )
    arguments = ", ".join(scope.safe(one) for one in variables)
    head = [f"def {name}({arguments}):", f'    """{doc}"""']
    body = [f"    {line}" for line in (*scope.sizes(), *emitter.lines, f"return {results}")]
    helpers = library_sources(scope.helpers)
    imports = "\n".join([target.imports, *library_imports(helpers)])
    return "\n\n\n".join([imports, *helpers, "\n".join([*head, *body])]) + "\n"
