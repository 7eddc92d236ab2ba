"""Extraction: an article page to text, metadata and a judgement of what kind of page it is. Pure."""

from monitor.extraction.extract import extract_page

__all__ = ["extract_page"]
