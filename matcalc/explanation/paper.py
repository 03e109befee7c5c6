r"""What pages of LaTeX have in common: how they begin and end, headings, and letters for long names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from matcalc.calculus.symbols import free_name
from matcalc.printing import LATEX, Latex, width

#: Words are not justified, equations may stand on two pages, with some space between them.
_OPENING = "{\\raggedright\\allowdisplaybreaks\\addtolength{\\jot}{2pt}\n"
#: Names that are wider than this, in points, are abbreviated, but not by letters that mean something.
_WIDEST_NAME = 80.0
_SPOKEN_FOR = frozenset("deITK")
#: Letters after which a long name may be broken.
_UNBROKEN = 12


def sheet(blocks: Sequence[str], short: Mapping[str, str], style: Latex) -> str:
    """Return the blocks of a page, after what the letters stand for that are ``short`` for names."""
    legend = [rf"\noindent Here {', '.join(_meaning(name, style) for name in short)}.\par"] if short else []
    return _OPENING + "\n\n".join([*legend, *blocks]) + "\n\\par}"


def _meaning(name: str, style: Latex) -> str:
    pieces = [style.prose(name[i : i + _UNBROKEN]) for i in range(0, len(name), _UNBROKEN)]
    return f"${style.name(name)}$ is " + r"\texttt{" + r"\allowbreak ".join(pieces) + "}"


def heading(text: str) -> str:
    """Return a heading, which begins with a capital letter."""
    return rf"\medskip\noindent\textbf{{{text[0].upper()}{text[1:]}}}"


def abbreviations(names: Iterable[str]) -> dict[str, str]:
    """Return short names for those that are too wide for equations on a page.

    >>> abbreviations(["x", "weights_of_the_hidden_layer"])
    {'weights_of_the_hidden_layer': 'w'}
    """
    names = sorted(filter(None, names))
    taken = set(names)
    wide = [name for name in names if width(LATEX.name(name)) > _WIDEST_NAME]
    return {name: free_name([name[0] if name[0] not in _SPOKEN_FOR else "v"], taken) for name in wide}
