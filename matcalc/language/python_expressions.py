"""Expressions of Python as syntax: each node of Python's own tree becomes one, with its place in the text.

Nothing is executed. What functions are is in the tables of :mod:`matcalc.language.python_functions`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from matcalc.errors import Span
from matcalc.functions import SUM
from matcalc.language.names import plain_name
from matcalc.language.python_arrays import (
    MATRIX,
    SCALAR,
    VECTOR,
    Array,
    as_column,
    as_row,
    negative,
    refused,
)
from matcalc.language.python_calls import ORDER, Calls, ordered, primitive
from matcalc.language.python_cases import (
    SPECIAL,
    is_read,
    library_of,
    literal,
    takes_vectors,
    unknown,
)
from matcalc.language.python_functions import (
    ATTRIBUTES,
    BUILTINS,
    COMPARISONS,
    CONSTANT_CALLS,
    MODULES,
    NUMBERS_OF_MODULES,
    RESULTS,
)
from matcalc.language.python_operators import Operators
from matcalc.language.python_scopes import (
    EVERYTHING,
    SELF,
    Context,
    Kinds,
    LibraryFunction,
    Module,
    Names,
    PassedArgument,
    WrittenFunction,
    as_array,
    bind_defined,
    function_of,
    variable_of,
)
from matcalc.language.syntax import Syntax, exact, fault, is_sensible

#: How deep expressions may be nested, and how many calls of functions that the text defines are followed.
MAX_DEPTH, MAX_CALLS = 60, 200
#: What numbers begin with that have another base than ten.
_BASES = ("0x", "0b", "0o")


class Expressions:
    """Reads expressions; ``assumed`` are the kinds that names were taken to have, ``notes`` what to say."""

    def __init__(
        self, span_of: Callable[[ast.expr | ast.stmt], Span], text: str, names: Names, library: str = ""
    ):
        self.span_of = span_of
        self.text = text
        #: That of arrays of which the code does not say it.
        self.library = library
        self.kinds = Kinds(names)
        self.context = Context({})
        self.notes = self.kinds.notes
        self._operators = Operators(self.kinds, text)
        self.multiplied: set[ast.expr] = set()
        self.definitions: dict[str, Syntax] = {}
        self._depth = self._expanded = 0
        self._calls = Calls(self)
        self.run: Callable[[WrittenFunction, Context], Any] | None = None

    def place(self, node: ast.expr | ast.stmt) -> Span:
        """Return the place of a node in the text, that of the call for one in a table."""
        return self.context.place or self.span_of(node)

    def array(self, node: ast.expr) -> Array:
        """Return the array that an expression is."""
        return as_array(self.value(node), self.place(node))

    def value(self, node: ast.expr) -> Any:
        """Return what an expression is. Raises E506 for what cannot be read."""
        read = getattr(self, "_" + type(node).__name__, None)
        if read is None:
            help_text = "write a formula; a sum over members is a product of matrices"
            raise refused("this part of Python cannot be used", self.place(node), "here", help_text)
        self._depth += 1
        if self._depth > MAX_DEPTH:
            help_text = "give names to parts of it, and write out a function that calls itself"
            raise fault(
                "E108", "the code is nested too deeply", self.place(node), "so far it is read", help_text
            )
        try:
            return read(node)
        finally:
            self._depth -= 1

    @contextmanager
    def inside(self, context: Context) -> Iterator[None]:
        """Read what follows in another context."""
        before, self.context = self.context, context
        try:
            yield
        finally:
            self.context = before

    # One method for each kind of node

    def _Constant(self, node: ast.Constant) -> Array:
        span = self.place(node)
        text = self.text[span.start : span.end] if self.context.place is None else repr(node.value)
        text = text.replace("_", "").rstrip(".")
        is_number = type(node.value) in (int, float) and text[:2].lower() not in _BASES
        if not is_number or not is_sensible(text):
            help_text = "write a number with decimal digits"
            raise refused("only decimal numbers can be used", span, "no such number", help_text)
        return Array(Syntax("number", (), span.start, span.end, exact(text)), SCALAR)

    def _Name(self, node: ast.Name) -> Any:
        span = self.place(node)
        if node.id in self.context.scope:
            value = self.context.scope[node.id]
            if isinstance(value, Array) and value.node.op == "name" and value.node.data in self.definitions:
                return Array(Syntax("name", (), span.start, span.end, value.node.data), value.kind)
            return self.force(value) if isinstance(value, PassedArgument) else value
        if plain_name(node.id).rstrip("_") in self.definitions:
            message = f"{node.id} is a value elsewhere, and nothing defines it here"
            raise refused(message, span, "a variable?", "give one of the two another name")
        return self.kinds.variable(node.id, span, multiplied=node in self.multiplied)

    def force(self, argument: PassedArgument) -> Any:
        """Return the value of an argument."""
        if argument.value is None:
            assert argument.node is not None
            with self.inside(argument.context):
                argument.value = self.value(argument.node)
        return argument.value

    def _UnaryOp(self, node: ast.UnaryOp) -> Array:
        operand = self.array(node.operand)
        if isinstance(node.op, ast.UAdd):
            return operand
        if isinstance(node.op, ast.USub):
            return negative(operand, self.place(node))
        raise refused("this operator cannot be used", self.place(node), "here", "write a formula")

    def _BinOp(self, node: ast.BinOp) -> Array:
        spine = [node]
        while isinstance(spine[-1].left, ast.BinOp):
            spine.append(spine[-1].left)
        result = self.array(spine[-1].left)
        for part, above in zip(reversed(spine), [*reversed(spine[:-1]), None], strict=True):
            if isinstance(part.op, ast.Mult) and above is not None and isinstance(above.op, ast.MatMult):
                result = self._operators.weak_scalar(result)
            result = self._operators.apply(part.op, result, self.array(part.right), self.place(part))
        return result

    def _Compare(self, node: ast.Compare) -> Array:
        if len(node.ops) != 1 or type(node.ops[0]) not in ORDER:
            raise refused("this comparison cannot be used", self.place(node), "here", "write relu or max")
        self.notes["a comparison is read as indicator(...): 1 where it holds, and 0 elsewhere"] = None
        larger, smaller = [PassedArgument(part, self.context) for part in ordered(node)]
        body = COMPARISONS[isinstance(node.ops[0], ast.GtE | ast.LtE)]
        comparison: Array = self._calls.table(body, {"x": larger, "y": smaller}, self.place(node))
        return comparison

    def _IfExp(self, node: ast.IfExp) -> Array:
        raise refused(
            "conditions cannot be used", self.place(node), "here", "write relu(x), abs(x) or max(x, y)"
        )

    def _Tuple(self, node: ast.Tuple) -> list[Any]:
        return [self.value(part) for part in node.elts]

    def _Lambda(self, node: ast.Lambda) -> WrittenFunction:
        return function_of(node, self.context.scope, self.place(node))

    def _Attribute(self, node: ast.Attribute) -> Any:
        module = self._module(node.value)
        span = self.place(node)
        if module and f"{module}.{node.attr}" in MODULES:
            return Module(f"{module}.{node.attr}")
        if module and node.attr in NUMBERS_OF_MODULES and library_of(module, node.attr):
            return self._calls.table(NUMBERS_OF_MODULES[node.attr], {}, span)
        if module and node.attr not in ATTRIBUTES and (library := library_of(module, node.attr)):
            if not is_read(node.attr, library):
                raise unknown(f"{module}.{node.attr}", span)
            return LibraryFunction(node.attr, library, f"{module}.{node.attr}")
        if variable_of(node) and SELF not in self.context.scope:
            return self._of_object(node, span)
        value = self.value(node.value)
        if isinstance(value, list) and RESULTS.get(node.attr, len(value)) < len(value):
            return value[RESULTS[node.attr]]
        if node.attr == "shape" and isinstance(value, Array) and value.kind in (VECTOR, MATRIX):
            return [self._size(value, axis, span) for axis in range(1 + (value.kind == MATRIX))]
        if node.attr not in ATTRIBUTES or not isinstance(value, Array):
            raise refused(
                "this attribute cannot be used", span, f".{node.attr}", "write a name without a dot"
            )
        return self._calls.apply(
            ATTRIBUTES[node.attr], "", [PassedArgument(None, self.context, value)], (), span
        )

    def _of_object(self, node: ast.Attribute, span: Span) -> Array:
        """Return what ``self.W`` is: an array with the name ``W``, if nothing else has this name."""
        if node.attr in self.context.scope:
            help_text = "write the two with different names, without a dot"
            raise refused(f"{SELF}.{node.attr} is not {node.attr}", span, "two of this name", help_text)
        self.notes[f"{SELF}.{node.attr} is read as {node.attr}"] = None
        return self.kinds.variable(node.attr, span, multiplied=node in self.multiplied)

    def _module(self, node: ast.expr) -> str:
        """Return the name of a module, nothing if the expression is something else."""
        parts = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or self.context.place is not None:
            return ""
        value = self.context.scope.get(node.id, Module(node.id))
        if not isinstance(value, Module):
            return ""
        name = ".".join((value.name, *reversed(parts)))
        return name if name in MODULES and node.id not in self.kinds.names.declared else ""

    def _Subscript(self, node: ast.Subscript) -> Any:
        span = self.place(node)
        index = node.slice
        sizes = node.value.func if isinstance(node.value, ast.Call) and not node.value.args else node.value
        if isinstance(sizes, ast.Attribute) and sizes.attr == ("shape" if sizes is node.value else "size"):
            return self._size(self.array(sizes.value), literal(index), span)
        value = self.value(node.value)
        if isinstance(value, list) and literal(index) in range(-len(value), len(value)):
            return value[literal(index)]
        form = _NEW_AXIS.sub("None", ast.unparse(index))
        if isinstance(value, Array) and value.kind == VECTOR and form in _NEW_AXES:
            return _NEW_AXES[form](value)
        help_text = "for a column write x[:, None]; a sum over entries is a product of matrices"
        raise fault("E506", "entries by their indices cannot be used", span, "an entry?", help_text)

    def _size(self, array: Array, axis: Any, span: Span) -> Array:
        """Return how long an axis is: a sum of ones."""
        if array.kind == VECTOR and axis in (0, -1):
            body = "sum(x ** 0)"
        elif array.kind == MATRIX and axis in (0, 1, -1, -2):
            body = "sum(rowsum(x) ** 0)" if axis in (0, -2) else "sum(colsum(x) ** 0)"
        else:
            raise refused("this size cannot be used", span, "which axis?", "write a name for it")
        size: Array = self._calls.table(body, {"x": array}, span)
        return size

    # Calls

    def _Call(self, node: ast.Call) -> Any:
        span = self.place(node)
        if any(isinstance(arg, ast.Starred) for arg in node.args):
            raise refused("starred arguments cannot be used", span, "here", "write all arguments")
        if isinstance(node.func, ast.Attribute):
            return self._attribute_called(node, node.func, span)
        if isinstance(node.func, ast.Name):
            name = node.func.id
            if self.context.place is not None:
                args = [self.array(arg) for arg in node.args]
                return primitive(name, args, span, self.kinds.names.one_axis)
            if name not in self.context.scope and name not in self.kinds.names.declared:
                every = self.context.scope.get(EVERYTHING)
                library = MODULES[every.name] if every else ""
                return self._function(name, library if is_read(name, library) else "", node, span)
        called = self.value(node.func)
        if isinstance(called, WrittenFunction):
            return self._defined(called, node, span)
        if isinstance(called, LibraryFunction):
            return self._function(called.name, called.library, node, span)
        if isinstance(node.func, ast.Name):
            message = f"{node.func.id} is a value, and is called"
            raise fault("E105", message, span, "a function?", f"write {node.func.id} * (...) for a product")
        raise refused("this cannot be called", span, "no function", "write * for a product")

    def _attribute_called(self, node: ast.Call, func: ast.Attribute, span: Span) -> Any:
        module = self._module(func.value)
        library = library_of(module, func.attr) if module else ""
        if library:
            return self._function(func.attr, library, node, span)
        if takes_vectors(func.attr, ""):
            self.multiplied.update(filter(variable_of, (func.value, *node.args)))
        value = self.array(func.value)
        arguments = [PassedArgument(None, self.context, value), *self._arguments(node.args)]
        if func.attr == "size" and node.args:
            return self._size(value, literal(node.args[0]), span)
        library = self.library if is_read(func.attr, self.library) else ""
        return self._calls.apply(func.attr, library, arguments, node.keywords, span)

    def _arguments(self, nodes: Iterable[ast.expr]) -> list[PassedArgument]:
        return [PassedArgument(node, self.context) for node in nodes]

    def _function(self, name: str, library: str, node: ast.Call, span: Span) -> Any:
        if name in CONSTANT_CALLS:
            return self._calls.constant(name, library, node, span)
        if name in SPECIAL:
            return getattr(self._calls, name)(node, span)
        if not library and len(node.args) == 2 and name in BUILTINS:
            largest = self._calls.apply(BUILTINS[name], "", self._arguments(node.args), (), span)
            if not largest.is_scalar:
                help_text = f"write np.{BUILTINS[name]}(...), or declare what is a scalar"
                raise refused(f"{name} of Python is of numbers, not of arrays", span, "an array", help_text)
            return largest
        if name == SUM and not library and len(node.args) == 1:
            self._refuse_rows_summed(node.args[0], span)
        if takes_vectors(name, library):
            self.multiplied.update(filter(variable_of, node.args))
        return self._calls.apply(name, library, self._arguments(node.args), node.keywords, span)

    def _refuse_rows_summed(self, node: ast.expr, span: Span) -> None:
        """Raise E506 for Python's own ``sum`` of a matrix beside NumPy's functions."""
        if self.array(node).kind != MATRIX:
            return
        if self.library:
            help_text = "write np.sum(X) for all entries, X.sum(axis=0) for what Python does"
            raise refused("sum of Python adds the rows of a matrix", span, "of all entries?", help_text)
        self.notes["sum is that of all entries; Python's own adds the rows of a matrix, X.sum(axis=0)"] = None

    def _defined(self, function: WrittenFunction, node: ast.Call, span: Span) -> Any:
        """Return the value of a function that the text defines."""
        self._expanded += 1
        if self._expanded > MAX_CALLS:
            help_text = "write out what a function that calls itself is"
            raise fault("E108", "too many calls", span, "so far they are read", help_text)
        scope = bind_defined(function, self._arguments(node.args), node.keywords, self.context, span)
        context = Context({**function.scope, **scope})
        assert self.run is not None
        return self.run(function, context)


_NEW_AXIS = re.compile(r"(?:\w+\.)?\bnewaxis\b")
_NEW_AXES = {":, None": as_column, "(:, None)": as_column, "(slice(None, None, None), None)": as_column,
             "None, :": as_row, "(None, :)": as_row, "None": as_row}  # fmt: skip
