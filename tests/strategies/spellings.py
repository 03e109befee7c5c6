"""Other spellings of a text that mean the same: its letters, spaces, signs and notation are changed.

Each takes a text and a source of random numbers, and returns the text as it may also be written. None knows
the grammar: they work on tokens, and leave alone what they would have to understand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Set
from random import Random
from typing import NamedTuple

from matcalc.errors import MatcalcError
from matcalc.functions import BY_CALL
from matcalc.language.evidence import letter_of
from matcalc.language.names import GREEK, plain_name, stem
from matcalc.language.reader import read
from matcalc.language.syntax import CALLED, CONSTANTS, NUMBERS, syntax_postorder

_LETTER = r"A-Za-z\u0391-\u03a9\u03b1-\u03c9ϵϑϕ"
_TOKEN = re.compile(
    rf"\s+|(?<=[|‖])_(?:\w+|\*)|[{_LETTER}][{_LETTER}0-9_₀-₉]*|\d+(?:\.\d+)?(?:e-?\d+)?|\*\*|\.\*\*|\.[*/^T]|\|\||.",
    re.DOTALL,
)
_NAME = re.compile(rf"[{_LETTER}]")
#: Letters that may take each other's place: those of one row of the tables of letters, without the ones that
#: mean something by themselves, such as ``e``, ``I``, and ``T`` in an exponent.
POOLS = ("CGMN", "ABFJKLPQRSUVWXYZ", "abc", "jklmnst", "hor", "pq", "uvwxyz")
_GREEK_POOL = ("alpha", "beta", "theta", "mu", "nu", "tau", "omega", "eta", "kappa", "lambda", "xi")
_WORDS = CALLED | NUMBERS | {"where", "e", "I", "T", "np"}


class Token(NamedTuple):
    """A piece of the text, and what stands around it."""

    text: str
    before: str
    after: str
    depth: int

    @property
    def is_name(self) -> bool:
        """Whether this may be a variable."""
        is_word = plain_name(self.text) in _WORDS or self.text in BY_CALL
        return (
            bool(_NAME.match(self.text)) and not is_word and not (self.text in "TtH" and self.before in "^{.")
        )


def tokens(text: str) -> list[Token]:
    """Return the pieces of a text; ``depth`` counts the square brackets around each."""
    pieces = _TOKEN.findall(text)
    found, depth = [], 0
    for i, piece in enumerate(pieces):
        depth += (piece == "[") - (piece == "]")
        found.append(Token(piece, pieces[i - 1] if i else "", (pieces[i + 1 :] or [""])[0], depth))
    return found


def replaced(text: str, change: Callable[[Token], str]) -> str:
    """Return the text with each token changed."""
    return "".join(change(token) for token in tokens(text))


#: The sizes of a constant.
_SIZES = re.compile(rf"\b(?:{'|'.join(sorted(CONSTANTS))})\(([^()]*)\)")

# The spellings


def renaming(text: str, random: Random, kept: Set[str] = frozenset()) -> Mapping[str, str]:
    """Return other names for all but those that are kept: each letter for one of its class."""
    names = {plain_name(token.text) for token in tokens(text) if token.is_name}
    kept = {*kept, *(name for sizes in _SIZES.findall(text) for name in re.findall(r"\w+", sizes))}
    stems = sorted({stem(name) for name in names - kept})
    taken, others = {*stems, *kept}, dict[str, str]()
    for pool in (*map(list, POOLS), list(_GREEK_POOL)):
        inside = [letter for letter in stems if letter in pool]
        free = [letter for letter in pool if letter not in taken]
        chosen = random.sample([*inside, *free], len(inside))
        others |= dict(zip(inside, chosen, strict=True))
    assert all(letter_of(a).names == letter_of(b).names for a, b in others.items())
    return {
        name: name if name in kept else others.get(stem(name), stem(name)) + name[len(stem(name)) :]
        for name in names
    }


def renamed(text: str, names: Mapping[str, str]) -> str:
    """Return the text with other names."""
    return replaced(text, lambda t: names[plain_name(t.text)] if t.is_name else t.text)


_SPACED = frozenset(("*", "+", "/", "@", ".*", "./", "∘", "⊙", "⊘", "=", "·", "⋅", "−", "–", ".^", "÷"))


def spaced(text: str, random: Random) -> str:
    """Return the text with more spaces: around signs, inside brackets, after commas."""

    def change(token: Token) -> str:
        if token.depth:
            return token.text
        if token.text in _SPACED or (token.text == "-" and token.before not in ("", "(", "^", "{", "e")):
            return " " * random.randrange(3) + token.text + " " * random.randrange(2)
        if token.text in ("(", ",", ")"):
            left = " " * (token.text == ")" and random.randrange(2))
            return left + token.text + " " * (token.text != ")" and random.randrange(2))
        return token.text

    return replaced(text, change)


def starred(text: str, random: Random) -> str:
    """Return the text with stars for the spaces between factors."""

    def change(token: Token) -> str:
        is_product = (
            token.text.isspace()
            and not token.depth
            and re.search(r"[\w)'ᵀ²³⁻¹]$", token.before)
            and re.match(r"[\w(]", token.after)
            and not {token.before, token.after} & {"where"}
            and not token.before.endswith(",")
            and token.before not in BY_CALL
        )
        return "*" if is_product and (token.after == "(" or random.randrange(3)) else token.text

    return replaced(text, change)


def side_by_side(text: str, random: Random) -> str:
    """Return the text with spaces for stars, where no quotient and no product of entries is near."""
    if re.search(r"[/÷\\∘⊙⊘.×·⋅@]", text):
        return text

    def change(token: Token) -> str:
        is_plain = re.search(r"[^\W\d]$|[)'ᵀ]$", token.before) and re.match(r"[^\W\d]|[(]", token.after)
        follows = token.before not in BY_CALL and token.before not in CALLED
        return " " if token.text == "*" and is_plain and follows and random.randrange(3) else token.text

    return replaced(text, change)


#: Signs that have another form in Unicode.
_SIGNS = {"-": ("−", "–"), "'": ("ᵀ",), ".*": ("∘", "⊙"), "./": ("⊘",), "||": ("‖",)}


def in_unicode(text: str, random: Random) -> str:
    """Return the text with letters and signs of Unicode."""
    # A text with @ may be code, and signs of Unicode say that it is none; so does ᵀ of a prime behind a dot.
    if re.search("[@·⋅]", text):
        return text

    def change(token: Token) -> str:
        if token.is_name:
            base = stem(token.text)
            return GREEK.get(base, base) + token.text[len(base) :] if base not in ("omicron",) else token.text
        if token.text in _SIGNS and random.randrange(3):
            if token.text == "-" and token.before in ("^", "{", "("):
                return token.text
            if token.text == "'" and "'" in (token.before, token.after):
                return token.text
            return random.choice(_SIGNS[token.text])
        return token.text

    changed = replaced(text, change)
    return re.sub(r"(?<=[\w)ᵀ'])\^([23])(?![\w.^'])", lambda m: "²³"[int(m[1]) - 2], changed)


def swapped(text: str, random: Random) -> str:
    """Return the text with the terms of one sum in another order."""
    try:
        root = read(text)
    except MatcalcError:
        return text
    sums = [node for node in syntax_postorder(root) if node.op == "add"]
    if not sums:
        return text
    node = random.choice(sums)
    terms = [text[term.start : term.end] for term in node.args]
    random.shuffle(terms)
    joined = terms[0] + "".join(" " + term if term[0] in "-−–" else " + " + term for term in terms[1:])
    return text[: node.args[0].start] + joined + text[node.args[-1].end :]


_LATEX_SIGNS = {
    "'": r"^\top ", "ᵀ": r"^{\top}", ".*": r"\odot ", "∘": r"\circ ", "⊙": r"\odot ", "./": r"\oslash ",
    "⊘": r"\oslash ", "||": r"\|", "‖": r"\|", "where": r"\text{ where }", "−": "-", "–": "-", "**": "^",
    "_inf": r"_\infty ", "(": r"\left(", ")": r"\right)", "⊤": r"\top ", "⊗": r"\otimes ",
}  # fmt: skip
#: Functions with a command of their own.
_COMMANDS = frozenset(("exp", "log", "det", "ln", "cos", "sin", "tanh", "max", "min"))
_LATEX_CONSTANTS = {"ones": r"\mathbf{1}", "zeros": r"\mathbf{0}"}
#: What LaTeX writes in another way.
_NOT_IN_LATEX = re.compile(
    r"[\[\]@÷\\·⋅×⁻²³∞₁₂]|\.\^|\.\*\*|\^[(-]|\.T|[*^]{|\de-|\^\d\."
    r"|\(\w+[*+]\w+[),]|,\w+[*+]\w+\)|(?:\.[*/]|[∘⊙⊘])[^+]*\*"
)


def in_latex(text: str, random: Random) -> str:
    """Return the text in LaTeX, if its names are letters and all that it has is written alike there."""
    text = starred(text, random)
    names = [token.text for token in tokens(text) if token.is_name]
    letters = all(is_letter(name) for name in names)
    if not letters or _NOT_IN_LATEX.search(text):
        return text

    def constant(match: re.Match[str]) -> str:
        name, sizes = match[0].partition("(")[0], match[1].replace(",", r"\times ")
        return rf"{_LATEX_CONSTANTS.get(name, 'I')}_{{{sizes}}}"

    def change(token: Token) -> str:
        if token.is_name:
            base = plain_name(stem(token.text))
            subscript = token.text.partition("_")[2]
            letter = rf"\{base} " if base in GREEK else base
            return letter.rstrip() + f"_{{{subscript}}}" if subscript else letter
        if token.text in BY_CALL and (token.after in ("(", "|") or token.text in _COMMANDS):
            word = token.text.replace("_", r"\_")
            return rf"\{word}" if word in _COMMANDS else rf"\operatorname{{{word}}}"
        return _LATEX_SIGNS.get(token.text, token.text)

    pieces, end = [], 0
    for match in _SIZES.finditer(text):
        pieces += [replaced(text[end : match.start()], change), constant(match)]
        end = match.end()
    return "".join([*pieces, replaced(text[end:], change)])


def is_letter(name: str) -> bool:
    """Return whether a name is one letter in LaTeX, maybe with a subscript."""
    base = plain_name(stem(name))
    return (base in GREEK or len(base) == 1) and ("_" in name or not name[-1].isdigit())
