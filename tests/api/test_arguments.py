"""Arguments that are something else than they may be are errors with a code, wherever they are given."""

import inspect
from typing import Any

import numpy as np
import pytest

import matcalc as mc
from matcalc.api.options import KINDS

TEXT = "1/2*||A*x - b||^2"
FUNCTIONS: dict[str, tuple[Any, dict[str, Any]]] = {
    "parse": (mc.parse, {"text": TEXT}),
    "diff": (mc.diff, {"expression": TEXT, "wrt": "x"}),
    "hessian": (mc.hessian, {"expression": TEXT, "wrt": "x"}),
    "compile": (mc.compile, {"expression": TEXT, "wrt": "x"}),
    "source": (mc.source, {"expression": TEXT, "wrt": "x"}),
    "check_answer": (mc.check_answer, {"expression": TEXT, "wrt": "x", "answer": "A'*(A*x - b)"}),
    "check_answers": (mc.check_answers, {"expression": TEXT, "wrt": "x", "answers": ["A'*(A*x - b)"]}),
    "objective": (mc.objective, {"expression": TEXT, "wrt": "x", "data": {"A": np.eye(2), "b": np.ones(2)}}),
    "code": (mc.diff(TEXT, "x").code, {}),
    "check": (mc.diff(TEXT, "x").check, {}),
    "evaluate": (mc.diff(TEXT, "x").evaluate, {}),
    "steps": (mc.diff(TEXT, "x").steps, {}),
    "hint": (mc.diff(TEXT, "x").steps().hint, {"done": 0}),
    "written": (mc.diff(TEXT, "x").written, {"notation": "text"}),
    "hvp": (mc.hessian(TEXT, "x").hvp, {"direction": "v"}),
    "sample": (mc.parse(TEXT).sample, {}),
    "several": (mc.diff(TEXT, ["x", "A"]).code, {}),
    "blocks": (mc.hessian(TEXT, ["x", "b"]).check, {}),
    "fun": (mc.objective(TEXT, "x", {"A": np.eye(2), "b": np.ones(2)}).fun, {"x": [1, 2]}),
}
ODD = [None, 3, 3.5, -1, [1], ["x"], ("x", 3), b"x", "bogus", {"a": 1}, {3: "x"}, object(), mc.parse("x'*y")]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_argument_of_another_type_is_taken_or_refused_with_a_code(name: str) -> None:
    function, given = FUNCTIONS[name]
    for argument in inspect.signature(function).parameters.values():
        if argument.kind is argument.VAR_KEYWORD:
            continue
        for value in ODD:
            first = [value] if argument.kind is argument.POSITIONAL_ONLY else []
            try:
                function(*first, **given | ({} if first else {argument.name: value}))
            except mc.MatcalcError as error:
                assert error.code != "E901" and error.message


@pytest.mark.parametrize(
    ("call", "code", "words"),
    [
        (lambda: mc.diff(None, "x"), "E403", "expression is a text, not None"),
        (lambda: mc.diff(TEXT, 3), "E403", "wrt is a name or a list of names, not 3"),
        (lambda: mc.diff(TEXT, "x", ["x"]), "E402", "variables is a dictionary of declarations"),
        (lambda: mc.diff(TEXT, "x", {"x": 3}), "E402", "variables is a dictionary of declarations"),
        (lambda: mc.diff(mc.parse(TEXT), "x"), "E403", "expression is a text, not a"),
        (lambda: mc.check_answer(TEXT, "x", "x", where=3), "E403", "where is a text, not 3"),
        (lambda: mc.diff(TEXT, "x").check(seed="a"), "E403", "seed is a whole number, 0 or more, not 'a'"),
        (lambda: mc.diff(TEXT, "x").check(trials=True), "E403", "trials is a whole number, 1 or more"),
        (lambda: mc.diff(TEXT, "x").check(exact="no"), "E403", "exact is True or False, not 'no'"),
        (lambda: mc.diff(TEXT, "x").steps().hint(True), "E403", "done is a whole number"),
        (lambda: mc.diff(TEXT, "x", names="no"), "E403", "names is True or False, not 'no'"),
        (lambda: mc.parse(TEXT, latex=1), "E403", "latex is True, False or None, not 1"),
        (lambda: mc.diff(TEXT, "x", order=True), "E502", "there is no derivative of order True"),
        (lambda: mc.check_answer(TEXT, ["x", "A"], "x"), "E505", "answers are checked with respect to one"),
        (lambda: mc.diff(TEXT, "x").written("word"), "E403", "there is no notation 'word'"),
        (lambda: mc.source(TEXT, ["x", "x"]), "E403", "a variable is given twice"),
        (lambda: mc.source("α'*x", ["α", "alpha"]), "E403", "a variable is given twice"),
        (lambda: mc.hessian(TEXT, ["x", "x"]), "E403", "a variable is given twice"),
        (lambda: mc.objective(TEXT, ["x", "x"], {}), "E403", "a variable is given twice"),
        (lambda: mc.source(TEXT, "x", sizes={"q": 3}), "E404", "there is no size q"),
        (lambda: mc.diff(TEXT, "x").code(sizes={"N": 3}), "E404", "there is no size N"),
        (lambda: mc.diff(TEXT, ["x", "A"]).code(sizes={"q": 3}), "E404", "there is no size q"),
    ],
)  # fmt: skip
def test_the_message_says_what_an_argument_may_be(call: Any, code: str, words: str) -> None:
    with pytest.raises(mc.MatcalcError) as raised:
        call()
    assert raised.value.code == code
    assert raised.value.message.startswith(words)


def test_every_option_has_a_kind() -> None:
    for function, _ in FUNCTIONS.values():
        for argument in inspect.signature(function).parameters.values():
            if argument.kind is argument.KEYWORD_ONLY:
                assert argument.name in KINDS or argument.annotation in ("Any", "ArrayLike"), argument


def test_variables_may_have_the_names_of_arguments() -> None:
    assert mc.parse("text*seed", {"text": "scalar", "seed": "scalar"}).evaluate(text=2, seed=0.5) == 1.0
    assert set(mc.parse("text*seed", {"text": "scalar", "seed": "scalar"}).sample(1, text=2, seed=0.5)) == {
        "text",
        "seed",
    }


@pytest.mark.parametrize("vector", [[1.0], [1.0, 2.0, 3.0], [[1.0, 2.0]], 1.0])
def test_a_flat_vector_of_another_length_is_refused(vector: object) -> None:
    objective = mc.objective("||A*x||^2", "x", {"A": np.eye(2)})
    with pytest.raises(mc.MatcalcError, match="the flat vector has shape"):
        objective.fun(vector)


HESSIAN = mc.diff("norm2(A*x)^2", "x", order=2)
PRODUCT = {"A": np.eye(2), "X": np.eye(2), "B": np.eye(2)}


@pytest.mark.parametrize("value", ["a", {}, [[1, 2], [3]], object(), 1j])
@pytest.mark.parametrize(
    "call",
    [
        mc.objective("||A*x||^2", "x", {"A": np.eye(2)}).fun,
        lambda value: mc.objective("||A*x||^2", "x", {"A": value}),
        lambda value: mc.objective("||A*x||^2", "x", {"A": np.eye(2)}).flat(x=value),
        HESSIAN.operator(A=np.eye(2), x=[1, 1]).matvec,
        lambda value: HESSIAN.operator(A=value, x=[1, 1]),
        mc.diff("A*X*B", "X").evaluate(form="map", **PRODUCT),
        mc.parse("x'*x").evaluate,
        mc.diff("x'*x", "x").compile(),
    ],
    ids=["fun", "data", "flat", "matvec", "operator", "map", "evaluate", "compiled"],
)
def test_what_is_no_array_of_numbers_is_refused(call: Any, value: object) -> None:
    given = {"x": value} if "evaluate" in getattr(call, "__qualname__", "") else None
    with pytest.raises(mc.MatcalcError) as raised:
        call(**given) if given else call(value)
    assert raised.value.code == "E303"


def test_whole_numbers_of_numpy_are_whole_numbers() -> None:
    assert mc.diff("x'*A*x", "x", order=np.int64(2)).order == 2
    assert mc.diff("x'*x", "x").check(np.int64(2), np.int64(1)).trials == 2
