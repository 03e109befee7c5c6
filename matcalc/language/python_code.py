"""Code in Python: its statements in order, and its value with definitions.

Code is read with Python's own parser and never executed. Text is taken for code if it can be parsed as Python
and has what only code has: ``@``, a module such as ``np.``, a method with its bracket, or ``def``.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from matcalc.errors import Span
from matcalc.functions import BY_CALL
from matcalc.language.declarations import Declaration
from matcalc.language.evidence import likely_kind
from matcalc.language.names import plain_name
from matcalc.language.python_arrays import MATRIX, ROW, SCALAR, VECTOR, Array, refused
from matcalc.language.python_calls import VectorTransposed
from matcalc.language.python_cases import literal
from matcalc.language.python_expressions import MAX_CALLS, Expressions
from matcalc.language.python_functions import SCALARS
from matcalc.language.python_scopes import (
    Context,
    MatrixNeeded,
    Names,
    VectorsMultiplied,
    WrittenFunction,
    as_array,
    function_of,
    imported,
    libraries_in,
    numbers_by_default,
    variable_of,
)
from matcalc.language.python_statements import (
    assigned_value,
    call_of_derivative,
    is_data,
    is_of_shape,
    is_start,
    kind_of_data,
    shared_names,
    shown_by_print,
    statements_of_values,
    unused_names,
)
from matcalc.language.python_text import CodeText
from matcalc.language.syntax import CONSTANTS, NUMBERS, Syntax, names_below

_KINDS = {"scalar": SCALAR, "vector": VECTOR, "rowvector": ROW}


class CodeSyntax(NamedTuple):
    """Code as syntax, and what to say of it.

    ``assumed`` are the kinds that names were taken to have; ``arrays`` are names beside
    ``@``, ``parameters`` the one of a function of one argument; ``turned`` are taken as columns because
    they are transposed, in a value that is a scalar anyway; ``matrices`` are names with small letters that
    functions are of which are of matrices.
    """

    root: Syntax
    assumed: Mapping[str, frozenset[str]]
    arrays: frozenset[str]
    parameters: tuple[str, ...]
    turned: frozenset[str]
    notes: tuple[str, ...]
    matrices: tuple[str, ...] = ()


def read_python(
    text: str, tree: ast.Module, declared: Mapping[str, Declaration], read: Mapping[str, str]
) -> CodeSyntax:
    """Return code as syntax; ``read`` are the kinds of names in a reading before.

    Raises E506 for what cannot be read, with what to write instead.
    """
    arrays = _array_names(tree)
    scalars = SCALARS | numbers_by_default(tree) - arrays

    def default(name: str) -> str:
        kind = _KINDS.get(likely_kind(name, {}), MATRIX)
        if name in arrays:
            return VECTOR if kind == SCALAR else kind
        return SCALAR if name in scalars or name in NUMBERS else kind

    kinds = {name: _KINDS.get(declaration.kind, MATRIX) for name, declaration in declared.items()}
    matrices: dict[str, str] = {}
    columns: Span | None = None
    one_axis = False
    while True:
        kinds_read = {**read, **dict.fromkeys(matrices, MATRIX)}
        names = Names(kinds, kinds_read, default, scalars, frozenset(matrices), columns is not None, one_axis)
        try:
            code = _PythonProgram(text, tree, names).code()
            break
        except MatrixNeeded as needed:
            matrices[needed.name] = needed.function
        except VectorTransposed as turned:
            columns = turned.span
        except VectorsMultiplied:
            columns, one_axis = None, True
    notes = [f"{name} is taken as a matrix, which {function} is of" for name, function in matrices.items()]
    if one_axis:
        notes.append("the transpose of an array with one axis is that array, as in NumPy")
    if columns is not None:
        written = " ".join(text[columns.start : columns.end].split())
        notes.append(f"vectors are columns, as {written} is transposed")
    return code._replace(notes=(*code.notes, *notes), matrices=tuple(matrices))


def _array_names(tree: ast.Module) -> frozenset[str]:
    """Return the names that are no numbers: those beside ``@``, with methods, and with indices."""
    names: set[str] = set()
    for node in ast.walk(tree):
        parts: list[ast.expr] = []
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            parts = [node.left, node.right]
        elif isinstance(node, ast.Attribute | ast.Subscript):
            parts = [node.value]
        names.update(map(variable_of, parts))
    return frozenset(plain_name(name).rstrip("_") for name in names if name)


class _PythonProgram:
    """The statements of a text, read in order."""

    def __init__(self, text: str, tree: ast.Module, names: Names):
        self._tree = tree
        self._span = CodeText(text).span
        libraries = libraries_in(tree)
        self.reader = Expressions(self._span, text, names, min(libraries) if len(libraries) == 1 else "")
        self.reader.run = self.inline
        self.reader.multiplied |= {
            part
            for node in ast.walk(tree)
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult)
            for part in (node.left, node.right)
            if variable_of(part)
        }
        nodes = list(ast.walk(tree))
        parameters = {node.arg for node in nodes if isinstance(node, ast.arg)}
        stored = Counter(n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
        self._reserved = {
            *parameters,
            *BY_CALL,
            *CONSTANTS,
            *NUMBERS,
            *(n for n, c in stored.items() if c > 1),
        }
        self._shared = shared_names(tree)
        self._last: Any = None
        #: What a derivative is asked for of: names, or the place of an argument.
        self._asked: tuple[str, ...] = ()
        self._position: int | None = None
        #: Names that stand for several variables.
        self._apart: set[str] = set()

    def code(self) -> CodeSyntax:
        """Return the value of the text: what is returned, or what the last statement defines."""
        scope: dict[str, Any] = {}
        body = statements_of_values(self._tree.body)
        derivative = call_of_derivative(body[-1])
        value = self._run(body[:-1] if derivative else body, scope, define=True)
        if derivative is not None:
            value = self._differentiated(derivative, scope)
        if value is None:
            value = self._last_value(scope)
        parameters = self._asked
        for _ in range(MAX_CALLS):
            if not isinstance(value, WrittenFunction):
                break
            parameters = tuple(name for name in value.parameters if name not in value.defaults)
            if self._position is not None:
                parameters = value.parameters[self._position : self._position + 1]
            scope = {name: v for name, v in value.scope.items() if name not in value.parameters}
            value = self._result(value, scope, define=True)
        value = as_array(value, self._span(self._tree.body[-1]))
        root = self._with_definitions(self._target(value.node))
        assumed = {name: frozenset(kinds) for name, kinds in self.reader.kinds.assumed.items()}
        arrays = frozenset(plain_name(variable_of(name)).rstrip("_") for name in self.reader.multiplied)
        parameters = tuple(name for name in parameters if name not in self._apart)
        asked = tuple(plain_name(name).rstrip("_") for name in parameters) if len(parameters) == 1 else ()
        turned = self._turned() if self.reader.kinds.names.columns and value.is_scalar else frozenset()
        return CodeSyntax(root, assumed, arrays, asked, turned, tuple(self.reader.notes))

    def _differentiated(self, call: ast.Call, scope: dict[str, Any]) -> Any:
        """Return what a derivative is asked for of, and remember the variable."""
        method = call.func.value if isinstance(call.func, ast.Attribute) and not call.args else None
        [value, *others] = [method] if method else call.args
        if others:
            self._asked = tuple(filter(None, map(variable_of, others[:1])))
        elif method is None:
            argument = next((k.value for k in call.keywords if k.arg in ("argnums", "argnum")), None)
            self._position = literal(argument) if argument is not None else 0
            if type(self._position) is not int:
                help_text = "write the number of one argument"
                raise refused("several derivatives are asked for", self._span(call), "of which?", help_text)
        written = ast.unparse(call.func)
        self.reader.notes[f"the value is what {written}(...) is of, without the derivative"] = None
        with self.reader.inside(Context(scope, None)):
            return self.reader.value(value)

    def _last_value(self, scope: Mapping[str, Any]) -> Any:
        """Return the last value that is assigned, or a function that nothing calls, if it is used there.

        Raises E506 if several assigned names are used by no other: which one is meant is not said.
        """
        left = {} if isinstance(self._last, WrittenFunction) else unused_names(self._tree)
        if len(left) > 1:
            *names, last = left
            message = f"{', '.join(names)} and {last} are assigned, and used by no other"
            help_text = f"leave out all but one of them, or write return {last} at the end"
            raise refused(message, self._span(left[last]), "which one is meant?", help_text)
        loaded = {
            n.id for n in ast.walk(self._tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
        }
        functions = [v for name, v in scope.items() if isinstance(v, WrittenFunction) and name not in loaded]
        return functions[-1] if functions and not left else self._last

    def _turned(self) -> frozenset[str]:
        """Return the names of vectors that are transposed."""
        parts = [node.value for node in ast.walk(self._tree) if isinstance(node, ast.Attribute)]
        names = {plain_name(part.id) for part in parts if isinstance(part, ast.Name)}
        return frozenset(name for name in names if VECTOR in self.reader.kinds.assumed.get(name, ()))

    def _result(self, function: WrittenFunction, scope: dict[str, Any], *, define: bool) -> Any:
        if isinstance(function.body, ast.expr):
            with self.reader.inside(Context(scope)):
                return self.reader.value(function.body)
        self._last = None
        value = self._run(function.body, scope, define=define)
        if value is None:
            raise refused(
                "the function returns nothing", self._span(function.body[-1]), "here", "return a value"
            )
        return value

    def inline(self, function: WrittenFunction, context: Context) -> Any:
        """Return the value of a function that the text defines and calls."""
        with self.reader.inside(context):
            return self._result(function, dict(context.scope), define=False)

    def _target(self, node: Syntax) -> Syntax:
        """Return the value of a name that is defined, of other nodes themselves."""
        while node.op == "name" and node.data in self.reader.definitions:
            node = self.reader.definitions.pop(node.data)
        return node

    def _with_definitions(self, root: Syntax) -> Syntax:
        definitions = self.reader.definitions
        used: dict[str, None] = {}
        pending = [root]
        while pending:
            names = names_below(pending.pop()) & definitions.keys() - used.keys()
            used |= dict.fromkeys(sorted(names))
            pending += [definitions[name] for name in names]
        nodes = [
            Syntax("definition", (definitions[n],), definitions[n].start, definitions[n].end, n) for n in used
        ]
        return Syntax("where", (root, *nodes), root.start, root.end) if nodes else root

    def _run(self, body: Sequence[ast.stmt], scope: dict[str, Any], *, define: bool) -> Any:
        """Return what is returned or stands at the end; names that are assigned get into the scope."""
        value = None
        for statement in statements_of_values(body):
            if value is not None:
                raise refused(
                    "the code has several values", self._span(statement), "one more", "keep one of them"
                )
            with self.reader.inside(Context(scope, None)):
                value = self._statement(statement, scope, define=define)
        return value

    def _statement(self, node: ast.stmt, scope: dict[str, Any], *, define: bool) -> Any:
        if isinstance(node, ast.Import | ast.ImportFrom):
            scope |= imported(node)
        elif isinstance(node, ast.FunctionDef):
            self._last = function_of(node, scope, self._span(node))
            scope[node.name] = self._last
        elif isinstance(node, ast.Return | ast.Expr) and node.value is not None:
            is_text = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
            return None if is_text else self.reader.value(shown_by_print(node.value))
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) and node.value is not None:
            self._assignment(node, scope, define=define)
        elif not isinstance(node, ast.Pass):
            self._refuse_statement(node)
        return None

    def _assignment(
        self, node: ast.Assign | ast.AnnAssign | ast.AugAssign, scope: dict[str, Any], *, define: bool
    ) -> None:
        assert node.value is not None
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if isinstance(node, ast.AugAssign):
            self._refuse_shared(node, scope)
        elif is_data(node.value) or is_start(self._tree, node.value, targets):
            kind = kind_of_data(node.value)
            for target in targets:
                if isinstance(target, ast.Name) and kind:
                    self.reader.kinds.data[plain_name(target.id).rstrip("_")] = kind
            return
        elif self._is_unpacked(node, scope):
            return
        value = self.reader.value(assigned_value(node))
        for target in targets:
            self._assign(target, value, scope, define=define)
        self._last = value if len(targets) == 1 and not is_of_shape(node.value) else self._last

    def _is_unpacked(self, node: ast.Assign | ast.AnnAssign, scope: Mapping[str, Any]) -> bool:
        """Return whether a name that stands for several variables is taken apart: ``W, b = params``."""
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        parts = target.elts if isinstance(target, ast.Tuple | ast.List) else []
        names = [part.id for part in parts if isinstance(part, ast.Name)]
        if not isinstance(node.value, ast.Name) or node.value.id in scope or len(names) < max(len(parts), 1):
            return False
        written = [n.id for n in ast.walk(self._tree) if isinstance(n, ast.Name)]
        # Parts of a vector are scalars, but no capital letter is one.
        matrices = [name for name in names if likely_kind(plain_name(name), {}) == "matrix"]
        if written.count(node.value.id) > 1 or any(name in scope for name in names) or not matrices:
            return False
        self._apart.add(node.value.id)
        self.reader.notes[f"{', '.join(names)} are the variables that {node.value.id} holds"] = None
        return True

    def _refuse_statement(self, node: ast.stmt) -> None:
        """Raise E506 for a statement that is no part of a formula."""
        message = "control flow cannot be used"
        help_text = "write a formula: sums and products of arrays for loops, relu or max for conditions"
        if isinstance(node, ast.ClassDef):
            message, help_text = "a class cannot be used", "give the function alone that has the value"
        raise refused(message, self._span(node), "this statement", help_text)

    def _refuse_shared(self, node: ast.AugAssign, scope: Mapping[str, Any]) -> None:
        """Raise E506 for ``x += y`` if the array that it changes may have another name."""
        if not isinstance(node.target, ast.Name):
            return
        name = node.target.id
        value = scope.get(name)
        if isinstance(value, Array) and value.is_scalar and not self._is_variable(value.node):
            return
        if name in self._shared or not isinstance(value, Array):
            message = f"{name} is changed in place, and other names may be of the same array"
            help_text = f"write {name} = {ast.unparse(assigned_value(node))}"
            raise refused(message, self._span(node), "changes the array", help_text)

    def _is_variable(self, node: Syntax) -> bool:
        while node.op == "name" and node.data in self.reader.definitions:
            node = self.reader.definitions[node.data]
        return node.op in ("name", "entry", "entries")

    def _assign(self, target: ast.expr, value: Any, scope: dict[str, Any], *, define: bool) -> None:
        if (
            isinstance(target, ast.Tuple | ast.List)
            and isinstance(value, list)
            and len(target.elts) == len(value)
        ):
            for part, of_part in zip(target.elts, value, strict=True):
                self._assign(part, of_part, scope, define=define)
            return
        if not isinstance(target, ast.Name):
            help_text = "write arrays as a whole"
            raise refused("parts of arrays cannot be assigned", self._span(target), "this part", help_text)
        name = plain_name(target.id).rstrip("_")
        is_new = (
            name not in self._reserved and name not in self.reader.kinds.assumed and target.id not in scope
        )
        if define and is_new and isinstance(value, Array) and name not in self.reader.kinds.names.declared:
            self.reader.definitions[name] = value.node
            span = self._span(target)
            value = Array(Syntax("name", (), span.start, span.end, name), value.kind)
        scope[target.id] = value


def kind_of_shape(rows_are_one: bool, cols_are_one: bool) -> str:
    """Return the kind of an array here by which of its sizes are 1."""
    if cols_are_one:
        return SCALAR if rows_are_one else VECTOR
    return ROW if rows_are_one else MATRIX
