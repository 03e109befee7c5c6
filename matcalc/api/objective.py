"""``compile`` and ``source``: several values of a scalar in one function; ``objective`` for optimisers."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import accumulate, pairwise, starmap
from math import prod
from typing import Any

from matcalc.api.expressions import Expression, expression_read
from matcalc.api.options import Options, distinct, refuse_unknown_sizes, variables_listed
from matcalc.api.results import Bounded, bounded
from matcalc.errors import MatcalcError, show_in_console
from matcalc.expression import Budget, Expr, axes, sizes_given
from matcalc.functions.fields import lazy_property
from matcalc.language import by_plain_name


@bounded
def compile(
    expression: str,
    wrt: str | Sequence[str] = (),
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

    options = Options(variables=variables, symmetric=symmetric, latex=latex)
    return compiled_values(expression, wrt, outputs, target, options, budget)


@bounded
def source(
    expression: str,
    wrt: str | Sequence[str] = (),
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
    from matcalc.api.compiled_functions import source_for
    from matcalc.api.programs import program_of

    options = Options(variables=variables, symmetric=symmetric, latex=latex)
    return source_for(program_of(expression, wrt, outputs, options), target, sizes)


class Objective(Bounded):
    """A scalar function of one flat vector, with its derivatives, ready for ``scipy.optimize.minimize``.

    The vector holds the variables one after another, each row by row. ``fun``, ``jac``, ``hess`` and
    ``hessp`` take it; :meth:`flat` and :meth:`arrays` go from arrays to it and back.
    """

    def __init__(
        self,
        expression: str,
        wrt: Sequence[str],
        options: Options,
        data: Mapping[str, Any],
        shapes: Mapping[str, tuple[int, ...]],
    ):
        self._text = expression
        self._wrt = list(wrt)
        self._options = options
        self._data = dict(data)
        self._shapes = dict(shapes)
        ends = list(accumulate(map(prod, shapes.values()), initial=0))
        self._places = list(starmap(slice, pairwise(ends)))

    @lazy_property
    @bounded
    def _value(self) -> Expression:
        """The value as an expression."""
        return expression_read(self._options.read(self._text, self._wrt))

    def __eq__(self, other: object) -> bool:
        """Return whether both are the same function of the same variables, with equal data."""
        if not isinstance(other, Objective):
            return NotImplemented
        same = self._content() == other._content() and self._data.keys() == other._data.keys()
        return same and self._has_data(other._data)

    def _content(self) -> Hashable:
        """Return what makes two of them equal, apart from the data."""
        return self._value, *self._wrt, self._options.symmetric, tuple(self.shapes.items())

    def _has_data(self, data: Mapping[str, Any]) -> bool:
        import numpy as np

        return all(np.array_equal(value, data[name]) for name, value in self._data.items())

    def __hash__(self) -> int:
        """Return a hash that agrees with equality."""
        return hash(self._content())

    def __repr__(self) -> str:
        """Return the value, the variables, and the length of the flat vector.

        >>> import matcalc as mc
        >>> mc.objective("1/2*||A*x - b||^2", wrt="x", data={"A": [[1, 2]], "b": [1]})
        <Objective of x, 2 numbers: norm2(A*x - b)^2/2>
        """
        return f"<Objective of {', '.join(self._wrt)}, {self.size} numbers: {self._value}>"

    def _repr_latex_(self) -> str:
        """Return the value in LaTeX; notebooks call this."""
        return self._value._repr_latex_()

    _repr_pretty_ = show_in_console

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shapes of the variables, in the order in which the flat vector holds them."""
        return dict(self._shapes)

    @property
    def size(self) -> int:
        """The length of the flat vector."""
        return int(self._places[-1].stop)

    def flat(self, /, **values: Any) -> Any:
        """Return the flat vector of arrays; raises E301 for one that is missing, E302 for a wrong shape.

        >>> import matcalc as mc
        >>> mc.objective("||W*x - b||^2", ["W", "b"], {"x": [1, 1]}, sizes={"m": 1}).flat(W=[[1, 2]], b=[3])
        array([1., 2., 3.])
        """
        from matcalc.numeric.values import numbers_in

        given, arrays = by_plain_name(values), []
        for name, shape in self._shapes.items():
            if name not in given:
                raise MatcalcError("E301", f"there is no value for {name}")
            arrays.append(numbers_in(name, given[name]))
            if arrays[-1].shape != shape:
                raise MatcalcError("E302", f"{name} has shape {arrays[-1].shape}, not {shape}")
        return _joined(arrays)

    def arrays(self, x: Any) -> dict[str, Any]:
        """Return the arrays that a flat vector holds, by their names, as views; scalars have no axes.

        Raises E302 for a vector of another length, E303 for what is no array of numbers.
        """
        from matcalc.numeric.values import numbers_in

        vector = numbers_in("the flat vector", x)
        if vector.shape != (self.size,):
            message = f"the flat vector has shape {vector.shape}, not {(self.size,)}"
            raise MatcalcError("E302", message, help="flat(...) makes it of arrays")
        shaped = zip(self._places, self._shapes.items(), strict=True)
        return {name: vector[place].reshape(shape) for place, (name, shape) in shaped}

    def fun(self, x: Any) -> float:
        """Return the value."""
        return float(self._of("value")(**self._at(x)))

    def jac(self, x: Any) -> Any:
        """Return the gradient as a flat vector."""
        return _joined(self._several(self._of("gradient")(**self._at(x))))

    def fun_and_jac(self, x: Any) -> tuple[float, Any]:
        """Return value and gradient, which share what they can; for ``minimize(..., jac=True)``."""
        value, gradient = self._of(("value", "gradient"))(**self._at(x))
        return float(value), _joined(self._several(gradient))

    def hess(self, x: Any) -> Any:
        """Return the Hessian as a matrix."""
        import numpy as np

        value = self._of("hessian")(**self._at(x))
        blocks = [[value]] if len(self._wrt) == 1 else value
        sizes = list(map(prod, self._shapes.values()))
        return np.block(
            [
                [np.asarray(block).reshape(rows, cols) for block, cols in zip(row, sizes, strict=True)]
                for row, rows in zip(blocks, sizes, strict=True)
            ]
        )

    def hessp(self, x: Any, p: Any) -> Any:
        """Return the product of the Hessian with a flat vector, without the Hessian."""
        moves = dict(zip(self._product_arguments, self.arrays(p).values(), strict=True))
        product = self._of("hvp")(**self._at(x), **moves)
        return _joined(self._several(product))

    @lazy_property
    def _compiled(self) -> dict[Any, Callable[..., Any]]:
        return {}

    @bounded
    def _of(self, outputs: str | tuple[str, ...]) -> Callable[..., Any]:
        """Return the function for some outputs, made when it is first needed."""
        if outputs not in self._compiled:
            from matcalc.api.programs import compiled_values

            self._compiled[outputs] = compiled_values(
                self._text, self._wrt, outputs, "numpy", self._options, self.budget
            )
        return self._compiled[outputs]

    @property
    def _product_arguments(self) -> list[str]:
        """The names of the directions of the product with the Hessian: its last arguments."""
        arguments: tuple[str, ...] = vars(self._of("hvp"))["arguments"]
        return list(arguments)[-len(self._wrt) :]

    def _at(self, x: Any) -> dict[str, Any]:
        return {**self._data, **self.arrays(x)}

    def _several(self, value: Any) -> Sequence[Any]:
        return [value] if len(self._wrt) == 1 else list(value)


def _joined(arrays: Sequence[Any]) -> Any:
    """Return arrays one after another in a flat vector, each row by row."""
    import numpy as np

    return np.concatenate([np.asarray(array, dtype=np.float64).reshape(-1) for array in arrays])


@bounded
def objective(
    expression: str,
    wrt: str | Sequence[str],
    data: Mapping[str, Any],
    variables: Mapping[str, str] | None = None,
    *,
    sizes: Mapping[str, int] | None = None,
    symmetric: str = "projected",
    latex: bool | None = None,
    budget: Budget | None = None,
) -> Objective:
    """Return a scalar expression as a function of one flat vector, with its gradient and Hessian.

    ``data`` are the values of all variables that ``wrt`` does not name. What their shapes do not tell of the
    shapes of these variables, such as the rank of a factorisation, ``sizes`` tells. The other options are
    those of :func:`compile`. Raises E301 for a missing value or size, E302 for a wrong shape, E404 for a name
    that there is not, and as :func:`compile` does.

    >>> import matcalc as mc, numpy as np
    >>> from scipy.optimize import minimize
    >>> f = mc.objective("1/2*||A*x - b||^2", wrt="x", data={"A": np.eye(2), "b": np.array([1.0, 2.0])})
    >>> minimize(f.fun, f.flat(x=[0, 0]), jac=f.jac, hessp=f.hessp, method="trust-ncg").x.round(6)
    array([1., 2.])
    """
    from matcalc.numeric.floats import numpy_for

    numpy_for("an objective")
    by = distinct(variables_listed(wrt))
    options = Options(variables=variables, symmetric=symmetric, latex=latex)
    reading = options.read(expression, by)
    refuse_unknown_sizes(sizes or (), [*reading.variables.values(), reading.expr])
    given = by_plain_name(data)
    for name in reading.variables:
        if name not in by and name not in given:
            raise MatcalcError("E301", f"there is no value for {name}", source=reading.text)
    for name in given:
        if name not in reading.variables or name in by:
            raise MatcalcError("E404", f"there is no variable {name} with data", source=reading.text)
    known = _sizes(reading.variables, given, sizes_given(sizes or {}))
    shapes = {}
    for name in by:
        if name not in reading.variables:
            raise MatcalcError("E401", f"there is no variable {name}", source=reading.text)
        shapes[name] = _shape(name, reading.variables[name], known)
    return Objective(expression, by, options, given, shapes)


def _sizes(
    variables: Mapping[str, Expr], data: Mapping[str, Any], sizes: Mapping[str, int]
) -> dict[str, int]:
    from matcalc.numeric.values import numbers_in, sizes_of_arrays

    arrays = {name: numbers_in(name, value) for name, value in data.items()}
    return {**sizes, **sizes_of_arrays({name: variables[name] for name in arrays}, arrays)}


def _shape(name: str, value: Expr, sizes: Mapping[str, int]) -> tuple[int, ...]:
    for dim in axes(value.shape):
        for symbol in sorted(dim.symbols - set(sizes)):
            message = f"the data do not determine the size {symbol} of {name}"
            raise MatcalcError("E301", message, help=f"give sizes={{'{symbol}': ...}}")
    return tuple(dim.evaluate(sizes) for dim in axes(value.shape))
