"""A function to be generated: the cheapest of several forms is extracted; a linear map as two functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

from matcalc.algebra import normalise
from matcalc.calculus import IndexForm, cotangents_by_line, trace, traced
from matcalc.code.choices import Before
from matcalc.code.indexed import arrays_in, with_arrays
from matcalc.code.instructions import SizeEstimates, program_cost
from matcalc.code.inverses import with_plain_solutions
from matcalc.code.lowering import Lowering
from matcalc.code.rewriting import factorises, rewritten, stabilised, updated, with_one_library
from matcalc.code.scope import Scope
from matcalc.code.source_text import Source, source_of
from matcalc.code.target import ALL_PASSES, Passes, Target
from matcalc.errors import MatcalcError
from matcalc.expression import Expr, axes, depends_on, fill, postorder, variable
from matcalc.expression.traversal import variables as variables_in


def reverse_mode(expr: Expr, leaf: Expr, taken: Iterable[str]) -> tuple[Expr, Expr]:
    """Return the value of a scalar expression and its gradient as they are computed together.

    Both are as written, not in normal form: a product that several derivatives share is one product. See
    Griewank and Walther, Evaluating Derivatives (2008), chapter 3.
    """
    used = frozenset(taken)
    lines = trace(expr, [leaf], {}, used)
    values: dict[Expr, Expr] = {}
    for line in lines:
        values[line.symbol] = fill(line.formula, values)
    seen = traced(lines, leaf, used)
    gradient = leaf
    for cotangent in cotangents_by_line(seen, used, longest=0):
        gradient = fill(cotangent.value, values)
        values[cotangent.written] = gradient
    return values[lines[-1].symbol], gradient


#: What a function returns: the value of an expression, or the array that index notation writes.
Root = Expr | IndexForm
#: What applies laws to expressions, with what they cost.
_Change = Callable[[Sequence[Expr], Callable[[Expr], float]], tuple[Expr, ...]]


def lowered_root(root: Root, lowering: Lowering) -> Root:
    """Return the instructions for what a function returns."""
    if isinstance(root, IndexForm):
        return with_arrays(root, lowering)
    return lowering(root)


@contextmanager
def _refusing_deep_expressions() -> Iterator[None]:
    """Raise E505 instead of ``RecursionError``."""
    try:
        yield
    except RecursionError:
        help_text = "name parts of it with where, and write a function for each"
        raise MatcalcError(
            "E505", "the expression is nested too deeply for source code", help=help_text
        ) from None


class Program(NamedTuple):
    """A function with a name, a docstring, arguments, and what it returns.

    ``derive`` returns forms in which that can be computed, from an expression that may be written in a way
    that is cheaper to compute. Each form has as many expressions as there are ``{}`` in ``result``, which is
    what the function returns. ``names`` are those of parts of them.
    """

    name: str
    doc: str
    variables: Mapping[str, Expr]
    of: Expr
    derive: Callable[[Expr], Sequence[Sequence[Root]]]
    names: Mapping[Expr, str]
    result: str = "{}"

    def instructions(self, sizes: SizeEstimates, passes: Passes) -> tuple[list[Root], dict[Expr, str]]:
        """Return the instructions of the cheapest form for some sizes, and the names of temporaries."""
        best: _Lowered | None = None
        refused: MatcalcError | None = None
        for form in self._forms(sizes, passes):
            for explicit in (False, True):
                try:
                    lowered = _Lowered.of(form, sizes, passes, explicit=explicit)
                except MatcalcError as error:
                    refused = error
                    break
                if best is None or lowered.cost < 0.98 * best.cost:
                    best = lowered
                if not lowered.lowering.choices.inverses.solved:
                    break
        if best is None:
            assert refused is not None
            raise refused
        best = min([best, best.again(), *best.backwards()], key=lambda lowered: lowered.cost)
        roots, done = best.roots, best.lowering.choices.done
        names = {done[part]: name for part, name in self.names.items() if part in done}
        plain, plain_names = _changed(roots, names, with_plain_solutions)
        if passes.one_library and factorises(arrays_in(plain), sizes):
            return _changed(roots, names, partial(with_one_library, sizes=sizes))
        return plain, plain_names

    def _forms(self, sizes: SizeEstimates, passes: Passes) -> list[tuple[Root, ...]]:
        """Return the forms, also those that laws make of them, and of what they are derived from."""
        candidates = dict.fromkeys(_stabilised(form) for form in self.derive(self.of))
        if passes.laws and sizes.given:
            cost = partial(_cost, sizes=sizes, passes=passes)
            for form in tuple(candidates):
                candidates[_with(rewritten, form, cost)] = None
            for form in tuple(candidates) if passes.updates else ():
                candidates[_with(updated, form, cost)] = None
            [cheaper] = rewritten([normalise(self.of)], cost)
            if cheaper is not normalise(self.of):
                forms = [_stabilised(form) for form in self.derive(cheaper)]
                candidates.update(dict.fromkeys(_with(rewritten, form, cost) for form in forms))
        return list(candidates)

    def refuse_unsupported(self, target: Target) -> None:
        """Raise E505 or E402 if there is no source for the function, whatever the sizes are."""
        Scope(self.variables, target)
        with _refusing_deep_expressions():
            form = self.derive(self.of)[0]
            lowering = Lowering(arrays_in(form), SizeEstimates(), Passes(order=False, multiply_out=False))
            for root in form:
                lowered_root(root, lowering)

    def source(
        self, target: Target, sizes: SizeEstimates, passes: Passes = ALL_PASSES, *, floats: bool = True
    ) -> str:
        """Return the text of :meth:`module`."""
        return str(self.module(target, sizes, passes, floats=floats))

    def module(
        self, target: Target, sizes: SizeEstimates, passes: Passes = ALL_PASSES, *, floats: bool = True
    ) -> Source:
        """Return the source of the function for arrays of these sizes; it is right for all others, too.

        With ``floats`` it is for arrays of one floating type, else for all numbers.
        """
        passes = target.possible(passes)
        with _refusing_deep_expressions():
            return self._written(target, sizes, passes, floats=floats)

    def _written(self, target: Target, sizes: SizeEstimates, passes: Passes, *, floats: bool) -> Source:
        roots, names = self.instructions(sizes, passes)
        shapes = "; ".join(
            f"{one}: ({', '.join(map(str, axes(v.shape)))})" for one, v in self.variables.items()
        )
        doc = f"Return {self.doc}, for {shapes}." if shapes else f"Return {self.doc}."
        return source_of(
            self.name, doc, self.variables, roots, names, self.result, target, sizes,
            in_place=passes.in_place, floats=floats,
        )  # fmt: skip


class _Lowered(NamedTuple):
    """A form, and instructions for it."""

    form: tuple[Root, ...]
    lowering: Lowering
    roots: list[Root]
    is_backwards: bool = False

    @classmethod
    def of(
        cls,
        form: tuple[Root, ...],
        sizes: SizeEstimates,
        passes: Passes,
        *,
        explicit: bool,
        before: Before | None = None,
        backwards: bool = False,
    ) -> _Lowered:
        """Return instructions for a form, made from the last value to the first if ``backwards``."""
        lowering = Lowering(arrays_in(form), sizes, passes, explicit=explicit, before=before)
        made = [lowered_root(root, lowering) for root in (reversed(form) if backwards else form)]
        return cls(form, lowering, made[::-1] if backwards else made, backwards)

    @property
    def cost(self) -> float:
        """What all of it costs."""
        return program_cost(arrays_in(self.roots), self.lowering.choices.sizes)

    def again(self) -> _Lowered:
        """Return instructions that are chosen with the knowledge of what is computed for other values."""
        choices = self.lowering.choices
        before = Before(arrays_in(self.roots), choices.done, choices.chain.products, choices.inverses.arrays)
        return self._once_more(before, backwards=self.is_backwards)

    def backwards(self) -> Iterator[_Lowered]:
        """Yield instructions made from the last value to the first, if there are several, also again."""
        if len(self.form) > 1:
            lowered = self._once_more(None, backwards=True)
            yield from (lowered, lowered.again())

    def _once_more(self, before: Before | None, *, backwards: bool) -> _Lowered:
        choices = self.lowering.choices
        explicit = choices.inverses.explicit
        return _Lowered.of(
            self.form, choices.sizes, choices.passes, explicit=explicit, before=before, backwards=backwards
        )


def _changed(
    roots: Sequence[Root], names: Mapping[Expr, str], change: Callable[[Sequence[Expr]], Mapping[Expr, Expr]]
) -> tuple[list[Root], dict[Expr, str]]:
    """Return roots and names of parts after a change of instructions."""
    new = change([*arrays_in(roots), *names])
    return [_replaced(root, new) for root in roots], {new[part]: name for part, name in names.items()}


def _replaced(root: Root, values: Mapping[Expr, Expr]) -> Root:
    if isinstance(root, IndexForm):
        return with_arrays(root, values.__getitem__)
    return values[root]


def _stabilised(form: Sequence[Root]) -> tuple[Root, ...]:
    """Return a form in which nothing overflows that need not; index forms stay."""
    return tuple(stabilised([root])[0] if isinstance(root, Expr) else root for root in form)


def _with(change: _Change, form: Sequence[Root], cost: Callable[[Expr], float]) -> tuple[Root, ...]:
    """Return a form with laws applied; index forms stay."""
    if any(isinstance(root, IndexForm) for root in form):
        return tuple(form)
    return change([root for root in form if isinstance(root, Expr)], cost)


def _cost(node: Expr, sizes: SizeEstimates, passes: Passes) -> float:
    """Return the cost of a value alone, infinite if there is no source for it."""
    try:
        return program_cost([Lowering([node], sizes, passes)(node)], sizes)
    except MatcalcError:
        return float("inf")


class OperatorSources(NamedTuple):
    """The sources of two functions, ``parts`` and ``apply``.

    ``parts`` takes the variables but for the argument of the map and returns a tuple; ``apply`` takes the
    ``arguments`` by name: variables, the argument of the map, and parts called like ``names``.
    """

    parts: str
    product: str
    arguments: tuple[str, ...]
    names: tuple[str, ...]


def operator_sources(
    program: Program, argument: str, target: Target, sizes: SizeEstimates, passes: Passes = ALL_PASSES
) -> OperatorSources:
    """Return the sources for a program that is linear in one of its variables, and returns one value."""
    passes = target.possible(passes)
    [root], names = program.instructions(sizes, passes)
    assert isinstance(root, Expr)
    moving = [node for node in postorder(root) if node.op == "variable" and node.data[0] == argument]
    active = depends_on(root, moving)
    parts = [
        arg
        for arg in dict.fromkeys(arg for node in postorder(root) if node in active for arg in node.args)
        if arg not in active and arg.args and arg.op != "transpose"
    ]
    scope = Scope(program.variables, target)
    symbols = {part: variable(scope.fresh(f"part{k}").text, part.shape) for k, part in enumerate(parts, 1)}
    inner = fill(root, symbols)
    fixed = {name: v for name, v in program.variables.items() if name != argument}
    doc, in_place = program.doc, passes.in_place
    result = f"({''.join('{}, ' for _ in parts)})"
    first = source_of(
        "parts", f"Return what {doc} needs.", fixed, parts, names, result, target, sizes, in_place=in_place
    )
    used = variables_in([inner])
    arguments = {name: v for name, v in program.variables.items() if name in used or name == argument} | used
    second = source_of(
        "apply", f"Return {doc}.", arguments, [inner], {}, "{}", target, sizes, in_place=in_place
    )
    return OperatorSources(
        str(first), str(second), tuple(arguments), tuple(str(s.data[0]) for s in symbols.values())
    )
