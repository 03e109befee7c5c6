"""Programs before code is generated: the forms in which derivatives and several values are computed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial

from matcalc.algebra import Writing, as_written, build, normalise, transpose
from matcalc.api.compiled_functions import CompiledFunction, callable_of
from matcalc.api.expressions import Expression
from matcalc.api.options import (
    Options,
    distinct,
    names_listed,
    names_taken,
    refuse_unknown,
    variables_called,
    variables_listed,
)
from matcalc.api.presentation import Differentiated, known_names, names_given, with_arguments
from matcalc.api.results import Written
from matcalc.calculus import (
    Derivation,
    IndexForm,
    convention,
    derivations,
    factored,
    gradients,
    index_form,
    jacobian,
    named_parts,
    structure_of,
    tangent,
)
from matcalc.code import Program, Root, reverse_mode, with_entries_merged
from matcalc.errors import MatcalcError
from matcalc.expression import ONE, SCALAR, Budget, Expr, postorder, variable
from matcalc.functions import OPERATION_NAMES, TR
from matcalc.language import Reading, plain_name
from matcalc.printing import Text

#: What a function may return; ``hvp`` is the product of the Hessian with a direction.
OUTPUTS = ("value", "gradient", "hessian", "hvp")


def derivative_forms(
    of: Differentiated, shown: Expr | IndexForm, expr: Expr
) -> list[tuple[Expr | IndexForm, ...]]:
    """Return forms in which a derivative can be computed: with nothing factored, as it is shown, backwards.

    ``expr`` is what is differentiated, or the same value in a cheaper form.
    """
    original = expr is of.reading.expr
    if isinstance(shown, IndexForm):
        with as_written(of.writing):
            return [(with_entries_merged(shown),)] if original else []
    if not of.last.is_gradient or shown.shape != of.last.linear.shape:
        return [(shown,)] if original else []
    with as_written(of.writing):
        last = of.last_of(expr)
        forms: list[tuple[Expr | IndexForm, ...]] = [(last.linear,), *([(shown,)] if original else [])]
        if len(of.derivations) == 1 and (of.choice == "free" or structure_of(last.variable) is None):
            backwards = reverse_mode(expr, last.variable, names_taken(of.reading))[1]
            # What the closed form has recognised as one function is also what does not overflow.
            if functions_in(backwards) <= functions_in(last.linear):
                forms.append((backwards,))
    return forms


def functions_in(expr: Expr) -> set[str]:
    """Return the operations of an expression that are functions with names."""
    return {node.op for node in postorder(expr)} - OPERATION_NAMES


def hessian_product(of: Differentiated, direction: str) -> Expression:
    """Return the product of a second derivative with an array of this name; see :meth:`Derivative.hvp`."""
    last, reading, name = of.last, of.reading, plain_name(direction)
    if len(of.derivations) != 2 or not reading.expr.is_scalar or last.move is None:
        message = "only the Hessian of a scalar with respect to an array can be multiplied by an array"
        raise MatcalcError("E505", message)
    vector = reading.variables.get(name)
    if vector is None and name.isidentifier() and name not in names_taken(reading):
        vector = variable(name, last.variable.shape)
    if vector is None or vector.shape != last.variable.shape:
        message = f"{direction} cannot name an array shaped like {last.variable.data[0]}"
        raise MatcalcError("E403", message)
    with as_written(of.writing):
        node = factored(tangent(last.linear, {last.move: vector}))
    more = with_arguments(reading, {name: vector})
    definitions = named_parts(node, names_taken(more), known_names(of))
    return Expression(
        node, more, definitions, derived=(reading.expr, partial(_product_forms, of, vector, node))
    )


def _product_forms(of: Differentiated, vector: Expr, shown: Expr, expr: Expr) -> list[tuple[Expr, ...]]:
    """Return forms in which the product of a Hessian with the array ``vector`` can be computed.

    ``expr`` is what is differentiated, or the same value in a cheaper form.
    """
    with as_written(of.writing):
        last = of.last_of(expr)
        assert last.move is not None
        plain = tangent(last.linear, {last.move: vector})
    return [(plain,), (shown,)] if expr is of.reading.expr else [(plain,)]


class Outputs(Written):
    """Several values of one expression, as a function computes them."""

    def __init__(self, outputs: str, of: Written, by: Sequence[str]):
        self._outputs = outputs
        self._of = of
        self._by = by

    def _written_names(self) -> set[str]:
        return self._of._written_names()

    def _write(self, style: Text) -> str:
        by = ", ".join(map(style.name, self._by))
        before, between = style.words(f"{self._outputs} of "), style.words(" with respect to ")
        return before + self._of._write(style) + between + by


def program_of(
    expression: str, wrt: str | Sequence[str], outputs: str | Sequence[str], options: Options
) -> Program:
    """Return the function that computes values and derivatives of a scalar expression."""
    return _planned(expression, wrt, outputs, options)[1]


def compiled_values(
    expression: str,
    wrt: str | Sequence[str],
    outputs: str | Sequence[str],
    target: str,
    options: Options,
    budget: Budget | None = None,
) -> CompiledFunction:
    """Return the function that :func:`program_of` describes, which is made again from these arguments."""
    by = wrt if isinstance(wrt, str) else tuple(wrt)
    wanted = outputs if isinstance(outputs, str) else tuple(outputs)
    objective, program = _planned(expression, by, wanted, options)
    recipe = compiled_values, (expression, by, wanted, target, options, budget)
    content = objective.value, tuple(objective.by), wanted, objective.conventions
    call = callable_of(program, target, budget)
    return CompiledFunction(call, objective.described(), target, recipe, content)


def _planned(
    expression: str, wrt: str | Sequence[str], outputs: str | Sequence[str], options: Options
) -> tuple[_Request, Program]:
    by, wanted = distinct(variables_listed(wrt)), names_listed(outputs)
    for output in wanted or [""]:
        refuse_unknown("output", output, OUTPUTS)
        if wanted.count(output) > 1:
            raise MatcalcError("E403", f"the output {output} is given twice", help="give it once")
    reading = options.read(expression, by)
    if not reading.expr.is_scalar:
        raise MatcalcError("E501", "only a scalar has a gradient and a Hessian", source=reading.text)
    try:
        objective = _Request(reading, variables_called(reading, reading.wrt), wanted, options.symmetric)
        return objective, objective.program(single=isinstance(outputs, str))
    except MatcalcError as error:
        raise error.with_source(reading.text) from None


class _Request:
    """A scalar expression with the variables of differentiation, and what is wanted of it."""

    def __init__(self, reading: Reading, by: Sequence[Expr], outputs: Sequence[str], choice: str):
        self.reading = reading
        self.by = list(by)
        self.outputs = list(outputs)
        self.choice = choice
        self.taken = names_taken(reading)
        self.writing = Writing()
        self.directions = self._directions() if "hvp" in outputs else []

    def _directions(self) -> list[Expr]:
        """Return the variables that stand for directions."""
        directions = []
        for wrt in self.by:
            name = "v" if len(self.by) == 1 else f"v_{wrt.data[0]}"
            while name in self.taken:
                name = f"v{name}"
            self.taken.add(name)
            directions.append(variable(name, wrt.shape))
        return directions

    def program(self, *, single: bool) -> Program:
        """Return the function to be written."""
        derive = cache(self.forms)
        with as_written(self.writing):
            forms = derive(self.reading.expr)
            shown = [root for root in forms[0] if isinstance(root, Expr)]
            results = Expr("results", tuple(shown), SCALAR)
            names = named_parts(results, self.taken, names_given(self.reading))
        several = len(self.by) > 1
        texts = dict.fromkeys(OUTPUTS, "{}")
        if several:
            row = f"({', '.join('{}' for _ in self.by)})"
            texts |= {"gradient": row, "hvp": row, "hessian": f"({', '.join(row for _ in self.by)})"}
        result = ", ".join(texts[output] for output in self.outputs)
        arguments = self.reading.variables | {str(v.data[0]): v for v in self.directions}
        return Program(
            "_and_".join(self.outputs),
            str(self.described()),
            arguments,
            self.reading.expr,
            derive,
            {value: name for name, value in names},
            result if single or len(self.outputs) > 1 else f"({result},)",
        )

    @property
    def value(self) -> Expression:
        """The value."""
        return Expression(normalise(self.reading.expr), self.reading, is_read=True)

    @property
    def conventions(self) -> tuple[str, ...]:
        """How the structures of the variables are respected."""
        return tuple(convention(wrt, self.choice) for wrt in self.by)

    def described(self) -> Outputs:
        """Return what is computed, in a form that can be written."""
        listed = ", ".join(self.outputs[:-1]) + " and " * (len(self.outputs) > 1) + self.outputs[-1]
        return Outputs(listed, self.value, [str(wrt.data[0]) for wrt in self.by])

    def forms(self, expr: Expr) -> list[tuple[Root, ...]]:
        """Return the forms in which everything can be computed: closed, and backwards."""
        with as_written(self.writing):
            forms = [tuple(root for output in self.outputs for root in self._closed(output, expr))]
            if "hvp" in self.outputs:
                forms.append(tuple(factored(root) if isinstance(root, Expr) else root for root in forms[0]))
            plain = self.choice == "free" or all(structure_of(leaf) is None for leaf in self.by)
            if plain and set(self.outputs) <= {"value", "gradient"} and "gradient" in self.outputs:
                backwards = [reverse_mode(expr, leaf, self.taken) for leaf in self.by]
                roots = {"value": [backwards[0][0]], "gradient": [gradient for _, gradient in backwards]}
                form = tuple(root for output in self.outputs for root in roots[output])
                closed = {op for root in forms[0] if isinstance(root, Expr) for op in functions_in(root)}
                # What the closed form has recognised as one function is also what does not overflow.
                if all(functions_in(root) <= closed for root in form):
                    forms.append(form)
        return forms

    def _closed(self, output: str, expr: Expr) -> list[Root]:
        """Return the closed forms of one output."""
        if output == "value":
            return [normalise(expr)]
        if output == "gradient":
            return list(gradients(expr, self.by, self.choice))
        second = [
            [derivations(expr, [first, other], self.taken, self.choice)[-1] for other in self.by]
            for first in self.by
        ]
        if output == "hessian":
            return [_hessian(d) for row in second for d in row]
        moved = [[_moved(d, v) for d, v in zip(row, self.directions, strict=True)] for row in second]
        return [build("add", *row) if len(row) > 1 else row[0] for row in moved]


def _moved(of: Derivation, direction: Expr) -> Expr:
    """Return the derivative of a first derivative along a direction of a variable."""
    if of.move is not None:
        return tangent(of.linear, {of.move: direction})
    if direction.is_scalar:
        return build("mul", direction, of.linear)
    return build(TR, build("mul", transpose(of.linear), direction))


def _hessian(of: Derivation) -> Root:
    """Return a second derivative as an array: a matrix if both variables are vectors, else an index form."""
    if of.move is None:
        return of.linear
    if ONE in of.linear.shape and ONE in of.move.shape:
        try:
            return jacobian(of.linear, of.move)
        except MatcalcError as error:
            if error.code != "E505":
                raise
    return with_entries_merged(index_form(of.linear, [of.move]))
