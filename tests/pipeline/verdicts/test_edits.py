"""Edits: which webhooks hear of them, and when."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from monitor.alerts.silences import Silence, SilenceKind
from monitor.model import Outcome, Reason, Sentence, Verdict
from monitor.novelty import Change, analyse
from monitor.pipeline.verdicts.edits import EditRecipient, NewRevision, note_revision, route_edit
from monitor.settings import Settings, load_settings
from monitor.store import Store
from monitor.store.articles import RevisionKey
from monitor.store.outbox import get_due_channels
from monitor.store.pages import insert_edit, list_edits
from monitor.store.silences import insert_silence
from monitor.store.verdicts import insert_story, insert_verdict
from tests.pipeline.verdicts.cases import TEXT, WITH_ALERTS, watched, write_settings
from tests.store.rows import NOW, add_article, add_case, add_revision, fetched, judged


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return write_settings(tmp_path)


def add_judged(session: Session) -> RevisionKey:
    article = fetched(1, TEXT)
    key = add_article(session, article)
    given = judged(add_case(session), key, article)
    story_id = insert_story(session, given.case_id, key.article_id, NOW)
    silent = Verdict(Outcome.SILENT, 0.1, 0.5, (Reason("known", "known"),))
    insert_verdict(session, given, silent, story_id)
    return key


def sealed(store: Store, *, days: int = 0) -> list[str]:
    """The channels that have a delivery due by then."""
    due = NOW + timedelta(days=days)
    return store.read(get_due_channels, due)


def test_an_edit_is_for_webhooks_and_keeps_their_hours(store: Store, settings: Settings) -> None:
    key = store.write(add_judged)
    edit_id = store.write(insert_edit, key.article_id, Change.REMOVED, at=NOW, note="not found")

    recipient = EditRecipient(watched(settings, case_id=store.write(add_case)))
    store.write(route_edit, settings, edit_id, [recipient], NOW)

    assert sealed(store) == ["hook"]
    assert sealed(store, days=1) == ["hook", "other"]


def test_who_gets_a_development_hears_of_no_edit_besides(store: Store, settings: Settings) -> None:
    key = store.write(add_judged)
    edit_id = store.write(insert_edit, key.article_id, Change.REMOVED, at=NOW)

    case = watched(settings, case_id=store.write(add_case))
    recipient = EditRecipient(case, informed=frozenset({"hook"}))
    store.write(route_edit, settings, edit_id, [recipient], NOW)

    assert sealed(store, days=1) == ["other"]


def test_an_edit_is_sealed_once(store: Store, settings: Settings) -> None:
    key = store.write(add_judged)
    edit_id = store.write(insert_edit, key.article_id, Change.REMOVED, at=NOW)
    recipient = EditRecipient(watched(settings, case_id=store.write(add_case)))

    for _ in range(2):
        store.write(route_edit, settings, edit_id, [recipient], NOW)

    assert sealed(store, days=1) == ["hook", "other"]


@pytest.mark.parametrize(
    ("text", "change", "channels"),
    [
        (TEXT.replace("harbour", "harbor"), Change.COPY_EDIT, []),
        (f"{TEXT}\n\nA diver found a crack in the third pillar.", Change.SUBSTANTIVE, ["hook"]),
    ],
)
def test_only_edits_of_substance_are_routed(
    store: Store, settings: Settings, text: str, change: Change, channels: list[str]
) -> None:
    before = store.write(add_judged)
    edited = fetched(1, text)
    after = store.write(_revise, before, text)
    revision = NewRevision(
        key=after,
        before_id=before.revision_id,
        sentences=_sentences(edited.title, text),
        is_live=False,
    )
    recipient = EditRecipient(watched(settings, case_id=store.write(add_case)))

    noted = store.write(note_revision, settings, revision, [recipient], NOW)

    assert noted is change
    assert [edit.kind for edit in store.read(list_edits, before.article_id)] == [change.value]
    assert sealed(store) == channels


def _revise(session: Session, before: RevisionKey, text: str) -> RevisionKey:
    return add_revision(session, before.article_id, fetched(1, text), number=2)


def _sentences(title: str, text: str) -> list[Sentence]:
    analysis = analyse(title, text, lang="en", published_at=NOW)
    return [analysis.title, *analysis.sentences]


def route(store: Store, settings: Settings) -> None:
    """Routes the removal of an article in English, whose case is the only one."""
    key = store.write(add_judged)
    edit_id = store.write(insert_edit, key.article_id, Change.REMOVED, at=NOW)
    recipient = EditRecipient(watched(settings, case_id=store.write(add_case)))
    store.write(route_edit, settings, edit_id, [recipient], NOW)


def with_hook(settings: Settings, line: str) -> Settings:
    """Returns settings in which the first webhook has one line more."""
    text = WITH_ALERTS.replace('channel = "hook"', f'channel = "hook"\n{line}')
    (settings.folder / "cases" / "harbour.toml").write_text(text)
    return load_settings(settings.folder, {})


def test_an_edit_waits_for_the_end_of_quiet_hours(store: Store, settings: Settings) -> None:
    # NOW is one in the afternoon in London.
    route(store, with_hook(settings, 'quiet = "12:00-16:00"'))

    assert sealed(store) == []
    assert sealed(store, days=1) == ["hook", "other"]


@pytest.mark.parametrize(("lang", "channels"), [("es", ["other"]), ("en", ["hook", "other"])])
def test_an_edit_goes_to_those_who_want_its_language(
    store: Store, settings: Settings, lang: str, channels: list[str]
) -> None:
    route(store, with_hook(settings, f'languages = ["{lang}"]'))

    assert sealed(store, days=1) == channels


@pytest.mark.parametrize(
    ("kind", "value"),
    [(SilenceKind.CASE, ""), (SilenceKind.OUTLET, "gazette"), (SilenceKind.QUERY, "pier")],
)
def test_what_a_silence_keeps_is_not_told_as_an_edit_either(
    store: Store, settings: Settings, kind: SilenceKind, value: str
) -> None:
    silence = Silence(0, None, kind, value, "enough for now", NOW + timedelta(days=1))
    store.write(insert_silence, silence, NOW)

    route(store, settings)

    assert sealed(store, days=1) == []
