"""Each rule of the reader has a text of its own that it refuses, or of which it says something."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from matcalc.errors import MatcalcError
from matcalc.language import parse, reader, resolve
from matcalc.language.syntax import NamesGiven
from matcalc.language.token_lines import TokenLine
from matcalc.language.token_rules import DECIDED_IN_TEXT, LEXED, Rule

#: By the rule for tokens that refuses it.
TOKENS = {
    "word_of_a_sentence": "x'x for y",
    "superscript_with_several_meanings": "X^*",
    "entry_in_round_brackets": "x(1)",
    "entry_in_square_brackets": "A[1,2]",
    "transpose_without_caret": "(x - y)TΣ",
    "inverse_without_caret": "tr(A-1B)",
    "space_between_operands": "[A B]",
    "marks_in_a_row": "x''*y",
    "sign_of_a_sum": "Σ x_i^2",
    "optimum_without_brackets": "min ||x||^2",
    "operator_word": "minimize x'*x",
}
#: By the rule for the tree that refuses it.
REFUSED = {
    "lookalikes": "а'*a",
    "crosses": "a × b",
    "transposes_or_powers": "(1 + r)^T*x",
    "reach": "x.*y z",
    "marks": "x'*x (1)",
    "pluses": "x^+",
    "reduced_states": "tr(ρ*A) + tr(ρ_A*B)",
    "dots_and_primes": "x·y'",
    "columns": "2 x' @ (A * B) @ x",
}
#: By the rule for the tree that says something of it, or changes it.
SAID = {
    "notation": "A\\b",
    "_said": r"x^H x",
    "idle_names": "x'*x where y = A*x",
    "powers_of_e": "e^(x'*y)",
    "absolute_values": "sum(|x - y|)",
    "diagonals": "det(diag(A*B))",
    "superscripts": "A^t*x",
}


def test_each_rule_for_tokens_has_an_example() -> None:
    assert [rule.__name__ for rule in (*LEXED, *DECIDED_IN_TEXT)] == list(TOKENS)


@pytest.mark.parametrize(("name", "text"), TOKENS.items())
def test_a_text_is_refused_by_the_rule_for_it(name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    raised: list[str] = []

    def refuse(line: TokenLine, rules: Iterable[Rule]) -> None:
        for rule in rules:
            errors = [error for i in range(len(line.tokens)) if (error := rule(line, i)) is not None]
            raised.extend(rule.__name__ for _ in errors)
            if errors:
                raise errors[0]

    monkeypatch.setattr(reader, "refuse", refuse)
    with pytest.raises(MatcalcError):
        reader.read(text, NamesGiven())
    assert set(raised) == {name}


def rule_named(name: str) -> Callable[[Any], Iterable[str] | None]:
    [rule] = [rule for rule in (*resolve.RULES, *resolve.RULES_OF_TEXT) if rule.__name__ == name]
    return rule


def test_each_rule_for_the_tree_has_an_example() -> None:
    names = {rule.__name__ for rule in (*resolve.RULES, *resolve.RULES_OF_TEXT)}
    assert names == {*REFUSED, *SAID}


@pytest.mark.parametrize(("name", "text"), REFUSED.items())
def test_a_tree_is_refused_by_the_rule_for_it(name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = rule_named(name)
    monkeypatch.setattr(resolve, "RULES_OF_TEXT", ())
    monkeypatch.setattr(resolve, "RULES", (rule,))
    with pytest.raises(MatcalcError) as refused:
        parse(text)
    monkeypatch.setattr(resolve, "RULES", ())
    try:
        parse(text)
    except MatcalcError as error:
        assert error != refused.value


@pytest.mark.parametrize(("name", "text"), SAID.items())
def test_a_note_is_that_of_the_rule_for_it(name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    notes = parse(text, latex=name == "_said").notes
    rule = rule_named(name)
    monkeypatch.setattr(resolve, "RULES", tuple(r for r in resolve.RULES if r is not rule))
    monkeypatch.setattr(resolve, "RULES_OF_TEXT", tuple(r for r in resolve.RULES_OF_TEXT if r is not rule))
    try:
        others = parse(text, latex=name == "_said").notes
    except MatcalcError:
        others = ()
    assert set(notes) - set(others)
