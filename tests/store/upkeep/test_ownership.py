"""Whose database it is, and cases that go on under another name."""

from __future__ import annotations

import pytest

from monitor.errors import MonitorError
from monitor.store import Store
from monitor.store.cases import CaseSpec, sync_cases
from monitor.store.upkeep.ownership import (
    RenamedCase,
    adopt,
    find_renamed,
    get_folder,
    rename_case,
    require_folder,
    require_names,
)
from monitor.store.views.cases import list_cases
from tests.store.articles.test_identity import PIER, tell
from tests.store.rows import NOW

HARBOUR = CaseSpec("harbour", "Harbour", "", "harbour OR pier")


def test_a_database_that_nobody_has_used_takes_any_folder(store: Store) -> None:
    store.read(require_folder, "/srv/harbour")
    store.write(adopt, "/srv/harbour", NOW)

    assert store.read(get_folder) == "/srv/harbour"
    store.read(require_folder, "/srv/harbour")


def test_another_folder_is_refused_with_both_names_and_what_to_do(store: Store) -> None:
    store.write(adopt, "/srv/harbour", NOW)

    with pytest.raises(MonitorError, match="/srv/harbour, not to /srv/museum") as refused:
        store.read(require_folder, "/srv/museum")

    assert "--adopt" in refused.value.hint
    assert "database_url" in refused.value.hint


def test_a_database_that_is_adopted_belongs_to_the_new_folder_alone(store: Store) -> None:
    store.write(adopt, "/srv/harbour", NOW)
    store.write(adopt, "/srv/museum", NOW)

    store.read(require_folder, "/srv/museum")
    with pytest.raises(MonitorError):
        store.read(require_folder, "/srv/harbour")


@pytest.mark.parametrize(
    ("spec", "is_renamed"),
    [
        (CaseSpec("port", "Harbour", "", "something else"), False),
        (CaseSpec("port", "Port", "", "harbour OR pier"), True),
        (CaseSpec("port", "Port", "", "something else"), False),
    ],
)
def test_a_new_case_with_the_query_of_one_that_left_is_that_one(
    store: Store, spec: CaseSpec, is_renamed: bool
) -> None:
    store.write(sync_cases, [HARBOUR], NOW)

    found = store.read(find_renamed, [spec])

    assert found == ([RenamedCase("harbour", "port")] if is_renamed else [])


@pytest.mark.parametrize(
    "specs",
    [
        [HARBOUR],
        [HARBOUR, CaseSpec("port", "Harbour", "", "harbour OR pier")],
        [],
    ],
    ids=["as it was", "a second case beside it", "none at all"],
)
def test_a_case_that_stays_or_only_leaves_is_not_renamed(
    store: Store, specs: list[CaseSpec]
) -> None:
    store.write(sync_cases, [HARBOUR], NOW)

    store.read(require_names, specs)

    assert slugs(store) == {HARBOUR.slug: 0}


def test_a_case_that_left_long_ago_does_not_stand_in_the_way(store: Store) -> None:
    store.write(sync_cases, [HARBOUR], NOW)
    store.write(sync_cases, [], NOW)

    port = CaseSpec("port", "Harbour", "", "harbour OR pier")
    store.read(require_names, [port])
    store.write(sync_cases, [port], NOW)

    assert slugs(store) == {"harbour": 0, "port": 0}


def test_the_error_names_the_command_that_keeps_the_history(store: Store) -> None:
    store.write(sync_cases, [HARBOUR], NOW)

    with pytest.raises(MonitorError) as refused:
        store.read(require_names, [CaseSpec("port", "Port", "", HARBOUR.query)])

    assert "`monitor cases rename harbour port`" in refused.value.hint


def slugs(store: Store) -> dict[str, int]:
    return {case.slug: case.articles for case in store.read(list_cases)}


def test_a_renamed_case_keeps_what_it_knows(store: Store) -> None:
    store.write(tell, 1, PIER)

    assert store.write(rename_case, "harbour", "port")

    assert slugs(store) == {"port": 1}


def test_a_name_that_was_taken_by_an_empty_case_is_free(store: Store) -> None:
    store.write(tell, 1, PIER)
    port = CaseSpec("port", "Harbour", "", "harbour")
    store.write(sync_cases, [CaseSpec("harbour", "Harbour", "", "harbour"), port], NOW)

    assert store.write(rename_case, "harbour", "port")

    assert slugs(store) == {"port": 1}


def test_a_case_with_a_history_is_never_overwritten(store: Store) -> None:
    store.write(tell, 1, PIER)
    store.write(tell, 2, PIER, "port")

    with pytest.raises(MonitorError, match="history of its own"):
        store.write(rename_case, "harbour", "port")

    assert slugs(store) == {"harbour": 1, "port": 1}


def test_a_case_that_is_not_stored_cannot_be_renamed_there(store: Store) -> None:
    assert not store.write(rename_case, "harbour", "port")
