"""Headers as the client reads and writes them, and addresses as its messages show them."""

from __future__ import annotations

import pytest

from monitor.fetching.failures import place_of
from monitor.fetching.headers import (
    ContentType,
    read_content_type,
    read_validators,
    write_conditions,
    write_headers,
)
from monitor.model import Validators

KNOWN = Validators('"old"', "Fri, 11 Apr 2025 21:00:00 GMT")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text/html", ContentType("text/html")),
        ("Text/HTML; Charset=UTF-8", ContentType("text/html", "UTF-8")),
        ("text/xml;boundary=x; charset='latin-1'", ContentType("text/xml", "latin-1")),
        ("text/html; charset=", ContentType("text/html")),
        ("", ContentType("")),
    ],
)
def test_a_content_type_is_split_into_type_and_charset(value: str, expected: ContentType) -> None:
    assert expected == read_content_type({"content-type": value})


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"etag": '"new"'}, Validators('"new"', KNOWN.last_modified)),
        ({}, KNOWN),
        ({"etag": "x" * 5_000}, KNOWN),
    ],
)
def test_validators_that_a_response_does_not_give_stay_as_they_were(
    headers: dict[str, str], expected: Validators
) -> None:
    assert expected == read_validators(headers, KNOWN)


def test_validators_go_back_byte_for_byte() -> None:
    conditions = write_conditions(Validators('"\xe9"', None))

    assert write_headers(conditions) == [(b"If-None-Match", b'"\xe9"')]


def test_without_validators_a_request_has_no_conditions() -> None:
    assert write_conditions(Validators()) == {}


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("https://harbor.example/rss", "https://harbor.example/rss"),
        ("https://jane:geheim@harbor.example/rss", "https://…@harbor.example/rss"),
        ("https://harbor.example/rss?token=geheim#geheim", "https://harbor.example/rss?token=…"),
        ("mailto:jane@harbor.example", "mailto:…"),
        ("http://[::1/?geheim", "http://[::1/?…"),
    ],
)
def test_an_address_is_shown_without_what_may_be_secret(url: str, text: str) -> None:
    assert place_of(url) == text
