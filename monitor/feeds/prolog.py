"""The part of an XML document before its first element, made harmless and true.

Text that was decoded here is handed on as UTF-8, so the declaration has to say so. Of a document
type only entities with short plain values stay (some feeds define `&copy;` that way); nested ones
are how a kilobyte becomes a gigabyte, external ones open files and addresses."""

from __future__ import annotations

import re

from monitor.errors import FeedParseError

_MAX_PROLOG_CHARS = 65_536
_ROOT = re.compile(
    r"<(?:rss|feed|rdf:rdf|channel|urlset|sitemapindex|[a-z]\w*:(?:feed|rss|urlset))[\s>/]",
    re.IGNORECASE,
)
_ELEMENT = re.compile(r"<[A-Za-z_]")
_DOCTYPE = re.compile(r"<!DOCTYPE\b", re.IGNORECASE)
_ENTITY = re.compile(
    r"<!ENTITY\s+(%\s+)?([\w.-]{1,64})\s+(?:\"([^\"]*)\"|'([^']*)'|(?:SYSTEM|PUBLIC)\b)",
    re.IGNORECASE,
)
_CHARACTER_REFERENCE = re.compile(r"&#(?:[0-9]{1,7}|x[0-9a-fA-F]{1,6});")
_PLAIN_VALUE = re.compile(r"[^&%<>\"\\]{0,200}")
_MAX_ENTITIES = 300

_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,20})|([0-9]{1,20}));")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def sound_xml(text: str, *, url: str) -> tuple[str, str]:
    """Returns the document with a declaration of UTF-8, no document type but safe entities, no
    characters that XML forbids.

    Returns:
        The document, and a warning in words (empty when nothing was wrong).

    Raises:
        FeedParseError: it defines nested entities.
    """
    text = _REFERENCE.sub(_keep_valid, _FORBIDDEN.sub("", text))
    start = _start_of_root(text)
    prolog, body = text[:start], text[start:]
    entities, dropped = _entities(prolog, url)
    declarations = "".join(f'<!ENTITY {name} "{value}">\n' for name, value in entities.items())
    doctype = f"<!DOCTYPE feed [\n{declarations}]>\n" if declarations else ""
    warnings = []
    if prolog.strip() and not prolog.lstrip().startswith(("<?", "<!")):
        warnings.append("text before the document was skipped")
    if dropped:
        warnings.append(f"{dropped} unsafe entities were not read")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{doctype}{body}', "; ".join(warnings)


def _start_of_root(text: str) -> int:
    """Finds where the first element begins, behind declarations, document type and stray text."""
    position = _end_of_doctype(text)
    match = _ROOT.search(text, position, position + _MAX_PROLOG_CHARS) or _ELEMENT.search(
        text, position
    )
    return match.start() if match else position


def _end_of_doctype(text: str) -> int:
    """Returns the place behind the document type, 0 without one; quoted values in its brackets may
    hold any character.
    """
    match = _DOCTYPE.search(text, 0, _MAX_PROLOG_CHARS)
    first = _ROOT.search(text, 0, _MAX_PROLOG_CHARS)
    if match is None or (first is not None and first.start() < match.start()):
        return 0
    depth, quote = 0, ""
    for position in range(match.end(), min(len(text), match.end() + _MAX_PROLOG_CHARS)):
        char = text[position]
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'" and depth:
            quote = char
        elif char in "[]":
            depth += 1 if char == "[" else -1
        elif char == ">" and depth <= 0:
            return position + 1
    return match.start()


def _entities(prolog: str, url: str) -> tuple[dict[str, str], int]:
    """Returns the entities with harmless values, and how many others there are."""
    found = list(_ENTITY.finditer(prolog[: 2 * _MAX_PROLOG_CHARS]))
    safe: dict[str, str] = {}
    for match in found:
        value = match[3] if match[3] is not None else match[4]
        if value is not None and re.search(r"&[A-Za-z_]", value) and not match[1]:
            raise FeedParseError(
                f"{url} defines nested entities, as attacks do",
                hint="ask the site for a feed without a DTD",
            )
        plain = (
            value is not None
            and not match[1]
            and (_PLAIN_VALUE.fullmatch(value) or _CHARACTER_REFERENCE.fullmatch(value))
        )
        if plain and len(safe) < _MAX_ENTITIES:
            safe[match[2]] = value
    return safe, len(found) - len(safe)


def _keep_valid(match: re.Match[str]) -> str:
    """Drops character references that name no XML character: one of them makes parsers give up the
    whole document.
    """
    code = int(match[1], 16) if match[1] else int(match[2])
    is_valid = (
        code in (9, 10, 13)
        or 0x20 <= code < 0xD800
        or 0xE000 <= code < 0xFFFE
        or 0x10000 <= code <= 0x10FFFF
    )
    return match[0] if is_valid else ""
