"""Novelty: what does an article say that no stored article of the case says? Pure.

    text ─ analyse ─► Analysis ─┐
    store ─ add ─► CaseIndex ──┴ judge ─► Verdict
    text ─ shingles ─ relate ─► Likeness

Nearly every article without news tells a known development again. So each one is linked with the
stored articles that share most with it, each of its sentences is rated for whether it reports news,
and both are weighed beside what people were told: what was stored and never told does not make a
report old. Five small logistic regressions do that; their weights are data."""

from monitor.novelty.classifier.calibration import (
    MIN_LABELS,
    MIN_OF_A_KIND,
    Label,
    fit_shift,
    shifted,
)
from monitor.novelty.classifier.rate import (
    RATE_SPAN,
    RateTrial,
    ScoredArticle,
    score_article,
    shift_scores,
    threshold_for_rate,
    try_rates,
)
from monitor.novelty.index.case_index import CaseIndex
from monitor.novelty.near_duplicates import FINGERPRINT_VERSION, fingerprint, relate, shingles
from monitor.novelty.nlp.analysis import DEFAULT_UTC_OFFSET, analyse, sentence_key, with_vectors
from monitor.novelty.nlp.case_events import OwnEvents, read_events
from monitor.novelty.nlp.event_keys import event_keys
from monitor.novelty.nlp.sentences import guess_language
from monitor.novelty.revisions import Change, Revised, compare_revisions, is_beginning
from monitor.novelty.serial import facts_from_json, facts_to_json
from monitor.novelty.thresholds import DEFAULT_SETTINGS, JUDGE_VERSION, JudgeSettings
from monitor.novelty.verdict.case_state import (
    CaseState,
    Holding,
    ToldDevelopment,
    read_case_state,
    stands_apart,
)
from monitor.novelty.verdict.corroboration import is_unconfirmed, told_keys
from monitor.novelty.verdict.judge import ArticleContext, judge
from monitor.novelty.verdict.reasons import CALIBRATED

__all__ = [
    "CALIBRATED",
    "DEFAULT_SETTINGS",
    "DEFAULT_UTC_OFFSET",
    "FINGERPRINT_VERSION",
    "JUDGE_VERSION",
    "MIN_LABELS",
    "MIN_OF_A_KIND",
    "RATE_SPAN",
    "ArticleContext",
    "CaseIndex",
    "CaseState",
    "Change",
    "Holding",
    "JudgeSettings",
    "Label",
    "OwnEvents",
    "RateTrial",
    "Revised",
    "ScoredArticle",
    "ToldDevelopment",
    "analyse",
    "compare_revisions",
    "event_keys",
    "facts_from_json",
    "facts_to_json",
    "fingerprint",
    "fit_shift",
    "guess_language",
    "is_beginning",
    "is_unconfirmed",
    "judge",
    "read_case_state",
    "read_events",
    "relate",
    "score_article",
    "sentence_key",
    "shift_scores",
    "shifted",
    "shingles",
    "stands_apart",
    "threshold_for_rate",
    "told_keys",
    "try_rates",
    "with_vectors",
]
