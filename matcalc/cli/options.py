"""What the commands that take an expression have in common: the argument, declarations, options."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, TypeVar

import click

from matcalc.calculus import CHOICES
from matcalc.cli.streams import standard_input
from matcalc.errors import MatcalcError
from matcalc.expression import Budget, within
from matcalc.language import SHAPES

Command = TypeVar("Command", bound=Callable[..., Any])

#: What options look like: unlike an expression they start with two minus and a word.
OPTION = re.compile(r"--([a-z-]*)(=|$)")
#: Styles and levels of steps, the usual ones first. They are those of ``explanation``, which takes time to
#: load and is needed only to show steps.
STEP_STYLES, STEP_LEVELS = ("backprop", "differential"), ("full", "brief")
#: In front of a word that starts with a minus; no text contains it.
MARK = "\0"


class OneValueCommand(click.Command):
    """A command that refuses a second value of an option that takes one: it would replace the first."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse options that are given twice, then go on as usual."""
        order = self.make_parser(ctx).parse_args(list(args))[2]
        for option in {one for one in order if order.count(one) > 1}:
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


def var_option(command: Command) -> Command:
    """Add ``--var``, whose values :func:`declarations_of` reads."""
    return click.option(
        "--var",
        "declarations",
        multiple=True,
        metavar="'NAME: KIND'",
        help="Declare a variable, as in 'S: symmetric(n)'.",
    )(command)


def latex_option(command: Command) -> Command:
    """Add ``--latex`` and ``--text``."""
    help_text = "Read EXPR as LaTeX, or not; by default a backslash decides."
    return click.option("--latex/--text", default=None, help=help_text)(command)


def format_option(
    *notations: str, help_text: str = "How to print the result."
) -> Callable[[Command], Command]:
    """Return what adds ``--format`` with these notations, the first of which is the default."""

    def add(command: Command) -> Command:
        return click.option(
            "--format",
            "notation",
            default=notations[0],
            show_default=True,
            type=click.Choice(notations),
            help=help_text,
        )(command)

    return add


def seed_option(help_text: str) -> Callable[[Command], Command]:
    """Return what adds ``--seed``."""

    def add(command: Command) -> Command:
        return click.option("--seed", default=0, show_default=True, type=click.IntRange(0), help=help_text)(
            command
        )

    return add


def wrt_option(help_text: str) -> Callable[[Command], Command]:
    """Return what adds ``--wrt``, whose values :func:`names_of` reads."""

    def add(command: Command) -> Command:
        metavar = "NAME[,NAME...]"
        return click.option("--wrt", required=True, multiple=True, metavar=metavar, help=help_text)(command)

    return add


def names_of(given: tuple[str, ...]) -> list[str]:
    """Return the names that ``--wrt`` lists."""
    return [name.strip() for group in given for name in group.split(",") if name.strip()]


def symmetric_option(command: Command) -> Command:
    """Add ``--symmetric``."""
    return click.option(
        "--symmetric",
        type=click.Choice(CHOICES),
        default="projected",
        show_default=True,
        help="How the derivative respects the structure of the variable.",
    )(command)


def check_options(command: Command) -> Command:
    """Add ``--no-check``, ``--trials`` and ``--seed``."""
    help_text = "The number of random instances in the check."
    for option in (
        seed_option("Seed of the check."),
        click.option("--trials", default=5, show_default=True, type=click.IntRange(1, 1000), help=help_text),
        click.option("--no-check", is_flag=True, help="Print the result unchecked."),
    ):
        command = option(command)
    return command


def dims_option(help_text: str) -> Callable[[Command], Command]:
    """Return what adds ``--dims``, whose values :func:`sizes_of` reads."""

    def add(command: Command) -> Command:
        metavar = "NAME=SIZE[,NAME=SIZE...]"
        return click.option("--dims", multiple=True, metavar=metavar, help=help_text)(command)

    return add


def sizes_of(given: tuple[str, ...]) -> dict[str, int]:
    """Return the sizes by name that ``--dims`` gives; raises a usage error for what is none."""
    found: dict[str, int] = {}
    for text in [part.strip() for group in given for part in group.split(",") if part.strip()]:
        name, equals, size = (part.strip() for part in text.partition("="))
        if not equals or not name.isidentifier() or not size.isdecimal() or int(size) < 1:
            raise click.UsageError(f"{text} is not a size: write --dims n=1000,k=5")
        if found.setdefault(name, int(size)) != int(size):
            raise click.UsageError(f"{name} has two sizes")
    return found


def steps_options(command: Command) -> Command:
    """Add ``--steps``, ``--style``, ``--level`` and ``--hint``."""
    for option in (
        click.option("--hint", type=click.IntRange(0), metavar="N", help="Only the line after the first N."),
        click.option("--level", type=click.Choice(STEP_LEVELS), help="Lines with rules and laws, or alone."),
        click.option("--style", type=click.Choice(STEP_STYLES), help="The style of the steps."),
        click.option("--steps", is_flag=True, help="Show the derivation of a gradient, line by line."),
    ):
        command = option(command)
    return command


def declarations_of(given: tuple[str, ...]) -> dict[str, str]:
    """Return the kinds by name that ``--var`` declares; raises E402 for what cannot be read."""
    found: dict[str, str] = {}
    for text in given:
        name, colon, kind = text.partition(":")
        name = name.strip()
        if not colon or not name.isidentifier():
            help_text = "write --var 'NAME: KIND', as in --var 'S: symmetric(n)'"
            raise MatcalcError("E402", f"the declaration {text} cannot be read", help=help_text)
        if name in found:
            raise MatcalcError("E402", f"{name} is declared twice")
        found[name] = kind.strip()
    return found


def shape_of(kind: str) -> tuple[str, ...]:
    """Return the shape of a variable of this kind."""
    word, _, dims = kind.partition("(")
    shape = tuple(dims.partition(")")[0].split(",")) if dims else ()
    square = word not in SHAPES
    return shape * 2 if square else shape
