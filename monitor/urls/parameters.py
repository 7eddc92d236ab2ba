"""The parameters of a query: which of them choose the content, and which say only where a reader
came from."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import quote, unquote_plus

from monitor.urls.hosts import bare_host

_TRACKING = re.compile(
    r"(?:utm|mtm|piwik|matomo|oly|vero|hsa|gaa|guce|__hs|_hs)_\w*"
    # Beginnings that sites have for their own, too: what ends in "id" may name an article, but for
    # what trackers call so.
    r"|(?:at|itm|mc|ns|pk|soc|wt)_(?!\w*id$)\w*"
    r"|(?:at|itm|mc|ns|pk|soc|wt)_(?:ad|campaign|creation|custom|link|ptr|recipient|source)\w*id"
    r"|mc_[ce]id|pk_[cv]id|wt_z?mc_id"
    r"|_hsenc|_hsmi|__hssc|__hstc|__hsfp|hsctatracking"
    r"|gclid|dclid|fbclid|msclkid|twclid|yclid|ysclid|srsltid|ttclid|li_fat_id|rdt_cid"
    r"|gbraid|wbraid|igshid|igsh|mkt_tok|s_kwcid|_ga|_gl|xtor|cmp|cmpid|ncid|ocid|icid|intcid"
    r"|guccounter|traffic_source|__twitter_impression|ref_src|ref_url|dicbo|ftag|tpcc"
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
# Dropped only where their value is of the tracker's form; others may name an article.
_TRACKING_BY_VALUE = {"taid": re.compile(r"[0-9a-f]{24}")}
# These choose the content on some sites, so they are dropped only where they say "from a feed".
_ORIGIN_PARAMETERS = {"ref", "source", "src", "via", "from"}
_FEED_VALUES = {"rss", "feed", "atom", "rss_feed"}
_MAX_PARAMETERS = 200


# Bytes that are no UTF-8 are text all the same: of an older character set, each its own letter.
# They are kept as lone surrogates, so that no two of them become one.
_KEPT_BYTES = "surrogateescape"
_KEPT_BYTE = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a query, unescaped; `equals` is "=" or empty."""

    name: str
    equals: str
    value: str

    def __str__(self) -> str:
        return f"{_escape(self.name)}{self.equals}{_escape(self.value)}"

    @property
    def address(self) -> str:
        """Its value as an address: bytes that are no UTF-8 stay escaped, as addresses have them."""
        return _KEPT_BYTE.sub(_escape_match, self.value)


def read_parameters(query: str) -> list[Parameter]:
    """Returns the parameters of a query, unescaped, in order; at most `_MAX_PARAMETERS`."""
    parameters = []
    for piece in filter(None, query.split("&")[:_MAX_PARAMETERS]):
        name, equals, value = piece.partition("=")
        parameters.append(Parameter(_unescape(name), equals, _unescape(value)))
    return parameters


def _unescape(text: str) -> str:
    return unquote_plus(text, errors=_KEPT_BYTES)


def _escape(text: str) -> str:
    return quote(text, safe="/", errors=_KEPT_BYTES)


def _escape_match(match: re.Match[str]) -> str:
    return _escape(match[0])


def content_query(query: str, host: str, own_hosts: Collection[str]) -> str:
    """Returns `?` and the parameters that choose the content, sorted by name; nothing without any.
    Values of a repeated name keep their order.
    """
    parameters = read_parameters(query)
    kept = [part for part in parameters if not _is_tracking(part, host, own_hosts)]
    kept.sort(key=lambda part: part.name)
    joined = "&".join(map(str, kept))
    return f"?{joined}" if joined else ""


def _is_tracking(parameter: Parameter, host: str, own_hosts: Collection[str]) -> bool:
    """Whether a parameter says only where the reader came from.

    Args:
        host: the page's.
        own_hosts: it and those of the feed.
    """
    name, value = parameter.name.lower(), parameter.value.lower()
    if _TRACKING.fullmatch(name) or _is_tracking_of_host(name, host) or _is_amp(name, value):
        return True
    if name in _TRACKING_BY_VALUE:
        return _TRACKING_BY_VALUE[name].fullmatch(value) is not None
    if name in _ORIGIN_PARAMETERS and value in _FEED_VALUES:
        return True
    return name == "ref" and bare_host(value.rstrip("/")) in own_hosts


def _is_amp(name: str, value: str) -> bool:
    return name == "amp" or (name == "outputtype" and value == "amp")


def _is_tracking_of_host(name: str, host: str) -> bool:
    for site, names in _TRACKING_BY_HOST.items():
        if name in names and (host == site or host.endswith(f".{site}")):
            return True
    return False
