"""Extraction: an article page to text, metadata and a judgement of what kind of page it is. Pure."""
