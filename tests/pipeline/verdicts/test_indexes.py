"""How many cases are held in memory: by what they hold, not by their number."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.model import KnownArticle
from monitor.novelty import CaseIndex, analyse
from monitor.pipeline import context
from monitor.pipeline.context import CaseIndexes

AT = datetime(2026, 3, 1, tzinfo=UTC)


def learn(index: CaseIndex, sentences: int) -> None:
    text = " ".join(f"Ferry number {number} left the old quay." for number in range(sentences))
    told = analyse("", text, published_at=AT)
    index.add(KnownArticle(1, 1, told.title, told.sentences, told.lang, AT, AT))


def test_thirty_cases_are_held_side_by_side() -> None:
    indexes = CaseIndexes()
    first = [indexes.get_index(case_id, None) for case_id in range(30)]
    for index in first:
        learn(index, 3)

    again = [indexes.get_index(case_id, None) for case_id in range(30)]

    assert all(one is other for one, other in zip(first, again, strict=True))


def test_what_was_asked_for_longest_ago_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "OWN_WEIGHT", 1)
    monkeypatch.setattr(context, "MAX_HELD", 12)
    indexes = CaseIndexes()
    for case_id in (1, 2):
        learn(indexes.get_index(case_id, None), 4)
    assert len(indexes.get_index(1, None)) == 4

    learn(indexes.get_index(3, None), 4)
    indexes.get_index(3, None)

    assert len(indexes.get_index(1, None)) == 4
    assert len(indexes.get_index(2, None)) == 0


def test_a_case_that_is_too_large_for_all_is_held_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "MAX_HELD", 2)
    indexes = CaseIndexes()
    learn(indexes.get_index(1, None), 9)

    assert len(indexes.get_index(1, None)) == 9
