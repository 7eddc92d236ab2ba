"""What a browser does not show: scripts, styles, and text that is hidden by attribute, style or a
class for screen readers only.

Pages hide their whole body, too, until a script has run (`opacity: 0`): what holds most of the
page's text is never taken for hidden."""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement

from monitor.extraction.mending.tags import count_prose

_UNRENDERED = ("script", "style", "svg", "iframe", "noscript", "canvas", "embed", "link", "picture")
# Furniture: no extractor takes text from it, and all take their time to find that out.
_FURNITURE = ("nav", "footer", "select", "datalist", "textarea", "video", "audio", "dialog")
# A choice without its list is furniture, too; one that was never closed may hold the article.
_CHOICES = etree.XPath("//option[not(.//p or .//div or .//section or .//article)]")
_MOSTLY = 0.5
_LENGTH = r"(?:px|pt|pc|r?em|ex|ch|vh|vw|%)?"
_ZERO = rf"0*\.?0+{_LENGTH}\s*(?:!|;|$)"
# Further out than any layout moves what it shows.
_FAR = rf"-(?:\d{{4,}}|[5-9]\d\d|\d{{2,}}(?=r?em)|[1-9]\d\d(?=v|%)){_LENGTH}"
_HIDING_STYLE = re.compile(
    r"(?:^|[;\s])(?:"
    r"display\s*:\s*none"
    r"|visibility\s*:\s*(?:hidden|collapse)"
    rf"|(?:opacity|font-size|max-height|max-width)\s*:\s*{_ZERO}"
    rf"|(?:left|right|top|bottom|text-indent|margin-left|margin-top)\s*:\s*{_FAR}"
    r"|clip\s*:\s*rect\(\s*[01](?:px)?[\s,]"
    r"|clip-path\s*:\s*inset\(\s*(?:50|100)%"
    r"|transform\s*:\s*scale\(\s*0\s*\)"
    r")",
    re.IGNORECASE,
)
_HIDING_CLASS = re.compile(
    r"(?:^|\s)(?:sr-only|screen-?reader(?:s)?(?:-only|-text)|(?:is-|u-)?visually-?hidden"
    r"|u-hidden-visually|hide-visually|visually_hidden|element-invisible|a11y-(?:hidden|only)"
    r"|assistive-text|(?:is-|u-)?off-?screen|(?:ui-helper-)?hidden-accessible)(?:\s|$)",
    re.IGNORECASE,
)
# Parts of a page that a script puts in their place as soon as they have come (React).
_STREAMED_ID = re.compile(r"S:\w+$")
# Words that each of the classes has one of: found in C, where most elements have a class.
_CLASS_WORDS = ("hidden", "sr-only", "screen", "visually", "invisible", "a11y", "assistive")
_HAS_WORD = " or ".join(f"contains(@class, '{word}')" for word in _CLASS_WORDS)
_CANDIDATES = etree.XPath(f"//*[@hidden or @style or {_HAS_WORD}]")


def drop_unrendered(tree: HtmlElement) -> None:
    """Removes comments and elements that are never shown as text."""
    etree.strip_elements(tree, etree.Comment, *_UNRENDERED, *_FURNITURE, with_tail=False)
    for choice in _CHOICES(tree):
        choice.drop_tree()
    for template in list(tree.iter("template")):
        # One with a shadow root is shown: the browser puts its content in its parent's place.
        if template.get("shadowrootmode") is None:
            template.drop_tree()


def drop_hidden(tree: HtmlElement) -> None:
    """Removes what is hidden by attribute, style or class, unless it is most of the page."""
    hidden = [element for element in _CANDIDATES(tree) if _is_hidden(element)]
    if not hidden:
        return
    total = count_prose(tree)
    for element in hidden:
        # A page may hide all of its article until a script has run or a reader has paid.
        if element.getparent() is not None and count_prose(element) <= _MOSTLY * total:
            element.drop_tree()


def _is_hidden(element: HtmlElement) -> bool:
    if _STREAMED_ID.match(element.get("id") or ""):
        return False
    hidden, style, names = map(element.get, ("hidden", "style", "class"))
    if hidden is not None:
        # "until-found" is shown to whoever looks for it, and folds away text of the article.
        return str(hidden).strip().lower() != "until-found"
    if style and _HIDING_STYLE.search(style):
        return True
    return names is not None and _HIDING_CLASS.search(names) is not None
