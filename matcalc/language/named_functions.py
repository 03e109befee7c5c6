"""Functions that are only named: what they take and what they return."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import NamedTuple, Protocol

from matcalc.expression import ONE, SCALAR, Dim, Expr, Shape, function_leaf, kind_of
from matcalc.expression.unification import Sizes
from matcalc.functions import NamedFunction
from matcalc.functions.named import ARROW, ENTRYWISE, PRIME
from matcalc.language.declarations import FUNCTION, Declaration, FunctionDeclaration, declared_functions
from matcalc.language.named_calls import APPLIED
from matcalc.language.shape_errors import Conflict, Misfit, ShapeErrors
from matcalc.language.syntax import Syntax, fault, syntax_postorder

#: Stands for the shape of the value of a function that works on each entry: that of its argument.
SAME_SIZE = Dim.symbol("=")
SAME: Shape = (SAME_SIZE, SAME_SIZE)


#: Derivatives that take an array beside the place where they are taken, and those of them that are adjoints.
_WITH_DIRECTION, _ADJOINTS = ("D", "D_adj", "DJ", "DJ_adj"), ("D_adj", "DJ_adj")


class FunctionShape(NamedTuple):
    """What a function takes and returns, as far as that is known; ``name`` is what it is called."""

    name: str
    domain: Shape | None
    value: Shape


class KnownShapes(Protocol):
    """What is known of the shapes in a text."""

    of: dict[Syntax, Shape]
    sizes: Sizes
    errors: ShapeErrors


class NamedFunctions:
    """The functions of a text that are only named, with their signatures as they get known."""

    def __init__(self, kinds: Mapping[str, Declaration], sizes: Sizes, *, summed: bool):
        """``summed`` says that there are sums over an index, which stack the numbers that functions take."""
        self.summed = summed
        self.undeclared = {name for name, kind in kinds.items() if kind.source != "declared"}
        self.declared = {
            name: _declared(name, kind.function, sizes)
            for name, kind in kinds.items()
            if kind.kind == FUNCTION and kind.function is not None
        }
        #: What the functions of which nothing is declared take.
        self.domains: dict[str, Shape] = {}
        #: The functions that are applied, and those of them that take an array.
        self.taken: set[str] = set()
        self.of_arrays: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self.declared

    def value(self, name: str) -> Shape:
        """Return the shape of the values of a function."""
        return self.declared[name].value

    def shapes(self) -> list[Shape]:
        """Return the shapes of arguments and values, but for those of functions of entries."""
        domains = [signature.domain for signature in self.declared.values()]
        values = [signature.value for signature in self.declared.values() if signature.value != SAME]
        return [*(domain for domain in domains if domain), *self.domains.values(), *values]

    def signatures(self, final: Callable[[Shape], Shape]) -> dict[str, NamedFunction]:
        """Return the functions with their signatures; ``final`` gives a shape its last sizes."""
        functions = {}
        for name, (called, declared, value) in self.declared.items():
            domain = declared or self.domains.get(name)
            of_numbers = name in self.undeclared & self.taken - self.of_arrays
            if of_numbers and value in (SAME, SCALAR):
                signature = ENTRYWISE if self.summed else kind_of(SCALAR) + ARROW + kind_of(SCALAR)
            elif value == SAME:
                signature = ENTRYWISE
            else:
                signature = kind_of(final(domain or SCALAR)) + ARROW + kind_of(final(value))
            functions[name] = NamedFunction(called, signature)
        return functions

    def leaves(self, final: Callable[[Shape], Shape]) -> dict[str, Expr]:
        """Return what stands for the functions among variables."""
        return {name: function_leaf(function) for name, function in self.signatures(final).items()}

    def notes(self, final: Callable[[Shape], Shape], undeclared: Collection[str]) -> Iterator[str]:
        """Yield which signatures undeclared functions are taken to have."""
        for name, (_, signature, _) in self.signatures(final).items():
            if name in undeclared:
                taken = f"{name} is taken as a function, {name}: {signature}"
                yield f"{taken}; declare it, if it is another"

    def applied(self, shapes: KnownShapes, node: Syntax) -> Shape:
        """Return the shape of a function, or of its derivative, of arguments; raises ``Conflict``."""
        name, *args = node.args
        value, form = shapes.of[name], node.data
        first = shapes.of[args[0]]
        with_direction = form in _WITH_DIRECTION or (form == "hess" and first[1] is not ONE)
        if len(args) != 1 + with_direction:
            count = f"{1 + with_direction} argument{'s' * with_direction}"
            raise shapes.errors.of(Misfit.ARGUMENTS, node, name=name.data, count=count, given=len(args))
        self.taken.add(name.data)
        if first != SCALAR:
            self.of_arrays.add(name.data)
        if value == SAME:
            self._refuse(shapes, node, not form.startswith(PRIME) and form != "")
            return first
        domain = self._domain(name.data, first)
        self._refuse(shapes, node, not _fits(shapes.sizes, domain, first))
        if form == "" or form.startswith(PRIME):
            self._refuse(shapes, node, form != "" and domain != SCALAR)
            return value
        self._refuse(shapes, node, domain == SCALAR)
        if form in ("grad", "hess"):
            self._refuse(shapes, node, value != SCALAR)
            return (domain[0], domain[0]) if form == "hess" and domain[1] is ONE else domain
        jacobian = value[0], domain[0]
        if "J" in form:
            self._refuse(shapes, node, value[1] is not ONE or domain[1] is not ONE or value == SCALAR)
        if form == "J":
            return jacobian
        value = jacobian if "J" in form else value
        second, other = (value, domain) if form in _ADJOINTS else (domain, value)
        self._refuse(shapes, node, not _fits(shapes.sizes, second, shapes.of[args[1]]))
        return other

    def _domain(self, name: str, first: Shape) -> Shape:
        declared = self.declared[name].domain if name in self.declared else None
        return declared or self.domains.setdefault(name, first)

    def _refuse(self, shapes: KnownShapes, node: Syntax, misfit: bool) -> None:
        if misfit:
            name = node.args[0].data
            raise Conflict(node, shapes.errors.of(Misfit.FUNCTION, *node.args[1:], name=name))


def _fits(sizes: Sizes, wanted: Shape, actual: Shape) -> bool:
    return all(sizes.unify(*pair) for pair in zip(wanted, actual, strict=True))


def _declared(name: str, function: FunctionDeclaration, sizes: Sizes) -> FunctionShape:
    domain, value = function.domain, function.value
    if domain is None and value is None:
        return FunctionShape(function.name or name, None, SAME)
    shape = SAME if value is None else declared_shape(value, sizes)
    return FunctionShape(function.name or name, domain and declared_shape(domain, sizes), shape)


def declared_shape(declaration: Declaration, sizes: Sizes) -> Shape:
    """Return the shape that a declaration says, with unknown sizes where it leaves them open."""
    # Columns first: a left Kronecker factor goes with those of a matrix that is stacked, vec(X).
    dims = declaration.dims or tuple(sizes.unknown() for _ in range(declaration.fixed_dims))[::-1]
    if declaration.kind == "scalar":
        return SCALAR
    if declaration.kind == "vector":
        return dims[0], ONE
    if declaration.kind == "rowvector":
        return ONE, dims[0]
    return dims[0], dims[-1]


def functions_applied(order: Iterable[Syntax], declared: Mapping[str, Declaration]) -> frozenset[str]:
    """Return the names of functions that are only named; raises E109 where one has no arguments."""
    nodes = list(order)
    names = {node.args[0] for node in nodes if node.op == APPLIED}
    functions = frozenset(name.data for name in names)
    known = functions | declared_functions(declared)
    for node in nodes if known else ():
        if node.op == "name" and node.data in known and node not in names:
            message = f"{node.data} is a function and needs an argument"
            raise fault("E109", message, node, "a function", f"write {node.data}(...)")
    return functions


def with_parameters(root: Syntax, declared: Mapping[str, Declaration]) -> dict[str, Declaration]:
    """Apply the names that are declared to depend on a variable to that, and return all declarations.

    The variable is a scalar if nothing is declared of it.
    """
    parameters = {
        name: kind.function.of for name, kind in declared.items() if kind.function and kind.function.of
    }
    if not parameters:
        return dict(declared)
    nodes = syntax_postorder(root)
    applied = {node.args[0] for node in nodes if node.op == APPLIED}
    for node in nodes:
        if node.op == "name" and node.data in parameters and node not in applied:
            name = Syntax("name", (), node.start, node.end, node.data)
            parameter = Syntax("name", (), node.end, node.end, parameters[node.data])
            node.become(APPLIED, (name, parameter), "")
    return {**dict.fromkeys(parameters.values(), Declaration("scalar")), **declared}


def function_with_values(value: Declaration) -> Declaration:
    """Return the declaration of a function with values of a kind, ``entrywise`` if that of the argument."""
    function = FunctionDeclaration(None, None if value.kind == ENTRYWISE else Declaration(value.kind))
    return Declaration(FUNCTION, source="inferred", function=function)
