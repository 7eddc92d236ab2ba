"""Sixty feeds and more that no good server sends."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping

_HEAD = '<?xml version="1.0" encoding="utf-8"?>'
_ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(12))


def rss(items: str, *, head: str = _HEAD, doctype: str = "", channel: str = "") -> bytes:
    return (
        f"{head}{doctype}<rss version='2.0'><channel><title>Harbour</title>"
        f"<link>http://gazette.example/</link>{channel}{items}</channel></rss>"
    ).encode("utf-8", "surrogatepass")


def item(title: str = "Harbour news", extra: str = "", link: str = "http://127.0.0.1:9/x") -> str:
    return f"<item><title>{title}</title><link>{link}</link>{extra}</item>"


def _entities() -> Mapping[str, bytes]:
    def declared(declaration: str, use: str = "&x;") -> bytes:
        return rss(item(use), doctype=f"<!DOCTYPE rss [{declaration}]>")

    return {
        "a billion laughs": declared(_ENTITIES, "&e11;"),
        "one long entity, often": declared(f'<!ENTITY x "{"a" * 50_000}">', "&x;" * 5_000),
        "a file as an entity": declared('<!ENTITY x SYSTEM "file:///etc/hostname">'),
        "an address as an entity": declared('<!ENTITY x SYSTEM "http://127.0.0.1:9/">'),
        "a parameter entity": declared('<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;'),
        "an entity that names itself": declared('<!ENTITY x "&x;">'),
        "a DTD elsewhere": rss(item(), doctype='<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/x.dtd">'),
        "a DTD that does not end": rss(item(), doctype="<!DOCTYPE rss [" + "<!ENTITY" * 9_000),
        "surrogates": rss(item("Harbour &#xD800;&#xDFFF; &#55296;")),
        "a character beyond the last": rss(item("Harbour &#x110000; &#99999999999;")),
        "the character 0": rss(item("Harbour &#0; \x00 news")),
        "entities of no name": rss(item("Harbour &; &#; &#x; &\\1; &amp" * 500)),
    }


def _sizes() -> Mapping[str, bytes]:
    attributes = " ".join(f"a{n}='1'" for n in range(100_000))
    spaces = " ".join(f"xmlns:n{n}='u{n}'" for n in range(20_000))
    return {
        "a hundred thousand attributes": rss(f"<item {attributes}><title>Harbour</title></item>"),
        "twenty thousand namespaces": rss(f"<item {spaces}><title>Harbour</title></item>"),
        "ten thousand deep": rss("<a>" * 10_000 + "</a>" * 10_000),
        "a million deep": rss("<a>" * 1_000_000),
        "a title of eight megabytes": rss(item("harbour " * 1_000_000)),
        "a guid of a megabyte": rss(item(extra=f"<guid>{'g' * 1_000_000}</guid>")),
        "a link of a megabyte": rss(item(link="http://127.0.0.1:9/" + "x" * 1_000_000)),
        "fifty thousand items": rss("".join(item(f"Harbour {n}") for n in range(50_000))),
        "a date of a megabyte": rss(item(extra=f"<pubDate>{'Mon, ' * 200_000}</pubDate>")),
        "nine megabytes of nothing": rss(" " * 9_000_000),
        "a megabyte of zeros": bytes(1_000_000),
        "more than may be": rss("x" * 12_000_000),
        "a word of five megabytes": rss(
            item(extra=f"<description>{'x' * 5_000_000}</description>")
        ),
        "a hundred thousand categories": rss(item(extra="<category>c</category>" * 100_000)),
    }


def _encodings() -> Mapping[str, bytes]:
    names = (
        "punycode",
        "undefined",
        "unicode_escape",
        "idna",
        "utf-7",
        "rot13",
        "zlib",
        "x" * 9_000,
    )
    declared = {
        f"encoding {name[:20]}": rss(item(), head=f'<?xml version="1.0" encoding="{name}"?>')
        for name in names
    }
    text = rss(item()).decode()
    return {
        **declared,
        "UTF-16 without a mark": text.encode("utf-16-le"),
        "UTF-32": text.encode("utf-32"),
        "EBCDIC": text.encode("cp500"),
        "a mark and nothing": b"\xef\xbb\xbf",
        "broken UTF-8": rss(item("Harbour ")) + bytes(range(128, 256)) * 100,
    }


def _words() -> Mapping[str, bytes]:
    titles = {
        "a mail header": "=?utf-8?q?Harbour=0D=0ABcc:_evil=40x.example?=",
        "a line of a log": 'Harbour\n{"level": "error", "event": "owned"}',
        "a terminal's commands": "Harbour &#x1b;]0;x&#x07;&#x9b;2J \x1b[2J",
        "writing turned round": "Harbour \u202e \u2066 \u2069",
        "a script": "Harbour &lt;script&gt;alert(1)&lt;/script&gt;<img src=x onerror=alert(1)>",
        "a formula": "=HYPERLINK(&quot;http://evil.example&quot;) harbour",
        "a path": "../../../../harbour\x00.txt",
        "marks of a template": "{{ 7 * 7 }} {% include 'x' %} harbour [/red] ${x}",
        "an address of a file": "/etc/hostname harbour",
    }
    links = ("javascript:alert(1)", "data:text/html,x", "file:///etc/hostname", "gopher://x/", "//")
    return {
        **{f"a title: {name}": rss(item(title)) for name, title in titles.items()},
        **{f"a link: {link}": rss(item(link=link)) for link in links},
        "a path as the document": b"/etc/hostname",
        "an address as the document": b"http://127.0.0.1:9/feed.xml",
        "one guid on all items": rss(item(extra="<guid>same</guid>") * 1_000),
        "xml:base of a script": rss(item(), channel="<a xml:base='javascript:x'/>"),
    }


def _shapes() -> Mapping[str, bytes]:
    whole = rss(item() * 5)
    noise = random.Random(14).randbytes(100_000)
    dates = ("Mon, 99 Foo 99999 99:99:99 +9999", "0000-00-00", "-1", "9" * 400, "1970-01-01T00:00Z")
    return {
        "nothing": b"",
        "noise": noise,
        "a picture": b"\x89PNG\r\n\x1a\n" + noise,
        "a page": b"<!doctype html><html><body><p>Log in",
        **{f"cut off at {at}": whole[:at] for at in (1, 40, 90, 150, len(whole) - 8)},
        "CDATA that does not end": rss(item("<![CDATA[ harbour")),
        "a comment that does not end": rss("<!-- " + item()),
        "a feed in a feed": rss(rss(rss(item()).decode()).decode()),
        **{f"dated {date[:20]}": rss(item(extra=f"<pubDate>{date}</pubDate>")) for date in dates},
        "hints without reason": rss(
            item(),
            channel=f"<ttl>{'9' * 50}</ttl><skipHours><hour>x</hour><hour>-4</hour></skipHours>",
        ),
        "deep JSON": b'{"version": "https://jsonfeed.org/version/1.1", "items": ' + b"[" * 100_000,
        "JSON of wrong types": json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "items": [1, None, {"id": {}, "url": []}],
            }
        ).encode(),
        "JSON with numbers of no end": b'{"version": "https://jsonfeed.org/version/1.1", "items":'
        b' [{"id": 1e999, "title": NaN, "url": -Infinity}]}',
        "Atom with links only": b"<feed xmlns='http://www.w3.org/2005/Atom'><entry>"
        + b"<link href='http://127.0.0.1:9/'/>" * 20_000
        + b"</entry></feed>",
    }


def hostile_feeds() -> dict[str, bytes]:
    """Returns documents by what is wrong with them."""
    kinds = (_entities(), _sizes(), _encodings(), _words(), _shapes())
    return {name: body for kind in kinds for name, body in kind.items()}
