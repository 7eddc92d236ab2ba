"""What stands in a bundle: texts, what was concluded from them, what was sent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from monitor.evidence.bundle import LIST

README = f"""What this is
============

A bundle of what the program "monitor" stored of a case: it was made to be
checked by somebody who does not have the program.

texts.warc          every text that an article had, with its address and the
                    moment at which it was read (WARC 1.1, "conversion" records:
                    the text that was taken from a page, not the page itself)
articles.jsonl      the same articles with their dates, a line each; `sha256_text`
                    is SHA-256 over headline, a line's end and text, white space
                    folded
developments.jsonl  what was found to be new, first reporter, who carries it
messages.jsonl      what was sealed to be sent, over which channel, and when it
                    was accepted there
{LIST}          SHA-256 of each of these files

How to check it
===============

Unpack it and run `sha256sum --check {LIST}`. The SHA-256 of {LIST} itself is the
digest that was printed when the bundle was made: compare it with the one that was
kept elsewhere. `monitor evidence verify FILE` does both and looks at every byte.

What it shows: that these files are as they were when the bundle was made. What
it does not show: that a page said so. The moment of each text is that of the
machine's clock that read it.
"""


def lines_of(rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Yields rows as lines of JSON, a piece each."""
    for row in rows:
        yield json.dumps(row, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace") + b"\n"
