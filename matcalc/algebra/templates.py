"""Turns expressions as written into normal form, and formulas of the tables, laws among them, into rules."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import NamedTuple

from matcalc.algebra.builders import as_written, build
from matcalc.algebra.matching import COLUMNS, Match
from matcalc.algebra.parts import is_bilinear, parts
from matcalc.algebra.transposes import block_matrix, transpose
from matcalc.expression import (
    ONE,
    SCALAR,
    Dim,
    Expr,
    Shape,
    dimension,
    fill,
    identity,
    number,
    ones,
    postorder,
    variable,
    variables,
    zeros,
)
from matcalc.expression.facts import has_fact
from matcalc.expression.signatures import signature_of, take_dimensions
from matcalc.functions import LAWS, Function, Law
from matcalc.language import parse


def normal_forms(roots: Iterable[Expr]) -> dict[Expr, Expr]:
    """Return the normal form of each subexpression of ``roots``."""
    done: dict[Expr, Expr] = {}
    for node in postorder(*roots):
        done[node] = rebuilt(node, [done[arg] for arg in node.args])
    return done


def rebuilt(node: Expr, args: Sequence[Expr]) -> Expr:
    """Return the node with other arguments, in normal form; leaves stay."""
    if node.op == "block":
        return block_matrix(args, *node.data)
    return build(node.op, *args) if node.args else node


def replaced(root: Expr, values: Mapping[Expr, Expr]) -> Expr:
    """Return an expression in normal form with some of its parts replaced, in normal form."""
    done: dict[Expr, Expr] = {}
    for node in postorder(root):
        found = values.get(node)
        done[node] = rebuilt(node, [done[arg] for arg in node.args]) if found is None else found
    return done[root]


def normalise(expr: Expr) -> Expr:
    """Return the expression in normal form: equal expressions mostly become the same object."""
    return normal_forms([expr])[expr]


_current: ContextVar[list[Law] | None] = ContextVar("laws", default=None)


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


_CONSTANTS = {"ones": ones, "zeros": zeros}


def kind_of(shape: Shape) -> str:
    """Return the declaration of a variable of this shape."""
    if shape == SCALAR:
        return "scalar"
    return f"vector({shape[0]})" if shape[1] is ONE else f"matrix({shape[0]},{shape[1]})"


def argument_kinds(entry: Function) -> tuple[tuple[str, str], ...]:
    """Return the names of an entry's arguments with their declarations, as :func:`read_template` takes them.

    Those that are dimensions are left out.
    """
    arguments = signature_of(entry).arguments
    return tuple((argument.name, kind_of(argument.shape)) for argument in arguments if not argument.is_dim)


@cache
def read_template(text: str, kinds: tuple[tuple[str, str], ...]) -> Expr:
    """Return the expression as written; ``kinds`` declares its names."""
    return parse(text, dict(kinds)).expr


def instantiate(template: Expr, values: Mapping[str, Expr], dims: Mapping[str, Dim]) -> Expr:
    """Return the template with its variables and dimensions replaced, in normal form."""
    done: dict[Expr, Expr] = {}
    for node in postorder(template):
        op = node.op
        if op == "variable":
            done[node] = values[node.data[0]]
        elif op in ("number", "pi"):
            done[node] = node
        elif op == "identity":
            done[node] = identity(node.shape[0].substitute(dims))
        elif op in _CONSTANTS:
            rows, cols = node.shape
            done[node] = _CONSTANTS[op]((rows.substitute(dims), cols.substitute(dims)))
        elif op == "dimension":
            done[node] = dimension(node.data.substitute(dims))
        elif op in take_dimensions():
            done[node] = rebuilt(node, [done[arg] for arg in node.args])
        else:
            done[node] = rebuilt(node, [as_scalar(done[arg]) for arg in node.args])
    return as_scalar(done[template])


def as_scalar(expr: Expr) -> Expr:
    """Return the expression; a dimension such as ``k + n`` as it reads, a sum of two."""
    if expr.op != "dimension" or expr.data.name:
        return expr
    terms = [
        build("mul", number(coefficient), *[dimension(Dim.symbol(name)) for name in monomial])
        for monomial, coefficient in expr.data.terms
    ]
    return terms[0] if len(terms) == 1 else build("add", *terms)


class Rule(NamedTuple):
    """A law ready to use: its left side in normal form, its right side as written."""

    law: Law
    left: Expr
    right: Expr
    conditions: tuple[tuple[str, str], ...]

    def apply(self, match: Match) -> Expr | None:
        """Return the right side for a match, ``None`` if a condition does not hold."""
        for name, fact in self.conditions:
            if not has_fact(match.values[name], fact):
                return None
        record(self.law)
        return instantiate(self.right, match.values, match.dims)


def law_variables(law: Law) -> tuple[tuple[str, str], ...]:
    """Return the declarations of a law's variables, by their letters.

    ``u`` to ``z`` are columns, ``s t`` scalars, capitals matrices, square if a condition says so; in
    ``I(n)`` and ``ones(n)`` stands a dimension.
    """
    square = {name for name, fact in _conditions(law) if fact == "square"}
    words = "".join(c if c.isalnum() else " " for c in law.left).split()
    given = dict(part.split(": ") for part in law.given.split("; ") if part)
    kinds = given if given else {"n_": "vector(n)"}
    for name in words:
        if name in given:
            continue
        if name in COLUMNS:
            kinds[name] = "vector"
        elif name in ("s", "t"):
            kinds[name] = "scalar"
        elif len(name) == 1 and name.isupper() and name != "I":
            kinds[name] = "matrix(q_,q_)" if name in square else "matrix"
    return tuple(kinds.items())


def _conditions(law: Law) -> tuple[tuple[str, str], ...]:
    pairs = [part.split() for part in law.when.split(",") if part.strip()]
    return tuple((name, fact) for name, fact in pairs)


def law_sides(law: Law) -> tuple[Expr, Expr]:
    """Return both sides of a law as written; they share their dimensions."""
    whole = read_template(f"({law.left}) - ({law.right})", law_variables(law))
    return whole.args[0], whole.args[1].args[0]


class _Loading(threading.local):
    """How deep this thread is in reading laws."""

    depth: int = 0


_loading = _Loading()


def reading_laws() -> bool:
    """Return whether this thread is reading laws; no law is applied then, so that they stay as written."""
    return _loading.depth > 0


@cache
def _by_trigger(head: str) -> dict[str, tuple[Law, ...]]:
    """Return the laws with this head by what has to be there for them to apply.

    That is the first fact that a law demands, else the first function on its left side, else a product. It
    saves reading laws that cannot apply, which is half of what a short run would do.
    """
    found: dict[str, tuple[Law, ...]] = {}
    for law in LAWS:
        if law.head == head:
            words = "".join(c if c.isalnum() else " " for c in law.left).split()
            facts = [fact for _, fact in _conditions(law)]
            trigger = facts[0] if facts else next((word for word in words if len(word) > 1), "mul")
            found[trigger] = (*found.get(trigger, ()), law)
    return found


@cache
def _kinds_of_triggers(head: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the triggers that are operations and those that are facts."""
    facts = {fact for law in LAWS if law.head == head for _, fact in _conditions(law)}
    return frozenset(_by_trigger(head)) - facts, tuple(sorted(facts.intersection(_by_trigger(head))))


def triggers(head: str, expr: Expr) -> frozenset[str]:
    """Return the triggers of laws with this head that an operand sets off."""
    known = expr.memo.get(head)
    if known is None:
        ops, facts = _kinds_of_triggers(head)
        here = (expr, *expr.args)
        found = ops.intersection([operand.op for operand in here])
        held = [fact for fact in facts if any(has_fact(operand, fact) for operand in here)]
        known = found.union(held) if held else found
        expr.memo[head] = known
    return known


def read_rules(law: Law) -> list[Rule]:
    """Return the rule of a law, ready to use; a law about products is also used in its transposed form."""
    _loading.depth += 1
    try:
        left, right = law_sides(law)
        with as_written(None):
            rule = Rule(law, normalise(left), right, _conditions(law))
            return [rule, *_transposed_rule(rule)] if law.head == "mul" else [rule]
    finally:
        _loading.depth -= 1


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


def without_laws(expr: Expr) -> Expr:
    """Return an expression as written in a normal form to which no law is applied."""
    _loading.depth += 1
    try:
        with as_written(None):
            return normalise(expr)
    finally:
        _loading.depth -= 1


@cache
def rules_for(head: str, trigger: str = "") -> tuple[Rule, ...]:
    """Return the rules whose left side has this head, all of them or those with a trigger."""
    laws = _by_trigger(head).get(trigger, ()) if trigger else (law for law in LAWS if law.head == head)
    return tuple(rule for law in laws for rule in read_rules(law))


def _transposed_rule(rule: Rule) -> list[Rule]:
    chain = rule.left.args if is_bilinear(rule.left) else parts(rule.left).chain
    turned = tuple(transpose(array) for array in reversed(chain))
    if turned == chain:
        return []
    scalars = parts(rule.left).scalars if not is_bilinear(rule.left) else ()
    left = Expr("mul", (*scalars, *turned), (turned[0].shape[0], turned[-1].shape[1]))
    right = Expr("transpose", (rule.right,), (rule.right.shape[1], rule.right.shape[0]))
    return [Rule(rule.law, left, right, rule.conditions)]
