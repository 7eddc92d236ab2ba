"""What a mail says: the same in plain text and HTML, the news first, and nothing that acts."""

import html
import json
import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts import (
    CarrierPart,
    CorroborationPart,
    DigestKind,
    DigestPayload,
    EventType,
    NoticePayload,
    ReporterPart,
    SentencePart,
    render_alert,
    render_digest,
    render_notice,
    render_test,
)
from monitor.alerts.views import make_view
from tests.alerts.samples import (
    BERLIN,
    CLAIM,
    FIRST,
    HOSTILE,
    NEAREST,
    NOW,
    OPTIONS,
    PAYLOAD,
    SECOND,
    poison,
)

TAGS = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "h1",
    "h2",
    "p",
    "br",
    "blockquote",
    "a",
    "strong",
    "em",
    "ul",
    "li",
    "code",
    "hr",
}


class Page(HTMLParser):
    """Collects the tags, links and visible text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.visible = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self.tags and self.tags[-1][0] not in ("style", "title"):
            self.visible += data


def squash(text: str) -> str:
    return " ".join(text.split())


def test_a_later_text_shows_its_own_date_beside_the_first():
    later = replace(PAYLOAD.article, revision=2, revised_at=NOW + timedelta(days=3))

    message = render_alert(replace(PAYLOAD, article=later), **OPTIONS)

    dates = "(published 2025-06-06 13:58 CEST, this text 2025-06-09 14:05 CEST)"
    assert dates in message.text
    assert dates in html.unescape(message.html)


def test_the_alert_reads_as_written_here():
    message = render_alert(PAYLOAD, **OPTIONS)

    assert message.subject == f"[Night ferry] New: {FIRST} (Tribune +11)"
    assert message.text == (
        f"NEW\n> {FIRST}\n> {SECOND}\n"
        "Court opens ferry logbooks\n"
        "Tribune, found 2025-06-06 14:05 CEST (published 2025-06-06 13:58 CEST)\n"
        "https://tribune.example/ferry?a=1&b=2\n"
        "\nCHANGED\nBefore (date): The hearing is on 10 June.\nAfter: The hearing is on 12 June.\n"
        "\nWHO CARRIES IT\n12 outlets, 4 newsrooms; first told by North Wire (by its "
        "credit line).\n"
        "- Tribune https://tribune.example/ferry\n- Gazette\nand 10 more\n"
        "\nWHAT WAS KNOWN\n87% of this article was already known.\n"
        f"Nearest to sentence 1: {NEAREST}\n  (Gazette, 2025-06-04 14:05 CEST, likeness 0.41)\n"
        "\nWHY YOU GOT THIS\nCase: Night ferry\nWe follow the logbooks.\n"
        "Matched: ferry NEAR/5 harbour in the title: Court opens ferry logbooks\n"
        "More: monitor why 3f9c\n"
    )


@pytest.mark.parametrize(
    ("tier", "word"), [(1, "Change of state."), (2, "Official act."), (3, "Statement.")]
)
def test_a_tier_is_told_in_a_word(tier, word):
    payload = replace(PAYLOAD, development=replace(PAYLOAD.development, tier=tier))

    message = render_alert(payload, **OPTIONS)

    assert f"13:58 CEST)\n{word}\n" in message.text
    assert word in Page(message.html).visible


@pytest.mark.parametrize(
    ("newsrooms", "words"),
    [(1, "One newsroom so far."), (2, "2 newsrooms."), (12, "12 newsrooms.")],
)
def test_an_alert_says_how_many_newsrooms_have_it(newsrooms, words):
    told = CorroborationPart(newsrooms, ("A",), ReporterPart("A", NOW), newsrooms == 1)
    payload = replace(PAYLOAD, corroboration=told)

    message = render_alert(payload, **OPTIONS)

    assert f"13:58 CEST)\n{words}\n" in message.text
    assert words in Page(message.html).visible


def test_plain_text_and_html_say_the_same_in_the_same_order():
    message = render_alert(PAYLOAD, **OPTIONS)
    visible = squash(Page(message.html).visible)
    last = 0
    told = [
        FIRST,
        SECOND,
        "Court opens",
        "found 2025-06-06 14:05",
        CLAIM.before,
        CLAIM.after,
        "12 outlets, 4 newsrooms",
        "87%",
        NEAREST,
    ]
    told += ["We follow the logbooks.", "ferry NEAR/5 harbour in the title", "monitor why 3f9c"]

    for part in told:
        assert part in squash(message.text)
        assert visible.index(part) > last or part == FIRST
        last = visible.index(part)
    assert [message.text.index(part) for part in told] == sorted(
        message.text.index(part) for part in told
    )


@given(st.text(min_size=1, max_size=60), st.text(max_size=60))
def test_every_word_of_the_text_is_in_the_html(sentence, note):
    payload = replace(
        PAYLOAD,
        new_sentences=(SentencePart(sentence, "en", 0, "a1"),),
        case=replace(PAYLOAD.case, note=note),
    )

    message = render_alert(payload, **OPTIONS)

    view = make_view(payload, BERLIN)
    assert squash(view.sentences[0].text) in squash(message.text)
    assert html.escape(view.sentences[0].text, quote=False) in message.html.replace(
        "&#34;", '"'
    ).replace("&#39;", "'")
    assert view.note in html.unescape(message.html)


@pytest.mark.parametrize(
    ("payload", "subject"),
    [
        (
            replace(PAYLOAD, new_sentences=()),
            "[Night ferry] Changed: The hearing is on 12 June. (Tribune +11)",
        ),
        (
            replace(PAYLOAD, type=EventType.REVISION_DETECTED),
            f"[Night ferry] Edited: {FIRST} (Tribune +11)",
        ),
        (
            replace(PAYLOAD, type=EventType.ARTICLE_REMOVED),
            f"[Night ferry] Removed: {FIRST} (Tribune +11)",
        ),
        (
            replace(PAYLOAD, carriers=replace(PAYLOAD.carriers, outlets=1)),
            f"[Night ferry] New: {FIRST} (Tribune)",
        ),
        (
            replace(PAYLOAD, new_sentences=(SentencePart(f"{FIRST} {SECOND}", "en", 0, "a1"),)),
            "[Night ferry] New: The harbour court ordered the ferry line to open its "
            "logbooks by Friday… (Tribune +11)",
        ),
        (
            replace(PAYLOAD, new_sentences=(SentencePart("x" * 500, "en", 0, "a1"),)),
            f"[Night ferry] New: {'x' * 79}… (Tribune +11)",
        ),
    ],
)
def test_the_subject_says_the_news(payload, subject):
    assert render_alert(payload, **OPTIONS).subject == subject


def test_the_headers_are_those_of_the_contract():
    message = render_alert(PAYLOAD, **OPTIONS)

    assert dict(message.headers) == {
        "Message-ID": "<d41d8cd9@example.org>",
        "In-Reply-To": "<story-s7@example.org>",
        "References": "<story-s7@example.org>",
        "List-Id": "Night ferry <night-ferry.monitor.example.org>",
        "Auto-Submitted": "auto-generated",
        "X-Monitor-Case": "night-ferry",
        "X-Monitor-Alert": "3f9c01",
    }
    assert message.id == "d41d8cd9"
    assert message.type == "development.created"


def test_alerts_of_one_story_share_a_thread():
    first = dict(render_alert(PAYLOAD, **OPTIONS).headers)
    second = dict(render_alert(PAYLOAD, **{**OPTIONS, "id": "other"}).headers)

    assert first["Message-ID"] != second["Message-ID"]
    assert first["References"] == second["References"]


def test_hostile_text_becomes_plain_text_everywhere():
    message = render_alert(poison(PAYLOAD, HOSTILE), **OPTIONS)
    page = Page(message.html)

    assert {tag for tag, _ in page.tags} <= TAGS
    assert not any(
        name.startswith("on") or name in ("src", "srcset", "action")
        for _, attributes in page.tags
        for name in attributes
    )
    assert [attributes for tag, attributes in page.tags if tag == "a"] == []
    for text in (
        message.text,
        message.subject,
        message.html,
        *(value for _, value in message.headers),
    ):
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", text)
    assert "\n" not in message.subject
    assert "=?" not in message.subject
    assert not any("=?" in value or "\n" in value for _, value in message.headers)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "https://me:pw@x.example/",
        "x",
        "",
    ],
)
def test_only_web_addresses_become_links(url):
    payload = replace(
        PAYLOAD,
        article=replace(PAYLOAD.article, url=url),
        carriers=replace(PAYLOAD.carriers, items=(CarrierPart("Tribune", url),)),
    )
    page = Page(render_alert(payload, **OPTIONS).html)

    assert not any(tag == "a" for tag, _ in page.tags)


def test_a_page_asks_for_nothing_from_elsewhere():
    message = render_digest(
        DigestPayload(DigestKind.DIGEST, PAYLOAD.case, (PAYLOAD, poison(PAYLOAD, HOSTILE))),
        **OPTIONS,
    )

    assert not re.search(
        r"<(?:img|link|script|iframe|object|embed|video|audio|form|base)\b|url\(|@impor"
        r"t|<meta[^>]+http-equiv",
        message.html,
    )


def test_what_was_not_read_in_full_is_said():
    message = render_alert(
        replace(PAYLOAD, article=replace(PAYLOAD.article, extraction="teaser")), **OPTIONS
    )

    assert "Only the teaser could be read" in message.text
    assert "Only the teaser could be read" in message.html


@pytest.mark.parametrize(
    ("kind", "count", "case", "subject"),
    [
        (DigestKind.DIGEST, 5, PAYLOAD.case, "[Night ferry] Digest: 5 developments"),
        (DigestKind.ROLL_UP, 37, PAYLOAD.case, "[Night ferry] 37 more developments"),
        (DigestKind.FIRST_RUN, 1, PAYLOAD.case, "[Night ferry] First look: 1 development"),
        (DigestKind.ROLL_UP, 2, None, "[monitor] 2 more developments"),
    ],
)
def test_a_digest_says_how_many_and_why(kind, count, case, subject):
    message = render_digest(DigestPayload(kind, case, (PAYLOAD,) * count), **OPTIONS)

    assert message.subject == subject
    assert message.type == "digest.created"
    assert message.text.count(FIRST) == count
    assert Page(message.html).visible.count(FIRST) == count


def test_a_digest_of_several_cases_names_each():
    message = render_digest(DigestPayload(DigestKind.ROLL_UP, None, (PAYLOAD,)), **OPTIONS)

    assert "Case: Night ferry" in message.text
    assert "List-Id" not in dict(message.headers)


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("too little of it is new", "Held back: too little of it is new."),
        ("It is of a kind that retells: opinion.", "Held back: It is of a kind that retells"),
        ("", "The evidence for this is weak; it may be known already."),
    ],
    ids=["reason", "with a stop", "from before reasons were told"],
)
def test_a_digest_says_why_something_was_held_back(reason, told):
    held = replace(PAYLOAD.alert, kind="unconfirmed", held_back=reason)
    items = (replace(PAYLOAD, alert=held), PAYLOAD)

    message = render_digest(DigestPayload(DigestKind.DIGEST, PAYLOAD.case, items), **OPTIONS)

    assert message.text.count(told) == html.unescape(message.html).count(told) == 1
    assert ".." not in message.text.split("WHO CARRIES IT")[0]


def test_a_long_digest_shows_fifty_and_counts_the_rest():
    message = render_digest(
        DigestPayload(DigestKind.DIGEST, PAYLOAD.case, (PAYLOAD,) * 60), **OPTIONS
    )

    assert "60 developments" in message.subject
    assert message.text.count(FIRST) == 50
    assert "and 10 more" in message.text


def test_a_notice_is_one_line_and_its_reasons():
    notice = NoticePayload(
        EventType.FEED_SILENT,
        "Gazette is silent",
        ("No new item since Monday.",),
        {"feed": "https://gazette.example/"},
    )
    message = render_notice(notice, **OPTIONS)

    assert message.subject == "[monitor] Gazette is silent"
    assert (
        message.text == "Gazette is silent\n\nNo new item since Monday.\n\n2025-06-06 14:05 CEST\n"
    )
    assert message.type == "feed.silent"
    assert NOW.isoformat()[:10] in message.text


def test_a_test_message_names_its_channel():
    message = render_test(channel="desk", **OPTIONS)

    assert message.type == "test"
    assert "desk" in message.subject


@pytest.mark.parametrize("type_", [EventType.TEST, EventType.FEED_SILENT])
def test_an_event_about_the_monitor_says_whether_it_is_a_test(type_):
    alert = json.loads(render_notice(NoticePayload(type_, "A title"), **OPTIONS).event)["data"][
        "alert"
    ]

    assert alert["id"] == OPTIONS["id"]
    assert alert["kind"] == type_
    assert alert["is_test"] is (type_ is EventType.TEST)
