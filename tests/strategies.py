"""Random well-shaped expressions, with their values found without matcalc.

A ``Node`` knows its text and, by NumPy alone, its value. All dimensions differ, no matrix is square
that need not be, so that a lost transpose does not go unseen.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import reduce
from random import Random
from typing import Any, NamedTuple, TypeVar

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

Array = NDArray[np.float64]
Shape = tuple[str, str]
T = TypeVar("T")

#: How tightly a text binds.
SUM, PRODUCT, UNARY, POSTFIX, ATOM = range(5)
SIZES = {"m": 3, "n": 4, "k": 2, "1": 1}
SCALAR = ("1", "1")
DIMS = ("m", "n", "k")

#: What the variables are declared. Some names tell a different kind, some have Greek letters.
DECLARATIONS = {
    "s": "scalar", "alpha": "scalar", "p": "scalar positive",
    "x": "vector(n)", "x_1": "vector(n)", "b": "vector(m)", "beta": "vector(k)", "w": "vector(n) positive",
    "c": "rowvector(n)",
    "A": "matrix(m,n)", "B0": "matrix(n,k)", "C": "matrix(m,n) positive",
    "M": "matrix(n,n)", "L": "matrix(m,m)",
    "S": "symmetric(n)", "T_2": "symmetric(m)", "P": "spd(n)", "Sigma": "spd(m)",
    "D": "diagonal(n)", "Q": "orthogonal(n)", "K": "skew(m)",
}  # fmt: skip
#: By these there are no derivatives yet: their entries are not independent.
CONSTRAINED = ("D", "Q", "K")


def declared_shape(declaration: str) -> Shape:
    kind, _, rest = declaration.partition("(")
    dims = [dim.strip() for dim in rest.partition(")")[0].split(",") if dim.strip()]
    if kind.startswith("scalar"):
        return SCALAR
    if kind == "vector":
        return dims[0], "1"
    if kind == "rowvector":
        return "1", dims[0]
    return dims[0], dims[-1]


SHAPES = {name: declared_shape(text) for name, text in DECLARATIONS.items()}
POSITIVE = frozenset(name for name, text in DECLARATIONS.items() if text.endswith("positive"))


class Node(NamedTuple):
    """An operation: its text around those of the arguments, and how its value is found.

    ``needs`` says how tightly each argument must bind; ``shuffles`` says that the order of the
    arguments does not matter, and then ``template`` is what stands between them.
    """

    template: str
    level: int
    shape: Shape
    function: Callable[..., Any]
    args: tuple[Node, ...] = ()
    needs: tuple[int, ...] = ()
    shuffles: bool = False
    positive: bool = False
    name: str = ""

    def text(self) -> str:
        texts = [
            arg.text() if arg.level >= need else f"({arg.text()})"
            for arg, need in zip(self.args, self.needs, strict=True)
        ]
        if self.shuffles:
            return self.template.join(texts)
        if "|" in self.template:  # bars next to bars are read in pairs
            texts = [f"({text})" if text.startswith("|") or text.endswith("|") else text for text in texts]
        out = self.template
        for i, text in enumerate(texts):
            out = out.replace(f"#{i}", text)
        return out

    def value(self, values: dict[str, Array]) -> Array:
        """The value as a matrix, also of a scalar."""
        if self.name:
            return values[self.name]
        value = self.function(*[arg.value(values) for arg in self.args])
        return np.broadcast_to(value, tuple(SIZES[dim] for dim in self.shape))

    def names(self) -> set[str]:
        return {self.name} - {""} | {name for arg in self.args for name in arg.names()}

    def shuffled(self, random: Random) -> Node:
        args = [arg.shuffled(random) for arg in self.args]
        if self.shuffles:
            random.shuffle(args)
        return self._replace(args=tuple(args))


class Problem(NamedTuple):
    """A scalar expression with its declarations, and definitions given by ``where``."""

    root: Node
    definitions: tuple[tuple[str, Node], ...]

    @property
    def text(self) -> str:
        text = self.root.text()
        listed = ", ".join(f"{name} = {node.text()}" for name, node in self.definitions)
        return f"{text} where {listed}" if listed else text

    @property
    def names(self) -> list[str]:
        nodes = [self.root, *(node for _, node in self.definitions)]
        return sorted({name for node in nodes for name in node.names()} & DECLARATIONS.keys())

    @property
    def variables(self) -> dict[str, str]:
        """Declarations of the variables that occur, and of enough others to declare all dimensions."""
        names = set(self.names)
        used = {dim for name in names for dim in SHAPES[name]}
        names |= {name for name, dim in (("x", "n"), ("b", "m"), ("beta", "k")) if dim not in used}
        return {name: DECLARATIONS[name] for name in sorted(names)}

    def value(self, values: dict[str, Array]) -> float:
        """The value; NaN where some function is not defined, though NumPy may go on with infinity."""
        values = dict(values)
        try:
            with np.errstate(divide="raise", invalid="raise", over="ignore", under="ignore"):
                for name, node in self.definitions:
                    values[name] = node.value(values)
                return float(self.root.value(values)[0, 0])
        except FloatingPointError:
            return float("nan")

    def shuffled(self, random: Random) -> Problem:
        definitions = tuple((name, node.shuffled(random)) for name, node in self.definitions)
        return Problem(self.root.shuffled(random), definitions)

    def __repr__(self) -> str:
        return f"Problem({self.text!r}, {self.variables})"


def random_values(names: list[str] | dict[str, str], seed: int) -> dict[str, Array]:
    """Random values of the variables as matrices, of the kinds that they are declared."""
    rng = np.random.default_rng(seed)
    values: dict[str, Array] = {}
    for name in sorted(names):
        rows, cols = (SIZES[dim] for dim in SHAPES[name])
        value = 0.6 * rng.standard_normal((rows, cols))
        kind = DECLARATIONS[name].partition("(")[0]
        if name in POSITIVE:
            value = np.abs(value) + 0.2
        elif kind == "symmetric":
            value = (value + value.T) / 2
        elif kind == "spd":
            value = value @ value.T + 0.5 * np.eye(rows)
        elif kind == "diagonal":
            value = np.diag(np.diag(value))
        elif kind == "orthogonal":
            value = np.linalg.qr(value)[0]
        elif kind == "skew":
            value = (value - value.T) / 2
        values[name] = value
    return values


def plain(values: dict[str, Array]) -> dict[str, Any]:
    """The values as users give them: numbers, 1-D and 2-D arrays."""
    out: dict[str, Any] = {}
    for name, value in values.items():
        out[name] = float(value[0, 0]) if value.size == 1 else value
        if value.size > 1 and "1" in SHAPES[name]:
            out[name] = value.reshape(-1)
    return out


def _softmax(x: Array) -> Array:
    return np.asarray(np.exp(x) / np.sum(np.exp(x)))


def _logsumexp(x: Array) -> float:
    return float(np.log(np.sum(np.exp(x))))


def _logdet(x: Array) -> float:
    return float(np.log(np.linalg.det(x))) if np.linalg.det(x) > 0 else float("nan")


def _inverse(x: Array) -> Array:
    try:
        return np.asarray(np.linalg.inv(x), dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.full(x.shape, np.nan)


def _no_rounding_error(x: Array) -> Array:
    """The values, unless they are what is left where terms cancel, as in ``x'*K*x`` with a skew K."""
    if np.any((x != 0) & (np.abs(x) < 1e-12)):
        raise FloatingPointError
    return x


def _diagonal(x: Array) -> Array:
    return np.diag(np.diag(x)) if x.shape[1] > 1 else np.diag(x[:, 0])


#: Functions of entries; the second group has positive values.
_ENTRYWISE: dict[str, Callable[[Any], Any]] = {
    "abs": np.abs,
    "sign": lambda x: np.sign(_no_rounding_error(x)),
    "step": lambda x: np.where(_no_rounding_error(x) > 0, 1.0, 0.0),
    "relu": lambda x: np.maximum(x, 0.0),
    "sin": np.sin,
    "cos": np.cos,
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "exp": np.exp,
}
_NUMBERS = ("0", "1", "2", "3", "0.5", "1e-1", "7", "10")
_SHAPES: tuple[Shape, ...] = (
    ("n", "1"), ("n", "1"), ("m", "1"), ("k", "1"), ("1", "n"), ("1", "m"), ("m", "n"), ("m", "n"),
    ("n", "m"),
    ("n", "k"), ("n", "n"), ("m", "m"),
)  # fmt: skip


class _Grower:
    """Grows one expression; each choice is drawn, so that a failure shrinks to a short one."""

    def __init__(self, draw: st.DrawFn):
        self.draw = draw
        self.defined: dict[str, Node] = {}

    def pick(self, options: Sequence[T]) -> T:
        return self.draw(st.sampled_from(options))

    def call(
        self, name: str, shape: Shape, function: Callable[..., Any], *args: Node, positive: bool = False
    ) -> Node:
        inside = ", ".join(f"#{i}" for i in range(len(args)))
        return Node(f"{name}({inside})", ATOM, shape, function, args, (SUM,) * len(args), positive=positive)

    def leaf(self, shape: Shape, depth: int = 0) -> Node:
        """A variable of this shape, a transposed one, or a constant."""
        rows, cols = shape
        options: list[Node] = [
            Node(name, ATOM, shape, lambda: None, name=name, positive=name in POSITIVE)
            for name, own in SHAPES.items()
            if own == shape
        ]
        options = options * 4 + [node for node in self.defined.values() if node.shape == shape] * 12
        if shape == SCALAR:
            options += [
                Node(text, ATOM, SCALAR, lambda t=text: float(t), positive=text != "0") for text in _NUMBERS
            ]
            options += [Node(dim, ATOM, SCALAR, lambda d=dim: float(SIZES[d]), positive=True) for dim in DIMS]
            return self.pick(options)
        if rows != cols:
            turned = [name for name, own in SHAPES.items() if own == (cols, rows)]
            options += [
                self.transposed(Node(name, ATOM, (cols, rows), lambda: None, name=name)) for name in turned
            ] * 2
        elif rows != "1":
            options.append(Node(f"I({rows})", ATOM, shape, lambda: np.eye(SIZES[rows])))
        dims = rows if cols == "1" else f"{rows},{cols}"
        if rows == "1":
            options.append(Node(f"ones({cols})'", POSTFIX, shape, lambda: np.ones((1, 1)), positive=True))
        else:
            options.append(Node(f"ones({dims})", ATOM, shape, lambda: np.ones((1, 1)), positive=True))
            options.append(Node(f"zeros({dims})", ATOM, shape, lambda: np.zeros((1, 1))))
        return self.pick(options)

    def transposed(self, node: Node) -> Node:
        mark = self.pick(["'", "'", "^T", ".T", "ᵀ"])
        rows, cols = node.shape
        return Node(
            f"#0{mark}", POSTFIX, (cols, rows), np.transpose, (node,), (POSTFIX,), positive=node.positive
        )

    def any(self, shape: Shape, depth: int) -> Node:
        """Any expression of this shape."""
        if depth <= 0 or self.draw(st.integers(0, 9)) == 0:
            return self.leaf(shape)
        depth -= 1
        options: list[Callable[[Shape, int], Node]] = [
            self.leaf, self.sum, self.sum, self.negative, self.entrywise, self.entrywise_product,
            self.quotient, self.power_of_entries, self.scaled, self.positive,
        ]  # fmt: skip
        if shape == SCALAR:
            options += [self.reduction] * 4 + [self.product, self.entrywise] + [self.power_of_entries] * 3
        else:
            options += [self.product] * 3 + [self.entrywise_quotient, self.turned, self.entrywise_product]
            rows, cols = shape
            if rows == cols:
                options += [self.square_matrix] * 2
            if cols == "1":
                options += [self.vector]
        return self.pick(options)(shape, depth)

    def sum(self, shape: Shape, depth: int) -> Node:
        """A sum; among arrays also a number, which is added to every entry."""
        count = self.draw(st.integers(2, 3))
        terms = [self.any(shape, depth) for _ in range(count)]
        if shape != SCALAR and self.draw(st.integers(0, 4)) == 0:
            number = self.pick(["1", "2", "0.5", "n", "m", "s", "p"])
            is_name = number in DECLARATIONS
            size = float(SIZES.get(number, 1)) if is_name or number in SIZES else float(number)
            terms[0] = Node(number, ATOM, SCALAR, lambda: size, name=number if is_name else "")
        if self.draw(st.integers(0, 2)) == 0:
            first, second = terms[:2]
            return Node("#0 - #1", SUM, shape, np.subtract, (first, second), (SUM, PRODUCT))
        positive = all(term.positive for term in terms)
        join = lambda *args: reduce(operator.add, args)  # noqa: E731
        return Node(
            " + ", SUM, shape, join, tuple(terms), (PRODUCT,) * count, shuffles=True, positive=positive
        )

    def negative(self, shape: Shape, depth: int) -> Node:
        return Node("-#0", UNARY, shape, np.negative, (self.any(shape, depth),), (UNARY,))

    def scaled(self, shape: Shape, depth: int) -> Node:
        factors = [self.any(SCALAR, depth - 1), self.any(shape, depth)]
        if self.draw(st.booleans()):
            factors.reverse()
        positive = all(factor.positive for factor in factors)
        return Node("#0*#1", PRODUCT, shape, np.multiply, tuple(factors), (PRODUCT, UNARY), positive=positive)

    def quotient(self, shape: Shape, depth: int) -> Node:
        left, right = self.any(shape, depth), self.nonzero(SCALAR, depth - 1)
        positive = left.positive and right.positive
        return Node("#0/#1", PRODUCT, shape, np.divide, (left, right), (PRODUCT, UNARY), positive=positive)

    def nonzero(self, shape: Shape, depth: int) -> Node:
        """Mostly a positive value."""
        choice = self.draw(st.integers(0, 5))
        if choice <= 2:
            return self.square(shape, depth) if choice else self.any(shape, depth)
        return self.positive(shape, depth)

    def square(self, shape: Shape, depth: int) -> Node:
        mark = "^2" if shape == SCALAR else ".^2"
        return self.powered(f"#0{mark}", self.any(shape, depth - 1), 2, positive=True)

    def entrywise_product(self, shape: Shape, depth: int) -> Node:
        factors = tuple(self.any(shape, depth) for _ in range(2))
        mark = " .* " if shape == SCALAR else self.pick([".*", ".*", " ∘ ", "⊙"])
        positive = all(factor.positive for factor in factors)
        return Node(
            mark, PRODUCT, shape, np.multiply, factors, (UNARY, UNARY), shuffles=True, positive=positive
        )

    def entrywise_quotient(self, shape: Shape, depth: int) -> Node:
        left = self.any(self.pick([shape, shape, SCALAR]), depth)
        right = self.nonzero(shape, depth)
        positive = left.positive and right.positive
        return Node("#0./#1", PRODUCT, shape, np.divide, (left, right), (PRODUCT, UNARY), positive=positive)

    def power_of_entries(self, shape: Shape, depth: int) -> Node:
        mark = self.pick(["^", "**"]) if shape == SCALAR else self.pick([".^", ".**"])
        choice = self.draw(st.integers(0, 5))
        if choice <= 2:
            base, (text, exponent) = self.any(shape, depth), self.pick([("2", 2), ("3", 3), ("{2}", 2)])
            return self.powered(f"#0{mark}{text}", base, exponent, positive=base.positive)
        base = self.nonzero(shape, depth)
        if choice == 5:
            scalar = self.any(SCALAR, depth - 2)
            level = (ATOM, ATOM)
            return Node(
                f"#0{mark}#1", UNARY, shape, lambda x, t: np.power(x, t), (base, scalar), level,
                positive=base.positive,
            )  # fmt: skip
        text, power = self.pick(
            [("-1", -1.0), ("-2", -2), ("(1/2)", 0.5), ("(-1/2)", -0.5), ("1.5", 1.5), ("0", 0)]
        )
        return self.powered(f"#0{mark}{text}", base, power, positive=base.positive)

    def powered(self, template: str, base: Node, exponent: float, positive: bool) -> Node:
        # A power binds tighter than a product; as the base of another it needs brackets.
        return Node(
            template, UNARY, base.shape, lambda x: np.power(x, float(exponent)), (base,), (ATOM,),
            positive=positive,
        )  # fmt: skip

    def entrywise(self, shape: Shape, depth: int) -> Node:
        name = self.pick([*_ENTRYWISE, "log", "sqrt", "log", "sqrt"])
        if name in ("log", "sqrt"):
            function = {"log": np.log, "sqrt": np.sqrt}[name]
            return self.call(name, shape, function, self.nonzero(shape, depth), positive=name == "sqrt")
        arg = self.any(shape, depth)
        if name == "abs" and shape == SCALAR and self.draw(st.booleans()):
            return Node("|#0|", ATOM, shape, np.abs, (arg,), (SUM,))
        return self.call(name, shape, _ENTRYWISE[name], arg, positive=name in ("sigmoid", "exp"))

    def positive(self, shape: Shape, depth: int) -> Node:
        """A value whose entries are all positive."""
        depth = max(depth, 0)
        choice = self.draw(st.integers(0, 4)) if depth else 4
        if choice == 0:
            return self.call("exp", shape, np.exp, self.any(shape, depth - 1), positive=True)
        if choice == 1:
            return self.call(
                "sigmoid", shape, _ENTRYWISE["sigmoid"], self.any(shape, depth - 1), positive=True
            )
        if choice == 2:
            square = self.square(shape, depth)
            number = self.pick(["1", "2", "0.1", "m"])
            size = float(SIZES.get(number) or number)
            one = Node(number, ATOM, SCALAR, lambda: size, positive=True)
            terms, need = (square, one), (PRODUCT, PRODUCT)
            return Node(" + ", SUM, shape, np.add, terms, need, shuffles=True, positive=True)
        if choice == 3:
            factors = tuple(self.positive(shape, depth - 1) for _ in range(2))
            mark = "*" if shape == SCALAR else ".*"
            level = (UNARY, UNARY)
            return Node(mark, PRODUCT, shape, np.multiply, factors, level, shuffles=True, positive=True)
        named = [
            Node(name, ATOM, shape, lambda: None, name=name, positive=True)
            for name, own in SHAPES.items()
            if own == shape and name in POSITIVE
        ]
        if not named:
            leaf = self.leaf(shape)
            return leaf if leaf.positive else self.call("exp", shape, np.exp, leaf, positive=True)
        return self.pick(named)

    def turned(self, shape: Shape, depth: int) -> Node:
        rows, cols = shape
        return self.transposed(self.any((cols, rows), depth))

    def product(self, shape: Shape, depth: int) -> Node:
        """A product of two or three matrices, in one of its groupings."""
        rows, cols = shape
        inner = self.pick([dim for dim in DIMS if dim not in shape] + ["1"] * ("1" not in shape) or DIMS)
        left, right = self.any((rows, inner), depth), self.any((inner, cols), depth)
        return Node("#0*#1", PRODUCT, shape, np.matmul, (left, right), (PRODUCT, UNARY))

    def invertible(self, dim: str, depth: int) -> Node:
        """A square matrix whose determinant is mostly positive."""
        shape = (dim, dim)
        choice = self.draw(st.integers(0, 3)) if depth > 0 else 0
        if choice <= 1:
            named = {"n": ["P", "M", "Q"], "m": ["Sigma", "L"], "k": []}[dim]
            if named:
                name = self.pick(named)
                return Node(name, ATOM, shape, lambda: None, name=name)
        one = Node(f"I({dim})", ATOM, shape, lambda: np.eye(SIZES[dim]))
        if choice == 2:
            return Node(
                " + ", SUM, shape, np.add, (self.any(shape, depth - 1), one), (PRODUCT,) * 2, shuffles=True
            )
        other = self.pick([d for d in DIMS if d != dim])
        factor = self.any((dim, other), depth - 1)
        square = Node("#0*#1", PRODUCT, shape, np.matmul, (factor, self.transposed(factor)), (PRODUCT, UNARY))
        return Node(" + ", SUM, shape, np.add, (square, one), (PRODUCT,) * 2, shuffles=True)

    def square_matrix(self, shape: Shape, depth: int) -> Node:
        dim = shape[0]
        choice = self.draw(st.integers(0, 5))
        if choice <= 1:
            return self.call(self.pick(["inv", "inverse"]), shape, _inverse, self.invertible(dim, depth))
        if choice == 2:
            text, function = self.pick(
                [("^-1", _inverse), ("⁻¹", _inverse), ("^{-T}", lambda x: _inverse(x).T)]
            )
            return Node(f"#0{text}", UNARY, shape, function, (self.invertible(dim, depth),), (ATOM,))
        if choice == 3:
            text, count = self.pick([("^2", 2), ("³", 3), ("^-2", -2), ("^0", 0), ("^1", 1)])
            base = self.any(shape, depth) if count >= 0 else self.invertible(dim, depth)

            def power(x: Array) -> Array:
                return np.linalg.matrix_power(x if count >= 0 else _inverse(x), abs(count))

            return Node(f"#0{text}", UNARY, shape, power, (base,), (ATOM,))
        if choice == 4:
            return self.call("diag", shape, _diagonal, self.any((dim, "1"), depth))
        return self.invertible(dim, depth)

    def vector(self, shape: Shape, depth: int) -> Node:
        dim = shape[0]
        if self.draw(st.booleans()):
            return self.call("softmax", shape, _softmax, self.any(shape, depth), positive=True)
        if dim == "k":
            return self.leaf(shape)
        return self.call("diag", shape, lambda x: np.diag(x)[:, None], self.any((dim, dim), depth))

    def reduction(self, shape: Shape, depth: int) -> Node:
        name = self.pick(
            ["sum", "tr", "det", "logdet", "norm", "norm1", "normF", "norm2", "logsumexp", "bilinear"]
        )
        if name == "bilinear":
            left, right = self.pick(DIMS), self.pick(DIMS)
            row, middle, column = (
                self.any(("1", left), depth - 1),
                self.any((left, right), depth - 1),
                self.any((right, "1"), depth - 1),
            )
            function = lambda x, a, y: x @ a @ y  # noqa: E731
            return Node("#0*#1*#2", PRODUCT, SCALAR, function, (row, middle, column), (PRODUCT, UNARY, UNARY))
        if name in ("tr", "det", "logdet"):
            dim = self.pick(["n", "m"])
            if name == "tr":
                return self.call(self.pick(["tr", "trace"]), SCALAR, np.trace, self.any((dim, dim), depth))
            arg = self.invertible(dim, depth)
            if name == "det" and self.draw(st.booleans()):
                return Node("|#0|", ATOM, SCALAR, np.linalg.det, (arg,), (SUM,))
            return self.call(name, SCALAR, np.linalg.det if name == "det" else _logdet, arg)
        if name in ("norm2", "logsumexp"):
            arg = self.any((self.pick(DIMS), "1"), depth)
            value: Callable[..., Any] = np.linalg.norm if name == "norm2" else _logsumexp
            if name == "norm2" and self.draw(st.booleans()):
                return Node(self.pick(["||#0||", "‖#0‖_2", "||#0||₂"]), ATOM, SCALAR, value, (arg,), (SUM,))
            return self.call(name, SCALAR, value, arg)
        arg = self.any(self.pick(_SHAPES), depth)
        if name == "sum":
            return self.call("sum", SCALAR, np.sum, arg, positive=arg.positive)
        one = lambda x: np.sum(np.abs(x))  # noqa: E731
        if name == "norm1":
            if self.draw(st.booleans()):
                return Node("||#0||_1", ATOM, SCALAR, one, (arg,), (SUM,))
            return self.call("norm1", SCALAR, one, arg)
        if name == "norm":
            return Node(
                self.pick(["||#0||", "‖#0‖", "||#0||_F"]), ATOM, SCALAR, np.linalg.norm, (arg,), (SUM,)
            )
        return self.call("normF", SCALAR, np.linalg.norm, arg)


@st.composite
def problems(draw: st.DrawFn, depth: int = 4) -> Problem:
    """A scalar expression over all operations of the language, sometimes with definitions."""
    grower = _Grower(draw)
    definitions = []
    for name in draw(st.sampled_from([(), (), (), ("r",), ("r", "G_1")])):
        shape = grower.pick(_SHAPES)
        node = grower.any(shape, depth - 2)
        definitions.append((name, node))
        grower.defined[name] = Node(name, ATOM, shape, lambda: None, name=name, positive=node.positive)
    depth = draw(st.integers(2, depth))
    root = grower.reduction(SCALAR, depth) if draw(st.integers(0, 2)) else grower.any(SCALAR, depth)
    if definitions and not root.names() & {name for name, _ in definitions}:
        used = [grower.defined[name] for name, _ in definitions]
        sums = [grower.call("sum", SCALAR, np.sum, node) for node in used]
        root = Node("#0*#1", PRODUCT, SCALAR, np.multiply, (root, sums[-1]), (PRODUCT, UNARY))
    return Problem(root, tuple(definitions))
