"""Python source as a tree, and its one printer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import inf, isfinite, isnan, nan

from matcalc.expression import MAX_EXACT, nearest_float


@dataclass(frozen=True)
class Tree:
    """A part of a program, immutable; operators build larger parts."""

    def __add__(self, other: Tree) -> Tree:
        return operation(self, "+", other)

    def __sub__(self, other: Tree) -> Tree:
        return operation(self, "-", other)

    def __mul__(self, other: Tree) -> Tree:
        return operation(self, "*", other)

    def __truediv__(self, other: Tree) -> Tree:
        return operation(self, "/", other)

    def __pow__(self, other: Tree) -> Tree:
        return operation(self, "**", other)

    def __neg__(self) -> Tree:
        return Negative(self)

    def __call__(self, *arguments: Tree) -> Tree:
        """Return a call."""
        return Call(self, arguments)


@dataclass(frozen=True)
class Word(Tree):
    """A text that is printed as it is."""

    text: str


class Name(Word):
    """A variable, a size or a temporary of a function."""


class Global(Word):
    """What has its meaning outside of a function: a helper, a part of a library, as ``np.linalg.solve``."""


class Literal(Word):
    """A number that is not negative, a string, ``None`` or ``...``."""


class Hole(Word):
    """A place in a template."""


@dataclass(frozen=True)
class Attribute(Tree):
    """``value.name``."""

    value: Tree
    name: str


@dataclass(frozen=True)
class Call(Tree):
    """``function(arguments)``, with keyword arguments among them."""

    function: Tree
    arguments: tuple[Tree, ...]


@dataclass(frozen=True)
class Keyword(Tree):
    """The argument ``name=value``."""

    name: str
    value: Tree


@dataclass(frozen=True)
class Subscript(Tree):
    """``value[items]``."""

    value: Tree
    items: tuple[Tree, ...]


@dataclass(frozen=True)
class Slice(Tree):
    """``start:stop:step``, each of which may be missing."""

    start: Tree | None = None
    stop: Tree | None = None
    step: Tree | None = None


@dataclass(frozen=True)
class Negative(Tree):
    """``-operand``."""

    operand: Tree


@dataclass(frozen=True)
class SignedOperand(Tree):
    """``sign value``, behind the first operand of an operation."""

    sign: str
    value: Tree


@dataclass(frozen=True)
class Operation(Tree):
    """``first sign value sign value``, with signs of one precedence, applied from the left."""

    first: Tree
    others: tuple[SignedOperand, ...]


@dataclass(frozen=True)
class Items(Tree):
    """A list or a tuple."""

    items: tuple[Tree, ...]
    is_list: bool = False


@dataclass(frozen=True)
class Lambda(Tree):
    """``lambda: value``."""

    value: Tree


@dataclass(frozen=True)
class Assign(Tree):
    """The statement ``target = value``, with a sign before ``=`` one that changes the target in place."""

    target: Tree
    value: Tree
    sign: str = ""


@dataclass(frozen=True)
class Loop(Tree):
    """A loop over what can be iterated."""

    name: Name
    iterable: Tree
    body: tuple[Tree, ...]


def operation(left: Tree, sign: str, right: Tree) -> Operation:
    """Return ``left sign right``, as one node with the operands of ``left`` where it needs no brackets."""
    level, before, _ = _BINDING[sign]
    if isinstance(left, Operation) and _BINDING[left.others[0].sign][0] == before == level:
        return Operation(left.first, (*left.others, SignedOperand(sign, right)))
    return Operation(left, (SignedOperand(sign, right),))


def walk(*trees: Tree) -> Iterator[Tree]:
    """Yield all parts of trees, themselves among them."""
    waiting = list(trees)
    while waiting:
        tree = waiting.pop()
        yield tree
        for field in _parts(tree):
            among = field if isinstance(field, tuple) else (field,)
            waiting += [part for part in among if isinstance(part, Tree)]


def _parts(tree: Tree) -> list[object]:
    return list(vars(tree).values())


def names(*trees: Tree) -> list[str]:
    """Return the names in trees, each as often as it occurs."""
    return [part.text for part in walk(*trees) if isinstance(part, Name)]


# Templates


def filled(tree: Tree, values: Mapping[str, Tree | tuple[Tree, ...]]) -> Tree:
    """Return a tree with holes filled; in a list of items or arguments a hole may take several."""
    if isinstance(tree, Hole):
        value = values[tree.text]
        assert isinstance(value, Tree)
        return value
    return type(tree)(*(_filled_part(part, values) for part in _parts(tree)))


def _filled_part(part: object, values: Mapping[str, Tree | tuple[Tree, ...]]) -> object:
    if isinstance(part, Tree):
        return filled(part, values)
    if not isinstance(part, tuple):
        return part
    items: list[Tree] = []
    for item in part:
        value = values[item.text] if isinstance(item, Hole) else filled(item, values)
        items += value if isinstance(value, tuple) else (value,)
    return tuple(items)


# Numbers

#: What Python reads as infinity.
_INFINITE = Literal("1e999")


def integer(value: int) -> Tree:
    """Return a whole number."""
    return Literal(str(value)) if value >= 0 else -Literal(str(-value))


def real(value: float) -> Tree:
    """Return a float."""
    if isnan(value):
        return _INFINITE - _INFINITE
    size = Literal(repr(abs(value))) if isfinite(value) else _INFINITE
    return -size if value < 0 else size


def exact(value: int | Fraction, exponent: int | Fraction = 1) -> Tree:
    """Return an exact number, or the float that is nearest to a long one or to its power."""
    if exponent != 1 or max(abs(value.numerator), value.denominator) > MAX_EXACT:
        return real(_float_power(nearest_float(value), exponent))
    if value.denominator == 1:
        return integer(int(value))
    rounded = float(value)
    if Fraction(str(rounded)) == value and len(str(rounded)) < 8:
        return real(rounded)
    return integer(value.numerator) / integer(value.denominator)


def _float_power(base: float, exponent: int | Fraction) -> float:
    """Return a power, infinite if it is too large for a float, NaN if it is not real."""
    try:
        power = base ** nearest_float(exponent)
        return power if isinstance(power, float) else nan
    except OverflowError:
        return -inf if base < 0 and exponent % 2 == 1 else inf
    except ZeroDivisionError:
        return inf


def as_float(tree: Tree) -> Tree:
    """Return a whole number as a float, which NumPy takes faster; anything else stays.

    >>> [written(as_float(tree)) for tree in (integer(-2), real(0.5), Name("t1"))]
    ['-2.0', '0.5', 't1']
    """
    if isinstance(tree, Negative):
        return -as_float(tree.operand)
    return Literal(f"{tree.text}.0") if isinstance(tree, Literal) and tree.text.isdecimal() else tree


# The printer

#: How tightly source binds. For Python ``@`` is like ``*``; beside it, it stands in brackets.
LOOSE, ADD, DOT, MUL, UNARY, POWER, ATOM = range(7)
#: Of each sign its precedence, and that of what may stand at its left and at its right without brackets.
_BINDING = {
    "+": (ADD, ADD, DOT),
    "-": (ADD, ADD, DOT),
    "@": (DOT, DOT, UNARY),
    "*": (MUL, MUL, UNARY),
    "/": (MUL, MUL, UNARY),
    "//": (MUL, MUL, UNARY),
    "**": (POWER, ATOM, ATOM),
}


def written(tree: Tree) -> str:
    """Return the source of an expression, with the brackets that precedence demands.

    >>> a, b, c = map(Name, "abc")
    >>> written(-(a * b) * (b + c) ** -a)
    '-a * b * (b + c) ** (-a)'
    """
    return _written(tree)[0]


def _at(tree: Tree, level: int) -> str:
    """Return the source of an expression for a place with this precedence."""
    text, binding = _written(tree)
    return text if binding >= level else f"({text})"


def _listed(items: Iterable[Tree]) -> str:
    return ", ".join(_written(item)[0] for item in items)


def _written(tree: Tree | None) -> tuple[str, int]:
    """Return the source of an expression, and how tightly it binds."""
    match tree:
        case Word(text):
            return text, ATOM
        case Attribute(value, name):
            return f"{_at(value, ATOM)}.{name}", ATOM
        case Call(function, arguments):
            return f"{_at(function, ATOM)}({_listed(arguments)})", ATOM
        case Keyword(name, value):
            return f"{name}={_written(value)[0]}", LOOSE
        case Subscript(value, items):
            return f"{_at(value, ATOM)}[{_listed(items)}]", ATOM
        case Slice(start, stop, step):
            text = f"{_written(start)[0]}:{_written(stop)[0]}"
            if isinstance(step, Operation):
                return f"{text}: {_written(step)[0]}", LOOSE
            return f"{text}:{_written(step)[0]}" if step else text, LOOSE
        case None:
            return "", ATOM
        case Negative(operand):
            # The sign of a product is that of its first factor.
            text, binding = _written(operand)
            return (f"-{text}", min(binding, UNARY)) if binding >= DOT else (f"-({text})", UNARY)
        case Operation(first, others):
            level, before, after = _BINDING[others[0].sign]
            rest = (f"{operand.sign} {_at(operand.value, after)}" for operand in others)
            return " ".join([_at(first, before), *rest]), level
        case Items(items, is_list):
            text = _listed(items)
            return f"[{text}]" if is_list else f"({text}{',' * (len(items) == 1)})", ATOM
        case Lambda(value):
            return f"lambda: {_written(value)[0]}", LOOSE
    raise TypeError(tree)


def lines(statement: Tree) -> Iterator[str]:
    """Yield the lines of a statement."""
    match statement:
        case Assign(target, value, sign):
            yield f"{written(target)} {sign}= {written(value)}"
        case Loop(name, iterable, body):
            yield f"for {name.text} in {written(iterable)}:"
            yield from (f"    {line}" for inside in body for line in lines(inside))
        case _:
            yield written(statement)


def function_text(name: str, arguments: Iterable[Tree], doc: str, body: Iterable[Tree], result: Tree) -> str:
    """Return the source of a function with a docstring."""
    # What stands in the docstring must not end it.
    plain = doc.replace("\\", "\\\\").replace('"', "'").replace("\n", " ")
    value = _listed(result.items) if isinstance(result, Items) and len(result.items) > 1 else written(result)
    inside = [f'"""{plain}"""', *(line for statement in body for line in lines(statement)), f"return {value}"]
    return "\n".join([f"def {name}({_listed(arguments)}):", *(f"    {line}" for line in inside)])
