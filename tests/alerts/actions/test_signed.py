"""Signed links: nobody makes one without the secret, and each says one thing until its end."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.actions.signed import (
    LIFETIME,
    NO_LINKS,
    Act,
    MailLinks,
    SignedAct,
    read_signed,
    sign,
)
from tests.world import at

SECRET = "0123456789abcdef0123456789abcdef"
NOW = at("2025-06-06 14:05")
ALERT = "26dda4f4a1b2c3d4"
WHAT = SignedAct(Act.NOT_NEW, ALERT, NOW + LIFETIME)
TOKEN = sign(WHAT, SECRET)


@given(
    act=st.sampled_from(Act),
    alert=st.text("0123456789abcdef", min_size=8, max_size=40),
    seconds=st.integers(0, 10**10),
)
def test_what_was_signed_is_read_again(act: Act, alert: str, seconds: int) -> None:
    what = SignedAct(act, alert, at("1970-01-01") + timedelta(seconds=seconds))

    assert read_signed(sign(what, SECRET), SECRET) == what


@given(place=st.integers(0, len(TOKEN) - 1), letter=st.characters(codec="ascii"))
def test_a_link_in_which_a_letter_was_changed_is_none(place: int, letter: str) -> None:
    forged = TOKEN[:place] + letter + TOKEN[place + 1 :]

    assert forged == TOKEN or read_signed(forged, SECRET) is None


@given(token=st.text(max_size=120))
def test_what_nobody_signed_is_no_link(token: str) -> None:
    assert read_signed(token, SECRET) is None


@pytest.mark.parametrize("secret", ["", SECRET[:-1], SECRET.upper()])
def test_another_secret_reads_no_link(secret: str) -> None:
    assert read_signed(TOKEN, secret) is None


def test_without_a_secret_nothing_is_signed_by_chance() -> None:
    assert read_signed(sign(WHAT, ""), "") is None


@pytest.mark.parametrize(
    "forged",
    [
        TOKEN.replace("not-new", "silence"),
        TOKEN.replace("not-new", "expire"),
        TOKEN.replace(ALERT, ALERT[::-1]),
        TOKEN.rpartition(".")[0] + ".",
        TOKEN + "\n",
        TOKEN.replace(".", "%2e"),
    ],
)
def test_a_link_cannot_be_turned_into_another(forged: str) -> None:
    assert read_signed(forged, SECRET) is None


def test_the_end_of_a_link_cannot_be_moved() -> None:
    act, alert, end, signature = TOKEN.split(".")

    assert read_signed(f"{act}.{alert}.{int(end) + 1}.{signature}", SECRET) is None


def test_a_button_leads_to_the_pages_for_a_month() -> None:
    links = MailLinks("https://monitor.example.org/news", SECRET)

    url = links.of_act(Act.NOT_NEW, ALERT, "Pier closed", NOW)

    base, _, token = url.rpartition("/act/")
    assert base == "https://monitor.example.org/news"
    assert read_signed(token, SECRET) == WHAT
    assert url == links.of_act(Act.NOT_NEW, ALERT, "Pier closed", NOW)


def test_where_no_pages_are_a_button_is_a_mail_to_who_reads_answers() -> None:
    links = MailLinks(reply_to="desk+news@example.org")

    url = links.of_act(Act.SILENCE, ALERT, "Pier\r\nBcc: x@y.example & closed?", NOW)

    parts = urlsplit(url)
    assert (parts.scheme, unquote(parts.path)) == ("mailto", "desk+news@example.org")
    assert parse_qs(parts.query) == {
        "subject": [f"Silence this story for 7 days: Pier Bcc: x@y.example & closed? [{ALERT}]"]
    }


def test_where_neither_is_there_is_no_button() -> None:
    assert NO_LINKS.of_act(Act.SILENCE, ALERT, "Pier closed", NOW) == ""
    assert NO_LINKS.of_case("harbour") == ""


def test_a_case_has_its_page() -> None:
    links = MailLinks("https://monitor.example.org", SECRET)

    assert links.of_case("a/b") == "https://monitor.example.org/cases/a%2Fb"


def test_the_secret_is_in_no_text_of_it() -> None:
    assert SECRET not in repr(MailLinks("https://monitor.example.org", SECRET))
