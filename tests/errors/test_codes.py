import re
from pathlib import Path

import pytest

from matcalc.errors import CODES, Code

SOURCES = Path(__file__).parents[2] / "matcalc"
EXIT_CODES = {"1": 3, "2": 4, "3": 4, "4": 2, "5": 5, "9": 70}


@pytest.mark.parametrize(("name", "code"), CODES.items())
def test_entry_is_complete(name: str, code: Code) -> None:
    assert re.fullmatch(r"E[1-59]\d\d", name)
    assert code.exit_code == (6 if name == "E406" else EXIT_CODES[name[1]])
    assert code.title
    assert not code.title.endswith(".")
    assert 2 <= len(re.findall(r"[.;](?= |$)", code.explanation)) <= 5
    assert code.explanation.endswith(".")
    assert "  " not in code.explanation


def test_codes_and_titles_are_in_order_and_unique() -> None:
    assert list(CODES) == sorted(CODES)
    assert len({code.title for code in CODES.values()}) == len(CODES)


def test_every_code_that_the_engine_raises_is_explained() -> None:
    raised = {
        code
        for path in SOURCES.rglob("*.py")
        for code in re.findall(r"""["'](E\d{3})["']""", path.read_text(encoding="utf-8"))
    }
    assert raised <= set(CODES)
