"""T2: what is stored, judged and born with a verdict in one transaction, and what is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from monitor.errors import LeaseLost
from monitor.model import DateOrigin, DateSource, Extraction, Match
from monitor.novelty import DEFAULT_SETTINGS, analyse
from monitor.pipeline.context import Context
from monitor.pipeline.verdicts.judging import CaseMatch, VerdictInput
from monitor.pipeline.verdicts.memory import refresh_index
from monitor.pipeline.verdicts.record import IngestResult, is_same_source, record_article
from monitor.store.articles import (
    FEED_EXTRACTOR,
    FetchedArticle,
    StoredArticle,
    get_newsroom,
)
from monitor.store.entries import QueuedEntry
from monitor.store.feeds import FeedName
from monitor.store.pages import list_edits
from monitor.store.views.alerts import list_alerts
from monitor.store.views.articles import list_articles, list_revisions
from monitor.store.views.developments import list_carriers, list_developments
from tests.novelty.verdict.weights import doubting
from tests.pipeline.program import HARBOUR, Program, start_program
from tests.store.rows import NOW, fetched

KNOWN = "The old pier of the harbour is a hundred years old and leans a little to the west."
NEWS = "Three people were killed on Sunday when the old pier of the harbour collapsed, police said."
NEWS_TITLE = "Three dead in collapse of harbour pier"
UNSURE = "On Sunday a judge ordered the harbour master Ada Marlow to close the old pier."
COPY = f"{UNSURE}\n\n{KNOWN}"
STORY = f"{UNSURE}\n\nFerries to Oldmere leave from the north quay until its pillars are mended."


# An item that another worker has taken over.
NOBODYS = QueuedEntry(
    id=99,
    feed=FeedName("https://news.example/rss", "Gazette", ()),
    feed_takes_all=False,
    url="https://news.example/story-number-2",
    canonical_url="https://news.example/story-number-2",
    title="Judge closes pier",
    summary="",
    content="",
    author="",
    lang="en",
    source_name=None,
    published_at=NOW,
    seen_at=NOW,
    attempts=1,
    date_origin=DateOrigin(DateSource.FEED),
    baseline_by_case={},
)


@pytest.fixture
def program(tmp_path: Path, database_url: str) -> Program:
    """A case that has learned one article; a second case asks for something else."""
    begun = start_program(
        tmp_path / "config", database_url, harbour=HARBOUR, museum='title = "M"\nquery = "museum"\n'
    )
    record(begun, fetched(1, KNOWN, title="The harbour's old pier"), is_baseline=True)
    return begun


@pytest.fixture
def doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is held for certain, whatever the shipped weights make of these texts."""
    weights = doubting()
    monkeypatch.setattr("monitor.novelty.verdict.judge.shipped_weights", lambda: weights)


def record(
    program: Program,
    article: FetchedArticle,
    *cases: str,
    is_baseline: bool = False,
    entry: QueuedEntry | None = None,
    alert_at: float = DEFAULT_SETTINGS.alert_at,
) -> IngestResult:
    """Records an article for cases, that of the harbour by default, an hour after the last one."""
    program.wait(hours=1)
    slugs = cases or ("harbour",)

    async def work(ctx: Context) -> IngestResult:
        matches = [
            CaseMatch(case, Match(terms=(), is_subject=True), is_baseline)
            for case in ctx.cases
            if case.settings.slug in slugs
        ]
        given = VerdictInput(
            article=article,
            analysis=analyse(article.title, article.text, lang="en", published_at=NOW),
            matches=tuple(matches),
            now=ctx.clock(),
        )
        cautious = replace(ctx.judge_settings, alert_at=alert_at)
        judging = replace(ctx, judge_settings=cautious)
        return await judging.judge(record_article, judging, given, entry=entry)

    return program.run(work)


def count(program: Program) -> dict[str, int]:
    """How many articles, developments and alerts the store has."""

    async def work(ctx: Context) -> dict[str, int]:
        return {
            "articles": len(await ctx.read(list_articles, limit=99)),
            "developments": len(await ctx.read(list_developments, limit=99)),
            "alerts": len(await ctx.read(list_alerts, limit=99)),
        }

    return program.run(work)


def texts(program: Program, article_id: int) -> list[int]:
    """The numbers of an article's revisions."""

    async def work(ctx: Context) -> list[int]:
        return [one.number for one in await ctx.read(list_revisions, article_id)]

    return sorted(program.run(work))


def edits(program: Program, article_id: int) -> int:
    async def work(ctx: Context) -> int:
        return len(await ctx.read(list_edits, article_id))

    return program.run(work)


def test_news_is_stored_with_its_development_and_its_alert(program: Program) -> None:
    result = record(program, fetched(2, NEWS, title=NEWS_TITLE))

    assert (result.is_new_text, result.outcomes, result.alerts) == (True, {"harbour": "alert"}, 1)
    assert count(program) == {"articles": 2, "developments": 1, "alerts": 1}


def test_what_the_case_knows_is_stored_without_an_alert(program: Program) -> None:
    again = f"{KNOWN} Once more, and with feeling."

    result = record(program, fetched(2, again, title="The harbour's old pier"))

    assert (result.outcomes, result.alerts) == ({"harbour": "silent"}, 0)
    assert count(program) == {"articles": 2, "developments": 0, "alerts": 0}


def test_a_baseline_never_alerts_whatever_it_says(program: Program) -> None:
    result = record(program, fetched(2, NEWS, title=NEWS_TITLE), is_baseline=True)

    assert (result.outcomes, result.alerts) == ({"harbour": "baseline"}, 0)
    assert count(program)["alerts"] == 0


def test_the_next_article_with_the_same_news_carries_it_and_does_not_alert(
    program: Program,
) -> None:
    record(program, fetched(2, NEWS, title=NEWS_TITLE))
    copy = f"{NEWS}\n\n{KNOWN}"

    result = record(program, fetched(3, copy, title=NEWS_TITLE, outlet="Bay Courier"))

    async def carriers(ctx: Context) -> int:
        (news,) = await ctx.read(list_developments, limit=9)
        return len(await ctx.read(list_carriers, news.row_id))

    assert result.alerts == 0
    assert program.run(carriers) == 2


def newsroom(program: Program, article_id: int) -> str:
    async def work(ctx: Context) -> str:
        return await ctx.read(get_newsroom, article_id)

    return program.run(work)


def at_site(number: int, site: str, text: str, **other: object) -> FetchedArticle:
    """An article on another site than that of the Gazette."""
    url = f"https://{site}/story-number-{number}"
    return fetched(number, text, url=url, urls=(url,), outlet=site, **other)


def test_an_article_is_of_the_newsroom_of_its_site_or_wire(program: Program) -> None:
    own = record(program, at_site(2, "courier.example", UNSURE))
    wire = record(program, at_site(3, "valley.example", f"BALTIMORE (AP) — {NEWS}"))

    assert newsroom(program, own.article_id) == "courier.example"
    assert newsroom(program, wire.article_id) == "Associated Press"


@pytest.mark.parametrize(
    "text",
    [STORY, f"{STORY}\n\nMore pictures tomorrow.", UNSURE],
    ids=["the same", "more", "a part"],
)
def test_a_copy_is_of_the_newsroom_that_it_was_copied_from(program: Program, text: str) -> None:
    record(program, at_site(2, "courier.example", STORY, title="Judge closes pier"))

    copy = record(program, at_site(3, "valley.example", text, title="Judge closes pier"))

    assert newsroom(program, copy.article_id) == "courier.example"


def test_a_report_that_has_more_of_its_own_than_of_another_is_of_its_own_newsroom(
    program: Program,
) -> None:
    record(program, at_site(2, "courier.example", NEWS, title="Judge closes pier"))
    own = " ".join(
        f"Merchant number {number} on the quay said that the order of {number} pages ruined her."
        for number in range(9)
    )

    report = record(program, at_site(3, "valley.example", f"{NEWS}\n\n{own}", title="Pier closed"))

    assert newsroom(program, report.article_id) == "valley.example"


def test_a_copy_of_an_aggregators_page_is_of_its_own_newsroom(program: Program) -> None:
    record(program, at_site(2, "news.yahoo.com", STORY, title="Judge closes pier"))

    copy = record(program, at_site(3, "valley.example", STORY, title="Judge closes pier"))

    assert newsroom(program, copy.article_id) == "valley.example"


def test_an_edit_may_say_whose_text_it_is(program: Program) -> None:
    first = record(program, fetched(2, NEWS, title=NEWS_TITLE))
    assert newsroom(program, first.article_id) == "news.example"

    record(program, fetched(2, f"{NEWS}\n\n{UNSURE}", title=NEWS_TITLE, author="Reuters"))

    assert newsroom(program, first.article_id) == "Reuters"


# So high a threshold leaves any text in doubt, whatever the weights of a release make of it.
CAUTIOUS = 0.99
CLOSED_AGAIN = "The old pier must close, a judge told the harbour master Ada Marlow on Sunday."


@pytest.mark.usefixtures("doubt")
def test_what_is_unconfirmed_alerts_when_another_outlet_has_it(program: Program) -> None:
    first = record(program, fetched(2, UNSURE, title="Judge closes pier"), alert_at=CAUTIOUS)
    assert (first.outcomes, first.alerts) == ({"harbour": "digest"}, 0)
    assert count(program)["developments"] == 0

    again = at_site(3, "courier.example", CLOSED_AGAIN, title="Judge closes old pier")
    second = record(program, again, alert_at=CAUTIOUS)

    # The alert is the first article's; the second only vouches for it.
    assert (second.outcomes, second.alerts) == ({"harbour": "silent"}, 1)
    assert count(program)["alerts"] == 1


def told_articles(program: Program) -> set[int]:
    """The articles that people were told of, as a program that starts now knows them."""

    async def work(ctx: Context) -> set[int]:
        case = next(case for case in ctx.cases if case.settings.slug == "harbour")
        return (await ctx.read(refresh_index, ctx, case, ctx.clock())).told

    return program.run(work)


@pytest.mark.usefixtures("doubt")
@pytest.mark.parametrize("days", [0, 30])
def test_a_late_confirmed_article_is_told_after_a_restart_however_late(
    program: Program, days: int
) -> None:
    before = told_articles(program)
    first = record(program, fetched(2, UNSURE, title="Judge closes pier"), alert_at=CAUTIOUS)
    assert told_articles(program) == before

    again = at_site(3, "courier.example", CLOSED_AGAIN, title="Judge closes old pier")
    record(program, again, alert_at=CAUTIOUS)
    program.wait(days=days)

    assert told_articles(program) == before | {first.article_id}


def test_what_was_there_before_and_what_alerts_is_told(program: Program) -> None:
    (baseline,) = told_articles(program)

    alerted = record(program, fetched(2, NEWS, title=NEWS_TITLE))
    record(program, fetched(3, f"{NEWS} {KNOWN}", title=NEWS_TITLE, outlet="Bay Courier"))

    assert told_articles(program) == {baseline, alerted.article_id}


def test_an_outlet_does_not_confirm_itself(program: Program) -> None:
    record(program, fetched(2, UNSURE, title="Judge closes pier"), alert_at=CAUTIOUS)

    again = fetched(3, CLOSED_AGAIN, title="Judge closes old pier")
    second = record(program, again, alert_at=CAUTIOUS)

    assert second.alerts == 0


def test_what_is_unconfirmed_is_a_development_at_once_where_a_digest_takes_it(
    program: Program,
) -> None:
    digest = '[[alert]]\nchannel = "console"\nwhen = "daily 08:00"\n'
    program.write_case("harbour", HARBOUR + digest)

    article = fetched(2, UNSURE, title="Judge closes pier")
    result = record(program, article, alert_at=CAUTIOUS)

    assert (result.outcomes, result.alerts) == ({"harbour": "digest"}, 0)
    assert count(program)["alerts"] == 1


DIGEST_HOUR = time(7)  # eight in London, in June


def test_what_is_in_doubt_waits_for_the_morning_where_nobody_gets_a_digest(
    program: Program,
) -> None:
    result = record(program, fetched(2, UNSURE, title="Judge closes pier"), alert_at=CAUTIOUS)

    assert (result.outcomes, result.alerts) == ({"harbour": "digest"}, 0)
    ((channel, due_at),) = told(program)
    assert (channel, due_at.time()) == ("console", DIGEST_HOUR)
    assert due_at - program.now <= timedelta(days=1)


def test_what_is_in_doubt_is_told_nowhere_where_somebody_says_so(program: Program) -> None:
    program.write_case("harbour", f'{HARBOUR}[[alert]]\nchannel = "console"\nheld = "none"\n')

    record(program, fetched(2, UNSURE, title="Judge closes pier"), alert_at=CAUTIOUS)

    assert told(program) == []
    assert count(program)["alerts"] == 0


@pytest.mark.usefixtures("doubt")
def test_what_was_held_back_is_told_at_once_when_it_is_confirmed(program: Program) -> None:
    record(program, fetched(2, UNSURE, title="Judge closes pier"), alert_at=CAUTIOUS)
    again = at_site(3, "courier.example", CLOSED_AGAIN, title="Judge closes old pier")

    confirming = record(program, again, alert_at=CAUTIOUS)

    assert confirming.alerts == 1
    assert min(due_at for _, due_at in told(program)) <= program.now + timedelta(minutes=5)


CORROBORATED = '[[alert]]\nchannel = "console"\nsources = 2\n'
# The same news in other words.
RETOLD = "Police said the harbour's old pier collapsed on Sunday and three people were killed."


def told(program: Program) -> list[tuple[str, datetime]]:
    """The channels that have been told of anything, each with the time that its alert is due."""

    async def work(ctx: Context) -> list[tuple[str, datetime]]:
        return [(one.channel, one.due_at) for one in await ctx.read(list_alerts, limit=99)]

    return program.run(work)


def test_what_one_newsroom_has_is_not_told_to_who_wants_two(program: Program) -> None:
    program.write_case("harbour", HARBOUR + CORROBORATED)

    result = record(program, fetched(2, NEWS, title=NEWS_TITLE))

    assert (result.outcomes, result.alerts) == ({"harbour": "alert"}, 0)
    assert count(program) == {"articles": 2, "developments": 1, "alerts": 0}


def test_a_second_newsroom_has_it_told_and_a_third_changes_nothing(program: Program) -> None:
    program.write_case("harbour", HARBOUR + CORROBORATED)
    record(program, fetched(2, NEWS, title=NEWS_TITLE))

    second = record(program, at_site(3, "courier.example", RETOLD, title="Pier collapses"))
    due = program.now + timedelta(minutes=5)

    assert (second.outcomes, second.alerts) == ({"harbour": "silent"}, 1)
    assert told(program) == [("console", due)]

    third = record(program, at_site(4, "valley.example", RETOLD, title="Pier collapses"))

    assert third.alerts == 0
    assert told(program) == [("console", due)]


@pytest.mark.parametrize(
    "again",
    [
        at_site(3, "sport.news.example", RETOLD, title="Pier collapses"),
        at_site(3, "courier.example", f"{NEWS}\n\nMore tomorrow.", title=NEWS_TITLE),
        at_site(3, "news.yahoo.com", RETOLD, title="Pier collapses"),
    ],
    ids=["the same site", "a copy", "an aggregator"],
)
def test_what_adds_no_newsroom_tells_nobody(program: Program, again: FetchedArticle) -> None:
    program.write_case("harbour", HARBOUR + CORROBORATED)
    record(program, fetched(2, NEWS, title=NEWS_TITLE))

    assert record(program, again).alerts == 0
    assert told(program) == []


def test_each_channel_is_told_when_there_are_newsrooms_enough_for_it(program: Program) -> None:
    (program.folder / "channels.toml").write_text('[desk]\ntype = "console"\n')
    program.write_case("harbour", f'{HARBOUR}{CORROBORATED}[[alert]]\nchannel = "desk"\n')

    first = record(program, fetched(2, NEWS, title=NEWS_TITLE))
    assert (first.alerts, [channel for channel, _ in told(program)]) == (1, ["desk"])

    second = record(program, at_site(3, "courier.example", RETOLD, title="Pier collapses"))
    assert (second.alerts, [channel for channel, _ in told(program)]) == (1, ["console", "desk"])


def test_a_digest_tells_what_one_newsroom_has(program: Program) -> None:
    program.write_case("harbour", f'{HARBOUR}{CORROBORATED}when = "daily 08:00"\n')

    assert record(program, fetched(2, NEWS, title=NEWS_TITLE)).alerts == 1


def test_a_baseline_of_a_second_newsroom_tells_nobody_but_counts(program: Program) -> None:
    program.write_case("harbour", HARBOUR + CORROBORATED)
    record(program, fetched(2, NEWS, title=NEWS_TITLE))

    baseline = at_site(3, "courier.example", RETOLD, title="Pier collapses")
    assert record(program, baseline, is_baseline=True).alerts == 0

    again = at_site(4, "sport.news.example", RETOLD, title="Pier collapses")
    assert record(program, again).alerts == 1


def test_who_died_while_telling_tells_it_once(program: Program) -> None:
    program.write_case("harbour", HARBOUR + CORROBORATED)
    record(program, fetched(2, NEWS, title=NEWS_TITLE))
    second = at_site(3, "courier.example", RETOLD, title="Pier collapses")

    with pytest.raises(LeaseLost):
        record(program, second, entry=NOBODYS)
    assert told(program) == []

    assert [record(program, second).alerts for _ in range(2)] == [1, 0]
    assert len(told(program)) == 1


def test_what_a_second_newsroom_confirms_has_two(program: Program) -> None:
    program.write_case("harbour", HARBOUR + CORROBORATED)
    record(program, fetched(2, UNSURE, title="Judge closes pier"))
    retold = "The harbour master Ada Marlow was on Sunday ordered by a judge to close the old pier."

    second = record(program, at_site(3, "courier.example", retold, title="Judge closes pier"))

    assert second.alerts == 1
    assert len(told(program)) == 1


def test_each_case_reaches_a_verdict_of_its_own(program: Program) -> None:
    record(program, fetched(2, NEWS, title=NEWS_TITLE))

    result = record(program, fetched(2, NEWS, title=NEWS_TITLE), "harbour", "museum")

    assert result.outcomes["harbour"] == "known"
    assert result.outcomes["museum"] in ("alert", "silent", "digest")


def test_the_same_text_is_neither_stored_nor_judged_twice(program: Program) -> None:
    first = record(program, fetched(2, NEWS, title=NEWS_TITLE))

    second = record(program, fetched(2, NEWS, title=NEWS_TITLE))

    assert (second.article_id, second.is_new_text) == (first.article_id, False)
    assert second.outcomes == {"harbour": "known"}
    assert texts(program, first.article_id) == [1]


def test_another_text_is_a_revision_with_an_edit(program: Program) -> None:
    first = record(program, fetched(2, KNOWN, title="The pier"))

    second = record(program, fetched(2, COPY, title="The pier"))

    assert (second.article_id, second.is_new_text) == (first.article_id, True)
    assert texts(program, first.article_id) == [1, 2]
    assert edits(program, first.article_id) == 1


@pytest.mark.parametrize(
    "worse",
    [
        {"text": "Subscribe to read on.", "extraction": Extraction.TEASER},
        {"text": "The feed's words.", "extraction": Extraction.FEED_ONLY},
        {"text": KNOWN},
    ],
    ids=["a teaser", "the feed's own words", "the beginning of the whole"],
)
def test_a_text_that_shows_less_does_not_replace_the_whole(
    program: Program, worse: dict[str, object]
) -> None:
    whole = fetched(2, f"{KNOWN}\n\n{UNSURE}", title="The pier")
    first = record(program, whole)

    second = record(program, replace(whole, **worse))  # type: ignore[arg-type]

    assert second.is_new_text is False
    assert texts(program, first.article_id) == [1]


def test_a_page_that_can_be_read_at_last_is_a_revision_and_not_an_edit(program: Program) -> None:
    teaser = fetched(2, "The pier.", title="The pier", extraction=Extraction.FEED_ONLY)
    first = record(program, replace(teaser, extractor=FEED_EXTRACTOR))

    record(program, fetched(2, COPY, title="The pier"))

    assert texts(program, first.article_id) == [1, 2]
    assert edits(program, first.article_id) == 0


def test_an_article_under_a_mended_address_is_the_same_one(program: Program) -> None:
    text = f"{UNSURE}\n\n{KNOWN}"
    first = record(program, fetched(2, text, title="Judge closes pier"))
    mended = ("https://news.example/story-number-22",)

    second = record(program, fetched(2, text, title="Judge closes pier", urls=mended))

    assert second.article_id == first.article_id


def test_a_lost_lease_takes_everything_back(program: Program) -> None:
    before = count(program)

    with pytest.raises(LeaseLost):
        record(program, fetched(2, NEWS, title=NEWS_TITLE), entry=NOBODYS)

    assert count(program) == before


def stored(extraction: Extraction, extractor: str) -> StoredArticle:
    article = fetched(1, KNOWN)
    return StoredArticle(
        id=1,
        canonical_url=article.url,
        url=article.url,
        title=article.title,
        summary="",
        text=article.text,
        text_hash="",
        outlet="Gazette",
        author="",
        lang="en",
        published_at=NOW,
        found_at=NOW,
        extraction=extraction,
        page_status="ok",
        page_reason="",
        extractor=extractor,
        origin="feed",
        revision_id=1,
        revision=1,
    )


@pytest.mark.parametrize(
    ("extraction", "extractor", "is_same"),
    [
        (Extraction.FULL, "trafilatura", True),
        (Extraction.FULL, "json-ld", True),
        (Extraction.FULL, FEED_EXTRACTOR, False),
        (Extraction.TEASER, "trafilatura", False),
    ],
)
def test_an_edit_is_between_texts_of_the_same_kind_of_source(
    extraction: Extraction, extractor: str, is_same: bool
) -> None:
    now = fetched(1, COPY, extractor="trafilatura")

    assert is_same_source(stored(extraction, extractor), now) is is_same
