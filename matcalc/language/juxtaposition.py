"""Letters side by side in plain text: one name, or a product of names of one letter, as in ``x'Ax``.

The two readings are weighed: facts that speak for a product have positive weights, facts that speak for one
name negative ones. A clear winner is taken, a product with a note; else both are shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from lark import Token

from matcalc.errors import MatcalcError
from matcalc.functions import BY_CALL
from matcalc.functions.fields import lazy_property
from matcalc.language.names import GREEK, plain_name
from matcalc.language.syntax import CALLED, NUMBERS, NamesGiven, fault, function_called, span_of
from matcalc.language.token_lines import TokenSequence
from matcalc.language.tokens import MATRIX_PRODUCT, OF_R, defined_names, is_adjacent

_BELOW = "₀-₉ᵢ-ᵪₐ-ₜⱼ"
#: Letters with what stands below, which a run is made of.
_LETTER = re.compile(rf"[^\W\d_{_BELOW}][\u0300-\u030c\u20d7]?(?:[{_BELOW}]+|_?\d+)?")
_RUN = re.compile(f"(?:{_LETTER.pattern}){{2,}}")
#: A name with one letter below, and letters after that.
_BELOW_AND_AFTER = re.compile(r"([^\W_]+_[^\W\d_])([^\W\d_]+)")
#: Letters in front that say what the rest is, as in ``Δt`` and ``dX``.
_DIFFERENCES = "Δδ∂"
_DIFFERENTIAL = "d"
_TRANSPOSE = "T"
#: Letters that mean the transpose as an exponent where they are no names.
_TRANSPOSES = frozenset("TtH")
#: Letters of vectors, which also are variables where they stand after the name of a function.
_VECTORS = frozenset("uvwxyz")
#: Longer names with capitals are words.
_LONGEST = 4
#: How signs of Unicode begin that stand above the line.
_RAISED = frozenset("ᵀᵗ⊤⊺⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_MARKS = frozenset(("TRANSPOSE", "PSEUDOINVERSE"))
_SIGNS = frozenset(("TIMES", "ENTRYWISE"))
#: Signs that reach no further than one name or bracket, with what they are in an error.
_BINDING = {"CARET": "^", "OVER": "/", "ENTRYWISE_OVER": "./", "LEFT_OVER": "\\"}
_KEYWORDS = CALLED | NUMBERS | {"where"}
#: Functions that are recognised in front of a letter, the longest first.
_FUNCTIONS = sorted((name for name in BY_CALL if len(name) > 1 and name.isalpha()), key=len, reverse=True)


class Juxtaposition(TokenSequence):
    """The tokens of a text, and what they tell of the names in it."""

    def __init__(self, tokens: list[Token], given: NamesGiven, factors: frozenset[str] = frozenset()):
        super().__init__(tokens)
        self.given = given
        #: Small letters in products before a raised sign.
        self.factors = factors

    @lazy_property
    def values(self) -> frozenset[str]:
        """The names that are given, or defined and used."""
        counts = Counter(plain_name(token) for token in self.tokens if token.type == "NAME")
        return self.given.names | {name for name in defined_names(self.tokens) if counts[name] > 1}

    @lazy_property
    def alone(self) -> frozenset[str]:
        """The names that stand in the text by themselves."""
        return frozenset(plain_name(token) for token in self.tokens if token.type == "NAME")

    @lazy_property
    def has_signs(self) -> bool:
        """Whether a product of two names is written with a sign."""
        operands = ("NAME", "TRANSPOSE")
        return any(
            sign.type in _SIGNS and left.type in operands and right.type == "NAME"
            for left, sign, right in zip(self.tokens, self.tokens[1:], self.tokens[2:], strict=False)
        )

    @lazy_property
    def is_python(self) -> bool:
        """Whether the text has a sign that only Python has, where a name may have several letters."""
        return MATRIX_PRODUCT in self.tokens or OF_R in self.tokens


class Run(NamedTuple):
    """Letters side by side at ``place`` in a text; ``raw`` as they are written, each with its digits."""

    text: Juxtaposition
    place: int
    raw: tuple[str, ...]

    @property
    def token(self) -> Token:
        """The token that has all of them."""
        return self.text.tokens[self.place]

    @property
    def letters(self) -> tuple[str, ...]:
        """The plain names of the letters."""
        return tuple(map(plain_name, self.raw))

    @property
    def bare(self) -> str:
        """The letters without their digits."""
        return "".join(letter[0] for letter in self.raw)

    @property
    def named(self) -> list[str]:
        """The letters that are names elsewhere in the text, or given."""
        return [name for name in self.letters if name in self.text.alone or name in self.text.values]

    @property
    def hidden(self) -> list[str]:
        """The letters that are given, and stand nowhere by themselves."""
        return [name for name in self.letters if name in self.text.given.variables - self.text.alone]

    @property
    def smalls(self) -> int:
        """How many small letters follow each other, at most; one letter repeated is none."""
        rows = "".join(letter if letter.islower() else " " for letter in self.bare).split()
        return max((len(row) for row in rows if len(set(row)) > 1), default=1)

    @property
    def is_differential(self) -> bool:
        """Whether it is a ``d`` with a letter after it."""
        return self.bare[0] == _DIFFERENTIAL and len(self.raw) == 2

    @property
    def before(self) -> str:
        """The type of the token right before, nothing if there is space."""
        i = self.place
        adjacent = i > 0 and is_adjacent(self.text.tokens[i - 1], self.token)
        return self.text.type_at(i - 1) if adjacent else ""

    @property
    def after(self) -> str:
        """The type of the token right after, nothing if there is space."""
        i = self.place
        adjacent = self.text.type_at(i + 1) and is_adjacent(self.token, self.text.tokens[i + 1])
        return self.text.type_at(i + 1) if adjacent else ""

    @property
    def is_capitalised(self) -> bool:
        """Whether a small letter follows a capital one, as in ``Wq``."""
        return self.bare[0].isupper() and self.bare[-1].islower()

    @property
    def is_raised(self) -> bool:
        """Whether a sign of Unicode stands right after, such as ``²`` or ``ᵀ``."""
        return bool(self.after) and self.text.tokens[self.place + 1][0] in _RAISED

    def is_multiplied_by_its_letter(self) -> bool:
        """Return whether a sign stands between the run and one of its own letters, as in ``Wx*x``."""
        tokens, i = self.text.tokens, self.place
        return any(
            self.text.type_at(sign) in _SIGNS
            and self.text.type_at(letter) == "NAME"
            and plain_name(tokens[letter]) in self.letters
            for sign, letter in ((i + 1, i + 2), (i - 1, i - 2))
        )


class Fact(NamedTuple):
    """What speaks for a product of letters, or, with a negative weight, for one name.

    A note says it with the ``words``.
    """

    what: str
    weight: int
    words: str
    holds: Callable[[Run], bool]


FACTS = (
    Fact("a Greek letter beside others, `λx`", 100, "Greek letters are names by themselves",
        lambda run: any(not letter.isascii() and plain_name(letter[0]) in GREEK for letter in run.raw)),
    Fact("a letter with a mark above beside others, `Ax̂`", 100, "a mark above ends a name",
        lambda run: any("\u0300" <= unicodedata.normalize("NFD", letter)[-1] <= "\u20d7"
            and unicodedata.combining(unicodedata.normalize("NFD", letter)[-1]) for letter in run.raw)),
    Fact("a letter after digits below, `W₁x`", 60, "digits below end a name",
        lambda run: any(not letter.isascii() and letter[1:] for letter in run.raw[:-1])),
    Fact("every letter is a name elsewhere", 55, "each of these letters is a name elsewhere",
        lambda run: len(run.named) == len(run.raw)),
    Fact("a letter is a name elsewhere, declared or of differentiation", 30, "{named} is a name by itself",
        lambda run: bool(run.named)),
    Fact("a letter that is declared or of differentiation occurs nowhere else", 30, "{named} is a name",
        lambda run: bool(run.hidden)),
    Fact("a letter twice in front of a transpose, `YYᵀ`", 75, "a letter is multiplied by its transpose",
        lambda run: run.after in _MARKS and run.letters[-1] == run.letters[-2]),
    Fact("a capital letter and `u` to `z` at the end, `Ax`", 40,
        "a capital letter stands before one of u to z",
        lambda run: run.bare[-2].isupper() and run.bare[-1] in _VECTORS),
    Fact("a small letter in front of a capital, `tQ`", 40, "a capital letter begins a name",
        lambda run: not run.is_differential
        and any(first.islower() and second.isupper() for first, second in pairwise(run.bare))),
    Fact("a transpose right before, `x'Ax`", 25, "{raw} follows a transpose",
        lambda run: run.before in _MARKS),
    Fact("a transpose right after, `ax'x`", 10, "{raw} has a transpose", lambda run: run.after in _MARKS),
    Fact("a raised sign of Unicode right after, `mv²`, `abᵀ`", 30, "names in such a text have one letter",
        lambda run: run.is_raised and run.smalls < 3 and not run.is_capitalised),
    Fact("a letter that stands in such a product elsewhere, `½mv² + mgh`", 50, "it is a factor elsewhere",
        lambda run: not run.text.factors.isdisjoint(run.letters)),
    Fact("a number right before, `2xy`", 15, "{raw} follows a number", lambda run: run.before == "NUMBER"),
    Fact("two of `u` to `z`", 10, "these letters are names", lambda run: _VECTORS.issuperset(run.bare)),
    Fact("two different small letters, `lr`", -15, "",
        lambda run: run.smalls == 2 == len(run.raw) and not run.is_differential),
    Fact("a capital letter and two small ones, `Cov`", -45, "", lambda run: run.smalls == 2 < len(run.raw)),
    Fact("three small letters in a row or more, `loss`", -90, "", lambda run: run.smalls > 2),
    Fact("a differential, `dX`", -90, "", lambda run: run.is_differential),
    Fact("a difference, `Δt`", -300, "", lambda run: run.bare[0] in _DIFFERENCES),
    Fact("a letter of it on the other side of a sign, `Wx*x`", -60, "", Run.is_multiplied_by_its_letter),
    Fact("a bracket right after, `Kp(...)`", -30, "", lambda run: run.after == "LPAR"),
    Fact("a sign of equality right after, `KL = ...`", -15, "",
        lambda run: run.text.type_at(run.place + 1) == "EQUALS"),
    Fact("products that are written with a sign, `A*B`", -10, "", lambda run: run.text.has_signs),
    Fact("code, `A @ B`", -300, "", lambda run: run.text.is_python),
)  # fmt: skip

#: Of two readings whose weights differ by no more than this neither is taken.
CLOSE = 10


def separate(tokens: list[Token], given: NamesGiven) -> tuple[list[Token], list[str]]:
    """Return the tokens with the letters of products apart, and notes.

    Raises E102 where a name or a product may be meant.
    """
    if not any(token.type == "NAME" and len(token) > 1 for token in tokens):
        return tokens, []
    text = Juxtaposition(_with_transposes(tokens, given), given)
    notes: list[str] = []
    factors: set[str] = set()
    while len(separated := list(_separated(text, notes, factors))) > len(text.tokens):
        text = Juxtaposition(separated, given, frozenset(factors))
    return separated, list(dict.fromkeys(notes))


def _separated(text: Juxtaposition, notes: list[str], factors: set[str]) -> Iterator[Token]:
    """Yield the tokens with the letters of products apart; add the factors of small ones, and notes."""
    for i, token in enumerate(text.tokens):
        _refuse_letters_after_subscript(text, i)
        run = _run(text, i)
        if run is None or not (fact := _product_fact(run)):
            yield token
            continue
        yield from _letters(run)
        if run.is_raised and run.bare.islower():
            factors.update(run.letters)
        words = fact.words.format(named=", ".join(dict.fromkeys(run.named)), raw=token)
        notes.append(f"{token} is read as {'*'.join(run.raw)}; {words}")


def _run(text: Juxtaposition, i: int) -> Run | None:
    """Return the letters at ``i`` if they may be a product."""
    token = text.tokens[i]
    if token.type != "NAME" or len(token) < 2 or not _RUN.fullmatch(token):
        return None
    name = plain_name(token)
    called = text.type_at(i + 1) in ("LPAR", "LSQB") and bool(function_called(name))
    if name in text.values or name in _KEYWORDS or name in GREEK or called:
        return None
    run = Run(text, i, tuple(_LETTER.findall(token)))
    return run if all(unicodedata.category(letter) in ("Lu", "Ll") for letter in run.bare) else None


def _letters(run: Run) -> Iterator[Token]:
    start = 0
    for letter in run.raw:
        yield _piece(run.token, start, start + len(letter))
        start += len(letter)


def _piece(name: Token, start: int, end: int) -> Token:
    """Return the letters of a name from ``start`` to ``end``."""
    piece = Token.new_borrow_pos("NAME", name[start:end], name)
    piece.start_pos, piece.end_pos = span_of(name).start + start, span_of(name).start + end
    return piece


def _product_fact(run: Run) -> Fact | None:
    """Return the heaviest fact for a product if it is one, nothing for a name.

    Raises E102 where both may be meant.
    """
    if run.after != "LPAR" and (call := _as_call(run)):
        raise _both(run, "a function of another", call)
    facts = [fact for fact in FACTS if fact.holds(run)]
    weight = sum(fact.weight for fact in facts)
    if weight < -CLOSE:
        return None
    _refuse_missing_transposes(run)
    heaviest = max(facts, key=lambda fact: fact.weight, default=None)
    if weight <= CLOSE or heaviest is None or run.text.type_at(run.place - 1) in _BINDING:
        raise _both(run, "a product", "*".join(run.raw))
    return heaviest


def _refuse_missing_transposes(run: Run) -> None:
    """Raise E102 for ``aᵢxᵢ``, which may be a sum, and for ``xTAx`` and ``xAx``."""
    if any(letter[1:] and letter[1:].isalpha() for letter in run.raw):
        raise _both(run, "a product", "*".join(run.raw))
    middle = run.bare[1:-1].find(_TRANSPOSE) + 1
    ends = run.bare[-1] == run.bare[0] or run.bare[-1].islower()
    if middle and ends and _TRANSPOSE not in run.named:
        factors = "*".join(run.raw[:middle]), "*".join(run.raw[middle + 1 :])
        raise _both(run, "a product", "'*".join(factors))
    if run.letters[0] == run.letters[-1] and len(run.raw) > 2 and run.bare[0].islower():
        raise _both(run, "a product", f"{run.raw[0]}'*{'*'.join(run.raw[1:])}")


def _both(run: Run, other: str, spelling: str) -> MatcalcError:
    token = run.token
    sign = _BINDING.get(run.text.type_at(run.place - 1), "")
    shown = f"{sign}({spelling})" if sign else spelling
    help_text = f"write {shown}, or declare {plain_name(token)}"
    return fault("E102", f"{token} may be one name or {other}", token, "which?", help_text)


def _refuse_letters_after_subscript(text: Juxtaposition, i: int) -> None:
    """Raise E102 for ``S_bW`` where W is a name elsewhere, and b is none.

    Small letters are taken as part of the subscript if products are written with a sign, as in ``W_in*x``.
    """
    token = text.tokens[i]
    place = _BELOW_AND_AFTER.fullmatch(token) if token.type == "NAME" else None
    if place is None or plain_name(token) in text.values or text.is_python:
        return
    names = text.alone | text.given.variables
    letters = tuple(place[2])
    is_open = plain_name(place[1][-1]) not in names and names.issuperset(map(plain_name, letters))
    if is_open and not (text.has_signs and place[2].islower()):
        run = Run(text, i, (place[1], *letters))
        raise _both(run, "a product", "*".join(run.raw))


def _as_call(run: Run) -> str:
    """Return ``log(x)`` for ``logx``, nothing for a name that is no function before a variable."""
    raw = str(run.token)
    for function in _FUNCTIONS:
        rest = raw.removeprefix(function)
        if rest and rest != raw:
            letter = len(rest) == 1 and (rest in _VECTORS or rest.isupper() or not rest.isascii())
            named = rest in run.text.alone or rest in run.text.values
            if letter or named or (rest.isupper() and len(rest) < _LONGEST):
                return f"{function}({'*'.join(rest) if rest.isupper() else rest})"
    return ""


# Letters after the sign of a transpose


def _with_transposes(tokens: list[Token], given: NamesGiven) -> list[Token]:
    """Return the tokens with the sign of a transpose apart from the letters after it, as in ``x^TAx``."""
    text = Juxtaposition(tokens, given)
    apart: list[Token] = []
    for i, token in enumerate(tokens):
        signed = text.type_at(i - 1) == "MINUS"
        raised = token.type == "NAME" and text.type_at(i - 1 - signed) == "CARET"
        if not raised or not _is_transposed(text, token):
            apart.append(token)
            continue
        mark = _piece(token, 0, 1)
        if mark == _TRANSPOSE:
            first = span_of(apart[-1 - signed]).start
            del apart[-1 - signed :]
            mark = Token.new_borrow_pos("TRANSPOSE", "^-T" if signed else "^T", mark)
            mark.start_pos = first
        apart += [mark, _piece(token, 1, len(token))]
    return apart


def _is_transposed(text: Juxtaposition, token: Token) -> bool:
    """Return whether an exponent begins with the sign of a transpose. Raises E102 if that is open."""
    sign, rest, name = token[0], token[1:], plain_name(token)
    if sign not in _TRANSPOSES or not rest[:1].isalpha() or name in text.values or name in GREEK:
        return False
    names = text.alone | text.values
    is_name = rest in names or rest in _KEYWORDS or plain_name(rest) in GREEK
    letters = set(_LETTER.findall(rest))
    if sign == _TRANSPOSE and (sign in text.values or not (is_name or not re.search("[a-z]{3}", rest))):
        help_text = f"write ^{sign}*{rest} for a transpose and a factor, or declare {name}"
        raise fault("E102", f"^{token} may be a transpose or a power", token, "which?", help_text)
    return sign == _TRANSPOSE or (sign not in names and (is_name or rest[0].isupper() or letters <= names))
