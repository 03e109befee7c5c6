"""Errors as people see them, one in each file of ``golden/``.

The file starts with the expression, the declarations and, if it is to be differentiated, the variable, or
values in JSON if it is to be evaluated, as in ``value of x``; after an empty line comes the error. See
``tests/golden.py`` for writing files anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest

import matcalc as mc
from matcalc.errors import CODES
from tests.golden import compare

FILES = sorted((Path(__file__).parent / "golden").glob("*.txt"))


#: The variable of differentiation, or the name of a value, is nowhere in the expression.
WITHOUT_PLACE = ("E401_no_such_variable", "E404_no_such_variable")
VALUE_OF = "value of "


class Input(NamedTuple):
    expression: str
    wrt: str
    kinds: dict[str, str]
    values: dict[str, object]


def read_input(path: Path) -> Input:
    """Return expression, variable of differentiation or nothing, declarations, and values."""
    head = path.read_text(encoding="utf-8").partition("\n\n")[0]
    fields = {name: text.strip() for name, _, text in (line.partition(":") for line in head.splitlines())}
    expression, wrt = fields.pop("expression"), fields.pop("wrt", "")
    given = {name: fields.pop(name) for name in list(fields) if name.startswith(VALUE_OF)}
    values = {name.removeprefix(VALUE_OF): json.loads(text) for name, text in given.items()}
    return Input(expression, wrt, fields, values)


def failure(given: Input) -> mc.MatcalcError:
    with pytest.raises(mc.MatcalcError) as failed:
        if given.wrt:
            mc.diff(given.expression, given.wrt, given.kinds)
        else:
            expression = mc.parse(given.expression, given.kinds)
            if given.values:
                expression.evaluate(**given.values)  # type: ignore[arg-type]  # JSON of any kind
    return failed.value


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
class TestGolden:
    def test_rendered(self, path: Path) -> None:
        head = path.read_text(encoding="utf-8").partition("\n\n")[0]
        compare(path, f"{head.rstrip()}\n\n{failure(read_input(path))}\n")

    def test_points_into_the_text(self, path: Path) -> None:
        given = read_input(path)
        error = failure(given)
        texts = [f"{name}: {kind}" for name, kind in given.kinds.items()]
        texts = texts if error.code == "E402" else [given.expression]
        assert error.source in texts
        assert error.labels or path.stem in WITHOUT_PLACE
        for label in error.labels:
            assert 0 <= label.span.start <= label.span.end <= max(len(error.source), 1)

    def test_file_is_named_after_its_code(self, path: Path) -> None:
        assert path.stem.partition("_")[0] == failure(read_input(path)).code


def test_files_are_many_and_cover_the_codes() -> None:
    assert len(FILES) >= 40
    used = {path.stem.partition("_")[0] for path in FILES}
    from_commands = {"E403", "E405", "E406"}
    never_raised_here = {"E901", "E207", "E501", "E502", "E503", "E505", "E507", "E508", "E509"}
    assert used == CODES.keys() - from_commands - never_raised_here
