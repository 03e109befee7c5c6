r"""Sizes in subscripts: ``X_{p\times n}`` declares a matrix."""

from __future__ import annotations

from collections.abc import Sequence

from lark import Token

from matcalc.errors import Span
from matcalc.language.latex_commands import letter_of_token
from matcalc.language.syntax import fault

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
