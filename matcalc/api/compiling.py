"""``compile`` and ``source``: several values of one objective in one function."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from matcalc.api.results import bounded
from matcalc.expression import Budget


@bounded
def compile(
    expression: str,
    wrt: str | Sequence[str],
    outputs: str | Sequence[str] = ("value", "gradient"),
    variables: Mapping[str, str] | None = None,
    *,
    target: str = "numpy",
    symmetric: str = "projected",
    latex: bool | None = None,
    budget: Budget | None = None,
) -> Callable[..., Any]:
    """Return a function that computes several values of a scalar expression; it computes shared parts once.

    ``outputs`` are some of ``value``, ``gradient``, ``hessian`` and ``hvp``; the function returns them in
    this order, or the one if only its name is given. With several variables a gradient is a tuple, a
    Hessian a tuple of tuples. A Hessian has the axes of the variable twice. ``hvp`` is the product of the
    Hessian with a direction, without the Hessian; the function takes it as ``v``, with several variables as
    ``v_W``, ``v_b``, ... The other options are those of :func:`diff`. Raises E403 for an unknown output,
    E501 for an expression that is no scalar, E505 if there is no source code, and as :func:`diff` does.

    See Griewank and Walther, Evaluating Derivatives (2008), for the cost of gradients and of products with
    Hessians relative to that of values.

    >>> import matcalc as mc
    >>> f = mc.compile("1/2*||A*x - b||^2", wrt="x")
    >>> value, gradient = f(A=[[1, 2], [0, 1]], x=[1, 1], b=[1, 0])
    >>> float(value), gradient
    (2.5, array([2., 5.]))
    """
    from matcalc.api.programs import compiled_values

    return compiled_values(expression, wrt, outputs, variables, target, symmetric, latex, budget)


@bounded
def source(
    expression: str,
    wrt: str | Sequence[str],
    outputs: str | Sequence[str] = ("value", "gradient"),
    variables: Mapping[str, str] | None = None,
    *,
    target: str = "numpy",
    sizes: Mapping[str, int] | None = None,
    symmetric: str = "projected",
    latex: bool | None = None,
    budget: Budget | None = None,
) -> str:
    """Return the source of the function that :func:`compile` returns, for these ``sizes`` of dimensions.

    >>> import matcalc as mc
    >>> print(mc.source("1/2*||A*x - b||^2", wrt="x").splitlines()[-1].strip())
    return 0.5 * r.dot(r), r.dot(A)
    """
    from matcalc.api.programs import program_of
    from matcalc.api.sources import source_for

    return source_for(program_of(expression, wrt, outputs, variables, symmetric, latex), target, sizes)
