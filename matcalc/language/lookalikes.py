"""Names in one text that cannot be told apart are refused: by people, or by what the names are made into."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from matcalc.errors import Label, MatcalcError, Span
from matcalc.language.names import VARIANTS, plain_name, spelled_name
from matcalc.language.syntax import Syntax, syntax_postorder

#: Letters that are drawn like a Latin or Greek one; those that people meet of what Unicode Technical Standard
#: 39 (confusables) lists.
_ALIKE = str.maketrans(
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοϹϲϳАВЕЅІЈКМНОРСТУХҮԌԚԜѴаеорсухѕіјһԁԛԝѵӏГПФфӨөєЛՕՍՏԼօսցոհզɑɡıɩʋɛɸɣßƛƒɵƟ",
    "ABEZHIKMNOPTYXoCcjABESIJKMHOPCTYXYGQWVaeopcyxsijhdqwvlΓΠΦφΘθεΛOUSLougnhqagiιυεφγβλfθΘ",
)


#: Marks above letters, which LaTeX writes of names that end so.
_ACCENTS = str.maketrans(
    {"\u0302": "_hat", "\u0304": "_bar", "\u0303": "_tilde", "\u0307": "_dot", "\u0308": "_ddot"}
)


class Spelling(NamedTuple):
    """How a name is spelled somewhere: in the text, or where it is declared, which has no place."""

    raw: str
    name: str
    span: Span | None = None

    @property
    def is_plain(self) -> bool:
        r"""Whether its letters are the name: not in ``\mathbf{x}`` or in the entry ``x_i`` of ``x``."""
        return plain_name(self.raw) == self.name

    @property
    def look(self) -> str:
        """What the name looks like."""
        shown = self.raw if self.is_plain else self.name
        apart = unicodedata.normalize("NFD", shown).translate(_ALIKE).translate(_ACCENTS)
        return plain_name(unicodedata.normalize("NFC", apart))

    @property
    def letters(self) -> str:
        """The letters of which there are variants, as they are spelled here."""
        return "".join(c for c in self.raw if c in VARIANTS or c in VARIANTS.values())


def refuse_lookalikes(text: str, root: Syntax, names: Iterable[str]) -> None:
    """Raise E111 for two names of a text that cannot be told apart, E506 or E101 for what is no name.

    ``names`` are those that are declared or differentiated by, as they were given.
    """
    names = tuple(names)
    if text.isascii() and all(map(str.isascii, names)):
        return
    places = list(_spellings(text, root))
    looks: dict[str, Spelling] = {}
    for one in (*places, *(Spelling(name, plain_name(name)) for name in names)):
        _refuse_letters(one)
        other = looks.setdefault(one.look, one)
        if other.name != one.name:
            raise _alike(other, one)
    spelled: dict[str, list[Spelling]] = {}
    for one in places:
        for other in spelled.setdefault(one.name, []):
            if not _are_one_spelling(one, other):
                raise _two_spellings(other, one)
        spelled[one.name].append(one)


def _spellings(text: str, root: Syntax) -> Iterator[Spelling]:
    """Yield the names in a text, each spelling once."""
    seen = set()
    for node in syntax_postorder(root, lambda n: n.args):
        if node.op not in ("name", "definition"):
            continue
        end = node.end if node.op == "name" else node.start + _length_of_name(text, node.start)
        raw = text[node.start : end]
        if raw and raw not in seen:
            seen.add(raw)
            yield Spelling(raw, str(node.data), Span(node.start, end))


def _length_of_name(text: str, start: int) -> int:
    """Return how many letters, digits and ``_`` follow each other."""
    return next((i for i, c in enumerate(text[start:]) if not (c.isalnum() or c == "_")), len(text) - start)


def _refuse_letters(one: Spelling) -> None:
    """Raise for letters that are no part of a name: raised ones, and what Python has no names of."""
    labels = [Label(one.span, "in this name")] if one.span else []
    for letter in one.raw:
        if unicodedata.decomposition(letter).startswith("<super>"):
            message, help_text = f"the raised letter {letter} is no part of a name", "write a power with ^"
            raise MatcalcError("E506", message, labels=labels, help=help_text)
    if not one.name.isidentifier():
        help_text = "names are made of letters, digits and _"
        raise MatcalcError("E101", f"{one.raw} is no name", labels=labels, help=help_text)


def _are_one_spelling(one: Spelling, other: Spelling) -> bool:
    """Return whether two spellings of one name may stand in one text, as ``φ`` and ``phi``."""
    if one.letters and other.letters and one.letters != other.letters:
        return False
    return not (one.is_plain and other.is_plain) or spelled_name(one.raw) == spelled_name(other.raw)


def _alike(one: Spelling, other: Spelling) -> MatcalcError:
    notes = [_described(spelling) for spelling in (one, other) if not spelling.raw.isascii()]
    help_text = "write both with the same letters if they are one, else give one of them another name"
    message = f"{one.raw} and {other.raw} are two names that look alike"
    return MatcalcError("E111", message, labels=_labels(one, other), notes=notes, help=help_text)


def _two_spellings(one: Spelling, other: Spelling) -> MatcalcError:
    help_text = f"write {one.raw} in both places, or give one of them a subscript: {one.name}_1"
    message = f"{one.raw} and {other.raw} are spellings of one name, {one.name}"
    return MatcalcError("E111", message, labels=_labels(one, other), help=help_text)


def _labels(one: Spelling, other: Spelling) -> list[Label]:
    spans = [spelling.span for spelling in (one, other) if spelling.span]
    return [Label(span, "written thus" if i == 0 else "and thus", i == 0) for i, span in enumerate(spans)]


def _described(spelling: Spelling) -> str:
    """Return which letters a name is made of."""
    found = [unicodedata.name(c, "an unnamed letter").lower() for c in spelling.raw if not c.isascii()]
    return f"{spelling.raw} has {', '.join(dict.fromkeys(found))}"
