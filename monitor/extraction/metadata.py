"""What a page says about itself: headline, authors, outlet, language, date, address.

JSON-LD is read first (`jsonld`), then meta tags, then the page. The names of meta tags are data
(`data/metadata.toml`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lxml.html import HtmlElement

from monitor.dates import ParsedDate
from monitor.extraction.authors import read_authors
from monitor.extraction.jsonld import (
    JsonObject,
    find_article,
    find_named,
    is_free,
    read_kinds,
    read_line,
    read_nodes,
    read_posts,
    read_string,
)
from monitor.extraction.page_dates import FoundDate, find_published, find_updated
from monitor.extraction.phrases import read_phrases
from monitor.model import Post
from monitor.text import fold, one_line
from monitor.urls import canonical_url, registered_domain, resolve, site_of

_MAX_META_CHARS = 5_000
_MAX_OUTLET_CHARS = 100
_MAX_HEADINGS = 5
_MAX_CANONICAL_LINKS = 2
_OUTLET_TAGS = read_phrases("metadata.toml").get("meta_tags.outlet")
# Where a meta tag may have its name, the most common first.
_NAME_ATTRIBUTES = ("property", "name", "itemprop", "http-equiv")
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_LANG = re.compile(r"\s*([a-zA-Z]{2,3})(?:$|[-_,\s])")
# The last part of a title, and one or more parts behind strokes.
_LAST_PART = re.compile(r"(.{10,}?)\s+[|\-–—·«»:]\s+([^|–—]{2,60})$")
_STROKE_PARTS = re.compile(r"(.{15,}?)\s+\|\s+[^|]{2,40}(?:\s+\|\s+[^|]{2,40})*$")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What was found; empty or None where nothing was.

    Attributes:
        titles: all forms of the headline on the page, the chosen one first.
        body: JSON-LD's `articleBody`.
        updated: when the page says that it was last changed.
        posts: the posts of a live blog, in the page's order.
        kinds: the JSON-LD types of the page.
        is_free: False when the page says that it is behind a paywall.
        is_article: the page says that it is one.
    """

    titles: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    outlet: str = ""
    lang: str | None = None
    published: FoundDate | None = None
    canonical_url: str | None = None
    body: str = ""
    updated: ParsedDate | None = None
    posts: tuple[Post, ...] = ()
    kinds: frozenset[str] = frozenset()
    is_free: bool = True
    is_article: bool = False

    @property
    def title(self) -> str:
        """The headline."""
        return self.titles[0] if self.titles else ""


def read_metadata(tree: HtmlElement, url: str) -> Metadata:
    """Returns what a parsed page says about itself.

    Args:
        url: the address after redirects.
    """
    nodes = read_nodes(tree)
    metas = _read_meta_tags(tree)
    article = find_article(nodes, url)
    outlet = _read_outlet(article, nodes, metas)
    site = outlet or site_of(url)
    lang = _read_language(tree, article, metas)
    return Metadata(
        titles=_read_titles(tree, article, metas, site),
        authors=read_authors(tree, article, nodes, metas, site),
        outlet=outlet,
        lang=lang,
        published=find_published(tree, article, metas, lang),
        canonical_url=_read_canonical(tree, metas, url),
        body=read_string(article, "articleBody"),
        updated=find_updated(article, metas, lang),
        posts=read_posts(article, lang),
        kinds=_read_all_kinds(nodes),
        is_free=is_free(article),
        is_article=bool(article) or _is_marked_article(metas),
    )


def _read_all_kinds(nodes: Iterable[JsonObject]) -> frozenset[str]:
    kinds: set[str] = set()
    for node in nodes:
        kinds.update(read_kinds(node))
    return frozenset(kinds)


def _is_marked_article(metas: Mapping[str, str]) -> bool:
    is_article = metas.get("og:type", "").lower() == "article"
    return is_article or "article:published_time" in metas


def _read_meta_tags(tree: HtmlElement) -> dict[str, str]:
    """Returns the page's meta tags by lower-case name; the first of each counts."""
    metas: dict[str, str] = {}
    for meta in tree.iter("meta"):
        content = (meta.get("content") or "").strip()
        name = _meta_name(meta)
        if name and content and len(content) < _MAX_META_CHARS:
            metas.setdefault(name, content)
    return metas


def _meta_name(meta: HtmlElement) -> str:
    names = filter(None, map(meta.get, _NAME_ATTRIBUTES))
    return str(next(names, "")).strip().lower()


def _read_titles(
    tree: HtmlElement, article: JsonObject, metas: Mapping[str, str], outlet: str
) -> tuple[str, ...]:
    """Returns the forms of the headline, the best first: JSON-LD, `og:title`, the first headings,
    the page's title.
    """
    headings = _read_elements(tree, "h1")[:_MAX_HEADINGS]
    page_title = next(iter(_read_elements(tree, "title")), "")
    shared = one_line(metas.get("og:title", "") or metas.get("twitter:title", ""))
    titles = [
        read_line(read_string(article, "headline", "name")),
        _drop_outlet(shared, outlet),
        *headings,
        _drop_outlet(page_title, outlet),
    ]
    return tuple(dict.fromkeys(filter(None, titles)))


def _read_elements(tree: HtmlElement, tag: str) -> list[str]:
    return [one_line(" ".join(element.itertext())) for element in tree.iter(tag)]


def _drop_outlet(title: str, outlet: str) -> str:
    """Drops the outlet's name behind the last ` | `, ` - ` or ` — ` of a title."""
    last = _LAST_PART.match(title)
    if last and _names_outlet(last[2], outlet):
        return last[1].strip()
    # Behind a stroke it is the outlet or a section, whatever the outlet is called elsewhere.
    parts = _STROKE_PARTS.match(title)
    return parts[1].strip() if parts else title


def _names_outlet(part: str, outlet: str) -> bool:
    part, outlet = fold(part), fold(outlet)
    return bool(outlet) and (part in outlet or outlet in part)


def _read_outlet(article: JsonObject, nodes: Iterable[JsonObject], metas: Mapping[str, str]) -> str:
    """Returns the outlet's name: `og:site_name`, the publisher in JSON-LD, other meta tags."""
    names = [metas.get("og:site_name", ""), _read_publisher(article, nodes)]
    names += [metas.get(tag, "") for tag in _OUTLET_TAGS]
    name = next(filter(None, names), "")
    return one_line(read_line(name), limit=_MAX_OUTLET_CHARS)


def _read_publisher(article: JsonObject, nodes: Iterable[JsonObject]) -> str:
    publisher = article.get("publisher")
    if not isinstance(publisher, dict):
        return ""
    if set(publisher) <= {"@id", "@type"}:  # a reference to another node of the page
        publisher = find_named(nodes, publisher.get("@id")) or publisher
    return read_string(publisher, "name")


def _read_language(tree: HtmlElement, article: JsonObject, metas: Mapping[str, str]) -> str | None:
    """Returns the page's primary language tag in lower case, e.g. "es"."""
    root = tree.getroottree().getroot()
    values = (
        root.get("lang") or root.get(_XML_LANG) or "",
        read_string(article, "inLanguage"),
        metas.get("og:locale", ""),
        metas.get("content-language", ""),
    )
    for match in map(_LANG.match, values):
        if match and match[1].lower() != "utf":  # `lang="utf-8"` occurs
            return match[1].lower()
    return None


def _read_canonical(tree: HtmlElement, metas: Mapping[str, str], url: str) -> str | None:
    """Returns the page's own address where it may be trusted: of the same site, and not its front
    page.
    """
    # A page that is copied with its head has the original's link; a home page as canonical address
    # is a mistake that would make all articles of a site one.
    links = list(_canonical_links(tree))[:_MAX_CANONICAL_LINKS]
    for candidate in (*links, metas.get("og:url", "")):
        found = resolve(url, candidate)
        if found and _is_same_site(found, url) and not _is_front_page(found):
            return found
    return None


def _canonical_links(tree: HtmlElement) -> Iterator[str]:
    for link in tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split():
            yield link.get("href") or ""


def _is_front_page(url: str) -> bool:
    address = canonical_url(url)
    return address.count("/") <= 2 or address.endswith(f"{site_of(url)}/")


def _is_same_site(one: str, other: str) -> bool:
    return bool(site_of(one)) and registered_domain(one) == registered_domain(other)
