"""Expressions of Python as syntax: each node of Python's own tree becomes one, with its place in the text.

Nothing is executed. What functions are is in the tables of :mod:`matcalc.language.python_functions`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from matcalc.errors import MatcalcError, Span, suggestion
from matcalc.expression import SCALAR as NO_AXES
from matcalc.expression.signatures import Signature, signature_of
from matcalc.functions import BY_CALL
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
    as_vector,
    call,
    common_kind,
    entrywise,
    matrix_product,
    negative,
    ones,
    power,
    refused,
    spread,
    transpose,
    transposed,
)
from matcalc.language.python_cases import (
    AXIS,
    KEEPDIMS,
    NO_LITERAL,
    Case,
    Head,
    case_of,
    entry_of,
    library_of,
    literal,
    unknown,
)
from matcalc.language.python_einsum import axes_written, einsum
from matcalc.language.python_functions import ATTRIBUTES, MODULES, PATTERNS
from matcalc.language.syntax import CONSTANTS, IDENTITIES, Syntax, exact, fault, is_sensible, name_nodes

#: What is said of operators.
ENTRYWISE_OPERATORS = "read as NumPy: *, / and ** work entry by entry, @ is the matrix product"
#: How deep expressions may be nested, and how many calls of functions that the text defines are followed.
MAX_DEPTH, MAX_CALLS = 60, 200


class VectorTransposed(Exception):
    """A vector is transposed, so vectors have two axes here, and are columns."""


class Function(NamedTuple):
    """A function that the text defines: its parameters, defaults, and what it returns."""

    parameters: tuple[str, ...]
    defaults: Mapping[str, ast.expr]
    body: ast.expr | Sequence[ast.stmt]


#: What a name stands for.
Value = "Array | Function | tuple[Array, ...] | Argument"


class Context(NamedTuple):
    """What names stand for, and in a table the place of the call in the text."""

    scope: Mapping[str, Any]
    place: Span | None = None


class Argument:
    """An argument of a function, which is read when it is first needed, in the context of its call."""

    def __init__(self, node: ast.expr | None, context: Context, value: Array | None = None):
        self.node = node
        self.context = context
        self.value = value


class Names(NamedTuple):
    """What is known of names: the kinds of arrays that were declared, and those of a reading before."""

    declared: Mapping[str, str]
    read: Mapping[str, str]
    default: Callable[[str], str]
    scalars: frozenset[str]
    columns: bool


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
        self.depth = self.calls = 0
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
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise fault("E108", "the code is nested too deeply", self.place(node), "so far it is read")
        try:
            return read(node)
        finally:
            self.depth -= 1

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
        if array.kind != VECTOR or not numbers or node.op != "name" or not self._is_open(node.data):
            return array
        return array if is_strong(node.data) else self._as_scalar(array, node.data)

    def _is_open(self, name: str) -> bool:
        return name not in self.names.declared and name not in self.names.read

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
        if op in (ast.Mult, ast.Div, ast.Pow) and (op is ast.Pow or not right.is_scalar) and not left.is_scalar:
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
            help_text = f"in NumPy {data} is added to each row: declare {data} and the matrix if that is meant"
            raise fault("E202", f"{data} is a vector beside a matrix", span, "to each row?", help_text)

    def _spread_name(self, array: Array, other: Array) -> Array:
        """Return a scalar with the name of one as an array of equal entries beside an array."""
        node = array.node.args[0] if array.node.op == "negate" else array.node
        is_name = node.op == "name" and node.data in self.names.scalars and node.data not in self.names.declared
        if array.kind != SCALAR or other.kind == SCALAR or not is_name:
            return array
        filled = ones(node.span)
        if other.kind == MATRIX:
            filled = Syntax("mul", (filled, transposed(ones(node.span))), node.start, node.end)
        elif other.kind == ROW:
            filled = transposed(filled)
        return Array(Syntax("mul", (array.node, filled), node.start, node.end), other.kind)

    def _divisor(self, array: Array) -> Array:
        """Return what is divided by as a scalar if its names are those of numbers, as in ``x / sqrt(d_k)``."""
        names = {node.data for node in name_nodes(array.node)}
        if array.kind == SCALAR or not names or not all(stem(n) in _DIVISORS and self._is_open(n) for n in names):
            return array
        for name in names:
            array = self._as_scalar(array, name)
        return array

    def _Compare(self, node: ast.Compare) -> Array:
        if len(node.ops) != 1 or type(node.ops[0]) not in _ORDER:
            raise refused("this comparison cannot be used", self.place(node), "here", "write relu or max")
        sides = [node.left, node.comparators[0]]
        if _ORDER[type(node.ops[0])] < 0:
            sides.reverse()
        span = self.place(node)
        left, right = map(self.array, sides)
        array = left
        if literal(sides[1]) != 0:
            array = entrywise("add", left, negative(right, right.node.span), span)
        self.notes["a comparison is read as step(...): 1 where it holds, and 0 elsewhere"] = None
        return Array(call("step", (array.node,), span), array.kind)

    def _IfExp(self, node: ast.IfExp) -> Array:
        raise refused("conditions cannot be used", self.place(node), "here", "write relu(x), abs(x) or max(x, y)")

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
            raise refused("this attribute cannot be used", span, f".{node.attr}", "write a name without a dot")
        return self.apply(ATTRIBUTES[node.attr], "", [Argument(None, self.context, value)], (), span)

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
        if isinstance(node.value, ast.Attribute) and node.value.attr == "shape":
            return self._size(self.array(node.value.value), literal(index), span)
        if isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute):
            if node.value.func.attr == "size" and not node.value.args:
                return self._size(self.array(node.value.func.value), literal(index), span)
        value = self.value(node.value)
        if isinstance(value, tuple) and literal(index) in range(-len(value), len(value)):
            return value[literal(index)]
        form = ast.unparse(index).replace("np.newaxis", "None").replace("jnp.newaxis", "None")
        if isinstance(value, Array) and value.kind == VECTOR and form in _NEW_AXES:
            return _NEW_AXES[form](value)
        help_text = "for a column write x[:, None]; a sum over entries is a product of matrices"
        raise fault("E506", "entries by their indices cannot be used", span, "an entry?", help_text)

    def _size(self, array: Array, axis: Any, span: Span) -> Array:
        if axis in (0, -1) and array.kind == VECTOR:
            return self._table("sum(x ** 0)", {"x": array}, span)
        if array.kind != MATRIX or axis not in (0, 1, -1, -2):
            raise refused("this size cannot be used", span, "which axis?", "write a name for it")
        return self._table(f"sum({'rowsum' if axis in (0, -2) else 'colsum'}(x) ** 0)", {"x": array}, span)

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
                return self._primitive(name, [self.array(arg) for arg in node.args], span)
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
        return self.apply(func.attr, "", arguments, node.keywords, span)

    def _arguments(self, nodes: Iterable[ast.expr]) -> list[Argument]:
        return [Argument(node, self.context) for node in nodes]

    def _function(self, name: str, library: str, node: ast.Call, span: Span) -> Any:
        if name in _CONSTANT_CALLS:
            return self._constant(_CONSTANT_CALLS[name], node, span)
        if name == "einsum":
            return self._einsum(node, span)
        if name == "where":
            return self._where(node, span)
        if name in ("matmul", "dot", "mm", "mv", "inner"):
            self.multiplied.update(arg for arg in node.args if isinstance(arg, ast.Name))
        return self.apply(name, library, self._arguments(node.args), node.keywords, span)

    def apply(
        self, name: str, library: str, args: Sequence[Argument], keywords: Sequence[ast.keyword], span: Span
    ) -> Any:
        """Return the value of a function of a library, by its entry."""
        entry = entry_of(name, library)
        if entry is None:
            if not library and name in BY_CALL and not keywords:
                return self._primitive(name, [self._forced(arg, span) for arg in args], span)
            raise unknown(f"{name}(...)", span, suggestion(name, BY_CALL, 0.75) or "")
        head, cases = entry
        bound = head.bind(args, keywords, span, lambda node: Argument(node, self.context))
        for name_, default in head.defaults.items():
            bound.setdefault(name_, Argument(default, Context({}, span)))
        return self._case(head, cases, bound, span)

    def _forced(self, argument: Argument, span: Span) -> Array:
        value = self.force(argument)
        if not isinstance(value, Array):
            raise refused("a function or a tuple is no value", span, "not an array", "write f(x)")
        return value

    def _case(self, head: Head, cases: Mapping[str, str], bound: dict[str, Argument], span: Span) -> Any:
        given = {name: literal(argument.node) for name, argument in bound.items()}
        after: list[Callable[[Array], Array]] = []
        along_rows = False
        if head.is_along_axis:
            first = self._forced(bound[head.parameters[0]], span)
            along_rows, first = self._along(first, given, after, span)
            bound[head.parameters[0]] = Argument(None, self.context, first)
        case = case_of(
            cases, head, given, lambda name: self._forced(bound[name], span).kind, along_rows=along_rows
        )
        if case is None or case.instead:
            raise self._no_case(head, case, span)
        if case.note:
            self.notes[case.note] = None
        for name, argument in bound.items():
            if argument.value is not None and argument.value.kind == ROW and name in head.parameters[:1]:
                if head.is_along_axis:
                    bound[name] = Argument(None, self.context, as_vector(argument.value, span))
        value = self._table(case.body, bound, span)
        for change in reversed(after):
            value = change(value)
        return value

    def _no_case(self, head: Head, case: Case | None, span: Span) -> MatcalcError:
        help_text = case.instead if case is not None else "write it with other functions, or declare the names"
        return refused(f"{head.name} cannot be used like this", span, "this call", help_text)

    def _along(
        self, array: Array, given: Mapping[str, Any], after: list[Callable[[Array], Array]], span: Span
    ) -> tuple[bool, Array]:
        """Return whether a function works on each row of an array, and the array; it is turned for that."""
        axis, keep = given.get(AXIS), bool(given.get(KEEPDIMS))
        if isinstance(axis, tuple) and len(axis) == 1:
            [axis] = axis
        if axis is NO_LITERAL or (axis is not None and type(axis) not in (int, tuple)):
            raise refused("the axis has to be a number", span, "which axis?", "write axis=0 or axis=1")
        whole = {SCALAR: (None,), VECTOR: (None, 0, -1), COLUMN: (None, 0, -2), ROW: (None, 1, -1)}
        if axis in whole.get(array.kind, (None, (0, 1), (1, 0), (-1, -2), (-2, -1))):
            return False, array
        if array.kind != MATRIX or axis not in (0, 1, -1, -2):
            raise refused("this axis cannot be used", span, "which axis?", "write axis=0 or axis=1 of a matrix")
        rows = axis in (1, -1)
        if keep:
            after.append(as_column if rows else as_row)
        if rows:
            return True, array
        if not keep:
            after.append(transpose)
        return True, transpose(array)

    def _table(self, body: str, values: Mapping[str, Any], span: Span) -> Any:
        """Return the value of an expression of a table."""
        arguments = {
            name: value if isinstance(value, Argument) else Argument(None, self.context, value)
            for name, value in values.items()
        }
        with self.inside(Context(arguments, span)):
            return self.value(ast.parse(body, mode="eval").body)

    def _defined(self, function: Function, node: ast.Call, span: Span) -> Any:
        """Return the value of a function that the text defines."""
        self.calls += 1
        if self.calls > MAX_CALLS:
            raise fault("E108", "too many calls", span, "so far they are read")
        scope = bind_defined(function, self._arguments(node.args), node.keywords, self.context, span)
        context = Context({**self.context.scope, **scope})
        assert self.run is not None
        return self.run(function, context)

    def _constant(self, name: str, node: ast.Call, span: Span) -> Array:
        sizes = [arg for given in node.args for arg in (given.elts if isinstance(given, ast.Tuple | ast.List) else [given])]
        args = [_size_node(arg, self.place(arg)) for arg in sizes]
        kind = MATRIX if name in IDENTITIES or len(args) == 2 else VECTOR
        if len(args) == 2 and args[1] is not None and args[1].data == 1:
            kind = COLUMN
        elif len(args) == 2 and args[0] is not None and args[0].data == 1:
            kind = ROW
        if all(arg is not None for arg in args) and args:
            dims = tuple(arg for arg in args if arg is not None)
            return Array(call(name, dims, span), kind)
        constant = Syntax("name", (), span.start, span.end, name)
        if kind == VECTOR:
            constant = Syntax("entry", (constant,), span.start, span.end)
        return Array(constant, kind)

    def _einsum(self, node: ast.Call, span: Span) -> Array:
        subscripts = literal(node.args[0]) if node.args else None
        if not isinstance(subscripts, str):
            raise refused("einsum needs its subscripts", span, "as text", "write np.einsum('ij,j->i', A, x)")
        axes = axes_written(subscripts)
        for arg, count in zip(node.args[1:], axes, strict=False):
            if isinstance(arg, ast.Name) and arg.id not in self.context.scope:
                name = plain_name(arg.id)
                if self._is_open(name):
                    self.names = self.names._replace(
                        read={**self.names.read, name: (SCALAR, VECTOR, MATRIX)[min(count, 2)]}
                    )
        return einsum(subscripts, [self.array(arg) for arg in node.args[1:]], span)

    def _where(self, node: ast.Call, span: Span) -> Array:
        for pattern, body in PATTERNS.items():
            bound: dict[str, ast.expr] = {}
            if matches(ast.parse(pattern, mode="eval").body, node, bound):
                values = {name: Argument(part, self.context) for name, part in bound.items()}
                value: Array = self._table(body, values, span)
                return value
        help_text = "write relu(x), abs(x), np.maximum(x, y) or np.minimum(x, y)"
        raise refused("where is none of the functions that can be used", span, "which function?", help_text)

    def _primitive(self, name: str, args: list[Array], span: Span) -> Any:
        """Return the call of a function of matcalc, or of what tables need besides."""
        if name in _ARRANGED:
            return _ARRANGED[name](args[0], span)
        if name == "matrix_power":
            node = Syntax("power", (args[0].node, args[1].node), span.start, span.end)
            return Array(node, MATRIX)
        for entry in BY_CALL.get(name, ()):
            signature = signature_of(entry)
            if len(signature.arguments) == len(args):
                if entry.elementwise or signature.entrywise:
                    kind = args[0].kind
                    for arg in args[1:]:
                        kind = common_kind(kind, arg.kind)
                    return Array(call(name, tuple(spread(arg, kind).node for arg in args), span), kind)
                if all(map(_fits, signature.arguments, args)):
                    return Array(call(name, tuple(arg.node for arg in args), span), _kind_of(signature, args))
        if name not in BY_CALL:
            raise fault("E105", f"unknown function {name}", span, "not known", "write it out")
        return self._unfit(name, args, span)

    def _unfit(self, name: str, args: list[Array], span: Span) -> Array:
        """Return a call whose arguments do not fit by their usual kinds; the search may find others."""
        signatures = [signature_of(entry) for entry in BY_CALL[name]]
        signature = next((s for s in signatures if len(s.arguments) == len(args)), None)
        if signature is None:
            message = f"{name} takes {len(signatures[0].arguments)} arguments here"
            raise fault("E106", message, span, f"{len(args)} given", "write it with other functions")
        return Array(call(name, tuple(arg.node for arg in args), span), _kind_of(signature, args))


#: Letters that are numbers when something is divided by them.
_DIVISORS = frozenset("dkmnNKB")
#: Whether the left side of a comparison is the larger one.
_ORDER = {ast.Gt: 1, ast.GtE: 1, ast.Lt: -1, ast.LtE: -1}
_NEW_AXES = {":, None": as_column, "(:, None)": as_column, "(slice(None, None, None), None)": as_column,
             "None, :": as_row, "(None, :)": as_row, "None": as_row}  # fmt: skip
_CONSTANT_CALLS = {"eye": "eye", "identity": "eye", "ones": "ones", "zeros": "zeros"}
_ARRANGED: dict[str, Callable[[Array, Span], Array]] = {
    "transpose": lambda array, span: _transpose(array),
    "column": lambda array, span: as_column(array),
    "row": lambda array, span: as_row(array),
    "flat": as_vector,
}


def _transpose(array: Array) -> Array:
    if array.kind == VECTOR:
        raise VectorTransposed
    return transpose(array)


def _fits(argument: Any, array: Array) -> bool:
    if argument.is_scalar:
        return array.kind == SCALAR
    return (array.kind in (VECTOR, COLUMN)) == argument.is_column and array.kind != SCALAR


def _kind_of(signature: Signature, args: Sequence[Array]) -> str:
    """Return the kind of a value: that of an argument with the same shape, or by the axes of its shape."""
    if signature.result == NO_AXES:
        return SCALAR
    for argument, arg in zip(signature.arguments, args, strict=True):
        if argument.shape == signature.result:
            return arg.kind
    return MATRIX if len([dim for dim in signature.result if dim.name != "1" and str(dim) != "1"]) == 2 else VECTOR


def _size_node(node: ast.expr, span: Span) -> Syntax | None:
    """Return a size that is a number or a name."""
    if isinstance(node, ast.Name):
        return Syntax("name", (), span.start, span.end, plain_name(node.id))
    value = literal(node)
    return Syntax("number", (), span.start, span.end, value) if type(value) is int and value > 0 else None


def function_of(arguments: ast.arguments, body: ast.expr | Sequence[ast.stmt]) -> Function:
    """Return a function with its parameters."""
    names = tuple(arg.arg for arg in (*arguments.posonlyargs, *arguments.args))
    defaults = dict(zip(names[len(names) - len(arguments.defaults) :], arguments.defaults, strict=True))
    return Function(names, defaults, body)


def bind_defined(
    function: Function, args: Sequence[Argument], keywords: Sequence[ast.keyword], context: Context, span: Span
) -> dict[str, Argument]:
    """Return the arguments of a function that the text defines. Raises E106 for those that do not fit."""
    bound = dict(zip(function.parameters, args, strict=False))
    bound |= {keyword.arg: Argument(keyword.value, context) for keyword in keywords if keyword.arg}
    for name, default in function.defaults.items():
        bound.setdefault(name, Argument(default, Context({})))
    if len(args) > len(function.parameters) or set(bound) != set(function.parameters):
        raise fault("E106", "the arguments are not those of the definition", span, "here", "give each once")
    return bound


def matches(pattern: ast.AST, node: ast.AST, bound: dict[str, ast.expr]) -> bool:
    """Return whether code has the form of a pattern, whose names stand for expressions."""
    if isinstance(pattern, ast.Call) and isinstance(node, ast.Call):
        return len(pattern.args) == len(node.args) and all(
            matches(p, n, bound) for p, n in zip(pattern.args, node.args, strict=True)
        )
    if isinstance(pattern, ast.Name) and isinstance(node, ast.expr):
        same = bound.setdefault(pattern.id, node)
        return ast.dump(same) == ast.dump(node)
    if isinstance(pattern, ast.Constant):
        return isinstance(node, ast.expr) and literal(node) == pattern.value
    if isinstance(pattern, ast.Compare) and isinstance(node, ast.Compare):
        same_order = len(node.ops) == 1 and _ORDER.get(type(pattern.ops[0])) == _ORDER.get(type(node.ops[0]))
        right = matches(pattern.left, node.left, bound)
        return same_order and right and matches(pattern.comparators[0], node.comparators[0], bound)
    if type(pattern) is not type(node):
        return False
    if isinstance(pattern, ast.UnaryOp) and isinstance(node, ast.UnaryOp):
        return type(pattern.op) is type(node.op) and matches(pattern.operand, node.operand, bound)
    if isinstance(pattern, ast.BinOp) and isinstance(node, ast.BinOp):
        left = type(pattern.op) is type(node.op) and matches(pattern.left, node.left, bound)
        return left and matches(pattern.right, node.right, bound)
    return False
