"""What a case learns from a verdict, and what it does not hang on."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model import Analysis, KnownArticle, Outcome
from monitor.novelty import CaseIndex, analyse, is_unconfirmed, judge, told_keys, with_vectors
from tests.novelty.world import NEXT_DAY, SEED, SEED_AT, text_of

NEWS = text_of(
    "A judge on Wednesday ordered four officials to testify about Abrego Garcia.",
    "The hall was full.",
)


@pytest.mark.parametrize(
    ("outcome", "code", "is_baseline", "expected"),
    [
        ("digest", "weak", False, True),
        ("digest", "weak", True, False),
        ("digest", "retold", False, False),
        ("silent", "weak", False, False),
        ("silent", "faint", False, True),
        ("silent", "faint", True, False),
        ("digest", "faint", False, False),
        ("alert", "new_event", False, False),
    ],
)
def test_in_doubt_is_what_went_to_the_digest_for_weak_evidence_or_is_silent_for_faint_evidence(
    outcome, code, is_baseline, expected
):
    assert is_unconfirmed(outcome, code, is_baseline=is_baseline) is expected


def test_a_confirmed_article_tells_the_events_of_the_sentences_that_were_new():
    analysis = analyse("", NEWS, published_at=NEXT_DAY)

    told, keys = told_keys(analysis.sentences, [analysis.sentences[0].key])

    assert told == [analysis.sentences[0]]
    assert any(key.startswith("role JUDGE") for key in keys)
    assert told_keys(analysis.sentences, [analysis.sentences[1].key])[1] == []


def encoded(analysis: Analysis) -> Analysis:
    return with_vectors(analysis, [bytes((100, 0, 0))] * (1 + len(analysis.sentences)))


def test_vectors_decide_nothing_but_what_is_shown_as_nearest():
    """A replay leaves them out; when this fails, it has to read them."""
    pytest.importorskip("numpy")
    verdicts = []
    for encode in (lambda analysis: analysis, encoded):
        memory = CaseIndex()
        seed = encode(analyse("", SEED, published_at=SEED_AT))
        memory.add(KnownArticle(1, 1, seed.title, seed.sentences, "en", SEED_AT, SEED_AT))
        analysis = encode(analyse("", NEWS, published_at=NEXT_DAY))
        verdict = judge(analysis, memory, now=NEXT_DAY + timedelta(hours=1), is_subject=True)
        nearest = [new.nearest for new in verdict.new_sentences]
        verdicts.append(
            replace(
                verdict,
                new_sentences=tuple(replace(new, nearest=None) for new in verdict.new_sentences),
            )
        )

    assert verdicts[0] == verdicts[1]
    assert any(near is not None and near.score == 1.0 for near in nearest)
    assert verdicts[0].outcome is Outcome.ALERT
