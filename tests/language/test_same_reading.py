"""Texts that mean the same are read alike: with other letters, more spaces, other signs, in another order."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from typing import NamedTuple

from hypothesis import note
from hypothesis import strategies as st

import matcalc as mc
from matcalc.expression import ONE
from matcalc.language import Reading, parse
from matcalc.numeric import evaluate, random_values
from tests.hunting import hunted
from tests.strategies import arrays, problems, spellings
from tests.strategies.agreement import agree, usable

DATA = Path(__file__).parents[1] / "data"
FIELDS = {"derivatives.jsonl": "expr", "derivatives2.jsonl": "expr", "questions.jsonl": "reformulated"}


class Text(NamedTuple):
    """A text, with what is declared of its names."""

    text: str
    variables: Mapping[str, str]

    @property
    def kept(self) -> set[str]:
        """The names that are not to be changed: of sizes that are declared, and of what does not occur."""
        declared = " ".join(kind.partition("(")[2] for kind in self.variables.values())
        words = set(re.findall(r"\w+", self.text))
        return {*re.findall(r"[a-z]+", declared), *(self.variables.keys() - words)}


#: Signs of code say that a function is of each entry; ``∘`` leaves it open, which is asked.
CODE = (".*", "./", ".^")
OF_THE_MATRIX = "may be that of the matrix or of each entry"


def case_texts() -> list[Text]:
    found = []
    for file, field in FIELDS.items():
        for line in (DATA / file).read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            if field in case and "\\" not in case[field] and "np." not in case[field]:
                found += [Text(case[field], {})]
    return found


@st.composite
def texts(draw: st.DrawFn) -> Text:
    """A text of a case, or a random one of which some names are declared."""
    if draw(st.booleans()):
        return draw(st.sampled_from(case_texts()))
    problem = draw(st.one_of(problems(), arrays()))
    names = [name for name in problem.variables if draw(st.booleans())]
    return Text(problem.text, {name: problem.variables[name] for name in names})


def read(text: Text) -> Reading | mc.MatcalcError:
    try:
        return parse(text.text, text.variables)
    except mc.MatcalcError as error:
        return error


def kinds(reading: Reading) -> dict[str, tuple[bool, ...]]:
    """Return of each variable which sides are no 1."""
    return {name: tuple(d is not ONE for d in variable.shape) for name, variable in reading.variables.items()}


def assert_same(text: Text, other: Text, names: Mapping[str, str] | None = None) -> None:
    """Check that two texts are read alike; ``names`` are those of the other one."""
    note(f"{text.text}   and   {other.text}   with {dict(text.variables)}")
    names = names or {}
    here, there = read(text), read(other)
    is_asked = isinstance(there, mc.MatcalcError) and OF_THE_MATRIX in there.message
    if is_asked and not isinstance(here, mc.MatcalcError) and any(sign in text.text for sign in CODE):
        return
    if isinstance(here, mc.MatcalcError) or isinstance(there, mc.MatcalcError):
        assert isinstance(here, mc.MatcalcError) and isinstance(there, mc.MatcalcError), (here, there)
        return
    assert {names.get(name, name): kind for name, kind in kinds(here).items()} == kinds(there)
    try:
        values = random_values(here.expr, here.variables, 0, {}, {})
        given = {names.get(name, name): value for name, value in values.items()}
        value, again = (
            evaluate(here.expr, here.variables, values),
            evaluate(there.expr, there.variables, given),
        )
    except mc.MatcalcError as error:
        assert error.code in ("E301", "E304")  # a size that is free, or a value outside the domain
        return
    assert not usable(value) or agree(value, again)


@hunted(60, 300, texts(), st.integers(0, 2**32))
def test_letters_of_one_class(text: Text, seed: int) -> None:
    names = spellings.renaming(text.text, Random(seed), text.kept)
    variables = {names.get(name, name): kind for name, kind in text.variables.items()}
    assert_same(text, Text(spellings.renamed(text.text, names), variables), names)


def alike(change: Callable[[str, Random], str]) -> Callable[[int], None]:
    """Return the test that a change of the spelling does not change the reading."""

    @hunted(60, 300, texts(), st.integers(0, 2**32))
    def holds(text: Text, seed: int) -> None:
        assert_same(text, text._replace(text=change(text.text, Random(seed))))

    return holds


test_more_spaces = alike(spellings.spaced)
test_stars_between_factors = alike(spellings.starred)
test_spaces_for_stars = alike(spellings.side_by_side)
test_unicode = alike(spellings.in_unicode)
test_terms_in_another_order = alike(spellings.swapped)
test_latex = alike(spellings.in_latex)
