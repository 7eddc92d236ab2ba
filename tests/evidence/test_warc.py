"""Stored texts as an archive that other programs read."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from monitor.evidence.warc import ArchivedText, write_warc
from tests.world import at

TEXT = ArchivedText(
    "https://gazette.example/pier",
    1,
    "Pier closed",
    "The harbour master closed the old pier.\n\nNobody was hurt.",
    "en",
    at("2025-06-06 14:05"),
    "trafilatura",
)


def read(*texts: ArchivedText) -> list[tuple[str, dict[str, str], str]]:
    """Reads an archive with the library that archives use, digests checked."""
    raw = io.BytesIO(b"".join(write_warc(texts, software="monitor/1")))
    return [
        (
            record.rec_type,
            dict(record.rec_headers.headers),
            record.content_stream().read().decode(),
        )
        for record in ArchiveIterator(raw, check_digests="raise")
    ]


def test_an_archive_says_first_what_wrote_it() -> None:
    (kind, _, body), _ = read(TEXT)

    assert (kind, "software: monitor/1" in body) == ("warcinfo", True)


def test_a_text_has_its_address_its_moment_and_what_took_it() -> None:
    _, (kind, fields, body) = read(TEXT)

    assert kind == "conversion"
    assert fields["WARC-Target-URI"] == TEXT.url
    assert fields["WARC-Date"] == "2025-06-06T14:05:00Z"
    assert fields["X-Monitor-Extractor"] == "trafilatura"
    assert body == f"{TEXT.title}\n\n{TEXT.text}\n"


def test_every_text_of_an_article_has_a_record_of_its_own() -> None:
    records = read(TEXT, replace(TEXT, number=2, text="It opened again."))

    assert [fields.get("X-Monitor-Revision") for _, fields, _ in records] == [None, "1", "2"]
    assert len({fields["WARC-Record-ID"] for _, fields, _ in records}) == 3


def test_two_archives_of_one_text_are_equal() -> None:
    assert read(TEXT) == read(TEXT)


@given(words=st.text(max_size=60), url=st.text(max_size=30))
def test_no_text_and_no_address_begins_a_record_or_a_field(words: str, url: str) -> None:
    hostile = replace(TEXT, title=words, text=words, url=f"https://g.example/{url}", extractor=url)

    records = read(hostile, TEXT)

    assert [kind for kind, _, _ in records] == ["warcinfo", "conversion", "conversion"]
    assert records[2] == read(TEXT)[1]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r\n\r\nWARC/1.1\r\nWARC-Type: request\r\n"])
def test_a_line_end_in_an_address_ends_no_line(end: str) -> None:
    records = read(replace(TEXT, url=f"https://g.example/{end}WARC-Type: request"))

    assert [kind for kind, _, _ in records] == ["warcinfo", "conversion"]
