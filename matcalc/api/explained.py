"""How a gradient comes about: paths, steps, and the computation graph."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from matcalc.api.differentiated import Differentiated
from matcalc.api.gradient_paths import GradientPath, gradient_paths
from matcalc.api.results import bounded
from matcalc.expression import Expr

if TYPE_CHECKING:
    from matcalc.explanation import Graph, Steps


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
