"""What is watched: feeds that are refused, that failed when they were polled last, or that do not
answer when they are asked now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from monitor.bootstrap import build_reader
from monitor.cli.doctor.findings import Finding, failing, well
from monitor.cli.output import Progress, count_of
from monitor.cli.state import utc_now
from monitor.fetching.guard import is_refused
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.schema import migrate
from monitor.store.views.feeds import FeedView, list_feeds
from monitor.urls import shown

ALLOW = "name it in fetch.allow_private if it is yours"
_CHECK_FEED = "monitor feeds show FEED tells its history; feeds discover finds where it moved"
# Somebody paused it; it is not asked, so what went wrong before says nothing.
_NOT_ASKED = "paused"


def refused_feeds(settings: Settings) -> Iterator[str]:
    """Yields the feeds on addresses that are neither public nor allowed; no name is asked for."""
    for feed in settings.feeds:
        parts = urlsplit(feed.url)
        host = parts.hostname or ""
        address = "127.0.0.1" if host == "localhost" else host
        port = parts.port or (443 if parts.scheme == "https" else 80)
        if _is_address(address) and is_refused(host, address, port, settings.fetch.allow_private):
            yield feed.url


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def examine_addresses(settings: Settings) -> Iterator[Finding]:
    """Yields the feeds that no poll will ask."""
    for url in refused_feeds(settings):
        yield failing(f"feed {shown(url)}", "will be refused: no public address", ALLOW)


def examine_last_polls(store: Store) -> Iterator[Finding]:
    """Yields how the last poll of the feeds went; nothing before the first, and of a store with
    another schema.
    """
    is_there = store.path is None or store.path.exists()
    if not is_there or migrate.schema_version(store) != migrate.HEAD:
        return
    polled = [feed for feed in store.read(list_feeds) if feed.last_polled_at]
    bad = [feed for feed in polled if feed.error and feed.state != _NOT_ASKED]
    if polled:
        good = count_of(len(polled) - len(bad), "feed")
        yield well("feeds", f"{good} of {len(polled)} answered when polled last")
    for feed in bad:
        yield failing(_name(feed.title, feed.url), _describe_failure(feed), _CHECK_FEED)


def _describe_failure(feed: FeedView) -> str:
    since = f" (since {feed.failing_since:%Y-%m-%d %H:%M} UTC)" if feed.failing_since else ""
    return f"{feed.outcome or 'failed'}: {feed.error}{since}"


async def examine_now(settings: Settings) -> Sequence[Finding]:
    """Returns which feeds do not answer with a feed, asked as the daemon would."""
    progress = Progress(len(settings.feeds), "feed")
    async with build_reader(settings) as reader:
        checked = await reader.check_feeds(settings.feeds, (), now=utc_now(), done=progress.step)
    bad = [one for one in checked if one.outcome != "ok"]
    findings = [
        failing(_name(one.title, one.url), f"{one.outcome}: {one.error}", _CHECK_FEED)
        for one in bad
    ]
    good = count_of(len(checked) - len(bad), "feed")
    return [well("feeds", f"{good} answer as they should"), *findings]


def _name(title: str, url: str) -> str:
    return f"feed {title or shown(url)}"
