"""What a law consists of. Its head, conditions and letters are read off its text when it is made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

#: Letters that stand for columns, and for scalars.
COLUMNS, SCALARS = frozenset("uvwxyz"), frozenset("st")
#: The operations by their signs, the first of these that stands outside all brackets is the head.
_SIGNS = {
    " + ": "add", " - ": "add", ".*": "hadamard", "./": "hadamard", "*": "mul", "/": "mul",
    ".^": "hadamard_power", "^": "power",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Law:
    """An identity, applied from left to right by the builders.

    Capital letters stand for anything, ``u`` to ``z`` for column vectors, ``s`` and ``t`` for scalars.
    ``when`` are conditions, such as ``A square``, separated by commas. ``given`` declares variables whose
    dimensions are used as numbers.

    The rest follows: ``head`` is the operation on the left, ``conditions`` are pairs of a letter and a fact,
    ``kinds`` declares the letters, ``words`` are the names on the left.

    >>> law = Law("orthogonal columns", "Q'*Q", "I(n)", "Definition", "Q orthogonal")
    >>> law.head, law.conditions, law.kinds["Q"]
    ('mul', (('Q', 'orthogonal'),), 'matrix')
    """

    name: str
    left: str
    right: str
    source: str
    when: str = ""
    given: str = ""
    head: str = field(init=False)
    words: tuple[str, ...] = field(init=False)
    conditions: tuple[tuple[str, str], ...] = field(init=False)
    kinds: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """Read head, conditions and kinds; raise ``ValueError`` if that cannot be done."""
        bare = _outside_brackets(self.left)
        head = next((operation for sign, operation in _SIGNS.items() if sign in bare), bare)
        words = tuple(re.findall(r"[^\W_]+", self.left))
        conditions = tuple([_condition(self, text) for text in self.when.split(",") if text.strip()])
        kinds = _kinds(self, words, {letter for letter, fact in conditions if fact == "square"})
        for letter, _ in conditions:
            if letter not in kinds:
                raise wrong(self, f"its condition is about {letter}, which does not occur on the left")
        if not self.name or not self.source:
            raise wrong(self, "name or source is missing")
        values = {"head": head, "words": words, "conditions": conditions, "kinds": kinds}
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @property
    def texts(self) -> tuple[str, ...]:
        """All that is written of the law."""
        return self.name, self.left, self.right, self.source, self.when, self.given


def wrong(law: Law, reason: str) -> ValueError:
    """Return the error that refuses a law."""
    return ValueError(f"the law {law.name!r}, {law.left} => {law.right}: {reason}")


def _outside_brackets(text: str) -> str:
    while text != (shorter := re.sub(r"[(\[][^()\[\]]*[)\]]", "", text)):
        text = shorter
    return text


def _condition(law: Law, text: str) -> tuple[str, str]:
    match text.split():
        case [letter, fact]:
            return letter, fact
    raise wrong(law, f"a condition is a letter and a fact, not {text.strip()}")


def _kinds(law: Law, words: Iterable[str], square: set[str]) -> dict[str, str]:
    """Return the declarations of the letters; in ``I(n)`` and ``ones(n)`` stands a dimension."""
    kinds = dict(re.findall(r"(\w+): ([^;]+)", law.given)) or {"n_": "vector(n)"}
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
        sides = law.left, law.right
        of_entries = set(re.findall(r"\b[A-Za-z]\b", " ".join(sides))) <= {"A", "t"}
        if law.head in ("hadamard", "hadamard_power") and of_entries and not law.given:
            left, right = [re.sub(r"\bA\b", "s", re.sub(r"\.([*/^])", r"\1", side)) for side in sides]
            yield Law(f"{law.name}, for a scalar", left, right, law.source, law.when)
