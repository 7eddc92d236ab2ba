"""What RFC 4287 says and feedparser does not know: whose child an entry is, how relations are
named, and where a base ends.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import quoteattr

from lxml import etree

_NAMESPACES = frozenset({"http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#"})
_NAMESPACE = re.compile(r"http://(?:www\.w3\.org/2005/Atom|purl\.org/atom/ns#)")
_HEAD_CHARS = 4_096
# RFC 4287 §4.2.7.2: a registered name and this address before it are the same relation.
_REL = re.compile(
    r"""(<(?:\w+:)?link\b[^<>]*\brel\s*=\s*["'])\s*https?://www\.iana\.org/assignments/"""
    r"""(?:link-relations|relation)(?:\.html)?[/#]([A-Za-z][\w.-]*)\s*(?=["'])"""
)

_BASE = re.compile(r"<[A-Za-z][\w:]{0,60}\s[^<>]{0,2000}?\bxml:base\s*=")
_ELEMENT = re.compile(r"<(?:[A-Za-z]\w*:)?([A-Za-z]\w*)[\s>]")
_ROOT = re.compile(r"<(?:\w+:)?feed(?=[\s>])[^<>]*")


def name_relations(text: str) -> str:
    """Returns a document in which links name their registered relations by name, not by address."""
    if "www.iana.org/assignments/" not in text:
        return text
    return _REL.sub(lambda match: match[1] + match[2].lower(), text)


def state_base(text: str, url: str) -> str:
    """Returns an Atom feed whose root states its base where only elements within it do: feedparser
    goes on with the base of an element behind its end unless there is one to go back to.

    Args:
        url: of the document, its base by RFC 3986 §5.1.3.
    """
    root = _ROOT.search(text) if "xml:base" in text and _NAMESPACE.search(text) else None
    if root is None or "xml:base" in root[0] or not _BASE.search(text, root.end()):
        return text
    return f"{text[: root.end()]} xml:base={quoteattr(url)}{text[root.end() :]}"


def drop_foreign_entries(text: str) -> str:
    """Returns an Atom feed without elements that are called "entry" and are none of its own:
    those of other namespaces, and entries that are an entry's content (RFC 4287 §4.1.3 and §6.3).
    What is no well-formed Atom feed comes back as it is.
    """
    first = _ELEMENT.search(text)
    # Most feeds that name the namespace are RSS with a link of Atom's.
    if first is None or first[1] != "feed" or not _NAMESPACE.search(text[:_HEAD_CHARS]):
        return text
    root = _parse(text)
    if root is None or root.tag not in {f"{{{name}}}feed" for name in _NAMESPACES}:
        return text
    namespace = str(root.tag).removesuffix("feed")
    own, content = f"{namespace}entry", f"{namespace}content"
    foreign = [
        element
        for element in root.iter("{*}entry")
        if element.tag != own or next(element.iterancestors(content), None) is not None
    ]
    if not foreign:
        return text
    for element in foreign:
        _remove(element)
    return str(etree.tostring(root.getroottree(), encoding="unicode"))


def _parse(text: str) -> etree._Element | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(text.encode("utf-8"), parser)
    except (etree.LxmlError, ValueError):
        return None


def _remove(element: etree._Element) -> None:
    """Takes an element out of its tree; what follows it stays."""
    parent = element.getparent()
    if parent is None:
        return
    before = element.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    parent.remove(element)
