"""The command line."""

from matcalc.cli.main import main

__all__ = ["main"]
