"""The buttons of a mail lead where a reader can do something, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

from lxml import html

from monitor.alerts.actions.signed import Act, MailLinks
from monitor.alerts.payload import AlertPayload, DigestKind, DigestPayload
from monitor.alerts.rendering import MAX_MAIL_BYTES, render_alert, render_digest, weigh
from monitor.model import Message
from tests.alerts.samples import HOSTILE, OPTIONS, PAYLOAD, poison

LINKS = MailLinks("https://monitor.example.org", "0123456789abcdef0123456789abcdef")
IN_DOUBT = replace(PAYLOAD, alert=replace(PAYLOAD.alert, id="77aa0022bb", kind="unconfirmed"))
ON_ALERTS = [Act.SILENCE, Act.NOT_RELEVANT, Act.NOT_NEW]


def test_buttons_lead_to_the_pages_in_both_parts() -> None:
    message = render_alert(PAYLOAD, **OPTIONS, links=LINKS)

    buttons = html.fromstring(message.html).xpath("//a[@class='quiet']/@href")
    assert buttons[0] == LINKS.of_case(PAYLOAD.case.slug)
    assert [url.split("/act/")[1].split(".")[0] for url in buttons[1:]] == ON_ALERTS
    assert [url for url in buttons if url not in message.text] == []
    assert "monitor feedback" not in message.text


def digest_of(*items: AlertPayload) -> DigestPayload:
    return DigestPayload(DigestKind.DIGEST, PAYLOAD.case, items)


def acts_of(message: Message) -> list[tuple[str, str]]:
    """What the buttons of a digest do and the alerts that they are about, in their order."""
    tokens = [url.split("/act/")[1] for url in buttons_of(message)]
    return [(act, alert) for act, alert, *_ in (token.split(".") for token in tokens)]


def buttons_of(message: Message) -> list[str]:
    return html.fromstring(message.html).xpath("//a[@class='do']/@href")


def test_each_alert_of_a_digest_can_be_judged_by_a_click() -> None:
    second = replace(PAYLOAD, alert=replace(PAYLOAD.alert, id="77aa0022"))

    message = render_digest(digest_of(PAYLOAD, second), **OPTIONS, links=LINKS)

    assert acts_of(message) == [
        (act, alert) for alert in ("3f9c01", "77aa0022") for act in (Act.NOT_NEW, Act.NOT_RELEVANT)
    ]
    # Below what it is about, never at the end of its line.
    page = html.fromstring(message.html)
    assert {link.getparent().get("class") for link in page.xpath("//a[@class='do']")} == {"acts"}
    assert page.xpath("//a[text()='Open timeline']/@href") == [LINKS.of_case(PAYLOAD.case.slug)]
    assert [url for url in buttons_of(message) if url not in message.text] == []
    assert "Was this news?" not in message.text + message.html
    assert "monitor why" not in message.text


def test_what_was_held_back_in_doubt_can_be_said_to_be_news_by_a_click() -> None:
    message = render_digest(digest_of(PAYLOAD, IN_DOUBT), **OPTIONS, links=LINKS)

    asked = [act for act, alert in acts_of(message) if alert == IN_DOUBT.alert.id]
    assert asked == [Act.WAS_NEWS, Act.NOT_NEW, Act.NOT_RELEVANT]
    assert [url for url in buttons_of(message) if url not in message.text] == []
    (shown,) = html.fromstring(message.html).xpath("//div[contains(., 'Was this news?')]")[-1:]
    assert shown.text_content() == ("Was this news? This was news · Not new · Not about the case")
    assert "\nWas this news?\nThis was news: https://" in message.text


def test_what_was_held_back_is_asked_in_a_long_digest_too() -> None:
    message = render_digest(digest_of(*(PAYLOAD, IN_DOUBT) * 6), **OPTIONS, links=LINKS)

    assert acts_of(message) == [(Act.WAS_NEWS, IN_DOUBT.alert.id)] * 6
    assert message.text.count("\nWas this news?\n") == 6
    assert message.html.count("Was this news?") == 6


def test_where_no_pages_are_news_is_told_to_who_reads_answers() -> None:
    links = MailLinks(reply_to="desk@example.org")

    message = render_digest(digest_of(IN_DOUBT), **OPTIONS, links=links)

    first = buttons_of(message)[0]
    assert first.startswith("mailto:desk@example.org?subject=This%20was%20news%3A%20")
    assert f"\nThis was news: {first}\n" in message.text


def test_where_neither_is_there_a_command_says_that_it_was_news() -> None:
    told = MailLinks(program="monitor --config ferry")
    command = "monitor --config ferry feedback 77aa0022 --new"

    message = render_digest(digest_of(IN_DOUBT), **OPTIONS, links=told)

    assert f"\nWas this news?\nThis was news: {command}\nWhy it came: " in message.text
    assert html.fromstring(message.html).xpath("//code/text()")[0] == command


def test_a_digest_without_pages_tells_how_to_ask() -> None:
    told = replace(LINKS, base="", program="monitor --config ferry")

    message = render_digest(digest_of(PAYLOAD), **OPTIONS, links=told)

    assert "\nWhy it came: monitor --config ferry why 3f9c\n" in message.text
    assert html.fromstring(message.html).xpath("//a[@class='do']") == []


def test_a_digest_with_buttons_is_no_longer_than_programs_show() -> None:
    long = poison(PAYLOAD, "é" * 4_000)

    message = render_digest(digest_of(*(long,) * 8), **OPTIONS, links=LINKS)

    assert weigh(message) <= MAX_MAIL_BYTES


def test_a_long_digest_of_doubts_is_no_longer_than_programs_show() -> None:
    message = render_digest(digest_of(*(IN_DOUBT,) * 41), **OPTIONS, links=LINKS)

    asked = len(buttons_of(message))
    assert weigh(message) <= MAX_MAIL_BYTES
    assert asked >= 15
    assert f"and {41 - asked} more, which monitor developments list tells" in message.text


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
    assert len(buttons) == len(ON_ALERTS)
    assert all(url.startswith("mailto:desk@example.org?subject=") for url in buttons)


def test_hostile_words_make_no_other_button() -> None:
    given = poison(PAYLOAD, HOSTILE)

    message = render_alert(given, **OPTIONS, links=MailLinks(reply_to="desk@example.org"))

    for url in html.fromstring(message.html).xpath("//a[@class='quiet']/@href"):
        assert set(parse_qs(urlsplit(url).query)) == {"subject"}


def test_a_mail_with_buttons_is_no_longer_than_programs_show() -> None:
    long = poison(PAYLOAD, "é" * 4_000)

    assert weigh(render_alert(long, **OPTIONS, links=LINKS)) <= MAX_MAIL_BYTES
