"""``Expression``, ``parse`` and ``from_sympy``; what has source code."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from matcalc.algebra import Writing, as_written, normalise
from matcalc.api.options import Options, declared_kind, names_taken, refuse_unmet_requirements
from matcalc.api.presentation import names_given
from matcalc.api.results import Immutable, Written, bounded
from matcalc.calculus import LARGEST_WITHOUT_NAMES, named_parts, size, trace
from matcalc.errors import MatcalcError
from matcalc.expression import Budget, Expr, axes, variables
from matcalc.expression.signatures import shapes_of
from matcalc.functions.fields import lazy_property
from matcalc.language import Reading, by_plain_name
from matcalc.printing import Text, write

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from matcalc.api.derivatives import Derivative
    from matcalc.api.several import Derivatives
    from matcalc.code import Program
    from matcalc.explanation import Graph

#: What returns forms in which something can be computed that is derived from an expression.
Forms = Callable[[Expr], Sequence[Sequence[Expr]]]


class Coded(Written, Immutable):
    """The methods of whatever source code can compute."""

    @property
    @abstractmethod
    def _program(self) -> Program:
        """The function that computes it."""

    @bounded
    def code(self, target: str = "numpy", sizes: Mapping[str, int] | None = None) -> str:
        """Return source code: a function of arrays that needs only the target library.

        Vectors are 1-D, matrices 2-D arrays. The function has the name of the form, and temporaries those of
        the named parts. The code is the cheapest under the cost model for the ``sizes`` of dimensions, which
        are 100 where none is given; it is right for all sizes. Raises E403 for an unknown target, E505 for
        functions that the target lacks, and for those of unit matrices.

        >>> import matcalc as mc
        >>> print(mc.diff("1/2*||W^T W x - x||^2", wrt="W").code())
        import numpy as np
        <BLANKLINE>
        <BLANKLINE>
        def gradient(W, x):
            \"\"\"Return W*(r*x' + x*r') where r = W'*W*x - x, for W: (m, n); x: (n).\"\"\"
            t1 = W.dot(x)
            r = t1.dot(W) - x
            return np.array([W.dot(r), t1]).T.dot(np.array([x, r]))
        <BLANKLINE>
        """
        from matcalc.api.compiled_functions import source_for

        return source_for(self._program, target, sizes)

    @bounded
    def compile(self, target: str = "numpy") -> Callable[..., Any]:
        """Return the function that :meth:`code` writes, for whatever shapes it is called with.

        Arguments are given by position or by name. Code is generated for each set of shapes, the cheapest
        under the cost model; it reuses the buffers of temporaries that are no longer live, which
        :meth:`code` does only where integer arrays allow it. The function can be pickled, and is generated
        again when it is loaded. Raises as :meth:`code` does; the function raises E302 and E303 for values
        that do not fit or are not numeric, E304 for matrices that cannot be factorised.

        >>> import matcalc as mc
        >>> gradient = mc.diff("norm2(A*x)^2", wrt="x").compile()
        >>> gradient(A=[[1, 2], [0, 1]], x=[1, 1])
        array([ 6., 14.])
        """
        from matcalc.api.compiled_functions import CompiledFunction, callable_of

        call = callable_of(self._program, target, self.budget)
        return CompiledFunction(call, self, target, (Coded.compile, (self, target)), self)


class Expression(Coded):
    """A matrix expression with the kinds and shapes of its variables.

    Its text is a simplified form in the input language and reads back as the same expression.

    >>> import matcalc as mc
    >>> e = mc.parse("tr(A*X) + tr(A*X)")
    >>> str(e), e.shape, e.variables
    ('2*tr(A*X)', (), {'A': 'matrix(m,n)', 'X': 'matrix(n,m)'})
    """

    #: What differentiates a reading. It makes derivatives, which know expressions, and puts itself here.
    _differentiate: ClassVar[Callable[..., Derivative | Derivatives]]

    def __init__(
        self,
        node: Expr,
        reading: Reading,
        definitions: Iterable[tuple[str, Expr]] = (),
        *,
        is_read: bool = False,
        derived: tuple[Expr, Forms] | None = None,
    ):
        """``is_read`` says that the node is what was read, which then has to be defined too.

        ``derived`` says from what the node is derived, and in which forms it can be computed.
        """
        self._node = node
        self._reading = reading
        self._definitions = tuple(definitions)
        self._is_read = is_read
        self._derived = derived

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
        return {name: str(declared_kind(v)) for name, v in self._reading.variables.items()}

    @property
    def sizes(self) -> tuple[str, ...]:
        """The names of the sizes that the variables have.

        >>> import matcalc as mc
        >>> mc.parse("A*x").sizes
        ('m', 'n')
        """
        shapes = [shape for v in self._reading.variables.values() for shape in shapes_of(v)]
        return tuple(sorted({symbol for shape in shapes for dim in shape for symbol in dim.symbols}))

    @property
    def sources(self) -> dict[str, str]:
        """For each variable whether its kind was ``declared``, is the ``default``, or ``inferred``."""
        return dict(self._reading.sources)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was assumed in reading the expression."""
        return self._reading.notes

    @bounded
    def evaluate(self, /, **values: ArrayLike) -> Any:
        """Return the value: a float, a 1-D or a 2-D array.

        Vectors are 1-D, scalars numbers. A size that no value tells is given by its name, as in
        ``n=3``. Raises ``MatcalcError`` E301 to E303 for values that are missing, of the wrong shape
        or no real numbers, E304 for one outside the domain of a function, E305 for one that is not what
        was declared, E404 for an unknown name, E508 for arrays with more entries than the budget has.

        >>> import matcalc as mc
        >>> mc.parse("x'*x").evaluate(x=[1, 2, 3])
        14.0
        """
        from matcalc.numeric import evaluate

        reading = self._reading
        given = by_plain_name(values)
        try:
            return evaluate(
                self._node, reading.variables, given, reading.expr, reading.spans, as_written=self._is_read
            )
        except MatcalcError as error:
            raise error.with_source(reading.text) from None

    @bounded
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
        values = by_plain_name(given)
        try:
            return random_values(reading.expr, reading.variables, seed, values, reading.spans)
        except MatcalcError as error:
            raise error.with_source(reading.text) from None

    @bounded
    def diff(
        self,
        wrt: str | Sequence[str],
        order: int = 1,
        *,
        form: str | None = None,
        layout: str = "mixed",
        symmetric: str = "projected",
        names: bool = True,
        budget: Budget | None = None,
    ) -> Derivative | Derivatives:
        """Return the derivative with respect to ``wrt``; see :func:`matcalc.diff`.

        >>> import matcalc as mc
        >>> print(mc.parse("x'*A*x").diff("A"))
        x*x'
        """
        options = Options(form=form, layout=layout, symmetric=symmetric, names=names)
        return self._differentiate(self._understood, wrt, order, options)

    @property
    def _understood(self) -> Reading:
        """What was read, or for an expression that was found the same as if it had been."""
        if self._is_read:
            return self._reading
        names = {**self._reading.definitions, **dict(self._definitions)}
        return self._reading._replace(text=str(self), expr=self._node, definitions=names, spans={})

    @bounded
    def graph(self) -> Graph:
        """Return the computation graph: the values of all parts, and what goes into what.

        See :meth:`Derivative.graph`, which has the paths from one variable and derivatives too.

        >>> import matcalc as mc
        >>> print(mc.parse("1/2*||A*x - b||^2").graph())
        A                 (m,n)
        x                 (n)
        b                 (m)
        M = A*x           (m)
        r = M - b         (m)
        L = norm2(r)^2/2  ()
        """
        from matcalc.explanation import graph_of

        reading = self._understood
        with as_written(Writing()):
            leaves = list(reading.variables.values())
            return graph_of(trace(reading.expr, leaves, names_given(reading), names_taken(reading)))

    @property
    def _program(self) -> Program:
        """The function that computes the value."""
        from matcalc.code import with_functions

        names = {value: name for name, value in self._definitions}
        of, forms = self._derived or (self._node, lambda expr: [(expr,)])
        return with_functions("value", str(self), self._reading.variables, of, cache(forms), names)

    @bounded
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

    def _written_names(self) -> set[str]:
        return names_taken(self._reading) | {name for name, _ in self._definitions}

    def _write(self, style: Text) -> str:
        if not self._definitions and size(self._node) > LARGEST_WITHOUT_NAMES:
            self._definitions = tuple(named_parts(self._node, names_taken(self._reading), {}))
        return write(self._node, style, self._definitions)

    def _represented(self) -> str:
        """Return the expression as Python would build it: with the kinds of the variables in it.

        >>> import matcalc as mc
        >>> mc.parse("tr(A*X) + tr(A*X)")
        matcalc.parse('2*tr(A*X)', {'A': 'matrix(m,n)', 'X': 'matrix(n,m)'})
        """
        inside = variables([self._node])
        names = [*filter(inside.__contains__, self._reading.variables)]
        kinds = {name: str(declared_kind(inside[name])) for name in dict.fromkeys([*names, *inside])}
        return f"matcalc.parse({str(self)!r}, {kinds})" if kinds else f"matcalc.parse({str(self)!r})"

    @lazy_property
    def _normal(self) -> Expr:
        """The normal form, in no particular way of writing it."""
        return normalise(self._node)

    def _content(self) -> Expr:
        return self._normal

    @bounded
    def __hash__(self) -> int:
        """Return a hash that agrees with equality, the same in every process."""
        return hash(self._normal.key)


@bounded
def parse(
    text: str,
    variables: Mapping[str, str] | None = None,
    *,
    latex: bool | None = None,
    budget: Budget | None = None,
) -> Expression:
    """Return the expression that ``text`` writes.

    ``variables`` declares kinds and sizes, as in ``{"S": "symmetric(n)", "x": "vector(n)"}``;
    what is not declared is inferred. A text with a backslash is LaTeX; ``latex`` decides it for any
    text. ``budget`` bounds what this, and each method of the result, may cost. Raises ``MatcalcError``:
    E1xx if the text cannot be read,
    E2xx if its dimensions do not fit, E402 for a bad declaration, E508 for what costs more than the budget.

    >>> import matcalc as mc
    >>> print(mc.parse("W^T W x"))
    W'*W*x
    """
    return expression_read(Options(variables=variables, latex=latex).read(text))


def expression_read(reading: Reading) -> Expression:
    """Return what was read as an expression."""
    with as_written(Writing()):
        return Expression(normalise(reading.expr), reading, is_read=True)


@bounded
def from_sympy(
    expression: Any, variables: Mapping[str, str] | None = None, *, budget: Budget | None = None
) -> Expression:
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
    return expression_read(reading)
