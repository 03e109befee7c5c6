"""Spellings of names: Greek letters, subscripts, superscripts; and names that cannot be told apart."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from matcalc.errors import Label, MatcalcError, Span
from matcalc.language.syntax import Syntax, syntax_postorder

_GREEK = (
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu",
    "nu", "xi", "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
)  # fmt: skip
_LETTERS = "αβγδεζηθικλμνξοπρστυφχψω"

GREEK: dict[str, str] = dict(zip(_GREEK, _LETTERS, strict=True))
GREEK.update({name.capitalize(): letter.upper() for name, letter in list(GREEK.items())})
#: Capitals and one letter that look like Latin ones: they are read, but written as words.
LIKE_LATIN = frozenset((
    "Alpha", "Beta", "Epsilon", "Zeta", "Eta", "Iota", "Kappa", "Mu", "Nu", "Omicron", "Rho", "Tau",
    "Upsilon", "Chi", "omicron",
))  # fmt: skip
#: Names that are written as one letter, with that letter.
LETTERS: dict[str, str] = {
    name: letter for name, letter in (GREEK | {"ell": "ℓ", "varpi": "ϖ"}).items() if name not in LIKE_LATIN
}
#: Letters that are another form of one in ``GREEK``.
VARIANTS = {"ϵ": "ε", "ϑ": "θ", "ϕ": "φ", "ς": "σ", "ϱ": "ρ", "ϰ": "κ", "ϐ": "β", "µ": "μ"}
#: Greek letters as programs shorten them.
_SHORT = frozenset(("eps",))
_FROM_LETTER = {letter: name for name, letter in (GREEK | LETTERS).items()}
_FROM_LETTER |= {variant: _FROM_LETTER[letter] for variant, letter in VARIANTS.items()}
#: Marks above letters, which have no letter of their own with them.
_MARKS = str.maketrans({
    "\u0302": "_hat", "\u0304": "_bar", "\u0305": "_bar", "\u0303": "_tilde", "\u0307": "_dot",
    "\u0308": "_ddot", "\u030c": "_check", "\u0306": "_breve", "\u0301": "_acute", "\u0300": "_grave",
    "\u20d7": "_vec",
})  # fmt: skip
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")


def plain_name(text: str) -> str:
    """Return the name in plain letters: Greek letters by their names, subscripts lowered.

    What else is a variant of a letter becomes that letter, as Python does with its own names (NFKC,
    Unicode Standard Annex 15 and 31): bold or wide letters are plain ones.

    >>> plain_name("α"), plain_name("λ1"), plain_name("W_1"), plain_name("xᵢ"), plain_name("𝐀")
    ('alpha', 'lambda1', 'W_1', 'x_i', 'A')
    """
    if text.isascii():
        return str(text)
    return unicodedata.normalize("NFKC", "".join(_plain_parts(spelled_name(text))))


def spelled_name(text: str) -> str:
    """Return the name with Greek letters by their names and subscripts as digits, all else as it stands."""
    text = unicodedata.normalize("NFC", text).translate(_SUBSCRIPTS).translate(_MARKS)
    return "".join(_FROM_LETTER.get(letter, letter) for letter in text)


def _plain_parts(text: str) -> Iterator[str]:
    """Yield the letters of a name in plain form, with ``_`` before those that are lowered."""
    before = ""
    for letter in text:
        lowered = unicodedata.decomposition(letter).startswith("<sub>")
        if lowered and before not in ("_", "lowered"):
            yield "_"
        before = "lowered" if lowered else letter
        yield from (_FROM_LETTER.get(plain, plain) for plain in unicodedata.normalize("NFKC", letter))


def by_plain_name(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping by plain names; raises E111 if two of its names are one.

    >>> by_plain_name({"α": 1, "x": 2})
    {'alpha': 1, 'x': 2}
    """
    spelled: dict[str, str] = {}
    for name in values:
        other = spelled.setdefault(plain_name(name), name)
        if other != name:
            raise MatcalcError("E111", f"{other} and {name} are one name", help="give it once")
    return {plain: values[name] for plain, name in spelled.items()}


def superscript_number(text: str) -> str:
    """Return the digits of a superscript.

    >>> superscript_number("⁻¹")
    '-1'
    """
    return str(text).translate(_SUPERSCRIPTS)


def is_greek(word: str) -> bool:
    """Return whether a word is that of a small Greek letter."""
    return word in GREEK and word.islower()


def is_scalar_letter(word: str) -> bool:
    """Return whether a word is that of a small Greek letter, short or in full.

    >>> is_scalar_letter("eps"), is_scalar_letter("lambda"), is_scalar_letter("x")
    (True, True, False)
    """
    return is_greek(word) or word in _SHORT


def stem(name: str) -> str:
    """Return the name without subscript: what says which kind of value it is.

    >>> stem("alpha_1"), stem("W12"), stem("covmat")
    ('alpha', 'W', 'covmat')
    """
    return name.split("_")[0].rstrip("0123456789") or name


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

    ``names`` are those that are declared or of differentiation, as they were given.
    """
    names = tuple(names)
    if text.isascii() and all(map(str.isascii, names)):
        return
    written = list(_spellings(text, root))
    looks: dict[str, Spelling] = {}
    for spelling in (*written, *(Spelling(name, plain_name(name)) for name in names)):
        _refuse_letters(spelling)
        other = looks.setdefault(spelling.look, spelling)
        if other.name != spelling.name:
            raise _alike(other, spelling)
    of_name: dict[str, list[Spelling]] = {}
    for spelling in written:
        for other in of_name.setdefault(spelling.name, []):
            if not _may_stand_together(spelling, other):
                raise _two_spellings(other, spelling)
        of_name[spelling.name].append(spelling)


def _spellings(text: str, root: Syntax) -> Iterator[Spelling]:
    """Yield the names in a text, each spelling once."""
    seen = set()
    for node in syntax_postorder(root):
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


def _refuse_letters(spelling: Spelling) -> None:
    """Raise for letters that are no part of a name: raised ones, and what Python has no names of."""
    labels = [Label(spelling.span, "in this name")] if spelling.span else []
    for letter in spelling.raw:
        if unicodedata.decomposition(letter).startswith("<super>"):
            message, help_text = f"the raised letter {letter} is no part of a name", "write a power with ^"
            raise MatcalcError("E506", message, labels=labels, help=help_text)
    if not spelling.name.isidentifier():
        help_text = "names are made of letters, digits and _"
        raise MatcalcError("E101", f"{spelling.raw} is no name", labels=labels, help=help_text)


def _may_stand_together(left: Spelling, right: Spelling) -> bool:
    """Return whether two spellings of a name may stand in the same text, as ``φ`` and ``phi``."""
    if left.letters and right.letters and left.letters != right.letters:
        return False
    return not (left.is_plain and right.is_plain) or spelled_name(left.raw) == spelled_name(right.raw)


def _alike(first: Spelling, second: Spelling) -> MatcalcError:
    notes = [_described(spelling) for spelling in (first, second) if not spelling.raw.isascii()]
    help_text = "write both with the same letters if they are one, else give one of them another name"
    message = f"{first.raw} and {second.raw} are two names that look alike"
    return MatcalcError("E111", message, labels=_labels(first, second), notes=notes, help=help_text)


def _two_spellings(first: Spelling, second: Spelling) -> MatcalcError:
    help_text = f"write {first.raw} in both places, or give one of them a subscript: {first.name}_1"
    message = f"{first.raw} and {second.raw} are spellings of one name, {first.name}"
    return MatcalcError("E111", message, labels=_labels(first, second), help=help_text)


def _labels(first: Spelling, second: Spelling) -> list[Label]:
    spans = [spelling.span for spelling in (first, second) if spelling.span]
    return [Label(span, "written thus" if i == 0 else "and thus", i == 0) for i, span in enumerate(spans)]


def _described(spelling: Spelling) -> str:
    """Return which letters a name is made of."""
    letters = [unicodedata.name(c, "an unnamed letter").lower() for c in spelling.raw if not c.isascii()]
    return f"{spelling.raw} has {', '.join(dict.fromkeys(letters))}"
