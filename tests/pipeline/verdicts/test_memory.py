"""A case that is read from the store knows what one knows that was there all the time."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from monitor.model import Outcome, Reason, Verdict
from monitor.novelty import CaseIndex
from monitor.novelty.index import case_index
from monitor.pipeline.verdicts import memory
from monitor.pipeline.verdicts.memory import learn_articles
from monitor.store import Store
from monitor.store.verdicts import insert_story, insert_verdict
from tests.store.rows import NOW, add_article, add_case, fetched, judged

SILENT = Verdict(Outcome.SILENT, 0.1, 0.5, (Reason("known", "known"),))


def learn(session: Session, case_id: int, number: int) -> int:
    """Stores an article that the case was silent on; returns its row."""
    article = fetched(number, f"Ferry {number} left the north quay on Sunday.")
    key = add_article(session, article)
    story_id = insert_story(session, case_id, key.article_id, NOW)
    insert_verdict(session, judged(case_id, key, article), SILENT, story_id)
    return key.article_id


def test_the_articles_that_others_are_compared_with_are_the_latest(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "MEMORY_PAGE", 2)
    monkeypatch.setattr(case_index, "_COMPARED_WITH", 3)
    case_id = store.write(add_case)
    rows = [store.write(learn, case_id, number) for number in range(7)]
    index = CaseIndex()

    store.read(learn_articles, index, case_id)

    assert [profile.article_id for profile in index.profiles()] == rows[-3:]
    assert index.article_count == 7

    late = store.write(learn, case_id, 7)
    store.read(learn_articles, index, case_id)

    assert [profile.article_id for profile in index.profiles()] == [*rows[-3:], late]
