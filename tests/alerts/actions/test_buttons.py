"""The buttons of a mail lead where a reader can do something, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

from lxml import html

from monitor.alerts.actions.signed import Act, MailLinks
from monitor.alerts.payload import AlertPayload, DigestKind, DigestPayload
from monitor.alerts.rendering import MAX_MAIL_BYTES, render_alert, render_digest, weigh
from tests.alerts.samples import HOSTILE, OPTIONS, PAYLOAD, poison

LINKS = MailLinks("https://monitor.example.org", "0123456789abcdef0123456789abcdef")


def test_buttons_lead_to_the_pages_in_both_parts() -> None:
    message = render_alert(PAYLOAD, **OPTIONS, links=LINKS)

    buttons = html.fromstring(message.html).xpath("//a[@class='quiet']/@href")
    assert buttons[0] == LINKS.of_case(PAYLOAD.case.slug)
    assert [url.split("/act/")[1].split(".")[0] for url in buttons[1:]] == list(Act)
    assert [url for url in buttons if url not in message.text] == []
    assert "monitor feedback" not in message.text


def digest_of(*items: AlertPayload) -> DigestPayload:
    return DigestPayload(DigestKind.DIGEST, PAYLOAD.case, items)


def test_each_alert_of_a_digest_can_be_judged_by_a_click() -> None:
    second = replace(PAYLOAD, alert=replace(PAYLOAD.alert, id="77aa0022", kind="unconfirmed"))

    message = render_digest(digest_of(PAYLOAD, second), **OPTIONS, links=LINKS)

    page = html.fromstring(message.html)
    buttons = page.xpath("//a[@class='do']/@href")
    acts = [url.split("/act/")[1].split(".")[:2] for url in buttons]
    assert acts == [
        [act, alert] for alert in ("3f9c01", "77aa0022") for act in (Act.NOT_NEW, Act.NOT_RELEVANT)
    ]
    # Below what it is about, never at the end of its line.
    assert {link.getparent().get("class") for link in page.xpath("//a[@class='do']")} == {"acts"}
    assert page.xpath("//a[text()='Open timeline']/@href") == [LINKS.of_case(PAYLOAD.case.slug)]
    assert [url for url in buttons if url not in message.text] == []
    assert "monitor why" not in message.text


def test_a_digest_without_pages_tells_how_to_ask() -> None:
    told = replace(LINKS, base="", program="monitor --config ferry")

    message = render_digest(digest_of(PAYLOAD), **OPTIONS, links=told)

    assert "\nmonitor --config ferry why 3f9c\n" in message.text
    assert html.fromstring(message.html).xpath("//a[@class='do']") == []


def test_a_digest_with_buttons_is_no_longer_than_programs_show() -> None:
    long = poison(PAYLOAD, "é" * 4_000)

    message = render_digest(digest_of(*(long,) * 8), **OPTIONS, links=LINKS)

    assert weigh(message) <= MAX_MAIL_BYTES


def test_a_repeat_has_the_same_links() -> None:
    first = render_alert(PAYLOAD, **OPTIONS, links=LINKS)

    assert render_alert(PAYLOAD, **OPTIONS, links=LINKS) == first


def test_links_of_mails_stand_in_no_event() -> None:
    message = render_alert(PAYLOAD, **OPTIONS, links=LINKS)

    assert "/act/" not in message.event
    assert "monitor.example.org" not in message.event


def test_a_button_can_be_a_mail_to_who_reads_answers() -> None:
    message = render_alert(PAYLOAD, **OPTIONS, links=MailLinks(reply_to="desk@example.org"))

    buttons = html.fromstring(message.html).xpath("//a[@class='quiet']/@href")
    assert len(buttons) == len(Act)
    assert all(url.startswith("mailto:desk@example.org?subject=") for url in buttons)


def test_hostile_words_make_no_other_button() -> None:
    given = poison(PAYLOAD, HOSTILE)

    message = render_alert(given, **OPTIONS, links=MailLinks(reply_to="desk@example.org"))

    for url in html.fromstring(message.html).xpath("//a[@class='quiet']/@href"):
        assert set(parse_qs(urlsplit(url).query)) == {"subject"}


def test_a_mail_with_buttons_is_no_longer_than_programs_show() -> None:
    long = poison(PAYLOAD, "é" * 4_000)

    assert weigh(render_alert(long, **OPTIONS, links=LINKS)) <= MAX_MAIL_BYTES
