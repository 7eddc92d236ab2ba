"""Copies: which stored text a new one shares its words with, and how much both ways.

A text is the set of its word 3-grams as 64-bit hashes. For look-up only a sample is stored: hashes
below 2^64/32, or the 24 smallest of a short text. The sample of a part is a part of the sample of
the whole, so cut, framed and expanded copies are found; MinHash bands and simhash were measured and
lose half-length copies. Candidates are then compared exactly. A copy is never silent for being a
copy: a template with other numbers is one too. The judge looks at its sentences.

Source: A. Broder, "On the resemblance and containment of documents", 1997 (shingles, containment);
A. Broder et al., "Syntactic clustering of the Web", 1997 (sampling hashes by their value)."""

from __future__ import annotations

from hashlib import blake2b

from monitor.model import Likeness, Relation
from monitor.text import fold_words

# Change it when words, n-gram length or sampling change: stored fingerprints must then be made
# again
FINGERPRINT_VERSION = 1
_GRAM = 3
_SAMPLE = 32
# A quarter of a short text shares six of these on average; with 16 every eleventh such cut was lost
# (benchmarks/copies.py).
_SMALLEST = 24
_SIGN = 1 << 63
_WRAP = 1 << 64
_COPY_SHARE = 0.9  # both ways; Reuters-21578 copies and nine edit classes
_PART_SHARE = 0.6  # one way; same corpus: finds 94 % of quarter-length cuts, 0.1 % false
_RELATED_SHARE = 0.2
_WORD_LIMIT = 20_000  # words of a text that are compared


def shingles(text: str) -> frozenset[int]:
    """Returns all 64-bit hashes of the text's word 3-grams; a text of fewer words is one shingle,
    an empty one none.
    """
    words = fold_words(text)[:_WORD_LIMIT]
    if not words:
        return frozenset()
    grams = {" ".join(words[at : at + _GRAM]) for at in range(max(1, len(words) - _GRAM + 1))}
    return frozenset(map(_hash, grams))


def _hash(gram: str) -> int:
    return int.from_bytes(blake2b(gram.encode(), digest_size=8).digest(), "big")


def fingerprint(text: str) -> tuple[int, ...]:
    """Returns the sample of a text's shingles under which it is stored and looked up, as signed
    64-bit integers, sorted.
    """
    return sample(shingles(text))


def sample(hashes: frozenset[int]) -> tuple[int, ...]:
    """Returns the stored sample of a set of shingles: about one in 32, at least the 24 smallest."""
    ordered = sorted(hashes)
    kept = [value for value in ordered if value < _WRAP // _SAMPLE]
    return tuple(sorted(map(signed, kept if len(kept) > _SMALLEST else ordered[:_SMALLEST])))


def signed(value: int) -> int:
    """Returns an unsigned 64-bit value as the signed one that databases hold."""
    return value - _WRAP if value >= _SIGN else value


def relate(article_id: int, new: frozenset[int], old: frozenset[int]) -> Likeness:
    """Compares a new text with a stored one by exact containment of their shingles.

    Args:
        article_id: the stored article.
        new: all shingles of the new text.
        old: all shingles of the stored text.
    """
    shared = len(new & old)
    new_in_old = shared / len(new) if new else 0.0
    old_in_new = shared / len(old) if old else 0.0
    relation = Relation.EXACT if new and new == old else _relation(new_in_old, old_in_new)
    return Likeness(article_id, relation, round(new_in_old, 4), round(old_in_new, 4))


def _relation(new_in_old: float, old_in_new: float) -> Relation:
    """Returns how two texts relate that are not the same, by containment both ways."""
    if min(new_in_old, old_in_new) >= _COPY_SHARE:
        return Relation.COPY
    if new_in_old >= _PART_SHARE and new_in_old >= old_in_new:
        return Relation.EXCERPT
    if old_in_new >= _PART_SHARE:
        return Relation.EXPANSION
    return Relation.RELATED if max(new_in_old, old_in_new) >= _RELATED_SHARE else Relation.DISTINCT
