"""What can be computed by source code: derivatives and expressions."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from matcalc.api.results import Immutable, Written, bounded

if TYPE_CHECKING:
    from matcalc.code import Program


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
        from matcalc.api.sources import source_for

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
        from matcalc.api.compiled_functions import CompiledFunction
        from matcalc.api.sources import callable_of

        call = callable_of(self._program, target, self.budget)
        return CompiledFunction(call, self, target, (Coded.compile, (self, target)), self)
