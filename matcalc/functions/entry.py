"""What an entry of the tables consists of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from matcalc.functions.fields import (
    Counterpart,
    Domain,
    Example,
    Factor,
    arguments_of,
    counterparts_of,
    domain_of,
    example_of,
    factors_of,
    for_each,
)
from matcalc.functions.notation import CALL, Notation

#: The words that some fields may have.
_WORDS = {
    "transpose": ("", "invariant", "equivariant", "swapped"),
    "parity": ("", "even", "odd"),
    "triangle": ("", "lower", "upper"),
    "role": ("", "stacked", "kronecker", "commutation"),
    "instruction": ("", "trace", "total", "norm", "diagonal", "inverse", "determinant"),
}
#: Where implementations stand, by the field that names them.
_MODULES = {
    "evaluate": ("numpy", "numpy.linalg", "kernels", "decompositions"),
    "exact": ("rational",),
    "plain": ("math", "plain", "rational"),
}


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
    function of the arguments; ``plain`` one in plain Python, of one entry if it is elementwise, where neither
    ``exact`` nor the definition will do. ``square`` is the square of the value where only that is rational,
    entry by entry.
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

    What is text is read when the entry is made, and ``ValueError`` with the name of the entry is raised if it
    cannot be: ``arguments`` are the names in the signature, ``adjoints``, ``matrices`` and ``rules`` have one
    for each, ``definition`` is that for SymPy.
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
    plain: str = ""
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
    arguments: tuple[str, ...] = field(init=False)
    adjoints: tuple[str, ...] = field(init=False)
    matrices: tuple[str, ...] = field(init=False)
    rules: tuple[str, ...] = field(init=False)
    where: Domain | None = field(init=False)
    shown: Example = field(init=False)
    counterparts: tuple[Counterpart, ...] = field(init=False)
    definition: str = field(init=False)
    factors: tuple[Factor, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Read the text of the fields; raise ``ValueError`` for what is wrong in one of them."""
        self._check()
        names = self._read("signature", arguments_of)
        if self.written.fixity.arity not in (None, len(names)):
            raise self._wrong("written", f"the sign {self.written.name} is not for {len(names)} arguments")
        counterparts, definition = self._read("sympy", counterparts_of, names)
        typed = {
            "arguments": names,
            "adjoints": self._read("adjoint", for_each, names),
            "matrices": self._read("matrix", for_each, names),
            "rules": self._read("rule", for_each, names),
            "where": self._read("domain", domain_of, names),
            "shown": self._read("example", example_of),
            "counterparts": counterparts,
            "definition": definition,
            "factors": self._read("entries", factors_of),
        }
        for name, value in typed.items():
            object.__setattr__(self, name, value)

    def _read(self, name: str, reader: Callable[..., Any], *more: Any) -> Any:
        try:
            return reader(getattr(self, name), *more)
        except ValueError as error:
            raise self._wrong(name, str(error)) from None

    def _check(self) -> None:
        """Refuse words that are none, and an entry without sentence or source."""
        for name, words in _WORDS.items():
            if getattr(self, name) not in words:
                raise self._wrong(name, f"{getattr(self, name)} is none of {', '.join(filter(None, words))}")
        for name, modules in _MODULES.items():
            module, _, function = getattr(self, name).partition(":")
            if getattr(self, name) and not (module in modules and function.isidentifier()):
                raise self._wrong(name, f"{getattr(self, name)} is no place such as {modules[0]}:exp")
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
    plain: str = "", domain: str = "", parity: str = "", facts: str = "", keeps: str = "",
    aliases: tuple[str, ...] = (), symbol: str = "", square: str = "", sympy: str = "", stable: str = "",
    floating: bool = True,
) -> Function:  # fmt: skip
    """Return the entry of a function that works on each entry of its argument ``X``."""
    return Function(
        name, "X: (m,n) -> (m,n)", doc, example, source, d=d, evaluate=evaluate, plain=plain, written=written,
        domain=domain, transpose="equivariant", parity=parity, facts=facts, keeps=keeps, aliases=aliases,
        symbol=symbol, elementwise=True, square=square, sympy=sympy, stable=stable, floating=floating,
    )  # fmt: skip
