"""How a gradient comes about, as users see it: its paths, and the methods that return steps and graphs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, NamedTuple

from matcalc.algebra import as_written
from matcalc.api.differentiated import Differentiated, names_taken
from matcalc.api.expressions import Expression
from matcalc.api.results import bounded
from matcalc.calculus import Route, factored, formula_of, respecting, routes
from matcalc.expression import Expr, variables
from matcalc.printing import TEXT, Text, below, write_lines

if TYPE_CHECKING:
    from matcalc.api.differentiated import Differentiated
    from matcalc.explanation import Graph, Steps
    from matcalc.expression import Expr


class PathValue(NamedTuple):
    """A value on a path: its ``name``, its ``formula`` in terms of others, and its ``shape``.

    The variable, where a path begins, has its name as formula. ``differential`` is the local derivative: the
    differential of the value, called ``move``, when the one before it varies. The variable has none.
    """

    name: str
    formula: Expression
    shape: tuple[str, ...]
    differential: Expression | None
    move: str

    def _equation(self, style: Text) -> str:
        """Return the value with its formula, of the variable the name."""
        name = style.name(self.name)
        return name if self.differential is None else f"{name} = {self.formula._write(style)}"


class GradientPath(NamedTuple):
    """One way from an occurrence of the variable to the value.

    ``values`` are those on the way, the variable first and the whole last. ``product`` is the product of the
    local derivatives along it: the differential of the whole if the variable varies at ``occurrence`` alone.
    ``contribution`` is what it adds to the gradient; the contributions of all paths add up to that.
    """

    values: tuple[PathValue, ...]
    occurrence: str
    product: Expression
    contribution: Expression

    def __str__(self) -> str:
        """Return the values on the way, the product of the local derivatives, and the contribution.

        >>> import matcalc as mc
        >>> print(mc.diff("norm2(A*x)^2", wrt="x").paths()[0])
        x -> M = A*x -> L = norm2(M)^2
        dL = 2*(M'*A*dx)
        contributes 2*A'*A*x
        """
        return "\n".join(self.lines(TEXT))

    def lines(self, style: Text) -> list[str]:
        """Return the path in a notation: the way, the product along it, and the contribution."""
        move = style.name(self.values[-1].move)
        return [
            style.to.join(value._equation(style) for value in self.values),
            f"{move} = {self.product._write(style)}",
            style.words("contributes ") + self.contribution._write(style),
        ]

    def __repr__(self) -> str:
        """Return the path in one line."""
        return f"<GradientPath: {'; '.join(self.lines(TEXT))}>"

    def _repr_latex_(self) -> str:
        """Return the path in LaTeX; notebooks call this."""
        return below(self.lines(self.contribution._style("latex")))

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Write the text with IPython's printer; consoles call this."""
        write_lines(printer, str(self))


def gradient_paths(of: Differentiated, names: list[tuple[str, Expr]]) -> list[GradientPath]:
    """Return the paths of a gradient; see :meth:`Derivative.paths`."""
    from matcalc.explanation import occurrence_text

    last, reading = of.last, of.reading
    from matcalc.api.explanations import question_of

    question = question_of(of, names)

    def found(node: Expr) -> Expression:
        """Return an expression in which values on the path, and their differentials, are variables too."""
        more = {name: v for name, v in variables([node]).items() if name not in reading.variables}
        sources = {**reading.sources, **dict.fromkeys(more, "argument")}
        return Expression(node, reading._replace(variables={**reading.variables, **more}, sources=sources))

    def value(symbol: Expr, formula: Expr, differential: Expr | None) -> PathValue:
        whole = found(formula)
        local = None if differential is None else found(differential)
        move = question.trace.moves.get(symbol, symbol)
        return PathValue(str(symbol.data[0]), whole, whole.shape, local, str(move.data[0]))

    def shown(route: Route) -> GradientPath:
        name = str(last.variable.data[0])
        places = route.occurrences
        values = [value(one.line.symbol, formula_of(one.line), one.differential) for one in places]
        whole = factored(respecting(route.contribution, last.variable, of.choice))
        return GradientPath(
            (value(last.variable, last.variable, None), *values),
            occurrence_text(places[0]) if places else name,
            found(route.product),
            found(whole),
        )

    with as_written(of.writing):
        return [shown(route) for route in routes(question.trace)]


def page_of_paths(of: Differentiated, gradient: Expr, names: list[tuple[str, Expr]]) -> str:
    """Return the paths as a page of LaTeX, with the gradient as their sum, in which there are ``names``."""
    from matcalc.explanation.page import PathEquations, Total, paths_page

    paths = gradient_paths(of, names)
    written = [
        PathEquations(
            path.values[0].name,
            [(value.name, value.formula.node) for value in path.values[1:]],
            path.values[-1].move,
            path.product.node,
            path.contribution.node,
        )
        for path in paths
    ]
    total = Total(paths[-1].values[-1].name if paths else "L", gradient, dict(names))
    return paths_page(written, total, names_taken(of.reading))


class Explained(ABC):
    """A derivative that says how it comes about, if it is the gradient of a scalar."""

    _of: Differentiated

    @abstractmethod
    def _definitions(self) -> list[tuple[str, Expr]]:
        """Return the names given to parts of the result."""

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
