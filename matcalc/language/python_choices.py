"""Choices by a condition, ``np.where(x > y, a, b)``: what is left out is multiplied by 0, so it is finite."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from matcalc.functions import BY_CALL
from matcalc.language.python_arrays import call, refused
from matcalc.language.python_functions import EXTREMA
from matcalc.language.syntax import Syntax, syntax_postorder

#: Conditions under which functions have a derivative: their values are finite elsewhere, too.
_OF_DERIVATIVES = frozenset(("no-kink", "differs-from", "single-peak", "single-largest", "single-smallest"))
_QUOTIENTS = frozenset(("quotient", "hadamard_quotient"))
_POWERS = frozenset(("power", "hadamard_power"))
#: The signs that are known of all entries of a value.
_OPEN, _NONNEGATIVE, _POSITIVE = range(3)


class Comparison:
    """The comparison ``upper > lower`` or ``upper >= lower``, and the names of which it is one."""

    def __init__(self, upper: Syntax, lower: Syntax, definitions: Mapping[str, Syntax]):
        self.upper, self.lower = upper, lower
        self._definitions = definitions
        nodes = [node for side in (upper, lower) for node in syntax_postorder(side, self._below)]
        self._names = {node.data for node in nodes if node.op == "name"}

    def _below(self, node: Syntax) -> Iterable[Syntax]:
        """Return the arguments of a node, of a name what defines it."""
        return (
            (self._definitions[node.data],)
            if node.op == "name" and node.data in self._definitions
            else node.args
        )

    def limited(self, branch: Syntax, *, holds: bool) -> Syntax:
        """Return a branch that is finite where it is not taken; raises E506 if that is not known.

        What may overflow there is computed of what the condition compares with: ``exp(min(x, 0))``.
        """
        if not self._overflows(branch):
            self._refuse(self._undefined(branch), branch)
            return branch
        for name, number, above in ((self.upper, self.lower, holds), (self.lower, self.upper, not holds)):
            if name.op == "name" and name.data not in self._definitions and is_number(number):
                branch = _replaced(branch, name.data, number, EXTREMA[not above])
        self._refuse([*self._overflows(branch), *self._undefined(branch)], branch)
        return branch

    def _refuse(self, places: Collection[Syntax], branch: Syntax) -> None:
        if places:
            message = "this may be infinite or not a number where the condition does not take it"
            help_text = (
                "limit what it is computed of, as in np.log(np.maximum(x, 1e-9)) or np.exp(np.minimum(x, 0))"
            )
            raise refused(message, next(iter(places)).span, "multiplied by 0 there", help_text)

    def _overflows(self, branch: Syntax) -> list[Syntax]:
        """Return the calls that may overflow where the condition does not hold, or does not fail."""
        free: set[Syntax] = set()
        order = syntax_postorder(branch, self._below)
        for node in order:
            is_limited = _called(node) in EXTREMA and any(map(is_number, node.args))
            if (
                node.data in self._names
                if node.op == "name"
                else not is_limited and not free.isdisjoint(node.args)
            ):
                free.add(node)
        return [
            node
            for node in order
            if not free.isdisjoint(node.args)
            and any(entry.overflows for entry in BY_CALL.get(_called(node), ()))
        ]

    def _undefined(self, branch: Syntax) -> list[Syntax]:
        """Return what is not defined for all values of the names in the condition."""
        order = syntax_postorder(branch, self._below)
        guarded: set[Syntax] = set()
        signs: dict[Syntax, int] = {}
        places = []
        for node in order:
            below = tuple(self._below(node))
            signs[node] = _sign(node, [signs[each] for each in below])
            if (node.op == "name" and node.data in self._names) or not guarded.isdisjoint(below):
                guarded.add(node)
            if any(arg in guarded and signs[arg] < needed for arg, needed in _needed(node)):
                places.append(node)
        return places


def is_number(node: Syntax) -> bool:
    """Return whether a node is a number, or minus one."""
    return node.op == "number" or (node.op == "negate" and node.args[0].op == "number")


def _called(node: Syntax) -> str:
    return str(node.data[0]) if node.op == "call" else ""


def _needed(node: Syntax) -> list[tuple[Syntax, int]]:
    """Return the arguments that need a sign for a value to be defined; more than positive is none."""
    if node.op in _QUOTIENTS:
        return [(node.args[1], _POSITIVE)]
    if node.op in _POWERS:
        base, exponent = node.args
        whole = exponent.op == "number" and exponent.data == int(exponent.data)
        return [] if whole else [(base, _POSITIVE), (exponent, _POSITIVE + 1)]
    for entry in BY_CALL.get(_called(node), ()):
        domain = entry.where
        if domain is not None and domain.condition not in _OF_DERIVATIVES:
            suffices = domain.condition in ("positive", "nonzero")
            return [(arg, _POSITIVE if suffices else _POSITIVE + 1) for arg in node.args]
    return []


def _sign(node: Syntax, signs: list[int]) -> int:
    """Return what is known of the sign of all entries of a value."""
    if node.op == "number":
        return _POSITIVE if node.data > 0 else _NONNEGATIVE
    if node.op == "add":
        return max(signs) if min(signs) else _OPEN
    if node.op in ("mul", "hadamard", *_QUOTIENTS):
        return min(signs)
    if node.op in _POWERS:
        is_even = node.args[1].op == "number" and node.args[1].data % 2 == 0
        return max(signs[0], _NONNEGATIVE) if is_even else signs[0]
    if _called(node) == EXTREMA[0]:
        return max(signs)
    facts = frozenset[str]().union(*(entry.always for entry in BY_CALL.get(_called(node), ())))
    return _POSITIVE if "positive" in facts else _NONNEGATIVE if "nonnegative" in facts else _OPEN


def _replaced(root: Syntax, name: str, number: Syntax, extremum: str) -> Syntax:
    """Return a tree with the larger or smaller of a name and a number for the name."""
    copies: dict[Syntax, Syntax] = {}
    for node in syntax_postorder(root):
        args = tuple(copies[arg] for arg in node.args)
        copies[node] = Syntax(node.op, args, node.start, node.end, node.data)
        if node.op == "name" and node.data == name:
            copies[node] = call(extremum, (copies[node], number), node.span)
    return copies[root]
