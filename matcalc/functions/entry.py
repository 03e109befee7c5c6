"""What an entry of the tables consists of, that of a function and that of a law."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from matcalc.functions.fields import (
    CALL,
    ArrayEntry,
    Clause,
    Condition,
    Counterpart,
    Domain,
    Example,
    Notation,
    arguments_of,
    array_entries_of,
    clauses_of,
    conditions_of,
    counterparts_of,
    domain_of,
    example_of,
    for_each,
    kept_facts,
    lazy_property,
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
#: Where implementations stand, by the field that names them.
_KERNELS = ("portable_library", "numpy_library", "scipy_library", "decompositions")
_MODULES = {
    "evaluate": ("numpy", "numpy.linalg", *_KERNELS),
    "exact": ("rational",),
    "plain": ("math", "plain", "rational"),
    "degree": ("degrees",),
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
    ``cyclic`` says that the factors of a product may be rotated (the trace), ``commutative`` that the
    arguments may change places. ``facts`` hold of every value, or under conditions: ``spd if X spd, s
    positive; diagonal if any diagonal``; ``even-size`` is one that says for which sizes they hold. ``keeps``
    are facts that the value has if all arguments have them. ``requires`` is what has to
    be known of the first argument, such as ``symmetric``. ``domain`` is what the check draws
    arguments from, by argument. ``evaluate`` names the numerical implementation; without one, ``stable`` or
    the definition is computed. ``written`` says how the function is written in mathematics, if that is no
    call of its name. ``symbol`` is what a value is called when it gets a name, ``argument_symbol`` what the
    first argument is. ``short`` is one letter by which the function is called with more than one argument:
    ``K(m,n)`` is a call, ``K(x)`` a product. ``example`` is an expression, the variable, and the derivative.

    ``rule`` says in words what the derivative with respect to each argument is, in order, separated by
    semicolons; or one for all.

    ``elementwise`` says that each entry of the value depends on the same entry of the argument
    alone, ``of_rows`` what the function of each row of ``X`` is. ``exact`` names an implementation for
    entries of any field, if the value is a rational function of the arguments, ``degree`` what computes its
    degree if it is not linear in each of them;
    ``plain`` one in plain Python, of one entry if it is elementwise, where neither ``exact`` nor the
    definition will do. ``square`` is the square of the value where only that is rational, entry by entry.
    ``instruction`` names how generated code computes the function where that is more than a call: ``trace``,
    ``total``, ``norm``, ``diagonal``, ``inverse`` or ``determinant``. ``role`` is what else the engine knows
    the function as, where it builds it itself: ``stacked``, ``kronecker`` or ``commutation``.
    ``flat`` says that its helper takes a vector with one axis for what the signature has as a matrix,
    ``view`` that the value may share memory with the argument, ``floating`` that it is a floating number
    also for whole ones, ``overflows`` that it is infinite for arguments that are not.
    ``finite_if_invertible`` says that the value is finite only if the matrix is invertible,
    ``finite_arguments`` that it is computed of finite arguments only, ``triangle`` which triangle of the
    matrix the value keeps, ``lower`` or ``upper``, with zeros elsewhere.
    ``stable`` is the form in which generated code computes the function, if that overflows nowhere and is
    faster than a function of its own, or needs none. ``standard`` is what the array API standard calls it,
    where NumPy has another name.
    ``letter`` is the Greek letter that people write for it before a bracket, which may be a factor too.
    ``sympy`` names the function of SymPy that is this one, as ``sympy:exp`` or, with arguments,
    ``sympy:Max(X, 0)``; or it defines this one by others, after ``=``, an elementwise function for
    one entry. Several, separated by semicolons, are tried in order.

    What is text is read when it is first used. :meth:`validate` looks at all of it, as the tests do.
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
    commutative: bool = False
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
    standard: str = ""
    letter: str = ""
    instruction: str = ""
    role: str = ""
    of_rows: str = ""
    flat: bool = False
    view: bool = False
    floating: bool = False
    overflows: bool = False
    finite_if_invertible: bool = False
    finite_arguments: bool = False
    triangle: str = ""
    degree: str = ""

    @lazy_property
    def arguments(self) -> tuple[str, ...]:
        """The names in the signature."""
        return self._read("signature", arguments_of)

    @lazy_property
    def adjoints(self) -> tuple[str, ...]:
        """What ``adjoint`` says of each argument."""
        return self._read("adjoint", for_each, self.arguments)

    @lazy_property
    def matrices(self) -> tuple[str, ...]:
        """What ``matrix`` says of each argument."""
        return self._read("matrix", for_each, self.arguments)

    @lazy_property
    def rules(self) -> tuple[str, ...]:
        """What ``rule`` says of each argument."""
        return self._read("rule", for_each, self.arguments)

    @lazy_property
    def where(self) -> Domain | None:
        """The ``domain``; None if the function is defined everywhere."""
        return self._read("domain", domain_of, self.arguments)

    @lazy_property
    def shown(self) -> Example:
        """The parts of the ``example``."""
        return self._read("example", example_of)

    @lazy_property
    def counterparts(self) -> tuple[Counterpart, ...]:
        """The functions of SymPy that ``sympy`` names."""
        return self._read("sympy", counterparts_of, self.arguments)[0]

    @lazy_property
    def definition(self) -> str:
        """The definition for SymPy, empty if there is none."""
        return self._read("sympy", counterparts_of, self.arguments)[1]

    @lazy_property
    def factors(self) -> tuple[ArrayEntry, ...]:
        """The factors of an entry of the value, as ``entries`` has them."""
        return self._read("entries", array_entries_of)

    @lazy_property
    def clauses(self) -> tuple[Clause, ...]:
        """The ``facts`` with their conditions."""
        return self._read("facts", clauses_of, self.arguments)

    @lazy_property
    def always(self) -> frozenset[str]:
        """The facts that every value has."""
        return implied(fact for clause in self.clauses if not clause.conditions for fact in clause.facts)

    @lazy_property
    def kept(self) -> tuple[str, ...]:
        """The facts that a value has if all arguments have them: ``keeps``, and what properties say."""
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
            if isinstance(value, lazy_property):
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
    name: str, d: str, doc: str, example: str, source: str, *, evaluate: str = "", written: Notation = CALL,
    plain: str = "", domain: str = "", parity: str = "", facts: str = "", keeps: str = "",
    aliases: tuple[str, ...] = (), symbol: str = "", square: str = "", sympy: str = "", stable: str = "",
    standard: str = "", letter: str = "", floating: bool = True, overflows: bool = False,
) -> Function:  # fmt: skip
    """Return the entry of a function that works on each entry of its argument ``X``."""
    return Function(
        name, "X: (m,n) -> (m,n)", doc, example, source, d=d, evaluate=evaluate, plain=plain, written=written,
        domain=domain, transpose="equivariant", parity=parity, facts=facts, keeps=keeps, aliases=aliases,
        symbol=symbol, elementwise=True, square=square, sympy=sympy, stable=stable, standard=standard,
        letter=letter, floating=floating, overflows=overflows,
    )  # fmt: skip


#: Letters that stand for columns, and for scalars.
COLUMNS, SCALARS = frozenset("uvwxyz"), frozenset("st")
#: The operations by their signs, the first of these that stands outside all brackets is the head.
_SIGNS = {
    " + ": "add", " - ": "add", ".*": "hadamard", "./": "hadamard", "*": "mul", "/": "mul",
    ".^": "hadamard_power", "^": "power",
}  # fmt: skip


@dataclass(frozen=True, eq=False, match_args=False)
class Law:
    """An identity, applied from left to right by the builders.

    Capital letters stand for anything, ``u`` to ``z`` for column vectors, ``s`` and ``t`` for scalars.
    ``when`` are conditions, such as ``A square``, separated by commas. ``given`` declares variables whose
    dimensions are used as numbers.

    The rest is read off these when it is first used.

    >>> law = Law("orthogonal columns", "Q'*Q", "I(n)", "Definition", "Q orthogonal")
    >>> law.head, law.conditions, law.kinds["Q"]
    ('mul', (Condition(argument='Q', fact='orthogonal'),), 'matrix')
    """

    name: str
    left: str
    right: str
    source: str
    when: str = ""
    given: str = ""

    @lazy_property
    def head(self) -> str:
        """The operation on the left side."""
        return head_of(self.left)

    @lazy_property
    def arguments(self) -> tuple[str, ...]:
        """The arguments of the function on the left side; none for an operation."""
        return _arguments(self.left) if self.left.startswith(f"{self.head}(") else ()

    @lazy_property
    def words(self) -> tuple[str, ...]:
        """The names on the left side."""
        return _words(self.left)

    @lazy_property
    def conditions(self) -> tuple[Condition, ...]:
        """Which facts of which letters have to hold."""
        try:
            return conditions_of(self.when)
        except (ValueError, LookupError) as error:
            raise wrong(self, str(error)) from None

    @lazy_property
    def kinds(self) -> dict[str, str]:
        """The declarations of the letters."""
        return _kinds(self, self.words, {letter for letter, fact in self.conditions if fact == "square"})

    def validate(self) -> None:
        """Raise ``ValueError`` if the law cannot be read, or its name or source is missing."""
        for letter, _ in self.conditions:
            if letter not in self.kinds:
                raise wrong(self, f"its condition is about {letter}, which does not occur on the left")
        if not self.name or not self.source:
            raise wrong(self, "name or source is missing")

    @property
    def texts(self) -> tuple[str, ...]:
        """All that is written of the law."""
        return self.name, self.left, self.right, self.source, self.when, self.given


def wrong(law: Law, reason: str) -> ValueError:
    """Return the error that refuses a law."""
    return ValueError(f"the law {law.name!r}, {law.left} => {law.right}: {reason}")


def head_of(text: str) -> str:
    """Return the operation of a formula, the name of a function, or a formula that is no more than a name.

    >>> head_of("exp(x)/sum(exp(x))"), head_of("inv(A*B)"), head_of("A")
    ('mul', 'inv', 'A')
    """
    depth, bare = 0, ""
    for sign in text:
        depth += sign in "(["
        bare += "" if depth else sign
        depth -= sign in ")]"
    return next((operation for sign, operation in _SIGNS.items() if sign in bare), bare)


def _arguments(call: str) -> tuple[str, ...]:
    """Return the arguments of a function, as they are written."""
    depth, inside = 0, ""
    for sign in call[call.index("(") + 1 : -1]:
        depth += (sign in "([") - (sign in ")]")
        inside += ";" if sign == "," and depth == 0 else sign
    return tuple([argument.strip() for argument in inside.split(";")])


def _words(text: str) -> tuple[str, ...]:
    return tuple("".join(sign if sign.isalnum() else " " for sign in text).split())


def _kinds(law: Law, words: Iterable[str], square: set[str]) -> dict[str, str]:
    """Return the declarations of the letters; in ``I(n)`` and ``ones(n)`` stands a dimension."""
    kinds = dict(part.split(": ") for part in law.given.split("; ") if part) or {"n_": "vector(n)"}
    for name in words:
        if name in kinds:
            continue
        if name in COLUMNS:
            kinds[name] = "vector"
        elif name in SCALARS:
            kinds[name] = "scalar"
        elif len(name) == 1 and name.isupper() and name != "I":
            kinds[name] = "matrix(q_,q_)" if name in square else "matrix"
    return kinds


def with_scalar_twins(laws: Iterable[Law]) -> Iterator[Law]:
    """Yield the laws, each law about the entries of one array ``A`` followed by the same for a scalar."""
    for law in laws:
        yield law
        if law.head not in ("hadamard", "hadamard_power") or law.given:
            continue
        letters = {word for word in _words(f"{law.left} {law.right}") if len(word) == 1 and word.isalpha()}
        if letters <= {"A", "t"}:
            of_scalar = [side.replace(".", "").replace("A", "s") for side in (law.left, law.right)]
            yield Law(f"{law.name}, for a scalar", of_scalar[0], of_scalar[1], law.source, law.when)
