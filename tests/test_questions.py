"""Questions that people asked, read as they typed them: right, refused, or misread.

Nothing is declared. What is read is compared with numbers: its value and its derivative are those that were
meant, or it is misread, and none may be.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import matcalc as mc
from matcalc.language import plain_name
from tests.numerical import distance

DATA = Path(__file__).parent / "data" / "questions.jsonl"
QUESTIONS: dict[str, dict[str, Any]] = {
    case["id"]: case for case in map(json.loads, DATA.read_text(encoding="utf-8").splitlines())
}
TOLERANCE = 1e-6


class Field(NamedTuple):
    """A spelling of the questions: how many have a reference, and how many of these are right."""

    what: str
    asked: int
    right: int


#: A change of these numbers is a change of what is read.
FIELDS = {
    "text": Field("expressions as typed", 100, 75),
    "paste": Field("whole lines", 58, 42),
}


class Question(NamedTuple):
    """A text that was asked, and what it is compared with."""

    name: str
    field: str

    @property
    def case(self) -> dict[str, Any]:
        return QUESTIONS[self.name]

    @property
    def text(self) -> str:
        return str(self.case[self.field])


#: Known to be misread: that ``rho_A`` is a partial trace of ``rho`` stands nowhere in the text.
MISREAD: set[str] = set()
ASKED = [
    Question(name, field) for field in FIELDS for name, case in QUESTIONS.items()
    if field in case and "references" in case
]  # fmt: skip


class Reference(NamedTuple):
    """Values of variables, and what the value and the derivative are at these; it may be a projected one."""

    inputs: dict[str, Any]
    value: Any
    derivatives: list[Any]

    def called(self, **names: str) -> Reference:
        """Return this with other names, as the text has them."""
        return self._replace(inputs=self.inputs | {name: self.inputs[key] for name, key in names.items()})


def of_the_logarithm(reference: Reference) -> Reference:
    """The reference is the derivative with respect to ``W``, where the logarithm is ``W*x + b``."""
    W, x, b = (reference.inputs[name] for name in "Wxb")
    inputs = {**reference.inputs, "logvar": W @ x + b}
    return Reference(inputs, reference.value, [each @ x / (x @ x) for each in reference.derivatives])


def of_one_column(reference: Reference) -> Reference:
    """The reference has a vector for the matrix ``W_out``."""
    inputs = {**reference.inputs, "W_out": reference.inputs["w"][:, None]}
    derivatives = [each[:, None, :, None] for each in reference.derivatives]
    return Reference(inputs, reference.value[:, None], derivatives)


def of_the_last_definition(reference: Reference) -> Reference:
    """The line stops at the softmax, the reference goes on to the loss."""
    V, h, b = (reference.inputs[name] for name in "Vhb")
    p = np.exp(V @ h + b) / np.sum(np.exp(V @ h + b))
    return Reference({"V": V, "h_t": h, "b_y": b}, p, [np.multiply.outer(np.diag(p) - np.outer(p, p), h)])


def of_columns(reference: Reference) -> Reference:
    """The vectors with an index are the columns of the reference's matrix, the rows of the text's."""
    X, W = (reference.inputs[name] for name in "XW")
    return Reference({"x": X.T, "w": W}, reference.value, [each.T for each in reference.derivatives])


def of_one_entry(reference: Reference) -> Reference:
    """The text has the free index of an entry, the reference all entries."""
    unit = np.eye(len(reference.inputs["x"]))[1]
    return Reference(
        {**reference.inputs, "e_i": unit}, reference.value[1], [d[1] for d in reference.derivatives]
    )


def sigmoid(z: Any) -> Any:
    """The function that the reference has where the text only names one."""
    return 1 / (1 + np.exp(-z))


def slope(z: Any) -> Any:
    """The derivative of the logistic function."""
    return sigmoid(z) * (1 - sigmoid(z))


def with_sigmoid(reference: Reference, **derivative: Callable[[Any], Any]) -> Reference:
    """Return this with the function that the text names, and its derivative."""
    named = reference.called(W_1="W1", x_0="x0")
    return named._replace(inputs=named.inputs | {"f_1": sigmoid, **derivative})


#: Where the reference is put otherwise than the text: what the text says, by question, or by one field of it.
ADAPTED: dict[str, Callable[[Reference], Reference]] = {
    "att2": lambda reference: reference.called(d_k="d"),
    "di8": lambda r: r._replace(inputs=r.inputs | {f"D_{i}": np.diag(r.inputs[f"d_{i}"]) for i in "12"}),
    "ec1": lambda reference: reference.called(Sigma_epsilonepsilon="S"),
    **dict.fromkeys(("kron2", "kron3"), lambda r: r._replace(inputs=r.inputs | {"n": 3})),  # I_n, and X n×n
    "gr1b": of_columns,
    "hi3": lambda reference: reference.called(x="X"),
    "log1": lambda reference: reference.called(x="X"),
    "log3": lambda reference: reference.called(Y="y"),
    "logdet5": lambda reference: reference.called(sigma_sq="s"),
    "me1 paste": lambda reference: reference._replace(value=reference.value + 3),  # it is without the -3
    "nmf2": lambda reference: reference.called(x="X"),
    "nn3": lambda reference: with_sigmoid(reference, df_1=slope),
    "nn6": of_one_column,
    "pp2": lambda reference: reference.called(Sigma_k="S", mu_k="mu"),
    "sm2": of_one_entry,
    "w2v2": lambda reference: reference.called(u="U", v_c="v", e_o="y"),
    "svm3": lambda reference: reference.called(x="X"),
    "rn2 paste": of_the_last_definition,
    "vae1": of_the_logarithm,
}  # fmt: skip


def references(question: Question) -> list[Reference]:
    """Return what a question is compared with."""
    adapted = ADAPTED.get(question.name) or ADAPTED.get(" ".join(question), lambda reference: reference)
    return [
        adapted(
            Reference(
                {plain_name(name): np.array(value) for name, value in each["inputs"].items()},
                np.array(each["value"]),
                [np.array(each[key]) for key in ("derivative", "structured") if key in each],
            )
        )
        for each in question.case["references"]
    ]


class Outcome(NamedTuple):
    """What became of a question: ``right``, ``refused`` or ``misread``, and why."""

    kind: str
    reason: str = ""


@cache
def outcome(question: Question) -> Outcome:
    """Return whether a question is read, and read as it was meant."""
    case = question.case
    try:
        derivative = mc.diff(question.text, case["wrt"], order=case["order"], **case.get("options", {}))
        assert isinstance(derivative, mc.Derivative)
    except mc.MatcalcError as error:
        return Outcome("refused", f"{error.code}: {error.message}")
    differences = {difference(derivative, reference) for reference in references(question)} - {""}
    if not differences:
        return Outcome("right")
    return Outcome("misread", f"{', '.join(differences)}: {derivative} with {derivative.variables}")


def difference(derivative: mc.Derivative, reference: Reference) -> str:
    """Return what differs from a reference, nothing if all agrees."""
    names = {*derivative.variables, "n"}
    values = {name: value for name, value in reference.inputs.items() if name in names}
    slopes = {
        name: value for name, value in reference.inputs.items() if callable(value) and name not in names
    }
    try:
        value, array = derivative.value.evaluate(**values), derivative.evaluate(**values | slopes)
    except mc.MatcalcError as error:
        return error.message
    if distance(value, reference.value) > TOLERANCE:
        return "another value"
    off = min(distance(array, wanted) for wanted in reference.derivatives)
    return "another derivative" if off > TOLERANCE else ""


def share(field: str, topic: str, outcomes: Counter[tuple[str, str, str]]) -> str:
    """Return how many questions of a topic are right, of how many."""
    asked = sum(count for key, count in outcomes.items() if key[:2] == (field, topic))
    return f"{outcomes[field, topic, 'right']} of {asked}" if asked else "-"


def test_questions_are_read(summary: Callable[[str], None]) -> None:
    outcomes = Counter((q.field, q.case["topic"], outcome(q).kind) for q in ASKED)
    totals = Counter((field, kind) for field, _, kind in outcomes.elements())
    for name, field in FIELDS.items():
        counts = ", ".join(f"{totals[name, kind]} {kind}" for kind in ("right", "refused", "misread"))
        summary(f"{field.what}: {field.asked}, {counts}")
    summary(f"  {'topic':15} {'as typed':10} {'whole lines':10}")
    for topic in sorted({topic for _, topic, _ in outcomes}):
        summary(f"  {topic:15} {share('text', topic, outcomes):10} {share('paste', topic, outcomes):10}")
    for question in ASKED:
        kind, reason = outcome(question)
        if kind != "right":
            summary(f"  {' '.join(question)} {kind}: {question.text}")
            summary(f"    {reason}")
    for name, field in FIELDS.items():
        assert sum(question.field == name for question in ASKED) == field.asked
        assert totals[name, "right"] >= field.right, f"fewer {field.what} are read than before"


@pytest.mark.parametrize("question", ASKED, ids=" ".join)
def test_no_question_is_misread(question: Question) -> None:
    kind, reason = outcome(question)
    assert kind != "misread" or question.name in MISREAD, reason


@pytest.mark.parametrize("question", [q for q in ASKED if q.field == "paste"], ids=" ".join)
def test_a_line_that_names_its_variable_needs_no_other(question: Question) -> None:
    """With no variable given it is the same derivative, or one is asked for."""
    case = question.case
    if outcome(question).kind != "right":
        return
    options = {"order": case["order"], **case.get("options", {})}
    try:
        derivative = mc.diff(question.text, **options)
    except mc.MatcalcError as error:
        assert error.code == "E401", error
    else:
        assert derivative == mc.diff(question.text, case["wrt"], **options)


def test_every_adaptation_is_of_a_question() -> None:
    assert {key.partition(" ")[0] for key in ADAPTED} <= QUESTIONS.keys()
