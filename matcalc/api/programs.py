"""Programs of several values, before code is generated: their forms, and what they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from matcalc.algebra import Writing, as_written, build, normalise, transpose
from matcalc.api.compiled_functions import CompiledFunction, Outputs
from matcalc.api.differentiated import names_given, names_taken, understood
from matcalc.api.differentiation import variables_called
from matcalc.api.expressions import Expression
from matcalc.api.results import distinct, names_listed, refuse_unknown
from matcalc.api.sources import callable_of, functions_in
from matcalc.calculus import (
    CHOICES,
    Derivation,
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
from matcalc.expression import ONE, SCALAR, Budget, Expr, variable, zeros
from matcalc.functions import TR
from matcalc.language import Reading

#: What a function may return; ``hvp`` is the product of the Hessian with a direction.
OUTPUTS = ("value", "gradient", "hessian", "hvp")


def program_of(
    expression: str,
    wrt: str | Sequence[str],
    outputs: str | Sequence[str],
    variables: Mapping[str, str] | None,
    symmetric: str,
    latex: bool | None,
) -> Program:
    """Return the function that computes values and derivatives of a scalar expression."""
    return _planned(expression, wrt, outputs, variables, symmetric, latex)[1]


def compiled_values(
    expression: str,
    wrt: str | Sequence[str],
    outputs: str | Sequence[str],
    variables: Mapping[str, str] | None,
    target: str,
    symmetric: str,
    latex: bool | None,
    budget: Budget | None = None,
) -> CompiledFunction:
    """Return the function that :func:`program_of` describes, which is made again from these arguments."""
    by = wrt if isinstance(wrt, str) else tuple(wrt)
    wanted = outputs if isinstance(outputs, str) else tuple(outputs)
    kinds = None if variables is None else dict(variables)
    objective, program = _planned(expression, by, wanted, kinds, symmetric, latex)
    made = expression, by, wanted, kinds, target, symmetric, latex, budget
    return CompiledFunction(
        callable_of(program, target, budget), objective.described(), target, (compiled_values, made),
        (objective.value, tuple(objective.by), wanted, objective.conventions),
    )  # fmt: skip


def _planned(
    expression: str,
    wrt: str | Sequence[str],
    outputs: str | Sequence[str],
    variables: Mapping[str, str] | None,
    symmetric: str,
    latex: bool | None,
) -> tuple[_Request, Program]:
    by, wanted = distinct(names_listed(wrt)), names_listed(outputs)
    for one in wanted or [""]:
        refuse_unknown("output", one, OUTPUTS)
        if wanted.count(one) > 1:
            raise MatcalcError("E403", f"the output {one} is given twice", help="give it once")
    refuse_unknown("symmetric", symmetric, CHOICES)
    reading = understood(expression, variables, by, latex=latex)
    if not reading.expr.is_scalar:
        raise MatcalcError("E501", "only a scalar has a gradient and a Hessian", source=reading.text)
    try:
        objective = _Request(reading, variables_called(reading, by), wanted, symmetric)
        return objective, objective.program(single=isinstance(outputs, str))
    except MatcalcError as error:
        raise error.with_source(reading.text) from None


class _Request:
    """A scalar expression with the variables of differentiation, and what is wanted of it."""

    def __init__(self, reading: Reading, by: Sequence[Expr], outputs: Sequence[str], choice: str):
        self.reading = reading
        self.by = list(by)
        self.outputs = list(dict.fromkeys(outputs))
        self.choice = choice
        self.taken = names_taken(reading)
        self.writing = Writing()
        self.directions = self._directions() if "hvp" in outputs else []

    def _directions(self) -> list[Expr]:
        """Return the variables that stand for directions."""
        found = []
        for one in self.by:
            name = "v" if len(self.by) == 1 else f"v_{one.data[0]}"
            while name in self.taken:
                name = f"v{name}"
            self.taken.add(name)
            found.append(variable(name, one.shape))
        return found

    def program(self, *, single: bool) -> Program:
        """Return the function to be written."""
        derive = cache(self.forms)
        with as_written(self.writing):
            forms = derive(self.reading.expr)
            shown = [root for root in forms[0] if isinstance(root, Expr)]
            whole = Expr("results", tuple(shown), SCALAR)
            names = named_parts(whole, self.taken, names_given(self.reading))
        several = len(self.by) > 1
        texts = dict.fromkeys(OUTPUTS, "{}")
        if several:
            row = f"({', '.join('{}' for _ in self.by)})"
            texts |= {"gradient": row, "hvp": row, "hessian": f"({', '.join(row for _ in self.by)})"}
        result = ", ".join(texts[one] for one in self.outputs)
        arguments = self.reading.variables | {str(one.data[0]): one for one in self.directions}
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
        return tuple(convention(one, self.choice) for one in self.by)

    def described(self) -> Outputs:
        """Return what is computed, in a form that can be written."""
        listed = ", ".join(self.outputs[:-1]) + " and " * (len(self.outputs) > 1) + self.outputs[-1]
        return Outputs(listed, self.value, [str(one.data[0]) for one in self.by])

    def forms(self, expr: Expr) -> list[tuple[Root, ...]]:
        """Return the forms in which everything can be computed: closed, and backwards."""
        with as_written(self.writing):
            found = [tuple(root for one in self.outputs for root in self._closed(one, expr))]
            if "hvp" in self.outputs:
                found.append(tuple(factored(root) if isinstance(root, Expr) else root for root in found[0]))
            plain = self.choice == "free" or all(structure_of(one) is None for one in self.by)
            if plain and set(self.outputs) <= {"value", "gradient"} and "gradient" in self.outputs:
                backwards = [reverse_mode(expr, one, self.taken) for one in self.by]
                roots = {"value": [backwards[0][0]], "gradient": [gradient for _, gradient in backwards]}
                form = tuple(root for one in self.outputs for root in roots[one])
                closed = {op for root in found[0] if isinstance(root, Expr) for op in functions_in(root)}
                # What the closed form has recognised as one function is also what does not overflow.
                if all(functions_in(root) <= closed for root in form):
                    found.append(form)
        return found

    def _closed(self, output: str, expr: Expr) -> list[Root]:
        """Return the closed forms of one output."""
        if output == "value":
            return [normalise(expr)]
        if output == "gradient":
            return list(gradients(expr, self.by, self.choice))
        second = [
            [derivations(expr, [one, other], self.taken, self.choice)[-1] for other in self.by]
            for one in self.by
        ]
        if output == "hessian":
            return [_hessian(d) for row in second for d in row]
        found: list[Root] = []
        for one, row in zip(self.by, second, strict=True):
            moved = [_moved(d, direction) for d, direction in zip(row, self.directions, strict=True)]
            found.append(build("add", *moved) if len(moved) > 1 else moved[0] if moved else zeros(one.shape))
        return found


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
