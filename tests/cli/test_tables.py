"""Tables at the width of a terminal: every column can be read, no word is broken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.cli.tables import MIN_WORDS_WIDTH, lay_out, text_width, wrap

WORDS = st.text(st.sampled_from("abcdé日本 -"), max_size=120).map(
    lambda text: " ".join(text.split())
)
CELLS = st.lists(st.lists(WORDS, min_size=4, max_size=4), min_size=1, max_size=5)
NAMES = ("id", "outlet", "first_found_at", "summary")
LONG = "The harbour board closed the old pier after three of its pillars had given way."


def test_what_fits_stands_on_one_line_under_its_head() -> None:
    lines = lay_out(("id", "last_ok_at"), [("3f9c", "08:00"), ("b", "09:00")], width=80)

    assert lines == ["id    last ok at", "3f9c  08:00", "b     09:00"]


def test_a_detail_that_does_not_fit_stands_below_its_row_with_all_the_room() -> None:
    rows = [("3f9c", "Gazette", LONG)]

    lines = lay_out(("id", "outlet", "summary"), rows, width=50, details=("summary",))

    assert lines == [
        "id    outlet",
        "3f9c  Gazette",
        "    The harbour board closed the old pier after",
        "    three of its pillars had given way.",
    ]


def test_a_detail_that_does_not_say_what_it_is_has_its_name() -> None:
    lines = lay_out(("id", "error"), [("3f9c", LONG)], width=50, details=("error",))

    assert lines[2].startswith("    error: The harbour board")


def test_a_cell_that_is_too_long_goes_on_below_itself_indented() -> None:
    lines = lay_out(("title", "state"), [(LONG, "ok")], width=40)

    assert lines == [
        "title                              state",
        "The harbour board closed the old   ok",
        "  pier after three of its pillars",
        "  had given way.",
    ]


def test_columns_without_room_are_left_out_from_the_right() -> None:
    rows = [("3f9c", "2025-06-06 14:05", "https://gazette.example/a/very/long/address", "x")]
    names = ("id", "found_at", "url", "state")

    assert lay_out(names, rows, width=40)[0].split() == ["id", "found", "at"]
    assert "url" in lay_out(names, rows, width=90)[0]


def test_a_row_goes_on_in_the_next_line_after_a_word_wider_than_its_column() -> None:
    slug = "the-accounts-of-the-harbour-board"
    rows = [("pier", "3", "2025-06-06"), (slug, "12", "2025-06-07")]

    assert lay_out(("slug", "articles", "last_at"), rows, width=48) == [
        "slug                        articles  last at",
        "pier                        3         2025-06-06",
        "the-accounts-of-the-harbour-board",
        "                            12        2025-06-07",
    ]


def test_an_address_wider_than_its_room_stands_whole_and_shifts_nothing() -> None:
    rows = [("database", f"sqlite:///{'x' * 60}.db is new"), ("timezone", "UTC")]

    assert lay_out(("key", "value"), rows, width=40) == [
        "key       value",
        f"database  sqlite:///{'x' * 60}.db",
        "            is new",
        "timezone  UTC",
    ]


def test_a_column_in_which_nothing_stands_is_left_out() -> None:
    assert lay_out(("id", "error"), [("3f9c", ""), ("b", "")], width=80) == ["id", "3f9c", "b"]


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("", 9, [""]),
        ("one two", 9, ["one two"]),
        ("one two three", 9, ["one two", "three"]),
        ("https://a.example/long x", 9, ["https://a.example/long", "x"]),
        ("港の桟橋が閉鎖された", 8, ["港の桟橋", "が閉鎖さ", "れた"]),
    ],
)
def test_text_is_wrapped_between_words(text: str, width: int, expected: list[str]) -> None:
    assert wrap(text, width) == expected


def test_places_are_counted_as_terminals_do() -> None:
    assert [text_width(text) for text in ("abc", "é", "e\u0301", "港", "")] == [3, 1, 1, 2, 0]


@given(CELLS, st.integers(40, 200))
def test_no_line_is_wider_than_the_terminal_and_no_word_is_broken(
    rows: list[list[str]], width: int
) -> None:
    lines = lay_out(NAMES, rows, width=width, details=("summary",))

    shown = {word for line in lines for word in line.split()}
    summaries = {word for row in rows for word in row[3].split() if word.isascii()}
    assert summaries <= shown
    longest = max(text_width(word) for line in lines for word in line.split())
    assert all(text_width(line) <= width or longest > MIN_WORDS_WIDTH for line in lines)


@given(WORDS, st.integers(1, 60))
def test_wrapping_loses_and_adds_nothing(text: str, width: int) -> None:
    lines = wrap(text, width)

    assert "".join("".join(lines).split()) == "".join(text.split())
