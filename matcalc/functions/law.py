"""What a law consists of. Its head, conditions and letters are read off its text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from matcalc.functions.fields import Condition, conditions_of

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

    @cached_property
    def head(self) -> str:
        """The operation on the left side."""
        return head_of(self.left)

    @cached_property
    def arguments(self) -> tuple[str, ...]:
        """The arguments of the function on the left side; none for an operation."""
        return _arguments(self.left) if self.left.startswith(f"{self.head}(") else ()

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The names on the left side."""
        return _words(self.left)

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """Which facts of which letters are needed."""
        try:
            return conditions_of(self.when)
        except (ValueError, LookupError) as error:
            raise wrong(self, str(error)) from None

    @cached_property
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
