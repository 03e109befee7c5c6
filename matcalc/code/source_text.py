"""The source of a function: imports, helpers, sizes, statements and what it returns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from matcalc.calculus import IndexForm
from matcalc.code.emitter import Emitter
from matcalc.code.indexed import arrays_of
from matcalc.code.instructions import SizeEstimates, axes_of, is_view
from matcalc.code.pieces import ATOM, Scope
from matcalc.code.targets import Target, library_sources
from matcalc.code.tensors import TensorWriter
from matcalc.expression import Expr

#: Longer values are not written out in a tuple of several.
LONGEST_OF_SEVERAL = 30


def source_of(
    name: str,
    doc: str,
    variables: Mapping[str, Expr],
    roots: Sequence[Expr | IndexForm],
    names: Mapping[Expr, str],
    result: str,
    target: Target,
    sizes: SizeEstimates,
    *,
    in_place: bool = True,
    floats: bool = True,
) -> str:
    """Return the source of a function of arrays that returns values of instructions and of index forms.

    Vectors are 1-D, matrices 2-D arrays. ``names`` are those that temporaries have. ``floats`` says that all
    arrays that the function will be given have entries of one floating type.
    """
    scope = Scope(variables, target, floats=floats)
    arrays = [node for root in roots for node in (arrays_of(root) if isinstance(root, IndexForm) else [root])]
    emitter = Emitter(arrays, scope, names, in_place=in_place and target.in_place)
    results = result.format(*(_written(emitter, root, sizes, several=len(roots) > 1) for root in roots))
    arguments = ", ".join(scope.safe(one) for one in variables)
    # What stands in the docstring must not end it.
    plain = doc.replace("\\", "\\\\").replace('"', "'").replace("\n", " ")
    head = [f"def {name}({arguments}):", f'    """{plain}"""']
    lines = [*emitter.lines, f"return {results}"]
    lines = [*_sizes_and_numbers(scope, "\n".join(lines)), *lines]
    if target.namespace and re.search(rf"\b{target.namespace}\b", "\n".join(lines)):
        lines.insert(0, _namespace(scope))
    body = "\n".join(f"    {line}" for line in lines)
    return _file(target, scope, "\n".join(head), body)


def _written(emitter: Emitter, root: Expr | IndexForm, sizes: SizeEstimates, *, several: bool) -> str:
    """Return the source of what a function returns; of several, what is long is a temporary."""
    if isinstance(root, IndexForm):
        return TensorWriter(emitter, root, sizes).written()
    piece = emitter.piece(root)
    if emitter.in_place and piece.axes and _is_of_argument(root):
        return f"{piece.at(ATOM)}.copy()"  # or who writes over the result writes over an argument
    return emitter.store(piece, root).text if several and len(piece.text) > LONGEST_OF_SEVERAL else piece.text


def _is_of_argument(root: Expr) -> bool:
    """Return whether a value is an argument of the function, or a view of one."""
    while is_view(root):
        root = root.args[0]
    return root.op == "variable"


def _namespace(scope: Scope) -> str:
    """Return the statement that gets the library of an argument; Dask's arrays take NumPy's functions."""
    first = scope.array or next(map(scope.safe, scope.variables), "")
    return f'{scope.target.namespace} = getattr({first}, "__array_namespace__", lambda: numpy)()'


def _sizes_and_numbers(scope: Scope, text: str) -> list[str]:
    """Return the statements before all others: sizes that occur in the text, and numbers as arrays."""
    target = scope.target
    lines = [line for line in scope.sizes() if re.search(rf"\b{line.partition(' ')[0]}\b", text)]
    if scope.as_arrays:
        scalars = [scope.safe(one) for one, v in scope.variables.items() if not axes_of(v)]
        own = scope.array or not target.namespace
        typed = scope.dtype if own else f'getattr({{0}}, "dtype", {target.prefix}.float64)'
        lines += [f"{one} = {target.prefix}.asarray({one}, dtype={typed.format(one)})" for one in scalars]
    return lines


def _file(target: Target, scope: Scope, head: str, body: str) -> str:
    """Return a function with the imports and helpers that it needs; its head has no part in these."""
    helpers = library_sources(target.libraries, scope.helpers)
    if not target.namespace:
        helpers = [one.replace("(xp, ", "(").replace("xp.", f"{target.prefix}.") for one in helpers]
    source = "\n\n\n".join([*helpers, f"{head}\n{body}"]) + "\n"
    body = "\n".join([*helpers, body])
    used = re.search(rf"\b{target.imports.rpartition(' ')[2]}\b", body)
    modules = [target.imports] if used else []
    if "jax." in body.replace("jax.numpy", ""):
        modules.insert(0, "import jax")
    scipy = [name for name in ("scipy.linalg", "scipy.special") if re.search(rf"(?<!\.)\b{name}\.", body)]
    modules += [f"import {name}" for name in scipy]
    fortran = [name for name in ("blas", "lapack") if f"{name}." in body]
    if fortran:
        modules.append(f"from scipy.linalg import {', '.join(fortran)}")
    return "\n".join(modules) + "\n" * 3 * bool(modules) + source
