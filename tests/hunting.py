"""Random examples: some in every run, and many more where the marker ``hunt`` is asked for.

``pytest -m hunt`` runs the hunts, ``pytest -m ""`` everything. ``MATCALC_EXAMPLES=5000`` sets the number of
examples; then they are others in each run, and ``--hypothesis-seed=7`` says which.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

#: The number of examples, if it is set.
EXAMPLES = os.environ.get("MATCALC_EXAMPLES")


def profile(examples: int) -> settings:
    """Return settings for so many examples."""
    return settings(max_examples=int(EXAMPLES or examples))


def hunted(
    some: int, many: int, *strategies: st.SearchStrategy[Any]
) -> Callable[[Callable[..., None]], Callable[[int], None]]:
    """Return a decorator for a property: a test with some examples, and a hunt with many."""

    def decorated(holds: Callable[..., None]) -> Callable[[int], None]:
        @pytest.mark.parametrize("examples", [some, pytest.param(many, marks=pytest.mark.hunt)])
        def test(examples: int) -> None:
            profile(examples)(given(*strategies)(holds))()

        test.__name__, test.__doc__ = holds.__name__, holds.__doc__
        return test

    return decorated
