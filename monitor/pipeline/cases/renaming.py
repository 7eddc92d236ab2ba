"""Renaming a case: its file, and all that is stored of it."""

from __future__ import annotations

from pathlib import Path

from monitor.errors import MonitorError, NotFound
from monitor.settings import CASES_FOLDER, Settings, is_slug
from monitor.store import Store
from monitor.store.schema.migrate import require_current
from monitor.store.upkeep import ownership


def rename_case(settings: Settings, before: str, after: str) -> Path:
    """Gives a case another slug, in the config folder and in the store; returns its file.

    A file that has the new name already was renamed by hand: then the store alone is changed.

    Raises:
        NotFound: there is no such case.
        MonitorError: the new name is no slug, or is taken.
    """
    if not is_slug(after):
        hint = "use small letters, digits and hyphens"
        raise MonitorError(f"{after!r} is no slug", hint=hint)
    folder = settings.folder / CASES_FOLDER
    source, target = folder / f"{before}.toml", folder / f"{after}.toml"
    if source.exists() and target.exists():
        raise MonitorError(f"{target} exists", hint="take another name")
    is_stored = (source.exists() or target.exists()) and _rename_stored(settings, before, after)
    if not source.exists() and not is_stored:
        raise NotFound(f"no case {before!r}", hint="`monitor cases list` shows them")
    if source.exists():
        source.rename(target)
    return target


def _rename_stored(settings: Settings, before: str, after: str) -> bool:
    """Renames what is stored of a case; returns whether anything is."""
    store = Store(settings.database_url)
    try:
        if store.path is not None and not store.path.exists():
            return False
        require_current(store)
        store.read(ownership.require_folder, str(settings.folder.resolve()))
        return store.write(ownership.rename_case, before, after)
    finally:
        store.close()
