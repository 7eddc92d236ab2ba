"""Bytes of a document from the web to text, when what they are declared to be is often wrong.

The order is: byte order mark; UTF-8 where the bytes are valid UTF-8; the declared encoding where
the bytes are valid in it; UTF-8 with replacements where only a few sequences are broken (one bad
byte must not turn a whole feed into mojibake); windows-1252. Encodings are never guessed from
letter statistics: guesses turn `señor` into `seńor` and break keyword matches."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# How a document begins ("<", "<?", "<!") in encodings that are not supersets of ASCII (XML 1.0,
# appendix F).
_WIDE_STARTS = (
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00<\x00", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)
# Only codecs that turn bytes into characters one way and in linear time: `punycode`, `idna`,
# `unicode_escape`, `undefined` raise or explode.
_TEXT_CODECS = re.compile(
    r"ascii|utf-(?:8|16|32)(?:-[bl]e)?|utf-8-sig|(?:iso)?8859-\d+|iso8859-\d+|iso2022[\w-]*"
    r"|cp\d+|koi8-[rtu]|mac-\w+|gb2312|gbk|gb18030|big5(?:hkscs)?|shift_jis\w*|euc_\w+|hz|johab"
    r"|ptcp154|kz1048|tis-620|hp-roman8",
    re.ASCII,
)
# Names under which pages are sent in a larger encoding (WHATWG Encoding Standard).
_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
_ALIASES = {
    "x-sjis": "shift_jis",
    "x-gbk": "gbk",
    "x-euc-jp": "euc_jp",
    "x-mac-roman": "mac-roman",
    "ks_c_5601-1987": "cp949",
    "unicode": "utf-16",
}
_WIDE = ("utf-16", "utf-32")
# These look like ASCII until their escape sequences are read.
_SEVEN_BIT = ("iso2022", "hz")

_XML_DECLARATION = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:+-]{1,40})["']""")
_META_CHARSET = re.compile(
    rb"""<meta[^<>]{0,300}?charset\s*=\s*["']?\s*([\w.:+-]{1,40})""", re.IGNORECASE
)
_HEAD_BYTES = 4_096  # of a document without a head: a feed, a page that begins with its text
_MAX_HEAD_BYTES = 1_000_000
_HEAD_END = re.compile(rb"</head\b|<body\b", re.IGNORECASE)
_NOT_MARKUP = re.compile(rb"<(script|style|!--)", re.IGNORECASE)
_CLOSING = {b"script": b"</script", b"style": b"</style", b"!--": b"-->"}
_MAX_NAME_CHARS = 40
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_NOT_ASCII = re.compile(r"[^\x00-\x7f\ufffd]+")
# Of the non-ASCII sequences: UTF-8 with a few bad bytes has fewer, legacy text has nearly all
# broken
_BROKEN_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Decoded:
    """A document as text.

    Attributes:
        text: the characters, without a byte order mark.
        encoding: the Python codec that was used.
        warning: what was wrong with the declaration or the bytes; empty when nothing was.
    """

    text: str
    encoding: str
    warning: str = ""


def decode(body: bytes, charset: str | None = None) -> Decoded:
    """Reads a feed or page as text. Never raises.

    Args:
        body: the document, not compressed.
        charset: the `charset` of the Content-Type header, as sent.
    """
    for mark, encoding in (*_BOMS, *_WIDE_STARTS):
        if body.startswith(mark):
            return _decode_wide(body, encoding)
    declared = text_codec(charset)
    if declared is None or _is_narrow(declared, body):
        declared = _declared_inside(body)
    return _decode_strictly(body, declared) or _repair(body, declared)


def _is_narrow(declared: str, body: bytes) -> bool:
    """Whether a document that is declared as two or four bytes a letter is none: each `<` has a
    zero beside it.
    """
    return declared.startswith(_WIDE) and b"\x00" not in body[:_HEAD_BYTES]


def text_codec(name: str | None) -> str | None:
    """Returns the Python codec for an encoding's name, None for unknown names and for codecs that
    are not text encodings.

    Latin-1, ASCII and other names that are habitually sent for larger encodings give the larger
    one."""
    if not name or len(name) > _MAX_NAME_CHARS:
        return None
    name = name.strip().strip("\"'").lower()
    try:
        codec = codecs.lookup(_ALIASES.get(name, name)).name
    except (LookupError, ValueError):
        return None
    return _SUPERSETS.get(codec, codec) if _TEXT_CODECS.fullmatch(codec) else None


def _declared_inside(body: bytes) -> str | None:
    match = _XML_DECLARATION.search(body[:_HEAD_BYTES]) or _META_CHARSET.search(_head_of(body))
    codec = text_codec(match[1].decode("ascii", "replace")) if match else None
    # The declaration was read as ASCII, so the document cannot be in a wide encoding.
    return None if codec and codec.startswith(_WIDE) else codec


def _head_of(body: bytes) -> bytes:
    """Returns a page's head without what only looks like its tags: scripts, styles, comments.

    Sites write scripts of any length before the declaration, and browsers find it all the same.
    """
    end = _HEAD_END.search(body, 0, _MAX_HEAD_BYTES)
    head = body[: end.start() if end else _HEAD_BYTES]
    parts, place = [], 0
    while begin := _NOT_MARKUP.search(head, place):
        parts.append(head[place : begin.start()])
        close = head.find(_CLOSING[begin[1].lower()], begin.end())
        if close < 0:
            break
        place = close
    return b"".join([*parts, head[place:]])


def _decode_wide(body: bytes, encoding: str) -> Decoded:
    text = body.decode(encoding, "replace").removeprefix("\ufeff")
    is_broken = _REPLACEMENT in text
    return Decoded(text, encoding, "the document has broken characters" if is_broken else "")


def _decode_strictly(body: bytes, declared: str | None) -> Decoded | None:
    """Reads the body where it is valid UTF-8 or valid as declared."""
    if declared is None or declared == "utf-8":
        return _decode_as(body, "utf-8")
    hidden = _decode_as(body, declared) if _hides_in_ascii(declared) else None
    if hidden is not None and hidden.text:
        return hidden
    decoded = _decode_as(body, "utf-8")
    if decoded is None:
        return _decode_as(body, declared)
    warning = "" if body.isascii() else f"declared {declared}, but is utf-8"
    return replace(decoded, warning=warning)


def _hides_in_ascii(encoding: str) -> bool:
    """Whether text in an encoding may be valid UTF-8 all the same, so that the declaration has to
    be believed.
    """
    return encoding.startswith((*_SEVEN_BIT, "utf-")) and encoding != "utf-8"


def _decode_as(body: bytes, encoding: str) -> Decoded | None:
    """Returns a body in an encoding, None where it is not valid in it."""
    try:
        return Decoded(body.decode(encoding), encoding)
    except (UnicodeError, LookupError):
        return None


def _repair(body: bytes, declared: str | None) -> Decoded:
    """Reads bytes that are valid neither as UTF-8 nor as declared."""
    text = body.decode("utf-8", "replace")
    broken = text.count(_REPLACEMENT)
    if broken <= _BROKEN_SHARE * (broken + _count_sound(text)):
        return Decoded(text, "utf-8", f"{broken} broken utf-8 sequences replaced")
    encoding = declared if declared and declared != "utf-8" else "cp1252"
    text = body.decode(encoding, "replace")
    return Decoded(text, encoding, f"not valid as {declared or 'utf-8'}, read as {encoding}")


def _count_sound(text: str) -> int:
    """Returns how many characters beyond ASCII were read well."""
    return sum(map(len, _NOT_ASCII.findall(text)))
