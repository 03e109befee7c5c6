"""The source of a function: imports, helpers, sizes, statements and what it returns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from matcalc.calculus import IndexForm
from matcalc.code.emitter import Emitter
from matcalc.code.indexed import arrays_in
from matcalc.code.instructions import SizeEstimates, is_view
from matcalc.code.scope import Scope, python_names
from matcalc.code.target import Import, Target, parsed
from matcalc.code.tensors import TensorWriter
from matcalc.code.tree import (
    Assign,
    Attribute,
    Global,
    Keyword,
    Literal,
    Name,
    Tree,
    filled,
    function_text,
    walk,
    written,
)
from matcalc.expression import Expr

#: Longer values are not written out in a tuple of several.
LONGEST_OF_SEVERAL = 30


class Source(NamedTuple):
    """The source of functions, helpers first, and what they import."""

    imports: frozenset[Import]
    functions: tuple[str, ...]

    def __str__(self) -> str:
        """Return the text of a module."""
        names: dict[str, list[str]] = {}
        for statement, name in sorted(self.imports):
            names.setdefault(statement, []).append(name)
        imports = [statement + ", ".join(listed) for statement, listed in names.items()]
        imports.sort(key=lambda statement: (statement.startswith("from"), statement))
        return "\n\n\n".join([*(["\n".join(imports)] if imports else []), *self.functions]) + "\n"


def joined(sources: Sequence[Source]) -> Source:
    """Return the source of several functions, with what they need once."""
    functions = dict.fromkeys(function for source in sources for function in source.functions)
    return Source(frozenset().union(*(source.imports for source in sources)), tuple(functions))


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
) -> Source:
    """Return the source of a function of arrays that returns values of instructions and of index forms.

    Vectors are 1-D, matrices 2-D arrays. ``names`` are those that temporaries have. ``floats`` says that all
    arrays that the function will be given have entries of one floating type. An underscore is added to the
    name of a helper.
    """
    scope = Scope(variables, target, floats=floats)
    emitter = Emitter(arrays_in(roots), scope, names, in_place=in_place and target.in_place)
    results, returned = [], set[Expr]()
    for root in roots:
        results.append(_result(emitter, root, sizes, returned, several=len(roots) > 1))
        if isinstance(root, Expr):
            returned.add(_viewed(root))
    holes = [f"_{k}" for k in range(len(results))]
    value = filled(parsed(result.format(*holes)), {str(k): tree for k, tree in enumerate(results)})
    body = [*emitter.statements]
    used = {part for part in walk(*body, value) if isinstance(part, Name)}
    read = [Assign(size, place) for size, place in scope.sizes().items() if size in used]
    body = [*read, *_as_arrays(scope), *body]
    if target.of_arguments and any(isinstance(part, Global) for part in walk(*body, value)):
        body = [_namespace(scope), *body]
    imports, helpers = target.needed([*body, value])
    [name] = python_names([name], target.helpers).values()
    return Source(imports, (*helpers, function_text(name, map(scope.variable, variables), doc, body, value)))


def _result(
    emitter: Emitter,
    root: Expr | IndexForm,
    sizes: SizeEstimates,
    returned: Collection[Expr],
    *,
    several: bool,
) -> Tree:
    """Return the source of what a function returns; of several, what is long is a temporary.

    An array that is an argument, or is ``returned`` before, is copied, or writing to it would write to that.
    """
    if isinstance(root, IndexForm):
        return TensorWriter(emitter, root, sizes).written()
    value = emitter.value(root)
    viewed = _viewed(root)
    if emitter.buffers.in_place and value.axes and (viewed.op == "variable" or viewed in returned):
        return Attribute(value.tree, "copy")()
    is_long = several and len(written(value.tree)) > LONGEST_OF_SEVERAL
    return emitter.store(value, root).tree if is_long else value.tree


def _viewed(root: Expr) -> Expr:
    """Return what a value is a view of, itself if it is none."""
    while is_view(root):
        root = root.args[0]
    return root


def _namespace(scope: Scope) -> Tree:
    """Return the statement that gets the library of an argument; Dask's arrays take NumPy's functions."""
    first = [*scope.arrays, *scope.scalars, Literal("None")][0]
    return Assign(Global(scope.target.prefix), filled(scope.target.template("namespace"), {"0": first}))


def _as_arrays(scope: Scope) -> list[Tree]:
    """Return the statements that make arrays of numbers, if there have to be any."""
    statements: list[Tree] = []
    for name in scope.scalars if scope.as_arrays else ():
        typed = scope.typed()
        if not scope.arrays and "type_of_number" in scope.target.templates:
            typed = (Keyword("dtype", filled(scope.target.template("type_of_number"), {"0": name})),)
        statements.append(Assign(name, Global(f"{scope.target.prefix}.asarray")(name, *typed)))
    return statements
