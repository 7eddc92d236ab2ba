"""What changed between two texts, and where sentences stand in one."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import httpx
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from monitor.daemon.observability.web_server import serve
from monitor.daemon.pulse import Pulse
from monitor.pages.charts import HEIGHT, WIDTH, spark
from monitor.pages.library import Library
from monitor.pages.rendering import mark
from monitor.pages.words import DiffPiece, compare
from monitor.settings import load_settings
from monitor.store import Store
from tests.pipeline.program import start_program
from tests.store.rows import NOW, add_article, add_revision, fetched

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


def test_the_page_of_changes_keeps_blanks_and_paragraphs(tmp_path: Path) -> None:
    folder = start_program(tmp_path / "config").folder
    settings = load_settings(folder, {})
    older = "An opinion of 37 pages was read.\n\nNobody <b>spoke</b>."
    newer = "An opinion of 39 pages was read.\n\nNobody <b>spoke</b>. They left at noon."
    with closing(Store(settings.database_url)) as store:
        key = store.write(add_article, fetched(1, older))
        store.write(add_revision, key.article_id, fetched(1, newer), number=2)
        library = Library(store, lambda: settings, lambda: NOW)
        server = serve("127.0.0.1:0", "", library, Pulse(), lambda: b"")
        base = "http://{}:{}".format(*server.address)
        try:
            (article,) = library.articles(case=None, limit=2)
            page = html.fromstring(httpx.get(f"{base}/articles/{article.id}/changes").text)
        finally:
            server.stop()

    (text,) = page.xpath("//div[contains(@class, 'diff')]")
    gone, came = text.xpath(".//del"), text.xpath(".//ins")
    assert [one.text_content() for one in gone] == ["37"]
    assert [one.text_content().strip() for one in came] == ["39", "They left at noon."]
    for one in gone:
        one.drop_tree()
    assert text.text_content() == newer
