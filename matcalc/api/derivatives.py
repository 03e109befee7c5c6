"""``Derivative``: a derivative in closed form, with its forms, values and checks."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from matcalc.algebra import as_written, normalise
from matcalc.api.expressions import Coded, Expression
from matcalc.api.options import Options, declared_kind, names_taken
from matcalc.api.presentation import Differentiated, Presentation
from matcalc.api.results import bounded
from matcalc.calculus import Form, convention, possible_forms
from matcalc.expression import Expr, axes
from matcalc.functions.fields import lazy_property
from matcalc.language import Reading
from matcalc.printing import Text

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from matcalc.api.explanations import GradientPath
    from matcalc.code import Program
    from matcalc.explanation import Graph, Steps
    from matcalc.numeric import CheckReport
    from matcalc.numeric.operators import HessianOperator


class Derivative(Coded):
    """The derivative of an expression with respect to one of its variables, in closed form.

    >>> import matcalc as mc
    >>> d = mc.diff("1/2*||W^T W x - x||^2", wrt="W")
    >>> print(d)
    W*(r*x' + x*r') where r = W'*W*x - x
    >>> d.shape, d.check().passed
    (('m', 'n'), True)

    Its other forms are :attr:`map`, :attr:`kron` and :attr:`index`.

    >>> print(mc.diff("A*X*B", wrt="X"), "|", mc.diff("A*X*B", wrt="X").index)
    A*dX*B | A[i,l]*B[q,j]
    """

    def __init__(self, of: Differentiated, options: Options, shared: list[tuple[str, Expr]] | None = None):
        """``shared`` are names found for several derivatives together, of which this one takes its own."""
        self._of = of
        self._options = options
        self._shared = shared
        if options.form is not None:  # one that does not exist is refused now, not when it is printed
            self._presentation = Presentation(of, options, shared)

    @lazy_property
    @bounded
    def _presentation(self) -> Presentation:
        return Presentation(self._of, self._options, self._shared)

    @property
    def _form(self) -> Form:
        return self._presentation.form

    @property
    def _node(self) -> Expr:
        return self._presentation.node

    @property
    def _reading(self) -> Reading:
        return self._presentation.reading

    @property
    def by(self) -> tuple[str, ...]:
        """The variables of differentiation: one, or those of a mixed derivative in their order."""
        names = tuple(str(derivation.variable.data[0]) for derivation in self._of.derivations)
        return names[:1] if len(set(names)) == 1 else names

    @property
    def wrt(self) -> str:
        """The variable of differentiation; of a mixed derivative all of them, with commas."""
        return ",".join(self.by)

    @property
    def order(self) -> int:
        """How often the expression was differentiated."""
        return len(self._of.derivations)

    @property
    def form(self) -> str:
        """The form: ``gradient``, ``derivative``, ``jacobian``, ``hessian``, ``map``, ``kron``, ``index``."""
        return self._form.name

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms that a derivative of these shapes has, the usual one first."""
        return possible_forms(self._of.last, self.order, scalar=self._of.is_of_scalar)

    @property
    def layout(self) -> str:
        """The layout: ``mixed``, ``numerator`` or ``denominator``."""
        return self._options.layout

    @bounded
    def in_form(self, form: str) -> Derivative:
        """Return the same derivative in another form; raises E505 if there is none.

        >>> import matcalc as mc
        >>> print(mc.diff("A*X*B", wrt="X").in_form("kron"))
        kron(B', A)
        """
        return Derivative(self._of, replace(self._options, form=form))

    @property
    def map(self) -> Derivative:
        """The derivative as a linear map of the differentials of the variables."""
        return self.in_form("map")

    @property
    def kron(self) -> Derivative:
        """The derivative as a matrix that takes ``vec(dX)`` to the stacked change of the value."""
        return self.in_form("kron")

    @property
    def index(self) -> Derivative:
        """The derivative in index notation."""
        return self.in_form("index")

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of the differentials that a map takes."""
        return self._presentation.arguments

    @property
    @bounded
    def expr(self) -> Expression:
        """The closed form as an expression; raises E505 for index notation, which is none."""
        return Expression(self._node, self._reading, self._definitions())

    @lazy_property
    @bounded
    def value(self) -> Expression:
        """The expression that was differentiated."""
        with as_written(self._of.writing):
            return Expression(normalise(self._of.reading.expr), self._of.reading, is_read=True)

    @property
    def shape(self) -> tuple[str, ...]:
        """The dimensions of what is printed: of a gradient those of the variable."""
        form = self._form
        if form.indices is not None:
            return tuple(str(index.dim) for index in form.indices.axes)
        dims = self._node.shape if form.name in ("jacobian", "hessian", "kron") else axes(self._node.shape)
        return tuple(map(str, dims))

    @property
    def axes(self) -> tuple[str, ...]:
        """The letters of the axes in index notation: of the value, then of each variable."""
        return self._presentation.axes

    @property
    def variables(self) -> dict[str, str]:
        """The variables with their kinds, as ``variables=`` takes them; those of a map are among them."""
        return {name: str(declared_kind(v)) for name, v in self._reading.variables.items()}

    @property
    def sources(self) -> dict[str, str]:
        """For each variable whether its kind was ``declared``, is the ``default``, or ``inferred``.

        What a map takes is an ``argument``.
        """
        return dict(self._reading.sources)

    @property
    def notes(self) -> tuple[str, ...]:
        """The assumptions, and the structure that the derivative respects."""
        return self._presentation.notes

    @bounded
    def _definitions(self) -> list[tuple[str, Expr]]:
        """Return the names given to parts of the result, found when first asked for."""
        return self._presentation.definitions()

    def _written_names(self) -> set[str]:
        return {*names_taken(self._of.reading), *self.arguments, *(name for name, _ in self._definitions())}

    def _write(self, style: Text) -> str:
        return self._presentation.written(style)

    def without_definitions(self, style: Text) -> str:
        """Return the closed form as :meth:`display` does, with names that are defined elsewhere."""
        return self._presentation.without_definitions(style)

    @bounded
    def display(self, notation: str = "text") -> str:
        """Return the closed form as it is shown to people; a map is shown with its arguments.

        ``notation`` is ``text``, ``unicode``, ``latex`` or ``typst``.

        >>> import matcalc as mc
        >>> mc.diff("A*X*B", wrt="X").display("unicode")
        'dX ↦ A dX B'
        """
        return self._shown(self._style(notation))

    def _shown(self, style: Text) -> str:
        return self._presentation.introduced(self._write(style), style)

    @lazy_property
    @bounded
    def _program(self) -> Program:
        """The function that computes the derivative."""
        from matcalc.api.programs import derivative_forms
        from matcalc.code import with_functions

        names = {value: name for name, value in self._definitions()}
        forms = cache(partial(derivative_forms, self._of, self._form.indices or self._node))
        return with_functions(
            self.form, str(self), self._reading.variables, self._of.reading.expr, forms, names
        )

    @bounded
    def hvp(self, direction: str) -> Expression:
        """Return the product of a second derivative with an array, as a closed form in it.

        ``direction`` is its name, that of a variable of the same shape or a new one. Raises E505 for what is
        no second derivative of a scalar, E403 for a name that means something else.

        >>> import matcalc as mc
        >>> print(mc.diff("logsumexp(x)", wrt="x", order=2).hvp("v"))
        softmax(x).*v - (softmax(x)'*v)*softmax(x)
        """
        from matcalc.api.programs import hessian_product

        return hessian_product(self._of, direction)

    @bounded
    def operator(self, /, **values: ArrayLike) -> HessianOperator:
        """Return a Hessian at a point as a linear operator, without forming the Hessian.

        ``matvec`` takes an array shaped like the variable, or a flat one, ``dense`` returns the whole
        Hessian. What does not depend on the array is computed once. Raises E505 unless it is the second
        derivative of a scalar with respect to one variable, E301 for a missing value, E302 for a wrong shape.

        >>> import matcalc as mc
        >>> hessian = mc.diff("||A*x - b||^2", wrt="x", order=2).operator(A=[[1, 2]], x=[1, 0], b=[1])
        >>> hessian.shape, hessian.matvec([1, 0]), hessian.dense()
        ((2, 2), array([2., 4.]), array([[2., 4.],
               [4., 8.]]))
        """
        from matcalc.api.evaluation import hessian_operator

        return hessian_operator(self, values)

    @bounded
    def paths(self) -> list[GradientPath]:
        """Return the paths from the variable to the value, with what each contributes to the gradient.

        There is one for each way through the intermediate values, and the contributions add up to the
        gradient. Raises E505 for what is no gradient of a scalar, or if there are more than 200 paths.

        >>> import matcalc as mc
        >>> for path in mc.diff("1/2*||W^T W x - x||^2", wrt="W").paths():
        ...     print(path.occurrence, "|", path.product, "|", path.contribution)
        W' in N = W'*M | M'*dW*r | W*x*(W'*W*x - x)'
        W in M = W*x | x'*dW'*W*r | W*(W'*W*x - x)*x'
        """
        from matcalc.api.explanations import gradient_paths

        return gradient_paths(self._of, self._definitions())

    @bounded
    def steps(self, style: str = "backprop", level: str = "full") -> Steps:
        """Return how the gradient of a scalar comes about, line by line.

        ``style`` is ``backprop``: the values, the derivatives with respect to them from the last one back,
        and the sum over the occurrences of the variable; or ``differential``: the differentials, substituted
        into one another. With ``level`` ``full`` each rule and law is given in words, as a formula and with
        its source, with ``brief`` none is. The steps have ``unicode()`` and ``latex()``, ``lines`` and
        ``hint(n)``, the line after the first ``n``. Raises E505 for what is no gradient of a scalar, E403 for
        another style or level.

        >>> import matcalc as mc
        >>> print(mc.diff("1/2*||A x - b||^2", wrt="x").steps(level="brief"))
        values
          M = A*x               (m)
          r = M - b             (m)
          L = norm2(r)^2/2      ()
        derivatives with respect to these values, from the last to the first
          dL/dr = r             (m)  as r in L = norm2(r)^2/2
          dL/dM = r             (m)  as M in r = M - b
        contributions of the paths
          path 1 = A'*r         (n)  as x in M = A*x
        result
          dL/dx = A'*r          (n)
                = A'*(A*x - b)  (n)  with r = M - b and M = A*x
        """
        from matcalc.api.explanations import steps_of

        return steps_of(self._of, self._definitions(), style, level)

    @bounded
    def graph(self) -> Graph:
        """Return the computation graph of a scalar, with the paths from the variable to it.

        Nodes are the intermediate values, with their shapes and the derivatives with respect to them; an
        edge on a path has the local derivative, as a differential. ``str()`` lists the graph, notebooks show
        it, and it has ``svg()``, ``mermaid()`` and ``dot()``. Raises E505 if it is no gradient of a scalar.

        >>> import matcalc as mc
        >>> print(mc.diff("norm2(A*x - b)^2", wrt="x").graph())
        A               (m,n)
        x               (n)    dL/dx = 2*A'*r
        b               (m)
        M = A*x         (m)    dL/dM = 2*r
          from x: dM = A*dx  (path 1)
        r = M - b       (m)    dL/dr = 2*r
          from M: dr = dM  (path 1)
        L = norm2(r)^2  ()     dL/dL = 1
          from r: dL = 2*(r'*dr)  (path 1)
        """
        from matcalc.api.explanations import graph_of_gradient

        return graph_of_gradient(self._of, self._definitions())

    def to_sympy(self) -> Any:
        """Return the closed form in SymPy, without names for its parts; see :meth:`Expression.to_sympy`.

        >>> import matcalc as mc
        >>> mc.diff("norm2(A*x - b)^2", wrt="x").to_sympy()
        2*A.T*(A*x - b)
        """
        return self.expr.to_sympy()

    def _sympy_(self) -> Any:
        """Return the closed form in SymPy; ``sympy.sympify`` calls this."""
        return self.to_sympy()

    @bounded
    def evaluate(self, /, *, form: Any = None, **values: ArrayLike) -> Any:
        """Return the derivative at arrays: first the axes of the value, then those of each variable.

        Vectors have one axis, scalars none; a derivative without axes is a float. This holds whatever form is
        printed, unless ``form`` asks for the matrix of ``jacobian``, ``hessian`` or ``kron``, or for
        ``map``, a function of arrays. A variable may be called ``form`` all the same. In
        denominator layout the axes of the variable come first, in numerator layout those of a gradient are
        reversed. Raises ``MatcalcError`` E301 to E305 and E404
        for values as :meth:`Expression.evaluate` does, E505 for a form that does not exist, E508 for arrays
        with more entries than the budget has.

        >>> import matcalc as mc
        >>> mc.diff("x'*x", wrt="x").evaluate(x=[1, 2])
        array([2., 4.])
        >>> mc.diff("A*X*B", wrt="X").evaluate(A=[[1, 2]], X=[[1], [1]], B=[[1, 1]]).shape
        (1, 2, 2, 1)
        """
        from matcalc.api.evaluation import evaluated

        return evaluated(self, form, values)

    @bounded
    def check(self, trials: int = 5, seed: int = 0, *, exact: bool = False) -> CheckReport:
        """Return a report on the derivative against numerical differentiation, or a proof.

        ``trials`` random instances; ``passed``, ``max_rel_error``, ``trials``, ``seed``,
        ``sizes``, and ``reason`` if no check could be made. A derivative of higher order is checked against
        differences of the previous order, and so is each order before it. With ``exact`` a gradient is
        proved by exact arithmetic in a prime field, and ``false_pass_bound`` bounds the probability
        that a wrong one would pass. That is possible if value and derivative are rational; otherwise
        ``method`` says that the check is numerical, and ``note`` why.

        >>> import matcalc as mc
        >>> mc.diff("logdet(X)", wrt="X").check(seed=1).passed
        True
        >>> mc.diff("logdet(X)", wrt="X").check(exact=True).note
        'not proved exactly: logdet is not rational'
        """
        from matcalc.api.evaluation import checked

        return checked(self, trials, seed, exact=exact)

    def _called(self) -> str:
        order = f" of order {self.order}" if self.order > 1 else ""
        return f"Derivative{order} with respect to {self.wrt}"

    def _content(self) -> Hashable:
        """Return what was differentiated, with respect to what, by which convention, and how it is shown."""
        by = [derivation.variable for derivation in self._of.derivations]
        conventions = tuple(convention(variable, self._of.choice) for variable in by)
        return self.value, tuple(by), conventions, self.form, self.layout

    def __hash__(self) -> int:
        """Return a hash that agrees with equality."""
        return hash((self.value, self.wrt))
