"""A plain text is read as paragraphs, however its lines were broken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.extraction import extract_page
from monitor.extraction.extract import MAX_TAGS
from monitor.model import Page, PageStatus
from tests.extraction.pages import PARAGRAPHS, TEXT, article

ORDER = "Order on the harbor of Loe"


def read(text: str) -> Page:
    return extract_page(
        text.encode(), url="https://court.example/order.txt", media_type="text/plain"
    )


def wrap(text: str, width: int = 72) -> str:
    """A text with its lines broken, as a program for letters does."""
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


@pytest.mark.parametrize("parting", ["\n\n", "\r\n\r\n", "\n \n", "\n\n\n\n", "\f"])
def test_paragraphs_are_parted_by_empty_lines(parting: str) -> None:
    page = read(parting.join(PARAGRAPHS))

    assert (page.status, page.text) == (PageStatus.OK, TEXT)


def test_lines_of_a_paragraph_each_are_parted_too() -> None:
    assert read("\n".join(PARAGRAPHS)).text == TEXT


@pytest.mark.parametrize("parting", ["\n\n", "\n    "])
def test_lines_broken_for_their_width_are_joined(parting: str) -> None:
    assert read(parting.join(map(wrap, PARAGRAPHS))).text == TEXT


def test_a_sentence_that_ends_where_a_word_had_room_ends_a_paragraph() -> None:
    lines = [wrap(PARAGRAPHS[0], 90), wrap(PARAGRAPHS[2], 90)]

    assert read("\n".join(lines)).text.split("\n\n") == [PARAGRAPHS[0], PARAGRAPHS[2]]


def test_a_script_without_spaces_is_joined_without_them() -> None:
    lines = "裁判所は金曜日、港の管理者に対し\n記録を十日以内に渡すよう命じた。"

    assert lines.replace("\n", "") in read("\n\n".join([lines, *PARAGRAPHS])).text


def test_points_of_a_list_are_paragraphs() -> None:
    points = "1. The warden of the pier is dismissed\n   today;\n2. the marshals take his place."

    assert read(f"{TEXT}\n\n{points}").text.split("\n\n")[3:] == [
        "1. The warden of the pier is dismissed today;",
        "2. the marshals take his place.",
    ]


def test_a_short_first_line_that_stands_alone_is_the_title() -> None:
    page = read(f"{ORDER}\n\n{TEXT}")

    assert (page.title, page.text) == (ORDER, TEXT)


@pytest.mark.parametrize(
    "first", [PARAGRAPHS[0], "The clerk read it aloud.", f"{ORDER}\non Friday"]
)
def test_a_first_line_of_the_text_is_no_title(first: str) -> None:
    assert read(f"{first}\n\n{TEXT}").title == ""


def test_signs_of_markup_in_a_text_are_its_own_characters() -> None:
    line = "The firm <Loe & Sons> said on Friday that a < b and that no sample was taken at all."

    assert line in read(f"{line}\n\n{TEXT}").text


def test_a_page_that_is_served_as_plain_text_is_read_as_a_page() -> None:
    page = read(article().decode())

    assert (page.title, page.text) == ("Harbor case: judge wants records", TEXT)


def test_what_is_no_text_is_not_read() -> None:
    assert read(f"\x00\x01\x02{TEXT}").status is PageStatus.UNREADABLE


def test_a_text_has_no_more_paragraphs_than_a_page_has_tags() -> None:
    assert read("a\n\n" * MAX_TAGS).status is PageStatus.TOO_LARGE


@given(st.text(alphabet=st.sampled_from("ab. \n\t\r\f<>&-1字。\u2028\x00"), max_size=60))
def test_any_text_is_read(text: str) -> None:
    assert isinstance(read(text), Page)
