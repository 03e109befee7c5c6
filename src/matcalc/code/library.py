"""The sources of functions that a target lacks: those that are needed, copied in front of what needs them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from types import ModuleType

_ANNOTATION = re.compile(r"(?<=\w): (?:Any|bool)(?= =|[,)])|(?<=\)) -> Any")


def library_sources(library: ModuleType, names: Iterable[str]) -> list[str]:
    """Return the sources of functions of a library and of those that they use, without annotations."""
    wanted, pending = set(), list(names)
    while pending:
        name = pending.pop()
        if name not in wanted:
            wanted.add(name)
            words = re.findall(r"\w+", inspect.getsource(getattr(library, name)))
            pending += [word for word in words if word in library.NAMES]
    sources = [inspect.getsource(getattr(library, name)) for name in library.NAMES if name in wanted]
    return [_ANNOTATION.sub("", source).rstrip() for source in sources]
