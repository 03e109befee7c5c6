"""What names stand for in code: arrays and their kinds, functions that the text defines, arguments."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from matcalc.errors import Span
from matcalc.language.names import plain_name
from matcalc.language.python_arrays import COLUMN, MATRIX, ROW, SCALAR, VECTOR, Array, refused, transposed
from matcalc.language.python_cases import is_read, literal
from matcalc.language.python_functions import DECORATORS, FAMILIES, LETTERS_OF_MODULES, MODULES
from matcalc.language.syntax import CONSTANTS, Syntax, fault

#: The object that a method is of, and what stands for all functions of a module.
SELF, EVERYTHING = "self", "*"


class WrittenFunction(NamedTuple):
    """A function that the text defines: its parameters, defaults, what it returns, names around it."""

    parameters: tuple[str, ...]
    defaults: Mapping[str, PassedArgument]
    body: ast.expr | Sequence[ast.stmt]
    scope: Mapping[str, Any]


class LibraryFunction(NamedTuple):
    """A function of a library as a value: its name there, the library, and how it is written."""

    name: str
    library: str
    written: str


class Module(NamedTuple):
    """A module by its full name."""

    name: str


class Context(NamedTuple):
    """What names stand for, and in a table the place of the call in the text."""

    scope: Mapping[str, Any]
    place: Span | None = None


class PassedArgument:
    """An argument of a function, which is read when it is first needed, in the context of its call."""

    def __init__(self, node: ast.expr | None, context: Context, value: Any = None):
        self.node = node
        self.context = context
        self.value = value


class Names(NamedTuple):
    """What is known of names: the kinds of arrays that were declared, and those of a reading before.

    ``matrices`` are those that functions need as such; with ``columns`` vectors have two axes, with
    ``one_axis`` their transposes are the vectors.
    """

    declared: Mapping[str, str]
    read: Mapping[str, str]
    default: Callable[[str], str]
    scalars: frozenset[str]
    matrices: frozenset[str]
    columns: bool
    one_axis: bool = False


def function_of(node: ast.FunctionDef | ast.Lambda, scope: Mapping[str, Any], span: Span) -> WrittenFunction:
    """Return a function with its parameters, without the object that a method is of.

    The names around it are those at its call, those in defaults the ones that are there now. Raises E506
    for any number of parameters, and for decorators that may change the value.
    """
    arguments = node.args
    if arguments.vararg or arguments.kwarg:
        raise refused("parameters with a star cannot be used", span, "which ones?", "write each parameter")
    for decorator in [] if isinstance(node, ast.Lambda) else node.decorator_list:
        if _decorator_name(decorator) not in DECORATORS:
            message = f"@{ast.unparse(decorator)} may change the value of the function"
            raise refused(message, span, "this function", "leave the decorator out")
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    names = tuple(arg.arg for arg in every)
    now = Context(dict(scope))
    defaults = {name: PassedArgument(default, now) for name, default in _defaults(arguments).items()}
    return WrittenFunction(names[1:] if names[:1] == (SELF,) else names, defaults, node.body, scope)


def _defaults(arguments: ast.arguments) -> dict[str, ast.expr]:
    """Return the defaults of parameters."""
    positional = [*arguments.posonlyargs, *arguments.args]
    pairs = [
        *zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return {arg.arg: default for arg, default in pairs if default is not None}


def numbers_by_default(tree: ast.Module) -> frozenset[str]:
    """Return the names of parameters whose defaults are numbers."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Lambda)]
    defaults = [pair for node in functions for pair in _defaults(node.args).items()]
    return frozenset(plain_name(name) for name, value in defaults if type(literal(value)) in (int, float))


def _decorator_name(node: ast.expr) -> str:
    """Return the name of a decorator without its module, also of ``partial(jax.jit, ...)``."""
    if isinstance(node, ast.Call):
        is_partial = _decorator_name(node.func) == "partial" and node.args
        return _decorator_name(node.args[0] if is_partial else node.func)
    return node.attr if isinstance(node, ast.Attribute) else variable_of(node)


def variable_of(node: ast.expr) -> str:
    """Return the name of the array that a name or ``self.W`` is, nothing for other expressions."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == SELF:
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def imported(node: ast.Import | ast.ImportFrom) -> dict[str, Module | LibraryFunction]:
    """Return what names stand for that an import makes, of the modules that are read."""
    scope: dict[str, Module | LibraryFunction] = {}
    for alias in node.names:
        if isinstance(node, ast.Import):
            if alias.asname and alias.name in MODULES:
                scope[alias.asname] = Module(alias.name)
            continue
        name, written = alias.asname or alias.name, f"{node.module}.{alias.name}"
        if name == EVERYTHING and node.module in MODULES:
            scope[name] = Module(node.module)
        elif written in MODULES:
            scope[name] = Module(written)
        elif node.module in MODULES and is_read(alias.name, MODULES[node.module]):
            scope[name] = LibraryFunction(alias.name, MODULES[node.module], name)
    return scope


def libraries_in(tree: ast.Module) -> frozenset[str]:
    """Return the libraries whose modules occur in code, those of one family as one."""
    names: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            names.append(node.value.id)
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
    libraries = {MODULES[name] for name in names if name in MODULES and name not in LETTERS_OF_MODULES}
    return frozenset(FAMILIES.get(library, library) for library in libraries)


def bind_defined(
    function: WrittenFunction,
    args: Sequence[PassedArgument],
    keywords: Sequence[ast.keyword],
    context: Context,
    span: Span,
) -> dict[str, PassedArgument]:
    """Return the arguments of a function that the text defines. Raises E106 for those that do not fit."""
    bound = dict(zip(function.parameters, args, strict=False))
    bound |= {keyword.arg: PassedArgument(keyword.value, context) for keyword in keywords if keyword.arg}
    for name, default in function.defaults.items():
        bound.setdefault(name, default)
    if len(args) > len(function.parameters) or set(bound) != set(function.parameters):
        raise fault("E106", "the arguments are not those of the definition", span, "here", "give each once")
    return bound


def as_array(value: Any, span: Span) -> Array:
    """Return a value that is an array. Raises E109 and E506 for functions, several values and none."""
    if isinstance(value, LibraryFunction):
        message = f"{value.written} is a function and needs arguments"
        raise fault("E109", message, span, "a function", f"write {value.written}(...)")
    if isinstance(value, list):
        raise refused("several values are no array", span, "which one?", "give one of them alone")
    if isinstance(value, WrittenFunction):
        raise refused("a function is no value", span, "not an array", "write f(x)")
    if not isinstance(value, Array):
        raise refused("the code has no value", span, "what is the objective?", "return it")
    return value


class VectorsMultiplied(Exception):
    """Vectors that are columns are multiplied with ``@``, so they have one axis after all."""


class MatrixNeeded(Exception):
    """A name is a matrix although its letter is not that of one, since ``function`` is of matrices."""

    def __init__(self, name: str, function: str):
        super().__init__(name, function)
        self.name = name
        self.function = function


class Kinds:
    """The kinds of names; ``assumed`` are those that were taken, ``notes`` what to say."""

    def __init__(self, names: Names):
        self.names = names
        self.assumed: dict[str, set[str]] = {}
        self.notes: dict[str, None] = {}
        #: The kinds of arrays whose sizes the code says.
        self.data: dict[str, str] = {}

    def variable(self, written: str, span: Span, *, multiplied: bool = False) -> Array:
        """Return the array with a name that nothing in the text defines."""
        name = plain_name(written).rstrip("_")
        node = Syntax("name", (), span.start, span.end, name)
        guessed = name not in self.names.declared
        if guessed and name in self.data:
            self.assumed[name] = {VECTOR if self.data[name] in (COLUMN, ROW) else self.data[name]}
            return _of_kind(node, self.data[name])
        kind = self.names.declared.get(name) or self.names.read.get(name) or self.names.default(name)
        if guessed and name not in self.names.read and multiplied and kind == SCALAR:
            kind = VECTOR
        self.assumed.setdefault(name, set()).add(kind)
        if guessed and multiplied and kind == VECTOR and name not in CONSTANTS:
            node = Syntax("entry", (node,), span.start, span.end)
        elif kind == MATRIX and (name in self.names.matrices or (name in self.names.read and multiplied)):
            node = Syntax("entries", (node,), span.start, span.end)
        if kind == VECTOR and self.names.columns:
            kind = COLUMN
        return Array(node, kind)

    def is_open(self, name: str) -> bool:
        """Return whether nothing is known of a name."""
        return not any(name in names for names in (self.names.declared, self.names.read, self.data))

    def is_number(self, name: str) -> bool:
        """Return whether a name is a number in all code, such as ``lr``, or by what was assigned."""
        return name in self.names.scalars or name not in self.assumed

    def pin(self, name: str, kind: str) -> None:
        """Take a name to be of a kind."""
        self.names = self.names._replace(read={**self.names.read, name: kind})

    def as_scalar(self, array: Array, name: str) -> Array:
        """Return a name as that of a scalar."""
        self.assumed[name] = self.assumed.get(name, set()) - {VECTOR, MATRIX} | {SCALAR}
        return Array(array.node, SCALAR)


def _of_kind(name: Syntax, kind: str) -> Array:
    """Return the array of a kind with a name."""
    node = name
    if kind != SCALAR:
        node = Syntax("entries" if kind == MATRIX else "entry", (name,), name.start, name.end)
    return Array(transposed(node) if kind == ROW else node, kind)
