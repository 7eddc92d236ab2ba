"""What a page says about itself: headline, authors, outlet, language, date, address.

JSON-LD is read first (it gives the exact instant on nine pages of ten), then meta tags, then the
page. All of it is read here with bounded means: the regular expressions that `trafilatura` falls
back to for broken JSON-LD cost 40 s on 200 kB of backslashes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from htmldate import find_date
from lxml import etree
from lxml.html import HtmlElement
from tld import get_fld

from monitor.dates import EARLIEST, ParsedDate, parse_date
from monitor.model import DateSource, Post, Precision
from monitor.text import fold, one_line
from monitor.urls import canonical_url, resolve, site_of

_MAX_JSON_CHARS = 2_000_000  # of all scripts together; the most on 438 pages is 840,919
_MAX_NODES = 5_000
_MAX_DEPTH = 12
_MAX_AUTHORS = 12
_MAX_POSTS = 500
_MAX_BYLINE_CHARS = 2_000
_MAX_DATE_CHARS = 100
_ARTICLE = re.compile(r"(?:\w*Article|\w*BlogPosting|Report|AnalysisNewsArticle)")
_LIVE = "LiveBlogPosting"
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)
_CONTROL = re.compile("[\x00-\x1f]")

_DATE_METAS = (
    *(
        "article:published_time",
        "og:article:published_time",
        "og:published_time",
        "datepublished",
        "parsely-pub-date",
    ),
    *(
        "sailthru.date",
        "cxenseparse:recs:publishtime",
        "article.published",
        "publishdate",
        "publish-date",
        "pubdate",
    ),
    *(
        "publication_date",
        "dc.date.issued",
        "dcterms.created",
        "dc.date",
        "rnews:datepublished",
        "date.release",
        "date",
    ),
)
_UPDATED_METAS = (
    *(
        "article:modified_time",
        "og:updated_time",
        "og:article:modified_time",
        "datemodified",
        "last-modified",
        "lastmod",
    ),
    *("dcterms.modified", "dc.date.modified"),
)
_AUTHOR_METAS = (
    "parsely-author",
    "sailthru.author",
    "author",
    "article:author",
    "og:article:author",
    "dc.creator",
    "byl",
    "cxenseparse:author",
)
_SITE_METAS = ("og:site_name", "application-name", "dc.publisher", "publisher")
_BYLINE = etree.XPath(
    "//*[@itemprop='author' or @rel='author' or contains(concat(' ', normalize-space(@class), ' '), ' byline ')"
    " or contains(@class, 'author-name') or contains(@class, 'byline-name')"
    " or contains(@class, 'author__name')][position() < 20]"
)
_BY = re.compile(
    r"^\W*(?:(?:written\s+|reported\s+|story\s+)?by|por|von|par|di|texto|text)[:\s]+", re.IGNORECASE
)
_ADDRESS = re.compile(r"https?:|www\.|@|/\w+/")
_NAMES = re.compile(r"\s*(?:,|;|\||\band\b|\by\b|\bund\b|\bog\b|&|•|·)\s*", re.IGNORECASE)
# What stands behind a name: a job or the house, after a dash or stroke, in parentheses, after "of
# the".
_BEHIND_NAME = re.compile(r"(?:\s[-–—/]\s.*|\s?\([^()]*\)|\s(?:of|for)\sthe\s.*)$", re.IGNORECASE)
_JOB = re.compile(
    r"\b(?:staff|(?:report|writ|photograph|videograph|edit|contribut|produc)(?:er|or)s?|correspondents?|columnists?|journalists?|redactora?|reporter[oa]"
    r"|periodista|corresponsal|editora?|fotógraf[oa]|desk|bureau|newsroom)\b",
    re.IGNORECASE,
)
_NOT_A_NAME = re.compile(
    r"\d|@|https?:|www\.|\b(?:staff|reporter|writer|editors?|correspondent|news(?:room|desk)?|redacci[oó]n|redaktion|agenc\w+|agentur|team|desk|press|reuters|afp|dpa|efe"
    r"|ap|ansa|contributor|published|updated|magazine|journal(?:ist)?|opinion|photo\w*|columnist|admin\w*|online|media)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date of the page: as read, where it stands, and as written."""

    date: ParsedDate
    source: DateSource
    raw: str


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
    """Reads what a parsed page says about itself."""
    nodes = list(_json_nodes(tree))
    metas = _metas(tree)
    article = _article_of(nodes, url)
    outlet = _outlet(article, nodes, metas)
    site = outlet or site_of(url)
    kinds = frozenset(kind for node in nodes for kind in _kinds(node))
    lang = _lang(tree, article, metas)
    return Metadata(
        titles=_titles(tree, article, metas, site),
        authors=_authors(tree, article, nodes, metas, site),
        outlet=outlet,
        lang=lang,
        published=_published(tree, article, metas, lang),
        canonical_url=_canonical(tree, metas, url),
        body=_string(article, "articleBody"),
        updated=_updated(article, metas, lang),
        posts=_posts(article, lang),
        kinds=kinds,
        is_free=_is_free(article),
        is_article=bool(article)
        or metas.get("og:type", "").lower() == "article"
        or "article:published_time" in metas,
    )


# --- JSON-LD
# ----------------------------------------------------------------------------------------------------------


def _json_nodes(tree: HtmlElement) -> Iterator[dict[str, Any]]:
    """Yields every object of the page's JSON-LD, outer ones first."""
    left = _MAX_JSON_CHARS
    count = 0
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        text = script.text or ""
        left -= len(text)
        if left < 0:
            return
        for node in _walk(_load(text), 0):
            count += 1
            if count > _MAX_NODES:
                return
            yield node


def _load(text: str) -> object:
    """Reads JSON as it is found on pages: with comments round it, raw line breaks in strings,
    trailing commas.
    """
    text = _WRAPPING.sub("", text)
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", _CONTROL.sub(" ", text))):
        try:
            loaded: object = json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
        return loaded
    return None


def _walk(value: object, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _walk(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner, depth + 1)


def _kinds(node: Mapping[str, Any]) -> list[str]:
    kind = node.get("@type")
    kinds = kind if isinstance(kind, list) else [kind]
    return [str(name).rpartition("/")[2] for name in kinds if isinstance(name, str)]


def _article_of(nodes: Iterable[dict[str, Any]], url: str) -> dict[str, Any]:
    """Returns the node that describes the page's article: the one with its address, else the first
    with headline and date.
    """
    articles = [
        node
        for node in nodes
        if any(_ARTICLE.fullmatch(kind) for kind in _kinds(node))
        and _string(node, "headline", "name")
    ]
    # The posts of a live blog have headlines and often the blog's own address; none of them is the
    # page's article.
    posts = {id(update) for node in articles for update in _updates(node)}
    articles = [node for node in articles if id(node) not in posts]
    key = canonical_url(url)
    for node in articles:
        if key in {canonical_url(place) for place in _addresses(node)}:
            return node
    dated = [node for node in articles if node.get("datePublished")]
    return (dated or articles or [{}])[0]


def _addresses(node: Mapping[str, Any]) -> list[str]:
    page = node.get("mainEntityOfPage")
    inner = [page.get("@id"), page.get("url")] if isinstance(page, dict) else [page]
    return [
        value
        for value in (node.get("url"), node.get("@id"), *inner)
        if isinstance(value, str) and value
    ]


def _string(node: Mapping[str, Any], *names: str) -> str:
    for name in names:
        value = node.get(name)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def _is_free(article: Mapping[str, Any]) -> bool:
    value = article.get("isAccessibleForFree")
    return str(value).strip().lower() not in (
        "false",
        "no",
        "0",
        "http://schema.org/false",
        "https://schema.org/false",
    )


def _updates(article: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Returns the nodes of a live blog's posts."""
    updates = article.get("liveBlogUpdate")
    nodes = updates if isinstance(updates, list) else [updates]
    return [node for node in nodes[:_MAX_POSTS] if isinstance(node, dict)]


def _posts(article: Mapping[str, Any], lang: str | None) -> tuple[Post, ...]:
    """Reads the posts of a live blog with their times."""
    posts = []
    for update in _updates(article):
        title, text = (
            _plain(_string(update, "headline", "name")),
            _string(update, "articleBody", "description", "text"),
        )
        parsed = parse_date(
            _string(update, "datePublished", "dateCreated", "dateModified"),
            lang=lang,
            keep_fraction=True,
        )
        if title or text:
            posts.append(
                Post(
                    parsed.at if parsed else None, title, text if fold(text) != fold(title) else ""
                )
            )
    return tuple(posts)


# --- meta tags and page
# -----------------------------------------------------------------------------------------------


def _metas(tree: HtmlElement) -> dict[str, str]:
    """Returns the page's meta tags by lower-case name; the first of each counts."""
    metas: dict[str, str] = {}
    for meta in tree.iter("meta"):
        content = (meta.get("content") or "").strip()
        name = (
            (
                meta.get("property")
                or meta.get("name")
                or meta.get("itemprop")
                or meta.get("http-equiv")
                or ""
            )
            .strip()
            .lower()
        )
        if name and content and len(content) < 5_000:
            metas.setdefault(name, content)
    return metas


def _titles(
    tree: HtmlElement, article: Mapping[str, Any], metas: Mapping[str, str], outlet: str
) -> tuple[str, ...]:
    """Returns the forms of the headline, the best first: JSON-LD, `og:title`, the first heading,
    the page's title.
    """
    headings = [one_line(" ".join(heading.itertext())) for heading in tree.iter("h1")][:5]
    page_title = next((one_line(" ".join(title.itertext())) for title in tree.iter("title")), "")
    shared = one_line(metas.get("og:title", "") or metas.get("twitter:title", ""))
    found = [
        _plain(_string(article, "headline", "name")),
        _without_site(shared, outlet),
        *headings,
        _without_site(page_title, outlet),
    ]
    return tuple(dict.fromkeys(title for title in found if title))


def _plain(text: str) -> str:
    """Returns a JSON-LD value as one line of text: some are escaped as HTML."""
    if "<" in text or "&" in text:
        text = " ".join(etree.HTML(f"<html><body>{text[:2_000]}</body></html>").itertext())
    return one_line(text)


def _without_site(title: str, outlet: str) -> str:
    """Drops the outlet's name behind the last ` | `, ` - ` or ` — ` of a title."""
    match = re.match(r"(.{10,}?)\s+[|\-–—·«»:]\s+([^|–—]{2,60})$", title)
    if (
        match
        and (fold(match[2]) in fold(outlet) or fold(outlet) in fold(match[2]))
        and fold(outlet)
    ):
        return match[1].strip()
    match = re.match(r"(.{15,}?)\s+\|\s+[^|]{2,40}(?:\s+\|\s+[^|]{2,40})*$", title)
    return match[1].strip() if match else title


def _outlet(
    article: Mapping[str, Any], nodes: Iterable[dict[str, Any]], metas: Mapping[str, str]
) -> str:
    publisher = article.get("publisher")
    if isinstance(publisher, dict) and set(publisher) <= {"@id", "@type"}:
        publisher = next(
            (
                node
                for node in nodes
                if node.get("@id") == publisher.get("@id") and node.get("name")
            ),
            publisher,
        )
    named = _string(publisher, "name") if isinstance(publisher, dict) else ""
    found = (
        metas.get("og:site_name", "")
        or named
        or next((metas[name] for name in _SITE_METAS if name in metas), "")
    )
    return one_line(_plain(found), limit=100)


def _lang(tree: HtmlElement, article: Mapping[str, Any], metas: Mapping[str, str]) -> str | None:
    root = tree.getroottree().getroot()
    declared = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    for value in (
        declared,
        _string(article, "inLanguage"),
        metas.get("og:locale", ""),
        metas.get("content-language", ""),
    ):
        match = re.match(r"\s*([a-zA-Z]{2,3})(?:$|[-_,\s])", value)
        if match and match[1].lower() != "utf":  # `lang="utf-8"` occurs
            return match[1].lower()
    return None


def _published(
    tree: HtmlElement, article: Mapping[str, Any], metas: Mapping[str, str], lang: str | None
) -> FoundDate | None:
    """Returns the date of first publication: JSON-LD, meta tags, a marked `<time>`, then what
    `htmldate` finds (a day).
    """
    marked = tree.xpath(
        "//time[@pubdate or @itemprop='datePublished' or contains(@class, 'publish')]/@datetime"
    )
    values = [
        (DateSource.JSON_LD, _string(article, "datePublished", "dateCreated")),
        *((DateSource.META, metas.get(name, "")) for name in _DATE_METAS),
        *((DateSource.TIME, value) for value in marked[:3]),
    ]
    found = [
        FoundDate(parsed, source, one_line(value, limit=_MAX_DATE_CHARS))
        for source, value in values
        if value
        and (parsed := parse_date(value, lang=lang, keep_fraction=True))
        and parsed.at >= EARLIEST
    ]
    exact = next((one for one in found if one.date.precision is Precision.INSTANT), None)
    if exact is not None or found:
        is_first = exact is not None and (
            exact is found[0] or abs(exact.date.at - found[0].date.at).days < 2
        )
        return exact if is_first else found[0]
    return _guess_day(tree)


def _updated(
    article: Mapping[str, Any], metas: Mapping[str, str], lang: str | None
) -> ParsedDate | None:
    """Returns when the page was last changed, as it says itself."""
    values = (_string(article, "dateModified"), *(metas.get(name, "") for name in _UPDATED_METAS))
    found = (parse_date(value, lang=lang, keep_fraction=True) for value in values if value)
    return next((parsed for parsed in found if parsed is not None), None)


def _guess_day(tree: HtmlElement) -> FoundDate | None:
    latest = datetime(2100, 1, 1)  # noqa: DTZ001 (htmldate compares naive dates; what is too late is the pipeline's to judge, which has the clock)
    try:
        # a copy: htmldate takes the tree apart
        day = find_date(
            deepcopy(tree),
            original_date=True,
            extensive_search=True,
            min_date="1995-01-01",
            max_date=latest,
        )
    except (ValueError, TypeError, AttributeError, RecursionError, etree.LxmlError):
        return None
    # 1 January is what htmldate makes of a year alone, as in a footer's copyright.
    parsed = parse_date(day) if day and not day.endswith("-01-01") else None
    return FoundDate(parsed, DateSource.HTMLDATE, str(day)) if parsed else None


def _canonical(tree: HtmlElement, metas: Mapping[str, str], url: str) -> str | None:
    """Returns the page's own address where it may be trusted: of the same site, and not its front
    page.
    """
    links = [
        link.get("href") or ""
        for link in tree.iter("link")
        if "canonical" in (link.get("rel") or "").lower().split()
    ]
    for candidate in (*links[:2], metas.get("og:url", "")):
        found = resolve(url, candidate)
        if (
            found
            and _is_same_site(found, url)
            and canonical_url(found).count("/") > 2
            and not canonical_url(found).endswith(f"{site_of(found)}/")
        ):
            return found
    return None


def _is_same_site(one: str, other: str) -> bool:
    return bool(site_of(one)) and _registered(one) == _registered(other)


def _registered(url: str) -> str:
    """Returns the registrable domain of an address; its host where that is an IP address or of an
    unknown top level.
    """
    host = site_of(url)
    known = get_fld(f"https://{host}", fail_silently=True)
    if known or not re.search(r"\.[a-z-]+$", host):
        return known or host
    return ".".join(host.split(".")[-2:])


# --- authors
# ----------------------------------------------------------------------------------------------------------


def _authors(
    tree: HtmlElement,
    article: Mapping[str, Any],
    nodes: list[dict[str, Any]],
    metas: Mapping[str, str],
    outlet: str,
) -> tuple[str, ...]:
    """Returns who wrote the article: JSON-LD's authors (agencies, too), else people in meta tags or
    the byline.
    """
    named = [name for name in _named_authors(article, nodes) if not _ADDRESS.search(name)]
    if any(fold(name) != fold(outlet) for name in named):
        return tuple(dict.fromkeys(named))[:_MAX_AUTHORS]
    bylines = [
        name
        for element in _BYLINE(tree)
        for name in _split_names(" ".join(element.itertext())[:200])
    ]
    for source in (
        *(
            _split_names(metas[name])
            for name in _AUTHOR_METAS
            if name in metas and not _ADDRESS.search(metas[name])
        ),
        bylines,
    ):
        names = [name for name in source if _is_person(name, outlet)]
        if names:
            return tuple(dict.fromkeys(names))[:_MAX_AUTHORS]
    return tuple(dict.fromkeys(named))


def _named_authors(article: Mapping[str, Any], nodes: list[dict[str, Any]]) -> list[str]:
    value = article.get("author") or article.get("creator")
    names: list[str] = []
    for author in value if isinstance(value, list) else [value]:
        person = author
        if isinstance(person, dict) and not person.get("name") and person.get("@id"):
            person = next(
                (node for node in nodes if node.get("@id") == person["@id"] and node.get("name")),
                person,
            )
        name = person.get("name") if isinstance(person, dict) else person
        for part in name if isinstance(name, list) else [name]:
            names += _split_names(part) if isinstance(part, str) else []
    return names


def _split_names(text: str) -> list[str]:
    """Returns the names in a byline without the jobs that stand behind them; a job alone stays, for
    want of a name.
    """
    text = _BY.sub("", _plain(text)[:_MAX_BYLINE_CHARS])
    parts = [
        _bare_name(part.strip(" .:-–—")) for part in _NAMES.split(text) if part.strip(" .:-–—")
    ]
    return [part for part in parts if not _JOB.search(part)] or parts


def _bare_name(part: str) -> str:
    name = _BEHIND_NAME.sub("", part).strip()
    return name if " " in name and not _NOT_A_NAME.search(name) else part


def _is_person(name: str, outlet: str) -> bool:
    return (
        (" " in name or not name.isascii())
        and name.count(" ") < 6
        and 3 <= len(name) <= 60
        and fold(name) != fold(outlet)
        and not _NOT_A_NAME.search(name)
    )
