"""Generated functions as callables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def compiled(source: str, name: str, arguments: tuple[str, ...]) -> Callable[..., Any]:
    """Return the function of a generated source, called with the arguments by their names.

    The source is written from an expression that has been read, never from text: all names in it are names of
    variables, checked by the grammar.
    """
    namespace: dict[str, Any] = {}
    # The only place where source is run; Scope has refused every name in it that is no identifier.
    exec(compile(source, f"<matcalc {name}>", "exec"), namespace)
    function = namespace[name]

    def call(**values: Any) -> Any:
        return function(*(np.asarray(values[one], dtype=np.float64) for one in arguments))

    call.__doc__ = function.__doc__
    call.__name__ = name
    return call
