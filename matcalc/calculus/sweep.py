"""The backward sweep, with the pullback of each operation, and gradients that respect structure."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import cache

from matcalc.algebra import (
    Writing,
    argument_kinds,
    as_written,
    build,
    differentiable,
    instantiate,
    laws_recorded,
    normal_forms,
    normalise,
    pull_back_block,
    read_template,
    transpose,
)
from matcalc.errors import MatcalcError
from matcalc.expression import (
    Dim,
    Expr,
    depends_on,
    fold,
    foresee,
    is_zero,
    kind_of,
    number,
    postorder,
    zeros,
)
from matcalc.expression.factored import beside
from matcalc.expression.facts import facts_of
from matcalc.expression.signatures import arguments_by_name, entry_for_node, entry_of, signature_of
from matcalc.functions import BY_OPERATION, TR, Function, Property, property_named, strongest


@cache
def pullback(entry: Function, position: int) -> Expr:
    """Return what a cotangent ``G`` contributes to the argument at ``position``.

    A formula in the entry's arguments and ``G``: the adjoint as the entry states it, or the
    transpose of its differential, which is linear in ``dX``.
    """
    signature = signature_of(entry)
    kinds = argument_kinds(entry)
    cotangent = (("G", kind_of(signature.result)),)
    if text := entry.adjoints[position]:
        return read_template(text, (*kinds, *cotangent))
    differentials = tuple((f"d{name}", kind) for name, kind in kinds)
    argument = signature.arguments[position]
    tangent = read_template(f"d{argument.name}", differentials)
    start = read_template("G", cotangent)
    # Kept for all derivations, so not written as the first one happens to write things.
    with as_written(Writing()), laws_recorded(listed=False):
        linear = normalise(read_template(entry.d, (*kinds, *differentials)))
        return cotangents(linear, [tangent], start, pull_back).get(tangent, zeros(tangent.shape))


def pull_back(node: Expr, position: int, cotangent: Expr, values: Mapping[Expr, Expr]) -> Expr:
    """Return what the cotangent of ``node`` contributes to its argument at ``position``.

    ``values`` holds the normal forms of the arguments. Raises E503 for an operation whose
    derivative is not known.
    """
    op, args = node.op, node.args
    if op == "add":
        return cotangent
    others = [values[arg] for i, arg in enumerate(args) if i != position]
    if op == "hadamard":
        return build("hadamard", cotangent, *others)
    if op == "mul":
        return _pull_back_product(node, position, cotangent, values)
    if op == "block":
        return pull_back_block(node, position, cotangent)
    entry, dims = differentiable_entry(node, position)
    bound = arguments_by_name(entry, [values[arg] for arg in args])
    return instantiate(pullback(entry, position), {**bound, "G": cotangent}, dims)


def differentiable_entry(node: Expr, position: int) -> tuple[Function, dict[str, Dim]]:
    """Return the entry of a node and what its symbols are; raises E503 if it states no derivative there."""
    reading = entry_of(node.op, node.args)
    if reading is None or not (reading[0].d or reading[0].adjoints[position]):
        name = node.op if reading is None else reading[0].name
        raise MatcalcError("E503", f"the derivative of {name} is not known")
    return reading


def entry_used(node: Expr, position: int) -> tuple[Function, int] | None:
    """Return the entry whose rule :func:`pull_back` uses for an argument, and which argument it is there.

    ``None`` for block matrices, which have none. Sums and products of several operands have that of two.
    """
    if node.op == "block":
        return None
    arrays = [i for i, arg in enumerate(node.args) if not arg.is_scalar]
    if node.op == "mul" and (len(arrays) < 2 or position not in arrays):
        [scale] = BY_OPERATION["scale"]
        return scale, int(not arrays or position in arrays)
    if node.op in ("add", "mul", "hadamard"):
        [entry] = BY_OPERATION[node.op]
        return entry, int(position > (arrays or [0])[0])
    stated = entry_for_node(node)
    return None if stated is None else (stated, position)


def _pull_back_product(node: Expr, position: int, cotangent: Expr, values: Mapping[Expr, Expr]) -> Expr:
    """Return the contribution to one factor: the entries of two factors, used from both sides.

    ``s*P*X*S`` sends ``G`` to ``X`` as ``s*P'*G*S'``, and to ``s`` as ``tr((P*X*S)'*G)``.
    """
    factors = [values[arg] for arg in node.args]
    others = factors[:position] + factors[position + 1 :]
    if factors[position].is_scalar:
        if node.is_scalar:
            return build("mul", cotangent, *others)
        rest = build("mul", *others)
        return build(TR, build("mul", transpose(rest), cotangent))
    scalars, before, after = beside(factors, position)
    transposed = [[transpose(array) for array in reversed(arrays)] for arrays in (before, after)]
    return build("mul", *scalars, *transposed[0], cotangent, *transposed[1])


#: What a factor costs in the terms that the product rule makes.
NODES_PER_FACTOR = 10
#: So many functions of one another cost as much as one of them.
FUNCTIONS_PER_FACTOR = 20

PullBack = Callable[[Expr, int, Expr, Mapping[Expr, Expr]], Expr]


def cotangents(root: Expr, leaves: Iterable[Expr], cotangent: Expr, pull_back: PullBack) -> dict[Expr, Expr]:
    """Return the cotangent of every subexpression on a path from ``leaves`` to ``root``.

    The cotangent of a node ``M`` is ``∂f/∂M`` when that of the root is 1. Each node is visited
    once, after everything that it is an argument of; contributions add.
    """
    root = differentiable(root)
    values = normal_forms([root])
    active = depends_on(root, leaves)
    refuse_long_products(root, active)
    contributions: dict[Expr, list[Expr]] = {root: [cotangent]}
    totals: dict[Expr, Expr] = {}
    for node in reversed([node for node in postorder(root) if node in active]):
        arrived = contributions.pop(node)
        total = arrived[0] if len(arrived) == 1 else build("add", *arrived)
        totals[node] = total
        for position, count in occurrences(node):
            arg = node.args[position]
            if arg in active:
                vanishes = is_zero(total)
                share = zeros(arg.shape) if vanishes else pull_back(node, position, total, values)
                share = share if count == 1 else build("mul", number(count), share)
                contributions.setdefault(arg, []).append(share)
    return totals


def refuse_long_products(root: Expr, active: Container[Expr]) -> None:
    """Raise E508 if the derivative has products that are too long, or too many long ones.

    That of ``A_1*X*A_2*X*...`` has a term for each ``X``, as long as the product; that of a function of a
    function has a factor for each.
    """
    factors = 0

    def depth_of(node: Expr, depths: list[int]) -> int:
        nonlocal factors
        depth = max(depths, default=0)
        if node not in active:
            return 0
        if node.op in ("mul", "hadamard"):
            terms = sum(node.args[position] in active for position, _ in occurrences(node))
            factors += terms * len(node.args)
        elif node.op != "add":
            depth += 1
            factors += depth // FUNCTIONS_PER_FACTOR
        is_chain = node.op == "mul" and not node.is_scalar  # long ones stay closed
        return 0 if is_chain else depth

    fold([root], depth_of)
    foresee(NODES_PER_FACTOR * factors, f"the products in the derivative have {factors:,} factors together")


def occurrences(node: Expr) -> Iterator[tuple[int, int]]:
    """Yield the positions of arguments, those that stand for equal ones with how many there are.

    Equal arguments contribute equally if their order does not matter: ``s`` in ``s*s*s`` three times.
    """
    places: dict[Expr, list[int]] = {}
    for position, arg in enumerate(node.args):
        places.setdefault(arg, []).append(position)
    for arg, positions in places.items():
        if node.op in ("add", "hadamard") or (node.op == "mul" and arg.is_scalar):
            yield positions[0], len(positions)
        else:
            yield from ((position, 1) for position in positions)


#: What may be asked for.
CHOICES = ("projected", "symmetrised", "entrywise", "free")


def structure_of(variable: Expr) -> Property | None:
    """Return the property by which the entries of a variable depend on each other, if there is one.

    Raises E506 for a variable that cannot vary at all.
    """
    structure = _structure(facts_of(variable))
    if structure is not None and structure.discrete:
        raise MatcalcError(
            "E506",
            f"the {structure.discrete} {variable.data[0]} cannot vary, which a derivative needs",
            help=f"declare it as a {structure.declares}, if its entries are independent",
        )
    return structure


@cache
def _structure(facts: frozenset[str]) -> Property | None:
    structures = strongest(fact for fact in facts if (p := property_named(fact)).projected or p.discrete)
    return structures[0] if structures else None


def respecting(gradient: Expr, variable: Expr, choice: str) -> Expr:
    """Return what the structure of a variable makes of a gradient, or of a direction.

    ``choice`` is ``projected``, which is also called ``symmetrised``, ``entrywise`` or ``free``. Raises E505
    if the structure has no independent entries.
    """
    structure = structure_of(variable)
    if structure is None or choice == "free":
        return gradient
    text = convention(variable, choice)
    if not text:
        raise MatcalcError(
            "E505",
            f"the {structure.name} variable {variable.data[0]} has no independent entries",
            help="its derivative can be projected or free",
        )
    template = read_template(text, structure.kinds)
    return instantiate(template, {"G": gradient, "X": variable}, {"n": variable.shape[0]})


def convention(variable: Expr, choice: str) -> str:
    """Return by which formula the structure of a variable is respected; empty if it is ignored."""
    structure = structure_of(variable)
    if structure is None or choice == "free":
        return ""
    return structure.entrywise if choice == "entrywise" else structure.projected


def moves_with(variable: Expr, choice: str) -> bool:
    """Return whether the projection depends on the variable itself."""
    structure = structure_of(variable)
    return structure is not None and choice != "free" and "X" in structure.projected


def facts_of_moves(variable: Expr) -> frozenset[str]:
    """Return the facts that differentials of a variable share with it."""
    return frozenset(fact for fact in facts_of(variable) if property_named(fact).linear)


def structure_note(variable: Expr, choice: str, *, is_gradient: bool = True) -> str:
    """Return the note on a derivative with respect to a variable with structure; empty if there is none."""
    structure = structure_of(variable)
    if structure is None:
        return ""
    name = variable.data[0]
    subject = f"{name} {structure.phrase}"
    if choice == "free":
        return f"{subject}; this ignores it, as if all entries were independent"
    if not is_gradient:
        return f"{subject}: {structure.moves.replace('X', name)}"
    if choice == "entrywise":
        return f"{subject}: this is the gradient for its independent entries, {structure.entrywise}"
    return f"{subject}: this is the {structure.gradient} gradient, {structure.projected.replace('X', name)}"


def gradients(expr: Expr, variables: Sequence[Expr], choice: str = "projected") -> list[Expr]:
    """Return the gradients of a scalar expression with respect to ``variables``, shaped like them.

    One sweep gives all of them. For a variable with structure it is what ``choice`` says, see
    :func:`matcalc.calculus.sweep.respecting`. Raises E503 if the derivative of a function is not known,
    E506 for a variable that cannot vary.
    """
    swept = cotangents(expr, variables, number(1), pull_back)
    return [respecting(swept.get(v, zeros(v.shape)), v, choice) for v in variables]
