"""Footers that publishing software writes under each item: "The post … appeared first on …".

They name the headline and the site again, so each would be quoted as a new sentence. Only the end
of a text is looked at, and only what such a footer says there."""

from __future__ import annotations

import re

_MAX_FOOTERS = 3
_MAX_CHARS = 700  # longer ends are text
# What WordPress and its plug-ins write, by language; the words between are a headline and a site.
_FIRST_EN = (
    r"(?:(?:first|originally) (?:appeared|published|posted)"
    r"|(?:appeared|was published|was posted) (?:first|originally)"
    r"|was (?:first|originally) (?:published|posted))"
)
_NAMED = "|".join(
    (
        rf"(?:the|this) (?:post|article|story|entry)\b.{{0,400}}?\b{_FIRST_EN} (?:on|in|at)\b",
        r"(?:la entrada|el (?:artículo|post|cargo)|esta entrada)\b.{0,400}?"
        r"\b(?:se publicó|aparece|apareció|fue publicad[oa]|se ha publicado)"
        r"(?: por primera vez| primero| originalmente)+ en\b",
        r"(?:der|dieser) (?:beitrag|artikel)\b.{0,400}?"
        r"\berschien (?:zuerst|zunächst) (?:auf|bei|in)\b",
        r"(?:l['’]article|cet article)\b.{0,400}?\best apparu en premier sur\b",
        r"l['’]articolo\b.{0,400}?\bproviene da\b",
        r"[oa] (?:post|artigo|postagem)\b.{0,400}?\bapareceu primeiro em\b",
        r"het bericht\b.{0,400}?\bverscheen eerst op\b",
        r"(?:originally|first) (?:published|posted|appeared) (?:on|at|in)\b",
        r"publicado (?:originalmente|primero) en\b",
    )
)
# A site is a name or a host: no sentence, no clause.
_SITE = r"[^.,;:!?\n]{1,100}(?:\.[\w/-]{1,60}){0,6}"
_POINTER = (
    r"(?:continue reading|read (?:more|the (?:rest|full)|on)|keep reading"
    r"|(?:seguir|sigue|continúa) leyendo|le(?:er|a|e) más|weiterlesen|lire la suite|leia mais"
    r"|lees verder|continua a leggere)\b"
)
_FOOTER = re.compile(
    rf"(?:^|(?<=[.!?…»”\"')\]])\s|\n)\s*(?:\[?(?:…|\.\.\.|&hellip;)\]?\s*)?"
    rf"(?:(?:{_NAMED}){_SITE}|{_POINTER}[^.!?\n]{{0,200}})[.→»›>…\s\])]*$",
    re.IGNORECASE | re.DOTALL,
)


def drop_footers(text: str) -> str:
    """Returns a text without the footers at its end; a text that is nothing else is left empty."""
    for _ in range(_MAX_FOOTERS):
        start = max(0, len(text) - _MAX_CHARS)
        found = _FOOTER.search(text, start)
        if found is None:
            break
        text = text[: found.start()].rstrip()
    return text
