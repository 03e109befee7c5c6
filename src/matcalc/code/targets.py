"""The libraries that source is written for, as data."""

from __future__ import annotations

from typing import NamedTuple


class Target(NamedTuple):
    """A library: how it is imported, and what it is called in the source."""

    name: str
    imports: str
    prefix: str


TARGETS = {
    "numpy": Target("numpy", "import numpy as np", "np"),
}
