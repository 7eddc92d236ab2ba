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
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import SplitResult, quote, unquote_plus, unquote_to_bytes, urljoin, urlsplit

MAX_URL_CHARS = 4_096  # longer ones are refused
# Each address of an item is looked at several times, by those who resolve, compare and store it.
_REMEMBERED = 512
_REMEMBERED_HOSTS = 4_096
HIDDEN = "…"  # stands for what is not shown of an address

# Parameters that are a key, a login or a signature by their name, without marks between words.
_SECRET_NAME = re.compile(
    r"token|secret|passw|passphrase|pwd|credential|signature|hmac|jwt|session|keys?$|apikey"
    r"|auth(?!ors?$|orid$|orname$)|^(?:access|code|sig|sid|hash|pass|pin|pw|otp|ticket|invite|k)$",
    re.ASCII,
)
_PUBLIC_IDS = ("channel_id", "playlist_id")
_PUBLIC_ID = re.compile(r"[\w-]{1,64}", re.ASCII)
_AUTHORITY = re.compile(r"[^/?#]*")
_KEY_IN_PATH = re.compile(
    r"(?=[^.]*\d)(?=[^.]*[A-Za-z])[A-Za-z0-9_]{24,}(?:\.[a-z]{2,5})?", re.ASCII
)
_SESSION_VALUE = re.compile(r"(;jsessionid=)[^/;]*", re.IGNORECASE)
_NOT_PLAIN = re.compile(r"""[^\w\s:.,"'()*+|/…-]""")
_NUMBERED_WORD = re.compile(r"[^\W\d_]+\d{1,4}")
_MAX_NUMBER_CHARS = 12
_MAX_WORD_CHARS = 24
_ADDRESS_IN_TEXT = re.compile(r"[a-z][a-z0-9+.-]*://[^\s'\"<>]*[^\s'\"<>.,;:!)\]]", re.IGNORECASE)
_WEB_ADDRESS_IN_TEXT = re.compile(r"https?://[^\s<>\"“”«»‘’]+", re.IGNORECASE)
_SENTENCE_MARKS = ".,;:!?…'*_]}"
# As libpq and ODBC write logins, and as programs report them.
_PASSWORD_WORD = re.compile(r"(\b(?:ssl)?(?:password|passwd|pwd)=)(?!\s|$)[^\s&;]+", re.IGNORECASE)

_HOST = re.compile(
    r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?", re.ASCII
)
# Control characters, white space, backslashes, marks that turn the direction of text, angle
# brackets: browsers and libraries do not agree on what an address with one of them means.
_UNWANTED = re.compile(
    "[\x00-\x20\x7f-\xa0\\\\\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff<>]"
)
_TOP_LEVEL = re.compile(r"\.[a-z-]+$")
_IPV6 = re.compile(r"[0-9a-f:.]+")
_MAX_HOST_CHARS = 253  # RFC 1035 §2.3.4
_PREFIXES = ("www.", "amp.", "m.")
_DEFAULT_PORTS = {"http": 80, "https": 443}

_TRACKING = re.compile(
    r"(?:utm|mtm|pk|piwik|matomo|at|itm|oly|vero|hsa|gaa|mc|ns|guce|soc|__hs|_hs|wt)_\w*"
    r"|_hsenc|_hsmi|__hssc|__hstc|__hsfp|hsctatracking"
    r"|gclid|dclid|fbclid|msclkid|twclid|yclid|ysclid|srsltid|ttclid|li_fat_id|rdt_cid"
    r"|gbraid|wbraid|igshid|igsh|mkt_tok|s_kwcid|_ga|_gl|xtor|cmp|cmpid|ncid|ocid|icid|intcid"
    r"|guccounter|traffic_source|__twitter_impression|ref_src|ref_url|dicbo|ftag|taid|tpcc"
    r"|fb_action_ids|fb_action_types|fb_ref|fb_source|amp_js_v|amp_gsa|usqp",
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
# These choose the content on some sites, so they are dropped only where they say "from a feed".
_ORIGIN_PARAMETERS = {"ref", "source", "src", "via", "from"}
_FEED_VALUES = {"rss", "feed", "atom", "rss_feed"}
_MAX_PARAMETERS = 200
_SESSION = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)

_ESCAPES = re.compile(r"((?:%[0-9a-fA-F]{2})+)")
_LINE_BREAKS = re.compile(r"[\t\r\n]+")
# C0 controls and blanks, which browsers strip from both ends, too.
_OUTER_SPACE = "".join(map(chr, range(0x21))) + "\x7f\u00a0\ufeff"
_SAFE_IN_PATH = "/!$&'()*+,;=:@"
_SAFE_IN_FRAGMENT = "!/:@=&?,;+*()'"
# A Google News id: a protobuf message with the address as field 4, and before it its length as a
# varint of one or two bytes.
_GOOGLE_NEWS_ID = re.compile(rb"\x08.\x22([\x00-\x7f]|[\x80-\xff][\x00-\x7f])", re.DOTALL)

_AMP_CACHE = re.compile(r"/[cvi]/(s/)?(.+)")
_AMP_VIEWER = re.compile(r"/amp/(s/)?([^/]+\..+)")
_AMP_TAIL = re.compile(r"(?:/amp/?|\.amp|/amp\.html)$")


@dataclass(frozen=True, slots=True)
class _Parameter:
    """A parameter of a query, unescaped; `equals` is "=" or empty."""

    name: str
    equals: str
    value: str

    def __str__(self) -> str:
        return f"{quote(self.name, safe='/')}{self.equals}{quote(self.value, safe='/')}"


_MEDIA = re.compile(
    r"\.(?:mp3|m4[abv]|mp4|mpe?g|aac|flac|og[agv]|opus|wav|wma|wmv|avi|mov|mkv|webm|3gp|m3u8?|pls"
    r"|jpe?g|png|gif|webp|avif|heic|svg|bmp|tiff?)$",
    re.IGNORECASE,
)


@lru_cache(maxsize=_REMEMBERED)
def is_web_url(url: str) -> bool:
    """Returns whether the text is an absolute http(s) address with a host that may be fetched and
    made clickable.

    Addresses with credentials, control characters, white space or backslashes are not, nor are
    those over `MAX_URL_CHARS`."""
    if not url or len(url) > MAX_URL_CHARS or _UNWANTED.search(url):
        return False
    parts = _split(url)
    # What stands before an "@" are credentials, empty ones too.
    return parts is not None and "@" not in parts.netloc and bool(_host(parts))


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


def shown(url: str, *, mark: str = HIDDEN) -> str:
    """Returns an address as logs, errors, tables, mails and exports may hold it: without what may
    be a key to it. Idempotent.

    Hidden are logins (of a database the user's name stays), values of parameters that are named
    like secrets or are neither plain words nor short numbers, and long random parts of the path.
    Whatever cannot be told apart from a password is hidden with all that follows.

    Args:
        mark: what stands for each hidden part.
    """
    scheme, separator, rest = url.partition("://")
    if not separator:
        scheme, _, rest = url.partition(":")
        # A mail address, or an address that lacks its slashes.
        return f"{scheme}:{mark}" if "@" in rest else _PASSWORD_WORD.sub(rf"\1{mark}", url)
    authority = _AUTHORITY.match(rest)[0]  # type: ignore[index]  # matches every text
    is_database = not scheme.lower().endswith(("http", "https"))
    if _is_doubtful(authority, rest[len(authority) :], is_database=is_database):
        return f"{scheme}://{mark}"
    # Nothing is fetched by a fragment: where it is more than a place on the page, it is a key.
    path, query_mark, query = rest[len(authority) :].partition("#")[0].partition("?")
    return "".join(
        (
            f"{scheme}://{_show_authority(authority, mark, is_database=is_database)}",
            "/".join(mark if _KEY_IN_PATH.fullmatch(part) else part for part in _split_path(path)),
            query_mark,
            "&".join(_show_parameter(part, mark) for part in query.split("&")),
        )
    )


def shown_in(text: str) -> str:
    """Returns a text with every address in it, and every `password=…`, as `shown` gives it."""
    if "://" not in text and "=" not in text:
        return text
    found = _ADDRESS_IN_TEXT.sub(lambda match: shown(match[0]), text)
    return _PASSWORD_WORD.sub(rf"\1{HIDDEN}", found)


def _is_doubtful(authority: str, tail: str, *, is_database: bool) -> bool:
    """Whether a login may reach beyond what looks like the host: people write passwords with "/",
    "?" and "#" unescaped.
    """
    host = authority.rpartition("@")[2]
    port = "" if "[" in host else host.partition(":")[2]
    if port and not port.isdigit():
        return True
    if is_database:
        # No database has an "@" in its name, nor a parameter; in a value it is one of the value's.
        path, _, query = tail.partition("?")
        return "@" in path or "@" in query.partition("=")[0]
    # Beside a login a second "@" may be that of the login, and the first a part of the password.
    has_login = "@" in authority
    return "@" in tail and (has_login or (bool(port) and "." not in host))


def _show_authority(authority: str, mark: str, *, is_database: bool) -> str:
    login, at, host = authority.rpartition("@")
    if not at or not is_database:
        return f"{mark}@{host}" if at else host
    user, colon, _ = login.partition(":")
    return f"{user}:{mark}@{host}" if colon else f"{user}@{host}"


def _split_path(path: str) -> list[str]:
    return _SESSION_VALUE.sub(rf"\1{HIDDEN}", path).split("/")


def _show_parameter(parameter: str, mark: str) -> str:
    name, equals, value = parameter.partition("=")
    if not equals:
        # A word alone may be the key itself.
        return mark if name else ""
    name = name if _is_plain(name) else mark
    is_open = not value or (not _is_secret_name(name) and _is_plain(value))
    # Whose channel it is stands in it and nowhere else, and anybody may know.
    is_open = is_open or (name in _PUBLIC_IDS and _PUBLIC_ID.fullmatch(value) is not None)
    return f"{name}={value if is_open else mark}"


def _is_secret_name(name: str) -> bool:
    return _SECRET_NAME.search(re.sub(r"[\W_]", "", unquote_plus(name)).lower()) is not None


def _is_plain(text: str) -> bool:
    """Whether a value holds nothing but words and short numbers."""
    text = unquote_plus(text)
    if _NOT_PLAIN.search(text):
        return False
    return not any(map(_is_random, re.split(r"[\W_]+", text)))


def _is_random(word: str) -> bool:
    """Whether a word may be a random one: digits among letters, or too long for a word."""
    if word.isdecimal():
        return len(word) > _MAX_NUMBER_CHARS
    if len(word) > _MAX_WORD_CHARS:
        return True
    return len(word) > 3 and any(map(str.isdecimal, word)) and not _NUMBERED_WORD.fullmatch(word)


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


def canonical_url(
    url: str, *, keep_fragment: bool = False, known_hosts: Collection[str] = ()
) -> str:
    """Returns the key that all spellings of an article's address share.

    Idempotent. What is not a web address comes back unchanged but for outer white space.

    Args:
        url: the address as found.
        keep_fragment: keep `#…`, for feeds whose items differ in nothing else (court dockets).
        known_hosts: hosts of the feed and its site: `ref=` naming one of them, or the page's own
            host, is tracking.
    """
    return _canonical(url.strip(), keep_fragment, frozenset(known_hosts))


@lru_cache(maxsize=_REMEMBERED)
def _canonical(url: str, keep_fragment: bool, known_hosts: frozenset[str]) -> str:
    found = resolve("", url.replace("&amp;", "&"))
    if found is None:
        return url
    parts = _unfold(urlsplit(unwrap(found)))
    host = _bare_host(_host(parts))
    own_hosts = {host, *(_bare_host(known.lower()) for known in known_hosts)}
    key = f"{_origin(parts, host)}{_path(parts.path)}{_query(parts.query, host, own_hosts)}"
    return f"{key}{_fragment(urlsplit(found).fragment, keep=keep_fragment)}"


def _fragment(fragment: str, *, keep: bool) -> str:
    # "#!" begins the path of a page that is built in the browser.
    if not fragment or not (keep or fragment.startswith("!")):
        return ""
    return f"#{_recode(fragment, _SAFE_IN_FRAGMENT)}"


def _origin(parts: SplitResult, host: str) -> str:
    """Returns scheme, host and port of a key: `https` for all that have the usual port."""
    # A port of its own is no accident: the other scheme would be another server, or none.
    port = _port(parts)
    return f"{parts.scheme}://{host}{port}" if port else f"https://{host}"


def unwrap(url: str) -> str:
    """Returns the address inside an aggregator's link (Google Alerts, Bing News, older Google News
    ids), else `url` itself.
    """
    parts = urlsplit(url)
    host = _bare_host(_host(parts))
    inner = None
    if host == "news.google.com":
        inner = _google_news_target(parts.path)
    elif _is_redirector(host, parts.path):
        inner = _target_parameter(parts.query)
    return inner if inner and is_web_url(inner) else url


def _target_parameter(query: str) -> str | None:
    values = {parameter.name: parameter.value for parameter in _parameters(query)}
    return values.get("url") or values.get("q")


def _is_redirector(host: str, path: str) -> bool:
    if host.startswith("google."):
        return path == "/url"
    return host == "bing.com" and "/apiclick" in path


def site_of(url: str) -> str:
    """Returns the host of a web address without `www.`, `amp.` or `m.`; empty where it has none."""
    parts = _split(url)
    return _bare_host(_host(parts)) if parts is not None else ""


def registered_domain(url: str) -> str:
    """Returns the registrable domain of an address; its host where that is an IP address, the last
    two labels where the top level is not known.
    """
    # Loaded here: it takes longer than most commands, which have no use for it.
    from tld import get_fld

    host = site_of(url)
    known: str | None = get_fld(f"https://{host}", fail_silently=True)
    if known or not _TOP_LEVEL.search(host):
        return known or host
    return ".".join(host.split(".")[-2:])


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts if parts.scheme in _DEFAULT_PORTS and _is_place(parts.netloc) else None


# The addresses of a feed have one host, and what is made of it is most of what reading them costs.
@lru_cache(maxsize=_REMEMBERED_HOSTS)
def _is_place(netloc: str) -> bool:
    """Says whether a host stands in the middle part of an address, with a port that is one."""
    place = SplitResult("", netloc, "", "", "")
    try:
        _ = place.port  # raises for ports that are none
    except ValueError:
        return False
    return bool(place.hostname)


def _host(parts: SplitResult) -> str:
    """Returns the host in lower case and ASCII (IDNA), IPv6 in brackets; empty when it is not a
    host name.
    """
    return _host_in(parts.netloc)


@lru_cache(maxsize=_REMEMBERED_HOSTS)
def _host_in(netloc: str) -> str:
    host = (SplitResult("", netloc, "", "", "").hostname or "").rstrip(".")
    if ":" in host:
        return f"[{host}]" if _IPV6.fullmatch(host) else ""
    if len(host) > _MAX_HOST_CHARS:
        return ""
    host = _to_ascii(host)
    return host if _HOST.fullmatch(host) else ""


def _to_ascii(host: str) -> str:
    """Returns a host as name servers know it; empty when it has no such form."""
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


@lru_cache(maxsize=_REMEMBERED_HOSTS)
def _bare_host(host: str) -> str:
    """Returns a host without prefixes that name a form of the site; `m.com` keeps its own."""
    for prefix in _PREFIXES:
        bare = host.removeprefix(prefix)
        if bare != host and "." in bare:
            return _bare_host(bare)
    return host


def _port(parts: SplitResult) -> str:
    port = parts.port
    return f":{port}" if port is not None and port != _DEFAULT_PORTS[parts.scheme] else ""


def _unfold(parts: SplitResult) -> SplitResult:
    """Turns addresses of AMP caches and viewers into the address of the page behind them."""
    match = _match_amp(_host(parts), parts.path)
    if match is None:
        return parts
    inner = _split(f"https://{match[2]}{'?' if parts.query else ''}{parts.query}")
    return inner if inner is not None and _host(inner) else parts


def _match_amp(host: str, path: str) -> re.Match[str] | None:
    if host.endswith(".cdn.ampproject.org"):
        return _AMP_CACHE.fullmatch(path)
    return _AMP_VIEWER.fullmatch(path) if _bare_host(host).startswith("google.") else None


def _path(path: str) -> str:
    """Normalises a path: escapes, dot segments, empty segments, session ids, AMP endings; no slash
    at the end.
    """
    tidy = _without_dots(_SESSION.sub("", _recode(path, _SAFE_IN_PATH)))
    if tidy.endswith(".amp.html"):
        tidy = tidy.removesuffix(".amp.html") + ".html"
    shorter = _AMP_TAIL.sub("", tidy)
    # A page at "/amp" is not an accelerated front page.
    return shorter or tidy


def _without_dots(path: str) -> str:
    """Returns a path without dot segments (RFC 3986 §5.2.4) and empty ones."""
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in ("", "."):
            kept.append(segment)
    return "/" + "/".join(kept)


def _recode(text: str, safe: str) -> str:
    """Escapes in one way: unreserved characters plain, others as upper-case escapes; escaped `safe`
    ones stay escaped.
    """
    pieces = _ESCAPES.split(text)
    # The pattern has one group, so every second piece is a run of escapes.
    pieces[0::2] = [quote(piece, safe=safe) for piece in pieces[0::2]]
    pieces[1::2] = [quote(unquote_to_bytes(piece), safe="") for piece in pieces[1::2]]
    return "".join(pieces)


def _parameters(query: str) -> list[_Parameter]:
    """Returns the parameters of a query, unescaped, in order; at most `_MAX_PARAMETERS`."""
    parameters = []
    for piece in filter(None, query.split("&")[:_MAX_PARAMETERS]):
        name, equals, value = piece.partition("=")
        parameters.append(_Parameter(unquote_plus(name), equals, unquote_plus(value)))
    return parameters


def _query(query: str, host: str, own_hosts: Collection[str]) -> str:
    """Returns `?` and the parameters that choose the content, sorted by name; nothing without any.
    Values of a repeated name keep their order.
    """
    parameters = _parameters(query)
    kept = [part for part in parameters if not _is_tracking(part, host, own_hosts)]
    kept.sort(key=lambda part: part.name)
    joined = "&".join(map(str, kept))
    return f"?{joined}" if joined else ""


def _is_tracking(parameter: _Parameter, host: str, own_hosts: Collection[str]) -> bool:
    """Whether a parameter says only where the reader came from.

    Args:
        host: the page's.
        own_hosts: it and those of the feed.
    """
    name, value = parameter.name.lower(), parameter.value.lower()
    if _TRACKING.fullmatch(name) or _is_tracking_of_host(name, host) or _is_amp(name, value):
        return True
    if name in _ORIGIN_PARAMETERS and value in _FEED_VALUES:
        return True
    return name == "ref" and _bare_host(value.rstrip("/")) in own_hosts


def _is_amp(name: str, value: str) -> bool:
    return name == "amp" or (name == "outputtype" and value == "amp")


def _is_tracking_of_host(name: str, host: str) -> bool:
    for site, names in _TRACKING_BY_HOST.items():
        if name in names and (host == site or host.endswith(f".{site}")):
            return True
    return False


def _google_news_target(path: str) -> str | None:
    """Returns the address that Google News ids before mid-2024 carry, None for others."""
    message = _decode_id(path.rsplit("/", 1)[-1])
    match = _GOOGLE_NEWS_ID.match(message)
    if match is None:
        return None
    size = sum((byte & 0x7F) << (7 * place) for place, byte in enumerate(match[1]))
    target = message[match.end() : match.end() + size]
    return target.decode("ascii", "replace") if target.startswith(b"http") else None


def _decode_id(token: str) -> bytes:
    """Returns the message in an id, which is base64url without padding; empty for other tokens."""
    if not token.startswith("CB") or len(token) > MAX_URL_CHARS:
        return b""
    try:
        return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return b""
