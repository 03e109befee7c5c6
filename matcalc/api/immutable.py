"""What results have in common as objects of Python: equality, hash, copies, pickles."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable
from functools import cached_property
from typing import Any, Self

from matcalc.expression.pickling import reduced_object


class Immutable(ABC):
    """A result that does not change: equal by its content, its own copy, pickled without what is cached."""

    @abstractmethod
    def _content(self) -> Hashable:
        """Return what makes two of them equal."""

    def __eq__(self, other: object) -> bool:
        """Return whether both have the same content."""
        if not isinstance(other, type(self)):
            return NotImplemented
        return self is other or self._content() == other._content()

    def __hash__(self) -> int:
        """Return a hash that agrees with equality."""
        return hash(self._content())

    def __copy__(self) -> Self:
        """Return the same object, which never changes."""
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return the same object, which never changes."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle what it is made from; what is cached is found again."""
        kind = type(self)
        cached = {name for name in vars(self) if isinstance(getattr(kind, name, None), cached_property)}
        return reduced_object(self, {name: one for name, one in vars(self).items() if name not in cached})
