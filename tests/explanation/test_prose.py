"""Words on pages of LaTeX: what is a formula in them is written as one."""

from __future__ import annotations

import re

import pytest

import matcalc as mc
from matcalc.explanation.lines import prose, reason_of
from matcalc.expression.signatures import signature_of
from matcalc.functions import ENTRIES, PROPERTIES, Property
from matcalc.printing import LATEX


@pytest.mark.parametrize(
    ("words", "latex"),
    [
        ("Sum X + Y", "Sum $X + Y$"),
        ("Power X.^Y, entry by entry", r"Power $X^{\circ Y}$, entry by entry"),
        ("A sum passes the derivative on", "A sum passes the derivative on"),
        ("(35) and section 3.1.5, or 1/2", "(35) and section 3.1.5, or 1/2"),
        ("log(1 + exp(x)) of each", r"$\log\left(\exp\left(x\right) + \mathbf{1}\right)$ of each"),
        ("Differential of X = polar(X)*H;", r"Differential of $X = \operatorname{polar}\left(X\right) H$;"),
        ("the blocks X[i,j]*Y", r"the blocks \texttt{X[i,j]*Y}"),
        ("kron_left is linear", r"\texttt{kron\_left} is linear"),
        ("this is the gradient of 100% of X_", r"this is the gradient of 100\% of X\_"),
    ],
)
def test_formulas_in_words(words: str, latex: str) -> None:
    assert prose(words, LATEX) == latex


@pytest.mark.parametrize("structure", [one for one in PROPERTIES if one.projected], ids=lambda one: one.name)
@pytest.mark.parametrize("name", ["S", "Sigma", "my_matrix"])
def test_what_a_structure_means_is_a_formula(structure: Property, name: str) -> None:
    is_vector = structure.declares == "vector"
    kind = f"vector(n) {structure.name}" if is_vector else f"{structure.name}(n)"
    text = f"sum(log({name}))" if is_vector else f"tr(A*{name}*B)"
    note = mc.diff(text, name, {name: kind}).notes[-1]
    written = prose(note, LATEX, {name})
    assert written.startswith(f"${LATEX.name(name)}$ {structure.phrase}")
    assert written.endswith("$") and "texttt" not in written


def test_no_rule_has_the_language_in_its_words() -> None:
    for entry in ENTRIES:
        for position, argument in enumerate(signature_of(entry).arguments):
            if argument.is_dim:
                continue
            try:
                reason = reason_of(entry, position)
            except (mc.MatcalcError, AssertionError):
                continue
            for words in (reason.words, reason.doc, reason.source):
                plain = re.sub(r"\$[^$]*\$|\\texttt\{.*?\}", "", prose(words, LATEX))
                assert not re.search(r"[*'^=]|\w\(|\\_", plain), words
