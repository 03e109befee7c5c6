"""Expressions of Python as syntax: each node of Python's own tree becomes one, with its place in the text.

Nothing is executed. What functions are is in the tables of :mod:`matcalc.language.python_functions`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from matcalc.errors import Span
from matcalc.language.evidence import is_strong
from matcalc.language.names import plain_name, stem
from matcalc.language.python_arrays import (
    COLUMN,
    MATRIX,
    ROW,
    SCALAR,
    VECTOR,
    Array,
    as_column,
    as_row,
    call,
    common_kind,
    entrywise,
    matrix_product,
    negative,
    ones,
    power,
    refused,
    spread,
    transposed,
)
from matcalc.language.python_calls import CONSTANT_CALLS, ORDER, Calls, primitive
from matcalc.language.python_cases import (
    library_of,
    literal,
)
from matcalc.language.python_functions import ATTRIBUTES, MODULES
from matcalc.language.python_scopes import Argument, Context, Function, Names, bind_defined, function_of
from matcalc.language.syntax import CONSTANTS, Syntax, exact, fault, is_sensible, name_nodes

#: What is said of operators.
ENTRYWISE_OPERATORS = "read as NumPy: *, / and ** work entry by entry, @ is the matrix product"
#: How deep expressions may be nested, and how many calls of functions that the text defines are followed.
MAX_DEPTH, MAX_CALLS = 60, 200


class Expressions:
    """Reads expressions; ``assumed`` are the kinds that names were taken to have, ``notes`` what to say."""

    def __init__(self, span_of: Callable[[ast.expr | ast.stmt], Span], text: str, names: Names):
        self.span_of = span_of
        self.text = text
        self.names = names
        self.context = Context({})
        self.assumed: dict[str, set[str]] = {}
        self.notes: dict[str, None] = {}
        self.multiplied: set[ast.Name] = set()
        self.definitions: dict[str, Syntax] = {}
        self._depth = self._expanded = 0
        self._calls = Calls(self)
        self.run: Callable[[Function, Context], Any] | None = None

    def place(self, node: ast.expr | ast.stmt) -> Span:
        """Return the place of a node in the text, that of the call for one in a table."""
        return self.context.place or self.span_of(node)

    def array(self, node: ast.expr) -> Array:
        """Return the array that an expression is."""
        value = self.value(node)
        if not isinstance(value, Array):
            raise refused("a function or a tuple is no value", self.place(node), "not an array", "write f(x)")
        return value

    def value(self, node: ast.expr) -> Any:
        """Return what an expression is. Raises E506 for what cannot be read."""
        read = getattr(self, "_" + type(node).__name__, None)
        if read is None:
            raise refused("this part of Python cannot be used", self.place(node), "here", "write a formula")
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise fault("E108", "the code is nested too deeply", self.place(node), "so far it is read")
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
        text = text.replace("_", "")
        if type(node.value) not in (int, float) or not is_sensible(text.rstrip(".")):
            raise refused("only numbers can be used", span, "no number", "write a number with digits")
        return Array(Syntax("number", (), span.start, span.end, exact(text.rstrip("."))), SCALAR)

    def _Name(self, node: ast.Name) -> Any:
        span = self.place(node)
        if node.id in self.context.scope:
            value = self.context.scope[node.id]
            if isinstance(value, Array) and value.node.op == "name" and value.node.data in self.definitions:
                return Array(Syntax("name", (), span.start, span.end, value.node.data), value.kind)
            return self.force(value) if isinstance(value, Argument) else value
        return self.variable(node.id, span, multiplied=node in self.multiplied)

    def variable(self, written: str, span: Span, *, multiplied: bool = False) -> Array:
        """Return the array that a name is which nothing defines."""
        name = plain_name(written).rstrip("_")
        node = Syntax("name", (), span.start, span.end, name)
        kind = self.names.declared.get(name) or self.names.read.get(name) or self.names.default(name)
        guessed = name not in self.names.declared
        if guessed and name not in self.names.read and multiplied and kind == SCALAR:
            kind = VECTOR
        self.assumed.setdefault(name, set()).add(kind)
        if guessed and multiplied and kind == VECTOR and name not in CONSTANTS:
            node = Syntax("entry", (node,), span.start, span.end)
        elif name in self.names.read and multiplied and kind == MATRIX:
            node = Syntax("entries", (node,), span.start, span.end)
        if kind == VECTOR and self.names.columns:
            kind = COLUMN
        return Array(node, kind)

    def force(self, argument: Argument) -> Any:
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
                result = self._weak_scalar(result)
            result = self._binary(part, result, self.array(part.right))
        return result

    def _weak_scalar(self, array: Array) -> Array:
        """Return a name in front of a product with ``@`` as a scalar, as in ``lam * w @ w``."""
        node = array.node.args[-1] if array.node.op == "mul" else array.node
        numbers = array.node.op != "mul" or all(arg.op == "number" for arg in array.node.args[:-1])
        if array.kind != VECTOR or not numbers or node.op != "name" or not self.is_open(node.data):
            return array
        return array if is_strong(node.data) else self._as_scalar(array, node.data)

    def is_open(self, name: str) -> bool:
        """Return whether nothing is known of a name."""
        return name not in self.names.declared and name not in self.names.read

    def pin(self, name: str, kind: str) -> None:
        """Take a name to be of a kind."""
        self.names = self.names._replace(read={**self.names.read, name: kind})

    def _as_scalar(self, array: Array, name: str) -> Array:
        self.assumed[name] = self.assumed.get(name, set()) - {VECTOR, MATRIX} | {SCALAR}
        return Array(array.node, SCALAR)

    def _binary(self, node: ast.BinOp, left: Array, right: Array) -> Array:
        span = self.place(node)
        op = type(node.op)
        if op is ast.MatMult:
            if left.kind == VECTOR and right.kind in (MATRIX, VECTOR) and right.kind != SCALAR:
                self.notes["a vector on the left of a matrix product is taken as a row, as in NumPy"] = None
            return matrix_product(left, right, span)
        if op not in (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow):
            raise refused("this operator cannot be used", span, "here", "write + - * / ** or @")
        self._refuse_mixed(left, right, span)
        if (
            op in (ast.Mult, ast.Div, ast.Pow)
            and (op is ast.Pow or not right.is_scalar)
            and not left.is_scalar
        ):
            self.notes[ENTRYWISE_OPERATORS] = None
        if op is ast.Pow:
            return power(left, right, span)
        if op is ast.Div:
            return entrywise("quotient", left, self._divisor(right), span)
        if op is ast.Mult:
            return entrywise("mul", left, right, span)
        self._refuse_rows(op, left, right, span)
        if op is ast.Sub:
            kind = common_kind(left.kind, right.kind)
            right = negative(spread(right, kind) if right.kind != SCALAR else right, right.node.span)
        return entrywise("add", self._spread_name(left, right), self._spread_name(right, left), span)

    def _refuse_mixed(self, left: Array, right: Array, span: Span) -> None:
        if self.names.columns and {left.kind, right.kind} == {VECTOR, COLUMN}:
            message = "an array with one axis beside a column"
            help_text = "write [:, None] where a column is meant, or leave out the transposes of vectors"
            raise fault("E202", message, span, "NumPy makes a matrix of them", help_text)

    def _refuse_rows(self, op: type, left: Array, right: Array, span: Span) -> None:
        """Raise E202 for a difference of a matrix and the name of a vector of which nothing was said."""
        for array, other in ((left, right), (right, left)):
            name = array.node.args[0] if array.node.op == "negate" else array.node
            if array.kind != VECTOR or other.kind != MATRIX or name.op != "name":
                continue
            data = name.data
            if data in self.names.declared or (op is ast.Add and array is right):
                message = f"{data} is added to each row, as in NumPy"
                self.notes[message] = None
                continue
            help_text = (
                f"in NumPy {data} is added to each row: declare {data} and the matrix if that is meant"
            )
            raise fault("E202", f"{data} is a vector beside a matrix", span, "to each row?", help_text)

    def _spread_name(self, array: Array, other: Array) -> Array:
        """Return a scalar with the name of one as an array of equal entries beside an array."""
        node = array.node.args[0] if array.node.op == "negate" else array.node
        is_name = (
            node.op == "name" and node.data in self.names.scalars and node.data not in self.names.declared
        )
        if array.kind != SCALAR or other.kind == SCALAR or not is_name:
            return array
        filled = ones(node.span)
        if other.kind == MATRIX:
            filled = Syntax("mul", (filled, transposed(ones(node.span))), node.start, node.end)
        elif other.kind == ROW:
            filled = transposed(filled)
        return Array(Syntax("mul", (array.node, filled), node.start, node.end), other.kind)

    def _divisor(self, array: Array) -> Array:
        """Return a divisor as a scalar if its names are those of numbers, as in ``x / sqrt(d_k)``."""
        names = {node.data for node in name_nodes(array.node)}
        if (
            array.kind == SCALAR
            or not names
            or not all(stem(n) in _DIVISORS and self.is_open(n) for n in names)
        ):
            return array
        for name in names:
            array = self._as_scalar(array, name)
        return array

    def _Compare(self, node: ast.Compare) -> Array:
        if len(node.ops) != 1 or type(node.ops[0]) not in ORDER:
            raise refused("this comparison cannot be used", self.place(node), "here", "write relu or max")
        sides = [node.left, node.comparators[0]]
        if ORDER[type(node.ops[0])] < 0:
            sides.reverse()
        span = self.place(node)
        left, right = map(self.array, sides)
        array = left
        if literal(sides[1]) != 0:
            array = entrywise("add", left, negative(right, right.node.span), span)
        self.notes["a comparison is read as step(...): 1 where it holds, and 0 elsewhere"] = None
        return Array(call("step", (array.node,), span), array.kind)

    def _IfExp(self, node: ast.IfExp) -> Array:
        raise refused(
            "conditions cannot be used", self.place(node), "here", "write relu(x), abs(x) or max(x, y)"
        )

    def _Tuple(self, node: ast.Tuple) -> tuple[Any, ...]:
        return tuple(map(self.value, node.elts))

    def _Lambda(self, node: ast.Lambda) -> Function:
        return function_of(node.args, node.body)

    def _Attribute(self, node: ast.Attribute) -> Any:
        module = self._module(node.value)
        span = self.place(node)
        if module and node.attr in ("pi", "e") and library_of(module, node.attr):
            if node.attr == "pi":
                return Array(Syntax("name", (), span.start, span.end, "pi"), SCALAR)
            return Array(call("exp", (Syntax("number", (), span.start, span.end, 1),), span), SCALAR)
        if module and node.attr not in ATTRIBUTES and library_of(module, node.attr):
            raise refused(f"{module}.{node.attr} is a function", span, "a function", "give it its arguments")
        value = self.value(node.value)
        if isinstance(value, tuple) and node.attr in ("logabsdet", "eigenvalues"):
            return value[node.attr == "logabsdet"]
        if node.attr not in ATTRIBUTES or not isinstance(value, Array):
            raise refused(
                "this attribute cannot be used", span, f".{node.attr}", "write a name without a dot"
            )
        return self._calls.apply(ATTRIBUTES[node.attr], "", [Argument(None, self.context, value)], (), span)

    def _module(self, node: ast.expr) -> str:
        """Return the name of a module, nothing if the expression is something else."""
        parts = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or node.id in self.context.scope or self.context.place is not None:
            return ""
        name = ".".join((node.id, *reversed(parts)))
        return name if name in MODULES and node.id not in self.names.declared else ""

    def _Subscript(self, node: ast.Subscript) -> Any:
        span = self.place(node)
        index = node.slice
        sizes = node.value.func if isinstance(node.value, ast.Call) and not node.value.args else node.value
        if isinstance(sizes, ast.Attribute) and sizes.attr == ("shape" if sizes is node.value else "size"):
            return self._size(self.array(sizes.value), literal(index), span)
        value = self.value(node.value)
        if isinstance(value, tuple) and literal(index) in range(-len(value), len(value)):
            return value[literal(index)]
        form = ast.unparse(index).replace("np.newaxis", "None").replace("jnp.newaxis", "None")
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
            value = self.context.scope.get(name)
            if self.context.place is not None:
                return primitive(name, [self.array(arg) for arg in node.args], span)
            if isinstance(value, Function):
                return self._defined(value, node, span)
            if value is not None or name in self.names.declared:
                message = f"{name} is a value, and is called"
                raise fault("E105", message, span, "a function?", f"write {name} * (...) for a product")
            return self._function(name, "", node, span)
        called = self.value(node.func)
        if isinstance(called, Function):
            return self._defined(called, node, span)
        raise refused("this cannot be called", span, "no function", "write * for a product")

    def _attribute_called(self, node: ast.Call, func: ast.Attribute, span: Span) -> Any:
        module = self._module(func.value)
        library = library_of(module, func.attr) if module else ""
        if library:
            return self._function(func.attr, library, node, span)
        value = self.array(func.value)
        arguments = [Argument(None, self.context, value), *self._arguments(node.args)]
        if func.attr == "size" and node.args:
            return self._size(value, literal(node.args[0]), span)
        return self._calls.apply(func.attr, "", arguments, node.keywords, span)

    def _arguments(self, nodes: Iterable[ast.expr]) -> list[Argument]:
        return [Argument(node, self.context) for node in nodes]

    def _function(self, name: str, library: str, node: ast.Call, span: Span) -> Any:
        if name in CONSTANT_CALLS:
            return self._calls.constant(CONSTANT_CALLS[name], node, span)
        if name == "einsum":
            return self._calls.einsum(node, span)
        if name == "where":
            return self._calls.where(node, span)
        if name in ("matmul", "dot", "mm", "mv", "inner"):
            self.multiplied.update(arg for arg in node.args if isinstance(arg, ast.Name))
        return self._calls.apply(name, library, self._arguments(node.args), node.keywords, span)

    def _defined(self, function: Function, node: ast.Call, span: Span) -> Any:
        """Return the value of a function that the text defines."""
        self._expanded += 1
        if self._expanded > MAX_CALLS:
            raise fault("E108", "too many calls", span, "so far they are read")
        scope = bind_defined(function, self._arguments(node.args), node.keywords, self.context, span)
        context = Context({**self.context.scope, **scope})
        assert self.run is not None
        return self.run(function, context)


#: Letters that are numbers when something is divided by them.
_DIVISORS = frozenset("dkmnNKB")
_NEW_AXES = {":, None": as_column, "(:, None)": as_column, "(slice(None, None, None), None)": as_column,
             "None, :": as_row, "(None, :)": as_row, "None": as_row}  # fmt: skip
