"""Web addresses: which ones may be fetched or shown, how links resolve, and one key for all
spellings of an article's address."""

from monitor.urls.addresses import MAX_URL_CHARS, is_media_file, is_web_url, resolve, urls_in
from monitor.urls.canonical import canonical_url
from monitor.urls.hosts import registered_domain, site_of
from monitor.urls.showing import HIDDEN, shown, shown_in
from monitor.urls.unwrapping import unwrap

__all__ = [
    "HIDDEN",
    "MAX_URL_CHARS",
    "canonical_url",
    "is_media_file",
    "is_web_url",
    "registered_domain",
    "resolve",
    "shown",
    "shown_in",
    "site_of",
    "unwrap",
    "urls_in",
]
