"""The error that every layer raises for whatever a user can cause."""

from collections.abc import Iterable
from typing import Self

from matcalc.errors.codes import CODES
from matcalc.errors.render import render, show_in_console
from matcalc.errors.span import Label, Span


class MatcalcError(Exception):
    """An error with a code of ``CODES``, pointing into the text that it concerns.

    >>> places = [Label(Span(0, 1), "A is m×n"), Label(Span(2, 3), "b is m×1")]
    >>> print(MatcalcError("E201", "inner dimensions differ", source="A*b", labels=places, help="try A'*b"))
    error[E201]: inner dimensions differ
      A*b
      ^ ^
      │ └ b is m×1
      └ A is m×n
    help: try A'*b
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        source: str = "",
        labels: Iterable[Label] = (),
        notes: Iterable[str] = (),
        help: str = "",
    ) -> None:
        if code not in CODES:
            raise ValueError(f"{code!r} is not an error code; see matcalc.errors.CODES")
        super().__init__(code, message)  # what pickle calls the class with; the rest travels in __dict__
        self.code = code
        self.message = message
        self.source = source
        self.labels = tuple(labels)
        self.notes = tuple(notes)
        self.help = help

    def __str__(self) -> str:
        return render(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MatcalcError) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((self.code, self.message))  # what never changes; source and help may be added

    _repr_pretty_ = show_in_console

    @property
    def exit_code(self) -> int:
        """The exit code with which the command line ends on this error.

        >>> MatcalcError("E103", "the expression ends here").exit_code
        3
        """
        return CODES[self.code].exit_code

    @property
    def span(self) -> Span:
        """The span of the first primary label, else of the first label, else ``Span(0, 0)``.

        >>> MatcalcError("E104", "no closing bracket", labels=[Label(Span(2, 3), "opened here")]).span
        Span(start=2, end=3)
        """
        first = next((label for label in self.labels if label.primary), None)
        if first is None:
            first = next(iter(self.labels), None)
        return Span(0, 0) if first is None else first.span

    def with_source(self, text: str) -> Self:
        """This same error, its source set to ``text`` if it had none.

        A layer that knows places but not the text raises without a source; whoever has the text adds it.

        >>> MatcalcError("E103", "the expression ends here").with_source("A*").source
        'A*'
        """
        if not self.source:
            self.source = text
        return self

    def as_dict(self) -> dict[str, object]:
        """The error as an entry of ``diagnostics`` in the JSON document.

        >>> MatcalcError("E105", "unknown function 'foo'", help="did you mean cos?").as_dict()["help"]
        'did you mean cos?'
        """
        return {
            "code": self.code,
            "level": "error",
            "message": self.message,
            "spans": [
                {"start": span.start, "end": span.end, "label": text, "primary": primary}
                for span, text, primary in self.labels
            ],
            "notes": list(self.notes),
            "help": self.help,
        }
