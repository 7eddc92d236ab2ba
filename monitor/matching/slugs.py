"""Words in URL slugs, which lose letters: `brego-garca`, `abrego-garci`."""

from __future__ import annotations

from monitor.matching.folding import FoldedText
from monitor.matching.nodes import Piece

MIN_LENGTH = 5  # letters; of shorter words too little would be left
# Letters that carry accents in Spanish, French and Portuguese, and that slugs lose with them.
ACCENTED = frozenset("aeioucn")


def slug_forms(word: str) -> frozenset[str]:
    """Returns the spellings of a folded word in slugs: itself, without its first letter, without
    one that carried an accent.
    """
    if len(word) < MIN_LENGTH:
        return frozenset((word,))
    forms = {word, word[1:]}
    for place, letter in enumerate(word):
        if letter in ACCENTED:
            forms.add(word[:place] + word[place + 1 :])
    return frozenset(forms)


def find_in_slug(pieces: tuple[Piece, ...], slug: FoldedText) -> str | None:
    """Returns the words of a slug that stand for a term, letters lost or not; None when it does not
    hold them.
    """
    words = slug.folded
    # One after the other: a look-up by word would not find one that lost a letter.
    for first in range(len(words) - len(pieces) + 1):
        run = words[first : first + len(pieces)]
        if all(map(_is_form_of, run, pieces)):
            return " ".join(run)
    return None


def _is_form_of(word: str, piece: Piece) -> bool:
    return piece.matches(word) or word in slug_forms(piece.folded)
