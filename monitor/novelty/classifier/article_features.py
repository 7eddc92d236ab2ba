"""What the trained judge looks at: an article beside the case's index, as named features.

Left out on purpose, because they show how texts are made and not what they say: language, outlet,
length, hours since the last article. Features are shares or logarithms of small counts, so that
they mean the same in a young case and in an old one; coverage is also given against what is usual
in the case, since in a case with long daily reports any two articles share much. Tried and left
out, because stories that were not fitted to were judged worse with them: shares and counts of new
event keys by kind, coverage by words, by the lead alone and by all recent articles together, events
of the headline."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from monitor.model import Analysis, Facts, Genre
from monitor.novelty.alignment.align import AlignedSentence
from monitor.novelty.alignment.article import AlignedArticle
from monitor.novelty.classifier.assessment import Assessment
from monitor.novelty.classifier.evidence import EventEvidence, gather_events, new_event
from monitor.novelty.classifier.namesakes import foreign_name_share
from monitor.novelty.index.case_index import CaseIndex
from monitor.novelty.nlp.event_keys import EventKey, TermKind, TypedTerm, explicit_terms, stems
from monitor.novelty.nlp.lexicon import lexicon
from monitor.novelty.thresholds import JudgeSettings
from monitor.text import fold_words

# What separates an article about the case from one that names its subject in passing or is about a
# namesake: of two dozen features those that do it in a story that was not fitted to. Where and how
# often the name stands adds nothing to them.
ABOUT = ("known_names", "coverage", "known_share", "lead_overlap", "foreign_names")
ABOUT_ALONE = ("foreign_names",)  # says nothing of what is new
_LEAD = 2  # sentences
_REPORTED_DAYS = 3  # an event is reported for so long
_UNDECIDED = 0.5  # the share of nothing
_KNOWN_NAMES_LIMIT = 6  # names of the case; more do not make an article more of it
_CHANGES_LIMIT = 2.0
_FRESH_STRENGTH = 2  # what naming a fresh day adds to the strength of an added paragraph
_NEAR_DAYS = 2
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFeatures:
    """The features of an article, named as the terms of `data/weights.json`.

    Shares are 0-1; "log" stands for ln(1 + x); what begins with "is" or "has" in words is 0 or 1.

    Attributes:
        new_weak_classes: log of the number of new event classes of talk, papers and plans.
        lead_names_unreported: share of the names of its first sentences that no stored sentence has
            on any of the last days.
        title_events_unreported: the same for the event classes of the headline.
        coverage, title_coverage: largest share that one recent article has of the leading
            sentences and of the headline.
        same_day_coverage: the largest share of an article that is of the same day or names it.
        title_coverage_over_usual: title coverage less what is usual in the case, -1 to 1.
        coverage_over_archive: coverage less the largest share that one old article has, -1 to 1.
        foreign_names: how foreign the names beside the subject's are to the case, 0-1.
        known_names: log of the number of names that belong to the case, at most six.
        known_words: share of its words that the case has.
        new_names, new_numbers: log of the number of names and numbers that no stored article has.
        new_day: has a day of these days that no stored article names.
        new_day_ahead: has such a day that lies ahead.
        fresh_lead: its first sentences name the article's day or the day before.
        background: share of leading sentences that look back to an older time.
        known_share: share of its sentences that the case knows.
        new_lead: is an addition to a known text that begins with new words.
        changed_facts: number of known sentences that are repeated with another fact, at most 2.
        live: is a live blog.
        overlap, lead_overlap, least_overlap: share of the leading sentences' words in one stored
            sentence: their mean, of the first, the smallest.
        event_strength: log of the strength of the strongest new event.
        quoted: share of quoted words.
        new_lead_act: is an addition that begins with an act.
        fresh_addition: is an addition that names the article's day or the day before.
    """

    new_weak_classes: float
    lead_names_unreported: float
    title_events_unreported: float
    coverage: float
    title_coverage: float
    same_day_coverage: float
    title_coverage_over_usual: float
    coverage_over_archive: float
    foreign_names: float
    known_names: float
    known_words: float
    new_names: float
    new_numbers: float
    new_day: float
    new_day_ahead: float
    fresh_lead: float
    background: float
    known_share: float
    new_lead: float
    changed_facts: float
    live: float
    overlap: float
    lead_overlap: float
    least_overlap: float
    event_strength: float
    quoted: float
    new_lead_act: float
    fresh_addition: float


def article_features(assessment: Assessment) -> ArticleFeatures:
    """Returns the features of an article."""
    analysis, article = assessment.analysis, assessment.article
    index, today = assessment.index, analysis.local_day
    lead = deciding_sentences(article, index, assessment.settings)
    facts = [row.facts for row in lead]
    event = _event_evidence(lead, assessment)
    coverage, names = _Coverage.of(lead, analysis, index), _CaseNames.of(assessment)
    days, overlaps = _NewDays.of(facts, today, index), [row.overlap for row in lead]
    title_facts = [analysis.title.facts]
    return ArticleFeatures(
        new_weak_classes=math.log1p(_count_new_weak_classes(facts, index)),
        lead_names_unreported=_unreported_share(_name_keys, facts[:_LEAD], today, index),
        title_events_unreported=_unreported_share(_class_keys, title_facts, today, index),
        coverage=coverage.share,
        title_coverage=coverage.of_title,
        same_day_coverage=coverage.same_day,
        title_coverage_over_usual=coverage.of_title - index.usual_title_coverage(),
        coverage_over_archive=coverage.share - coverage.archive,
        foreign_names=names.foreign_share,
        known_names=math.log1p(min(_KNOWN_NAMES_LIMIT, names.known)),
        known_words=_known_word_share(article, index),
        new_names=_log_count_new("name", facts, index),
        new_numbers=_log_count_new("number", facts, index),
        new_day=float(days.is_near),
        new_day_ahead=float(days.is_ahead),
        fresh_lead=float(any(one.is_fresh for one in facts[:_LEAD])),
        background=_mean([float(one.is_background) for one in facts], default=0.0),
        known_share=article.known_share,
        new_lead=float(article.is_addition and article.begins_unexplained),
        changed_facts=min(_CHANGES_LIMIT, float(sum(row.has_hard_change for row in lead))),
        live=float(analysis.genre is Genre.LIVE),
        overlap=_mean(overlaps, default=1.0),
        lead_overlap=overlaps[0] if overlaps else 1.0,
        least_overlap=min(overlaps, default=1.0),
        event_strength=math.log1p(event.strength),
        quoted=event.quoted_share,
        new_lead_act=float(_is_new_lead_act(article, event, assessment.settings)),
        fresh_addition=float(article.is_addition and event.is_fresh),
    )


def deciding_sentences(
    article: AlignedArticle, index: CaseIndex, settings: JudgeSettings
) -> tuple[AlignedSentence, ...]:
    """Returns the sentences that the features are taken from: the leading ones of a text; of an
    addition its strongest paragraphs, wherever they stand.
    """
    if not article.is_addition:
        return article.lead
    paragraphs: dict[int, list[AlignedSentence]] = {}
    for row in article.unexplained:
        paragraphs.setdefault(row.sentence.paragraph, []).append(row)
    ordered: list[AlignedSentence] = []
    # The sort is stable, so that of equally strong paragraphs the earlier comes first.
    for rows in sorted(paragraphs.values(), key=lambda rows: -_strength(rows, index)):
        ordered.extend(rows)
    return tuple(ordered[: settings.addition_sentences])


def _strength(rows: Iterable[AlignedSentence], index: CaseIndex) -> float:
    """Returns the strength of the strongest sentence; a fresh day counts as an event."""
    facts = [row.facts for row in rows]
    return max(new_event(one, index).strength + _FRESH_STRENGTH * one.is_fresh for one in facts)


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


def _event_evidence(lead: Sequence[AlignedSentence], assessment: Assessment) -> EventEvidence:
    if not assessment.article.is_addition:
        return assessment.evidence.event
    return gather_events(lead, assessment.index, assessment.settings)


def _is_new_lead_act(
    article: AlignedArticle, event: EventEvidence, settings: JudgeSettings
) -> bool:
    is_reaction = event.quoted_share >= settings.reaction_quoted_share
    is_candidate = article.is_addition and event.is_fresh and not is_reaction
    return is_candidate and begins_with_act(article, settings)


def _count_new_weak_classes(facts: Iterable[Facts], index: CaseIndex) -> int:
    keys: set[EventKey] = set()
    for one in facts:
        keys.update(new_event(one, index).keys)
    return sum(key.kind == "class" and not key.is_act for key in keys)


_KeysOn = Callable[[Facts, date], Iterable[EventKey]]


def _class_keys(facts: Facts, day: date) -> Iterator[EventKey]:
    for name in facts.classes:
        if name not in lexicon().events.keyless:
            yield EventKey.of_class(name, day)


def _name_keys(facts: Facts, day: date) -> Iterator[EventKey]:
    for name in facts.names:
        yield EventKey.of_name(name, day)


def _unreported_share(
    keys_on: _KeysOn, facts: Iterable[Facts], today: date, index: CaseIndex
) -> float:
    """Returns the share of what is said that no stored sentence says of any of the last days."""
    keys: list[EventKey] = []
    for one in facts:
        keys.extend(keys_on(one, today))
    if not keys:
        return _UNDECIDED
    return 1 - sum(_is_reported_lately(key, index) for key in keys) / len(keys)


def _is_reported_lately(key: EventKey, index: CaseIndex) -> bool:
    """Says whether an event is stored for its day, one of the days before, or the next one."""
    # From tomorrow, since a newsroom further east may be a day ahead.
    for back in range(-1, _REPORTED_DAYS + 1):
        if index.has_event(key._replace(day=key.day - timedelta(days=back))):
            return True
    return False


@dataclass(frozen=True, slots=True)
class _Coverage:
    """The largest shares that one stored article has of an article's lead, 0-1.

    Attributes:
        share: of recent articles; `of_title` the same of the headline.
        same_day: of recent articles that are of the same day or name it.
        archive: of old articles.
    """

    share: float
    of_title: float
    same_day: float
    archive: float

    @classmethod
    def of(cls, lead: Sequence[AlignedSentence], analysis: Analysis, index: CaseIndex) -> _Coverage:
        own = index.weighted_terms([row.sentence for row in lead])
        title = index.weighted_terms([analysis.title])
        at, days = analysis.published_at, _reported_days(lead, analysis.local_day)
        share = of_title = same_day = 0.0
        for known in index.recent(at):
            covered = own.term_coverage(known.terms)
            share = max(share, covered)
            of_title = max(of_title, title.term_coverage(known.terms))
            # In a case that is in the news every day, near in time is not yet the same event.
            if abs(known.at - at) < _ONE_DAY or not days.isdisjoint(known.terms):
                same_day = max(same_day, covered)
        archive = index.articles.archive_coverage(own.terms, at).share
        return cls(share, of_title, same_day, archive)


def _reported_days(lead: Sequence[AlignedSentence], today: date) -> set[TypedTerm]:
    """Returns the recent days that the first sentences name, else the article's own."""
    named: set[date] = set()
    for row in lead[:_LEAD]:
        named.update(row.facts.days)
    near = [day for day in named if abs((today - day).days) <= _NEAR_DAYS]
    return set(map(TypedTerm.of_day, near or [today]))


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
        subject: set[str] = set()
        for term in assessment.subject_terms:
            subject.update(fold_words(term))
        names: set[str] = set()
        for sentence in sentences:
            names.update(sentence.facts.names)
        foreign = foreign_name_share(sentences, subject, articles)
        return cls(sum(map(articles.is_known_name, names - subject)), foreign)


def _known_word_share(article: AlignedArticle, index: CaseIndex) -> float:
    words: set[str] = set()
    for row in article.aligned:
        words |= stems(row.sentence.text)
    known = sum(map(index.sentences.has_word, words))
    return known / len(words) if words else _UNDECIDED


def _log_count_new(kind: TermKind, facts: Iterable[Facts], index: CaseIndex) -> float:
    """Returns ln(1 + n) for n distinct terms of a kind that no stored article has."""
    new: set[TypedTerm] = set()
    for one in facts:
        for term in explicit_terms(one):
            if term.kind == kind and not index.articles.has_term(term):
                new.add(term)
    return math.log1p(len(new))


@dataclass(frozen=True, slots=True)
class _NewDays:
    """Days that no stored article names: one about the article's own, one that lies ahead."""

    is_near: bool
    is_ahead: bool

    @classmethod
    def of(cls, facts: Iterable[Facts], today: date, index: CaseIndex) -> _NewDays:
        tomorrow, first = today + _ONE_DAY, today - timedelta(days=_NEAR_DAYS)
        is_near = is_ahead = False
        for one in facts:
            for day in one.days:
                if not index.articles.has_term(TypedTerm.of_day(day)):
                    is_near |= first <= day <= tomorrow
                    is_ahead |= day > tomorrow
        return cls(is_near, is_ahead)


def _mean(values: Sequence[float], default: float) -> float:
    return sum(values) / len(values) if values else default
