"""A replay judges what is stored exactly as it was judged, so that what it prints are the
differences and nothing else.

A labelled stream goes through the real transactions on each database: with a baseline, two cases
whose clocks differ, a report that is edited under another date, one that another outlet confirms,
and feedback that moves the scores half-way."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlmodel import Session

from monitor.bootstrap import build_context
from monitor.matching import Folded
from monitor.model import Extraction
from monitor.novelty import DEFAULT_SETTINGS, JudgeSettings, analyse
from monitor.pipeline.cases.sync import sync_config
from monitor.pipeline.context import Context, WatchedCase
from monitor.pipeline.fields import article_fields
from monitor.pipeline.simulation.replay import ALERTING, ReplayedVerdict, replay_case
from monitor.pipeline.verdicts.judging import CaseMatch, VerdictInput
from monitor.pipeline.verdicts.record import record_article
from monitor.pipeline.verdicts.thresholds import get_settings
from monitor.settings import Settings, load_settings
from monitor.store import Store
from monitor.store.articles import FetchedArticle
from monitor.store.cases import get_known_articles
from monitor.store.schema.tables import alerts, case_articles, cases, developments, pages
from monitor.store.upkeep.prune import prune_all
from monitor.store.views.feedback import give_feedback
from tests.postgresql import Cluster

STREAM = Path(__file__).parents[2] / "quality" / "streams" / "quarry" / "stream.jsonl"
ARTICLES = 80
BASELINE = 3
JUDGED_BEFORE_FEEDBACK = 45
EDITED, EDITED_AT = 20, 30  # the twenty-first article is edited when the thirtieth is there
OTHER_THRESHOLDS = (0.25, 0.7)
CAUTIOUS = 0.85  # so high a threshold keeps tests from hanging on the weights of a release
FAINT = 0.02  # so low a threshold lets any report confirm another
WAITING = {"digest", "silent"}  # what becomes of an article that nobody confirms
CASES = {
    "quarry": 'title = "Quarry"\nquery = "tordal OR valdesora OR grevane"\n'
    'timezone = "America/Lima"\n'
    '[events]\nSCORN = ["disgrace"]\n',
    "owner": 'title = "Owner"\nquery = "grevane"\ntimezone = "Asia/Tokyo"\n',
}


@dataclass(frozen=True)
class Followed:
    """A store into which the stream went, with the config that it was followed under."""

    store: Store
    settings: Settings
    alert_at: float = DEFAULT_SETTINGS.alert_at

    def replay(
        self, slug: str = "quarry", *, shift: float | None = None, **other: float
    ) -> list[ReplayedVerdict]:
        """Replays a case with other thresholds than it was followed with."""
        thresholds = replace(DEFAULT_SETTINGS, alert_at=self.alert_at)
        thresholds = replace(thresholds, **other)  # type: ignore[arg-type]
        done = replay_case(self.store, slug, self.settings.cases, settings=thresholds, shift=shift)
        return sorted(done, key=lambda one: one.before.sequence)

    @cached_property
    def as_followed(self) -> dict[str, list[ReplayedVerdict]]:
        """The replay of each case with the thresholds that it was followed with: seconds each, and
        several tests look at it.
        """
        return {slug: self.replay(slug) for slug in CASES}


def read(article: dict[str, object]) -> FetchedArticle:
    outlet, at = str(article["outlet"]), datetime.fromisoformat(str(article["published_at"]))
    url = f"https://{outlet.lower().replace(' ', '-')}.example{article['url']}"
    paragraphs = article["paragraphs"]
    assert isinstance(paragraphs, list)
    return FetchedArticle(
        url=url,
        urls=(url,),
        title=str(article["title"]),
        summary=str(article["summary"]),
        text="\n\n".join(paragraphs),
        outlet=outlet,
        author="",
        lang=str(article["lang"]),
        published_at=at,
        extraction=Extraction.FULL,
        page_status="ok",
        reason="",
        extractor="test",
    )


def edit(reading: FetchedArticle) -> FetchedArticle:
    """The same report as it stands two days later: dated anew, under another label, with an act of
    that day in it.
    """
    act = (
        "On Thursday the Federal Court of Review ordered Grevane Stone to hand over 4,100 pages of "
        "logs by February 9."
    )
    return replace(
        reading,
        text=f"{act}\n\n{reading.text}",
        outlet=f"{reading.outlet} (updated)",
        summary="Live: all that has happened since the landslide",
        published_at=reading.published_at + timedelta(days=2),
    )


def take(
    ctx: Context,
    case_list: Sequence[WatchedCase],
    reading: FetchedArticle,
    now: datetime,
    *,
    is_baseline: bool = False,
) -> None:
    """Lets the cases judge a report as ingesting does."""
    folded = Folded.of(article_fields(reading, feed="", at=reading.published_at))
    found = [(case, case.query.match(folded, now=now)) for case in case_list]
    matches = [CaseMatch(case, match, is_baseline) for case, match in found if match is not None]
    if not matches:
        return
    first = matches[0].case.settings
    analysis = analyse(
        reading.title,
        reading.text,
        summary=reading.summary,
        lang=reading.lang,
        published_at=reading.published_at,
        utc_offset=first.utc_offset(reading.published_at),
    )
    given = VerdictInput(article=reading, analysis=analysis, matches=tuple(matches), now=now)
    ctx.store.write(record_article, ctx, given)


def say(session: Session, now: datetime) -> None:
    """Says of every third of the 36 articles rated highest so far that it was new: the scores have
    to rise.
    """
    of_case = select(cases.c.id).where(cases.c.slug == "quarry").scalar_subquery()
    rated = select(case_articles.c.article_id, func.max(case_articles.c.score).label("score"))
    rated = rated.where(case_articles.c.case_id == of_case, ~case_articles.c.is_baseline)
    rated = (
        rated.group_by(case_articles.c.article_id)
        .order_by(func.max(case_articles.c.score).desc())
        .limit(36)
    )
    for number, row in enumerate(session.execute(rated)):
        give_feedback(
            session,
            row.article_id,
            "new" if number % 3 == 0 else "not_new",
            case="quarry",
            note="",
            now=now,
        )


@dataclass(frozen=True)
class Step:
    """A report that reaches the cases, or those named, twenty minutes after it was published or
    when it is said.

    Attributes:
        reading: None for the moment in which feedback is given.
    """

    reading: FetchedArticle | None
    at: datetime
    slugs: tuple[str, ...] = tuple(CASES)
    is_baseline: bool = False


def read_stream() -> list[FetchedArticle]:
    lines = STREAM.read_text(encoding="utf-8").splitlines()
    return sorted(
        (read(json.loads(line)) for line in lines), key=lambda reading: reading.published_at
    )[:ARTICLES]


def arrival(number: int, reading: FetchedArticle) -> datetime:
    return reading.published_at + timedelta(minutes=5, seconds=number)


def plan(stream: Sequence[FetchedArticle]) -> Iterator[Step]:
    """The whole stream with everything that may happen to it."""
    for number, reading in enumerate(stream):
        now = arrival(number, reading)
        if number == EDITED_AT:
            yield Step(edit(stream[EDITED]), now - timedelta(seconds=30))
        if number == JUDGED_BEFORE_FEEDBACK:
            yield Step(None, now - timedelta(seconds=30))
        if (
            number % 5 == 4
        ):  # each case follows a feed of its own, and each of these gives another date
            later = replace(
                reading,
                published_at=reading.published_at + timedelta(hours=7),
                outlet="Wire service",
            )
            yield Step(reading, now, ("owner",))
            yield Step(later, now + timedelta(seconds=1), ("quarry",))
        else:
            yield Step(reading, now, is_baseline=number < BASELINE)


async def follow(
    settings: Settings, steps: Iterable[Step], thresholds: JudgeSettings = DEFAULT_SETTINGS
) -> None:
    """Goes through the steps with the real transactions."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    async with build_context(settings, lambda: start) as built:
        ctx = replace(built, judge_settings=thresholds)
        await sync_config(ctx)
        for step in steps:
            if step.reading is None:
                ctx.store.write(say, step.at)
            else:
                chosen = [case for case in ctx.cases if case.settings.slug in step.slugs]
                take(ctx, chosen, step.reading, step.at, is_baseline=step.is_baseline)


def make(folder: Path, database_url: str, cases_written: Mapping[str, str] = CASES) -> Settings:
    (folder / "cases").mkdir(parents=True)
    (folder / "monitor.toml").write_text(
        f'database_url = "{database_url}"\n[judge]\nsemantic = "off"\n'
    )
    (folder / "feeds.toml").write_text("")
    for slug, text in cases_written.items():
        (folder / "cases" / f"{slug}.toml").write_text(text)
    return load_settings(folder, {})


pytestmark = pytest.mark.long


@dataclass
class Shelf:
    """The stream as it was followed under each set of thresholds and on each database.

    Following takes seconds, and pytest lets go of a fixture with parameters whenever the next test
    asks for another: what was followed once is kept here.
    """

    folder: Path
    cluster: Callable[[], Cluster]
    taken: dict[object, Followed] = field(default_factory=dict)

    def take(self, database: str, alert_at: float | None = None) -> Followed:
        """Returns the stream as it was judged with the settings that come with the program, or
        with another threshold for alerts.
        """
        key = database, alert_at
        if key not in self.taken:
            self.taken[key] = self._follow(database, alert_at)
        return self.taken[key]

    def _follow(self, database: str, alert_at: float | None) -> Followed:
        folder = self.folder / f"{database}-{alert_at}"
        is_file = database == "sqlite"
        url = f"sqlite:///{folder / 'monitor.db'}" if is_file else self.cluster().url()
        settings = make(folder, url)
        steps = plan(read_stream())
        if alert_at is None:
            asyncio.run(follow(settings, steps))
            return Followed(Store(url), settings)
        # Nobody says anything of these verdicts: what is said depends on the scores, which depend
        # on what was told.
        unsaid = [step for step in steps if step.reading is not None]
        asyncio.run(follow(settings, unsaid, replace(DEFAULT_SETTINGS, alert_at=alert_at)))
        return Followed(Store(url), settings, alert_at)


@pytest.fixture(scope="module")
def shelf(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path_factory.mktemp("shelf"), lambda: request.getfixturevalue("cluster"))
    yield shelf
    for followed in shelf.taken.values():
        followed.store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def followed(request: pytest.FixtureRequest, shelf: Shelf) -> Followed:
    return shelf.take(request.param)


@pytest.fixture(params=OTHER_THRESHOLDS)
def followed_otherwise(request: pytest.FixtureRequest, shelf: Shelf) -> Followed:
    """The same stream as the daemon judges it with another threshold for alerts."""
    return shelf.take("sqlite", request.param)


def test_with_the_same_settings_and_version_nothing_changes(followed: Followed) -> None:
    for slug in CASES:
        done = followed.as_followed[slug]

        assert [one for one in done if one.is_changed] == []
        assert [one.before.score for one in done] == [one.score for one in done]
        assert [one.before.sequence for one in done] == followed.store.read(_sequences, slug)


def _sequences(session: Session, slug: str) -> list[int]:
    judged = (
        select(case_articles.c.id)
        .join(cases, cases.c.id == case_articles.c.case_id)
        .where(cases.c.slug == slug)
    )
    return list(session.execute(judged.order_by(case_articles.c.id)).scalars())


def test_the_stream_holds_all_that_a_replay_could_get_wrong(followed: Followed) -> None:
    stored = [one.before for one in followed.as_followed["quarry"]]
    edited = {
        one.article_row
        for one in stored
        if sum(other.article_row == one.article_row for other in stored) > 1
    }
    shifts = followed.store.read(_shifts)

    # Nothing is confirmed in it; below, a stream is followed with a higher threshold for that.
    assert {one.outcome for one in stored} == {"baseline", "silent", "digest", "alert"}
    assert len(edited) == 1
    assert len(shifts) == 2
    assert min(shifts) == 0 < max(shifts)


def _shifts(session: Session) -> set[float]:
    weighed = select(case_articles.c.reasons).where(
        case_articles.c.judged_at > select(cases.c.created_at).limit(1).scalar_subquery()
    )
    reasons = list(session.execute(weighed).scalars())
    return {
        next((one["value"] for one in given if one["code"] == "calibrated"), 0.0)
        for given in reasons
    }


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_an_index_built_anew_knows_which_articles_are_in_doubt(shelf: Shelf, database: str) -> None:
    # So high a threshold leaves reports in doubt, and others that confirm them without removing it.
    doubting = shelf.take(database, max(OTHER_THRESHOLDS))
    learned = doubting.store.read(get_known_articles, 1, after=0, limit=1000)
    kinds = doubting.store.read(_kinds)

    doubted = {kinds[article.sequence] for article in learned if article.is_unconfirmed}
    others = {kinds[article.sequence] for article in learned if not article.is_unconfirmed}
    assert doubted == {("digest", "weak"), ("silent", "faint")}
    assert not doubted & others


def _kinds(session: Session) -> dict[int, tuple[str, str]]:
    rows = session.execute(
        select(case_articles.c.id, case_articles.c.outcome, case_articles.c.reasons)
    )
    return {row.id: (row.outcome, row.reasons[0]["code"]) for row in rows}


def test_every_alert_that_was_raised_is_raised_again_and_no_other(followed: Followed) -> None:
    for slug in CASES:
        raised = followed.store.read(_count_alerts, slug)

        assert raised == sum(one.outcome in ALERTING for one in followed.as_followed[slug]) > 0


def _count_alerts(session: Session, slug: str) -> int:
    told = select(func.count()).select_from(alerts).join(cases, cases.c.id == alerts.c.case_id)
    told = told.join(developments, developments.c.id == alerts.c.development_id).where(
        developments.c.is_confirmed
    )
    return int(session.execute(told.where(cases.c.slug == slug)).scalar_one())


def test_another_threshold_shows_what_differs_and_only_that(
    followed: Followed, followed_otherwise: Followed
) -> None:
    """What it shows is what the daemon would have done with that threshold from the start."""
    other, seen = followed_otherwise.alert_at, 0
    for slug in CASES:
        before = {_key(one): one.before.outcome for one in followed.as_followed[slug]}
        after = {_key(one): one.before.outcome for one in followed_otherwise.as_followed[slug]}
        shown = {
            _key(one): (one.before.outcome, one.outcome)
            for one in followed.replay(slug, alert_at=other, shift=0.0)
            if one.is_changed
        }

        assert shown == {
            key: (before[key], after[key]) for key in before if before[key] != after[key]
        }
        seen += len(shown)
    assert seen


def _key(one: ReplayedVerdict) -> tuple[int, str, str]:
    return one.before.sequence, one.before.id, one.before.title


def test_the_shift_that_feedback_gives_today_can_be_asked_for(followed: Followed) -> None:
    shift = followed.store.read(get_settings, "quarry").shift
    shown = [one for one in followed.replay(shift=shift) if one.is_changed]

    assert shift > 0
    assert shown
    assert all(one.score > one.before.score for one in shown)


@contextmanager
def copied_store(followed: Followed, folder: Path) -> Iterator[Store]:
    """A copy of a store: what is changed in it is for no other test."""
    original = followed.settings.database_url.removeprefix("sqlite:///")
    with (
        closing(sqlite3.connect(original)) as connection,
        closing(sqlite3.connect(folder / "copy.db")) as copy,
    ):
        connection.backup(copy)
    with closing(Store(f"sqlite:///{folder / 'copy.db'}")) as store:
        yield store


def test_verdicts_from_before_readings_were_kept_take_what_is_stored_of_the_article(
    followed_otherwise: Followed, tmp_path: Path
) -> None:
    def forget(session: Session) -> None:
        session.execute(
            update(case_articles).values(
                read_outlet=None, read_summary=None, read_published_at=None
            )
        )

    with copied_store(followed_otherwise, tmp_path) as store:
        copied = replace(followed_otherwise, store=store)
        before = copied.replay()
        store.write(forget)
        after = copied.replay()

    assert [one.before for one in after] == [one.before for one in before]
    assert sum(one.is_changed for one in after) < len(after) / 10


def test_what_was_pruned_stays_known_so_that_little_else_comes_out_otherwise(
    followed_otherwise: Followed, tmp_path: Path
) -> None:
    with copied_store(followed_otherwise, tmp_path) as store:
        store.write(lambda session: session.execute(update(pages).values(next_check_at=None)))
        prune_all(store, datetime(2100, 1, 1, tzinfo=UTC))
        done = replace(followed_otherwise, store=store).replay()

    left_out = [one for one in done if one.is_pruned]
    assert len(left_out) > 5
    assert [one for one in left_out if one.is_changed] == []
    # Its words are gone, so that what was told in other words may come out otherwise.
    assert sum(one.is_changed for one in done) < len(done) / 20


WITH_ANOTHER = {**CASES, "valley": CASES["quarry"].replace("Quarry", "Valley")}
# In the stream, a report that scores under this threshold, and one in the words of another newsroom
# that confirms it; what lies between are copies, which confirm nothing.
DOUBTED, CONFIRMING = 15, 18


@pytest.fixture
def after_steps(
    tmp_path: Path,
) -> Iterator[Callable[[Callable[[list[FetchedArticle]], Iterable[Step]]], list[ReplayedVerdict]]]:
    """Follows what goes before the report in doubt, then the steps given, and returns the replay,
    in which nothing changes.
    """
    opened: list[Store] = []

    def run(steps: Callable[[list[FetchedArticle]], Iterable[Step]]) -> list[ReplayedVerdict]:
        stream = read_stream()
        settings = make(tmp_path, f"sqlite:///{tmp_path / 'monitor.db'}", WITH_ANOTHER)
        thresholds = replace(DEFAULT_SETTINGS, alert_at=CAUTIOUS, digest_at=FAINT)
        asyncio.run(follow(settings, [*plan(stream[:DOUBTED]), *steps(stream)], thresholds))
        opened.append(Store(settings.database_url))
        done = Followed(opened[0], settings, CAUTIOUS).replay(digest_at=FAINT)
        assert [one for one in done if one.is_changed] == []
        return done[DOUBTED:]

    yield run
    for store in opened:
        store.close()


Run = Callable[[Callable[[list[FetchedArticle]], Iterable[Step]]], list[ReplayedVerdict]]


def test_an_article_that_nobody_confirms_any_more_is_shown(tmp_path: Path) -> None:
    stream = read_stream()
    settings = make(tmp_path, f"sqlite:///{tmp_path / 'monitor.db'}", WITH_ANOTHER)
    steps = [Step(one, arrival(0, one)) for one in (stream[DOUBTED], stream[CONFIRMING])]
    thresholds = replace(DEFAULT_SETTINGS, alert_at=CAUTIOUS)
    asyncio.run(follow(settings, [*plan(stream[:DOUBTED]), *steps], thresholds))

    with closing(Store(settings.database_url)) as store:
        done = Followed(store, settings, CAUTIOUS).replay(confirm_link=2.0)

    doubted = done[DOUBTED]
    assert doubted.before.outcome == "confirmed"
    assert doubted.outcome in WAITING
    assert doubted.is_changed


def test_a_confirmed_article_tells_who_had_the_same(after_steps: Run) -> None:
    done = after_steps(
        lambda stream: [Step(one, arrival(0, one)) for one in (stream[DOUBTED], stream[CONFIRMING])]
    )

    confirmed = [one for one in done if one.outcome == "confirmed"]
    assert confirmed
    assert all(", but " in one.why and one.why.endswith(" has the same") for one in confirmed)


def outcomes(done: Sequence[ReplayedVerdict]) -> list[str]:
    return [one.before.outcome for one in done]


def test_the_report_in_doubt_is_confirmed_by_the_next_one(after_steps: Run) -> None:
    done = after_steps(
        lambda stream: [Step(one, arrival(0, one)) for one in (stream[DOUBTED], stream[CONFIRMING])]
    )

    assert outcomes(done) == ["confirmed", "silent"]


def at_site_of(article: FetchedArticle, other: FetchedArticle) -> FetchedArticle:
    """Returns an article as the site of another one has it."""
    url = f"{other.url}-again"
    return replace(article, url=url, urls=(url,))


def test_a_newsroom_does_not_confirm_itself(after_steps: Run) -> None:
    def steps(stream: list[FetchedArticle]) -> Iterator[Step]:
        doubted, next_one = stream[DOUBTED], stream[CONFIRMING]
        yield Step(doubted, arrival(0, doubted))
        yield Step(at_site_of(next_one, doubted), arrival(0, next_one))

    assert outcomes(after_steps(steps))[0] in WAITING


def test_a_copy_does_not_confirm_what_it_was_copied_from(after_steps: Run) -> None:
    def steps(stream: list[FetchedArticle]) -> Iterator[Step]:
        doubted, copy = stream[DOUBTED], stream[DOUBTED + 1]
        yield Step(doubted, arrival(0, doubted))
        yield Step(copy, arrival(0, copy))

    assert outcomes(after_steps(steps))[0] in WAITING


def test_what_a_feed_calls_itself_makes_no_newsroom(after_steps: Run) -> None:
    def steps(stream: list[FetchedArticle]) -> Iterator[Step]:
        doubted, next_one = stream[DOUBTED], stream[CONFIRMING]
        yield Step(doubted, arrival(0, doubted))
        yield Step(replace(next_one, outlet=doubted.outlet), arrival(0, next_one))

    assert outcomes(after_steps(steps)) == ["confirmed", "silent"]


def test_an_edit_without_news_leaves_the_doubt_about_an_article_as_it_was(after_steps: Run) -> None:
    def steps(stream: list[FetchedArticle]) -> Iterator[Step]:
        doubted, next_one = stream[DOUBTED], stream[CONFIRMING]
        edited = replace(doubted, title="Eleven dead", text=doubted.text.partition("\n\n")[2])
        yield Step(doubted, arrival(0, doubted))
        yield Step(edited, arrival(1, doubted))
        yield Step(next_one, arrival(0, next_one))

    assert outcomes(after_steps(steps)) == ["confirmed", "silent", "silent"]


def test_an_article_that_alerted_since_is_confirmed_by_nobody(after_steps: Run) -> None:
    def steps(stream: list[FetchedArticle]) -> Iterator[Step]:
        doubted, next_one = stream[DOUBTED], stream[CONFIRMING]
        yield Step(doubted, arrival(0, doubted))
        yield Step(replace(edit(doubted), published_at=doubted.published_at), arrival(1, doubted))
        yield Step(next_one, doubted.published_at + timedelta(hours=73))

    first, second = outcomes(after_steps(steps))[:2]
    assert first in WAITING
    assert second == "alert"


def test_the_teaser_is_the_one_that_the_feed_of_the_case_gave(after_steps: Run) -> None:
    def steps(stream: list[FetchedArticle]) -> Iterator[Step]:
        news = stream[29]
        yield Step(news, arrival(0, news), ("valley",))
        yield Step(
            replace(news, summary="Opinion: who searches whom"), arrival(1, news), ("quarry",)
        )

    assert outcomes(after_steps(steps)) == ["digest"]


def test_what_was_judged_of_an_article_may_be_less_than_another_case_had_stored(
    after_steps: Run,
) -> None:
    def steps(stream: list[FetchedArticle]) -> Iterator[Step]:
        news = stream[29]
        teaser = replace(
            news,
            text="Whatever else there was about Valdesora is for subscribers.",
            extraction=Extraction.TEASER,
        )
        yield Step(news, arrival(0, news), ("valley",))
        yield Step(teaser, arrival(1, news), ("quarry",))
        yield Step(stream[30], arrival(0, stream[30]))

    assert outcomes(after_steps(steps))[0] != "alert"


# What is asked for is little beside what the stream brings, so that the threshold rises.
RATED = {**CASES, "quarry": f"alerts_per_week = 2\n{CASES['quarry']}"}


@pytest.fixture(scope="module")
def followed_at_a_rate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Followed]:
    """The stream as it is judged for somebody who wants two alerts a week."""
    folder = tmp_path_factory.mktemp("rated")
    settings = make(folder, f"sqlite:///{folder / 'monitor.db'}", RATED)
    asyncio.run(follow(settings, plan(read_stream())))
    store = Store(settings.database_url)
    yield Followed(store, settings)
    store.close()


def test_a_case_that_asks_for_fewer_alerts_gets_fewer(
    followed: Followed, followed_at_a_rate: Followed
) -> None:
    counts = [one.store.read(_count_alerts, "quarry") for one in (followed_at_a_rate, followed)]

    assert 0 < counts[0] < counts[1]
    assert [one.store.read(_count_alerts, "owner") for one in (followed_at_a_rate, followed)] == [
        followed.store.read(_count_alerts, "owner")
    ] * 2


def test_a_replay_moves_the_threshold_as_it_was_moved(followed_at_a_rate: Followed) -> None:
    done = followed_at_a_rate.replay()

    assert [one for one in done if one.is_changed] == []
    assert [one.before.score for one in done] == [one.score for one in done]


def test_the_threshold_of_a_rate_is_kept_with_its_verdicts(followed_at_a_rate: Followed) -> None:
    def thresholds(session: Session) -> set[float]:
        return set(session.execute(select(case_articles.c.threshold)).scalars())

    found = followed_at_a_rate.store.read(thresholds)

    assert len(found) > 10
    assert all(0.2 <= threshold <= 0.95 for threshold in found)
