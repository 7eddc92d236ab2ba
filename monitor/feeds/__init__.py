"""Feeds: a document's bytes to items, and when to look again. Pure.

Accepts RSS, RDF, Atom, JSON Feed and news sitemaps (`parse`); identity of items (`identity`), date strings (`dates`), intervals (`cadence`).
"""
