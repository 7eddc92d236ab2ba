"""What a mail says: the same in plain text and HTML, the news first, and nothing that acts."""

import html
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.actions.signed import MailLinks
from monitor.alerts.payload import (
    AlertPayload,
    CarrierPart,
    ClaimPart,
    CorroborationPart,
    DigestKind,
    DigestPayload,
    EditPart,
    EventType,
    FeedPart,
    NearestPart,
    NoticePayload,
    ReporterPart,
    SentencePart,
    StatePart,
)
from monitor.alerts.rendering import render_alert, render_digest, render_notice, render_test
from monitor.alerts.views.known import USEFUL_LIKENESS
from monitor.alerts.views.mail import make_view
from monitor.channels.mail import build_mail
from monitor.model import MatchedTerm
from monitor.text import one_line
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

DATE = "Fri, 06 Jun 2025 12:05:00 +0000"
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "table", "tbody", "tr", "td", "div"),
    *(
        "h1",
        "h2",
        "p",
        "br",
        "blockquote",
        "cite",
        "a",
        "b",
        "bdi",
        "i",
        "ul",
        "li",
        "code",
        "span",
    ),
}


class Page(HTMLParser):
    """Collects the tags, links and visible text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.visible = ""
        self.source = page
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

    dates = (
        "Published 6 June 2025, 13:58, this text 9 June 2025, 14:05, found 6 June 2025, 14:05 CEST"
    )
    assert dates in message.text
    assert dates in html.unescape(message.html)


def test_the_alert_reads_as_written_here():
    message = render_alert(PAYLOAD, **OPTIONS)

    assert message.subject == f"[Night ferry] New: {FIRST} (Tribune +11)"
    assert message.text == (
        f"NIGHT FERRY\n\n{FIRST}\n\nTribune\n"
        "Published 6 June 2025, 13:58, found 14:05 CEST\n"
        "Headline: Court opens ferry logbooks\nhttps://tribune.example/ferry?a=1&b=2\n"
        f"\nALSO NEW\n> {SECOND} (Tribune)\n"
        "\nCHANGED\nBefore (date): The hearing is on 10 June.\nAfter: The hearing is on 12 June.\n"
        "\nWHO CARRIES IT\n4 newsrooms, 12 outlets. The text is by North Wire, as its credit line "
        "says.\n- Tribune https://tribune.example/ferry\n- Gazette\n"
        "\nWHAT WAS KNOWN\n87% of this article was known. "
        f"Nearest to what is new: “{NEAREST}” (Gazette, 4 June 2025)\n"
        "\nWHAT YOU CAN DO\n"
        "Silence this story for 7 days: monitor silence add --story s7 --for 7d"
        ' --comment "enough for now"\n'
        "Not about the case: monitor feedback 3f9c01 --not-relevant\n"
        "Not new: monitor feedback 3f9c01 --not-new\nWhy it came: monitor why 3f9c\n"
        "\n--\nYou get this because you follow Night ferry. We follow the logbooks.\n"
        "Found: ferry NEAR/5 harbour in title\n"
    )


@pytest.mark.parametrize(
    ("tier", "word"), [(1, "Change of state"), (2, "Official act"), (3, "Statement")]
)
def test_a_tier_is_told_in_a_word(tier, word):
    payload = replace(PAYLOAD, development=replace(PAYLOAD.development, tier=tier))

    message = render_alert(payload, **OPTIONS)

    assert message.text.startswith(f"NIGHT FERRY · {word}\n")
    assert f"Night ferry · {word}" in squash(Page(message.html).visible)


@pytest.mark.parametrize(
    ("newsrooms", "words"),
    [
        (1, "One newsroom so far, 12 outlets."),
        (2, "2 newsrooms, 12 outlets."),
        (12, "12 newsrooms,"),
    ],
)
def test_an_alert_says_how_many_newsrooms_have_it(newsrooms, words):
    told = CorroborationPart(newsrooms, ("A",), ReporterPart("A", NOW), newsrooms == 1)
    payload = replace(PAYLOAD, corroboration=told)

    message = render_alert(payload, **OPTIONS)

    assert f"WHO CARRIES IT\n{words}" in message.text
    assert words in Page(message.html).visible


def test_plain_text_and_html_say_the_same_in_the_same_order():
    message = render_alert(PAYLOAD, **OPTIONS)
    visible = squash(Page(message.html).visible)
    last = 0
    told = [
        FIRST,
        "found 14:05 CEST",
        "Court opens",
        SECOND,
        CLAIM.before,
        CLAIM.after,
        "4 newsrooms, 12 outlets",
        "87%",
        NEAREST,
    ]
    told += ["monitor why 3f9c", "We follow the logbooks.", "ferry NEAR/5 harbour in title"]

    for part in told:
        assert part in squash(message.text)
        assert visible.index(part) > last or part == FIRST
        last = visible.index(part)
    assert [message.text.index(part) for part in told] == sorted(
        message.text.index(part) for part in told
    )


def test_commands_name_the_config_that_they_are_about():
    links = MailLinks(program="monitor --config 'my case'")

    message = render_alert(PAYLOAD, **OPTIONS, links=links)

    for page in (squash(message.text), squash(Page(message.html).visible)):
        assert "monitor --config 'my case' why 3f9c" in page
        assert "monitor --config 'my case' silence add --story" in page
        assert "monitor --config 'my case' feedback" in page


@pytest.mark.parametrize("folder", ["'/srv/the  desk'", "/srv/" + "a-long-name/" * 30])
def test_a_command_is_whole_however_its_config_is_called(folder):
    payload = replace(PAYLOAD, links=replace(PAYLOAD.links, why="monitor why 3f9c55aa7e11"))
    links = MailLinks(program=f"monitor --config {folder}")
    digest = DigestPayload(DigestKind.DIGEST, PAYLOAD.case, (payload,))

    for message in (
        render_alert(payload, **OPTIONS, links=links),
        render_digest(digest, **OPTIONS, links=links),
    ):
        assert f"\nWhy it came: monitor --config {folder} why 3f9c55aa\n" in message.text


def test_a_subject_leaves_out_the_dateline_that_the_summary_has_not():
    told = replace(
        PAYLOAD,
        new_sentences=(SentencePart(f"HARBOUR TOWN - {FIRST}", "en", 0, "a1"),),
        development=replace(PAYLOAD.development, summary_sentence=FIRST),
    )

    assert render_alert(told, **OPTIONS).subject.startswith(f"[Night ferry] New: {FIRST}")


@given(st.text(min_size=1, max_size=60), st.text(max_size=60))
def test_every_word_of_the_text_is_in_the_html(sentence, note):
    payload = replace(
        PAYLOAD,
        new_sentences=(SentencePart(sentence, "en", 0, "a1"),),
        case=replace(PAYLOAD.case, note=note),
    )

    message = render_alert(payload, **OPTIONS)

    view = make_view(payload, BERLIN)
    told = (view.head.lead, *(one.text for one in view.news.sentences))
    assert squash(one_line(sentence)) in map(squash, (*told, ""))
    assert all(squash(text) in squash(message.text) for text in told)
    assert all(squash(text) in squash(Page(message.html).visible) for text in told)
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


def test_the_day_of_the_event_stands_apart_from_published_and_found():
    told = replace(PAYLOAD.development, event_date="2025-06-05", event_date_precision="day")

    message = render_alert(replace(PAYLOAD, development=told), **OPTIONS)

    assert "Tribune · happened Thursday 5 June 2025\nPublished 6 June 2025, 13:58" in message.text
    assert "happened Thursday 5 June 2025" in squash(Page(message.html).visible)


def test_what_changes_in_the_case_is_told_with_what_held_before():
    state = (
        StatePart("Night ferry", "custody", "", "held"),
        StatePart("", "orders", "stay", "lifted"),
        StatePart("", "trial", "set for 2026-13-01", "set for 2026-01-28"),
    )

    message = render_alert(replace(PAYLOAD, state=state), **OPTIONS)

    assert "WHAT IT CHANGES\nCustody: held\nOrders: stay → lifted\n" in message.text
    # What looks like a day and is none stays as it is.
    assert "\nTrial: set for 2026-13-01 → set for 28 January 2026\n" in message.text


def test_a_digest_tells_what_each_development_changes_but_no_doubt():
    state = (StatePart("Night ferry", "custody", "held", "released"),)
    change = replace(PAYLOAD, state=state)
    doubt = replace(change, alert=replace(PAYLOAD.alert, kind="unconfirmed"))

    told = render_digest(DigestPayload(DigestKind.DIGEST, PAYLOAD.case, (change,)), **OPTIONS)
    held = render_digest(DigestPayload(DigestKind.DIGEST, PAYLOAD.case, (doubt,)), **OPTIONS)

    assert "\nCustody: held → released\n" in told.text
    assert "Custody: held → released" in squash(Page(told.html).visible)
    # What may be known already changes nothing yet.
    assert "Custody" not in held.text + Page(held.html).visible


def test_the_next_known_date_of_the_case_is_told():
    ahead = replace(PAYLOAD.case, next_date="2025-06-18")

    message = render_alert(replace(PAYLOAD, case=ahead), **OPTIONS)

    assert "Next known date of the case: Wednesday 18 June 2025\n" in message.text


def test_the_next_known_date_comes_with_the_sentence_that_names_it():
    says = "The harbour master answers by 18 June."
    ahead = replace(PAYLOAD.case, next_date="2025-06-18", next_date_text=says)

    alert = render_alert(replace(PAYLOAD, case=ahead), **OPTIONS)
    digest = render_digest(DigestPayload(DigestKind.DIGEST, ahead, (PAYLOAD,)), **OPTIONS)

    for message in (alert, digest):
        assert f"Next known date of the case: Wednesday 18 June 2025: “{says}”\n" in message.text
        assert f"Wednesday 18 June 2025: “{says}”" in squash(Page(message.html).visible)


@pytest.mark.parametrize(
    ("published", "day"),
    [("2025-04-01T00:00", "1 April 2025"), ("2025-04-01T23:30", "2 April 2025")],
    ids=["a day alone", "a time"],
)
def test_what_was_known_has_the_day_on_which_it_was_published(published, day):
    said = datetime.fromisoformat(published).replace(tzinfo=UTC)
    first = PAYLOAD.new_sentences[0]
    assert first.nearest
    known = replace(first, nearest=replace(first.nearest, published_at=said, score=0.9))

    message = render_alert(replace(PAYLOAD, new_sentences=(known,)), **OPTIONS)

    assert f"(Gazette, {day})" in message.text


def test_what_comes_near_to_a_sentence_beside_the_news_is_not_told():
    first, second = PAYLOAD.new_sentences
    beside = (replace(first, nearest=None), replace(second, nearest=first.nearest))

    message = render_alert(replace(PAYLOAD, new_sentences=beside), **OPTIONS)

    assert "Nearest to what is new" in render_alert(PAYLOAD, **OPTIONS).text
    assert "Nearest to what is new" not in message.text + message.html


def test_the_places_of_a_match_read_as_a_list():
    places = ("title", "summary", "text")
    matched = tuple(MatchedTerm("ferry", field, "") for field in places)

    message = render_alert(replace(PAYLOAD, matched=matched), **OPTIONS)

    assert "Found: ferry in title, summary and text\n" in message.text


def test_a_date_that_is_the_news_itself_is_not_told_as_the_next_one():
    ahead = replace(PAYLOAD.case, next_date="2025-06-12")

    alert = render_alert(replace(PAYLOAD, case=ahead), **OPTIONS)
    told = DigestPayload(DigestKind.DIGEST, ahead, (replace(PAYLOAD, case=ahead),))
    digest = render_digest(told, **OPTIONS)

    for message in (alert, digest):
        assert "Next known date" not in message.text + message.html
    assert "testify on 12 June" in alert.text


def test_copies_of_one_text_are_folded():
    names = ("Tribune", "Gazette", "Courier")
    items = [CarrierPart(name, f"https://{name}.example/", "North Wire") for name in names]
    items.append(CarrierPart("Bay Post", "https://post.example/", "Bay Post"))
    carriers = replace(PAYLOAD.carriers, items=tuple(items))

    message = render_alert(replace(PAYLOAD, carriers=carriers), **OPTIONS)

    lines = (
        "- North Wire text, 3 outlets https://Tribune.example/\n- Bay Post https://post.example/"
    )
    assert lines in message.text


@pytest.mark.parametrize(
    ("share", "words"), [(0.0, "Nothing"), (0.004, "Nothing"), (0.01, "1%"), (1.0, "100%")]
)
def test_how_much_was_known_is_told_in_words(share: float, words: str) -> None:
    view = make_view(replace(PAYLOAD, known_share=share, new_sentences=()), BERLIN)

    assert view.known == f"{words} of this article was known."


@pytest.mark.parametrize(
    ("score", "is_told"), [(0.05, False), (USEFUL_LIKENESS - 0.01, False), (USEFUL_LIKENESS, True)]
)
def test_a_stored_sentence_is_told_only_where_it_is_near(score, is_told):
    near = SentencePart(FIRST, "en", 0, "a1", NearestPart(NEAREST, "a0", "Gazette", NOW, score))

    message = render_alert(replace(PAYLOAD, new_sentences=(near,)), **OPTIONS)

    assert (NEAREST in message.text) is is_told
    assert "likeness" not in message.text


@pytest.mark.parametrize(
    ("before", "after", "is_told"),
    [
        ("The fine is 40 crowns.", "The fine is 60 crowns.", True),
        ("The fine is 40 crowns.", "Nora Ferris sailed north at dawn.", False),
        ("The fine is 40 crowns.", "the fine is  40 crowns", False),
        ("", "The fine is 60 crowns.", False),
    ],
    ids=["a number", "another statement", "the same words", "nothing before"],
)
def test_only_a_claim_that_is_told_again_is_a_changed_one(before, after, is_told):
    claim = ClaimPart(before, after, "number", "a0", "a1")

    message = render_alert(replace(PAYLOAD, changed_claims=(claim,)), **OPTIONS)

    assert ("Before (number)" in message.text) is is_told


def test_the_part_of_a_claim_that_changed_stands_out():
    message = render_alert(PAYLOAD, **OPTIONS)

    marked = re.findall(r"<b[^>]*>([^<]*)</b>", message.html)
    assert marked == ["10", "12"]


def test_terms_found_in_several_places_are_one_line():
    terms = tuple(
        replace(PAYLOAD.matched[0], term=term, field=field)
        for term in ("ferry", "logbooks")
        for field in ("title", "text", "text")
    )

    message = render_alert(replace(PAYLOAD, matched=terms), **OPTIONS)

    assert message.text.endswith("Found: ferry in title and text; logbooks in title and text\n")


def test_a_digest_tells_doubts_edits_silences_and_feeds_after_the_news():
    doubt = replace(PAYLOAD.alert, kind="unconfirmed", held_back="too little of it is new")
    change = replace(PAYLOAD.development, tier=1, summary_sentence="The court freed Nora Ferris.")
    quiet = replace(PAYLOAD.alert, silenced="campaign noise")
    call = replace(change, summary_sentence="A press call.")
    digest = DigestPayload(
        DigestKind.DIGEST,
        PAYLOAD.case,
        (
            replace(PAYLOAD, alert=quiet, development=call),
            replace(PAYLOAD, alert=doubt),
            PAYLOAD,
            replace(PAYLOAD, development=change),
        ),
        edits=(EditPart("correction", "Gazette", "https://g.example/", NOW, "It was Monday."),),
        feeds=(FeedPart("https://g.example/rss", "Gazette", "failing", "it fails: 503", None),),
    )

    message = render_digest(digest, **OPTIONS)

    headings = ["CHANGES OF STATE", "OFFICIAL ACTS", "HELD BACK IN DOUBT", "EDITED BY OUTLETS"]
    headings += ["SILENCED", "FEEDS IN TROUBLE"]
    assert [line for line in message.text.split("\n") if line in headings] == headings
    visible = squash(Page(message.html).visible)
    for line in (
        "Gazette corrected this, 6 June 2025, 14:05 CEST: It was Monday.",
        "A press call. (Tribune; campaign noise)",
        "Gazette: it fails: 503",
    ):
        assert line in message.text
        assert line in visible
    counts = "(1 change of state, 1 official act, 1 in doubt, 1 silenced)"
    assert message.subject == f"[Night ferry] Digest: The court freed Nora Ferris. {counts}"


def test_in_a_list_of_a_digest_the_name_alone_is_the_link():
    feed = FeedPart("https://g.example/rss", "Gazette", "failing", "it fails: 503", None)

    page = Page(
        render_digest(
            DigestPayload(DigestKind.DIGEST, PAYLOAD.case, (PAYLOAD,), feeds=(feed,)), **OPTIONS
        ).html
    )

    assert ("a", "https://g.example/rss") in [(tag, some.get("href")) for tag, some in page.tags]
    assert "Gazette: it fails: 503" in squash(page.visible)
    assert ">Gazette</a>: it fails" in page.source


def test_the_outlet_of_sentences_that_follow_each_other_is_named_once():
    third = SentencePart("The logbooks are to be read in court.", "en", 7, "a1")
    payload = replace(PAYLOAD, new_sentences=(*PAYLOAD.new_sentences, third))

    message = render_alert(payload, **OPTIONS)

    assert f"\nALSO NEW\n> {SECOND}\n> {third.text} (Tribune)\n" in message.text
    assert message.html.count("<cite") == 1


def test_what_was_not_read_in_full_is_said():
    message = render_alert(
        replace(PAYLOAD, article=replace(PAYLOAD.article, extraction="teaser")), **OPTIONS
    )

    assert "Only the teaser could be read" in message.text
    assert "Only the teaser could be read" in message.html


@pytest.mark.parametrize(
    ("kind", "count", "case", "subject"),
    [
        (DigestKind.DIGEST, 5, PAYLOAD.case, "[Night ferry] Digest: "),
        (DigestKind.ROLL_UP, 37, PAYLOAD.case, "[Night ferry] 37 more developments: "),
        (DigestKind.FIRST_RUN, 1, PAYLOAD.case, "[Night ferry] First look: "),
        (DigestKind.ROLL_UP, 2, None, "[monitor] 2 more developments: "),
    ],
)
def test_a_digest_says_how_many_and_why(kind, count, case, subject):
    message = render_digest(DigestPayload(kind, case, (PAYLOAD,) * count), **OPTIONS)

    acts = "1 official act" if count == 1 else f"{count} official acts"
    assert (
        message.subject
        == f"{subject}The harbour court ordered the ferry line to open its logbooks by… ({acts})"
    )
    assert message.type == "digest.created"
    assert message.text.count(FIRST) >= count
    assert Page(message.html).visible.count(FIRST) >= count


def test_a_digest_of_several_cases_names_each():
    message = render_digest(DigestPayload(DigestKind.ROLL_UP, None, (PAYLOAD,)), **OPTIONS)

    assert "Night ferry · Tribune +11" in message.text
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
    assert ".." not in message.text


def numbered(count: int, **changes: object) -> tuple[AlertPayload, ...]:
    """Alerts that differ in their lead and come in the order of their numbers."""
    found = []
    for number in range(count):
        told = replace(
            PAYLOAD.development,
            summary_sentence=f"Pier {number} of the old harbour was closed by order of the master.",
            first_found_at=NOW + timedelta(minutes=number),
        )
        found.append(replace(PAYLOAD, development=told, **changes))
    return tuple(found)


@pytest.mark.parametrize("count", [41, 60, 500])
def test_a_long_digest_is_a_short_mail_and_counts_the_rest(count):
    message = render_digest(
        DigestPayload(DigestKind.ROLL_UP, PAYLOAD.case, numbered(count)), **OPTIONS
    )

    mail = build_mail(message, "monitor@example.org", ["desk@example.org"], date=DATE)
    shown = message.text.count("of the old harbour was closed")
    assert len(mail) <= 30_000
    assert shown == Page(message.html).visible.count("of the old harbour was closed")
    assert 25 <= shown <= 50
    assert (f"and {count - shown} more" in message.text) == (shown < count)


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
        message.text
        == "Gazette is silent\n\nNo new item since Monday.\n\n6 June 2025, 14:05 CEST\n"
    )
    assert message.type == "feed.silent"


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
