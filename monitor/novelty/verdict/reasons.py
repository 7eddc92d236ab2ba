"""The reasons of a verdict: stable codes, and sentences for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal

from monitor.model import Genre, Outcome, Reason
from monitor.novelty.classifier.assessment import Assessment
from monitor.novelty.classifier.prediction import Prediction
from monitor.novelty.nlp.event_keys import EventKey
from monitor.novelty.nlp.lexicon import FrameLabel, lexicon
from monitor.novelty.thresholds import JudgeSettings

CALIBRATED = "calibrated"  # the shift of a score
WEAK = "weak"  # for a digest that another newsroom may turn into an alert
FAINT = "faint"  # for a silence beside an alert; a third newsroom may turn it into one, too
CHANGE_OF_STATE = "it reports a change of state"
KNOWS_LITTLE = "the case knows little yet"
BASELINE = "baseline"  # for a silence because the article was there before
MENTION = "mention"  # for a silence because the article is on something else
UNCONFIRMED_REASONS = frozenset({(Outcome.DIGEST.value, WEAK), (Outcome.SILENT.value, FAINT)})
_KEYS_SHOWN = 6
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def describe_evidence(assessment: Assessment, prediction: Prediction | None) -> Iterator[Reason]:
    """Yields the figures behind a verdict, whatever decided.

    Args:
        prediction: of the trained weights; None where the untrained rule decides.
    """
    evidence, settings = assessment.evidence, assessment.settings
    yield Reason(
        "event", _new_events(evidence.event.keys), evidence.event.strength, settings.event_at
    )
    # Apart from the events, since a dozen names would bury them.
    if names := sorted({key.label for key in evidence.event.keys if key.kind == "name"}):
        yield Reason("names", f"names new for the day: {', '.join(names[:_KEYS_SHOWN])}")
    recent = evidence.coverage.recent
    yield Reason(
        "coverage",
        "share of it that one recent article has",
        recent.share,
        settings.coverage_limit,
    )
    known = round(assessment.article.known_share, 3)
    yield Reason(
        "known_share", "share of its sentences that the case knew", known, settings.known_share
    )
    if prediction:
        yield from _describe_prediction(prediction, settings)


def _new_events(keys: Iterable[EventKey]) -> str:
    """Returns events in words, each with who acts in it: "ruling (judge), 23 July"."""
    actors: dict[tuple[date, str], list[str]] = {}
    for key in keys:
        # Names have a reason of their own.
        if key.kind == "name":
            continue
        acting = actors.setdefault((key.day, key.label), [])
        if key.role:
            acting.append(_shown("role", key.role))
    shown = [_event_phrase(*event, roles) for event, roles in actors.items()]
    return f"new: {'; '.join(shown[:_KEYS_SHOWN])}" if shown else "no new event"


def _event_phrase(day: date, label: str, roles: Iterable[str]) -> str:
    event = _shown("class", label)
    by = ", ".join(sorted(roles))
    return f"{event} ({by}), {_day(day)}" if by else f"{event}, {_day(day)}"


def _shown(kind: Literal["class", "role"], name: str) -> str:
    # A class that the config of a case adds has no name but its own.
    own = name.lower().replace("_", " ")
    return lexicon().events.shown.get(FrameLabel(kind, name), own)


def _day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]}"


def _describe_prediction(prediction: Prediction, settings: JudgeSettings) -> Iterator[Reason]:
    yield Reason("about", "probability that it is about the case", prediction.about)
    if nearest := prediction.links.nearest_told():
        text = f"probability that article {nearest.profile.article_id}, already told, has the same"
        yield Reason("told", text, round(nearest.probability, 3))
    if settings.shift:
        text = "logits added to the score, from feedback on this case"
        yield Reason(CALIBRATED, text, settings.shift)
    for phrase, logits in prediction.strongest:
        yield Reason("weighed", phrase, round(logits, 2))


def changed_claim(kind: str, count: int) -> Reason:
    """Known sentences are repeated with another fact; the first differs in this kind."""
    return Reason("changed_claim", f"a known sentence with another {kind}", float(count), 1.0)


def continues(coverage: float, settings: JudgeSettings) -> Reason:
    """An article that names the subject in passing is about the case all the same."""
    text = (
        "it names the subject in passing, but goes on with what a recent article of the case tells"
    )
    return Reason("continues", text, round(coverage, 3), settings.continues_coverage)


def new_event(score: float, required: float) -> Reason:
    """The evidence for a new event suffices."""
    return Reason("new_event", "it reports what nobody was told yet", score, required)


def weak(score: float, required: float) -> Reason:
    """The evidence for a new event does not suffice."""
    return Reason(WEAK, "too little of it is new", score, required)


def faint(score: float, settings: JudgeSettings) -> Reason:
    """It is in doubt by itself, and confirms another article: that one is told."""
    text = "in doubt by itself, and told with the article that it confirms"
    return Reason(FAINT, text, score, settings.digest_at)


def stale_coverage(share: float, settings: JudgeSettings) -> Reason:
    """It may be an old report that is published late, without a day."""
    text = "no day, name or number of its own; an old article has its facts"
    return Reason("retold", text, share, settings.repeated_limit)


def retelling(genre: Genre) -> Reason:
    """It is an opinion, explainer or digest."""
    return Reason(genre.value, f"it is of a kind that retells: {genre.value}")


def confirms(article_id: int, probability: float, settings: JudgeSettings) -> Reason:
    """It turns an unconfirmed article into an alert."""
    text = f"it confirms article {article_id} of another newsroom, which was in doubt"
    return Reason("confirms", text, probability, settings.confirm_link)
