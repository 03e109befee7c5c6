"""Modules hold one concept, of a size that one reads at once, and none of them needs itself."""

from __future__ import annotations

import pytest

from tests.docs.house import circles, classes, imports, sizes

LARGEST = 400


def test_no_module_is_too_large() -> None:
    assert {name: size for name, size in sizes().items() if size > LARGEST} == {}


def test_no_circles() -> None:
    assert circles(imports()) == []


def test_no_two_modules_have_the_same_name() -> None:
    listed = [name.rpartition(".")[2] for name in sizes()]
    assert {name for name in listed if listed.count(name) > 1} == set()


def test_no_two_classes_have_the_same_name() -> None:
    assert {name: listed for name, listed in classes().items() if len(listed) > 1} == {}


@pytest.mark.parametrize(
    ("graph", "found"),
    [
        ({"a": {"b"}, "b": {"c"}, "c": set()}, []),
        ({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}, [["b", "c"]]),
        ({"a": {"b"}, "b": {"a"}, "c": {"a", "d"}, "d": {"e"}, "e": {"c"}}, [["a", "b"], ["c", "d", "e"]]),
    ],
)
def test_circles_are_found(graph: dict[str, set[str]], found: list[list[str]]) -> None:
    assert circles(graph) == found
