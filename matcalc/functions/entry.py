"""What an entry of the tables consists of, that of a function and that of a law."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from matcalc.functions.fields import (
    CALL,
    Clause,
    Counterpart,
    Domain,
    Example,
    Factor,
    Notation,
    arguments_of,
    clauses_of,
    counterparts_of,
    domain_of,
    example_of,
    factors_of,
    for_each,
    kept_facts,
)
from matcalc.functions.properties import implied, property_named

#: The words that some fields may have.
_WORDS = {
    "transpose": ("", "invariant", "equivariant", "swapped"),
    "parity": ("", "even", "odd"),
    "triangle": ("", "lower", "upper"),
    "role": ("", "stacked", "kronecker", "commutation"),
    "instruction": ("", "trace", "total", "norm", "diagonal", "inverse", "determinant"),
}
Read = TypeVar("Read")
#: Where implementations stand.
_MODULES = ("numpy", "numpy.linalg", "kernels", "spectral", "field")


@dataclass(frozen=True, eq=False, repr=False, match_args=False)
class Function:
    """One function: everything the engine knows of it, in the engine's own notation.

    ``signature`` names the arguments with their shapes: ``()`` is a scalar, ``(n)`` a column
    vector, ``(m,n)`` anything, ``dim`` a dimension. For each argument one of ``d`` and
    ``adjoint`` says how the value depends on it: the differential, in which ``dX`` is the
    differential of the argument ``X``; or, if the function is linear in the argument, how a
    cotangent ``G`` of the value is pulled back to it, in order, separated by semicolons, nothing
    for arguments in which it is not linear.

    ``matrix`` says, in the same way, for which ``M`` the stacked value is ``vec(f(X)) = M*vec(X)``
    where the function is linear in ``X`` and that has a closed form.

    ``entries`` says, where that is simple, what the entry ``[i,j]`` of the value is in entries of the
    arguments, summed over all other indices: ``x[i]*I(n)[i,j]`` for ``diag(x)``.

    ``transpose`` is ``invariant`` if ``f(X') = f(X)`` and ``equivariant`` if ``f(X') = f(X)'``,
    ``swapped`` if ``f(m, n)' = f(n, m)``.
    ``parity`` is ``even`` if ``f(-X) = f(X)`` and ``odd`` if ``f(-X) = -f(X)``; a linear function does not
    say so.
    ``cyclic`` says that the factors of a product may be rotated (the trace). ``facts`` hold of
    every value, or under conditions: ``spd if X spd, s positive; diagonal if any diagonal``; ``even-size`` is
    one that says for which sizes they hold.
    ``keeps`` are facts that the value has if all arguments have them. ``requires`` is what has to
    be known of the first argument, such as ``symmetric``. ``domain`` is what the check draws
    arguments from, by argument. ``evaluate`` names the numerical implementation; ``written`` says how the
    function is written in mathematics, if that is no call of its name. ``symbol`` is what a value is called
    when it gets a name, ``argument_symbol`` what the first argument is. ``short`` is one letter by which the
    function is called with more than one argument: ``K(m,n)`` is a call, ``K(x)`` a product. ``example`` is
    an expression, the variable, and the derivative.

    ``rule`` says in words what the derivative with respect to each argument is, in order, separated by
    semicolons; or one for all.

    ``elementwise`` says that each entry of the value depends on the same entry of the argument
    alone. ``exact`` names an implementation for entries of any field, if the value is a rational
    function of the arguments; ``square`` is the square of the value where only that is rational, entry by
    entry.
    ``instruction`` names how generated code computes the function where that is more than a call: ``trace``,
    ``total``, ``norm``, ``diagonal``, ``inverse`` or ``determinant``. ``role`` is what else the engine knows
    the function as, where it builds it itself: ``stacked``, ``kronecker`` or ``commutation``.
    ``flat`` says that its helper takes a vector with one axis for what the signature has as a matrix,
    ``view`` that the value may share memory with the argument, ``floating`` that it is a floating number
    also for whole ones.
    ``finite_if_invertible`` says that the value is finite only if the matrix is invertible, ``triangle``
    which triangle of the matrix the value keeps, ``lower`` or ``upper``, with zeros elsewhere.
    ``stable`` is the form in which generated code computes the function, if that overflows nowhere and is
    faster than a function of its own, or needs none.
    ``sympy`` names the function of SymPy that is this one, as ``sympy:exp`` or, with arguments,
    ``sympy:Max(X, 0)``; or it defines this one by others, after ``=``, an elementwise function for
    one entry. Several, separated by semicolons, are tried in order.

    What is text is read when it is first used. :meth:`validate` looks at all of it, as the tests do for every
    entry of the tables.
    """

    name: str
    signature: str
    doc: str
    example: str
    source: str
    d: str = ""
    adjoint: str = ""
    evaluate: str = ""
    written: Notation = CALL
    domain: str = ""
    requires: str = ""
    transpose: str = ""
    parity: str = ""
    cyclic: bool = False
    facts: str = ""
    keeps: str = ""
    aliases: tuple[str, ...] = ()
    symbol: str = ""
    argument_symbol: str = ""
    elementwise: bool = False
    exact: str = ""
    square: str = ""
    sympy: str = ""
    matrix: str = ""
    short: str = ""
    entries: str = ""
    rule: str = ""
    stable: str = ""
    instruction: str = ""
    role: str = ""
    flat: bool = False
    view: bool = False
    floating: bool = False
    finite_if_invertible: bool = False
    triangle: str = ""

    @cached_property
    def arguments(self) -> tuple[str, ...]:
        """The names in the signature."""
        return self._read("signature", arguments_of)

    @cached_property
    def adjoints(self) -> tuple[str, ...]:
        """What ``adjoint`` says of each argument."""
        return self._read("adjoint", for_each, self.arguments)

    @cached_property
    def matrices(self) -> tuple[str, ...]:
        """What ``matrix`` says of each argument."""
        return self._read("matrix", for_each, self.arguments)

    @cached_property
    def rules(self) -> tuple[str, ...]:
        """What ``rule`` says of each argument."""
        return self._read("rule", for_each, self.arguments)

    @cached_property
    def where(self) -> Domain | None:
        """The ``domain``; None if the function is defined everywhere."""
        return self._read("domain", domain_of, self.arguments)

    @cached_property
    def shown(self) -> Example:
        """The parts of the ``example``."""
        return self._read("example", example_of)

    @cached_property
    def counterparts(self) -> tuple[Counterpart, ...]:
        """The functions of SymPy that ``sympy`` names."""
        return self._read("sympy", counterparts_of, self.arguments)[0]

    @cached_property
    def definition(self) -> str:
        """The definition for SymPy, empty if there is none."""
        return self._read("sympy", counterparts_of, self.arguments)[1]

    @cached_property
    def factors(self) -> tuple[Factor, ...]:
        """The factors of an entry of the value, as ``entries`` has them."""
        return self._read("entries", factors_of)

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """The facts of the value, with the conditions under which it has them."""
        return self._read("facts", clauses_of, self.arguments)

    @cached_property
    def always(self) -> frozenset[str]:
        """The facts of the value without conditions."""
        return implied(fact for clause in self.clauses if not clause.conditions for fact in clause.facts)

    @cached_property
    def kept(self) -> tuple[str, ...]:
        """What ``keeps`` and the entries of properties say."""
        return self._read("keeps", kept_facts, self.name)

    def validate(self) -> None:
        """Raise ``ValueError``, with the name of the entry, for what is wrong in one of its fields."""
        self._check()
        if self.written.fixity.arity not in (None, len(self.arguments)):
            message = f"the sign {self.written.name} is not for {len(self.arguments)} arguments"
            raise self._wrong("written", message)
        if self.requires:
            self._read("requires", property_named)
        for name, value in vars(type(self)).items():
            if isinstance(value, cached_property):
                getattr(self, name)

    def _read(self, name: str, reader: Callable[..., Read], *more: Any) -> Read:
        try:
            return reader(getattr(self, name), *more)
        except (ValueError, LookupError) as error:
            raise self._wrong(name, str(error)) from None

    def _check(self) -> None:
        """Refuse words that are none, and an entry without sentence or source."""
        for name, words in _WORDS.items():
            if getattr(self, name) not in words:
                raise self._wrong(name, f"{getattr(self, name)} is none of {', '.join(filter(None, words))}")
        for name in ("evaluate", "exact"):
            module, _, function = getattr(self, name).partition(":")
            if getattr(self, name) and not (module in _MODULES and function.isidentifier()):
                raise self._wrong(name, f"{getattr(self, name)} is no place such as numpy:exp")
        if not (self.doc[:1].isupper() or self.doc[:1].isdigit()) or not self.doc.endswith("."):
            raise self._wrong("doc", "it is not a sentence")
        if not self.source.strip():
            raise self._wrong("source", "it is missing")
        names = (self.name, *self.aliases)
        if len(set(names)) < len(names) or not all(name.isidentifier() and name.isascii() for name in names):
            raise self._wrong("aliases", f"{', '.join(names)} are not different names")

    def _wrong(self, name: str, reason: str) -> ValueError:
        return ValueError(f"the entry {self.name}: {name}: {reason}")


def elementwise(
    name: str, d: str, doc: str, example: str, source: str, *, evaluate: str, written: Notation = CALL,
    domain: str = "", parity: str = "", facts: str = "", keeps: str = "", aliases: tuple[str, ...] = (),
    symbol: str = "", square: str = "", sympy: str = "", stable: str = "", floating: bool = True,
) -> Function:  # fmt: skip
    """Return the entry of a function that works on each entry of its argument ``X``."""
    return Function(
        name, "X: (m,n) -> (m,n)", doc, example, source, d=d, evaluate=evaluate, written=written,
        domain=domain, transpose="equivariant", parity=parity, facts=facts, keeps=keeps, aliases=aliases,
        symbol=symbol, elementwise=True, square=square, sympy=sympy, stable=stable, floating=floating,
    )  # fmt: skip
