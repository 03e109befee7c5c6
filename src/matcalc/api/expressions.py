"""Expressions as users handle them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from matcalc.algebra import Writing, as_written, is_symmetric, normal_forms, normalise
from matcalc.calculus import DEMANDING, named_parts, size
from matcalc.errors import MatcalcError
from matcalc.expression import Expr, axes, postorder
from matcalc.expression import variables as variables_of
from matcalc.language import FACTS, Reading, plain_name
from matcalc.language import parse as read
from matcalc.printing import LATEX, TEXT, UNICODE, Text, write

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from matcalc.api.derivatives import Derivative

#: An expression larger than this is printed with names for its parts: written out, one in which
#: every definition uses the one before twice would never end.
LARGEST_WITHOUT_NAMES = 1000


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
    def sources(self) -> dict[str, str]:
        """For each variable whether its kind was ``declared``, is the ``default``, or ``inferred``."""
        return dict(self._reading.sources)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was assumed in reading the expression."""
        return self._reading.notes

    def evaluate(self, /, **values: ArrayLike) -> Any:
        """Return the value: a float, a 1-D or a 2-D array.

        Vectors are 1-D, scalars numbers. A size that no value tells is given by its name, as in
        ``n=3``. Raises ``MatcalcError`` E301 to E303 for values that are missing, of the wrong shape
        or no real numbers, E304 for one outside the domain of a function, E305 for one that is not what
        was declared, E404 for an unknown name.

        >>> import matcalc as mc
        >>> mc.parse("x'*x").evaluate(x=[1, 2, 3])
        14.0
        """
        from matcalc.numeric import evaluate

        reading = self._reading
        given = {plain_name(name): value for name, value in values.items()}
        try:
            return evaluate(self._node, reading.variables, given, reading.expr, reading.spans)
        except MatcalcError as error:
            raise error.with_source(reading.text) from None

    def sample(self, seed: int = 0, /, **given: ArrayLike) -> dict[str, Any]:
        """Return values for all variables: those that are given, random ones for the others.

        They are of the declared kinds and, if such are found, inside the domains of all functions.
        Sizes that no variable has are among them; all together are what :meth:`evaluate` takes.
        Raises ``MatcalcError`` E302 to E305 and E404 as that does, E301 if sizes cannot be chosen.

        >>> import matcalc as mc
        >>> values = mc.parse("x'*log(y)").sample(1, x=[1, 2, 3])
        >>> list(values), len(values["y"])
        (['x', 'y'], 3)
        """
        from matcalc.numeric import random_values

        reading = self._reading
        values = {plain_name(name): value for name, value in given.items()}
        try:
            return random_values(reading.expr, reading.variables, seed, values, reading.spans)
        except MatcalcError as error:
            raise error.with_source(reading.text) from None

    def diff(self, wrt: str, order: int = 1) -> Derivative:
        """Return the derivative by the variable ``wrt``; see :func:`matcalc.diff`.

        >>> import matcalc as mc
        >>> print(mc.parse("x'*A*x").diff("A"))
        x*x'
        """
        from matcalc.api.derivatives import differentiate

        return differentiate(self._reading, wrt, order)

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
    values = [fact for fact in FACTS if fact in facts]
    told = {more for fact in values for more in FACTS[fact] if more != fact}
    return " ".join([text, *(fact for fact in values if fact not in told)])


def understood(
    text: str,
    declarations: Mapping[str, str] | None,
    wrt: Iterable[str] = (),
    *,
    scalar: bool = False,
    latex: bool | None = None,
) -> Reading:
    """Return what the text is read as, every function with arguments that it can have.

    Undeclared matrices are taken as symmetric where a function needs it; notes say so. Raises E203
    for an argument that is not known to be symmetric though its function needs it.
    """
    reading = read(text, declarations, wrt, scalar=scalar, latex=latex)
    unmet = _unmet_requirements(reading)
    if not unmet:
        return reading
    names = {
        name: node.op
        for node in reversed(unmet)
        for name, variable in variables_of([node]).items()
        if reading.sources[name] != "declared" and variable.shape[0] is variable.shape[1]
    }
    assumed = {**(declarations or {}), **dict.fromkeys(names, "symmetric")}
    again = read(text, assumed, wrt, scalar=scalar, latex=latex) if names else reading
    for node in _unmet_requirements(again):
        raise _not_symmetric(again, node)
    notes = [
        f"{name} is taken as a symmetric matrix; {function} needs one" for name, function in names.items()
    ]
    sources = {**again.sources, **dict.fromkeys(names, "inferred")}
    return again._replace(notes=(*again.notes, *notes), sources=sources)


def _unmet_requirements(reading: Reading) -> list[Expr]:
    """Return the calls of functions of symmetric matrices whose arguments are not known to be so."""
    demanding = [node for node in postorder(reading.expr) if node.op in DEMANDING]
    normal = normal_forms(demanding)
    return [
        node
        for node in demanding
        if not (normal[node.args[0]].is_scalar or is_symmetric(normal[node.args[0]]))
    ]


def _not_symmetric(reading: Reading, node: Expr) -> MatcalcError:
    argument = normalise(node.args[0])
    text = write(argument, TEXT, named_parts(argument, names_taken(reading), {}))
    message = f"{node.op} needs a symmetric matrix; {text} is not known to be symmetric"
    return MatcalcError("E203", message, source=reading.text, help="declare it symmetric, or write sym(...)")


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
    reading = understood(text, variables, latex=latex)
    with as_written(Writing()):
        return Expression(normalise(reading.expr), reading)
