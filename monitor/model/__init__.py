"""The values that flow from stage to stage.

All are frozen: a stage takes values and returns values. Database rows stay inside `store`; these
are what leaves it.

    Fetched ─ feeds ─► FeedDocument(FeedItem…) ─ matching ─► Match
    Fetched ─ extraction ─► Page ─ novelty.analyse ─► Analysis(Sentence…) ─ novelty.judge ─► Verdict
"""

from monitor.model.documents import (
    UNKNOWN_ORIGIN,
    DateFlag,
    DateOrigin,
    DateSource,
    Extraction,
    FeedDocument,
    FeedItem,
    Fetched,
    NotModified,
    Page,
    PageStatus,
    Post,
    Precision,
    ReadItem,
    Validators,
)
from monitor.model.matching import (
    Fields,
    Match,
    MatchedTerm,
)
from monitor.model.messages import (
    NEVER,
    NOW,
    Message,
    Receipt,
    RecipientAnswer,
)
from monitor.model.novelty import (
    Analysis,
    ChangedClaim,
    FactKind,
    Facts,
    Genre,
    KnownArticle,
    KnownDevelopment,
    Likeness,
    Nearest,
    NewSentence,
    Outcome,
    Reason,
    Relation,
    Sentence,
    Verdict,
)

__all__ = [
    "NEVER",
    "NOW",
    "UNKNOWN_ORIGIN",
    "Analysis",
    "ChangedClaim",
    "DateFlag",
    "DateOrigin",
    "DateSource",
    "Extraction",
    "FactKind",
    "Facts",
    "FeedDocument",
    "FeedItem",
    "Fetched",
    "Fields",
    "Genre",
    "KnownArticle",
    "KnownDevelopment",
    "Likeness",
    "Match",
    "MatchedTerm",
    "Message",
    "Nearest",
    "NewSentence",
    "NotModified",
    "Outcome",
    "Page",
    "PageStatus",
    "Post",
    "Precision",
    "ReadItem",
    "Reason",
    "Receipt",
    "RecipientAnswer",
    "Relation",
    "Sentence",
    "Validators",
    "Verdict",
]
