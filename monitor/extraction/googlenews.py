"""Google News links that hide their target: what its pages and answers say, read with the package
`googlenewsdecoder`.

Only that package's readers are used. Its own requests follow redirects to any address, private ones
too, so they are made by our client instead (`monitor.pipeline.ingestion.google_news`). The package
is an extra and is imported when it is needed."""

from __future__ import annotations

import importlib.util
import re
from urllib.parse import urlsplit

from monitor.errors import MonitorError

ORIGIN = "https://news.google.com"
_TOKEN = re.compile(r"/(?:rss/)?(?:articles|read)/([\w-]{1,4000})/?")
_HTTP = re.compile(r"https?://[^\s\"'<>\\]{4,4000}")


def require_decoder() -> None:
    """Makes sure that the package is there.

    Raises:
        MonitorError: it is not.
    """
    if importlib.util.find_spec("googlenewsdecoder") is None:
        raise MonitorError(
            "fetch.resolve_google_news needs the package googlenewsdecoder",
            hint="pip install 'case-monitor[google-news]'",
        )


def read_token(url: str) -> str:
    """Returns the id in a Google News link; empty when it has none."""
    parts = urlsplit(url)
    match = _TOKEN.fullmatch(parts.path) if parts.hostname == urlsplit(ORIGIN).hostname else None
    return match[1] if match else ""


def page_url(token: str, url: str) -> str:
    """Returns the address of the page that signs a token; language and country are those of the
    link.
    """
    from googlenewsdecoder import _parse

    return str(_parse.params_page_url(token, url))


def write_question(token: str, page: str) -> str | None:
    """Returns the form to be posted for a token, signed by what its page says; None when the page
    does not sign it.
    """
    from googlenewsdecoder import _parse

    signed = _parse.parse_signature(page)
    if signed is None:
        return None
    signature, moment = signed
    return str(_parse.build_batchexecute_body([("0", token, moment, signature)]))


def read_answer(text: str) -> str | None:
    """Returns the article's address in an answer; None when there is none, or none on the web
    outside Google News.
    """
    from googlenewsdecoder import _parse

    try:
        found = [target for _, target in _parse.parse_batchexecute(text)]
    except (ValueError, IndexError, TypeError, KeyError, AttributeError, RecursionError):
        return None  # it changes its answers without notice
    # One token is asked for at a time, so the first target is its.
    target = found[0] if found and isinstance(found[0], str) else ""
    is_article = _HTTP.fullmatch(target) and urlsplit(target).hostname != urlsplit(ORIGIN).hostname
    return target if is_article else None


def answer_url() -> str:
    """Returns the address that questions are posted to."""
    from googlenewsdecoder import _parse

    return str(_parse.BATCHEXECUTE_URL)
