"""Web addresses: which ones may be fetched or shown, how links resolve, and one key for all
spellings of an article's address.

A *canonical URL* is a key, not an address to fetch: it always says `https`, drops `www.`, tracking
parameters and fragments, and unfolds accelerated (AMP) and wrapped addresses. Two spellings of one
article give one key; two articles never share one. Parameters are dropped by name from a closed
list: the looser rules of `courlan` (any name holding `ref`, `source`, `uid`, `keyword`, …) would
merge different articles."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Collection
from urllib.parse import SplitResult, quote, unquote_plus, unquote_to_bytes, urljoin, urlsplit

MAX_URL_CHARS = 4_096  # longer ones are refused

_HOST = re.compile(
    r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?", re.ASCII
)
_UNWANTED = re.compile(
    "[\x00-\x20\x7f-\xa0\\\\\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff<>]"
)
_PREFIXES = ("www.", "amp.", "m.")
_DEFAULT_PORTS = {"http": 80, "https": 443}

_TRACKING = re.compile(
    r"(?:utm|mtm|pk|piwik|matomo|at|itm|oly|vero|hsa|gaa|mc|ns|guce|soc|__hs|_hs|wt)_\w*"
    r"|_hsenc|_hsmi|__hssc|__hstc|__hsfp|hsctatracking"
    r"|gclid|dclid|fbclid|msclkid|twclid|yclid|ysclid|srsltid|ttclid|li_fat_id|rdt_cid"
    r"|gbraid|wbraid|igshid|igsh|mkt_tok|s_kwcid|_ga|_gl|xtor|cmp|cmpid|ncid|ocid|icid|intcid|guccounter|traffic_source"
    r"|__twitter_impression|ref_src|ref_url|dicbo|ftag|taid|tpcc|fb_action_ids|fb_action_types|fb_ref|fb_source|amp_js_v|amp_gsa|usqp",
    re.ASCII,
)
# Parameters that carry an article elsewhere (`mod` and `f` name threads and forums), so each is
# dropped on these hosts only.
_TRACKING_BY_HOST = {
    "nytimes.com": {
        "smid",
        "smtyp",
        "partner",
        "emc",
        "unlocked_article_code",
        "referringsource",
        "campaign_id",
        "instance_id",
    },
    "wsj.com": {"mod", "reflink", "st"},
    "barrons.com": {"mod"},
    "marketwatch.com": {"mod"},
    "dw.com": {"maca"},
    "npr.org": {"ft", "f"},
    "dailymail.co.uk": {"ito"},
    "fortune.com": {"xid"},
    "news.google.com": {"oc", "hl", "gl", "ceid"},
}
_ORIGIN_PARAMETERS = {"ref", "source", "src", "via", "from"}
_FEED_VALUES = {"rss", "feed", "atom", "rss_feed"}
_MAX_PARAMETERS = 200
_SESSION = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)

_AMP_CACHE = re.compile(r"/[cvi]/(s/)?(.+)")
_AMP_VIEWER = re.compile(r"/amp/(s/)?([^/]+\..+)")
_AMP_TAIL = re.compile(r"(?:/amp/?|\.amp|/amp\.html)$")


def is_web_url(url: str) -> bool:
    """Tells whether the text is an absolute http(s) address with a host that may be fetched and
    made clickable.

    Addresses with credentials, control characters, white space or backslashes are not, nor are
    those over `MAX_URL_CHARS`."""
    if not url or len(url) > MAX_URL_CHARS or _UNWANTED.search(url):
        return False
    parts = _split(url)
    return (
        parts is not None
        and parts.username is None
        and parts.password is None
        and bool(_host(parts))
    )


def resolve(base: str, link: str) -> str | None:
    """Returns the web address that `link` means in a document at `base`; None when it means none
    that `is_web_url`.
    """
    link = link.strip("".join(map(chr, range(0x21))) + "\x7f\u00a0\ufeff")
    if not link or len(link) > MAX_URL_CHARS:
        return None
    link = (
        re.sub(r"[\t\r\n]+", "", link).replace(" ", "%20").replace("<", "%3C").replace(">", "%3E")
    )
    try:
        url = urljoin(base, link) if base else link
    except ValueError:
        return None
    return url if is_web_url(url) else None


def canonical_url(
    url: str, *, keep_fragment: bool = False, known_hosts: Collection[str] = ()
) -> str:
    """Returns the key that all spellings of an article's address share.

    Idempotent. What is no web address comes back unchanged but for outer white space.

    Args:
        url: the address as found.
        keep_fragment: keep `#…`, for feeds whose items differ in nothing else (court dockets).
        known_hosts: hosts of the feed and its site: `ref=` naming one of them, or the page's own
            host, is tracking.
    """
    url = url.strip()
    found = resolve("", url.replace("&amp;", "&"))
    if found is None:
        return url
    fragment = urlsplit(found).fragment
    parts = _unfold(urlsplit(unwrap(found)))
    host = _bare_host(_host(parts))
    path = _path(parts.path)
    query = _query(parts.query, host, {_bare_host(known.lower()) for known in known_hosts})
    fragment = fragment if keep_fragment or fragment.startswith("!") else ""
    # A port of its own is no accident: the other scheme would be another server, or none.
    port = _port(parts)
    key = f"{parts.scheme if port else 'https'}://{host}{port}{path}"
    return f"{key}{'?' if query else ''}{query}{'#' if fragment else ''}{_recode(fragment, '!/:@=&?,;+*()' + chr(39))}"


def unwrap(url: str) -> str:
    """Returns the address inside an aggregator's link (Google Alerts, Bing News, older Google News
    ids), else `url` itself.
    """
    parts = urlsplit(url)
    host = _bare_host(_host(parts))
    inner = None
    if host == "news.google.com":
        inner = _google_news_target(parts.path)
    elif (host.startswith("google.") and parts.path == "/url") or (
        host == "bing.com" and "/apiclick" in parts.path
    ):
        values = {name: value for name, _, value in _parameters(parts.query)}
        inner = values.get("url") or values.get("q")
    return inner if inner and is_web_url(inner) else url


def site_of(url: str) -> str:
    """Returns the host of a web address without `www.`, `amp.` or `m.`; empty when there is none."""
    parts = _split(url)
    return _bare_host(_host(parts)) if parts is not None else ""


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for ports that are none
    except ValueError:
        return None
    return parts if parts.scheme in _DEFAULT_PORTS and parts.hostname else None


def _host(parts: SplitResult) -> str:
    """Returns the host in lower case and ASCII (IDNA), IPv6 in brackets; empty when it is no host
    name.
    """
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        return f"[{host}]" if re.fullmatch(r"[0-9a-f:.]+", host) else ""
    if len(host) > 253:
        return ""
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    return host if _HOST.fullmatch(host) else ""


def _bare_host(host: str) -> str:
    while (prefix := next((p for p in _PREFIXES if host.startswith(p)), None)) and "." in host[
        len(prefix) :
    ]:
        host = host[len(prefix) :]
    return host


def _port(parts: SplitResult) -> str:
    port = parts.port
    return f":{port}" if port is not None and port != _DEFAULT_PORTS[parts.scheme] else ""


def _unfold(parts: SplitResult) -> SplitResult:
    """Turns addresses of AMP caches and viewers into the address of the page behind them."""
    host = _host(parts)
    match = None
    if host.endswith(".cdn.ampproject.org"):
        match = _AMP_CACHE.fullmatch(parts.path)
    elif _bare_host(host).startswith("google."):
        match = _AMP_VIEWER.fullmatch(parts.path)
    if match is None:
        return parts
    inner = _split(f"https://{match[2]}{'?' if parts.query else ''}{parts.query}")
    return inner if inner is not None and _host(inner) else parts


def _path(path: str) -> str:
    """Normalises a path: escapes, dot segments, empty segments, session ids, AMP endings; no slash
    at the end.
    """
    kept: list[str] = []
    for segment in _SESSION.sub("", _recode(path, "/!$&'()*+,;=:@")).split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in ("", "."):
            kept.append(segment)
    tidy = "/" + "/".join(kept)
    tidy = tidy[: -len(".amp.html")] + ".html" if tidy.endswith(".amp.html") else tidy
    shorter = _AMP_TAIL.sub("", tidy)
    return shorter or tidy


def _recode(text: str, safe: str) -> str:
    """Escapes in one way: unreserved characters plain, others as upper-case escapes; escaped `safe`
    ones stay escaped.
    """
    pieces = re.split(r"((?:%[0-9a-fA-F]{2})+)", text)
    for index, piece in enumerate(pieces):
        pieces[index] = (
            quote(unquote_to_bytes(piece), safe="") if index % 2 else quote(piece, safe=safe)
        )
    return "".join(pieces)


def _parameters(query: str) -> list[tuple[str, str, str]]:
    """Splits a query into names, `=` (or nothing) and values, unescaped."""
    pieces = [piece.partition("=") for piece in query.split("&")[:_MAX_PARAMETERS] if piece]
    return [(unquote_plus(name), equals, unquote_plus(value)) for name, equals, value in pieces]


def _query(query: str, host: str, known_hosts: set[str]) -> str:
    """Returns the parameters that choose the content, sorted by name; values of a repeated name
    keep their order.
    """
    kept = [
        part
        for part in _parameters(query)
        if not _is_tracking(part[0].lower(), part[2], host, known_hosts)
    ]
    kept.sort(key=lambda part: part[0])
    return "&".join(
        f"{quote(name, safe='/')}{equals}{quote(value, safe='/')}" for name, equals, value in kept
    )


def _is_tracking(name: str, value: str, host: str, known_hosts: set[str]) -> bool:
    if _TRACKING.fullmatch(name):
        return True
    if name == "amp" or (name == "outputtype" and value.lower() == "amp"):
        return True
    if any(
        name in names
        for site, names in _TRACKING_BY_HOST.items()
        if host == site or host.endswith(f".{site}")
    ):
        return True
    if name in _ORIGIN_PARAMETERS and value.lower() in _FEED_VALUES:
        return True
    return name == "ref" and _bare_host(value.lower().rstrip("/")) in {host, *known_hosts}


def _google_news_target(path: str) -> str | None:
    """Reads the address that Google News ids before mid-2024 carry: a protobuf message with the URL
    as field 4, base64url.
    """
    token = path.rsplit("/", 1)[-1]
    if not token.startswith("CB") or len(token) > MAX_URL_CHARS:
        return None
    try:
        message = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return None
    match = re.match(rb"\x08.\x22([\x00-\x7f]|[\x80-\xff][\x00-\x7f])", message, re.DOTALL)
    if match is None:
        return None
    size = sum((byte & 0x7F) << (7 * place) for place, byte in enumerate(match[1]))
    target = message[match.end() : match.end() + size]
    return target.decode("ascii", "replace") if target.startswith(b"http") else None
