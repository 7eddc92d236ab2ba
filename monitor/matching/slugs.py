"""Words in URL slugs, which lose letters: `brego-garca`, `abrego-garci` (research/case.md §4)."""

from __future__ import annotations

from monitor.matching.folding import FoldedText
from monitor.matching.nodes import Piece

MIN_LENGTH = 5  # letters; of shorter words too little would be left
ACCENTED = frozenset(
    "aeioucn"
)  # letters that carry accents in the languages of the case, and that slugs lose with them


def slug_forms(word: str) -> frozenset[str]:
    """Returns the spellings of a folded word in slugs: itself, without its first letter, without
    one that carried an accent.
    """
    if len(word) < MIN_LENGTH:
        return frozenset((word,))
    lost = {
        word[:place] + word[place + 1 :] for place, letter in enumerate(word) if letter in ACCENTED
    }
    return frozenset((word, word[1:], *lost))


def find_in_slug(pieces: tuple[Piece, ...], slug: FoldedText) -> str | None:
    """Returns the words of a slug that stand for a term with letters lost, None when it does not
    hold them.
    """
    words = [word.folded for word in slug.words]
    for first in range(len(words) - len(pieces) + 1):
        run = words[first : first + len(pieces)]
        if all(
            piece.matches(word) or word in slug_forms(piece.folded)
            for piece, word in zip(pieces, run, strict=True)
        ):
            return " ".join(run)
    return None
