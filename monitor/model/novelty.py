"""What a text says, what a case knows, and the verdict between them.

`novelty.analyse` makes an `Analysis` of a text, the store gives it back as a `KnownArticle` of each
case that it belongs to, and `novelty.judge` makes a `Verdict` of both."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Facts:
    """What a sentence claims, in a form that can be compared.

    Attributes:
        classes: event classes, e.g. "STAY", "RELEASE".
        roles: who acts, e.g. "JUDGE", "GOVT".
        names: folded proper names.
        numbers: canonical numbers, e.g. "2", "30", "1.5m"; years and dates are not numbers.
        days: calendar days that the sentence names, weekdays resolved against the article's own
            date.
        is_negated: it holds a negation.
        is_background: it speaks of an older time ("in March", "had been", a day long past).
        is_fresh: it names the article's own day or the day before.
        quotes: folded text of each quotation in it.
        speaker: folded name of who is quoted, empty when nobody is.
        years: years that it names, with or without a day.
        event_days: the days on which what it reports as news may have happened; empty for
            background.
        is_note: it is the editors' note about the text itself ("This version corrects...").
        quoted_share: share of its words inside quotation marks, 0-1.
    """

    classes: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    days: tuple[date, ...] = ()
    is_negated: bool = False
    is_background: bool = False
    is_fresh: bool = False
    quotes: tuple[str, ...] = ()
    speaker: str = ""
    years: tuple[int, ...] = ()
    event_days: tuple[date, ...] = ()
    is_note: bool = False
    quoted_share: float = 0.0


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an article.

    Attributes:
        index: position in the article, from 0; the title is -1.
        paragraph: position of its paragraph, from 0; the title is -1.
        key: signed 64-bit hash of its folded words: equal keys, equal sentence.
        vector: its direction in meaning (`novelty.index.vectors`), empty without an encoder.
    """

    index: int
    paragraph: int
    text: str
    key: int
    facts: Facts = Facts()
    vector: bytes = field(default=b"", compare=False, repr=False)


class Genre(StrEnum):
    """What kind of text an article is, as far as its words show."""

    NEWS = "news"
    OPINION = "opinion"
    EXPLAINER = "explainer"
    DIGEST = "digest"
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class Analysis:
    """An article's text read once: sentences with their facts, and the hashes that find its copies.

    Attributes:
        title: the headline as a sentence (index -1).
        sentences: in order, boilerplate (bylines, "read more", subscription lines) left out.
        fingerprint: the sampled 64-bit hashes under which copies are looked up, signed.
        lang: "en", "es" or another two-letter code; empty when unknown.
        local_day: the calendar day of publication at the place of the case.
    """

    title: Sentence
    sentences: tuple[Sentence, ...]
    fingerprint: tuple[int, ...]
    lang: str
    genre: Genre
    published_at: datetime
    local_day: date


class Relation(StrEnum):
    """How a text relates to a stored one, by exact containment both ways."""

    DISTINCT = "distinct"
    RELATED = "related"
    EXCERPT = "excerpt"
    EXPANSION = "expansion"
    COPY = "copy"
    COPY_CHANGED = "copy_changed"
    EXACT = "exact"


@dataclass(frozen=True, slots=True)
class Likeness:
    """A stored article that shares text with the new one.

    Attributes:
        new_in_old: share of the new text found in the stored one, 0-1.
        old_in_new: share of the stored text found in the new one, 0-1.
    """

    article_id: int
    relation: Relation
    new_in_old: float
    old_in_new: float


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """An article as the index of a case holds it.

    Attributes:
        sequence: order in which the case learned it; strictly rising.
        at: when it was published, else found.
        newsroom: whose text it is; empty where that cannot be said.
        is_unconfirmed: its evidence was too weak for an alert by itself and too strong to be
            forgotten.
        is_told: people were told of it: it alerted, or was there before the case was followed.
    """

    sequence: int
    article_id: int
    title: Sentence
    sentences: tuple[Sentence, ...]
    lang: str
    at: datetime
    found_at: datetime
    newsroom: str = ""
    is_unconfirmed: bool = False
    is_told: bool = False


@dataclass(frozen=True, slots=True)
class KnownDevelopment:
    """A development that the case has alerted about.

    Attributes:
        event_keys: identity of what happened, in the text form of `Verdict.event_keys`.
        sentence_keys: keys of its new sentences.
    """

    development_id: int
    article_id: int
    created_at: datetime
    event_keys: frozenset[str]
    sentence_keys: frozenset[int] = frozenset()


class Outcome(StrEnum):
    """What becomes of an article."""

    SILENT = "silent"
    DIGEST = "digest"
    ALERT = "alert"


@dataclass(frozen=True, slots=True)
class Reason:
    """One gate of a verdict: a stable code, a sentence for a person, and the figures it was decided
    on.
    """

    code: str
    text: str
    value: float | None = None
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class Nearest:
    """The stored sentence that comes closest to a new one; `score` 0-1, higher is nearer."""

    text: str
    article_id: int
    score: float


@dataclass(frozen=True, slots=True)
class NewSentence:
    """A sentence that says what no stored article of the case says."""

    text: str
    index: int
    key: int
    nearest: Nearest | None


class FactKind(StrEnum):
    """What kind of fact changed; part of the webhook."""

    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    PLACE = "place"
    NEGATION = "negation"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class ChangedClaim:
    """A stored sentence repeated with another fact."""

    before: str
    after: str
    slot: FactKind
    before_article_id: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement on one article for one case, with everything that led to it.

    Attributes:
        score: strength of the evidence for a new development, compared with `threshold`.
        known_share: share of its sentences that the case knew, 0-1.
        joins: ids of known developments that it reports again, nearest first.
        confirms: the unconfirmed article of another newsroom that reports the same: its development
            is one after all.
        event_keys: what its news is, as the stored text form of `novelty.nlp.event_keys.EventKey`:
            class and day; role, class and day; name and day.
        summary: the new sentence that reports its news; empty without one.
        tier: how much its news changes: 1 a change of state, 2 a filing, procedure, official act or
            finding, 3 a statement, politics, media.
    """

    outcome: Outcome
    score: float
    threshold: float
    reasons: tuple[Reason, ...]
    new_sentences: tuple[NewSentence, ...] = ()
    changed_claims: tuple[ChangedClaim, ...] = ()
    known_share: float = 0.0
    joins: tuple[int, ...] = ()
    event_keys: tuple[str, ...] = ()
    likeness: Likeness | None = None
    confirms: int | None = None
    summary: str = ""
    tier: int = 2
