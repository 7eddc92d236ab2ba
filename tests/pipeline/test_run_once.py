"""One pass after another, on both databases: what is stored, what alerts, what is said about
failures.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from monitor.store.views.articles import list_articles
from monitor.store.views.cases import get_totals
from monitor.store.views.developments import list_developments
from monitor.store.views.feeds import list_feeds
from monitor.store.views.trace import trace_url
from monitor.urls import canonical_url
from tests.conftest import SEED
from tests.pipeline.conftest import Newsroom
from tests.world import Outlet, Story

SEED_PARAGRAPHS = [line for line in SEED.read_text(encoding="utf-8").splitlines() if line.strip()]
ORDER = (
    "A federal judge in Maryland on Tuesday ordered four officials to answer questions under oath "
    "about Abrego Garcia's return."
)
STAY = (
    "An appeals court on Wednesday put on hold the order that four officials answer questions "
    "about Abrego Garcia's return."
)


def story(
    path: str,
    paragraphs: list[str],
    when: datetime,
    title: str = "Abrego Garcia case",
    **options: str,
) -> Story:
    return Story(path, title, paragraphs, when, "Kilmar Abrego Garcia", **options)


def test_the_first_poll_is_a_baseline_that_never_alerts(newsroom: Newsroom) -> None:
    newsroom.outlets[0].publish(story("/a", [ORDER, *SEED_PARAGRAPHS], newsroom.now))

    newsroom.poll()

    assert newsroom.alerts == []
    outlets = [article.outlet for article in newsroom.read(list_articles, limit=10)]
    assert sorted(outlets) == ["Geo News, citing Reuters", "Harbour Gazette"]


def test_an_empty_first_poll_is_the_baseline_too(newsroom: Newsroom) -> None:
    newsroom.poll()
    newsroom.outlets[0].publish(story("/a", [ORDER, *SEED_PARAGRAPHS], newsroom.now))

    newsroom.poll()

    assert len(newsroom.alerts) == 1


def break_off(outlet: Outlet, behind: str) -> None:
    """Lets the feed of an outlet end at some words."""
    outlet.answers["/feed.xml"] = lambda: (
        *(200, "application/rss+xml"),
        outlet.feed().partition(behind)[0].encode(),
    )


def test_what_stood_behind_the_end_of_a_cut_first_document_is_old(newsroom: Newsroom) -> None:
    outlet = newsroom.outlets[0]
    outlet.publish(story("/a", [ORDER, *SEED_PARAGRAPHS], newsroom.now))
    outlet.publish(story("/tides", ["The tide comes in at noon."], newsroom.now, title="Tides"))
    break_off(outlet, "Abrego Garcia case")
    newsroom.poll()
    del outlet.answers["/feed.xml"]
    newsroom.poll()
    assert newsroom.alerts == []

    outlet.publish(story("/b", [STAY, *SEED_PARAGRAPHS], newsroom.now))
    newsroom.poll()
    assert len(newsroom.alerts) == 1


def test_a_feed_that_always_breaks_off_begins_after_a_day(newsroom: Newsroom) -> None:
    outlet = newsroom.outlets[0]
    break_off(outlet, "</channel>")
    for hours in (1, 12, 12):
        newsroom.poll(hours=hours)
    outlet.publish(story("/a", [ORDER, *SEED_PARAGRAPHS], newsroom.now))
    newsroom.poll()

    assert len(newsroom.alerts) == 1


def test_a_second_pass_over_the_same_feeds_does_nothing(newsroom: Newsroom) -> None:
    newsroom.poll()
    newsroom.outlets[0].publish(story("/a", [ORDER, *SEED_PARAGRAPHS], newsroom.now))
    newsroom.poll()
    before = newsroom.read(get_totals)

    result = newsroom.poll()

    assert result.outcomes == {"not_modified": 3}
    assert newsroom.read(get_totals) == before
    assert len(newsroom.alerts) == 1


def test_a_stay_after_an_order_in_nearly_the_same_words_alerts_again(newsroom: Newsroom) -> None:
    newsroom.poll()
    newsroom.outlets[0].publish(story("/a", [ORDER, *SEED_PARAGRAPHS], newsroom.now))
    newsroom.poll()
    newsroom.outlets[1].publish(
        story("/b", [STAY, *SEED_PARAGRAPHS], newsroom.now + timedelta(days=1))
    )

    newsroom.poll(hours=26)

    assert [event["data"]["new_sentences"][0]["text"] for event in newsroom.alerts] == [ORDER, STAY]


def test_new_text_under_the_old_address_is_a_revision_and_alerts(newsroom: Newsroom) -> None:
    newsroom.poll()
    outlet = newsroom.outlets[0]
    url = outlet.publish(
        story("/live", SEED_PARAGRAPHS, newsroom.now, title="Abrego Garcia: what happens")
    )
    newsroom.poll()
    outlet.stories[0].paragraphs = [ORDER, *SEED_PARAGRAPHS]
    outlet.stories[0].summary = "Kilmar Abrego Garcia: judge orders testimony"
    outlet.publish(
        Story(
            "/weather",
            "Sun",
            ["Sunny all day long, with a light breeze in the evening hours."],
            newsroom.now,
        )
    )

    newsroom.poll(hours=3)

    trace = newsroom.read(trace_url, [url, canonical_url(url)])
    assert [verdict.revision for verdict in trace.verdicts] == [1, 2]
    assert [event["data"]["article"]["revision"] for event in newsroom.alerts] == [2]


def test_no_send_records_what_is_there_as_known(newsroom: Newsroom) -> None:
    newsroom.poll()
    newsroom.outlets[0].publish(story("/a", [ORDER, *SEED_PARAGRAPHS], newsroom.now))
    newsroom.poll(send=False)
    newsroom.outlets[1].publish(story("/b", [ORDER, *SEED_PARAGRAPHS], newsroom.now))

    newsroom.poll()

    assert newsroom.alerts == []
    assert newsroom.read(list_developments, limit=5) == []


def test_later_carriers_attach_and_never_alert(newsroom: Newsroom) -> None:
    newsroom.poll()
    for number, outlet in enumerate(newsroom.outlets):
        outlet.publish(
            story(
                f"/{number}",
                [ORDER, *SEED_PARAGRAPHS],
                newsroom.now,
                title=f"Officials must answer {number}",
            )
        )
        newsroom.poll()

    assert len(newsroom.alerts) == 1
    assert [development.carriers for development in newsroom.read(list_developments, limit=5)] == [
        3
    ]


def test_who_wants_two_newsrooms_hears_with_the_second_and_never_again(newsroom: Newsroom) -> None:
    case = newsroom.config / "cases" / "abrego-garcia.toml"
    case.write_text(case.read_text().replace('when = "now"', 'when = "now"\nsources = 2'))
    newsroom.poll()
    retold = (
        "Four officials were on Tuesday ordered by a federal judge in Maryland to answer questions"
        " about Abrego Garcia under oath."
    )
    deadline = "They have until April 23, Judge Paula Xinis said after a hearing in Greenbelt."
    told = []
    for number, (outlet, text) in enumerate(
        zip(newsroom.outlets, (ORDER, retold, retold), strict=True)
    ):
        paragraphs = [text, deadline] if outlet is newsroom.outlets[0] else [text]
        outlet.publish(story(f"/{number}", paragraphs, newsroom.now, title="Officials must answer"))
        newsroom.poll()
        told.append(len(newsroom.alerts))

    assert told == [0, 1, 1]
    corroboration = newsroom.alerts[0]["data"]["corroboration"]  # type: ignore[index]
    assert (corroboration["newsrooms"], corroboration["is_single"]) == (2, False)
    assert corroboration["names"] == ["127.0.3.1", "127.0.3.2"]


@pytest.mark.parametrize(
    ("answer", "state", "says"),
    [
        (
            (200, "text/html", b"<!doctype html><html><body><h1>We moved</h1></body></html>"),
            "failing",
            "HTML",
        ),
        ((200, "application/rss+xml", b""), "failing", "empty"),
        ((410, "text/plain", b"gone"), "failing", "410"),
        ((503, "text/plain", b"later"), "failing", "503"),
        (
            (200, "application/rss+xml", b"<rss><channel><title>x</title><item><title>cut off"),
            "ok",
            "",
        ),
    ],
)
def test_a_broken_feed_is_told_and_the_others_go_on(
    newsroom: Newsroom, answer: tuple[int, str, bytes], state: str, says: str
) -> None:
    newsroom.poll()
    newsroom.outlets[0].answers["/feed.xml"] = lambda: answer
    newsroom.outlets[1].publish(story("/b", [ORDER, *SEED_PARAGRAPHS], newsroom.now))

    newsroom.poll()

    broken = newsroom.read(list_feeds)[0]
    assert broken.state == state
    assert says.lower() in broken.error.lower()
    assert [event["type"] for event in newsroom.alerts if event["type"] != "feed.silent"] == [
        "development.created"
    ]


def test_a_page_that_is_gone_leaves_the_feeds_own_words_and_the_reason(newsroom: Newsroom) -> None:
    newsroom.poll()
    outlet = newsroom.outlets[0]
    url = outlet.publish(
        story(
            "/gone",
            [ORDER],
            newsroom.now,
            title="Judge orders testimony about Abrego Garcia on Tuesday",
        )
    )
    outlet.answers["/gone"] = lambda: (404, "text/html", b"<h1>Not found</h1>")

    newsroom.poll()

    trace = newsroom.read(trace_url, [url, canonical_url(url)])
    assert trace.article is not None
    assert trace.article.extraction == "feed_only"
    assert "404" in trace.page_reason


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        ((200, "application/pdf", b"%PDF-1.7 ..."), "pdf"),
        ((200, "text/html", b"<html>" + b"x" * 6_000_000), "large"),
        (
            (
                200,
                "text/html",
                b"<html><body><a href='/1'>One</a> <a href='/2'>Two</a></body></html>",
            ),
            "",
        ),
    ],
)
def test_a_page_that_cannot_be_read_leaves_the_feeds_own_words_and_the_reason(
    newsroom: Newsroom, answer: tuple[int, str, bytes], word: str
) -> None:
    newsroom.poll()
    outlet = newsroom.outlets[0]
    url = outlet.publish(story("/odd", [ORDER], newsroom.now))
    outlet.answers["/odd"] = lambda: answer

    for _ in range(3):  # a page that is too large may be smaller the next time
        newsroom.poll()

    trace = newsroom.read(trace_url, [url, canonical_url(url)])
    assert trace.article is not None
    assert trace.article.extraction != "full"
    assert word in trace.page_reason.lower()
    assert trace.page_reason


def test_a_page_that_fails_for_a_while_is_tried_again(newsroom: Newsroom) -> None:
    newsroom.poll()
    outlet = newsroom.outlets[0]
    url = outlet.publish(story("/later", [ORDER, *SEED_PARAGRAPHS], newsroom.now))
    outlet.answers["/later"] = lambda: (503, "text/plain", b"busy")
    newsroom.poll()
    assert newsroom.read(trace_url, [url, canonical_url(url)]).entries[0].state == "queued"
    del outlet.answers["/later"]

    newsroom.poll()

    trace = newsroom.read(trace_url, [url, canonical_url(url)])
    assert trace.article is not None
    assert trace.article.extraction == "full"
    assert len(newsroom.alerts) == 1


def test_deliveries_that_fail_are_repeated_under_the_same_id(newsroom: Newsroom) -> None:
    newsroom.poll()
    newsroom.hook.status = 503
    newsroom.outlets[0].publish(story("/a", [ORDER, *SEED_PARAGRAPHS], newsroom.now))
    assert newsroom.poll().unsent == 1
    newsroom.hook.status = 200
    refused = [
        headers["webhook-id"] for method, _, headers in newsroom.hook.requests if method == "POST"
    ]

    assert newsroom.poll().sent == 1
    newsroom.poll()

    assert [identity for identity, _ in newsroom.hook.events] == refused


def test_a_case_added_later_learns_from_what_is_stored_and_stays_silent(newsroom: Newsroom) -> None:
    newsroom.poll()
    newsroom.outlets[0].publish(
        Story(
            "/port",
            "Port of Calder Bay closes",
            [
                "The port of Calder Bay closed on Tuesday after a crane fell.",
                "Nobody was hurt, the harbour master said, and the crane will be gone by Friday.",
            ],
            newsroom.now,
            "Crane falls in Calder Bay",
        )
    )
    newsroom.poll()
    case = (newsroom.config / "cases" / "abrego-garcia.toml").read_text()
    later = (
        case.replace("Kilmar Abrego Garcia", "Calder Bay").split("query = ")[0]
        + 'query = \'"calder bay"\'\nfeeds = ["*"]\n'
    )
    (newsroom.config / "cases" / "calder-bay.toml").write_text(later)

    newsroom.poll()

    assert [
        article.cases for article in newsroom.read(list_articles, limit=9, case="calder-bay")
    ] == [("calder-bay",)]
    assert newsroom.read(list_developments, limit=5) == []


def test_a_case_that_comes_back_learns_what_it_has_not_seen(newsroom: Newsroom) -> None:
    newsroom.poll()
    file = newsroom.config / "cases" / "abrego-garcia.toml"
    kept = file.read_text()
    file.unlink()
    newsroom.outlets[0].publish(story("/meanwhile", [ORDER, *SEED_PARAGRAPHS], newsroom.now))
    newsroom.poll()
    file.write_text(kept)
    newsroom.poll()
    newsroom.outlets[1].publish(story("/again", [ORDER, *SEED_PARAGRAPHS], newsroom.now))

    newsroom.poll()

    assert newsroom.alerts == []
    assert len(newsroom.read(list_articles, limit=9, case="abrego-garcia")) == 3


def test_a_new_case_learns_from_the_full_text_of_what_is_stored(newsroom: Newsroom) -> None:
    newsroom.poll()
    newsroom.outlets[0].publish(
        story(
            "/order",
            [ORDER, "The senator Chris Van Hollen welcomed it.", *SEED_PARAGRAPHS],
            newsroom.now,
        )
    )
    newsroom.poll()
    pages = len([path for _, path, _ in newsroom.outlets[0].requests if path == "/order"])
    (newsroom.config / "cases" / "senator.toml").write_text(
        'title = "Senator"\nquery = \'"van hollen"\'\n'
    )

    newsroom.poll(hours=0.5)  # before its page is due again

    assert [article.cases for article in newsroom.read(list_articles, limit=9, case="senator")] == [
        ("abrego-garcia", "senator")
    ]
    assert len([path for _, path, _ in newsroom.outlets[0].requests if path == "/order"]) == pages


def test_a_host_that_asks_to_wait_fails_nobody_else(newsroom: Newsroom) -> None:
    outlet = newsroom.outlets[0]
    feeds = newsroom.config / "feeds.toml"
    feeds.write_text(
        feeds.read_text() + f'\n[[feed]]\nurl = "{outlet.base}/busy.xml"\ntitle = "Busy"\n'
    )
    outlet.retry_after["/busy.xml"] = 7200

    results = {result.url: result.outcome for _ in range(2) for result in newsroom.poll().polls}

    assert results[f"{outlet.base}/busy.xml"] in ("failed", "postponed")
    assert {feed.state for feed in newsroom.read(list_feeds) if feed.title != "Busy"} == {"ok"}


def test_what_is_weak_goes_to_the_digest_and_nowhere_else(newsroom: Newsroom) -> None:
    """A case with a daily digest tells there what was not enough for an alert, marked as such."""
    case = newsroom.config / "cases" / "abrego-garcia.toml"
    case.write_text(case.read_text().replace('when = "now"', 'when = "daily 08:00"'))
    newsroom.poll()
    opinion = [
        "Opinion: I think that the judge was right to order testimony on Tuesday.",
        f"I read it twice. {ORDER}",
        *SEED_PARAGRAPHS[:2],
    ]
    newsroom.outlets[0].publish(
        story(
            "/opinion",
            opinion,
            newsroom.now,
            title="Opinion: the judge is right about Abrego Garcia",
        )
    )
    newsroom.poll()
    assert newsroom.alerts == []
    assert newsroom.read(list_developments, limit=5) == []

    newsroom.poll(hours=24)

    kinds = [item["alert"]["kind"] for event in newsroom.alerts for item in event["data"]["items"]]
    assert kinds == ["unconfirmed"]


def opinion(newsroom: Newsroom) -> Story:
    words = [
        "Opinion: I think that the judge was right to order testimony on Tuesday.",
        f"I read it twice. {ORDER}",
        *SEED_PARAGRAPHS[:2],
    ]
    title = "Opinion: the judge is right about Abrego Garcia"
    return story("/opinion", words, newsroom.now, title=title)


def test_what_a_case_without_a_digest_holds_back_is_told_in_the_morning(
    newsroom: Newsroom,
) -> None:
    newsroom.poll()
    newsroom.outlets[0].publish(opinion(newsroom))
    newsroom.poll()
    assert newsroom.alerts == []

    newsroom.poll(hours=24)
    newsroom.poll(hours=24)

    (digest,) = newsroom.alerts
    assert digest["type"] == "digest.created"
    (item,) = digest["data"]["items"]
    assert item["alert"]["kind"] == "unconfirmed"
    assert item["alert"]["held_back"]


def test_what_is_held_back_is_told_nobody_where_somebody_says_so(newsroom: Newsroom) -> None:
    case = newsroom.config / "cases" / "abrego-garcia.toml"
    case.write_text(case.read_text().replace('when = "now"', 'when = "now"\nheld = "none"'))
    newsroom.poll()
    newsroom.outlets[0].publish(opinion(newsroom))
    newsroom.poll()

    newsroom.poll(hours=24)

    assert newsroom.alerts == []


COUNCIL = (
    "The town council of Harbour Falls has talked about the case of Kilmar Abrego Garcia. "
    "Most members found it sad."
)
COUNCIL_AGAIN = (
    "Council members in Harbour Falls have talked about Kilmar Abrego Garcia, and most of the "
    "members found his case sad."
)


def in_doubt(path: str, words: str, newsroom: Newsroom) -> Story:
    return story(path, [words], newsroom.now, title="Council meets on Abrego Garcia")


def test_what_is_in_doubt_alerts_when_another_outlet_has_it_too(newsroom: Newsroom) -> None:
    newsroom.poll()
    newsroom.now += timedelta(days=1)
    newsroom.outlets[0].publish(in_doubt("/council", COUNCIL, newsroom))
    newsroom.poll()
    assert newsroom.alerts == []

    newsroom.outlets[1].publish(in_doubt("/again", COUNCIL_AGAIN, newsroom))
    newsroom.poll()

    (told,) = [event["data"] for event in newsroom.alerts]
    assert told["article"]["url"].endswith("/council")
    assert all(sentence["text"] in COUNCIL for sentence in told["new_sentences"])
    assert [development.carriers for development in newsroom.read(list_developments, limit=5)] == [
        2
    ]


def test_what_was_confirmed_once_is_not_told_again(newsroom: Newsroom) -> None:
    newsroom.poll()
    newsroom.now += timedelta(days=1)
    for number, outlet in enumerate(newsroom.outlets):
        outlet.publish(
            in_doubt(f"/council-{number}", COUNCIL_AGAIN if number else COUNCIL, newsroom)
        )
        newsroom.poll()

    assert len(newsroom.alerts) == 1
    assert [development.carriers for development in newsroom.read(list_developments, limit=5)] == [
        3
    ]


def test_an_outlet_does_not_confirm_itself(newsroom: Newsroom) -> None:
    newsroom.poll()
    newsroom.now += timedelta(days=1)
    for path, words in (("/council", COUNCIL), ("/again", COUNCIL_AGAIN)):
        newsroom.outlets[0].publish(in_doubt(path, words, newsroom))
        newsroom.poll()

    assert newsroom.alerts == []


def test_an_unconfirmed_development_of_a_digest_becomes_a_confirmed_one(newsroom: Newsroom) -> None:
    case = newsroom.config / "cases" / "abrego-garcia.toml"
    case.write_text(case.read_text().replace('when = "now"', 'when = "daily 08:00"'))
    newsroom.poll()
    newsroom.now += timedelta(days=1)
    newsroom.outlets[0].publish(in_doubt("/council", COUNCIL, newsroom))
    newsroom.poll()
    newsroom.outlets[1].publish(in_doubt("/again", COUNCIL_AGAIN, newsroom))
    newsroom.poll()

    newsroom.poll(hours=24)

    kinds = [item["alert"]["kind"] for event in newsroom.alerts for item in event["data"]["items"]]
    assert kinds == ["development"]
