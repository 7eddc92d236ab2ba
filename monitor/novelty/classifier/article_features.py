"""What the trained judge looks at: an article beside the case's index, as named features.

Two questions decide. Does a sentence of it report something (`classifier.reporting`), and have
people been told that already (`classifier.links`)? What is stored but was never told does not make
a report old, so that a second newsroom's report of something held back has its chance.

Left out on purpose, because they show how texts are made and not what they say: language, outlet,
length, hours since the last article. Features are shares or logarithms of small counts, so that
they mean the same in a young case and in an old one; how much a case usually repeats is given
beside them. Tried and left out, because stories that were not fitted to were judged worse with
them: sentence vectors, the share of new words, the least alike sentence, the number of links, days
and names of the lead that nobody has, all by themselves and against what is usual. How much of its
reporting sentence a told one has went, since it weighed for news."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import chain

from monitor.model import Analysis, Facts, Genre, Sentence
from monitor.novelty.alignment.align import AlignedSentence
from monitor.novelty.alignment.article import AlignedArticle
from monitor.novelty.classifier.assessment import Assessment
from monitor.novelty.classifier.links import Links
from monitor.novelty.classifier.namesakes import foreign_name_share
from monitor.novelty.index.case_index import CaseIndex
from monitor.novelty.nlp.event_keys import (
    EventKey,
    EventKind,
    TypedTerm,
    event_keys,
    explicit_terms,
    stems,
)
from monitor.novelty.nlp.lexicon import lexicon
from monitor.novelty.thresholds import JudgeSettings
from monitor.text import fold_words

# What separates an article about the case from one that names its subject in passing or is about a
# namesake: of two dozen features those that do it in a story that was not fitted to. Where and how
# often the name stands adds nothing to them. After a quiet month there are no recent articles to be
# like, so all of them count as well; and the more there are, the likelier one is alike by chance.
ABOUT_ALONE = (
    *("coverage", "stored_coverage", "case_size", "known_share", "lead_overlap"),
    "foreign_alone",
)
ABOUT = ("known_names", "foreign_names", *ABOUT_ALONE)  # the others say little of what is new
_LEAD = 2  # sentences
_REPORTING = 10  # unexplained sentences among which the reporting one is looked for
_EVENT_SENTENCES = 5
_RANK_DECAY = 4  # sentences after which an event weighs 1/e
# Where a wire is printed everywhere its next report is news all the same: without the limit `main`,
# three tenths of whose articles are copies, lost a tenth of its developments.
_COPIES_LIMIT = 0.1
_SOME_NAMES = 2  # names of the case; one may be that of its town
_KNOWN_NAMES_LIMIT = 6  # names of the case; more do not make an article more of it
# Articles: with fewer, that an article is like none of them says nothing yet; with more, a case is
# as large as any, and what nothing was learned from is not concluded from.
_SMALL_CASE, _LARGE_CASE = 15, 60
_NEAR_DAYS = 2
_NEAR_SPAN = timedelta(hours=96)
_ONE_DAY = timedelta(days=1)
# Of a sentence's words in a told one: up to the first share it says something else, from the second
# on it says the same.
_OTHER, _SAME = 0.2, 0.95
_EDGE = 0.01
# Weights of new event keys, fixed with a prototype before its unseen streams were scored; a class
# of talk counts half.
_KEY_WEIGHTS: dict[EventKind, float] = {"class": 2.0, "role": 0.6, "name": 0.8}


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFeatures:
    """The features of an article, named as the terms of `data/weights.json`.

    Shares and probabilities are 0-1; "log" stands for ln(1 + x).

    Attributes:
        reporting: the largest probability that one of its new sentences reports news, times the
            probability that no told article has the same development.
        title_reporting: the probability that its headline reports news.
        told: log odds that a told article has the same development, a quarter of them.
        addition_told: the same for an addition to known text, else 0.
        addition_reporting: for an addition, the largest product of reporting and being unlike all
            told sentences.
        new_events: log of the strength of its strongest event that nobody was told of.
        dated_events: the same of events that no stored article has, in sentences that name a day.
        title_event_untold: the headline has an event class that no told article of these days has.
        usual_events: how many new event classes an article of this case usually has, as a log.
        usual_copies: share of copies among the latest articles of this case, at most a tenth.
        usual_coverage: how much of a headline of this case one earlier article usually has.
        same_day_coverage: the largest share of an article that is of the same day or names it.
        new_names: log of the number of names that no stored article has.
        known_names: log of the number of names that belong to the case, at most six.
        foreign_names: how foreign the names beside the subject's are to the case.
        background: share of leading sentences that look back to an older time.
        lead_background: whether the first sentence looks back.
        live: is a live blog.
        coverage: largest share that one recent article has of the leading sentences.
        stored_coverage: the same of any stored article, the subject's names left aside.
        case_size: log of the number of articles of the case, of 15 at least and 60 at most.
        known_share: share of its sentences that the case knows.
        lead_overlap: share of its first sentence's words in one stored sentence.
        foreign_alone: `foreign_names` where it has one other name of the case at most, else 0.
    """

    reporting: float
    title_reporting: float
    told: float
    addition_told: float
    addition_reporting: float
    new_events: float
    dated_events: float
    title_event_untold: float
    usual_events: float
    usual_copies: float
    usual_coverage: float
    same_day_coverage: float
    new_names: float
    known_names: float
    foreign_names: float
    background: float
    lead_background: float
    live: float
    coverage: float
    stored_coverage: float
    case_size: float
    known_share: float
    lead_overlap: float
    foreign_alone: float


@dataclass(frozen=True, slots=True)
class Reports:
    """How probably the sentences of an article report news, 0-1.

    Attributes:
        by_index: by the index of the sentence; the headline's is -1.
    """

    by_index: dict[int, float]

    def of(self, sentence: Sentence) -> float:
        """Returns the probability of a sentence, 0 of one that does not count."""
        return self.by_index.get(sentence.index, 0.0)


def article_features(assessment: Assessment, links: Links, reports: Reports) -> ArticleFeatures:
    """Returns the features of an article.

    Args:
        links: the stored articles that may tell the same development.
        reports: how probably each of its sentences reports news.
    """
    article, index, analysis = assessment.article, assessment.index, assessment.analysis
    lead = deciding_sentences(article, assessment.settings)
    facts = [row.facts for row in lead]
    told = links.told()
    is_addition = article.is_addition
    names, coverage = _CaseNames.of(assessment), _Coverage.of(lead, analysis, index)
    told_keys = _told_keys(index, analysis.published_at)
    return ArticleFeatures(
        reporting=_reporting(article, reports) * (1 - told),
        title_reporting=reports.of(analysis.title),
        told=_log_odds(told) / 4,
        addition_told=_log_odds(told) / 4 if is_addition else 0.0,
        addition_reporting=_unlike_reporting(article, links, reports) if is_addition else 0.0,
        new_events=_event_strength(article, told_keys),
        dated_events=_event_strength(article, _Stored(index), only_dated=True),
        title_event_untold=float(_has_untold_event(analysis, index)),
        usual_events=index.usual_event_strength(),
        usual_copies=min(_COPIES_LIMIT, index.usual_copies()),
        usual_coverage=index.usual_title_coverage(),
        same_day_coverage=coverage.same_day,
        new_names=_log_count_new_names(facts, index),
        known_names=math.log1p(min(_KNOWN_NAMES_LIMIT, names.known)),
        foreign_names=names.foreign_share,
        background=_mean([float(one.is_background) for one in facts], default=0.0),
        lead_background=_looks_back(article),
        live=float(analysis.genre is Genre.LIVE),
        coverage=coverage.share,
        stored_coverage=_stored_coverage(lead, assessment),
        case_size=_case_size(index),
        known_share=article.known_share,
        lead_overlap=lead[0].overlap if lead else 1.0,
        foreign_alone=names.foreign_share if names.known < _SOME_NAMES else 0.0,
    )


def _case_size(index: CaseIndex) -> float:
    return math.log1p(min(_LARGE_CASE, max(_SMALL_CASE, index.article_count)))


def _log_odds(probability: float) -> float:
    return math.log((probability + _EDGE) / (1 + _EDGE - probability))


def _looks_back(article: AlignedArticle) -> float:
    return float(bool(article.aligned) and article.aligned[0].facts.is_background)


def _reporting(article: AlignedArticle, reports: Reports) -> float:
    """Returns the probability of its reporting sentence."""
    return max((reports.of(row.sentence) for row in _reporting_rows(article)), default=0.0)


def _unlike_reporting(article: AlignedArticle, links: Links, reports: Reports) -> float:
    """Returns the largest probability of a sentence, times how unlike all told ones it is."""
    told = list(chain(*(profile.read_stems() for profile in links.told_profiles())))
    unlike = 0.0
    for row in _reporting_rows(article):
        shared = _told_overlap(row.sentence, told, links.index)
        unlike = max(unlike, reports.of(row.sentence) * (1 - _sameness(shared)))
    return unlike


def _reporting_rows(article: AlignedArticle) -> Sequence[AlignedSentence]:
    return article.unexplained[:_REPORTING]


def _told_overlap(sentence: Sentence, told: Iterable[Set[str]], index: CaseIndex) -> float:
    own = {stem: index.sentences.idf(stem) for stem in stems(sentence.text)}
    whole = math.fsum(own.values())
    if not whole:
        return 0.0
    return max((_shared_mass(own, other) for other in told), default=0.0) / whole


def _shared_mass(own: dict[str, float], other: Set[str]) -> float:
    return math.fsum(own[stem] for stem in own.keys() & other)


def _sameness(overlap: float) -> float:
    return min(1.0, max(0.0, (overlap - _OTHER) / (_SAME - _OTHER)))


def deciding_sentences(
    article: AlignedArticle, settings: JudgeSettings
) -> tuple[AlignedSentence, ...]:
    """Returns the sentences that the features are taken from: the leading ones of a text; of an
    addition what was added first.
    """
    if article.is_addition:
        return article.unexplained[: settings.addition_sentences]
    return article.lead


def begins_with_act(article: AlignedArticle, settings: JudgeSettings) -> bool:
    """The added words are the new lead, unlike all that is stored, and say who did something or
    report an act.
    """
    if not article.begins_unexplained:
        return False
    first = article.unexplained[0]
    if first.overlap >= settings.distant_overlap:
        return False
    facts, events = first.facts, lexicon().events
    has_act = bool(set(facts.classes) - events.weak - events.keyless)
    return has_act or bool(facts.roles and facts.classes)


class _Stored:
    """The event keys of all stored articles, as a set that is only asked."""

    def __init__(self, index: CaseIndex) -> None:
        self._index = index

    def __contains__(self, key: EventKey) -> bool:
        return self._index.has_event(key)


def _told_keys(index: CaseIndex, at: datetime) -> Set[EventKey]:
    """Returns what the latest articles that people were told of report."""
    told = (known.event_keys for known in index.profiles() if index.is_told(known, at))
    return frozenset().union(*told)


def _event_strength(
    article: AlignedArticle, known: _Stored | Set[EventKey], *, only_dated: bool = False
) -> float:
    """Returns ln(1 + s) for the strength of the strongest new event, the first sentences weighing
    most.
    """
    strongest = 0.0
    for rank, row in enumerate(article.unexplained[:_EVENT_SENTENCES]):
        if only_dated and not row.facts.days:
            continue
        strength = math.fsum(sorted(map(_key_weight, _new_keys(row.facts, known))))
        strongest = max(strongest, strength * math.exp(-rank / _RANK_DECAY))
    return math.log1p(strongest)


def _new_keys(facts: Facts, known: _Stored | Set[EventKey]) -> list[EventKey]:
    """Returns what a sentence reports that is not known for its day; without a day in it, the day
    before counts too.
    """
    keys = [key for key in event_keys(facts) if key not in known]
    if facts.days:
        return keys
    return [key for key in keys if key._replace(day=key.day - _ONE_DAY) not in known]


def _key_weight(key: EventKey) -> float:
    is_talk = key.kind == "class" and not key.is_act
    return _KEY_WEIGHTS[key.kind] * (0.5 if is_talk else 1.0)


def _has_untold_event(analysis: Analysis, index: CaseIndex) -> bool:
    """Says whether the headline has an event class that no told article of these days has."""
    own = set(analysis.title.facts.classes) - lexicon().events.keyless
    for known in index.profiles():
        is_near = abs(known.at - analysis.published_at) <= _NEAR_SPAN
        if is_near and index.is_told(known, analysis.published_at):
            own -= {term.value for term in known.terms if term.kind == "class"}
    return bool(own)


@dataclass(frozen=True, slots=True)
class _Coverage:
    """The largest shares that one recent article has of an article's lead, 0-1.

    Attributes:
        same_day: of articles that are of the same day or name it.
    """

    share: float
    same_day: float

    @classmethod
    def of(cls, lead: Sequence[AlignedSentence], analysis: Analysis, index: CaseIndex) -> _Coverage:
        own = index.weighted_terms([row.sentence for row in lead])
        at, days = analysis.published_at, _reported_days(lead, analysis.local_day)
        share = same_day = 0.0
        for known in index.recent(at):
            covered = own.term_coverage(known.terms)
            share = max(share, covered)
            # In a case that is in the news every day, near in time is not yet the same event.
            if abs(known.at - at) < _ONE_DAY or not days.isdisjoint(known.terms):
                same_day = max(same_day, covered)
        return cls(share, same_day)


def _reported_days(lead: Sequence[AlignedSentence], today: date) -> set[TypedTerm]:
    """Returns the recent days that the first sentences name, else the article's own."""
    named: set[date] = set()
    for row in lead[:_LEAD]:
        named.update(row.facts.days)
    near = [day for day in named if abs((today - day).days) <= _NEAR_DAYS]
    return set(map(TypedTerm.of_day, near or [today]))


def _stored_coverage(lead: Sequence[AlignedSentence], assessment: Assessment) -> float:
    """Returns the largest share that one stored article of any time has of the leading sentences;
    every article of the case has the subject's names, one about something else too.
    """
    index = assessment.index
    terms = set(index.weighted_terms([row.sentence for row in lead]).terms)
    terms.difference_update(map(partial(TypedTerm, "name"), _subject_words(assessment)))
    return index.articles.coverage(terms).share


def _subject_words(assessment: Assessment) -> set[str]:
    return set().union(*map(fold_words, assessment.subject_terms))


@dataclass(frozen=True, slots=True)
class _CaseNames:
    """How far an article has the case's own names; one about a namesake has next to none.

    Attributes:
        known: number of names that belong to the case.
        foreign_share: how foreign the names beside the subject's are, 0-1.
    """

    known: int
    foreign_share: float

    @classmethod
    def of(cls, assessment: Assessment) -> _CaseNames:
        articles = assessment.index.articles
        sentences = [row.sentence for row in assessment.article.aligned]
        subject = _subject_words(assessment)
        names: set[str] = set()
        for sentence in sentences:
            names.update(sentence.facts.names)
        foreign = foreign_name_share(sentences, subject, articles)
        return cls(sum(map(articles.is_known_name, names - subject)), foreign)


def _log_count_new_names(facts: Iterable[Facts], index: CaseIndex) -> float:
    """Returns ln(1 + n) for n distinct names that no stored article has."""
    new: set[TypedTerm] = set()
    for one in facts:
        for term in explicit_terms(one):
            if term.kind == "name" and not index.articles.has_term(term):
                new.add(term)
    return math.log1p(len(new))


def _mean(values: Sequence[float], default: float) -> float:
    return sum(values) / len(values) if values else default
