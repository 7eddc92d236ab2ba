"""Matching: the query language, compiled queries, and which texts they find. Pure."""

from monitor.matching.budget import PatternBudget
from monitor.matching.folding import Folded, slug
from monitor.matching.index import WordIndex
from monitor.matching.plan import Way
from monitor.matching.query import Query, compile_query

__all__ = ["Folded", "PatternBudget", "Query", "Way", "WordIndex", "compile_query", "slug"]
