"""What waits for a channel that is no more in the config: it was removed or renamed meanwhile, and
nobody will get what it was to be sent."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.cli.doctor.findings import Finding, doubtful
from monitor.cli.output import count_of
from monitor.settings import Settings
from monitor.settings.settings import CONSOLE
from monitor.store import Store
from monitor.store.schema import migrate
from monitor.store.views.troubles import count_waiting

_TO_DO = (
    "give it its name back in channels.toml, or send what waits to another: "
    "monitor alerts list --pending, monitor alerts resend ID --channel NAME"
)


def examine_waiting(settings: Settings, store: Store) -> Iterator[Finding]:
    """Yields the channels that messages wait for and that the config does not have; nothing where
    there is no database yet, and of a store with another schema.
    """
    is_there = store.path is None or store.path.exists()
    if not is_there or migrate.schema_version(store) != migrate.HEAD:
        return
    for name, count in store.read(count_waiting).items():
        if name not in settings.channels and name != CONSOLE:
            waits = "waits" if count == 1 else "wait"
            found = f"{count_of(count, 'message')} {waits} for it, and it is not in the config"
            yield doubtful(f"channel {name}", found, _TO_DO)
