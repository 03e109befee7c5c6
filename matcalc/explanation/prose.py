r"""Words of a derivation on a page of LaTeX: what is a formula in them is written as one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import partial
from itertools import groupby

from matcalc.algebra import without_laws
from matcalc.errors import MatcalcError
from matcalc.expression import Expr
from matcalc.language import parse
from matcalc.printing import Latex, write

#: What belongs to a formula: an operator, a letter that is no article, and what has signs of the language.
_OPERATOR = re.compile(r"[-+=]|=>")
_LETTER = re.compile(r"\(*-?[B-HJ-Zb-hj-z][)']*")
_SIGNS = re.compile(r"[*'^\[\]=]|\w/|\w_\w|\w\(|\)/")
_NUMBER = re.compile(r"\(?\d[\d.]*\)?(?:[-/]\d+)?")
#: A name of which something is said; words are not.
_SUBJECT = re.compile(r"(\w+)(?= (?:is|moves) )")
#: What ends a formula, and formulas that such marks set apart.
_STOPS = ",.:;"
_FORMULAS = re.compile(rf"\S(?:.*?\S)??(?:[{_STOPS}](?= |$)|$)")


def prose(text: str, style: Latex, names: Collection[str] = ()) -> str:
    r"""Return words with the formulas in them in LaTeX; ``names`` are those of variables.

    >>> from matcalc.printing import LATEX
    >>> print(prose("Product s*X with a scalar, (G + G')/2", LATEX))
    Product $s X$ with a scalar, $\frac{G + G^{\top}}{2}$
    """
    found: list[str] = []
    for is_formula, group in groupby(_chunks(text, names), key=lambda chunk: chunk[0]):
        words = " ".join(word for _, word in group)
        found += (
            map(partial(_formula, style=style, names=names), _FORMULAS.findall(words))
            if is_formula
            else [style.prose(words)]
        )
    return " ".join(found)


def _chunks(text: str, names: Collection[str]) -> Iterator[tuple[bool, str]]:
    """Yield the words of a text, and whether each belongs to a formula."""
    subjects = {
        found.start() for found in _SUBJECT.finditer(text) if found[1] in names and found[1] != "this"
    }
    words = list(re.finditer(r"\S+", text))
    formulaic = [found.start() in subjects or _is_formula(found[0].rstrip(_STOPS)) for found in words]
    for i, found in enumerate(words):
        inside = all(formulaic[j] for j in (i - 1, i + 1) if 0 <= j < len(words)) and 0 < i < len(words) - 1
        is_formula = inside if _OPERATOR.fullmatch(found[0]) else formulaic[i]
        yield is_formula, found[0]


def _is_formula(word: str) -> bool:
    return bool(_LETTER.fullmatch(word) or (_SIGNS.search(word) and not _NUMBER.fullmatch(word)))


def _formula(text: str, style: Latex, names: Collection[str]) -> str:
    """Return a formula or an equation in LaTeX, as it stands if it is none."""
    body = text.rstrip(_STOPS)
    stop = text[len(body) :]
    try:
        sides = [write(without_laws(_read(side, names)), style) for side in body.split(" = ")]
    except MatcalcError:
        return rf"\texttt{{{style.prose(body)}}}{stop}"
    return f"${' = '.join(sides)}${stop}"


def _read(text: str, names: Collection[str]) -> Expr:
    """Return what a formula is read as; capital letters and names are square matrices, if they can be."""
    words = {word for word in re.findall(r"[A-Za-z]\w*", text) if word in names or word in "GXYZSUV"}
    for kinds in (dict.fromkeys(words, "matrix(n,n)"), {}, dict.fromkeys(words, "vector(n)")):
        try:
            return parse(text, kinds).expr
        except MatcalcError as error:
            failure = error
    raise failure
