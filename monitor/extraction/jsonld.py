"""JSON-LD on a page: the objects in its scripts, and which of them describes the article.

Read with bounded means: the regular expressions that `trafilatura` falls back to for broken JSON-LD
cost 40 s on 200 kB of backslashes.

Source: https://schema.org/Article, https://schema.org/LiveBlogPosting
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from monitor.dates import parse_date
from monitor.model import Post
from monitor.text import fold, one_line
from monitor.urls import canonical_url

JsonObject = Mapping[str, object]

_MAX_JSON_CHARS = 2_000_000  # of all scripts together; the most on 438 pages is 840,919
_MAX_NODES = 5_000
_MAX_DEPTH = 12
_MAX_POSTS = 500
_MAX_MARKUP_CHARS = 2_000
# schema.org has some thirty kinds of articles; sites invent more.
_ARTICLE = re.compile(r"(?:\w*Article|\w*BlogPosting|Report|AnalysisNewsArticle)")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)"
    r"|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)
_CONTROL = re.compile("[\x00-\x1f]")
# As a JSON boolean, as text, and as an item of the vocabulary.
_FALSE = frozenset(
    ["false", "no", "0", "http://schema.org/false", "https://schema.org/false"],
)


def read_nodes(tree: HtmlElement) -> list[JsonObject]:
    """Returns every object of the page's JSON-LD, at most 5,000, outer ones before inner ones."""
    return list(islice(_iter_nodes(tree), _MAX_NODES))


def _iter_nodes(tree: HtmlElement) -> Iterator[JsonObject]:
    chars_left = _MAX_JSON_CHARS
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        text = script.text or ""
        chars_left -= len(text)
        if chars_left < 0:
            return
        yield from _walk(_load(text), 0)


def _load(text: str) -> object:
    """Reads JSON as it is found on pages: with comments round it, raw line breaks in strings,
    trailing commas. Returns None when it cannot be read.
    """
    text = _WRAPPING.sub("", text)
    # Repaired only at the second attempt: a comma before a bracket may stand in a headline.
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", _CONTROL.sub(" ", text))):
        try:
            loaded: object = json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
        return loaded
    return None


def _walk(value: object, depth: int) -> Iterator[JsonObject]:
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _walk(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner, depth + 1)


def read_kinds(node: JsonObject) -> list[str]:
    """Returns the types of a node, without the address of their vocabulary."""
    kinds = as_list(node.get("@type"))
    return [kind.rpartition("/")[2] for kind in kinds if isinstance(kind, str)]


def as_list(value: object) -> list[object]:
    """Returns a value as JSON-LD means it: of a list its elements, else itself as the only one."""
    return value if isinstance(value, list) else [value]


def find_article(nodes: Iterable[JsonObject], url: str) -> JsonObject:
    """Returns the node that describes the page's article: the one with the page's address, else the
    first with headline and date; an empty one when none does.
    """
    articles = _drop_posts(list(filter(_is_article, nodes)))
    # Pages describe related articles, too, and some put those first.
    key = canonical_url(url)
    for node in articles:
        if key in map(canonical_url, _addresses(node)):
            return node
    dated = [node for node in articles if node.get("datePublished")]
    return next(iter(dated or articles), {})


def _is_article(node: JsonObject) -> bool:
    if not any(map(_ARTICLE.fullmatch, read_kinds(node))):
        return False
    return read_string(node, "headline", "name") != ""


def _drop_posts(articles: Sequence[JsonObject]) -> list[JsonObject]:
    """Returns articles without the posts of live blogs among them."""
    # Posts have headlines and often the blog's own address; none of them is the page's article.
    # Compared as objects: two posts may be equal to each other, or to an article.
    posts: set[int] = set()
    for node in articles:
        posts.update(map(id, _post_nodes(node)))
    return [node for node in articles if id(node) not in posts]


def _addresses(node: JsonObject) -> list[str]:
    page = node.get("mainEntityOfPage")
    places = [page.get("@id"), page.get("url")] if isinstance(page, dict) else [page]
    found = (node.get("url"), node.get("@id"), *places)
    return [value for value in found if isinstance(value, str) and value]


def read_string(node: JsonObject, *names: str) -> str:
    """Returns the first text that a node has under some names, of a list its first; else the empty
    string.
    """
    for name in names:
        value = node.get(name)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def read_line(text: str) -> str:
    """Returns a JSON-LD value as one line of text: some are escaped as HTML."""
    if "<" in text or "&" in text:
        markup = f"<html><body>{text[:_MAX_MARKUP_CHARS]}</body></html>"
        text = " ".join(etree.HTML(markup).itertext())
    return one_line(text)


def find_named(nodes: Iterable[JsonObject], identifier: object) -> JsonObject | None:
    """Returns the node that an `@id` refers to, where it has a name."""
    for node in nodes:
        if node.get("@id") == identifier and node.get("name"):
            return node
    return None


def is_free(article: JsonObject) -> bool:
    """Whether an article may be read by everyone, as far as it says."""
    return str(article.get("isAccessibleForFree")).strip().lower() not in _FALSE


def read_posts(article: JsonObject, lang: str | None) -> tuple[Post, ...]:
    """Returns the posts of a live blog, in the page's order; none of other articles.

    Args:
        lang: of the page, for dates in words.
    """
    posts = []
    for node in _post_nodes(article):
        post = _read_post(node, lang)
        if post.title or post.text:
            posts.append(post)
    return tuple(posts)


def _post_nodes(article: JsonObject) -> list[JsonObject]:
    nodes = as_list(article.get("liveBlogUpdate"))[:_MAX_POSTS]
    return [node for node in nodes if isinstance(node, dict)]


def _read_post(node: JsonObject, lang: str | None) -> Post:
    title = read_line(read_string(node, "headline", "name"))
    text = read_string(node, "articleBody", "description", "text")
    written = read_string(node, "datePublished", "dateCreated", "dateModified")
    date = parse_date(written, lang=lang, keep_fraction=True)
    # Some pages repeat the headline as the text, which would make every sentence of it occur twice.
    return Post(date.at if date else None, title, "" if fold(text) == fold(title) else text)
