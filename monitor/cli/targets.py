"""What a person means by an ID: the beginning of a public id, or any address that was met; and what
is an address at all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import typer

from monitor.errors import NotFound

if TYPE_CHECKING:
    from monitor.store import Store
    from monitor.store.views.articles import ArticleView
    from monitor.store.views.trace import Trace

ID_HELP = "id or the first digits of it, or an article's address."
# Addresses without slashes that entries have; no id begins so.
_OTHER_ADDRESSES = ("seed:", "urn:")


def find_trace(store: Store, target: str) -> Trace:
    """Returns the chain of what an id or an address names.

    Raises:
        NotFound: nothing has that id, or the address was never seen.
    """
    from monitor.store.views.trace import trace_id, trace_url
    from monitor.urls import canonical_url

    # As written first: an address may be stored that canonical spelling would change.
    if "://" in target:
        return store.read(trace_url, list(dict.fromkeys([target, canonical_url(target)])))
    if target.startswith(_OTHER_ADDRESSES):
        return store.read(trace_url, [target])
    return store.read(trace_id, target)


def find_article(store: Store, target: str) -> ArticleView:
    """Returns the article that an id or an address names.

    Raises:
        NotFound: there is none, or several.
    """
    from monitor.store.views.articles import get_article

    if not _is_address(target):
        return store.read(get_article, target)
    article = find_trace(store, target).article
    if article is None:
        raise NotFound(
            f"{target} was seen, but no article of it is stored",
            hint=f"`monitor why {target}` tells why",
        )
    return article


def find_judged(store: Store, target: str) -> tuple[ArticleView, str | None]:
    """Returns the article behind an id of any kind or an address, and the case of the verdict that
    is meant: an alert or a development stands for the article that raised it in its case, an
    article for itself in all.

    Raises:
        NotFound: there is none, or several.
    """
    if _is_address(target):
        return find_article(store, target), None
    trace = find_trace(store, target)
    assert trace.article is not None, "whatever has an id has an article"
    raised = {one.id: one.case for one in trace.alerts}
    raised |= {one.id: one.case for one in trace.developments}
    cases = (case for uid, case in raised.items() if uid.startswith(target))
    return trace.article, next(cases, None)


def find_development(store: Store, target: str) -> int:
    """Returns the row of the development that an id names, or that the article at an address
    started or reports.

    Raises:
        NotFound: there is none, or several.
    """
    from monitor.store.schema.selection import resolve_uid
    from monitor.store.schema.tables import developments

    if _is_address(target):
        found = find_trace(store, target).developments
        target = _only((one.id for one in found), "development", target)
    return store.read(resolve_uid, developments, target, "development")


def find_alert(store: Store, target: str) -> int:
    """Returns the row of the alert that an id names, or of a development of the article at an
    address.

    Raises:
        NotFound: there is none, or several.
    """
    from monitor.store.schema.selection import resolve_uid
    from monitor.store.schema.tables import alerts

    if _is_address(target):
        target = _only((one.id for one in find_trace(store, target).alerts), "alert", target)
    return store.read(resolve_uid, alerts, target, "alert")


def find_story(store: Store, target: str) -> str:
    """Returns the id of the story that an id names, or that the article at an address belongs to.

    Raises:
        NotFound: there is none, or several.
    """
    from monitor.store.views.timeline.stories import get_stories_of

    if not _is_address(target):
        return target
    article = find_article(store, target)
    return _only(store.read(get_stories_of, article.row_id), "story", target)


def _is_address(target: str) -> bool:
    return "://" in target or target.startswith(_OTHER_ADDRESSES)


def _only(ids: Iterable[str], what: str, target: str) -> str:
    """Returns the one id that an article leads to.

    Raises:
        NotFound: it leads to none, or to several.
    """
    distinct = list(dict.fromkeys(ids))
    if not distinct:
        raise NotFound(f"{target} raised no {what}", hint=f"`monitor why {target}` tells why")
    if len(distinct) > 1:
        raise NotFound(f"{target} has more than one {what}", hint=f"one of {', '.join(distinct)}")
    return distinct[0]


def require_web_url(url: str) -> None:
    """Refuses what is no address of the web.

    Raises:
        typer.BadParameter: it is none.
    """
    from urllib.parse import urlsplit

    from monitor.settings import LOGIN
    from monitor.urls import is_web_url, shown

    # Not shown again: what stands before the @ is a password as a rule.
    if "@" in urlsplit(url).netloc:
        raise typer.BadParameter(f"a login stands in it; {LOGIN}", param_hint="URL")
    if not is_web_url(url):
        raise typer.BadParameter(f"{shown(url)!r} is no http or https address", param_hint="URL")
