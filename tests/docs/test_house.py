"""Modules hold one concept, of a size that one reads at once, and none of them needs itself."""

from __future__ import annotations

import pytest

from tests.docs.house import circles, imports, sizes

LARGEST = 400


def test_no_module_is_too_large() -> None:
    assert {name: size for name, size in sizes().items() if size > LARGEST} == {}


def test_no_circles() -> None:
    assert circles(imports()) == []


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
