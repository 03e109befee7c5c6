"""The options of a derivative are one record: functions and commands have its defaults, values and errors."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import Field, fields
from typing import Any

import click
import pytest

import matcalc as mc
from matcalc.api.options import KINDS, Options
from matcalc.api.timing import timings
from matcalc.cli.main import command
from matcalc.code import TARGETS
from matcalc.printing import NOTATIONS

FUNCTIONS = {
    function.__qualname__: function
    for function in (
        mc.parse, mc.diff, mc.hessian, mc.compile, mc.source, mc.objective, mc.check_answer,
        mc.check_answers, mc.Expression.diff, timings,
    )
}  # fmt: skip
OPTIONS = {one.name: one for one in fields(Options)}
COMMANDS = {name: {one.name: one for one in each.params} for name, each in command.commands.items()}
EXPR = "x'*A*x"


#: Of each command the function that it calls, and whose options it has.
CALLED: dict[str, Callable[..., Any]] = {
    "diff": mc.diff, "hessian": mc.hessian, "check": mc.check_answer, "bench": timings, "eval": mc.parse,
    "paths": mc.source, "graph": mc.source,
}  # fmt: skip
READING, DERIVING, PRINTING = {"variables", "latex"}, {"symmetric"}, {"names"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_have_all_options_that_mean_something_for_them(name: str) -> None:
    parameters = inspect.signature(FUNCTIONS[name]).parameters
    assert ("self" in parameters) == (not READING & set(parameters))
    assert ("wrt" in parameters) == (set(parameters) >= DERIVING)
    returned = str(inspect.signature(FUNCTIONS[name]).return_annotation)
    assert ("Derivative" in returned) == (set(parameters) >= PRINTING)


@pytest.mark.parametrize("name", CALLED)
def test_commands_have_the_options_of_what_they_call(name: str) -> None:
    options = set(OPTIONS) & set(inspect.signature(CALLED[name]).parameters)
    assert options == set(OPTIONS) & set(COMMANDS[name])


@pytest.mark.parametrize("name", [name for name in COMMANDS if "names" in COMMANDS[name]])
def test_commands_that_print_derivatives_also_print_source(name: str) -> None:
    assert {*NOTATIONS, "json", *TARGETS} == set(COMMANDS[name]["notation"].type.choices)  # type: ignore[attr-defined]
    assert "dims" in COMMANDS[name]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_have_the_defaults_of_the_record(name: str) -> None:
    parameters = inspect.signature(FUNCTIONS[name]).parameters
    shared = {option: OPTIONS[option].default for option in parameters if option in OPTIONS}
    assert shared and {option: parameters[option].default for option in shared} == shared


def test_diff_takes_every_option() -> None:
    assert set(OPTIONS) <= set(inspect.signature(mc.diff).parameters)


@pytest.mark.parametrize("name", [name for name in COMMANDS if "expression" in COMMANDS[name]])
def test_commands_have_the_values_defaults_and_words_of_the_record(name: str) -> None:
    shared = {option: one for option, one in COMMANDS[name].items() if option in OPTIONS}
    assert {"variables", "latex"} <= set(shared)
    for option, flag in shared.items():
        assert isinstance(flag, click.Option) and flag.help == OPTIONS[option].metadata["words"]
        assert option == "variables" or flag.default == OPTIONS[option].default
        if isinstance(flag.type, click.Choice):
            assert list(flag.type.choices) == [value for value in values(OPTIONS[option]) if value]


def test_the_command_diff_has_every_option() -> None:
    assert set(OPTIONS) <= set(COMMANDS["diff"])


def values(option: Field[Any]) -> tuple[Any, ...]:
    return tuple(option.metadata["values"])


WITH_VALUES = [
    (function, option)
    for function in FUNCTIONS.values()
    for option in inspect.signature(function).parameters
    if option in OPTIONS and values(OPTIONS[option])
]


@pytest.mark.parametrize(("function", "option"), WITH_VALUES)
def test_a_value_that_does_not_exist_is_one_error_everywhere(
    function: Callable[..., Any], option: str
) -> None:
    arguments: dict[str, Any] = {"expression": EXPR, "wrt": "x", "answer": "x", "answers": ["x"], "data": {}}
    taken = inspect.signature(function).parameters
    given = {name: value for name, value in arguments.items() if name in taken}
    given |= {"self": mc.parse(EXPR)} if "self" in taken else {}
    first = [given.pop("self")] if "self" in given else []
    with pytest.raises(mc.MatcalcError, match=f"there is no {option} 'none such'") as caught:
        function(*first, **given, **{option: "none such"})
    known = ", ".join(value for value in values(OPTIONS[option]) if value)
    assert (caught.value.code, caught.value.help) == ("E403", f"one of {known}")


def test_every_option_that_is_text_is_looked_at() -> None:
    assert {name for name, one in OPTIONS.items() if values(one)} <= set(KINDS)
