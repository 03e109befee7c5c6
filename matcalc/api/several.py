"""Derivatives with respect to several variables: side by side, and as the blocks of a Hessian."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, count
from typing import TYPE_CHECKING, Any

from matcalc.algebra import as_written, block_matrix, build, transpose
from matcalc.api.derivatives import Derivative
from matcalc.api.expressions import Expression
from matcalc.api.options import Options, names_taken
from matcalc.api.presentation import Differentiated, known_names
from matcalc.api.results import Immutable, Written, bounded
from matcalc.calculus import named_parts
from matcalc.expression import SCALAR, Expr
from matcalc.functions import VEC
from matcalc.functions.fields import lazy_property
from matcalc.printing import Text, write_definitions, write_named

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from matcalc.numeric import CheckReport


def _code(several: Sequence[Derivative], target: str, sizes: Mapping[str, int] | None) -> str:
    """Return the source of functions that are called like the forms and the variables."""
    from matcalc.api.compiled_functions import joined_source

    programs = [d._program._replace(name="_".join((d.form, *d.by))) for d in several]
    return joined_source(programs, target, sizes)


class Derivatives(Written, Immutable, Sequence[Derivative]):
    """The derivatives of one expression with respect to several variables, with shared names for parts.

    >>> import matcalc as mc
    >>> print(mc.diff("1/2*||W*x + b - y||^2", wrt=["W", "b"]))
    W: r*x'
    b: r
    where r = W*x + b - y
    """

    def __init__(self, derivatives: Sequence[Derivative], definitions: list[tuple[str, Expr]]):
        self._derivatives = tuple(derivatives)
        self._definitions = definitions

    @classmethod
    def of(cls, several: Sequence[Differentiated], options: Options) -> Derivatives:
        """Return the derivatives, with names that are found for all of them together."""
        alone = [Derivative(of, replace(options, names=False)) for of in several]
        if not options.names:
            return cls(alone, [])
        arguments = {name for d in alone for name in d.arguments}
        first = several[0]
        results = Expr("results", tuple(d._form.whole for d in alone), SCALAR)
        shared = named_parts(results, names_taken(first.reading) | arguments, known_names(first))
        return cls([Derivative(of, options, shared) for of in several], shared)

    def __len__(self) -> int:
        """Return how many variables there are."""
        return len(self._derivatives)

    def __getitem__(self, place: Any) -> Any:
        """Return one of the derivatives, by its number or by the name of its variable."""
        if isinstance(place, str):
            for d in self._derivatives:
                if d.wrt == place:
                    return d
            raise KeyError(place)
        return self._derivatives[place]

    def __iter__(self) -> Iterator[Derivative]:
        """Yield the derivatives in the order in which the variables were given."""
        return iter(self._derivatives)

    def _written_names(self) -> set[str]:
        return {name for d in self._derivatives for name in d._written_names()}

    def _content(self) -> tuple[Derivative, ...]:
        return self._derivatives

    def _write(self, style: Text) -> str:
        if style.typeset:
            return self._equations(style)
        lines = [f"{style.name(d.wrt)}: {d.without_definitions(style)}" for d in self._derivatives]
        if self._definitions:
            lines.append(write_definitions(self._definitions, style))
        return "\n".join(lines)

    @bounded
    def code(self, target: str = "numpy", sizes: Mapping[str, int] | None = None) -> str:
        """Return the source of a function for each derivative; see :meth:`Derivative.code`.

        :func:`matcalc.source` writes one function for all, which is faster.

        >>> import matcalc as mc
        >>> print(mc.diff("x'*A*y", wrt=["x", "y"]).code())
        def gradient_x(x, A, y):
            \"\"\"Return A*y, for x: (n); A: (n, m); y: (m).\"\"\"
            return A.dot(y)
        <BLANKLINE>
        <BLANKLINE>
        def gradient_y(x, A, y):
            \"\"\"Return A'*x, for x: (n); A: (n, m); y: (m).\"\"\"
            return x.dot(A)
        <BLANKLINE>
        """
        return _code(self._derivatives, target, sizes)

    def _equations(self, style: Text) -> str:
        """Return one equation for each variable, with the names of parts below them."""
        reading = self._derivatives[0]._of.reading
        taken = names_taken(reading).union(*(d.arguments for d in self._derivatives), dict(self._definitions))
        letters = chain("Lf" if reading.expr.is_scalar else "Ff", "yYq", (f"f{i}" for i in count()))
        value_name = next(letter for letter in letters if letter not in taken)
        names = {value: name for name, value in self._definitions}
        sides = [
            (style.partial(value_name, style.name(d.wrt)), d.without_definitions(style))
            for d in self._derivatives
        ]
        for value, name in names.items():
            others = {node: other for node, other in names.items() if node is not value}
            left = f"{style.words('where ')} {style.name(name)}"
            sides.append((left, write_named(value, style, others)))
        return style.equations(sides)

    @bounded
    def evaluate(self, /, **values: ArrayLike) -> dict[str, Any]:
        """Return the values in a dictionary by variable; see :meth:`Derivative.evaluate`."""
        return {d.wrt: d.evaluate(**values) for d in self._derivatives}

    @bounded
    def check(self, trials: int = 5, seed: int = 0, *, exact: bool = False) -> dict[str, CheckReport]:
        """Return the reports in a dictionary by variable; see :meth:`Derivative.check`."""
        from matcalc.numeric.progress import in_parts

        reports = in_parts(lambda d: d.check(trials, seed, exact=exact), self._derivatives)
        return {d.wrt: report for d, report in zip(self._derivatives, reports, strict=True)}


class BlockHessian(Written, Immutable):
    """The second derivatives of a scalar with respect to several variables: a symmetric matrix of blocks.

    Matrices among the variables are stacked by columns.

    >>> import matcalc as mc
    >>> H = mc.hessian("x'*A*x + x'*B*y", wrt=["x", "y"])
    >>> print(H)
    [A + A', B; B', zeros(m,m)]
    >>> H.shape
    ('m+n', 'm+n')
    """

    def __init__(self, blocks: Sequence[Sequence[Derivative]]):
        self.blocks = tuple(map(tuple, blocks))

    @property
    def by(self) -> tuple[str, ...]:
        """The variables in the order of the blocks."""
        return tuple(row[0].by[0] for row in self.blocks)

    def __iter__(self) -> Iterator[Derivative]:
        """Yield the blocks, row by row."""
        return (d for row in self.blocks for d in row)

    @lazy_property
    @bounded
    def expr(self) -> Expression:
        """The matrix as an expression."""
        corner = self.blocks[0][0]
        of = corner._of
        with as_written(of.writing):
            cells = [self._block(d) for d in self]
            node = block_matrix(cells, len(self.blocks), len(self.blocks))
        names = named_parts(node, names_taken(of.reading), known_names(of)) if corner._options.names else []
        return Expression(node, of.reading, names)

    @staticmethod
    def _block(d: Derivative) -> Expr:
        """Return the block as a matrix with a row for each entry of the first variable."""
        of, (first, second) = d._of, d._of.derivations
        if of.last.arguments:
            return d.in_form("kron")._node
        node = d._node
        if first.variable.is_scalar:
            return node if node.is_row else transpose(_stacked(node))
        return _stacked(node) if second.variable.is_scalar else node

    @property
    def shape(self) -> tuple[str, ...]:
        """The numbers of rows and columns."""
        return tuple(map(str, self.expr.node.shape))

    def _written_names(self) -> set[str]:
        return self.expr._written_names()

    def _content(self) -> tuple[tuple[Derivative, ...], ...]:
        return self.blocks

    def _called(self) -> str:
        return f"BlockHessian with respect to {','.join(self.by)}"

    def _write(self, style: Text) -> str:
        return self.expr._write(style)

    @bounded
    def code(self, target: str = "numpy", sizes: Mapping[str, int] | None = None) -> str:
        """Return the source of a function for each block; see :meth:`Derivative.code`."""
        return _code(list(self), target, sizes)

    def evaluate(self, /, **values: ArrayLike) -> Any:
        """Return the matrix for arrays; see :meth:`Expression.evaluate`."""
        return self.expr.evaluate(**values)

    @bounded
    def check(self, trials: int = 5, seed: int = 0) -> dict[tuple[str, str], CheckReport]:
        """Return the reports on the blocks in a dictionary by both variables."""
        from matcalc.numeric.progress import in_parts

        places = [(first, second) for first in self.by for second in self.by]
        return dict(zip(places, in_parts(lambda d: d.check(trials, seed), list(self)), strict=True))


def _stacked(node: Expr) -> Expr:
    if node.is_row:
        return transpose(node)
    return build(VEC, node)
