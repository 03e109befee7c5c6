"""Errors as people see them, one in each file of ``golden/``.

The file starts with the expression, the declarations and, if it is to be differentiated, the
variable; after an empty line comes the error. See ``tests/golden.py`` for writing files anew.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import matcalc as mc
from matcalc.errors import CODES
from tests.golden import compare

FILES = sorted((Path(__file__).parent / "golden").glob("*.txt"))


#: The variable of differentiation is nowhere in the expression.
WITHOUT_PLACE = ("E401_no_such_variable",)


def read_input(path: Path) -> tuple[str, str, dict[str, str]]:
    """Return expression, variable of differentiation or nothing, and declarations."""
    head = path.read_text(encoding="utf-8").partition("\n\n")[0]
    fields = {name: text.strip() for name, _, text in (line.partition(":") for line in head.splitlines())}
    return fields.pop("expression"), fields.pop("by", ""), fields


def failure(expression: str, wrt: str, kinds: dict[str, str]) -> mc.MatcalcError:
    with pytest.raises(mc.MatcalcError) as failed:
        if wrt:
            mc.diff(expression, wrt, kinds)
        else:
            mc.parse(expression, kinds)
    return failed.value


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
class TestGolden:
    def test_rendered(self, path: Path) -> None:
        head = path.read_text(encoding="utf-8").partition("\n\n")[0]
        compare(path, f"{head.rstrip()}\n\n{failure(*read_input(path))}\n")

    def test_points_into_the_text(self, path: Path) -> None:
        expression, wrt, kinds = read_input(path)
        error = failure(expression, wrt, kinds)
        texts = [f"{name}: {kind}" for name, kind in kinds.items()] if error.code == "E402" else [expression]
        assert error.source in texts
        assert error.labels or path.stem in WITHOUT_PLACE
        for label in error.labels:
            assert 0 <= label.span.start <= label.span.end <= max(len(error.source), 1)

    def test_file_is_named_after_its_code(self, path: Path) -> None:
        assert path.stem.partition("_")[0] == failure(*read_input(path)).code


def test_files_are_many_and_cover_the_codes() -> None:
    assert len(FILES) >= 40
    used = {path.stem.partition("_")[0] for path in FILES}
    from_values_or_commands = {"E301", "E302", "E303", "E304", "E305", "E403", "E404", "E405"}
    never_raised_here = {"E901", "E207", "E502", "E503", "E505"}
    assert used == CODES.keys() - from_values_or_commands - never_raised_here
