"""Who bears the subject's name in an article: a footballer called Jon Ferrol is not the Alma Ferrol
whom the case follows.

A name that stands alone says nothing; the names beside it do. Those that the case puts beside its
subject stand in a good part of its articles, those of a namesake, a street or a ship in next to
none. Relatives bear the name too, with first names of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from monitor.model import Sentence
from monitor.novelty.index.case_index import CaseIndex
from monitor.novelty.nlp.facts import Tokens, read_tokens
from monitor.novelty.nlp.lexicon import lexicon

_NAMED = (
    0.3  # share of the case's articles that have a word as a name, from which it is the subject's
)
_USUAL = (
    0.25  # share of the case's articles with a name, from which it belongs beside the subject's
)
_EVERYWHERE = (
    0.6  # share of the case's articles with a name, from which it tells an article about the case
)
_FEW = 4  # articles; fewer do not tell what is usual


def strangeness(sentences: Sequence[Sentence], subject: Set[str], memory: CaseIndex) -> float:
    """Returns how foreign to the case the names are that stand beside its subject's, 0-1.

    Args:
        subject: folded words that name the subject; those that the case does not use as names are
            left aside.

    Returns:
        1 if the case has none of these names; 0 if one of them is usual in it, if the subject's
        name stands alone, or if it is of relatives: the text speaks of a family and has another
        name that most of the case's articles have.
    """
    if memory.article_count < _FEW:
        return 0.0
    own = {word for word in subject if memory.name_share(word) >= _NAMED}
    if _tells_of_relatives(sentences, own, memory):
        return 0.0
    runs = [
        run
        for one in sentences
        if not own.isdisjoint(one.facts.names)
        for run in _runs(read_tokens(one.text), own)
    ]
    if any(len(run & own) > 1 for run in runs):
        return 0.0
    beside = {word for run in runs for word in run - own}
    nearest = max(map(memory.name_share, beside), default=_USUAL)
    return max(0.0, 1 - nearest / _USUAL)


def _tells_of_relatives(sentences: Sequence[Sentence], own: Set[str], memory: CaseIndex) -> bool:
    others = {name for one in sentences for name in one.facts.names} - own
    is_of_case = any(memory.name_share(name) >= _EVERYWHERE for name in others)
    return is_of_case and any("FAMILY" in one.facts.roles for one in sentences)


def _runs(tokens: Tokens, own: Set[str]) -> Iterator[set[str]]:
    """Yields the names that stand together with one of the subject's, its own included."""
    run: set[str] = set()
    for place, (raw, word) in enumerate(zip(tokens.raws, tokens.words, strict=True)):
        is_name = raw[0].isupper() and word not in lexicon().stop_words
        if run and (not is_name or place in tokens.breaks):
            yield from [run] if run & own else []
            run = set()
        if is_name and word not in lexicon().common_names:
            run.add(word)
    yield from [run] if run & own else []
