"""The thresholds of the judge. Every one says where it comes from; all are visible in a verdict's
reasons.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

JUDGE_VERSION = "12"


@dataclass(frozen=True, slots=True)
class JudgeSettings:
    """Thresholds of `judge`.

    Origin. "Prototype": fixed on one labelled stream of 229 articles and scored on two unseen ones
    before this code was written. "Streams": chosen with this code on that stream and a second one
    (148 articles, an invented case), and on known articles with a paragraph of another report
    inserted. "Unseen": chosen with this code on eight stories, each judged with weights that never
    saw it. "Measured": texts with known edits. When a value changes, run
    `python -m training.evaluate` on every stream at hand; recall and precision move by .02 with one
    article.

    Attributes:
        alert_at: probability of a development that nobody was told of from which an article alerts.
        change_shift: logits added to the score of what reports a change of state (tier 1), and of
            what comes while a case knows little: a ruling that nobody is told of costs more than an
            alert too many. Unseen: of such reports with a
            probability of .3 to .5 half bring something, of the others less than two fifths.
        digest_at: probability from which an unconfirmed article is in the digest meanwhile.
        event_at: evidence of the untrained rule from which an article alerts; it stands for
            `alert_at`. Prototype: new developments have a median of 10, 95 % of the rest stay under
            4.3.
        quote_at: probability from which a sentence is quoted as new. Streams, eight stories, four
            of them never fitted to: on average quotes have precision .70 and recall .85 at .25, .73
            and .84 at .29, .75 and .83 at .33; taken is about the highest value at which nine in
            ten of the first case's new sentences are quoted.
        young_articles, young_distinct: with fewer stored articles or distinct sentences the rule
            decides on words added to a known text: there is too little to compare them with. Ten
            copies of one text are one text.
        is_trained: whether trained weights decide where there are any; else the untrained rule
            does.
        continues_coverage, continues_known: an article that names the subject only in passing is
            about the case all the same if one recent article has this share of what it tells, or if
            the case knows this share of its sentences. Streams: flat from .2 to .3.
        continues_about: so it is if it is about the case with this probability. Streams, each by
            weights of the others: at .85 4 more of 794 articles with news alert, and 3 more of 202
            on other things.
        coverage_limit: share of the lead's terms that one recent article may hold; at more it is
            that article reported again. Prototype.
        repeated_limit: share of the lead's terms in one article from which weak evidence is not
            enough: a text without day, name or number of its own is an old report published late; a
            new lead without a new event is a recent report in other words. Streams.
        young_sentences: a case with fewer distinct sentences (about four articles) is young and has
            little to compare an addition with. By reasoning.
        reaction_quoted_share: share of quoted words from which an addition is a reaction, not an
            event. Streams.
        addition_bonus: evidence for an unknown sentence at the very top of a known text. Prototype.
        known_share: share of known sentences above which a text is an expansion of known text.
            Prototype.
        aligned_overlap, aligned_overlap_back: overlap both ways from which two sentences are the
            same statement. Prototype.
        same_overlap: overlap from which an aligned sentence without a day is the same. Prototype.
        part_overlap: overlap from which a sentence is a part of a stored one. Prototype.
        quote_overlap, quote_coverage: a sentence nearer than this to a stored one is not quoted.
            Prototype.
        distant_overlap: overlap under which a sentence is unlike all that is stored: half of
            `quote_overlap`.
        lead_sentences, addition_sentences: number of sentences that decide, of a text and of an
            addition to known text. Prototype.
        rank_decay: a lead sentence of rank i weighs exp(-i/rank_decay). Prototype.
        confirm_link, confirm_told, confirm_span: probability that two unconfirmed articles of
            different newsrooms tell the same development, the largest that people were told of it,
            and the time between the two, for the later to confirm the earlier. Unseen: flat from .6
            to .9 and from .4 to .7.
        shift: logits added to the score in this case, from what people said of its verdicts
            (`classifier.calibration`).
        join_span: how long a development takes in later reports.
        join_share: probability of a link, or weighted share of a development's event keys, that a
            report must have to join it.
    """

    alert_at: float = 0.5
    change_shift: float = 0.4
    digest_at: float = 0.15
    event_at: float = 4.5
    quote_at: float = 0.28
    young_articles: int = 4
    young_distinct: int = 30
    is_trained: bool = True
    continues_coverage: float = 0.25
    continues_known: float = 0.5
    continues_about: float = 0.93
    coverage_limit: float = 0.9
    repeated_limit: float = 0.7
    young_sentences: int = 60
    reaction_quoted_share: float = 0.4
    addition_bonus: float = 1.0
    distant_overlap: float = 0.3
    known_share: float = 0.45
    aligned_overlap: float = 0.55
    aligned_overlap_back: float = 0.45
    same_overlap: float = 0.75
    part_overlap: float = 0.85
    quote_overlap: float = 0.6
    quote_coverage: float = 0.9
    lead_sentences: int = 5
    addition_sentences: int = 4
    rank_decay: float = 4.0
    confirm_link: float = 0.8
    confirm_told: float = 0.5
    confirm_span: timedelta = timedelta(hours=48)
    shift: float = 0.0
    join_span: timedelta = timedelta(hours=72)
    join_share: float = 0.6


DEFAULT_SETTINGS = JudgeSettings()
