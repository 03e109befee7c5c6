import copy
import json
import pickle

import pytest

from matcalc.errors import Label, MatcalcError, Span, render


def example() -> MatcalcError:
    return MatcalcError(
        "E201",
        "cannot multiply: inner dimensions differ",
        source="W'*W*y - x",
        labels=[Label(Span(0, 4), "W'*W is n×n", primary=False), Label(Span(5, 6), "y is m×1")],
        notes=["n: columns of W"],
        help="did you mean x (n×1)?",
    )


def test_attributes_take_any_iterable() -> None:
    error = MatcalcError(
        "E102", "no", labels=iter([Label(Span(0, 1), "here")]), notes=(note for note in "ab")
    )
    assert error.labels == (Label(Span(0, 1), "here", True),)
    assert error.notes == ("a", "b")
    assert (error.code, error.message, error.source, error.help) == ("E102", "no", "", "")


@pytest.mark.parametrize("code", ["", "E999", "e201", "201"])
def test_unknown_code_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="not an error code"):
        MatcalcError(code, "no")


@pytest.mark.parametrize(
    ("code", "exit_code"), [("E104", 3), ("E209", 4), ("E301", 4), ("E403", 2), ("E501", 5)]
)
def test_exit_code(code: str, exit_code: int) -> None:
    assert MatcalcError(code, "no").exit_code == exit_code


def test_span_is_that_of_the_first_primary_label() -> None:
    assert example().span == Span(5, 6)


def test_span_without_primary_label_is_that_of_the_first() -> None:
    labels = [Label(Span(3, 4), "a", False), Label(Span(1, 2), "b", False)]
    assert MatcalcError("E202", "no", labels=labels).span == Span(3, 4)


def test_span_without_labels() -> None:
    assert MatcalcError("E202", "no").span == Span(0, 0)


def test_str_is_the_rendering() -> None:
    assert str(example()) == render(example())


def test_with_source_sets_a_missing_source_and_keeps_the_error() -> None:
    error = MatcalcError("E103", "no")
    assert error.with_source("A*") is error
    assert error.source == "A*"


def test_with_source_keeps_a_source() -> None:
    assert example().with_source("other").source == "W'*W*y - x"


def test_as_dict_is_the_diagnostic_of_the_schema() -> None:
    document = example().as_dict()
    assert json.loads(json.dumps(document)) == document
    assert document == {
        "code": "E201",
        "level": "error",
        "message": "cannot multiply: inner dimensions differ",
        "spans": [
            {"start": 0, "end": 4, "label": "W'*W is n×n", "primary": False},
            {"start": 5, "end": 6, "label": "y is m×1", "primary": True},
        ],
        "notes": ["n: columns of W"],
        "help": "did you mean x (n×1)?",
    }


@pytest.mark.parametrize("clone", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])
def test_copies_and_pickles(clone) -> None:  # type: ignore[no-untyped-def]  # copy or pickle, whatever they take
    error = clone(example())
    assert type(error) is MatcalcError
    assert vars(error) == vars(example())
    assert str(error) == str(example())
