"""Text for mail headers. Every header value goes through `header_text`; nothing else writes one."""

from __future__ import annotations

import re
import unicodedata

from monitor.text import one_line

MAX_HEADER = 200  # characters
_UNSAFE_ID = re.compile(r"[^A-Za-z0-9.-]+")
# What would end the phrase, or begin an escape in it.
_UNSAFE_PHRASE = re.compile(r'[<>"\\]')
# Words that a phrase may hold without quotation marks. Source: RFC 5322 §3.2.3.
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_MAX_LOCAL_CHARS = 120
_MAX_LABEL_CHARS = 64
_MAX_PHRASE_CHARS = 80
_DOMAIN = re.compile(r"[A-Za-z0-9.-]+")


def header_text(text: str, *, limit: int = MAX_HEADER) -> str:
    """Returns text that is one header value and stays one: a single clean line that holds no
    encoded word.

    A title such as `=?utf-8?q?x=0D=0ABcc:_evil?=` holds no control character, yet Python before
    3.13 decodes it into a header of its own. So what would open an encoded word is broken up;
    nothing that is meant is lost.

    Source: CVE-2024-6923.
    """
    return one_line(text, limit=limit).replace("=?", "= ?")[:limit].rstrip()


def make_message_id(name: str, sender: str) -> str:
    """Returns a Message-ID that is always the same for a name, at the sender's domain."""
    local = _UNSAFE_ID.sub("-", name)[:_MAX_LOCAL_CHARS] or "message"
    return f"<{local}@{_domain(sender)}>"


def make_list_id(slug: str, title: str, sender: str) -> str:
    """Returns the List-Id of a case, in ASCII, for mail filters. Source: RFC 2919."""
    # Filters compare what stands in the brackets; the phrase may change with the title.
    return f"{_phrase(title)} <{_label(slug)}.monitor.{_domain(sender)}>".lstrip()


def _phrase(title: str) -> str:
    """Returns a title as a phrase without accents; empty where nothing of it is ASCII."""
    # Encoded, as other letters would have to be, a filter would not find the header.
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    phrase = header_text(_UNSAFE_PHRASE.sub("", plain), limit=_MAX_PHRASE_CHARS)
    if _ATOMS.fullmatch(phrase):
        return phrase
    return f'"{phrase}"' if phrase else ""


def _label(slug: str) -> str:
    return _UNSAFE_ID.sub("-", slug)[:_MAX_LABEL_CHARS]


def _domain(sender: str) -> str:
    domain = sender.rpartition("@")[2].strip("<> ")
    return domain if _DOMAIN.fullmatch(domain) else "localhost"
