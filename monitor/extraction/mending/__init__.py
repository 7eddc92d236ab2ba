"""Mending a page before its text is taken: what a browser would not show goes, and what extractors
cut though a reader sees it is written in tags that they keep. Pure but for the tree, which is
changed in place.

Order: keep an article's own prose that stands in furniture (`asides`), drop what is not shown
(`hidden`), unwrap forms and layout tables and join bodies that stand
in several containers (`containers`), keep words inside sentences (`inline`), make loose text
paragraphs (`blocks`) and leave no small article among them (`containers`). Each rule asks for the
words round an element and not for a site's names of classes. Measured on the pages of aeb and
fundus; run the conformance suite when changing any."""

from __future__ import annotations

from lxml.html import HtmlElement

from monitor.extraction.mending.asides import keep_asides
from monitor.extraction.mending.blocks import make_paragraphs
from monitor.extraction.mending.containers import (
    join_bodies,
    unwrap_forms,
    unwrap_layout_tables,
    unwrap_small_articles,
)
from monitor.extraction.mending.hidden import drop_hidden, drop_unrendered
from monitor.extraction.mending.inline import keep_words

__all__ = ["mend_tree"]


def mend_tree(tree: HtmlElement) -> None:
    """Changes a parsed page so that extractors see what a reader sees.

    Metadata have to be read before: scripts are gone afterwards.
    """
    keep_asides(tree)
    drop_unrendered(tree)
    drop_hidden(tree)
    unwrap_forms(tree)
    unwrap_layout_tables(tree)
    keep_words(tree)
    make_paragraphs(tree)
    unwrap_small_articles(tree)
    join_bodies(tree)
