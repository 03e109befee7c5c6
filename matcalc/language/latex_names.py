"""Names of LaTeX: letters with their styles, accents, subscripts, and sizes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from lark import Token

from matcalc.errors import Label, MatcalcError, Span
from matcalc.functions import BY_CALL
from matcalc.functions.table import NORMS
from matcalc.language import latex_commands as tex
from matcalc.language.evidence import ARROW
from matcalc.language.latex_commands import LatexLine, command_of, letter_of_token
from matcalc.language.names import plain_name
from matcalc.language.summation import SubscriptedName
from matcalc.language.syntax import fault, function_called
from matcalc.language.tokens import IN_SUBSCRIPTS, is_adjacent

#: Commands that are words in a subscript, as in ``x_{\max}``.
_WORDS_IN_SUBSCRIPTS = frozenset(("max", "min", "inf", "sup", "det", "log", "exp", "ker", "arg", "lim"))

#: What signs are called in the subscript of a norm, and commands that leave a letter what it is.
_SIGNS_OF_NORMS = {"∗": "*", "\\ast": "*", "\\infty": "inf"}
_BOLD = frozenset(command for command, style in tex.STYLES.items() if style == "bold")


def is_word(tokens: list[Token]) -> bool:
    r"""Return whether a command is for words, as ``\mathrm``, or for a function in bold, ``\mathbf{tr}``."""
    written = "".join(tokens[1:])
    return command_of(tokens[0]) in tex.WORDS or (len(written) > 1 and bool(function_called(written)))


class LatexNames:
    """The names of a text; those that are ``given`` are declared, of differentiation, or sizes.

    A subscript may be a given name's number, as ``x_{0}`` for ``x0``, or its part after ``_``.
    """

    def __init__(self, given: Iterable[str]):
        self.given = frozenset(given)
        self._spelled: dict[tuple[str, ...], list[str]] = {}
        self._styles: dict[str, tuple[str, int, int]] = {}
        #: What has to be said of how the text is read.
        self.notes: list[str] = []
        #: Names with subscripts, by where they begin.
        self.indexed: dict[int, SubscriptedName] = {}
        #: Sizes that subscripts give to names.
        self.sizes = SizesWritten()
        for name in self.given:
            if spelling := _spelling(name):
                self._spelled.setdefault(spelling, []).append(name)

    def bold(self) -> dict[str, str]:
        """Return the names that are written in bold or with an arrow, with which of them."""
        return {name: style for name, (style, *_) in self._styles.items() if style in ("bold", ARROW)}

    def in_styles(self, styles: Collection[str]) -> frozenset[str]:
        """Return the names that are written in one of these styles."""
        return frozenset(name for name, (style, *_) in self._styles.items() if style in styles)

    def add_indexed(self, start: int, parts: tuple[str, ...], letters: frozenset[str]) -> None:
        """Remember that the name at ``start`` has these letters as its index."""
        self.indexed[start] = SubscriptedName(self.find(parts), letters)

    def find(self, parts: tuple[str, ...]) -> str:
        """Return the given name that is written so, else the parts joined by ``_``."""
        return self._spelled.get(parts, ["_".join(parts)])[0]

    def declares(self, stem: str, subscript: list[Token]) -> bool:
        """Return whether a letter with this subscript is a given name."""
        try:
            return bool(self._spelled) and (stem, *self.subscript(subscript)[0]) in self._spelled
        except MatcalcError:  # a size, such as n+1
            return False

    def name(self, parts: tuple[str, ...], start: int, end: int, style: str = "") -> str:
        """Return the name of a letter or word with a subscript; remember how it was written."""
        spelled = self._spelled.get(parts, [])
        if len(spelled) > 1:
            help_text = "write \\mathrm{" + spelled[0].replace("_", "\\_") + "}"
            message = "this may be " + " or ".join(sorted(spelled))
            raise fault("E102", message, Span(start, end), "which of them?", help_text)
        name = self.find(parts)
        was, first, last = self._styles.setdefault(name, (style, start, end))
        if was != style:
            message = f"the name {name} is written in two ways, which are not told apart"
            other = Label(Span(first, last), "and thus", primary=False)
            help_text = "give one of them a subscript"
            raise fault("E111", message, Span(start, end), "written thus", help_text, other)
        return name

    def word(self, tokens: list[Token]) -> str:
        r"""Return the name of several letters that a command such as ``\mathrm`` makes."""
        command, *inner = tokens
        text = ""
        for token in inner:
            plain = token.removeprefix("\\")
            if plain == "_" or (token.type in ("LETTER", "NUMBER") and "." not in plain):
                text += plain_name(plain)
            elif (
                token.type not in ("LBRACE", "RBRACE") and plain not in tex.WORDS and plain not in tex.SPACING
            ):
                raise fault("E102", f"{token} is no part of a name", token, f"after {command}")
        if not text[:1].isalpha():
            raise fault("E102", f"{command} needs a word", command, "of letters")
        if text in tex.WORDS or (text in tex.STYLES and text not in BY_CALL):
            message, help_text = f"{text} may be \\{text} without its backslash", f"write \\{text}"
            raise fault("E102", message, (command, tokens[-1]), "which?", help_text)
        return text

    def styled(self, tokens: list[Token]) -> tuple[str, str, tuple[str, ...]]:
        r"""Return the letter that commands such as ``\mathbf`` and ``\hat`` are put on.

        Also the style, and the accents and subscript in the braces, which belong to the name.
        """
        stem, style = "", ""
        accents: list[str] = []
        for i, token in enumerate(tokens):
            command = command_of(token)
            if token.type == "UNDERSCORE" and stem:
                return stem, style, (*accents, *self.subscript(tokens[i + 1 :])[0])
            if command in tex.ACCENTS:
                accents.append(tex.ACCENTS[command])
            elif not stem and (token.type == "LETTER" or token in ("0", "1")):
                stem = plain_name(token)
            elif not stem and command in tex.LETTERS:
                stem, variant = tex.LETTERS[command]
                style = style or variant
            elif command in tex.STYLES:
                style = tex.STYLES[command]
            elif token.type not in ("LBRACE", "RBRACE") and command not in tex.WORDS:
                help_text = (
                    f"put {tokens[0]} on each letter of a product; a name of several is a \\mathrm{{name}}"
                )
                raise fault("E102", f"{tokens[0]} is for one letter", token, "more than one", help_text)
        if not stem:
            raise fault("E102", f"{tokens[0]} needs a letter", tokens[0], "of which?")
        return stem, style, tuple(accents)

    def subscript(self, tokens: list[Token]) -> tuple[tuple[str, ...], frozenset[str]]:
        """Return the parts of a subscript and the single letters in it.

        Letters side by side are one part, as in ``W_{ij}``; a comma separates parts.
        """
        parts = [""]
        letters = set()
        worded = False
        for token in tokens:
            command = command_of(token)
            if token.type in ("COMMA", "UNDERSCORE") or token == r"\_":
                parts.append("")
            elif command in tex.LETTERS:
                parts[-1] += tex.LETTERS[command][0]
                letters.add(tex.LETTERS[command][0])
            elif token.type in ("LETTER", "NUMBER") and "." not in token:
                parts[-1] += plain_name(token)
                letters.add(plain_name(token))
            elif command in tex.WORDS or command in tex.STYLES:
                worded = worded or command in tex.WORDS
            elif command in _WORDS_IN_SUBSCRIPTS:
                parts[-1] += command
                worded = True
            elif token.type in IN_SUBSCRIPTS and parts != [""]:
                parts[-1] += IN_SUBSCRIPTS[token.type]
            elif token.type not in ("LBRACE", "RBRACE") and command not in tex.SPACING:
                help_text = "write a letter, word or number; below brackets [x]_+ and [x]_\\times are known"
                raise fault("E506", "this subscript is no part of a name", token, "in a subscript", help_text)
        named = tuple(part for part in parts if part)
        if not named and tokens:
            raise fault("E103", "the subscript is empty", tokens[0], "nothing here")
        return named, frozenset() if worded else frozenset(letters)

    def norm(self, subscript: list[Token]) -> str:
        """Return what a norm with this subscript is called."""
        spelled = _letters_of_norm(subscript)
        styles = [tex.STYLES[command_of(t)] for t in subscript if command_of(t) in {*tex.STYLES} - _BOLD]
        return spelled if spelled in NORMS else " ".join((*styles, "_".join(self.subscript(subscript)[0])))


def _spelling(name: str) -> tuple[str, ...]:
    """Return the letter or word and the parts of the subscript that a name is printed with."""
    word, *subscript = name.split("_")
    stem = word.rstrip("0123456789") or word
    digits = word[len(stem) :]
    parts = (stem, *([digits] if digits else []), *subscript)
    return parts if all(parts) else ()


#: Brackets that stand around a raised index.
RAISED = frozenset((("LPAR", "RPAR"), ("LSQB", "RSQB")))
#: What stands in brackets and is no index.
_NO_INDEX = frozenset(("\\circ", "∘", "T", "\\top", "-"))


def raised_index(line: LatexLine, i: int) -> tuple[list[Token], int]:
    """Return the index in brackets in the superscript at ``i``, as in ``x^{(i)}``, and where that ends.

    In a line with sums it may be that of a member of a family, and is none.
    """
    if line.type_at(i) != "CARET" or "\\sum" in line.counts:
        return [], 0
    end = line.unit(i + 1, line.tokens[i])
    first, *inner = line.inside(i + 1, end)
    is_index = len(inner) > 1 and (first.type, inner[-1].type) in RAISED and _NO_INDEX.isdisjoint(inner)
    return (inner[:-1], end) if is_index else ([], 0)


def is_weight(subscript: list[Token]) -> bool:
    r"""Return whether the subscript of a norm is a matrix, as in ``\|x\|_A`` and ``\|x\|_{R^{-1}}``."""
    first = next((t for t in subscript if t.type != "LBRACE" and command_of(t) not in _BOLD), None)
    if first is None or first.type not in ("LETTER", "COMMAND") or command_of(first) in tex.STYLES:
        return False
    letters = [letter_of_token(token) for token in subscript if letter_of_token(token)]
    if [token.type for token in subscript[:2]] == ["LETTER", "LETTER"] and is_adjacent(*subscript[:2]):
        return False
    return letters[:1] > [""] and letters[0][0].isupper() and _letters_of_norm(subscript) not in NORMS


def _letters_of_norm(subscript: list[Token]) -> str:
    r"""Return the letters, digits and asterisks in the subscript of a norm, as in ``\|x\|_{L^2}``."""
    plain = [token for token in subscript if command_of(token) not in _BOLD | tex.WORDS]
    spelled = "".join(letter_of_token(t) or _SIGNS_OF_NORMS.get(t, t) for t in plain)
    return "".join(character for character in spelled if character not in "{}^_")


_TIMES = frozenset(("\\times", "×"))
_TRANSPOSES = frozenset(("T", "\\top", "⊤", "\\intercal"))


class SizesWritten:
    """The sizes that the subscripts of a text give to names.

    Behind a name with a transpose they may be those of the name or of its transpose; these settle nothing.
    """

    def __init__(self) -> None:
        self._sizes: dict[str, tuple[str, str]] = {}
        self._transposed: list[tuple[str, tuple[str, str], Span]] = []

    def add(self, name: str, sizes: tuple[str, str], following: Sequence[Token], place: Span) -> None:
        """Take up the sizes of a name. Raises E102 if it has others already."""
        if _is_transposed(following):
            self._transposed.append((name, sizes, place))
        elif self._sizes.setdefault(name, sizes) != sizes:
            raise fault("E102", f"{name} has two sizes", place, "others than before", "rename one of the two")

    def declarations(self) -> dict[str, str]:
        """Return a declaration for each name. Raises E102 for a transpose that neither order fits."""
        for name, sizes, place in self._transposed:
            if name in self._sizes and sorted(sizes) != sorted(self._sizes[name]):
                message = f"{name} has two sizes"
                raise fault("E102", message, place, "others than before", "rename one of the two")
        return {
            name: f"vector({rows})" if cols == "1" else f"matrix({rows},{cols})"
            for name, (rows, cols) in self._sizes.items()
        }


def sizes_in(subscript: Sequence[Token]) -> tuple[str, str] | None:
    r"""Return the sizes that a subscript of two letters or numbers with ``\times`` between them gives."""
    if len(subscript) != 3 or subscript[1] not in _TIMES:
        return None
    rows, cols = (letter_of_token(t) or (str(t) if t.type == "NUMBER" else "") for t in subscript[::2])
    return (rows, cols) if rows and cols else None


def _is_transposed(following: Sequence[Token]) -> bool:
    first, *rest = [token for token in following if token.type not in ("LBRACE", "RBRACE")] or [Token("", "")]
    return first.type == "PRIME" or (first.type == "CARET" and rest[:1] != [] and rest[0] in _TRANSPOSES)
