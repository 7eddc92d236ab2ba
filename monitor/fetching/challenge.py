"""Telling the challenge of a bot protection from an answer of the site itself.

Vendors answer with 403, 429, 503, 202 or 200 and a page for browsers; a header, a script's name or
the page's title gives them away. The signs were taken from the vendors' own documentation and from
reports of people who met them."""

from __future__ import annotations

import re
from collections.abc import Mapping

START_BYTES = 16_384  # of an answer, enough to hold the title and the scripts in its head

# Headers that only a challenge has, each with what its value must hold.
_HEADERS = {
    "cf-mitigated": "challenge",
    "x-amzn-waf-action": "",
    "x-dd-b": "",
    "x-px-block": "",
    "x-sucuri-block": "",
}
_SCRIPTS = re.compile(
    rb"_cf_chl_opt|cf-challenge|cf-browser-verification|captcha-delivery\.com|px-captcha"
    rb"|_Incapsula_Resource|awswaf\.com|AwsWafIntegration|sucuri_cloudproxy|ddos-guard"
    rb"|/\.well-known/ddosguard|errors\.edgesuite\.net",
    re.IGNORECASE,
)
_TITLE = re.compile(
    rb"<title[^>]{0,200}>\s*(?:just a moment|attention required|access denied"
    rb"|access to this page has been denied|un momento|pardon our interruption"
    rb"|checking your browser|please wait|ddos-guard|robot check|are you a robot|security check"
    rb"|human verification|you have been blocked|sucuri website firewall)",
    re.IGNORECASE,
)
_MARKUP = re.compile(rb"^\s*<(?:!doctype html|html|head|body|!--|script|title)", re.IGNORECASE)
# Other statuses are the site's own words, whatever their page holds.
_CHALLENGERS = frozenset({200, 202, 401, 403, 405, 406, 429, 503})


def is_challenge(status: int, headers: Mapping[str, str], start: bytes) -> bool:
    """Returns whether an answer is a bot protection's.

    Args:
        headers: with lower-case names.
        start: the body's first `START_BYTES`, decompressed.
    """
    if status not in _CHALLENGERS:
        return False
    return _is_marked(headers) or _is_challenge_page(start[:START_BYTES])


def _is_marked(headers: Mapping[str, str]) -> bool:
    for name, value in _HEADERS.items():
        if name in headers and value in headers[name].lower():
            return True
    return False


def _is_challenge_page(start: bytes) -> bool:
    # A feed that quotes one of the scripts is none: only pages are looked at.
    head = start.removeprefix(b"\xef\xbb\xbf")
    if _MARKUP.match(head) is None:
        return False
    return (_SCRIPTS.search(head) or _TITLE.search(head)) is not None
