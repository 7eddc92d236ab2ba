"""Invented pages: three paragraphs of one invented story, and a frame of a newspaper around
whatever a test needs.
"""

from __future__ import annotations

import json

URL = "https://herald.example/us/harbor-case"

PARAGRAPHS = (
    "A county judge on Friday told the port authority to hand over the records of the "
    "harbor case within ten days, saying that "
    "earlier answers had been late, thin and in one instance about another harbor.",
    "Lawyers for the fishing families said that no official had spoken with them since "
    "the pier was closed in March, and asked "
    "that the sworn statements name the people who know where the soil samples were sent.",
    "The authority will appeal, a spokesman said, because the order set a deadline "
    "that could not be met before the weekend "
    "and covers papers that two former directors took home with them.",
)
TEXT = "\n\n".join(PARAGRAPHS)
BODY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
NAV = '<nav><a href="/us">U.S.</a> <a href="/world">World</a> <a href="/sports">Sports</a></nav>'
HEADER = f'<header><a href="/">Herald</a>{NAV}</header>'
FOOTER = (
    '<footer><a href="/about">About</a> <a href="/terms">Terms</a> © 2025 Herald Media</footer>'
)


def page(
    body: str,
    *,
    head: str = "",
    title: str = "Harbor case: judge wants records | Herald",
    lang: str = "en",
) -> bytes:
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}'
        f"</title>{head}</head>"
        f"<body>{HEADER}<main>{body}</main>{FOOTER}</body></html>"
    ).encode()


def article(*, before: str = "", after: str = "", head: str = "") -> bytes:
    return page(
        f"<article><h1>Harbor case: judge wants records</h1>{before}{BODY}{after}</article>",
        head=head,
    )


def json_ld(**values: object) -> str:
    node = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "Harbor case: judge wants records",
        **values,
    }
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'
