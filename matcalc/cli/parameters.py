"""What the commands have in common: the expression, the options, and the values that ``--set`` gives."""

from __future__ import annotations

import io
import json
import re
import warnings
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import Field, fields
from functools import reduce
from pathlib import Path
from tokenize import TokenError
from typing import Any, NoReturn

import click

from matcalc.api.options import Options
from matcalc.cli.streams import decoded, opened, standard_input
from matcalc.errors import MatcalcError
from matcalc.expression import Budget, within
from matcalc.language import plain_name

Command = Callable[..., Any]
#: What adds something to a command.
Decorator = Callable[[Command], Command]

#: What options look like: unlike an expression they start with two minus and a word.
OPTION = re.compile(r"--([a-z-]*)(=|$)")
#: Styles and levels of steps, the usual ones first. They are those of ``explanation``, which takes time to
#: load and is needed only to show steps.
STEP_STYLES, STEP_LEVELS = ("backprop", "differential"), ("full", "brief")
#: In front of a word that starts with a minus; no text contains it.
MARK = "\0"
NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
#: Characters of a value that an error shows.
SHOWN = 40


class OneValueCommand(click.Command):
    """A command that refuses a second value of an option that takes one: it would replace the first."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse options that are given twice, then go on as usual."""
        order = self.make_parser(ctx).parse_args(list(args))[2]
        for option in {given for given in order if order.count(given) > 1}:
            if isinstance(option, click.Option) and not option.multiple and not _is_plain_flag(option):
                names = " or ".join(option.opts + option.secondary_opts)
                raise click.UsageError(f"{names} is given twice; only one is taken", ctx)
        return super().parse_args(ctx, args)


def _is_plain_flag(option: click.Option) -> bool:
    return option.is_flag and not option.secondary_opts


class ExpressionCommand(OneValueCommand):
    """A command whose argument may start with a minus; its options all start with two.

    What it does may be bounded by ``--max-nodes``, ``--max-seconds`` and ``--max-entries``.
    """

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        usual = Budget()
        self.params += [
            click.Option(
                ["--max-nodes"], type=click.IntRange(1), metavar="N",
                help=f"Stop after so many nodes of expressions; by default {usual.nodes:,} for each call.",
            ),
            click.Option(
                ["--max-seconds"], type=click.FloatRange(0), metavar="S",
                help=f"Stop after so many seconds of work; by default {usual.seconds:g} for each call.",
            ),
            click.Option(
                ["--max-entries"], type=click.IntRange(1), metavar="N",
                help=f"Refuse to make arrays with more entries together; by default {usual.entries:,}.",
            ),
        ]  # fmt: skip

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command within the budget, if one is given."""
        limits = {name: ctx.params.pop(f"max_{name}") for name in ("nodes", "seconds", "entries")}
        given = {name: limit for name, limit in limits.items() if limit is not None}
        with within(Budget(**given)) if given else nullcontext():
            return super().invoke(ctx)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Mark words that start with one minus, so that they are not taken for options.

        The value of an option is not marked: that is taken whatever it starts with.
        """
        valued = {
            option
            for parameter in self.params
            if isinstance(parameter, click.Option) and not parameter.is_flag
            for option in parameter.opts
        }
        marked = [
            MARK + word if word[:1] == "-" and word != "-" and not OPTION.match(word) else word
            for word in args
        ]
        words = [
            word if before in valued else mark
            for before, word, mark in zip(["", *args], args, marked, strict=False)
        ]
        return super().parse_args(ctx, words)


def expression_argument(command: Command) -> Command:
    """Add the argument ``expression``, which :func:`expression_text` turns into the text."""
    return click.argument("expression", metavar="EXPR")(command)


def expression_text(argument: str) -> str:
    """Return the text of the expression, read from standard input for ``-``."""
    return standard_input().strip() if argument == "-" else argument.removeprefix(MARK)


def combined(*options: Decorator) -> Decorator:
    """Return what adds several options, which ``--help`` lists in this order."""
    return lambda command: reduce(lambda inner, option: option(inner), reversed(options), command)


def _read(function: Callable[[Any], Any]) -> Callable[[click.Context, click.Parameter, Any], Any]:
    """Return the callback of an option whose values are turned into something else."""
    return lambda _context, _parameter, given: function(given)


def names_of(given: tuple[str, ...]) -> list[str]:
    """Return the names that ``--wrt`` lists."""
    return [name.strip() for group in given for name in group.split(",") if name.strip()]


def sizes_of(given: tuple[str, ...]) -> dict[str, int]:
    """Return the sizes by name that ``--dims`` gives; raises a usage error for what is none."""
    sizes: dict[str, int] = {}
    for text in [part.strip() for group in given for part in group.split(",") if part.strip()]:
        name, equals, size = (part.strip() for part in text.partition("="))
        number = _size(size)
        if not equals or not name.isidentifier() or number < 1:
            raise click.UsageError(f"{_short(text)} is not a size: write --dims n=1000,k=5")
        if sizes.setdefault(name, number) != number:
            raise click.UsageError(f"{name} has two sizes")
    return sizes


def _size(text: str) -> int:
    """Return the number that a text writes, 0 if that is no size or has more digits than Python reads."""
    try:
        return int(text) if text.isdecimal() else 0
    except ValueError:
        return 0


def declarations_of(given: tuple[str, ...]) -> dict[str, str]:
    """Return the kinds by name that ``--var`` declares; raises E402 for what cannot be read."""
    kinds: dict[str, str] = {}
    for text in given:
        name, colon, kind = text.partition(":")
        name = name.strip()
        if not colon or not name.isidentifier():
            help_text = "write --var 'NAME: KIND', as in --var 'S: symmetric(n)'"
            raise MatcalcError("E402", f"the declaration {text} cannot be read", help=help_text)
        if name in kinds:
            raise MatcalcError("E402", f"{name} is declared twice")
        kinds[name] = kind.strip()
    return kinds


#: How options are spelled that are not called like their fields.
_SPELLING = {"variables": "--var", "names": "--no-names", "latex": "--latex/--text"}


def derivative_options(*names: str) -> Decorator:
    """Return what adds options of :class:`Options`; the command takes them as the functions of the API do."""
    return combined(*(_derivative_option(field) for field in fields(Options) if field.name in names))


def _derivative_option(field: Field[Any]) -> Decorator:
    values = [value for value in field.metadata["values"] if value]
    settings: dict[str, Any] = {"default": field.default, "show_default": bool(values and field.default)}
    if field.name == "variables":
        settings = {"multiple": True, "metavar": "'NAME: KIND'", "callback": _read(declarations_of)}
    elif field.default is True:
        settings |= {"is_flag": True, "flag_value": False}
    elif values:
        settings["type"] = click.Choice(values)
    spelling = _SPELLING.get(field.name, f"--{field.name}")
    return click.option(spelling, field.name, help=field.metadata["words"], **settings)


def format_option(*notations: str, help_text: str = "How to print the result.") -> Decorator:
    """Return what adds ``--format`` with these notations, the first of which is the default."""
    choice = click.Choice(notations)
    return click.option(
        "--format", "notation", default=notations[0], show_default=True, type=choice, help=help_text
    )


def seed_option(help_text: str) -> Decorator:
    """Return what adds ``--seed``."""
    return click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help=help_text)


def wrt_option(help_text: str) -> Decorator:
    """Return what adds ``--wrt``, a list of names."""
    settings: dict[str, Any] = {"multiple": True, "metavar": "NAME[,NAME...]", "callback": _read(names_of)}
    return click.option("--wrt", help=f"{help_text} Not needed where EXPR names it.", **settings)


def dims_option(help_text: str) -> Decorator:
    """Return what adds ``--dims``, the sizes by name."""
    settings: dict[str, Any] = {"metavar": "NAME=SIZE[,NAME=SIZE...]", "callback": _read(sizes_of)}
    return click.option("--dims", multiple=True, help=help_text, **settings)


check_options = combined(
    click.option("--no-check", is_flag=True, help="Print the result unchecked."),
    click.option(
        "--trials", default=5, show_default=True, type=click.IntRange(1, 1000),
        help="The number of random instances in the check.",
    ),
    seed_option("Seed of the check."),
)  # fmt: skip
steps_options = combined(
    click.option("--steps", is_flag=True, help="Show the derivation of a gradient, line by line."),
    click.option("--style", type=click.Choice(STEP_STYLES), help="The style of the steps."),
    click.option("--level", type=click.Choice(STEP_LEVELS), help="Lines with rules and laws, or alone."),
    click.option("--hint", type=click.IntRange(0), metavar="N", help="Only the line after the first N."),
)


def values_of(given: tuple[str, ...], kinds: Mapping[str, str]) -> dict[str, Any]:
    """Return the values by name that ``--set`` gives.

    ``kinds`` are those of the variables, as ``vector(n)``: of a file with one column or row it is a
    matter of kind whether that is a vector. Raises E303 for what is no number or list of numbers,
    E403 for what has no name, E405 for a file that cannot be read.

    >>> values_of(("x=[1, 2]", "A=[1 2; 3 4]"), {})
    {'x': [1.0, 2.0], 'A': [[1.0, 2.0], [3.0, 4.0]]}
    """
    values: dict[str, Any] = {}
    for text in given:
        name, equals, value = (part.strip() for part in text.removeprefix(MARK).partition("="))
        if not equals or not name.isidentifier():
            help_text = "write --set NAME=VALUE, as in --set 'x=[1,2,3]' or --set A=a.npy"
            raise MatcalcError("E403", f"--set {_short(text)} cannot be read", help=help_text)
        name = plain_name(name)
        if name in values:
            raise MatcalcError("E403", f"--set gives two values to {name}")
        values[name] = _value(name, value, kinds.get(name, ""))
    return values


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
        help_text = (
            "write a number, a list such as [1,2,3], [[1,2],[3,4]] or [1 2; 3 4], or a file .npy or .csv"
        )
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
        raise _unreadable(name, path, "it does not fit into memory") from None
    except (ValueError, TypeError, OverflowError, SyntaxError, TokenError) as error:
        if suffix == ".csv":
            raise _no_numbers(name, path, _fault_in_csv(path)) from None
        is_pickle = "pickle" in str(error)
        what = "it holds Python objects, which are not loaded" if is_pickle else "it is not a .npy file"
        raise _unreadable(name, path, what) from None
    if array.size == 0:
        raise _no_numbers(name, path, "it is empty")
    return array


def _read_npy(path: str) -> Any:
    from matcalc.numeric.floats import numpy_for

    np = numpy_for("reading a file .npy")
    with opened(path) as file:
        return np.lib.format.read_array(file, allow_pickle=False)


def _read_csv(path: str) -> Any:
    from matcalc.numeric.floats import numpy_for

    np = numpy_for("reading a file .csv")
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
                what = f"is not a number: {_short(cell)}" if cell else "is empty"
                return f"line {number}, column {column} {what}"
        if first[0] and first[1] != len(cells):
            counts = f"{len(cells)} number{'s' * (len(cells) > 1)}, line {first[0]} has {first[1]}"
            return f"line {number} has {counts}"
        first = first if first[0] else (number, len(cells))
    return "it is not a table of numbers"


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
    return MatcalcError(
        "E303", message, notes=[why], help="each line has the numbers of one row, separated by commas"
    )


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"
