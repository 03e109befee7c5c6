"""The values that ``--set`` gives: numbers and lists from the text, arrays from files. Nothing is run."""

from __future__ import annotations

import io
import json
import re
import warnings
from collections.abc import Mapping
from pathlib import Path
from tokenize import TokenError
from typing import Any, NoReturn

from matcalc.cli.options import MARK
from matcalc.cli.streams import decoded, opened
from matcalc.errors import MatcalcError
from matcalc.language import plain_name

NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
#: Characters of a value that an error shows.
SHOWN = 40


def values_of(given: tuple[str, ...], kinds: Mapping[str, str]) -> dict[str, Any]:
    """Return the values by name that ``--set`` gives.

    ``kinds`` are those of the variables, as ``vector(n)``: of a file with one column or row it is a
    matter of kind whether that is a vector. Raises E303 for what is no number or list of numbers,
    E403 for what has no name, E405 for a file that cannot be read.

    >>> values_of(("x=[1, 2]", "A=[1 2; 3 4]"), {})
    {'x': [1.0, 2.0], 'A': [[1.0, 2.0], [3.0, 4.0]]}
    """
    found: dict[str, Any] = {}
    for text in given:
        name, equals, value = (part.strip() for part in text.removeprefix(MARK).partition("="))
        if not equals or not name.isidentifier():
            help_text = "write --set NAME=VALUE, as in --set 'x=[1,2,3]' or --set A=a.npy"
            raise MatcalcError("E403", f"--set {_short(text)} cannot be read", help=help_text)
        name = plain_name(name)
        if name in found:
            raise MatcalcError("E403", f"--set gives two values to {name}")
        found[name] = _value(name, value, kinds.get(name, ""))
    return found


def _value(name: str, text: str, kind: str) -> Any:
    suffix = Path(text).suffix.lower() if len(text) < 4096 else ""
    if suffix in (".npy", ".csv"):
        array = _from_file(name, text, suffix)
        flat = kind.startswith(("vector", "rowvector")) and array.ndim == 2 and 1 in array.shape
        return array.reshape(-1) if flat else array
    if NUMBER.fullmatch(text):
        return float(text)
    try:
        return json.loads(text, parse_int=float, parse_constant=_no_number)
    except (ValueError, RecursionError):
        pass
    rows = _rows(text)
    if rows is None:
        help_text = "write a number, a list as [1,2,3], [[1,2],[3,4]] or [1 2; 3 4], or a file .npy or .csv"
        message = f"the value of {name} is not a number or a list of numbers: {_short(text)}"
        raise MatcalcError("E303", message, help=help_text)
    return rows


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)


def _rows(text: str) -> Any:
    """Return the rows of ``[1 2; 3 4]``, of ``[1 2 3]`` the only one, ``None`` for anything else."""
    if text[:1] != "[" or text[-1:] != "]":
        return None
    rows = [row.replace(",", " ").split() for row in text[1:-1].split(";")]
    if not all(row and all(map(NUMBER.fullmatch, row)) for row in rows):
        return None
    numbers = [[float(word) for word in row] for row in rows]
    return numbers if len(numbers) > 1 else numbers[0]


def _from_file(name: str, path: str, suffix: str) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            array = _read_npy(path) if suffix == ".npy" else _read_csv(path)
    except OSError as error:
        raise _unreadable(name, path, (error.strerror or "it cannot be opened").lower()) from None
    except MemoryError:
        raise _unreadable(name, path, "it is too large for the memory") from None
    except (ValueError, TypeError, OverflowError, SyntaxError, TokenError) as error:
        if suffix == ".csv":
            raise _no_numbers(name, path, _fault_in_csv(path)) from None
        is_pickle = "pickle" in str(error)
        what = "it holds Python objects, which are not loaded" if is_pickle else "it is no .npy file"
        raise _unreadable(name, path, what) from None
    if array.size == 0:
        raise _no_numbers(name, path, "it is empty")
    return array


def _read_npy(path: str) -> Any:
    import numpy as np

    with opened(path) as file:
        return np.lib.format.read_array(file, allow_pickle=False)


def _read_csv(path: str) -> Any:
    import numpy as np

    # NumPy gets the open file: of a name it would also take a URL.
    with io.TextIOWrapper(opened(path), encoding="utf-8-sig") as file:
        return np.loadtxt(file, delimiter=",", ndmin=2)


def _fault_in_csv(path: str) -> str:
    """Return what is wrong with a table of numbers, and in which line and column."""
    with opened(path) as file:
        data = file.read()
    try:
        lines = decoded(data).splitlines()
    except ValueError as error:
        return f"it {error}"
    first = 0, 0
    for number, line in enumerate(lines, 1):
        cells = [cell.strip() for cell in line.partition("#")[0].split(",")]
        if cells == [""]:
            continue
        for column, cell in enumerate(cells, 1):
            if not _is_number(cell):
                what = f"is no number: {_short(cell)}" if cell else "is empty"
                return f"line {number}, column {column} {what}"
        if first[0] and first[1] != len(cells):
            counts = f"{len(cells)} number{'s' * (len(cells) > 1)}, line {first[0]} has {first[1]}"
            return f"line {number} has {counts}"
        first = first if first[0] else (number, len(cells))
    return "it is no table of numbers"


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return "_" not in cell


def _unreadable(name: str, path: str, why: str) -> MatcalcError:
    message = f"the file with the value of {name} cannot be read: {_short(path)}: {why}"
    return MatcalcError("E405", message, help="files end in .npy or .csv and hold one array of numbers")


def _no_numbers(name: str, path: str, why: str) -> MatcalcError:
    message = f"the file with the value of {name} does not hold an array of numbers: {_short(path)}"
    return MatcalcError("E303", message, notes=[why], help="each line has the numbers of one row, and commas")


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"
