import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcalc.errors import CODES, Label, MatcalcError, Span, render
from matcalc.errors.render import WIDTH


def excerpt(source: str, *labels: tuple[int, int, str]) -> list[str]:
    """The lines below the message, without their indentation."""
    spans = [Label(Span(start, end), text) for start, end, text in labels]
    lines = render(MatcalcError("E102", "no", source=source, labels=spans)).split("\n")
    assert all(line.startswith("  ") for line in lines[1:])
    return [line[2:] for line in lines[1:]]


def test_message_alone() -> None:
    assert render(MatcalcError("E403", "unknown format 'word'")) == "error[E403]: unknown format 'word'"


def test_source_without_labels_is_not_shown() -> None:
    assert excerpt("A*B") == []


def test_label_without_text_draws_carets_only() -> None:
    assert excerpt("A*B", (2, 3, "")) == ["A*B", "  ^"]


def test_labels_hang_from_the_rightmost_to_the_leftmost() -> None:
    assert excerpt("A*B", (0, 1, "left"), (2, 3, "right")) == ["A*B", "^ ^", "│ └ right", "└ left"]


def test_labels_with_one_start_hang_from_one_stem() -> None:
    drawn = excerpt("A*B + C", (0, 7, "sum"), (0, 3, "product"), (6, 7, "term"))
    assert drawn == ["A*B + C", "^^^^^^^", "│     └ term", "├ product", "└ sum"]


def test_narrow_marks_are_drawn_over_wide_ones() -> None:
    labels = [Label(Span(2, 7), "sum"), Label(Span(0, 8), "call", primary=False)]
    lines = str(MatcalcError("E203", "no", source="f(a + b)", labels=labels)).split("\n")
    assert lines[2] == "  --^^^^^-"


@pytest.mark.parametrize("position", [0, 1, 3])
def test_empty_span_shows_one_caret(position: int) -> None:
    assert excerpt("A*B", (position, position, "here"))[1] == " " * position + "^"


@pytest.mark.parametrize("source", ["A*", "A*\n", "A*\r\n\n"])
def test_end_of_input(source: str) -> None:
    assert excerpt(source, (len(source), len(source), "here")) == ["A*", "  ^", "  └ here"]


def test_spans_beyond_the_text_are_clipped() -> None:
    assert excerpt("A*B", (-5, 99, ""))[1] == "^^^"
    assert excerpt("A*B", (50, 99, ""))[1] == "   ^"
    assert excerpt("A*B", (2, 1, ""))[1] == "  ^"


def test_without_source_the_labels_are_listed() -> None:
    assert excerpt("", (0, 0, "an expression is expected"), (0, 0, "")) == ["an expression is expected"]


def test_only_the_lines_concerned_are_shown() -> None:
    assert excerpt("A +\nB*c +\nD", (6, 7, "vector")) == ["B*c +", "  ^", "  └ vector"]


def test_lines_left_out_are_marked() -> None:
    assert excerpt("a\nb\nc\nd", (0, 1, ""), (2, 3, ""), (6, 7, "")) == ["a", "^", "b", "^", "…", "d", "^"]


def test_span_over_several_lines_shows_the_first_and_the_last() -> None:
    drawn = excerpt("tr(A +\nB +\nC)", (2, 13, "not square"))
    assert drawn == ["tr(A +", "  ^^^^", "  └ not square", "…", "C)", "^^"]
    assert excerpt("A +\nB", (0, 4, "")) == ["A +", "^^^"]


def test_tabs_and_control_characters() -> None:
    assert excerpt("\tA*\x00B", (1, 2, ""), (4, 5, "")) == ["    A*\N{REPLACEMENT CHARACTER}B", "    ^  ^"]


def test_invisible_and_surrogate_characters_are_made_visible() -> None:
    assert excerpt("A\u202eB\udc80", (1, 2, ""), (3, 4, "")) == ["A�B�", " ^ ^"]


def test_wide_characters_take_two_columns() -> None:
    assert excerpt("日*x", (0, 1, ""), (2, 3, "")) == ["日*x", "^^ ^"]


def test_combining_characters_take_none() -> None:
    assert excerpt("x\u0302*y", (3, 4, "")) == ["x\u0302*y", "  ^"]
    assert excerpt("ax\u0302*y", (2, 3, "")) == ["ax\u0302*y", " ^"]


def test_long_line_is_cut_around_the_primary_span() -> None:
    source = "+".join(f"x{i}" for i in range(200))
    start = source.index("x100")
    line, carets = excerpt(source, (start, start + 4, ""))
    assert len(line) == WIDTH
    assert line[0] == line[-1] == "…"
    assert line[carets.index("^") : carets.index("^") + 4] == "x100"


def test_labels_outside_the_window_hang_at_its_edges() -> None:
    labels = [
        Label(Span(0, 1), "left", False),
        Label(Span(150, 151), "here"),
        Label(Span(299, 300), "right", False),
    ]
    lines = str(MatcalcError("E202", "no", source="a" * 300, labels=labels)).split("\n")
    assert lines[2] == "  -" + " " * 48 + "^" + " " * 49 + "-"
    assert lines[3].endswith("└ right")
    assert lines[5] == "  └ left"


def test_span_longer_than_the_window() -> None:
    line, carets = excerpt("a" * 50 + "b" * 500, (50, 550, ""))
    assert len(line) == len(carets) == WIDTH
    assert line.startswith("…aaaaaaaaab")
    assert carets == " " * 10 + "^" * 90


def test_wide_characters_at_the_edges_of_the_window() -> None:
    for offset in range(4):
        source = "a" * offset + "日" * 200
        line, carets = excerpt(source, (120, 121, ""))
        width = sum(2 if unicodedata.east_asian_width(char) == "W" else 1 for char in line)
        assert width == WIDTH
        assert carets.count("^") == 2


def test_texts_of_several_lines() -> None:
    labels = [Label(Span(0, 1), "one\ntwo")]
    error = MatcalcError("E102", "a\nb", source="A", labels=labels, notes=["c\nd", ""], help="e\nf")
    expected = ["error[E102]: a", "  b", "  A", "  ^", "  └ one two", "  c", "  d", "", "help: e", "  f"]
    assert render(error).split("\n") == expected


CHARACTERS = st.characters(exclude_categories=()) | st.sampled_from("\t\n\r\u0302\u2028日ab \udc80")
TEXTS = st.text(CHARACTERS, max_size=300)
POSITIONS = st.integers(-2, 310) | st.integers()
LABELS = st.builds(Label, st.builds(Span, POSITIONS, POSITIONS), TEXTS, st.booleans())


@given(
    code=st.sampled_from(sorted(CODES)),
    message=TEXTS,
    source=TEXTS | TEXTS.map(lambda text: text * 7),
    labels=st.lists(LABELS, max_size=6),
    notes=st.lists(TEXTS, max_size=2),
    help=TEXTS,
)
def test_never_raises(
    code: str, message: str, source: str, labels: list[Label], notes: list[str], help: str
) -> None:
    text = render(MatcalcError(code, message, source=source, labels=labels, notes=notes, help=help))
    assert text.startswith(f"error[{code}]:")
    text.encode()


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=WIDTH), st.data())
def test_carets_stand_under_their_span(source: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(source) - 1))
    end = data.draw(st.integers(start + 1, len(source)))
    line, carets, label = excerpt(source, (start, end, "here"))
    assert line == source
    assert carets == " " * start + "^" * (end - start)
    assert label == " " * start + "└ here"
