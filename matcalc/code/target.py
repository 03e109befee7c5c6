"""A library that source is written for, with the helpers that it lacks, and the passes of its programs."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from importlib.resources import files
from itertools import chain
from typing import NamedTuple

from matcalc.code.tree import (
    Attribute,
    Call,
    Global,
    Hole,
    Items,
    Keyword,
    Lambda,
    Literal,
    Slice,
    Subscript,
    Tree,
    operation,
    walk,
)
from matcalc.errors import MatcalcError


@dataclass(frozen=True)
class Passes:
    """The optimisations that are made.

    ``order`` puts products into matrix-chain order, ``multiply_out`` multiplies sums out and pulls factors
    out of them where that is cheaper, ``factorisations`` shares one factorisation among solutions, inverses
    and determinants, ``one_library`` leaves products of large matrices to the library that factorises, where
    one does, ``updates`` gets inverses and determinants of what differs by low rank from a known matrix from
    those of that matrix, ``fuse`` computes traces, sums and sums of outer products without the arrays in
    them, ``laws`` applies laws that change what a value costs, ``in_place`` reuses the buffers of
    arrays that are no longer live.
    """

    order: bool = True
    multiply_out: bool = True
    factorisations: bool = True
    one_library: bool = True
    updates: bool = True
    fuse: bool = True
    laws: bool = True
    in_place: bool = True


ALL_PASSES = Passes()


class Import(NamedTuple):
    """A statement that imports a module, or the names that follow from it."""

    statement: str
    name: str = ""


class Helper(NamedTuple):
    """A function whose source is written in front of what calls it.

    ``options`` are the arguments that it can be called without, ``uses`` the paths of names in it, as
    ``np.linalg.solve``.
    """

    source: str
    arguments: tuple[str, ...]
    options: tuple[str, ...]
    uses: frozenset[str]


@dataclass(frozen=True, eq=False)
class Target:
    """A library: how it is imported, what it is called in the source, and how it writes instructions.

    In a template ``xp`` is the library, ``{0}`` the first argument, ``{size}`` the number of rows of the
    value, ``{shape}`` its shape and ``{typed}`` the argument ``dtype``. ``libraries`` are the modules with
    helpers, whose first argument ``xp`` is the library as well; with the ``prefix`` ``xp`` that of the
    arguments.
    ``renamed`` are functions that are called otherwise than in NumPy. ``number_type`` is the type where all
    arguments are numbers, if that is not theirs.
    ``in_place`` says that arrays can be written to, ``strict`` that functions take arrays alone, no numbers,
    ``factorised`` that there are factorisations, ``two_libraries`` that these are in another library than
    products, ``devices`` that it has to be said of a new array where it is.
    """

    name: str
    imports: str
    prefix: str
    templates: Mapping[str, str]
    libraries: tuple[str, ...]
    renamed: Mapping[str, str] = field(default_factory=dict)
    number_type: str = ""
    in_place: bool = False
    strict: bool = False
    factorised: bool = True
    two_libraries: bool = False
    devices: bool = False

    def possible(self, passes: Passes) -> Passes:
        """Return the passes without those that the library does not allow."""
        return replace(
            passes,
            factorisations=passes.factorisations and self.factorised,
            one_library=passes.one_library and self.two_libraries,
            in_place=passes.in_place and self.in_place,
        )

    @property
    def of_arguments(self) -> bool:
        """Whether the library is that of the arguments, which helpers are given."""
        return self.prefix == "xp"

    @cached_property
    def helpers(self) -> dict[str, Helper]:
        """The helpers by their names; of two that have one name the later counts."""
        helpers: dict[str, Helper] = {}
        for library in self.libraries:
            new = _helpers(library, "" if self.of_arguments else self.prefix)
            helpers = {name: helper for name, helper in helpers.items() if name not in new} | new
        return helpers

    @cached_property
    def modules(self) -> dict[str, Import]:
        """What imports bind: the start of a path, with the import."""
        trees = [ast.parse(self.imports), *(_module(library)[1] for library in self.libraries)]
        return {path: imported for tree in trees for path, imported in _imports(tree)}

    @cached_property
    def reserved(self) -> frozenset[str]:
        """The names that mean something in source for this library."""
        trees = [template(text, self.prefix) for text in self.templates.values()]
        used = [part.text for part in walk(*trees) if isinstance(part, Global)]
        return frozenset(
            path.partition(".")[0] for path in (self.prefix, *used, *self.helpers, *self.modules)
        )

    def template(self, name: str, what: str = "") -> Tree:
        """Return how an instruction is written; raises E505 for ``what`` the library cannot do."""
        if name not in self.templates and name in self.helpers:
            count = len(self.helpers[name].arguments) - self.of_arguments
            return self.call(Global(name), *(Hole(str(k)) for k in range(count)))
        if name not in self.templates:
            raise MatcalcError("E505", f"there is no source for {what or name} with {self.name} yet")
        tree = template(self.templates[name], self.prefix)
        return self.call(tree.function, *tree.arguments) if isinstance(tree, Call) else tree

    def call(self, function: Tree, *arguments: Tree) -> Call:
        """Return a call, which tells a helper the library if that depends on the arguments."""
        if self.of_arguments and isinstance(function, Global) and function.text in self.helpers:
            arguments = (Global(self.prefix), *arguments)
        return Call(function, arguments)

    def needed(self, trees: Iterable[Tree]) -> tuple[frozenset[Import], list[str]]:
        """Return what has to be imported for trees, and the sources of helpers."""
        waiting = [part.text for part in walk(*trees) if isinstance(part, Global)]
        used: set[str] = set()
        while waiting:
            path = waiting.pop()
            if path not in used and path in self.helpers:
                waiting += self.helpers[path].uses
            used.add(path)
        sources = [helper.source for name, helper in self.helpers.items() if name in used]
        imports = [self.modules[start] for path in used for start in _starts(path) if start in self.modules]
        return frozenset(imports), sources


def _starts(path: str) -> Iterator[str]:
    """Yield a path, and what it is a part of."""
    parts = path.split(".")
    for length in range(1, len(parts) + 1):
        yield ".".join(parts[:length])


# Templates are parsed, once each.


@cache
def template(text: str, prefix: str = "xp") -> Tree:
    """Return the tree of an expression with holes such as ``{0}`` and ``{shape}``; ``xp`` is the prefix.

    >>> from matcalc.code.tree import Name, filled, written
    >>> written(filled(template("xp.sum({0} * {0})", "np"), {"0": Name("x") + Name("y")}))
    'np.sum((x + y) * (x + y))'
    """
    holes = {name: f"_{name}" for name in ("left", "right", "size", "shape", "typed")}
    return parsed(text.format("_0", "_1", **holes), prefix)


def parsed(text: str, prefix: str = "xp") -> Tree:
    """Return the tree of an expression, with a hole for each name that begins with an underscore."""
    node = ast.parse(text, mode="eval")
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and part.id == "xp":
            part.id = prefix
    return _converted(node.body)


def _converted(node: ast.AST) -> Tree:
    """Return the tree of what Python has parsed; all names in it are global."""
    match node:
        case ast.Name(name):
            return Hole(name[1:]) if name.startswith("_") else Global(name)
        case ast.Constant(str(text)):
            return Literal(f'"{text}"')
        case ast.Constant(value):
            return Literal(str(value))
        case ast.Attribute(value, name):
            inner = _converted(value)
            return Global(f"{inner.text}.{name}") if isinstance(inner, Global) else Attribute(inner, name)
        case ast.Call(function, args, keywords):
            return Call(_converted(function), tuple(map(_converted, [*args, *keywords])))
        case ast.keyword(str(name), value):
            return Keyword(name, _converted(value))
        case ast.Subscript(value, ast.Tuple(items)):
            return Subscript(_converted(value), tuple(map(_converted, items)))
        case ast.Subscript(value, item):
            return Subscript(_converted(value), (_converted(item),))
        case ast.Slice(start, stop, step):
            return Slice(*(_converted(part) if part else None for part in (start, stop, step)))
        case ast.UnaryOp(ast.USub(), operand):
            return -_converted(operand)
        case ast.BinOp(left, sign, right):
            return operation(_converted(left), _SIGNS[type(sign)], _converted(right))
        case ast.Tuple(items) | ast.List(items):
            return Items(tuple(map(_converted, items)), isinstance(node, ast.List))
        case ast.Lambda(_, value):
            return Lambda(_converted(value))
    raise TypeError(node)


_SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@", ast.Pow: "**"}


# Helpers are read, not imported: their libraries need not be there.

#: Modules from which a generated source imports names.
_COPIED = ("scipy.linalg",)


@cache
def _module(library: str) -> tuple[str, ast.Module]:
    """Return the text of a module of this package, and what Python reads in it."""
    text = files(__package__).joinpath(f"{library}.py").read_text("utf-8")
    return text, ast.parse(text)


def _imports(tree: ast.Module) -> Iterator[tuple[str, Import]]:
    """Yield what imports bind, for types alone among them, but nothing of the language itself."""
    inside = (node.body if isinstance(node, ast.If) else [node] for node in tree.body)
    for node in chain.from_iterable(inside):
        if isinstance(node, ast.Import):
            for alias in node.names:
                text = f"{alias.name} as {alias.asname}" if alias.asname else alias.name
                yield alias.asname or alias.name, Import(f"import {text}")
        elif isinstance(node, ast.ImportFrom) and node.module in _COPIED:
            yield from (
                (alias.name, Import(f"from {node.module} import ", alias.name)) for alias in node.names
            )


@cache
def _helpers(library: str, prefix: str) -> dict[str, Helper]:
    """Return the functions of a module without annotations; with a prefix, this stands for ``xp``."""
    text, tree = _module(library)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return {node.name: _helper(node, text.splitlines(keepends=True), prefix) for node in functions}


def _helper(node: ast.FunctionDef, lines: list[str], prefix: str) -> Helper:
    parameters, parts = list(node.args.args), list(ast.walk(node))
    device = [node.args.kwarg] if node.args.kwarg else []
    edits: list[tuple[int, int, int, str]] = []  # a line, from where to where, and what stands there instead
    if prefix and parameters[0].arg == "xp":
        edits.append((node.lineno, parameters.pop(0).col_offset, parameters[0].col_offset, ""))
        second = {
            call.args[0]: call.args[1] for call in parts if isinstance(call, ast.Call) and call.args[1:]
        }
        for part in parts:
            if isinstance(part, ast.Name) and part.id == "xp":
                after = second.get(part)
                end, text = (_end(part), prefix) if after is None else (after.col_offset, "")
                edits.append((part.lineno, part.col_offset, end, text))
    edits += [
        (parameter.lineno, parameter.col_offset + len(parameter.arg), _end(parameter), "")
        for parameter in (*parameters, *device)
    ]
    if node.returns:
        edits.append((node.returns.lineno, node.returns.col_offset - len(" -> "), _end(node.returns), ""))
    written = lines[node.lineno - 1 : node.end_lineno]
    for line, start, end, text in sorted(edits, reverse=True):
        whole = written[line - node.lineno]
        written[line - node.lineno] = whole[:start] + text + whole[end:]
    local = {parameter.arg for parameter in (*parameters, *device)}
    local |= {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    starts = [path.partition(".") for path in map(_path, parts) if path]
    uses = {
        (prefix if prefix and name == "xp" else name) + dot + rest
        for name, dot, rest in starts
        if name not in local
    }
    names, count = tuple(parameter.arg for parameter in parameters), len(parameters) - len(node.args.defaults)
    return Helper("".join(written).rstrip(), names[:count], names[count:], frozenset(uses))


def _end(node: ast.expr | ast.arg) -> int:
    return node.end_col_offset or 0


def _path(node: ast.AST) -> str:
    """Return a name with its attributes, empty for anything else."""
    if isinstance(node, ast.Attribute):
        inner = _path(node.value)
        return f"{inner}.{node.attr}" if inner else ""
    return node.id if isinstance(node, ast.Name) else ""
