"""Extraction: an article page to its text, its metadata and what kind of page it is. Pure.

One function is called from outside, `extract_page`: metadata first (`metadata`, from `jsonld`,
`authors` and `page_dates`), then the text (`text`, without `boilerplate`), then the kind of page
(`status`, with `list_pages`). What pages say is kept as data (`phrases`)."""

from monitor.extraction.extract import extract_page

__all__ = ["extract_page"]
