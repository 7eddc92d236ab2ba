"""Mails in a real browser: nothing is asked for, nothing is cut off, everything can be read.

Narrow as a telephone and wide, light and dark.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from monitor.alerts.actions.signed import MailLinks
from monitor.alerts.payload import (
    CarrierPart,
    DigestKind,
    DigestPayload,
    EventType,
    NoticePayload,
    SentencePart,
    StatePart,
)
from monitor.alerts.rendering import render_alert, render_digest, render_notice
from tests.alerts.generated import make_messages
from tests.alerts.samples import HOSTILE, OPTIONS, PAYLOAD, poison
from tests.browser import Browser, open_browser

SCREENS = [(width, scheme) for width in (360, 900) for scheme in ("light", "dark")]
LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3

LONG = "https://tribune.example/" + "a" * 300
RICH = replace(
    PAYLOAD,
    state=(StatePart("Night ferry", "orders", "stay", "lifted"),),
    development=replace(PAYLOAD.development, tier=1, event_date="2025-06-05"),
    case=replace(PAYLOAD.case, title="W" * 150, next_date="2025-06-18"),
    article=replace(PAYLOAD.article, title="x" * 250, extraction="teaser"),
    carriers=replace(PAYLOAD.carriers, items=(CarrierPart("o" * 90, LONG),) * 3),
)
DOUBT = replace(RICH, alert=replace(PAYLOAD.alert, kind="unconfirmed", held_back="it is old"))
ITEMS = (RICH, DOUBT, PAYLOAD, poison(PAYLOAD, HOSTILE))
LINKS = MailLinks("https://monitor.example.org/a/long/way", "0123456789abcdef0123456789abcdef")
PAGES = {
    "alert": render_alert(RICH, **OPTIONS),
    "alert with buttons": render_alert(RICH, **OPTIONS, links=LINKS),
    "digest": render_digest(DigestPayload(DigestKind.DIGEST, PAYLOAD.case, ITEMS), **OPTIONS),
    "roll-up": render_digest(
        DigestPayload(DigestKind.ROLL_UP, None, (PAYLOAD, RICH) * 20), **OPTIONS
    ),
    "notice": render_notice(
        NoticePayload(EventType.FEED_SILENT, "Gazette is silent", (LONG,)), **OPTIONS
    ),
}
# Returns the least contrast of the texts of a page, with the text.
CONTRAST = """
const channel = (v) => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
const parse = (text) => text.match(/[\\d.]+/g).map(Number);
const light = ([r, g, b]) => .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b);
const ground = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const found = parse(getComputedStyle(at).backgroundColor);
    if (found.length < 4 || found[3] > 0) return found;
  }
  return [255, 255, 255];
};
let least = [21, ''];
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walk.nextNode()) {
  const text = walk.currentNode.textContent.trim(), element = walk.currentNode.parentElement;
  if (!text) continue;
  const a = light(parse(getComputedStyle(element).color)), b = light(ground(element));
  const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  if (ratio < least[0]) least = [ratio, text];
}
return least;
"""
WIDTHS = "return [document.documentElement.scrollWidth, window.innerWidth]"
HEIGHTS = """return [...document.querySelectorAll('.button, .quiet')]
  .map((one) => one.getBoundingClientRect().height)"""
DIRECTIONS = """return [...document.querySelectorAll('blockquote')]
  .map((one) => getComputedStyle(one).direction)"""
DARKNESS = "return getComputedStyle(document.querySelector('.card')).backgroundColor"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
@pytest.mark.parametrize("name", PAGES)
def test_a_mail_can_be_read_on_every_screen(
    browser: Browser, name: str, width: int, scheme: str
) -> None:
    browser.look_like(width=width, scheme=scheme)

    browser.show(PAGES[name].html)

    assert browser.requests() == []
    needed, given = browser.run(WIDTHS)
    assert given == width
    assert needed <= width
    least, text = browser.run(CONTRAST)
    assert least >= LEAST_CONTRAST, text


def test_a_mail_is_dark_where_the_screen_is(browser: Browser) -> None:
    grounds = []
    for scheme in ("light", "dark"):
        browser.look_like(width=360, scheme=scheme)
        browser.show(PAGES["alert"].html)
        grounds.append(browser.run(DARKNESS))

    assert grounds == ["rgb(255, 255, 255)", "rgb(29, 28, 26)"]


def test_a_quote_is_written_in_its_own_direction(browser: Browser) -> None:
    arabic = SentencePart("أغلق الميناء يوم الأحد.", "ar", 0, "a1")
    payload = replace(PAYLOAD, new_sentences=(arabic, *PAYLOAD.new_sentences))
    digest = DigestPayload(DigestKind.DIGEST, PAYLOAD.case, (payload,))

    for message in (render_alert(payload, **OPTIONS), render_digest(digest, **OPTIONS)):
        browser.show(message.html)

        assert set(browser.run(DIRECTIONS)) == {"rtl", "ltr"}


def test_buttons_are_of_one_height(browser: Browser) -> None:
    browser.look_like(width=900, scheme="light")

    browser.show(PAGES["alert with buttons"].html)

    heights = browser.run(HEIGHTS)
    assert len(heights) == 5
    assert len(set(heights)) == 1


def test_generated_mails_ask_for_nothing_and_fit_a_telephone(browser: Browser) -> None:
    browser.look_like(width=360, scheme="light")

    for message in make_messages(40):
        browser.show(message.html)

        assert browser.requests() == []
        assert browser.run(WIDTHS)[0] <= 360, message.text


def test_the_browser_sees_what_a_mail_must_not_do(browser: Browser) -> None:
    browser.look_like(width=360, scheme="light")

    browser.show("<p style='width:900px;color:#aaa'>x<img src='http://127.0.0.1:9/x.png'></p>")

    assert browser.requests() == ["http://127.0.0.1:9/x.png"]
    assert browser.run(WIDTHS)[0] > 360
    assert browser.run(CONTRAST)[0] < LEAST_CONTRAST
