"""The part of an XML document before its first element, made harmless and true.

Text that was decoded here is handed on as UTF-8, so the declaration has to say so. Of a document
type only entities with short plain values stay (some feeds define `&copy;` that way); nested ones
are how a kilobyte becomes a gigabyte, external ones open files and addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from monitor.errors import FeedParseError
from monitor.feeds.loose_xml import blank_comments, escape_bare

_MAX_PROLOG_CHARS = 65_536
_MAX_COMMENTED_CHARS = 4 * _MAX_PROLOG_CHARS
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
_ENTITY_REFERENCE = re.compile(r"&[A-Za-z_]")
_PLAIN_VALUE = re.compile(r"[^&%<>\"\\]{0,200}")
_MAX_ENTITIES = 300

_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,20})|([0-9]{1,20}));")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Source: XML 1.0 §2.2, production Char.
_VALID_RANGES = ((9, 10), (13, 13), (0x20, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x10FFFF))


@dataclass(frozen=True, slots=True)
class SoundXml:
    """A document that a parser may be given.

    Attributes:
        text: with a declaration of UTF-8, no document type but safe entities, no characters that
            XML forbids.
        warning: what was left out, in words; empty when nothing was.
    """

    text: str
    warning: str = ""


@dataclass(frozen=True, slots=True)
class _EntityDefinition:
    """An entity of a document type.

    Attributes:
        value: None when it stands in another file.
        is_parameter: it serves the document type itself (`<!ENTITY % …>`).
    """

    name: str
    value: str | None
    is_parameter: bool

    @property
    def is_nested(self) -> bool:
        """Whether its value refers to another entity."""
        if self.value is None or self.is_parameter:
            return False
        return _ENTITY_REFERENCE.search(self.value) is not None

    @property
    def is_safe(self) -> bool:
        """Whether its value is short plain text, or one character by its number."""
        if self.value is None or self.is_parameter:
            return False
        return bool(
            _PLAIN_VALUE.fullmatch(self.value) or _CHARACTER_REFERENCE.fullmatch(self.value)
        )


def drop_forbidden(text: str) -> str:
    """Returns text without the characters that no document may hold, and no database takes."""
    return _FORBIDDEN.sub("", text)


def sound_xml(text: str, *, url: str) -> SoundXml:
    """Returns a document that a parser may be given.

    Raises:
        FeedParseError: it defines nested entities.
    """
    text = _REFERENCE.sub(_keep_valid, drop_forbidden(text))
    # A root, or a document type, that a comment names is none.
    start = _find_root(blank_comments(text[:_MAX_COMMENTED_CHARS]) + text[_MAX_COMMENTED_CHARS:])
    prolog, body = text[:start], text[start:]
    entities = _read_entities(prolog, url)
    safe = _choose_safe(entities)
    warnings = _warnings(prolog, dropped=len(entities) - len(safe))
    text = f'<?xml version="1.0" encoding="utf-8"?>\n{_declare(safe)}{escape_bare(body)}'
    return SoundXml(text, "; ".join(warnings))


def _choose_safe(entities: Iterable[_EntityDefinition]) -> dict[str, str]:
    """Returns the values of safe entities by their names; of equal names the last one counts."""
    safe: dict[str, str] = {}
    for entity in entities:
        if entity.is_safe and entity.value is not None and len(safe) < _MAX_ENTITIES:
            safe[entity.name] = entity.value
    return safe


def _declare(entities: Mapping[str, str]) -> str:
    """Returns a document type that defines some entities, nothing when there are none."""
    declarations = [f'<!ENTITY {name} "{value}">\n' for name, value in entities.items()]
    return f"<!DOCTYPE feed [\n{''.join(declarations)}]>\n" if declarations else ""


def _warnings(prolog: str, *, dropped: int) -> list[str]:
    warnings = []
    if prolog.strip() and not prolog.lstrip().startswith(("<?", "<!")):
        warnings.append("text before the document was skipped")
    if dropped:
        warnings.append(f"{dropped} unsafe entities were not read")
    return warnings


def _find_root(text: str) -> int:
    """Returns where the first element begins, behind declarations, document type and stray text."""
    position = _end_of_doctype(text)
    root = _ROOT.search(text, position, position + _MAX_PROLOG_CHARS)
    match = root or _ELEMENT.search(text, position)
    return match.start() if match else position


def _end_of_doctype(text: str) -> int:
    """Returns the place behind the document type, 0 without one."""
    doctype = _DOCTYPE.search(text, 0, _MAX_PROLOG_CHARS)
    root = _ROOT.search(text, 0, _MAX_PROLOG_CHARS)
    if doctype is None or (root is not None and root.start() < doctype.start()):
        return 0
    end = _find_closing_bracket(text[doctype.end() : doctype.end() + _MAX_PROLOG_CHARS])
    return doctype.start() if end is None else doctype.end() + end


def _find_closing_bracket(declaration: str) -> int | None:
    """Returns the place behind the `>` that ends a document type, None when it does not end."""
    depth, quote = 0, ""
    for position, char in enumerate(declaration):
        if quote:  # a quoted value may hold any character
            quote = "" if char == quote else quote
        elif char in "\"'" and depth:
            quote = char
        elif char in "[]":
            depth += 1 if char == "[" else -1
        elif char == ">" and depth <= 0:
            return position + 1
    return None


def _read_entities(prolog: str, url: str) -> list[_EntityDefinition]:
    """Returns the entities that a document type defines, in order."""
    entities = []
    for match in _ENTITY.finditer(prolog[: 2 * _MAX_PROLOG_CHARS]):
        value = match[3] if match[3] is not None else match[4]
        entity = _EntityDefinition(match[2], value, is_parameter=bool(match[1]))
        if entity.is_nested:
            raise FeedParseError(
                f"{url} defines nested entities, as attacks do",
                hint="ask the site for a feed without a DTD",
            )
        entities.append(entity)
    return entities


def _keep_valid(match: re.Match[str]) -> str:
    """Drops character references that name no XML character: one of them makes parsers give up the
    whole document.
    """
    code = int(match[1], 16) if match[1] else int(match[2])
    is_valid = any(first <= code <= last for first, last in _VALID_RANGES)
    return match[0] if is_valid else ""
