"""Whose name it is: a footballer called Jon Ferrol is not the Alma Ferrol whom the case follows.

A name that stands alone says nothing; the names beside it do. Those that the case puts beside its
subject stand in a good part of its articles, those of a namesake, a street or a ship in next to
none. "Ferrol Street" is a street even where the case happened in a street. Relatives have the same
name too, with first names of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from monitor.model import Sentence
from monitor.novelty.index.article_index import ArticleIndex
from monitor.novelty.nlp.lexicon import lexicon
from monitor.novelty.nlp.tokens import Tokens, read_tokens

# Share of the case's articles that have a word as a name, from which it is the subject's
_SUBJECT_SHARE = 0.3
# Share of the case's articles with a name, from which it belongs beside the subject's
_USUAL_SHARE = 0.25
# Share of the case's articles with a name, from which it marks an article as being about the case
_EVERYWHERE_SHARE = 0.6
_FEW = 4  # articles; fewer do not show what is usual


def foreign_name_share(
    sentences: Sequence[Sentence], subject: Set[str], articles: ArticleIndex
) -> float:
    """Returns how foreign to the case the names are that stand beside its subject's, 0-1.

    Args:
        subject: folded words that name the subject; those that the case does not use as names are
            left aside.

    Returns:
        1 if the case has none of these names; 0 if one of them is usual in it, if the subject's
        name stands alone, or if it is of relatives: the text speaks of a family and has another
        name that most of the case's articles have.
    """
    if articles.count < _FEW:
        return 0.0
    # A query has words that name the matter and not the person ("asylum"): no names stand beside
    # those.
    own = {word for word in subject if articles.name_share(word) >= _SUBJECT_SHARE}
    if _is_about_relatives(sentences, own, articles):
        return 0.0
    beside: set[str] = set()
    for run in _runs_with(own, sentences):
        if len(run & own) > 1:
            return 0.0  # two of the subject's own names together are the subject
        beside |= run - own
    shares = [_usual_share(name, articles) for name in beside]
    return max(0.0, 1 - max(shares, default=_USUAL_SHARE) / _USUAL_SHARE)


def _usual_share(name: str, articles: ArticleIndex) -> float:
    """Returns the share of the case's articles with a name; a case that is not itself about a
    street has one in some of its articles.
    """
    share, words = articles.name_share(name), lexicon()
    is_place = name in words.places_behind or name in words.places_before
    return 0.0 if is_place and share < _EVERYWHERE_SHARE else share


def _is_about_relatives(
    sentences: Sequence[Sentence], own: Set[str], articles: ArticleIndex
) -> bool:
    names: set[str] = set()
    for sentence in sentences:
        names.update(sentence.facts.names)
    is_of_case = any(articles.name_share(name) >= _EVERYWHERE_SHARE for name in names - own)
    return is_of_case and any("FAMILY" in sentence.facts.roles for sentence in sentences)


def _runs_with(own: Set[str], sentences: Sequence[Sentence]) -> Iterator[set[str]]:
    """Yields the names that stand together with one of the subject's, its own included."""
    for sentence in sentences:
        if own.isdisjoint(sentence.facts.names):
            continue
        for run in _runs(read_tokens(sentence.text)):
            if run & own:
                yield run


def _runs(tokens: Tokens) -> Iterator[set[str]]:
    """Yields the names of each run of capitalised words without a mark between them; of a street
    or a school the word before the name, too.
    """
    words, run = lexicon(), set[str]()
    before: set[str] = set()
    for place, raw, word in tokens.pairs():
        is_capital = raw[0].isupper() and word not in words.stop_words
        # "Ferrol, Captain Brook said" names two people.
        is_break = place in tokens.breaks
        if is_break or not is_capital:
            yield run
            run = set()
        if is_break:
            before = set()
        if is_capital and word not in words.common_names:
            run |= {word} | before
        # "calle de Ferrol"
        if word not in words.stop_words:
            before = {word} & words.places_before
    yield run
