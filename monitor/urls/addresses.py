"""Which texts are web addresses that may be fetched or made clickable, and what a link means."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from monitor.urls.hosts import host_of, split_web

MAX_URL_CHARS = 4_096  # longer ones are refused
# Each address of an item is looked at several times, by those who resolve, compare and store it.
REMEMBERED = 512
# Control characters, white space, backslashes, marks that turn the direction of text, angle
# brackets: browsers and libraries do not agree on what an address with one of them means.
_UNWANTED = re.compile(
    "[\x00-\x20\x7f-\xa0\\\\\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff<>]"
)
_MEDIA = re.compile(
    r"\.(?:mp3|m4[abv]|mp4|mpe?g|aac|flac|og[agv]|opus|wav|wma|wmv|avi|mov|mkv|webm|3gp|m3u8?|pls"
    r"|jpe?g|png|gif|webp|avif|heic|svg|bmp|tiff?)$",
    re.IGNORECASE,
)
_LINE_BREAKS = re.compile(r"[\t\r\n]+")
# C0 controls and blanks, which browsers strip from both ends, too.
_OUTER_SPACE = "".join(map(chr, range(0x21))) + "\x7f\u00a0\ufeff"
_WEB_ADDRESS_IN_TEXT = re.compile(r"https?://[^\s<>\"“”«»‘’]+", re.IGNORECASE)
_SENTENCE_MARKS = ".,;:!?…'*_]}"


@lru_cache(maxsize=REMEMBERED)
def is_web_url(url: str) -> bool:
    """Returns whether the text is an absolute http(s) address with a host that may be fetched and
    made clickable.

    Addresses with credentials, control characters, white space or backslashes are not, nor are
    those over `MAX_URL_CHARS`."""
    if not url or len(url) > MAX_URL_CHARS or _UNWANTED.search(url):
        return False
    parts = split_web(url)
    # What stands before an "@" are credentials, empty ones too.
    return parts is not None and "@" not in parts.netloc and bool(host_of(parts))


def urls_in(text: str) -> list[str]:
    """Returns the web addresses that a text names, in its order, without what ends a sentence."""
    return list(filter(is_web_url, map(_without_end, _WEB_ADDRESS_IN_TEXT.findall(text))))


def _without_end(address: str) -> str:
    """Returns an address without the marks of the sentence that it ends."""
    kept = address.rstrip(_SENTENCE_MARKS)
    # A bracket is the address's own where it was opened in it: "…/Stay_(law)".
    if kept.endswith(")") and kept.count("(") < kept.count(")"):
        return _without_end(kept[:-1])
    return kept


def is_media_file(url: str) -> bool:
    """Whether an address is that of a sound, film or picture, by the ending of its path."""
    return _MEDIA.search(urlsplit(url).path) is not None


def resolve(base: str, link: str) -> str | None:
    """Returns the web address that `link` means in a document at `base`; None when it means none
    that `is_web_url`.
    """
    link = link.strip(_OUTER_SPACE)
    if not link or len(link) > MAX_URL_CHARS:
        return None
    link = _escape(link)
    try:
        url = urljoin(base, link) if base else link
    except ValueError:
        return None
    return url if is_web_url(url) else None


def _escape(link: str) -> str:
    """Returns a link as browsers read what people write into it."""
    link = _LINE_BREAKS.sub("", link).replace(" ", "%20")
    return link.replace("<", "%3C").replace(">", "%3E")
