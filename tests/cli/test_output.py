"""Printing: every form says the same, nothing from a feed reaches the terminal or a spreadsheet as
a command.
"""

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.cli.output import Format, highlight, print_rows

ROW = {
    "id": "3f9c",
    "title": "Judge | orders",
    "at": datetime(2025, 6, 6, 14, 5, tzinfo=UTC),
    "cases": ("a", "b"),
    "none": None,
    "share": 0.875,
}


def printed(capsys: pytest.CaptureFixture[str], rows: list[dict[str, object]], form: Format) -> str:
    print_rows(rows, ("id", "title"), form)
    return capsys.readouterr().out


def test_jsonl_is_one_object_a_line_with_utc_times(capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, [ROW, ROW], Format.JSONL).splitlines()

    assert len(lines) == 2
    assert json.loads(lines[0])["at"] == "2025-06-06T14:05:00Z"
    assert json.loads(lines[0])["cases"] == ["a", "b"]


def test_json_is_one_array_an_empty_one_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(printed(capsys, [], Format.JSON)) == []
    assert len(json.loads(printed(capsys, [ROW], Format.JSON))) == 1


def test_csv_has_a_head_and_all_fields(capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(printed(capsys, [ROW], Format.CSV))))

    assert rows[0]["title"] == "Judge | orders"
    assert json.loads(rows[0]["cases"]) == ["a", "b"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t="])
def test_csv_defuses_formulas(capsys: pytest.CaptureFixture[str], start: str) -> None:
    text = printed(capsys, [{"title": f"{start}HYPERLINK(1)"}], Format.CSV)

    assert next(csv.reader(io.StringIO(text.split("\n", 1)[1])))[0].startswith("'")


def test_markdown_escapes_bars(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Judge \\| orders" in printed(capsys, [ROW], Format.MD)


@given(st.text())
def test_no_form_lets_a_control_character_through(text: str) -> None:
    import contextlib

    for form in Format:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            print_rows([{"title": text + "\x1b]0;owned\x07\x9b2J\u202e"}], ("title",), form)
        assert not any(char in out.getvalue() for char in "\x1b\x07\x9b\u202e\x00")


def test_a_headline_in_brackets_is_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    assert "[bold]x[/x]" in printed(capsys, [{"id": "1", "title": "[bold]x[/x]"}], Format.TABLE)


def test_found_words_are_marked_whatever_their_accents() -> None:
    assert highlight(
        "El juez ordenó que Ábrego García’s lawyers", {"abrego", "garcia", "orden*"}
    ) == "El juez »ordenó« que »Ábrego García’s lawyers".replace("’s", "«’s")


@given(st.text(), st.sets(st.text(min_size=1, max_size=5)))
def test_marking_adds_nothing_but_marks(text: str, found: set[str]) -> None:
    kept = text.replace("»", "").replace("«", "")

    assert highlight(kept, found).replace("»", "").replace("«", "") == kept
