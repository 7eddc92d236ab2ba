"""What docs/mails.md says of our own mail is in it, row by row."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.alerts.actions.signed import MailLinks
from monitor.alerts.payload import CarrierPart, StatePart
from monitor.alerts.rendering import render_alert
from monitor.channels.mail import build_mail
from monitor.model import Message
from tests.alerts.samples import CLAIM, FIRST, OPTIONS, PAYLOAD, SECOND

PAGE = Path(__file__).parents[2] / "docs" / "mails.md"
LINKS = MailLinks("https://monitor.example.org", "0123456789abcdef0123456789abcdef")
MAIL = render_alert(
    replace(
        PAYLOAD,
        case=replace(PAYLOAD.case, next_date="2025-06-30"),
        development=replace(PAYLOAD.development, tier=1, event_date="2025-06-05"),
        state=(StatePart("Night ferry", "orders", "stay", "lifted"),),
        carriers=replace(
            PAYLOAD.carriers,
            items=tuple(CarrierPart(name, "", "North Wire") for name in ("Gazette", "Courier")),
        ),
    ),
    **OPTIONS,
    links=LINKS,
)
HEADERS = dict(MAIL.headers)
Looks = Callable[[Message], bool]


def says(*texts: str) -> Looks:
    """Whether both parts of a mail say all of the texts."""
    return lambda mail: all(text in mail.text and text in visible(mail.html) for text in texts)


def visible(page: str) -> str:
    """The words of a page, without its tags."""
    return " ".join(re.sub(r"<style.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL).split())


def reads_alike(mail: Message) -> bool:
    words = re.findall(r"\w{5,}", re.sub(r"https?://\S+", "", mail.text).lower())
    return set(words) <= set(re.findall(r"\w{5,}", visible(mail.html).lower()))


ROWS: dict[str, Looks] = {
    "subject": lambda mail: mail.subject.startswith("[Night ferry] New: ") and "+" in mail.subject,
    "heading": lambda mail: mail.text.startswith("NIGHT FERRY · Change of state\n"),
    "what happened": says(FIRST, SECOND, "Tribune"),
    "when": lambda mail: "happened Thursday 5 June 2025\nPublished 6 June 2025" in mail.text,
    "what it changes": says("Orders: stay → lifted"),
    "what others said": says(CLAIM.before, CLAIM.after),
    "who has it": says("North Wire"),
    "what comes next": says("Next known date of the case: Monday 30 June 2025"),
    "what you can do": says("Silence this story for 7 days", "Not about the case", "Not new"),
    "why you get it": says("You get this because you follow Night ferry", "We follow the logbooks"),
    "filters and threads": lambda _: {"List-Id", "References", "X-Monitor-Case"} <= set(HEADERS),
    "leaving": lambda mail: b"List-Unsubscribe: <https://" in with_page_to_leave(mail),
    "plain text": reads_alike,
    "remote content": lambda mail: not re.search(r"<img|<link|@import|url\(|src=", mail.html),
    "dark screens": lambda mail: bool(re.search(r"prefers-color-scheme:\s*dark", mail.html)),
}


def with_page_to_leave(mail: Message) -> bytes:
    """A mail as a channel with `unsubscribe` sends it."""
    leave = ("List-Unsubscribe", "<https://desk.example.org/leave>")
    full = replace(mail, headers=(*mail.headers, leave))
    return build_mail(full, "monitor@example.org", ["desk@example.org"], date="x")


def rows_of_the_page() -> list[str]:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    cells = [line.split("|")[1].strip() for line in lines if line.startswith("| ")]
    return cells[1:]


@pytest.mark.parametrize("row", ROWS)
def test_a_row_of_the_comparison_is_true_of_our_mail(row: str) -> None:
    assert ROWS[row](MAIL)


def test_every_row_of_the_comparison_is_looked_for() -> None:
    assert rows_of_the_page() == list(ROWS)


def test_each_row_says_something_of_every_mail() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    table = [line.strip("|").split("|") for line in lines if line.startswith("|")]

    assert {len(row) for row in table} == {6}
    assert all(cell.strip() for row in table for cell in row)
