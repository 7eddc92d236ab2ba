"""Forty pages and more that no good server sends."""

from __future__ import annotations

import random
from collections.abc import Mapping

_TEXT = "<p>The harbour council closed the northern quay on Monday after a long hearing.</p>" * 6


def page(body: str = _TEXT, head: str = "", attributes: str = "") -> bytes:
    return (
        f"<!doctype html><html {attributes}><head><title>Harbour</title>{head}</head><body>"
        f"<article><h1>Harbour</h1>{body}</article></body></html>"
    ).encode("utf-8", "surrogatepass")


def json_ld(text: str) -> bytes:
    return page(head=f'<script type="application/ld+json">{text}</script>')


def _sizes() -> Mapping[str, bytes]:
    attributes = " ".join(f"a{n}='1'" for n in range(60_000))
    return {
        "attributes without end": page(f"<div {attributes}>{_TEXT}</div>"),
        "quotation marks in JSON": json_ld('{"articleBody": "' + '\\"' * 30_000 + '"}'),
        "deep JSON": json_ld('{"a":' * 50_000),
        "a million numbers in JSON": json_ld("[" + "1," * 1_000_000 + "1]"),
        "a hundred thousand deep": page("<div>" * 100_000 + "harbour"),
        "tags that never end": page("<b><i><u>" * 30_000 + _TEXT),
        "tables in tables": page("<table><tr><td>" * 5_000 + _TEXT),
        "a word of four megabytes": page("<p>" + "x" * 4_000_000),
        "a paragraph of four megabytes": page("<p>" + "harbour " * 500_000),
        "a hundred thousand paragraphs": page("<p>harbour</p>" * 100_000),
        "a title of a megabyte": page(head=f"<title>{'harbour ' * 125_000}</title>"),
        "a language of a megabyte": page(attributes=f"lang='{'x' * 1_000_000}'"),
        "fifty thousand links": page("<a href='/x'>harbour</a> " * 50_000),
        "fifty thousand metas": page(head="<meta name='a' content='b'>" * 50_000),
        "nested lists": page("<ul><li>" * 20_000 + _TEXT),
        "nested quotations": page("<blockquote>" * 20_000 + _TEXT),
    }


def _encodings() -> Mapping[str, bytes]:
    names = ("punycode", "undefined", "unicode_escape", "idna", "utf-7", "x" * 5_000)
    return {
        **{f"charset {name[:12]}": page(head=f"<meta charset='{name}'>") for name in names},
        "UTF-16": page().decode().encode("utf-16"),
        "broken UTF-8": page() + bytes(range(128, 256)) * 200,
        "zeros between": page().replace(b"harbour", b"har\0bour\0"),
        "surrogates": page("<p>harbour &#xD800; &#xDFFF; &#x110000; &#0;</p>" + _TEXT),
    }


def _lies() -> Mapping[str, bytes]:
    canonical = "<link rel='canonical' href='{}'>"
    return {
        "canonical: a file": page(head=canonical.format("file:///etc/hostname")),
        "canonical: a script": page(head=canonical.format("javascript:alert(1)")),
        "canonical: somebody else's": page(head=canonical.format("http://169.254.169.254/")),
        "canonical: garbage": page(head=canonical.format("http://[::1")),
        "base: a script": page(head="<base href='javascript:x//'>"),
        "refresh to itself": page(head="<meta http-equiv='refresh' content='0;url=?'>"),
        "refresh to a file": page(head="<meta http-equiv='refresh' content='0;url=file:///x'>"),
        "dates of no calendar": page(
            head="<meta property='article:published_time' content='99999-99-99T99:99'>"
        ),
        "JSON that is none": json_ld('{"@type": NewsArticle, datePublished: [}'),
        "JSON of wrong types": json_ld('{"@type": ["NewsArticle", 1], "author": {"name": [[]]}}'),
        "headers in a title": page(head="<meta property='og:title' content='x\r\nBcc: e@x'>"),
        "a terminal's commands": page("<p>harbour \x1b]0;x\x07\x9b2J</p>" + _TEXT),
    }


def _shapes() -> Mapping[str, bytes]:
    noise = random.Random(41).randbytes(50_000)
    return {
        "nothing": b"",
        "a mark and nothing": b"\xef\xbb\xbf",
        "noise": noise,
        "a document of another kind": b"%PDF-1.7\n" + noise,
        "a comment that does not end": page("<!-- " + _TEXT),
        "a style that does not end": page("<style>" + _TEXT),
        "a text area that does not end": page("<textarea>" + _TEXT),
        "drawings and formulas": page("<svg><math><mi>harbour</svg>" * 500 + _TEXT),
        "frames": b"<html><frameset><frame src='/a'><noframes>harbour</frameset>",
        "entities with a DTD": b"<!DOCTYPE html [<!ENTITY a 'harbour'>]><html><body>&a;&a;</body>",
    }


def hostile_pages() -> dict[str, bytes]:
    """Returns pages by what is wrong with them."""
    kinds = (_sizes(), _encodings(), _lies(), _shapes())
    return {name: body for kind in kinds for name, body in kind.items()}
