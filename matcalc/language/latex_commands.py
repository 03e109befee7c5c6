"""What commands of LaTeX mean, names of letters, styles and subscripts, and where arguments end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lark import Token

from matcalc.functions import BY_CALL
from matcalc.functions.fields import lazy_property
from matcalc.language.evidence import ARROW
from matcalc.language.names import GREEK, plain_name
from matcalc.language.syntax import fault
from matcalc.language.token_lines import TokenSequence
from matcalc.language.tokens import not_closed

#: Commands for letters, with the name each stands for and the variant of the letter it is.
LETTERS: dict[str, tuple[str, str]] = {name: (name, "") for name in GREEK} | {
    "var" + name: (name, "variant")
    for name in ("epsilon", "theta", "kappa", "rho", "sigma", "phi", "Gamma", "Delta", "Sigma")
}
LETTERS |= {name: (name, "") for name in ("ell", "varpi")}  # not the number pi
#: Commands that change the look of one letter.
STYLES = dict.fromkeys(("mathbf", "textbf", "boldsymbol", "bm", "pmb"), "bold") | {
    "vec": ARROW, "overrightarrow": ARROW,
    "mathcal": "calligraphic", "mathscr": "calligraphic", "mathfrak": "fraktur",
    "mathbb": "blackboard", "mathds": "blackboard", "mathbbm": "blackboard",
}  # fmt: skip
#: Commands whose argument is one name of several letters.
WORDS = frozenset((
    "operatorname", "mathrm", "text", "textrm", "mathsf", "textsf", "mathtt", "mathit", "textit", "mbox",
))  # fmt: skip
#: Marks above a letter, which become part of its name: ``y_hat``.
ACCENTS = {
    "hat": "hat", "bar": "bar", "tilde": "tilde", "widehat": "hat", "overline": "bar", "widetilde": "tilde",
    "dot": "dot", "ddot": "ddot", "check": "check", "breve": "breve", "acute": "acute", "grave": "grave",
}  # fmt: skip
OPERATORS = {
    "cdot": "TIMES", "ast": "TIMES", "times": "TIMES", "odot": "ENTRYWISE", "circ": "ENTRYWISE",
    "oslash": "ENTRYWISE_OVER", "otimes": "KRONECKER", "div": "OVER",
    "coloneqq": "EQUALS", "coloneq": "EQUALS", "triangleq": "EQUALS", "equiv": "EQUALS", "doteq": "EQUALS",
}  # fmt: skip
#: What switches a style on, with the command that has the letter or word as its argument.
SWITCHES = {
    "bf": "mathbf", "cal": "mathcal", "frak": "mathfrak", "boldmath": "boldsymbol",
    "rm": "mathrm", "sf": "mathsf", "tt": "mathtt", "it": "mathit", "em": "mathit",
    "bfseries": "mathbf", "rmfamily": "mathrm", "itshape": "mathit",
}  # fmt: skip
#: Commands that say how their argument is spaced, and nothing else.
TRANSPARENT = frozenset(("mathop", "mathbin", "mathrel", "mathord", "ensuremath"))
#: Functions whose command is not their name.
FUNCTIONS = {"Tr": "tr", "trace": "tr", "Trace": "tr", "Det": "det", "Diag": "diag"}
#: Brackets and bars by their text or by the type of their token.
DELIMITERS = {
    "LPAR": "LPAR", "RPAR": "RPAR", "LSQB": "LSQB", "RSQB": "RSQB", "\\{": "LBRACE", "\\}": "RBRACE",
    "\\lbrace": "LBRACE", "\\rbrace": "RBRACE", "\\lbrack": "LSQB", "\\rbrack": "RSQB",
    "DOUBLE_BAR": "DOUBLE_BAR", "\\Vert": "DOUBLE_BAR", "\\lVert": "NORM_OPEN", "\\rVert": "NORM_CLOSE",
    "ANGLE_OPEN": "ANGLE_OPEN", "ANGLE_CLOSE": "ANGLE_CLOSE", "\\langle": "ANGLE_OPEN",
    "\\rangle": "ANGLE_CLOSE", "BAR": "BAR", "\\vert": "BAR", "\\lvert": "BAR_OPEN", "\\rvert": "BAR_CLOSE",
}  # fmt: skip
#: What stands for each kind of bracket in an error.
BRACKETS = {"LPAR": "(", "RPAR": ")", "LSQB": "[", "RSQB": "]", "LBRACE": "\\{", "RBRACE": "\\}"}
#: Sizes of brackets that also say on which side the bracket is, and those that do not.
SIDES = {
    size + side: "OPEN" if side in ("left", "l") else "CLOSE"
    for size in ("", "big", "Big", "bigg", "Bigg")
    for side in (("l", "r") if size else ("left", "right"))
}
SPACING = frozenset((
    "quad", "qquad", "big", "Big", "bigg", "Bigg", "displaystyle", "textstyle", "scriptstyle", "limits",
    "nolimits", "nonumber", "notag", "thinspace", "enspace", "space", "allowbreak",
))  # fmt: skip
MATRICES = frozenset(("bmatrix", "pmatrix", "matrix", "Bmatrix", "smallmatrix"))
LAYOUTS = frozenset(("aligned", "align", "equation", "gather", "gathered", "split", "multline"))
_NO_DERIVATIVE = "leave it out, and name the variable of differentiation"
_NO_OPTIMUM = "leave it out and differentiate what follows"
#: Commands that are understood to mean something that cannot be written here, and what to write.
UNSUPPORTED = {
    "prod": "write \\operatorname{prod}(x) for the product of the entries",
    "int": "write what the integral is; differentiate what is integrated, without the sign",
    "lim": "write the function itself, without the limit", "infty": "",
    "partial": _NO_DERIVATIVE, "nabla": _NO_DERIVATIVE,
    **dict.fromkeys(("inf", "sup", "arg", "argmin", "argmax", "underset"), _NO_OPTIMUM),
    "lfloor": "", "lceil": "",
    **dict.fromkeys(("mid", "parallel"), "write out what it is; a condition is no operation"),
    "pm": "", "mp": "", "cdots": "", "ldots": "", "dots": "", "vdots": "", "ddots": "",
    **dict.fromkeys(("le", "leq", "ge", "geq", "propto", "sim", "neq", "ne"), "write one side alone"),
    **dict.fromkeys(("in", "forall", "to", "mapsto"), "declare kinds of names with variables"),
    "over": "write \\frac{a}{b}", "middle": "",
    **dict.fromkeys(("dagger", "dag"), "write ^\\top for the transpose"), "oplus": "", "binom": "",
}  # fmt: skip
#: All commands that mean something here, or that are known to mean something else.
COMMANDS = frozenset(
    (
        *LETTERS, *STYLES, *SWITCHES, *TRANSPARENT, *WORDS, *ACCENTS, *OPERATORS, *FUNCTIONS,
        *SIDES, *SPACING, *UNSUPPORTED, *BY_CALL,
        "frac", "dfrac", "tfrac", "sqrt", "norm", "abs", "sum", "times", "top", "intercal", "prime", "begin",
        "end", "lVert", "rVert", "Vert", "lvert", "rvert", "vert", "lbrace", "rbrace", "lbrack", "rbrack",
        "langle", "rangle",
    )
)  # fmt: skip


def command_of(token: Token) -> str:
    """Return the command that a token is, without its backslash; nothing for another token."""
    return token[1:] if token.type == "COMMAND" else ""


def delimiter_of(token: Token) -> str:
    """Return which bracket or bar a token is, nothing for another token."""
    return DELIMITERS.get(token, "") or DELIMITERS.get(token.type, "")


def letter_of_token(token: Token) -> str:
    """Return the name of a letter, nothing for another token."""
    return plain_name(token) if token.type == "LETTER" else LETTERS.get(command_of(token), ("",))[0]


# Walking over tokens

#: Longest piece of LaTeX that a help repeats.
_LONGEST = 80
_ARGUMENT_OF = frozenset(("begin", "end", "label", "tag"))
_STARTS = {*LETTERS, *STYLES, *SWITCHES, *TRANSPARENT, *WORDS, *ACCENTS, *FUNCTIONS, *BY_CALL} | {
    *["frac", "dfrac", "tfrac", "sqrt", "norm", "sum", "lVert", "lvert", "Vert", "vert", "lbrace", "langle"],
    *(size for size, side in SIDES.items() if side == "OPEN"),
}
_ENDS = {*LETTERS, *["rVert", "rvert", "Vert", "vert", "rbrace", "rangle", "top", "intercal", "prime"]}


class LatexLine(TokenSequence):
    """The tokens of LaTeX, with where their braces close. Raises E104 for one that has no partner.

    ``given`` are the names that are declared, of differentiation, or sizes.
    """

    def __init__(self, tokens: list[Token], given: frozenset[str]):
        super().__init__(tokens)
        self.given = given
        self.closing = [0] * len(tokens)
        opened: list[int] = []
        for i, token in enumerate(tokens):
            if token.type == "LBRACE":
                opened.append(i)
            elif token.type == "RBRACE":
                if not opened:
                    raise fault("E104", "unexpected '}'", token, "closes nothing that is open here")
                self.closing[opened.pop()] = i
        if opened:
            raise not_closed(tokens[opened[0]], tokens[-1])

    def __len__(self) -> int:
        return len(self.tokens)

    @lazy_property
    def counts(self) -> Counter[Token]:
        """How often each token occurs."""
        return Counter(self.tokens)

    def command_at(self, i: int) -> str:
        """Return the command at ``i``, nothing for another token."""
        return command_of(self.tokens[i]) if 0 <= i < len(self.tokens) else ""

    def words_before(self, i: int) -> int:
        """Return the first place from ``i`` on that is no command for words or styles."""
        while self.command_at(i) in WORDS or self.command_at(i) in STYLES:
            i += 1
        return i

    def argument_end(self, i: int) -> int:
        """Return the end of the argument that begins at ``i``, at most the number of tokens."""
        i = self.words_before(i)
        return min(self.closing[i] if self.type_at(i) == "LBRACE" else i, len(self) - 1) + 1

    def without_braces(self, start: int, end: int) -> tuple[int, int]:
        """Return the first and the last place of an argument without the braces around all of it."""
        while start < end and self.type_at(start) == "LBRACE" and self.closing[start] == end - 1:
            start, end = start + 1, end - 1
        return start, end

    def after_spacing(self, i: int) -> int:
        """Return the first place from ``i`` on that is no spacing."""
        while self.command_at(i) in SPACING:
            i += 1
        return i

    def end_of_no_operands(self, i: int) -> int:
        """Return the end of what begins at ``i`` if its letters are no operands, else ``i``.

        That are words, subscripts, and names of environments and equations.
        """
        command = self.command_at(i)
        if command in WORDS or command in _ARGUMENT_OF or self.type_at(i) == "UNDERSCORE":
            return self.argument_end(i + 1 + (self.at(i + 1) == "*"))
        return i

    def places(self, start: int = 0) -> Iterator[int]:
        """Yield the places from ``start`` on, without those in words, subscripts and names."""
        while start < len(self):
            yield start
            start = max(start + 1, self.end_of_no_operands(start))

    def opens_bracket(self, i: int) -> bool:
        """Return whether a bracket opens at ``i``, which may have a size."""
        i += self.command_at(i) in SIDES
        return i < len(self) and delimiter_of(self.tokens[i]) in ("LPAR", "LSQB", "LBRACE")

    def starts_operand(self, i: int) -> bool:
        """Return whether an operand that is no number may begin at ``i``."""
        if i >= len(self):
            return False
        kind = delimiter_of(self.tokens[i])
        if self.command_at(i) in _STARTS:
            return True
        return self.type_at(i) in ("LETTER", "LBRACE") or kind in (
            "LPAR",
            "LSQB",
            "LBRACE",
            "BAR",
            "DOUBLE_BAR",
            "ANGLE_OPEN",
        )

    def ends_operand(self, i: int) -> bool:
        """Return whether an operand may end at ``i``; a brace may close what is none."""
        kind = delimiter_of(self.tokens[i])
        if self.command_at(i) in _ENDS:
            return True
        ends = self.type_at(i) in ("LETTER", "NUMBER", "RBRACE", "PRIME", "TOP")
        return ends or kind in ("RPAR", "RSQB", "RBRACE", "BAR", "DOUBLE_BAR", "ANGLE_CLOSE")

    def source(self, start: int, end: int, otherwise: str) -> str:
        """Return the LaTeX from ``start`` to ``end``, or ``otherwise`` if it is none or long."""
        text, before = "", ""
        for token in self.tokens[start : min(end, start + _LONGEST + 1)]:
            apart = before[:1] == "\\" and before[-1].isalpha() and token[0].isalpha()
            text += (" " if apart else "") + token
            before = token
        return text if 0 < len(text) <= _LONGEST else otherwise

    def unit(self, i: int, after: Token) -> int:
        """Return the end of the argument that starts at ``i``: a group or a single thing. Raises E103."""
        i = self.words_before(i)
        if self.type_at(i) in ("", "RBRACE"):
            raise fault("E103", f"something is missing after {after}", after, "of what?")
        return self.closing[i] + 1 if self.tokens[i].type == "LBRACE" else i + 1

    def scripts(self, i: int) -> tuple[dict[str, list[Token]], int]:
        """Return what stands above and below a sign, by ``^`` and ``_``, and where that ends."""
        scripts: dict[str, list[Token]] = {}
        i = self.after_spacing(i)
        while self.at(i) in ("^", "_"):
            end = self.unit(i + 1, self.tokens[i])
            scripts[self.tokens[i]] = self.inside(i + 1, end)
            i = end
        return scripts, i

    def inside(self, start: int, end: int) -> list[Token]:
        """Return the tokens of an argument without its braces."""
        braces = self.tokens[start].type == "LBRACE"
        return self.tokens[start + 1 : end - 1] if braces else self.tokens[start:end]
