"""Expressions as users handle them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from matcalc.algebra import Writing, as_written, is_symmetric, normal_forms, normalise
from matcalc.calculus import named_parts, size
from matcalc.errors import MatcalcError
from matcalc.expression import Expr, axes, postorder
from matcalc.functions import FUNCTIONS
from matcalc.language import Reading
from matcalc.language import parse as read
from matcalc.printing import LATEX, TEXT, UNICODE, Text, write

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from matcalc.api.derivatives import Derivative

#: An expression larger than this is printed with names for its parts: written out, one in which
#: every definition uses the one before twice would never end.
LARGEST_WITHOUT_NAMES = 1000
#: Functions of symmetric matrices only.
DEMANDING = frozenset(entry.name for entry in FUNCTIONS if entry.requires)


class Expression:
    """A matrix expression with the kinds and shapes of its variables.

    Its text is a simplified form in the input language and reads back as the same expression.

    >>> import matcalc as mc
    >>> e = mc.parse("tr(A*X) + tr(A*X)")
    >>> str(e), e.shape, e.variables
    ('2*tr(A*X)', (), {'A': 'matrix(m,n)', 'X': 'matrix(n,m)'})
    """

    def __init__(self, node: Expr, reading: Reading, definitions: Iterable[tuple[str, Expr]] = ()):
        self._node = node
        self._reading = reading
        self._definitions = tuple(definitions)

    @property
    def node(self) -> Expr:
        """The expression itself, as the engine holds it."""
        return self._node

    @property
    def shape(self) -> tuple[str, ...]:
        """The dimensions, without those that are 1: ``()`` for a scalar, ``('n',)`` for a vector."""
        return tuple(str(dim) for dim in axes(self._node.shape))

    @property
    def variables(self) -> dict[str, str]:
        """The variables with their kinds, as ``variables=`` of :func:`parse` takes them."""
        return {name: describe_kind(v) for name, v in self._reading.variables.items()}

    @property
    def notes(self) -> tuple[str, ...]:
        """What was assumed in reading the expression."""
        return self._reading.notes

    def evaluate(self, **values: ArrayLike) -> Any:
        """Return the value: a float, a 1-D or a 2-D array.

        Vectors are 1-D, scalars numbers. Raises ``MatcalcError`` E301 to E303 for values that
        are missing, of the wrong shape or no numbers, E404 for an unknown name.

        >>> import matcalc as mc
        >>> mc.parse("x'*x").evaluate(x=[1, 2, 3])
        14.0
        """
        from matcalc.numeric import evaluate

        return evaluate(self._node, self._reading.variables, values)

    def diff(self, wrt: str, order: int = 1) -> Derivative:
        """Return the derivative by the variable ``wrt``; see :func:`matcalc.diff`.

        >>> import matcalc as mc
        >>> print(mc.parse("x'*A*x").diff("A"))
        x*x'
        """
        from matcalc.api.derivatives import differentiate

        return differentiate(self._reading, wrt, order)

    def to_sympy(self) -> Any:
        """Return the expression in SymPy.

        Vectors are matrices of one column, and a scalar such as ``x'*A*y`` is the trace of a 1×1
        matrix. Of what was declared, SymPy can hold the signs of scalars only, so :func:`from_sympy`
        needs the other facts again. Raises ``MatcalcError`` E505 for a function that SymPy has
        not, E108 for an expression that is too large for it.

        >>> import matcalc as mc
        >>> mc.parse("x'*A*y + logdet(X)").to_sympy()
        log(Determinant(X)) + Trace(x.T*A*y)
        """
        from matcalc.interop import expression_to_sympy

        return expression_to_sympy(self._node)

    def _sympy_(self) -> Any:
        """Return the expression in SymPy; ``sympy.sympify`` calls this."""
        return self.to_sympy()

    def _write(self, style: Text) -> str:
        if not self._definitions and size(self._node) > LARGEST_WITHOUT_NAMES:
            self._definitions = tuple(named_parts(self._node, names_taken(self._reading), {}))
        return write(self._node, style, self._definitions)

    def __str__(self) -> str:
        """Return the expression in the input language."""
        return self._write(TEXT)

    def latex(self) -> str:
        """Return the expression in LaTeX."""
        return self._write(LATEX)

    def unicode(self) -> str:
        """Return the expression with mathematical symbols."""
        return self._write(UNICODE)

    def __repr__(self) -> str:
        """Return the expression as Python would build it."""
        return f"matcalc.parse({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        """Return whether both are the same expression in normal form."""
        return isinstance(other, Expression) and normalise(self._node) is normalise(other._node)

    def __hash__(self) -> int:
        """Return a hash that agrees with equality."""
        return hash(normalise(self._node))


def names_taken(reading: Reading) -> set[str]:
    """Return the names that the user has given to anything."""
    dims = {symbol for v in reading.variables.values() for dim in v.shape for symbol in dim.symbols}
    return dims | {*reading.variables, *reading.definitions}


def describe_kind(variable: Expr) -> str:
    """Return the declaration of a variable: ``vector(n)``, ``spd(n)``, ``matrix(m,n)``."""
    _, facts = variable.data
    rows, cols = variable.shape
    structures = ("spd", "diagonal", "symmetric", "orthogonal", "skew", "lower")
    kind = next((fact for fact in structures if fact in facts), "")
    if kind:
        text = f"{kind}({rows})"
    elif variable.is_scalar:
        text = "scalar"
    elif variable.is_column:
        text = f"vector({rows})"
    elif variable.is_row:
        text = f"rowvector({cols})"
    else:
        text = f"matrix({rows},{cols})"
    value = next((fact for fact in ("positive", "nonnegative") if fact in facts), "")
    return f"{text} {value}".strip()


def refuse_unmet_requirements(reading: Reading) -> None:
    """Raise E203 for an argument of which is not known what its function requires."""
    demanding = [node for node in postorder(reading.expr) if node.op in DEMANDING]
    normal = normal_forms(demanding)
    for node in demanding:
        argument = normal[node.args[0]]
        if not (argument.is_scalar or is_symmetric(argument)):
            text = write(argument, TEXT, named_parts(argument, names_taken(reading), {}))
            raise MatcalcError(
                "E203",
                f"{node.op} needs a symmetric matrix; {text} is not known to be symmetric",
                source=reading.text,
                help="declare it symmetric, or write sym(...)",
            )


def parse(text: str, variables: Mapping[str, str] | None = None, *, latex: bool | None = None) -> Expression:
    """Return the expression that ``text`` writes.

    ``variables`` declares kinds and sizes, as in ``{"S": "symmetric(n)", "x": "vector(n)"}``;
    what is not declared is inferred. A text with a backslash is LaTeX; ``latex`` decides it for any
    text. Raises ``MatcalcError``: E1xx if the text cannot be read,
    E2xx if its dimensions do not fit, E402 for a bad declaration.

    >>> import matcalc as mc
    >>> print(mc.parse("W^T W x"))
    W'*W*x
    """
    reading = read(text, variables, latex=latex)
    refuse_unmet_requirements(reading)
    with as_written(Writing()):
        return Expression(normalise(reading.expr), reading)


def from_sympy(expression: Any, variables: Mapping[str, str] | None = None) -> Expression:
    """Return the expression that ``expression`` of SymPy is.

    Shapes are those of SymPy, scalar symbols that are positive or nonnegative stay so, and
    everything is taken as real. ``variables`` declares more, as in ``{"S": "symmetric(n)"}``.
    Raises ``MatcalcError``: E506 for what is not supported, text among it, E402 for a symbol with
    a name that cannot be one here, E209 for a declaration that contradicts SymPy's shape.

    >>> import matcalc as mc, sympy
    >>> n = sympy.Symbol("n", integer=True, positive=True)
    >>> X = sympy.MatrixSymbol("X", n, n)
    >>> print(mc.from_sympy(sympy.log(sympy.Determinant(X))).diff("X"))
    inv(X)'
    """
    if isinstance(expression, str):
        message = "from_sympy takes an expression of SymPy, not text"
        raise MatcalcError("E506", message, help="matcalc.parse reads text")
    from matcalc.interop import reading_of

    reading = reading_of(expression, variables or {})
    refuse_unmet_requirements(reading)
    with as_written(Writing()):
        return Expression(normalise(reading.expr), reading)
