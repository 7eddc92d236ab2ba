"""Printing: every form says the same, nothing from a feed reaches the terminal or a spreadsheet as
a command.
"""

import csv
import io
import json
import sys
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.cli.output import (
    Format,
    Progress,
    cell,
    highlight,
    is_for_person,
    print_record,
    print_rows,
    talk,
)

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


def test_a_person_sees_what_is_counted_by_name() -> None:
    assert cell({1: 3, "late": None}) == "1: 3, late: "


def test_csv_has_a_head_and_all_fields(capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(printed(capsys, [ROW], Format.CSV))))

    assert rows[0]["title"] == "Judge | orders"
    assert json.loads(rows[0]["cases"]) == ["a", "b"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\n=", "＝", "＋", "－", "＠"])
def test_csv_defuses_formulas(capsys: pytest.CaptureFixture[str], start: str) -> None:
    text = printed(capsys, [{"title": f"{start}HYPERLINK(1)"}], Format.CSV)

    assert next(csv.reader(io.StringIO(text.split("\n", 1)[1])))[0].startswith("'")


def test_markdown_escapes_bars(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Judge \\| orders" in printed(capsys, [ROW], Format.MD)


def test_a_headline_is_no_markup_in_markdown(capsys: pytest.CaptureFixture[str]) -> None:
    title = "<script>x</script> [a](http://x.example) **b** \\| c & www.x.example"

    *_, line = printed(capsys, [{"id": "1", "title": title}], Format.MD).splitlines()

    assert line == (
        "| 1 | \\<script\\>x\\</script\\> \\[a\\]\\(h\u200bttp://x\\.example\\)"
        " \\*\\*b\\*\\* \\\\\\| c \\& w\u200bww\\.x\\.example |"
    )


def test_an_address_in_markdown_can_be_copied(capsys: pytest.CaptureFixture[str]) -> None:
    row = {"id": "1", "title": "https://g.example/a_b?c=1|2"}

    assert "| `https://g.example/a_b?c=1%7C2` |" in printed(capsys, [row], Format.MD)


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


def test_a_sign_that_stands_for_two_words_is_marked_once() -> None:
    assert highlight("¼ mile", {"1", "4"}) == "»¼« mile"


@given(st.text(), st.sets(st.text(min_size=1, max_size=5)))
def test_marking_adds_nothing_but_marks(text: str, found: set[str]) -> None:
    kept = text.replace("»", "").replace("«", "")

    assert highlight(kept, found).replace("»", "").replace("«", "") == kept


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (0, "0"),
        (1_234, "1234"),
        (0.876, "0.88"),
        (1.0, "1.00"),
        ("two\nlines\tand a tab", "two lines and a tab"),
        (("us", "courts"), "us, courts"),
        ([], ""),
        ([0.5, None, True], "0.50, , yes"),
        (datetime(2025, 6, 6, 14, 5, 59, tzinfo=UTC), "2025-06-06 16:05"),
        ((datetime(2025, 6, 6, 23, tzinfo=UTC),), "2025-06-07 01:00"),
    ],
)
def test_a_cell_is_a_short_text_in_the_time_zone_of_the_config(value: Any, expected: str) -> None:
    assert cell(value, ZoneInfo("Europe/Berlin")) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (datetime(2025, 6, 6, 14, 5, tzinfo=UTC), "2025-06-06T14:05:00Z"),
        (datetime(2025, 6, 6, 14, 5, 0, 120_000, tzinfo=UTC), "2025-06-06T14:05:00.120000Z"),
        (date(2025, 6, 6), "2025-06-06"),
        (("a", None, 1), ["a", None, 1]),
        ({1: {"at": date(2025, 6, 6)}}, {"1": {"at": "2025-06-06"}}),
        ("a\x1b[2Jb\u202e", "a[2Jb"),
        ("Ábrego", "Ábrego"),
        (0.875, 0.875),
    ],
)
def test_programs_get_values_as_json_has_them(
    value: Any, expected: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    print_rows([{"value": value}], (), Format.JSONL)

    assert json.loads(capsys.readouterr().out) == {"value": expected}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (("a", "b"), '["a", "b"]'),
        ({"code": "x"}, '{"code": "x"}'),
        (True, "True"),
        ("two\nlines", "two\nlines"),
        ('a "quoted", b', 'a "quoted", b'),
        ("a-b", "a-b"),
        ("-1", "'-1"),
        (-1, "-1"),
    ],
)
def test_csv_cells_survive_a_spreadsheet(
    value: Any, expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    print_rows([{"value": value, "end": "."}], (), Format.CSV)

    assert list(csv.DictReader(io.StringIO(capsys.readouterr().out))) == [
        {"value": expected, "end": "."}
    ]


def test_a_record_has_a_line_for_each_field_where_a_person_reads(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_record({"last_poll_at": None, "items": 3}, Format.MD)

    assert capsys.readouterr().out.splitlines() == [
        "| what | value |",
        "|---|---|",
        "| last poll at |  |",
        "| items | 3 |",
    ]


def test_a_record_is_one_row_for_a_program(capsys: pytest.CaptureFixture[str]) -> None:
    print_record({"last_poll_at": None, "items": 3}, Format.JSONL)

    assert capsys.readouterr().out == '{"last_poll_at": null, "items": 3}\n'


def test_a_pipe_gets_lines_of_json_unless_asked_otherwise(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_rows([{"id": "1"}], ("id",), None)

    assert capsys.readouterr().out == '{"id": "1"}\n'
    assert [form for form in (None, *Format) if is_for_person(form)] == [Format.TABLE, Format.MD]


def test_a_table_shows_the_columns_asked_for_and_other_forms_all_fields(
    capsys: pytest.CaptureFixture[str],
) -> None:
    printed_by_form = {form: printed(capsys, [ROW], form) for form in Format}

    shows_share = {form for form, text in printed_by_form.items() if "0.875" in text}
    assert shows_share == {Format.JSON, Format.JSONL, Format.CSV}


def test_talk_goes_to_stderr_and_never_into_data(capsys: pytest.CaptureFixture[str]) -> None:
    talk("feeds: 1 new\x1b[2J")

    assert capsys.readouterr() == ("", "feeds: 1 new[2J\n")


def steps(total: int, capsys: pytest.CaptureFixture[str]) -> list[str]:
    progress = Progress(total, "feed")
    for _ in range(total):
        progress.step()
    told = capsys.readouterr()
    assert told.out == ""
    return told.err.splitlines()


def test_a_long_work_tells_a_person_each_tenth_of_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)

    assert steps(500, capsys) == [f"{part} of 500 feeds" for part in range(50, 501, 50)]
    assert len(steps(27, capsys)) == 10
    assert steps(19, capsys) == []


def test_a_long_work_tells_a_program_nothing_on_its_way(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert steps(500, capsys) == []


def test_a_cell_that_is_too_long_is_cut_between_words(capsys: pytest.CaptureFixture[str]) -> None:
    shown = printed(capsys, [{"id": "0123456789abcdef", "title": "harbour " * 90}], Format.TABLE)

    assert set(shown.split()) <= {"id", "title", "harbour", "harbour…", "01234567", "title:"}
    assert shown.count("…") == 1


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        ("The court met.", set(), "The court met."),
        ("The Court met.", {"court"}, "The »Court« met."),
        ("The courts met.", {"court"}, "The courts met."),
        ("The courts met.", {"court*"}, "The »courts« met."),
        ("night ferry case", {"night", "ferry"}, "»night ferry« case"),
        ("night-ferry case", {"night", "ferry"}, "»night«-»ferry« case"),
        ("", {"ferry"}, ""),
    ],
)
def test_the_words_that_were_found_stand_in_marks(
    text: str, found: set[str], expected: str
) -> None:
    assert highlight(text, found) == expected
