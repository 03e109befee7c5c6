"""What a mistyped word was meant to be."""

from __future__ import annotations

from difflib import get_close_matches

import pytest
from hypothesis import given
from hypothesis import strategies as st

import matcalc as mc
from matcalc.errors.suggest import distance, suggestion
from matcalc.functions import BY_CALL

NAMES = sorted(name for name in BY_CALL if len(name) > 2)
WORDS = st.text("abcd", max_size=6)


def exchanges(word: str) -> list[str]:
    """Return the word with two different neighbouring letters exchanged, in each way."""
    return [
        word[:i] + word[i + 1] + word[i] + word[i + 2 :]
        for i in range(len(word) - 1)
        if word[i] != word[i + 1]
    ]


@pytest.mark.parametrize("name", NAMES)
def test_exchanged_letters_are_put_back(name: str) -> None:
    for typed in exchanges(name):
        if typed not in BY_CALL:
            found = suggestion(typed, BY_CALL)
            assert typed in exchanges(found), f"{typed}: {found}"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tahn", "tanh"),
        ("trac", "trace"),
        ("logdt", "logdet"),
        ("lgodet", "logdet"),
        ("softmx", "softmax"),
        ("xep", "exp"),
        ("qqqqqq", ""),
        ("", ""),
    ],
)
def test_suggestion(typed: str, meant: str) -> None:
    assert suggestion(typed, BY_CALL) == meant


def test_nothing_is_suggested_from_nothing() -> None:
    assert suggestion("tanh", []) == ""


@given(WORDS, st.lists(WORDS.filter(bool), max_size=6))
def test_something_is_suggested_wherever_difflib_finds_something(word: str, known: list[str]) -> None:
    close = get_close_matches(word, known, 1)
    assert not close or suggestion(word, known) in known


@given(WORDS, WORDS)
def test_distance_is_symmetric_and_zero_for_the_same(left: str, right: str) -> None:
    assert distance(left, right) == distance(right, left)
    assert (distance(left, right) == 0) == (left == right)
    assert abs(len(left) - len(right)) <= distance(left, right) <= max(len(left), len(right))


@pytest.mark.parametrize("latex", [False, True])
def test_errors_suggest_the_exchanged_letters(latex: bool) -> None:
    text = r"\operatorname{tahn}(x)" if latex else "tahn(x)"
    with pytest.raises(mc.MatcalcError) as failed:
        mc.parse(text)
    assert failed.value.help == "did you mean tanh?"
