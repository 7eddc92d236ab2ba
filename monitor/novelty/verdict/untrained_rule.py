"""The outcome by counting new events, for young cases and where there are no trained weights."""

from __future__ import annotations

from monitor.model import Outcome, Reason
from monitor.novelty.alignment.align import AlignedSentence, AlignmentState
from monitor.novelty.classifier.article_features import begins_with_act
from monitor.novelty.nlp.lexicon import lexicon
from monitor.novelty.verdict import reasons
from monitor.novelty.verdict.decision import Decision, Grounds


def decide_untrained(grounds: Grounds) -> Decision:
    """Decides by the strongest new event, compared with `event_at`."""
    settings, coverage = grounds.settings, grounds.evidence.coverage.recent
    changed = grounds.changed
    if changed and changed[0].change:
        return grounds.alert(reasons.changed_claim(changed[0].change.kind, len(changed)))
    # In a text that is known in other words, what is unexplained may be reworded, too.
    if grounds.article.is_verbatim:
        return _decide_addition(grounds)
    if coverage.share >= settings.coverage_limit:
        text = f"article {coverage.article_id} tells the same"
        return grounds.silence(Reason("covered", text, coverage.share, settings.coverage_limit))
    return _decide_event(grounds)


def _decide_event(grounds: Grounds) -> Decision:
    settings, points = grounds.settings, grounds.points
    stale_coverage = grounds.evidence.coverage.stale_coverage
    if points < settings.event_at:
        return grounds.decide(_below_alert(grounds), reasons.weak(points, settings.event_at))
    if stale_coverage >= settings.repeated_limit:
        return grounds.digest(reasons.stale_coverage(stale_coverage, settings))
    return grounds.alert(reasons.new_event(points, settings.event_at))


def _below_alert(grounds: Grounds) -> Outcome:
    """Half of what an alert takes is enough for the digest."""
    is_digest = grounds.points >= grounds.settings.event_at / 2
    return Outcome.DIGEST if is_digest else Outcome.SILENT


def _decide_addition(grounds: Grounds) -> Decision:
    """Decides on words added to a text that is known word for word; reactions and colour do not
    alert.

    An act counts as in any text. So does what somebody with a role did on a fresh day, if it is new
    for that role or stands on top. While a case is young, days say little: whatever the passage
    says that somebody did counts."""
    event, unexplained = grounds.evidence.event, grounds.article.unexplained
    if all(row.state is AlignmentState.CHANGED for row in unexplained):
        return grounds.digest(Reason("renamed", "known sentences with another name in them"))
    is_reaction = event.quoted_share >= grounds.settings.reaction_quoted_share
    if _has_fresh_deed(grounds) and not is_reaction:
        text = "an added passage tells what somebody did on a fresh day"
        return grounds.alert(Reason("new_addition", text))
    # Fewer sentences than for the weights: an addition has a whole text beside it.
    is_young = len(grounds.assessment.index) < grounds.settings.young_sentences
    if is_young and any(_is_deed(row, grounds) for row in unexplained):
        text = "an added passage tells what a case so young cannot know"
        return grounds.alert(Reason("young_case", text))
    if not event.has_act or is_reaction:
        reason = Reason("no_act", "what was added is colour, reaction or talk")
        return grounds.decide(_below_alert(grounds), reason)
    return _decide_event(grounds)


def _has_fresh_deed(grounds: Grounds) -> bool:
    """Says whether the passage names a fresh day and is a new event of a role, or begins with an
    act that no recent article has.
    """
    event, settings = grounds.evidence.event, grounds.settings
    if not event.is_fresh:
        return False
    if event.has_actor and event.strength >= settings.event_at:
        return True
    is_new = grounds.evidence.coverage.recent.share < settings.repeated_limit
    return is_new and begins_with_act(grounds.article, settings)


def _is_deed(row: AlignedSentence, grounds: Grounds) -> bool:
    """Says whether a sentence is an unknown statement of an act, or of what a role or an unknown
    name did; a reaction only with name and day.
    """
    facts, settings = row.facts, grounds.settings
    if row.state is not AlignmentState.UNKNOWN or not facts.classes:
        return False
    if row.overlap >= settings.aligned_overlap:
        return False
    has_name = grounds.assessment.index.articles.has_name
    is_named = not all(map(has_name, facts.names))
    if facts.quoted_share >= settings.reaction_quoted_share:
        return is_named and bool(facts.days)
    events = lexicon().events
    has_act = bool(set(facts.classes) - events.weak - events.keyless)
    return is_named or bool(facts.roles) or has_act
