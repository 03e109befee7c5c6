"""What an entry of the tables consists of, that of a function and that of a law."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from matcalc.functions.fields import (
    CALL,
    Clause,
    Condition,
    Counterpart,
    Domain,
    Example,
    Factor,
    Notation,
    arguments_of,
    clauses_of,
    conditions_of,
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

    What is text is read when the entry is made, and ``ValueError`` with the name of the entry is raised if it
    cannot be: ``arguments`` are the names in the signature, ``adjoints``, ``matrices`` and ``rules`` have one
    for each, ``definition`` is that for SymPy. ``clauses`` are the facts with their conditions, ``always``
    those without any, ``kept`` what ``keeps`` and the entries of properties say.
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
    arguments: tuple[str, ...] = field(init=False)
    adjoints: tuple[str, ...] = field(init=False)
    matrices: tuple[str, ...] = field(init=False)
    rules: tuple[str, ...] = field(init=False)
    where: Domain | None = field(init=False)
    shown: Example = field(init=False)
    counterparts: tuple[Counterpart, ...] = field(init=False)
    definition: str = field(init=False)
    factors: tuple[Factor, ...] = field(init=False)
    clauses: tuple[Clause, ...] = field(init=False)
    always: frozenset[str] = field(init=False)
    kept: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Read the text of the fields; raise ``ValueError`` for what is wrong in one of them."""
        self._check()
        names = self._read("signature", arguments_of)
        if self.written.fixity.arity not in (None, len(names)):
            raise self._wrong("written", f"the sign {self.written.name} is not for {len(names)} arguments")
        counterparts, definition = self._read("sympy", counterparts_of, names)
        clauses = self._read("facts", clauses_of, names)
        if self.requires:
            self._read("requires", property_named)
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
            "clauses": clauses,
            "always": implied(fact for clause in clauses if not clause.conditions for fact in clause.facts),
            "kept": self._read("keeps", kept_facts, self.name),
        }
        for name, value in typed.items():
            object.__setattr__(self, name, value)

    def _read(self, name: str, reader: Callable[..., Any], *more: Any) -> Any:
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

    The rest follows: ``head`` is the operation on the left, ``arguments`` are those of a function there,
    ``conditions`` say which facts of which letters, ``kinds`` declares the letters, ``words`` are the names
    on the left.

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
    head: str = field(init=False)
    arguments: tuple[str, ...] = field(init=False)
    words: tuple[str, ...] = field(init=False)
    conditions: tuple[Condition, ...] = field(init=False)
    kinds: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """Read head, conditions and kinds; raise ``ValueError`` if that cannot be done."""
        head = head_of(self.left)
        arguments = _arguments(self.left) if self.left.startswith(f"{head}(") else ()
        words = _words(self.left)
        try:
            conditions = conditions_of(self.when)
        except (ValueError, LookupError) as error:
            raise wrong(self, str(error)) from None
        kinds = _kinds(self, words, {letter for letter, fact in conditions if fact == "square"})
        for letter, _ in conditions:
            if letter not in kinds:
                raise wrong(self, f"its condition is about {letter}, which does not occur on the left")
        if not self.name or not self.source:
            raise wrong(self, "name or source is missing")
        values = {
            "head": head,
            "arguments": arguments,
            "words": words,
            "conditions": conditions,
            "kinds": kinds,
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)

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
        letters = {word for word in _words(f"{law.left} {law.right}") if len(word) == 1 and word.isalpha()}
        if law.head in ("hadamard", "hadamard_power") and letters <= {"A", "t"} and not law.given:
            of_scalar = [side.replace(".", "").replace("A", "s") for side in (law.left, law.right)]
            yield Law(f"{law.name}, for a scalar", of_scalar[0], of_scalar[1], law.source, law.when)
