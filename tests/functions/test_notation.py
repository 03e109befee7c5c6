"""How functions are written: each notation belongs to an entry, and each sign of a style to a notation."""

from __future__ import annotations

import pytest

from matcalc.functions import ENTRIES, Fixity
from matcalc.printing import NOTATIONS, Text

WRITTEN = {entry.written.name: entry.written for entry in ENTRIES}


@pytest.mark.parametrize("style", NOTATIONS.values(), ids=NOTATIONS)
def test_signs_have_a_text_beside_each_argument(style: Text) -> None:
    for name, sign in style.signs.items():
        arity = WRITTEN[name].fixity.arity
        assert arity is not None and len(sign) == arity + 1, name
        assert (sign[0] == "") is (WRITTEN[name].fixity is not Fixity.AROUND), name


@pytest.mark.parametrize("notation", ["latex", "typst"])
def test_what_is_typeset_has_all_signs(notation: str) -> None:
    signs = {name for name, written in WRITTEN.items() if written.fixity is not Fixity.CALL}
    assert NOTATIONS[notation].signs.keys() == signs - {"transpose"}  # a transpose is written by a method


def test_names_are_those_of_one_notation() -> None:
    assert len(WRITTEN) == len({entry.written for entry in ENTRIES})
