"""Code in Python as a text: what is taken for it, its statements, and its value with definitions.

Code is read with Python's own parser and never executed. Text is taken for code if it can be parsed as Python
and has what only code has: ``@``, a module such as ``np.``, a method with its bracket, or ``def``.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from matcalc.errors import Span
from matcalc.functions import BY_CALL
from matcalc.language.declarations import Declaration
from matcalc.language.evidence import likely_kind
from matcalc.language.names import plain_name
from matcalc.language.other_code import may_be_python
from matcalc.language.python_arrays import MATRIX, ROW, SCALAR, VECTOR, Array, refused
from matcalc.language.python_calls import VectorTransposed
from matcalc.language.python_expressions import Expressions
from matcalc.language.python_functions import DATA, SCALARS
from matcalc.language.python_scopes import Context, Names, WrittenFunction, function_of
from matcalc.language.syntax import CONSTANTS, NUMBERS, Syntax, names_below

#: Longest code that is read, in characters.
MAX_CODE = 20_000
_NAME = re.compile(r"[^\W\d_]\w*")
_KINDS = {"scalar": SCALAR, "vector": VECTOR, "rowvector": ROW}


class CodeSyntax(NamedTuple):
    """Code as syntax, and what to say of it.

    ``assumed`` are the kinds that names were taken to have; ``arrays`` are names beside
    ``@``, ``parameters`` the one of a function of one argument; ``turned`` are taken as columns because
    they are transposed, in a value that is a scalar anyway.
    """

    root: Syntax
    assumed: Mapping[str, frozenset[str]]
    arrays: frozenset[str]
    parameters: tuple[str, ...]
    turned: frozenset[str]
    notes: tuple[str, ...]


def python_tree(text: str) -> ast.Module | None:
    """Return the tree of a text that is code in Python, nothing for another text.

    >>> python_tree("x @ A @ x") is None, python_tree("x'*A*x") is None, python_tree("A*x") is None
    (False, True, True)
    """
    if "\\" in text or not may_be_python(text):
        return None
    if len(text) > MAX_CODE:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text.strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    nodes = list(ast.walk(tree))
    if any(isinstance(node, ast.BitXor | ast.BitOr | ast.FloorDiv) for node in nodes):
        return None
    names = [node.id for node in nodes if isinstance(node, ast.Name)]
    return tree if all(map(_NAME.fullmatch, names)) and set(names) <= set(_WORDS.findall(text)) else None


_WORDS = re.compile(r"\w+")


class _Places:
    """The places of nodes of Python's tree in a text."""

    def __init__(self, text: str):
        start = len(text) - len(text.lstrip())
        self._lines = text.strip().splitlines(keepends=True)
        self._starts = [start]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line))

    def span(self, node: ast.expr | ast.stmt) -> Span:
        """Return the place of a node."""
        last, end = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
        return Span(self._at(node.lineno, node.col_offset), self._at(last, end))

    def _at(self, line: int, column: int) -> int:
        written = self._lines[line - 1]
        if not written.isascii():
            column = len(written.encode()[:column].decode(errors="ignore"))
        return self._starts[line - 1] + column


def read_python(
    text: str, tree: ast.Module, declared: Mapping[str, Declaration], read: Mapping[str, str]
) -> CodeSyntax:
    """Return code as syntax; ``read`` are the kinds of names in a reading before.

    Raises E506 for what cannot be read, with what to write instead.
    """
    arrays = _array_names(tree)

    def default(name: str) -> str:
        kind = _KINDS.get(likely_kind(name, {}), MATRIX)
        if name in arrays:
            return VECTOR if kind == SCALAR else kind
        return SCALAR if name in SCALARS or name in NUMBERS else kind

    kinds = {name: _KINDS.get(declaration.kind, MATRIX) for name, declaration in declared.items()}
    names = Names(kinds, read, default, SCALARS, columns=False)
    try:
        return _PythonProgram(text, tree, names).code()
    except VectorTransposed as found:
        code = _PythonProgram(text, tree, names._replace(columns=True)).code()
        written = " ".join(text[found.span.start : found.span.end].split())
        return code._replace(notes=(*code.notes, f"vectors are columns, as {written} is transposed"))


def _array_names(tree: ast.Module) -> frozenset[str]:
    """Return the names that are no numbers: those beside ``@``, with methods, and with indices."""
    names: set[str] = set()
    for node in ast.walk(tree):
        parts: list[ast.expr] = []
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            parts = [node.left, node.right]
        elif isinstance(node, ast.Attribute | ast.Subscript):
            parts = [node.value]
        names.update(plain_name(part.id).rstrip("_") for part in parts if isinstance(part, ast.Name))
    return frozenset(names)


class _PythonProgram:
    """The statements of a text, read in order."""

    def __init__(self, text: str, tree: ast.Module, names: Names):
        self._tree = tree
        self._span = _Places(text).span
        self.reader = Expressions(self._span, text, names)
        self.reader.run = self.inline
        self.reader.multiplied |= {
            part
            for node in ast.walk(tree)
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult)
            for part in (node.left, node.right)
            if isinstance(part, ast.Name)
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
        self._aliases = frozenset(chain.from_iterable(map(_names_of_one_array, nodes)))
        self._last: Any = None

    def code(self) -> CodeSyntax:
        """Return the value of the text: what is returned, or what the last statement defines."""
        scope: dict[str, Any] = {}
        value = self._run(self._tree.body, scope, define=True)
        if value is None:
            value = self._last
            self._refuse_several(value)
        parameters: tuple[str, ...] = ()
        while isinstance(value, WrittenFunction):
            parameters = tuple(name for name in value.parameters if name not in value.defaults)
            scope = {name: v for name, v in scope.items() if name not in value.parameters}
            value = self._result(value, scope, define=True)
        if not isinstance(value, Array):
            last = self._tree.body[-1]
            raise refused("the code has no value", self._span(last), "what is the objective?", "return it")
        root = self._with_definitions(self._target(value.node))
        assumed = {name: frozenset(kinds) for name, kinds in self.reader.kinds.assumed.items()}
        arrays = frozenset(plain_name(name.id).rstrip("_") for name in self.reader.multiplied)
        asked = tuple(plain_name(name).rstrip("_") for name in parameters) if len(parameters) == 1 else ()
        turned = self._turned() if self.reader.kinds.names.columns and value.is_scalar else frozenset()
        return CodeSyntax(root, assumed, arrays, asked, turned, tuple(self.reader.notes))

    def _refuse_several(self, value: Any) -> None:
        """Raise E506 if several assigned names are used by no other: which one is meant is not said."""
        left = {} if isinstance(value, WrittenFunction) else _unused(self._tree)
        if len(left) > 1:
            *names, last = left
            message = f"{', '.join(names)} and {last} are assigned, and used by no other"
            help_text = f"leave out all but one of them, or write return {last} at the end"
            raise refused(message, self._span(left[last]), "which one is meant?", help_text)

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
        for statement in body:
            if value is not None:
                raise refused(
                    "the code has several values", self._span(statement), "one more", "keep one of them"
                )
            with self.reader.inside(Context(scope, None)):
                value = self._statement(statement, scope, define=define)
        return value

    def _statement(self, node: ast.stmt, scope: dict[str, Any], *, define: bool) -> Any:
        if isinstance(node, ast.Import | ast.ImportFrom | ast.Pass):
            return None
        if isinstance(node, ast.FunctionDef):
            scope[node.name] = self._last = function_of(node.args, node.body)
            return None
        if isinstance(node, ast.Return | ast.Expr) and node.value is not None:
            is_text = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
            return None if is_text else self.reader.value(node.value)
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) and node.value is not None:
            if isinstance(node, ast.AugAssign):
                self._refuse_shared(node, scope)
            if _is_data(node.value):
                return None
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            value = self.reader.value(_assigned(node))
            for target in targets:
                self._assign(target, value, scope, define=define)
            self._last = value if len(targets) == 1 else self._last
            return None
        help_text = "write a formula: sums and products of arrays for loops, relu or max for conditions"
        raise refused("control flow cannot be used", self._span(node), "this statement", help_text)

    def _refuse_shared(self, node: ast.AugAssign, scope: Mapping[str, Any]) -> None:
        """Raise E506 for ``x += y`` if the array that it changes may have another name."""
        if not isinstance(node.target, ast.Name):
            return
        name = node.target.id
        if name in self._aliases or not isinstance(scope.get(name), Array):
            message = f"{name} is changed in place, and other names may be of the same array"
            help_text = f"write {name} = {ast.unparse(_assigned(node))}"
            raise refused(message, self._span(node), "changes the array", help_text)

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


def _unused(tree: ast.Module) -> dict[str, ast.stmt]:
    """Return the assigned names that nothing after them uses, with the last assignment of each."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Lambda)]
    late = {part.id for node in functions for part in ast.walk(node) if isinstance(part, ast.Name)}
    left: dict[str, ast.stmt] = {}
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef):
            continue
        names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
        changed = isinstance(statement, ast.AugAssign)
        for name in names:
            if isinstance(name.ctx, ast.Load) or changed:
                left.pop(name.id, None)
        if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
            if statement.value is None or _is_data(statement.value):
                continue
            stored = [name.id for name in names if isinstance(name.ctx, ast.Store) and name.id not in late]
            left |= dict.fromkeys(stored, statement)
    return left


def _names_of_one_array(node: ast.AST) -> Iterator[str]:
    """Yield the names on both sides of ``a = b``, ``a = b.T`` and ``a = b = ...``: they may be one array."""
    if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
        return
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    pairs = [(target, node.value) for target in targets]
    while pairs:
        target, value = pairs.pop()
        if isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
            pairs += zip(target.elts, value.elts, strict=False)
            continue
        while isinstance(value, ast.Attribute | ast.Subscript):
            value = value.value
        shared = [value] if isinstance(value, ast.Name) else []
        if shared or len(targets) > 1:
            yield from (part.id for part in (target, *shared) if isinstance(part, ast.Name))


def _is_data(node: ast.expr) -> bool:
    """Return whether a value is data, such as random numbers, so that its name is a variable."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in DATA


def _assigned(node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> ast.expr:
    """Return the value of an assignment, with the operator of ``+=``."""
    assert node.value is not None
    if not isinstance(node, ast.AugAssign):
        return node.value
    left = ast.Name(node.target.id, ast.Load()) if isinstance(node.target, ast.Name) else node.target
    operation = ast.BinOp(ast.copy_location(left, node.target), node.op, node.value)
    return ast.copy_location(operation, node)


def kind_of_shape(rows_are_one: bool, cols_are_one: bool) -> str:
    """Return the kind of an array here by which of its sizes are 1."""
    if cols_are_one:
        return SCALAR if rows_are_one else VECTOR
    return ROW if rows_are_one else MATRIX
