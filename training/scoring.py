"""How well a replay did: what of the developments it alerted on, and what else it alerted on.

recall           developments alerted on / developments (`recall_t1`: of tier 1)
timely           alerted on in the step in which they were first published / developments
told             alerted on or in the digest within 24 hours of first publication / developments
precision        alerts that bring a development not alerted on before / alerts
per_development  alerts / developments alerted on
false_per_100    alerts without one, per 100 articles that carry none
quote_precision  quoted sentences that are new / quoted sentences
quote_recall     new sentences of the alerting articles that are quoted / all of them
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from monitor.model import Outcome, Verdict
from monitor.text import fold_words
from training.replay import JudgedArticle, start_of
from training.streams import Corpus, LabelledArticle

TOLD_WITHIN = timedelta(hours=24)  # of the first publication of a development
CARRIERS = {"one": 1, "two or three": 3}  # articles that report a development, at most
MORE_CARRIERS = "four or more"
_SHARED_OF_SHORTER, _SHARED_OF_LONGER = 0.8, 0.5  # of the words of two sentences that are the same


@dataclass(frozen=True)
class Score:
    """The figures described above; None of nothing. `missed` are ids of developments."""

    alerts: int
    developments: int
    recall: float | None
    recall_t1: float | None
    timely: float | None
    told: float | None
    precision: float | None
    per_development: float | None
    false_per_100: float | None
    quote_precision: float | None
    quote_recall: float | None
    missed: tuple[str, ...]

    @property
    def figures(self) -> dict[str, float | None]:
        """All but the counts, by name."""
        counts = {"alerts", "developments", "missed"}
        return {name: value for name, value in asdict(self).items() if name not in counts}


@dataclass
class _Tally:
    """What is counted while the alerts of a replay are walked through."""

    step_of_alert: dict[str, int] = field(default_factory=dict)
    alerts: int = 0
    useful: int = 0
    quoted: int = 0
    quoted_new: int = 0
    new_sentences: int = 0
    new_quoted: int = 0

    def add(self, judged: JudgedArticle, wanted: set[str]) -> None:
        """Counts one alert."""
        named = set(judged.article.developments) & wanted
        fresh = named - self.step_of_alert.keys()
        self.step_of_alert |= dict.fromkeys(fresh, judged.step)
        self.alerts += 1
        self.useful += bool(fresh)
        self._add_quotes(quotes_of(judged.verdict), judged.article.new_sentences)

    def _add_quotes(self, quotes: Sequence[str], new: Sequence[str]) -> None:
        self.quoted += len(quotes)
        self.quoted_new += sum(_is_among(quote, new) for quote in quotes)
        self.new_sentences += len(new)
        self.new_quoted += sum(_is_among(sentence, quotes) for sentence in new)


def score(corpus: Corpus, judged: Iterable[JudgedArticle], step: timedelta) -> Score:
    """Returns the figures of a replay of a whole corpus.

    Args:
        step: hours of news between two polls, as the replay had them.
    """
    wanted = {name for article in corpus.articles for name in article.new_developments}
    tally = _Tally()
    judged = list(judged)
    for one in judged:
        if one.verdict.outcome is Outcome.ALERT:
            tally.add(one, wanted)
    top = {name for name in wanted if corpus.tiers[name] == 1}
    first = first_steps(corpus.articles, step)
    hit = tally.step_of_alert
    without_news = sum(not article.new_developments for article in corpus.articles)
    return Score(
        alerts=tally.alerts,
        developments=len(wanted),
        recall=ratio(len(hit), len(wanted)),
        recall_t1=ratio(len(top & hit.keys()), len(top)),
        timely=ratio(sum(hit[name] == first[name] for name in hit), len(wanted)),
        told=ratio(len(find_told(corpus.articles, judged, step) & wanted), len(wanted)),
        precision=ratio(tally.useful, tally.alerts),
        per_development=ratio(tally.alerts, len(hit)),
        false_per_100=ratio(100 * (tally.alerts - tally.useful), without_news),
        quote_precision=ratio(tally.quoted_new, tally.quoted),
        quote_recall=ratio(tally.new_quoted, tally.new_sentences),
        missed=tuple(sorted(wanted - hit.keys())),
    )


def first_steps(articles: Sequence[LabelledArticle], step: timedelta) -> dict[str, int]:
    """Returns for each development the poll that first could have brought it."""
    start = start_of(articles)
    found: dict[str, int] = {}
    for article in articles:
        number = int((article.published_at - start) / step)
        for name in article.developments:
            found[name] = min(found.get(name, number), number)
    return found


def find_told(
    articles: Sequence[LabelledArticle], judged: Iterable[JudgedArticle], step: timedelta
) -> set[str]:
    """Returns the developments that a reader of alerts and digests learned of within a day.

    What an article reports is told at the end of the poll that brought it, a late alert at the end
    of the poll that confirmed it.
    """
    start = start_of(articles)
    first: dict[str, datetime] = {}
    for article in articles:
        for name in article.developments:
            first.setdefault(name, article.published_at)
    return {
        name
        for one in judged
        if one.verdict.outcome is not Outcome.SILENT
        for name in one.article.developments
        if start + step * (one.step + 1) <= first[name] + TOLD_WITHIN
    }


def count_carriers(articles: Iterable[LabelledArticle]) -> Counter[str]:
    """Counts for each development the articles that report it as news."""
    return Counter(name for article in articles for name in article.developments)


def carriers_class(count: int) -> str:
    """Returns into which of the three classes a number of carriers falls."""
    return next((name for name, most in CARRIERS.items() if count <= most), MORE_CARRIERS)


def recall_by_carriers(
    corpus: Corpus, judged: Iterable[JudgedArticle]
) -> dict[str, tuple[int, int]]:
    """Returns by number of carriers how many developments were alerted on, and how many there are.

    What one article alone reports has no second chance: recall as a whole hides how it fares.
    """
    alerted = {
        name
        for one in judged
        if one.verdict.outcome is Outcome.ALERT
        for name in one.article.developments
    }
    carriers = count_carriers(corpus.articles)
    found = dict.fromkeys([*CARRIERS, MORE_CARRIERS], (0, 0))
    for name in {name for article in corpus.articles for name in article.new_developments}:
        hit, total = found[carriers_class(carriers[name])]
        found[carriers_class(carriers[name])] = hit + (name in alerted), total + 1
    return found


def quotes_of(verdict: Verdict) -> list[str]:
    """Returns what an alert quotes as new."""
    quoted = [sentence.text for sentence in verdict.new_sentences]
    return quoted + [claim.after for claim in verdict.changed_claims]


def find_false_alerts(judged: Iterable[JudgedArticle]) -> list[JudgedArticle]:
    """Returns the alerts that bring no development that was not alerted on before."""
    found, alerted = [], set[str]()
    for one in judged:
        if one.verdict.outcome is Outcome.ALERT:
            developments = set(one.article.developments)
            if not developments - alerted:
                found.append(one)
            alerted |= developments
    return found


def count_kinds(judged: Iterable[JudgedArticle]) -> Counter[str]:
    """Counts articles by kind and by how their text came about."""
    return Counter(f"{one.article.kind}/{one.article.relation}" for one in judged)


def is_same_sentence(a: str, b: str) -> bool:
    """Whether two sentences have most of their words in common."""
    x, y = set(fold_words(a)), set(fold_words(b))
    shared = len(x & y)
    return bool(x and y) and (
        shared >= _SHARED_OF_SHORTER * min(len(x), len(y))
        and shared >= _SHARED_OF_LONGER * max(len(x), len(y))
    )


def ratio(part: float, whole: float) -> float | None:
    """Returns part/whole to three digits, None of nothing."""
    return round(part / whole, 3) if whole else None


def _is_among(sentence: str, others: Iterable[str]) -> bool:
    return any(is_same_sentence(sentence, other) for other in others)
