"""Comparison with files. ``MATCALC_GOLDEN=write`` writes them anew, to be reviewed as a change."""

from __future__ import annotations

import os
from pathlib import Path

WRITING = os.environ.get("MATCALC_GOLDEN") == "write"


def compare(path: Path, text: str) -> None:
    """Compare a file with what it should contain, or write it."""
    if WRITING:
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), f"{path.name} differs; see tests/golden.py"
