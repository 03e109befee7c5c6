"""Laws ready to use: read when they may first fit, refused if they would loop or never be tried."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from matcalc.algebra.builders import as_written, instantiate, normalise, read_template
from matcalc.algebra.matching import Match
from matcalc.algebra.transposes import transpose
from matcalc.errors import MatcalcError
from matcalc.expression import Expr, fill, number, variable, variables
from matcalc.expression.factored import scalars_and_arrays, split_coefficient
from matcalc.expression.facts import has_fact
from matcalc.functions import BY_CALL, BY_OPERATION, LAWS, OPERATION_NAMES, PROPERTIES, Law
from matcalc.functions.entry import head_of, wrong
from matcalc.functions.fields import lazy_property

_current: ContextVar[list[Law] | None] = ContextVar("applied laws", default=None)


@contextmanager
def laws_recorded(*, listed: bool = True) -> Iterator[list[Law]]:
    """Give the list of the laws that are applied meanwhile, each once, in their order.

    With ``listed`` false they are not added to any list: so what is made once and kept changes no list.
    """
    applied: list[Law] = []
    token = _current.set(applied if listed else None)
    try:
        yield applied
    finally:
        _current.reset(token)


def record(law: Law) -> None:
    """Add a law that has been applied to the list, if there is one."""
    applied = _current.get()
    if applied is not None and law not in applied:
        applied.append(law)


@dataclass(frozen=True, eq=False)
class Rule:
    """A law ready to use: its left side in normal form, its right side as written."""

    law: Law
    left: Expr
    right: Expr

    def apply(self, match: Match) -> Expr | None:
        """Return the right side for a match, ``None`` if a condition does not hold."""
        if not self.holds(match):
            return None
        record(self.law)
        return instantiate(self.right, match.values, match.dims)

    def holds(self, match: Match) -> bool:
        """Return whether the conditions of the law hold for a match."""
        return all(has_fact(match.values[letter], fact) for letter, fact in self.law.conditions)

    @lazy_property
    def scalars(self) -> tuple[Expr, ...]:
        """The scalar factors of a product on the left; a bilinear form has none."""
        return scalars_and_arrays(self.left.args)[0] if self.left.op == "mul" else ()

    @lazy_property
    def arrays(self) -> tuple[Expr, ...]:
        """The other operands on the left."""
        return self.left.args[len(self.scalars) :]

    @lazy_property
    def operations(self) -> frozenset[str]:
        """The operations that must be among operands which commute if the law is to fit."""
        powers = ("power", "hadamard_power")
        patterns = self.scalars or self.arrays
        return frozenset(pattern.op for pattern in patterns if pattern.op in BY_CALL or pattern.op in powers)

    @lazy_property
    def facts(self) -> tuple[tuple[str, ...], ...]:
        """The conditions on each of the ``arrays`` that is a letter, which may be transposed."""
        return tuple([self._facts_of(array) for array in self.arrays])

    def _facts_of(self, array: Expr) -> tuple[str, ...]:
        inner = array.args[0] if array.op == "transpose" else array
        name = inner.data[0] if inner.op == "variable" else ""
        return tuple([fact for letter, fact in self.law.conditions if letter == name])


_Facts = tuple[tuple[int, str], ...]


def _facts_of(law: Law) -> _Facts:
    """Return the conditions on arguments that are letters, with their places."""
    places = {argument: place for place, argument in enumerate(law.arguments)}
    return tuple([(places[letter], fact) for letter, fact in law.conditions if letter in places])


def _may_fit(law: Law, operations: tuple[str, ...]) -> bool:
    """Return whether a law may fit arguments with these operations."""
    heads = [head_of(argument) for argument in law.arguments] or operations
    return len(heads) == len(operations) and all(
        head not in BY_CALL or head == operation for head, operation in zip(heads, operations, strict=True)
    )


class LawGroup:
    """The laws with one head, by what has to be there for them to apply: their triggers.

    That is the first fact that a law demands, else the first function on its left side, else a product. It
    saves reading laws that cannot apply, which is half of what a short run would do.
    """

    def __init__(self, laws: Iterable[Law], read: Callable[[Law], Iterable[Rule]]):
        """``read`` returns the rules of a law."""
        self.read = read
        self.laws: dict[str, tuple[Law, ...]] = {}
        demanded = set()
        for law in laws:
            facts = [fact for _, fact in law.conditions]
            demanded.update(facts)
            trigger = facts[0] if facts else next((word for word in law.words if len(word) > 1), "mul")
            self.laws[trigger] = (*self.laws.get(trigger, ()), law)
            self.laws[""] = (*self.laws.get("", ()), law)
        self._operations = frozenset(self.laws) - demanded
        self._facts = tuple(sorted(demanded.intersection(self.laws)))
        self._rules: dict[str, tuple[Rule, ...]] = {}
        self._rules_of: dict[Law, tuple[Rule, ...]] = {}
        self._by_operations: dict[tuple[str, ...], tuple[tuple[Law, _Facts], ...]] = {}

    def rules_for(self, args: Sequence[Expr]) -> Iterator[Rule]:
        """Yield the rules that may fit a function of some arguments, in their order.

        What the law says of an argument that is a function, or a letter with a condition, is looked at before
        the law is read.
        """
        operations = tuple([arg.op for arg in args])
        laws = self._by_operations.get(operations)
        if laws is None:
            laws = tuple([(law, _facts_of(law)) for law in self.laws[""] if _may_fit(law, operations)])
            self._by_operations[operations] = laws
        for law, facts in laws:
            if not facts or all(has_fact(args[place], fact) for place, fact in facts):
                yield from self._rules_of_law(law)

    def rules(self, trigger: str = "") -> tuple[Rule, ...]:
        """Return the rules with a trigger, or all."""
        rules = self._rules.get(trigger)
        if rules is None:
            rules = tuple([rule for law in self.laws.get(trigger, ()) for rule in self._rules_of_law(law)])
            self._rules[trigger] = rules
        return rules

    def _rules_of_law(self, law: Law) -> tuple[Rule, ...]:
        rules = self._rules_of.get(law)
        if rules is None:
            rules = self._rules_of[law] = tuple(self.read(law))
        return rules

    def triggers(self, operands: Iterable[Expr]) -> Sequence[str]:
        """Return the triggers that some operands set off, in a fixed order."""
        triggers: frozenset[str] = frozenset()
        for operand in operands:
            triggers |= self._set_off(operand)
        return sorted(triggers) if triggers else ()

    def _set_off(self, operand: Expr) -> frozenset[str]:
        triggers = operand.memo.get(self)
        if triggers is None:
            here = (operand, *operand.args)
            held = [fact for fact in self._facts if any(has_fact(part, fact) for part in here)]
            triggers = self._operations.intersection([part.op for part in here]).union(held)
            operand.memo[self] = triggers
        return triggers

    @lazy_property
    def definitions(self) -> dict[int, tuple[Law, Expr, Expr]]:
        """The first law for each number of arguments, and its sides as written.

        They are what defines a function that states no derivative.
        """
        return {len(law.arguments): (law, *law_sides(law)) for law in reversed(self.laws[""])}

    @lazy_property
    def of_scalars(self) -> dict[int, tuple[Law, Expr, Expr]]:
        """The laws that say what a function of matrices is for any scalars, by the number of arguments."""
        sides = [(law, *law_sides(law)) for law in reversed(self.laws[""])]
        return {
            len(left.args): (law, left, right)
            for law, left, right in sides
            if all(arg.op == "variable" and arg.is_scalar for arg in left.args)
        }


#: Operations on which the builders try laws; so they do on every function.
_PLACES = frozenset(["add", "mul", "power", "hadamard", "hadamard_power"])
_FUNCTIONS = frozenset(BY_OPERATION) - OPERATION_NAMES


class Laws:
    """Laws by the operation on the left side.

    Raises ``ValueError`` for one that is wrong or that no builder would try, and when it is first read for
    one that would never be applied, or forever. ``read`` returns the rules of laws that have been tested,
    such as those of the table: they are not looked at again.
    """

    def __init__(self, laws: Iterable[Law] = (), read: Callable[[Law], Iterable[Rule]] | None = None):
        self._read = read or checked_rules
        self._groups: dict[str, LawGroup | None] = {}
        self._by_head: dict[str, list[Law]] = {}
        for law in laws:
            if read is None:
                law.validate()
                _refuse_untried(law)
            self._by_head.setdefault(law.head, []).append(law)

    def group(self, head: str) -> LawGroup | None:
        """Return the laws with a head."""
        if head not in self._groups:
            laws = self._by_head.get(head)
            self._groups[head] = LawGroup(laws, self._read) if laws else None
        return self._groups[head]


def _refuse_untried(law: Law) -> None:
    if law.head not in _PLACES and law.head not in _FUNCTIONS:
        raise wrong(law, f"no law is tried on {law.head}: only on functions, sums, products, powers")


_in_force: ContextVar[Laws] = ContextVar("laws in force")


def laws_with_head(head: str) -> LawGroup | None:
    """Return the laws in force that have this head."""
    return _in_force.get(_TABLE).group(head)


@contextmanager
def in_force(laws: Laws) -> Iterator[None]:
    """Have the builders apply these laws, and no others."""
    token = _in_force.set(laws)
    try:
        yield
    finally:
        _in_force.reset(token)


def without_laws(expr: Expr) -> Expr:
    """Return an expression as written in a normal form to which no law is applied."""
    with in_force(_NONE), as_written(None):
        return normalise(expr)


def law_sides(law: Law) -> tuple[Expr, Expr]:
    """Return both sides of a law as written; they share their dimensions."""
    try:
        difference = read_template(f"({law.left}) - ({law.right})", tuple(law.kinds.items()))
    except MatcalcError as error:
        raise wrong(law, f"its sides do not go together, {error.message}") from error
    return difference.args[0], difference.args[1].args[0]


def sides_as_printed(law: Law, names: Mapping[str, str] | None = None) -> tuple[Expr, Expr]:
    """Return both sides of a law in normal form, with other ``names`` for some of its variables.

    No law is applied in them, not even this one.
    """
    sides = law_sides(law)
    new = {
        node: variable((names or {}).get(name, name), node.shape, frozenset(node.data[1]))
        for name, node in variables(sides).items()
    }
    left, right = (without_laws(fill(side, new)) for side in sides)
    return left, right


def read_rules(law: Law) -> list[Rule]:
    """Return the rule of a law, ready to use; a law about products is also used in its transposed form.

    Raises ``ValueError`` if the sides do not go together, or the left one has another head in normal form.
    """
    left, right = law_sides(law)
    coefficient, unit = split_coefficient(without_laws(left))
    if coefficient != 1:  # the sign of a sum is a matter of order
        right = Expr("quotient", (right, number(coefficient)), right.shape)
    if unit.op != law.head:
        raise wrong(law, f"in normal form its left side is no {law.head} but {unit.op}")
    rule = Rule(law, unit, right)
    return [rule, *_transposed_rule(rule)] if law.head == "mul" else [rule]


def _transposed_rule(rule: Rule) -> list[Rule]:
    scalars, chain = scalars_and_arrays(rule.left.args)
    with in_force(_NONE), as_written(None):
        transposed = tuple(transpose(array) for array in reversed(chain))
    if transposed == chain:
        return []
    left = Expr("mul", (*scalars, *transposed), (transposed[0].shape[0], transposed[-1].shape[1]))
    right = Expr("transpose", (rule.right,), (rule.right.shape[1], rule.right.shape[0]))
    return [Rule(rule.law, left, right)]


class _Probe(Rule):
    """A rule whose right side is a letter, to see where the left side is found."""

    def apply(self, match: Match) -> Expr | None:
        if not self.holds(match):
            return None
        record(self.law)
        rows, cols = self.right.shape
        return variable("right side", (rows.substitute(match.dims), cols.substitute(match.dims)))


def checked_rules(law: Law) -> list[Rule]:
    """Return the rules of a law that the builders are to apply wherever they can.

    Raises ``ValueError`` if they would never try it, or if it would be applied to its own right side.
    """
    rules = read_rules(law)
    probe = Laws([law], read=lambda law: [_Probe(law, rule.left, rule.right) for rule in rules])
    left, right = law_sides(law)
    if not _is_applied(law, left, probe):
        raise wrong(law, "the builders try no law there, so it would never be applied")
    if _is_applied(law, right, probe):
        raise wrong(law, "its right side has the left one in it, so it would be applied forever")
    return rules


def _is_applied(law: Law, side: Expr, probe: Laws) -> bool:
    """Return whether a law is applied where a side of it is built, of variables that meet its conditions."""
    new = {}
    for name, node in variables([side]).items():
        facts = [fact for letter, fact in law.conditions if letter == name]
        # Names that no one else uses: what is kept with expressions must not be of these laws.
        if "entrywise" in facts:
            factors = tuple([variable(f"letter {name}{i}", node.shape) for i in (1, 2)])
            new[node] = Expr("hadamard", factors, node.shape)
        else:
            declared = frozenset(facts).intersection(prop.name for prop in PROPERTIES)
            new[node] = variable(f"letter {name}", node.shape, declared)
    with in_force(probe), as_written(None), laws_recorded() as applied:
        normalise(fill(side, new))
    return bool(applied)


_TABLE, _NONE = Laws(LAWS, read_rules), Laws()
