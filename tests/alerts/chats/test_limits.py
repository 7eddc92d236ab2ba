"""Every format keeps to its service's limits by itself, whatever a card holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.chats.cards import Card, CardLine
from monitor.alerts.chats.formats import (
    DISCORD_DESCRIPTION,
    DISCORD_TITLE,
    FORMATS,
    MATRIX_BYTES,
    MAX_LINK,
    NTFY_BYTES,
    SLACK_HEADER,
    SLACK_SECTION,
    TEAMS_BYTES,
    UNTITLED,
    _print,
    _with_short_links,
)

URL = "https://ntfy.example/desk"
# What grows most when it is escaped, and what is cut in half most easily.
TEXTS = st.builds(
    lambda part, times: part * times,
    st.text(st.sampled_from('*_<&>|\\"é裁😀 a@'), min_size=1, max_size=12),
    st.integers(1, 1_500),
)
LINKS = st.one_of(
    st.just(""), st.builds(lambda times: "https://g.example/" + "p" * times, st.integers(0, 9_000))
)
CARDS = st.builds(
    Card,
    title=TEXTS,
    lines=st.lists(
        st.builds(CardLine, text=TEXTS, url=LINKS, is_item=st.booleans()), max_size=14
    ).map(tuple),
    url=LINKS,
    at=st.just("2025-06-06T12:00:00Z"),
    tier=st.integers(0, 3),
    count=st.integers(0, 200),
)


def body(name: str, card: Card) -> dict:
    return FORMATS[name](_with_short_links(card), URL)


def size(sent: dict) -> int:
    return len(_print(sent).encode())


@given(card=CARDS)
def test_teams_takes_it(card: Card) -> None:
    assert size(body("teams", card)) <= TEAMS_BYTES


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_card_without_a_word_has_a_title_of_ours(name: str) -> None:
    empty = Card(title=" ", lines=(), url="", at="2025-06-06T12:00:00Z", tier=0)

    assert UNTITLED in _print(body(name, empty))


@given(card=CARDS)
def test_matrix_takes_it(card: Card) -> None:
    sent = body("matrix", card)

    assert size(sent) <= MATRIX_BYTES
    assert sent["text"]


@given(card=CARDS)
def test_slack_takes_it(card: Card) -> None:
    header, section = body("slack", card)["blocks"]

    assert 1 <= len(header["text"]["text"]) <= SLACK_HEADER
    assert 1 <= len(section["text"]["text"]) <= SLACK_SECTION


@given(card=CARDS)
def test_discord_takes_it(card: Card) -> None:
    (embed,) = body("discord", card)["embeds"]

    assert 1 <= len(embed["title"]) <= DISCORD_TITLE
    assert len(embed["description"]) <= DISCORD_DESCRIPTION
    assert len(embed.get("url", "")) <= MAX_LINK


@given(card=CARDS)
def test_ntfy_takes_it(card: Card) -> None:
    sent = body("ntfy", card)

    assert 1 <= len(sent["message"].encode()) <= NTFY_BYTES
    assert len(sent.get("click", "")) <= MAX_LINK


@pytest.mark.parametrize("name", FORMATS)
def test_no_address_is_cut(name: str) -> None:
    long = "https://g.example/" + "p" * 3_000
    card = Card("Pier closed", (CardLine("A line", long),), long, 1, "2025-06-06T12:00:00Z")

    assert "ppp" not in _print(body(name, card))


@pytest.mark.parametrize(("name", "limit"), [("teams", TEAMS_BYTES), ("matrix", MATRIX_BYTES)])
def test_what_fits_is_told_and_lines_go_whole(name: str, limit: int) -> None:
    lines = tuple(CardLine(f"{number} " + "x" * 3_000, "") for number in range(60))
    card = Card("Pier closed", lines, "https://g.example/", 1, "2025-06-06T12:00:00Z")

    text = _print(body(name, card))

    assert limit / 2 < len(text.encode()) <= limit
    assert "x" * 3_001 not in text
    assert "0 xxx" in text


@given(card=CARDS)
def test_a_link_of_slack_is_whole(card: Card) -> None:
    text = body("slack", card)["blocks"][1]["text"]["text"]

    # Every bare sign is of a link, for words have none.
    assert text.count("<") == text.count(">") == text.count("|")


def test_a_long_address_takes_no_line_of_slack_away() -> None:
    lines = (CardLine("The pier is closed."), CardLine("The ferry sails."))
    url = "https://g.example/" + "&" * 2_000
    card = Card("<&>" * 90, lines, url, 1, "2025-06-06T12:00:00Z")

    text = body("slack", card)["blocks"][1]["text"]["text"]

    assert text.endswith("&gt;\nThe pier is closed.\nThe ferry sails.")


@pytest.mark.parametrize("name", FORMATS)
def test_developments_whose_lines_did_not_fit_are_counted(name: str) -> None:
    lines = tuple(CardLine(f"{number} {'x' * 900}", is_item=True) for number in range(90))
    card = Card("Pier closed", lines, "", 1, "2025-06-06T12:00:00Z", count=100)

    text = _print(body(name, card))

    # A text of Matrix tells each twice.
    told = text.count(" xxx") // (2 if name == "matrix" else 1)
    assert 2 <= told < 90
    assert f"and {100 - told} developments more" in text
