"""What changed between two texts, and where sentences stand in one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.pages.charts import HEIGHT, WIDTH, spark
from monitor.pages.rendering import mark
from monitor.pages.words import DiffPiece, compare

texts = st.text("ab ,.\n", max_size=60)


@given(texts, texts)
def test_both_texts_can_be_read_from_the_pieces(older: str, newer: str) -> None:
    pieces = compare(older, newer)

    assert "".join(piece.text for piece in pieces if piece.kind != "came") == older
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == newer


def test_a_changed_word_is_what_changed() -> None:
    assert compare("The pier is open.", "The pier is shut.") == [
        DiffPiece("same", "The pier is "),
        DiffPiece("gone", "open"),
        DiffPiece("came", "shut"),
        DiffPiece("same", "."),
    ]


def test_a_very_long_text_is_compared_by_its_lines() -> None:
    older = "word " * 11_000 + "\nThe end."
    newer = "word " * 11_000 + "\nThe beginning."

    assert [(piece.kind, piece.text[-10:]) for piece in compare(older, newer)] == [
        ("same", "ord word \n"),
        ("gone", "The end."),
        ("came", "beginning."),
    ]


@given(st.text(max_size=80), st.lists(st.text(max_size=10), max_size=4))
def test_marking_loses_nothing_of_a_text(text: str, sentences: list[str]) -> None:
    assert "".join(piece for _, piece in mark(text, sentences)) == text


def test_a_sentence_within_another_does_not_cut_it() -> None:
    assert mark("It is shut. It is shut for good.", ["It is shut", "It is shut for good."]) == [
        (True, "It is shut"),
        (False, ". "),
        (True, "It is shut for good."),
    ]


@given(st.lists(st.integers(0, 10_000), max_size=70))
def test_a_line_stays_in_its_box(counts: list[int]) -> None:
    points = [point.split(",") for point in spark(counts).lstrip("M").split(" L") if point]

    assert len(points) == (len(counts) if any(counts) else 0)
    assert all(0 <= float(x) <= WIDTH and 0 <= float(y) <= HEIGHT for x, y in points)
