"""The sources of functions that a target lacks: those that are needed, copied in front of what needs them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from functools import cache
from importlib import import_module

_ANNOTATION = re.compile(r"(?<=\w): (?:Any|bool)(?= =|[,)])|(?<=\)) -> Any")


@cache
def helpers_of(libraries: tuple[str, ...]) -> dict[str, str]:
    """Return the sources of the helpers in some modules of this package, by their names."""
    found: dict[str, str] = {}
    for library in libraries:
        module = import_module(f"matcalc.code.{library}")
        for name in module.NAMES:
            found[name] = _ANNOTATION.sub("", inspect.getsource(getattr(module, name))).rstrip()
    return found


def library_sources(libraries: tuple[str, ...], names: Iterable[str]) -> list[str]:
    """Return the sources of helpers and of those that they use, without annotations."""
    helpers = helpers_of(libraries)
    wanted, pending = set(), list(names)
    while pending:
        name = pending.pop()
        if name not in wanted:
            wanted.add(name)
            pending += [word for word in re.findall(r"\w+", helpers[name]) if word in helpers]
    return [source for name, source in helpers.items() if name in wanted]
