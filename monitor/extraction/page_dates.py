"""When an article was published and last changed, as its page says.

JSON-LD gives the exact instant on nine pages of ten, meta tags and marked `<time>` elements on most
others; what is left is guessed by `htmldate`, which gives a day. Whether a date is too late is
judged by the pipeline, which has the clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime

from htmldate import find_date
from lxml import etree
from lxml.html import HtmlElement

from monitor.dates import EARLIEST, ParsedDate, parse_date
from monitor.extraction.jsonld import JsonObject, read_string
from monitor.extraction.phrases import read_phrases
from monitor.model import DateSource, Precision
from monitor.text import one_line

_MAX_DATE_CHARS = 100
_MAX_TIMES = 3  # further ones belong to other articles
_MAX_DAYS_APART = 2  # a day in another zone may be the one before or after
_PHRASES = read_phrases("metadata.toml")
_PUBLISHED_TAGS = _PHRASES.get("meta_tags.published")
_UPDATED_TAGS = _PHRASES.get("meta_tags.updated")
_MARKED_TIMES = etree.XPath(
    "//time[@pubdate or @itemprop='datePublished' or contains(@class, 'publish')]/@datetime"
)


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date of the page: as read, where it stands, and as written."""

    date: ParsedDate
    source: DateSource
    raw: str

    @property
    def is_exact(self) -> bool:
        """Whether it is an instant, not a day."""
        return self.date.precision is Precision.INSTANT


@dataclass(frozen=True, slots=True)
class _WrittenDate:
    source: DateSource
    text: str


def find_published(
    tree: HtmlElement, article: JsonObject, metas: Mapping[str, str], lang: str | None
) -> FoundDate | None:
    """Returns the date of first publication: JSON-LD, meta tags, a marked `<time>`, then what
    `htmldate` finds (a day); None when there is none.
    """
    found = list(_read_dates(_written_dates(tree, article, metas), lang))
    if not found:
        return _guess_day(tree)
    first = found[0]
    exact = next((date for date in found if date.is_exact), first)
    # An instant replaces a day that comes first only if it is that day's: later tags may hold the
    # date of another article, or of the last change.
    is_near = abs(exact.date.at - first.date.at).days < _MAX_DAYS_APART
    return exact if is_near else first


def find_updated(
    article: JsonObject, metas: Mapping[str, str], lang: str | None
) -> ParsedDate | None:
    """Returns when the page was last changed, as it says itself."""
    texts = [read_string(article, "dateModified")]
    texts += [metas.get(tag, "") for tag in _UPDATED_TAGS]
    for text in filter(None, texts):
        parsed = parse_date(text, lang=lang, keep_fraction=True)
        if parsed is not None:
            return parsed
    return None


def _written_dates(
    tree: HtmlElement, article: JsonObject, metas: Mapping[str, str]
) -> Iterator[_WrittenDate]:
    """Yields the dates of publication that the page states, the most trusted first."""
    yield _WrittenDate(DateSource.JSON_LD, read_string(article, "datePublished", "dateCreated"))
    for tag in _PUBLISHED_TAGS:
        yield _WrittenDate(DateSource.META, metas.get(tag, ""))
    for text in _MARKED_TIMES(tree)[:_MAX_TIMES]:
        yield _WrittenDate(DateSource.TIME, str(text))


def _read_dates(dates: Iterator[_WrittenDate], lang: str | None) -> Iterator[FoundDate]:
    for written in dates:
        if not written.text:
            continue
        parsed = parse_date(written.text, lang=lang, keep_fraction=True)
        if parsed is not None and parsed.at >= EARLIEST:
            raw = one_line(written.text, limit=_MAX_DATE_CHARS)
            yield FoundDate(parsed, written.source, raw)


def _guess_day(tree: HtmlElement) -> FoundDate | None:
    latest = datetime(2100, 1, 1)  # noqa: DTZ001 (htmldate compares naive dates)
    try:
        day = find_date(
            deepcopy(tree),  # htmldate takes the tree apart
            original_date=True,
            extensive_search=True,
            min_date="1995-01-01",
            max_date=latest,
        )
    except (ValueError, TypeError, AttributeError, RecursionError, etree.LxmlError):
        return None
    # 1 January is what htmldate makes of a year alone, as in a footer's copyright.
    if not day or day.endswith("-01-01"):
        return None
    parsed = parse_date(day)
    return FoundDate(parsed, DateSource.HTMLDATE, str(day)) if parsed else None
