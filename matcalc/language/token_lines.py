"""Lines of tokens, and what is asked of a place in one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence

from lark import Token

from matcalc.functions.fields import lazy_property
from matcalc.language.names import plain_name
from matcalc.language.tokens import CLOSES, OPENS, depth_change


class TokenSequence:
    """The tokens of a text."""

    def __init__(self, tokens: list[Token]):
        self.tokens = tokens

    def at(self, i: int) -> str:
        """Return the text of the token at ``i``, nothing outside of the line."""
        return str(self.tokens[i]) if 0 <= i < len(self.tokens) else ""

    def type_at(self, i: int) -> str:
        """Return the type of the token at ``i``, nothing outside of the line."""
        return self.tokens[i].type if 0 <= i < len(self.tokens) else ""

    def name_at(self, i: int) -> str:
        """Return the plain name at ``i``, nothing for another token."""
        return plain_name(self.tokens[i]) if self.type_at(i) == "NAME" else ""


class TokenLine(TokenSequence):
    """The tokens of a text, in which bars are decided and no products made explicit.

    ``values`` are the names that are declared or defined, ``variables`` with them those of differentiation;
    ``bold`` are written in bold, ``styled`` in other special styles. In LaTeX a space is nothing.
    """

    def __init__(
        self,
        tokens: list[Token],
        values: frozenset[str] = frozenset(),
        variables: frozenset[str] = frozenset(),
        *,
        bold: Collection[str] = (),
        styled: Collection[str] = (),
        latex: bool = False,
    ):
        super().__init__(tokens)
        self.values = values
        self.variables = values | variables
        self.bold = bold
        self.styled = styled
        self.latex = latex

    def touch(self, i: int) -> bool:
        """Return whether nothing is between the token at ``i`` and the next; in LaTeX a space is nothing."""
        return (self.tokens[i + 1].start_pos or 0) - (self.tokens[i].end_pos or 0) <= self.latex

    @lazy_property
    def rows(self) -> tuple[list[int], set[int]]:
        """For each token the row of blocks it stands in directly, 0 for none; and the rows with commas."""
        rows: list[int] = []
        with_commas: set[int] = set()
        opened: list[int] = [0]
        count = 0
        for token in self.tokens:
            if token.type in CLOSES and len(opened) > 1:
                opened.pop()
            if token.type == "SEMICOLON" and opened[-1]:
                count += 1
                opened[-1] = count
            elif token.type == "COMMA" and opened[-1]:
                with_commas.add(opened[-1])
            rows.append(opened[-1])
            if token.type in OPENS:
                count += token.type == "LSQB"
                opened.append(count if token.type == "LSQB" else 0)
        return rows, with_commas

    @lazy_property
    def indices(self) -> Counter[str]:
        """How often each index occurs behind a name."""
        return Counter(
            token.rpartition("_")[2] for token in self.tokens if token.type == "NAME" and "_" in token
        )

    @lazy_property
    def indices_before(self) -> list[set[str]]:
        """For each token the letters that are indices before it."""
        before: list[set[str]] = [set()]
        for i in range(len(self.tokens)):
            index = index_of(self.name_at(i))
            before.append(before[-1] | index if index else before[-1])
        return before


def group_end(tokens: Sequence[Token], start: int, nesting: Callable[[Token], int] = depth_change) -> int:
    """Return the end of the brackets that begin at ``start``, or of one token; 0 if they stay open."""
    depth = 0
    for i in range(start, len(tokens)):
        depth += nesting(tokens[i])
        if depth <= 0:
            return i + 1
    return 0


def brace_nesting(token: Token) -> int:
    """Return 1 for a brace that opens, -1 for one that closes."""
    return (token.type == "LBRACE") - (token.type == "RBRACE")


def index_of(name: str) -> set[str]:
    """Return the index of a name if it is a letter."""
    index = name.partition("_")[2]
    return {index} if len(index) == 1 and index.isalpha() else set()
