"""Single values of the config files: what is taken, what is refused, and what is said then."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from pydantic_core import PydanticCustomError

from monitor.settings.models import checks

KEY = "whsec_" + base64.b64encode(b"a secret of a channel").decode()
OTHER_KEY = "whsec_" + base64.b64encode(b"its successor").decode()


def complaint(read: Any, value: object) -> str:
    """Returns what is said about a wrong value, with what to do."""
    with pytest.raises(PydanticCustomError) as caught:
        read(value)
    context = caught.value.context or {}
    return f"{caught.value.message()} | {context.get('hint')}"


@pytest.mark.parametrize(
    "url",
    [
        "https://gazette.example/feed",
        "http://gazette.example:8080/feed?key=1&b=2",
        "https://bücher.example/",
        "http://[2001:db8::1]/feed",
    ],
)
def test_web_addresses_are_taken_as_they_are(url: str) -> None:
    assert checks.read_url(url) == url


@pytest.mark.parametrize(
    "url", ["gazette.example", "ftp://gazette.example/", "https://", "javascript:alert(1)", ""]
)
def test_what_is_no_web_address_is_shown_and_refused(url: str) -> None:
    said = complaint(checks.read_url, url)

    assert repr(url) in said
    assert "write http:// or https:// and a host" in said


@pytest.mark.parametrize(
    ("read", "hint"),
    [(checks.read_url, "take the part before the @ out"), (checks.read_feed_url, "auth = {")],
)
def test_a_login_in_an_address_is_refused_unseen(read: Any, hint: str) -> None:
    said = complaint(read, "https://desk:hunter2@gazette.example/feed")

    assert hint in said
    assert "hunter2" not in said


def test_of_a_pasted_page_only_the_beginning_is_shown() -> None:
    assert len(complaint(checks.read_url, "<p>" + "words " * 1_000)) < 300


@pytest.mark.parametrize("value", ["", "https://gazette.example/leave"])
def test_an_https_address_or_none(value: str) -> None:
    assert checks.read_https_url(value) == value


def test_http_is_not_enough_where_https_is_asked() -> None:
    assert "no https address" in complaint(checks.read_https_url, "http://gazette.example/leave")


def test_the_address_of_a_ping_is_a_secret_and_never_shown() -> None:
    good = SecretStr("https://ping.example/4f1c")

    assert checks.read_ping_url(good) is good
    assert checks.read_ping_url(SecretStr("")).get_secret_value() == ""
    assert "4f1c" not in complaint(checks.read_ping_url, SecretStr("ping.example/4f1c"))


@pytest.mark.parametrize("name", ["", "Authorization", "X-Api-Key", "x1"])
def test_names_of_headers(name: str) -> None:
    assert checks.read_header_name(name) == name


@pytest.mark.parametrize("name", ["X Key", "X-Key:", "-X", "Ключ", "X\r\nEvil", "x" * 101])
def test_what_would_break_a_request_is_no_name_of_a_header(name: str) -> None:
    assert "Authorization" in complaint(checks.read_header_name, name)


@pytest.mark.parametrize(
    ("value", "site"),
    [
        ("gazette.example", "gazette.example"),
        ("www.Gazette.example", "gazette.example"),
        ("news.gazette.example", "news.gazette.example"),
    ],
)
def test_a_site_is_a_host_as_addresses_are_compared_by(value: str, site: str) -> None:
    assert checks.read_site(value) == site


@pytest.mark.parametrize(
    "value", ["gazette", "https://gazette.example", "gazette.example/news", ""]
)
def test_an_address_or_a_word_is_no_site(value: str) -> None:
    assert "example.org" in complaint(checks.read_site, value)


@pytest.mark.parametrize("code", ["en", "es", "yue"])
def test_languages(code: str) -> None:
    assert checks.read_language(code) == code


@pytest.mark.parametrize("code", ["en-GB", "EN", "english", "e", ""])
def test_a_language_has_no_country_and_no_capitals(code: str) -> None:
    assert "two small letters" in complaint(checks.read_language, code)


@pytest.mark.parametrize(
    ("value", "contact"),
    [
        ("", ""),
        ("mailto:desk@gazette.example", "mailto:desk@gazette.example"),
        ("https://gazette.example/bot", "https://gazette.example/bot"),
        ("mailto:desk@bücher.example", "mailto:desk@xn--bcher-kva.example"),
    ],
)
def test_a_contact_fits_into_the_comment_of_a_user_agent(value: str, contact: str) -> None:
    assert checks.read_contact(value) == contact


@pytest.mark.parametrize(
    "value", ["desk@gazette.example", "mailto:a b@c.example", "https://a.b/(x)"]
)
def test_a_contact_that_would_end_the_comment_is_refused(value: str) -> None:
    assert "mailto:desk@example.org" in complaint(checks.read_contact, value)


def test_zones_are_names_of_places() -> None:
    assert checks.read_zone("America/Lima") == ZoneInfo("America/Lima")
    assert checks.read_zone(ZoneInfo("UTC")) == ZoneInfo("UTC")
    assert checks.read_optional_zone(None) is None
    assert checks.read_optional_zone("UTC") == ZoneInfo("UTC")


@pytest.mark.parametrize("value", ["America", "Lima", "", "../../etc/passwd", "/etc/localtime", 5])
def test_what_names_no_zone_is_refused_and_opens_no_file(value: object) -> None:
    assert "America/New_York" in complaint(checks.read_zone, value)


@pytest.mark.parametrize(
    "value", ["", "127.0.0.1:9310", "localhost:1", "[::1]:9310", "monitor.example:65535"]
)
def test_what_can_be_listened_on(value: str) -> None:
    assert checks.read_listen(value) == value


@pytest.mark.parametrize(
    "value", ["9310", ":9310", "localhost", "localhost:65536", "::1:9310", "a b:1"]
)
def test_what_cannot_be_listened_on(value: str) -> None:
    assert "127.0.0.1:9310" in complaint(checks.read_listen, value)


@pytest.mark.parametrize("url", ["sqlite:///../var/monitor.db", "postgresql+psycopg://u@h/monitor"])
def test_addresses_of_databases(url: str) -> None:
    assert checks.read_database_url(url) == url


@pytest.mark.parametrize(
    "url",
    ["sqlite://", "sqlite:///", "sqlite:///:memory:", "mysql://h/d", "postgres://u:pw9@h/d"],
)
def test_a_database_elsewhere_or_in_memory_is_refused_unseen(url: str) -> None:
    said = complaint(checks.read_database_url, url)

    assert "sqlite:///PATH" in said
    assert "pw9" not in said


@pytest.mark.parametrize("value", [KEY, f"{KEY} {OTHER_KEY}", KEY.rstrip("=")])
def test_one_secret_or_two_while_they_are_rotated(value: str) -> None:
    assert checks.read_hook_secret(SecretStr(value)).get_secret_value() == value


@pytest.mark.parametrize("value", ["", "hunter2", "whsec_", "whsec_%%%", f"{KEY} hunter2"])
def test_what_is_no_secret_of_a_webhook_is_refused_unseen(value: str) -> None:
    said = complaint(checks.read_hook_secret, SecretStr(value))

    assert "whsec_" in said
    assert "hunter2" not in said


def test_a_date_is_written_without_quotes() -> None:
    for value in (date(2025, 4, 14), datetime(2025, 4, 14, 18, 30, tzinfo=UTC)):
        assert checks.read_published(value) is value
    assert "without quotes" in complaint(checks.read_published, "2025-04-14")


@pytest.mark.parametrize("value", [True, False])
def test_private_addresses_are_all_or_none(value: bool) -> None:
    assert checks.read_private(value) is value


def test_private_addresses_are_those_of_places() -> None:
    places = checks.read_private(["Wiki.example", "10.1.0.0/16", "10.1.2.3:8080", "[fd00::/8]:80"])

    assert isinstance(places, tuple)
    assert list(map(str, places)) == [
        "wiki.example",
        "10.1.0.0/16",
        "10.1.2.3/32:8080",
        "[fd00::/8]:80",
    ]


@pytest.mark.parametrize("value", ["true", 1, None, {"host": "a.example"}])
def test_private_addresses_are_no_word(value: object) -> None:
    assert "true or false" in complaint(checks.read_private, value)


@pytest.mark.parametrize("place", ["10.1.0.0/99", "a b", "wiki.example:0", "wiki.example:99999", 7])
def test_a_place_that_no_network_has_is_named(place: object) -> None:
    assert repr(place) in complaint(checks.read_private, ["wiki.example", place])


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_what_to_write(text: str) -> None:
    readers = (
        checks.read_url,
        checks.read_feed_url,
        checks.read_header_name,
        checks.read_language,
        checks.read_contact,
        checks.read_zone,
        checks.read_listen,
        checks.read_database_url,
    )
    hints = [_hint(read, text) for read in readers]
    assert all(hint is None or "write" in hint or "take" in hint for hint in hints)


def _hint(read: Any, value: object) -> str | None:
    """Returns what is said to do about a value; None where it is taken."""
    try:
        read(value)
    except PydanticCustomError as error:
        return str((error.context or {})["hint"])
    return None
