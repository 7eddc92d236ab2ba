"""Telling the challenge of a bot protection from an answer of the site itself.

Vendors answer with 403, 429, 503, 202 or 200 and a page for browsers; a header, a script's name or
the page's title gives them away. Signs were taken from the vendors' own documentation and from
reports (cases/index.md, http 14)."""

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
    rb"|_Incapsula_Resource|awswaf\.com|AwsWafIntegration|sucuri_cloudproxy|ddos-guard|/\.well-known/ddosguard"
    rb"|errors\.edgesuite\.net",
    re.IGNORECASE,
)
_TITLE = re.compile(
    rb"<title[^>]{0,200}>\s*(?:just a moment|attention required|access denied|access to this page has been denied|un momento"
    rb"|pardon our interruption|checking your browser|please wait|ddos-guard|robot check|are you a robot|security check"
    rb"|human verification|you have been blocked|sucuri website firewall)",
    re.IGNORECASE,
)
_MARKUP = re.compile(rb"^\s*<(?:!doctype html|html|head|body|!--|script|title)", re.IGNORECASE)
_CHALLENGERS = frozenset({200, 202, 401, 403, 405, 406, 429, 503})


def is_challenge(status: int, headers: Mapping[str, str], start: bytes) -> bool:
    """Says whether an answer is a bot protection's.

    Args:
        headers: with lower-case names.
        start: the body's first `START_BYTES`, decompressed.
    """
    if status not in _CHALLENGERS:
        return False
    if any(name in headers and value in headers[name].lower() for name, value in _HEADERS.items()):
        return True
    head = start[:START_BYTES].removeprefix(b"\xef\xbb\xbf")
    return (
        _MARKUP.match(head) is not None
        and (_SCRIPTS.search(head) or _TITLE.search(head)) is not None
    )
