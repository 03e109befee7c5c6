"""Functions that are only named, with their derivatives: entries made from a name and a signature.

An operation of such a function is a text with the form of the derivative, the name and the signature, from
which its entry is made: ``grad|f|vector(n) -> scalar``.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from matcalc.functions.entry import Function
from matcalc.functions.table import BY_OPERATION

#: What separates the words of an operation.
_MARK = "|"
#: The signature of a function that works on each entry.
ENTRYWISE = "entrywise"
ARROW = " -> "
#: What stands in a declaration before the name that the function has, where it is called by another one.
AS = " as "
#: What a derivative is called, by its form; those of a function of a scalar have a prime for each order.
PRIME = "'"
CALLED = {
    "": "f", "grad": "grad_f", "hess": "hess_f", "J": "J_f", "D": "D_f", "D_adj": "D_adj_f",
    "DJ": "D_J_f", "DJ_adj": "D_adj_J_f",
}  # fmt: skip
#: The order of the derivative in each form, and what it is in words.
WORDS = {
    "grad": "gradient", "hess": "Hessian", "J": "Jacobian", "D": "derivative along an array",
    "D_adj": "adjoint of the derivative along an array", "DJ": "derivative of the Jacobian along a vector",
    "DJ_adj": "adjoint of the derivative of the Jacobian",
}  # fmt: skip


class NamedDerivative(NamedTuple):
    """A function ``f`` of a class, or a derivative of it, in the fields of an entry."""

    signature: str
    d: str = ""
    adjoint: str = ""
    facts: str = ""


#: The classes of functions by what they take and return, with the forms of their derivatives. A ``{domain}``
#: and a ``{value}`` stand for the sizes, ``{next}`` for the function with one prime more.
OF_ENTRIES = NamedDerivative("X: (m,n) -> (m,n)", "{next}(X).*dX")
OF_SCALARS = NamedDerivative("t: () -> {value}", "{next}(t)*dt")
CLASSES: dict[tuple[str, str], dict[str, NamedDerivative]] = {
    ("vector", "scalar"): {
        "": NamedDerivative("x: {domain} -> ()", "grad_f(x)'*dx"),
        "grad": NamedDerivative("x: {domain} -> {domain}", "hess_f(x)*dx"),
        "hess": NamedDerivative("x: {domain} -> {square}", facts="symmetric"),
    },
    ("array", "scalar"): {
        "": NamedDerivative("X: {domain} -> ()", "sum(grad_f(X).*dX)"),
        "grad": NamedDerivative("X: {domain} -> {domain}", "hess_f(X, dX)"),
        "hess": NamedDerivative("X: {domain}, Y: {domain} -> {domain}", adjoint="; hess_f(X, G)"),
    },
    ("vector", "vector"): {
        "": NamedDerivative("x: {domain} -> {value}", "J_f(x)*dx"),
        "J": NamedDerivative("x: {domain} -> {jacobian}", "D_J_f(x, dx)"),
        "DJ": NamedDerivative("x: {domain}, y: {domain} -> {jacobian}", adjoint="; D_adj_J_f(x, G)"),
        "DJ_adj": NamedDerivative("x: {domain}, Y: {jacobian} -> {domain}", adjoint="; D_J_f(x, G)"),
    },
    ("array", "array"): {
        "": NamedDerivative("X: {domain} -> {value}", "D_f(X, dX)"),
        "D": NamedDerivative("X: {domain}, Y: {domain} -> {value}", adjoint="; D_adj_f(X, G)"),
        "D_adj": NamedDerivative("X: {domain}, Y: {value} -> {domain}", adjoint="; D_f(X, G)"),
    },
}


class NamedFunction(NamedTuple):
    """A function with its signature, ``entrywise`` or as in ``vector(n) -> scalar``, and a derivative of it.

    >>> f = NamedFunction("f", "vector(n) -> scalar")
    >>> f.in_form("grad").called, f.forms, NamedFunction("phi", "entrywise", "'").called
    ('grad_f', ('', 'grad', 'hess'), "phi'")
    """

    name: str
    signature: str
    form: str = ""

    @property
    def operation(self) -> str:
        """The operation of a node that applies it."""
        return _MARK.join((self.form, self.name, self.signature))

    @property
    def declaration(self) -> str:
        """What declares another name to be that of the function."""
        return f"{self.signature}{AS}{self.name}"

    @property
    def domain(self) -> str:
        """The kind of its argument; nothing if that is any array."""
        return self.signature.partition(ARROW)[0] if ARROW in self.signature else ""

    @property
    def value(self) -> str:
        """The kind of its value; nothing if that is the kind of the argument."""
        return self.signature.partition(ARROW)[2]

    @property
    def has_primes(self) -> bool:
        """Whether its derivatives are written with primes: it takes a number, or works on each entry."""
        return self.domain in ("", "scalar")

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms of its derivatives, which have no end where they are primes."""
        return () if self.has_primes else tuple(_class_of(self.domain, self.value))

    @property
    def called(self) -> str:
        """What it is called in the language."""
        return called(self.name, self.form)

    @property
    def identifier(self) -> str:
        """What it is called where names have no primes: ``dphi`` for ``phi'``, ``d2phi`` for ``phi''``."""
        if not self.has_primes or not self.order:
            return self.called
        return f"d{self.order if self.order > 1 else ''}{self.name}"

    @property
    def order(self) -> int:
        """The order of the derivative."""
        return (
            len(self.form) if self.has_primes else {"": 0, "hess": 2, "DJ": 2, "DJ_adj": 2}.get(self.form, 1)
        )

    def in_form(self, form: str) -> NamedFunction:
        """Return another derivative."""
        return self._replace(form=form)


def called(name: str, form: str) -> str:
    """Return what a derivative of a function is called.

    >>> called("g", "J"), called("phi", "''")
    ('J_g', "phi''")
    """
    return CALLED[form].removesuffix("f") + name if form in CALLED else name + form


def form_of(word: str) -> tuple[str, str]:
    """Return the form of a derivative that a word names, and the function, nothing if it names none.

    >>> form_of("grad_f"), form_of("D_adj_F"), form_of("J"), form_of("x_grad")
    (('grad', 'f'), ('D_adj', 'F'), ('', ''), ('', ''))
    """
    for form in sorted(WORDS, key=len, reverse=True):
        prefix = CALLED[form].removesuffix("f")
        if word.startswith(prefix) and len(word) > len(prefix):
            return form, word.removeprefix(prefix)
    return "", ""


def named_function(operation: str) -> NamedFunction | None:
    """Return the function that an operation applies, ``None`` if it is one of the tables."""
    if _MARK not in operation:
        return None
    form, name, signature = operation.split(_MARK)
    return NamedFunction(name, signature, form)


def word_of(operation: str) -> str:
    """Return what an operation is called.

    >>> word_of("grad|f|vector(n) -> scalar"), word_of("mul")
    ('grad_f', 'mul')
    """
    function = named_function(operation)
    return operation if function is None else function.called


def entries_of(operation: str) -> tuple[Function, ...]:
    """Return the entries of an operation: of the tables, or that of a function that is only named."""
    return BY_OPERATION.get(operation) or _entries_of_named(operation)


@cache
def _entries_of_named(operation: str) -> tuple[Function, ...]:
    function = named_function(operation)
    return () if function is None else (_entry(function),)


def _entry(function: NamedFunction) -> Function:
    derivative = _derivative(function)
    domain, value = map(_sizes, (function.domain, function.value))
    size = domain.strip("()")
    signature = derivative.signature.format(
        domain=domain, value=value, square=f"({size},{size})", jacobian=f"({value.strip('()')},{size})"
    )
    return Function(
        function.called,
        signature,
        doc=f"{function.called} is only named",
        example="",
        source="chain rule",
        rule=_rule(function),
        d=derivative.d.replace("{next}", f"f{function.form}'"),
        adjoint=derivative.adjoint,
        facts=derivative.facts,
        elementwise=function.signature == ENTRYWISE,
        transpose="equivariant" if function.signature == ENTRYWISE else "",
        named=function,
    )


def _rule(function: NamedFunction) -> str:
    """Return in words what is multiplied by, which is another derivative of the function."""
    if function.signature == ENTRYWISE:
        return f"{function.called} works on each entry: the derivative is multiplied by {function.called}'"
    words = (
        ""
        if function.form
        else WORDS.get(tuple(function.forms)[1:2][0] if function.forms else "", "derivative")
    )
    return f"chain rule: the {words} of {function.called}" if words else ""


def _derivative(function: NamedFunction) -> NamedDerivative:
    if function.has_primes:
        return OF_ENTRIES if function.signature == ENTRYWISE else OF_SCALARS
    return _class_of(function.domain, function.value)[function.form]


def _class_of(domain: str, value: str) -> dict[str, NamedDerivative]:
    of_vectors = "vector" if domain.startswith("vector") else "array"
    if value == "scalar":
        return CLASSES[of_vectors, "scalar"]
    both = of_vectors == "vector" and value.startswith("vector")
    return CLASSES[("vector", "vector") if both else ("array", "array")]


def _sizes(kind: str) -> str:
    """Return the sizes of a kind in the words of a signature: ``(n)`` for ``vector(n)``."""
    word, _, sizes = kind.partition("(")
    sizes = "".join(sizes.rstrip(")").split())
    return f"(1,{sizes})" if word == "rowvector" else f"({sizes})"
