"""The features of unexplained sentences."""

from datetime import timedelta

import pytest

from monitor.novelty import analyse
from monitor.novelty.classifier.assessment import assess
from monitor.novelty.classifier.sentence_features import QuoteCandidate, quote_candidates
from tests.novelty.world import SINKING, THURSDAY, TRIAL, TRIAL_RETOLD, Case, text_of


def candidates(case: Case, text: str, title: str = "", hours: int = 0) -> list[QuoteCandidate]:
    at = THURSDAY + timedelta(hours=hours)
    return quote_candidates(assess(analyse(title, text, published_at=at), case.index))


def test_only_unexplained_sentences_are_candidates_in_their_order(grown: Case) -> None:
    added = TRIAL.split("\n\n")[0]

    (candidate,) = candidates(grown, text_of(SINKING, added))

    assert candidate.row.sentence.text == added
    assert candidate.features.addition == candidate.features.verbatim == 1


def test_the_first_sentence_of_each_paragraph_opens_it(grown: Case) -> None:
    found = candidates(grown, TRIAL)

    assert [candidate.features.opens for candidate in found] == [1, 1, 0, 1]
    assert [candidate.features.rank for candidate in found] == sorted(
        (candidate.features.rank for candidate in found), reverse=True
    )


def test_what_one_recent_article_has_is_covered(grown: Case) -> None:
    alone = candidates(grown, TRIAL_RETOLD)[0].features
    grown.store(TRIAL, THURSDAY)

    again = candidates(grown, TRIAL_RETOLD, hours=4)[0].features

    assert alone.coverage == alone.sentence_coverage == alone.word_coverage == 0
    assert 0 < again.sentence_coverage <= again.coverage <= 1
    assert 0 < again.word_coverage <= 1


@pytest.mark.parametrize(
    ("title", "overlap"),
    [("", 0), ("Goat", 0), ("Captain sentenced", 1), ("Captain of goats sentenced", 2 / 3)],
)
def test_a_sentence_shares_words_with_the_headline(grown: Case, title: str, overlap: float) -> None:
    found = candidates(grown, TRIAL, title)

    assert found[0].features.title_overlap == pytest.approx(overlap)


def test_talk_is_told_from_acts(grown: Case) -> None:
    act, talk = (
        candidates(grown, text)[0].features
        for text in (
            "Police arrested the mate on Thursday.",
            "The mayor said on Thursday that it was sad.",
        )
    )

    assert act.new_acts > 0
    assert talk.new_acts == 0
    assert talk.new_weak_classes > 0
    assert (act.says, talk.says) == (0, 1)


def test_at_most_forty_sentences_are_rated(grown: Case) -> None:
    text = text_of(*(f"A woman named Ada{number} lost {number} coats." for number in range(60)))

    assert len(candidates(grown, text)) == 40
