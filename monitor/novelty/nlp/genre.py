"""What kind of text an article is: news, opinion, explainer, digest or live blog, as far as its
words show.

Opinions, explainers and digests repeat what was reported before; without this gate they cost 8
to 17 points of precision. An explainer's words in a headline ("has not explained why") do not make
an explainer while the lead reports something fresh."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.model import Genre, Sentence
from monitor.novelty.nlp.lexicon import lexicon
from monitor.novelty.nlp.sentences import strip_clock
from monitor.novelty.nlp.terms import Terms
from monitor.text import fold_words

_NUMBERED = re.compile(r"^\(?\d{1,2}[.)]\s")
_LABEL = re.compile(r"^([A-ZÁÉÍÓÚÑ][\w'-]*(?: [\w'-]+)?)[.:] ")
_QUESTION = re.compile(r"^[^.!]{5,120}\?")
_LABEL_BREAK = re.compile(r"[|:•·]| - ")
_FIRST_STOP = re.compile(r"[.!?]")
_SIGNED_WORDS = 5  # a label and who wrote it have at most so many
_FEW_PARAGRAPHS = 3  # a share of fewer paragraphs says nothing
_FEW_CLOCKS = 2  # entries with a clock time that make a live blog of one that calls itself live
_FEW_FIRST_PERSONS = 2
_FIRST_PERSON_SHARE = 0.2  # of sentences, outside quotations
_LEAD = 3  # sentences


def find_genre(
    title: str, summary: str, paragraphs: Sequence[str], sentences: Sequence[Sentence]
) -> Genre:
    """Returns the kind of a text from its normalised title, teaser and paragraphs and its analysed
    sentences.
    """
    text = _Text(title, summary, paragraphs, sentences, fold_words(title))
    if _is_live(text):
        return Genre.LIVE
    if _is_opinion(text):
        return Genre.OPINION
    if _is_digest(text):
        return Genre.DIGEST
    return Genre.EXPLAINER if _is_explainer(text) else Genre.NEWS


@dataclass(frozen=True, slots=True)
class _Text:
    title: str
    summary: str
    paragraphs: Sequence[str]
    sentences: Sequence[Sentence]
    title_words: list[str]

    def count(self, pattern: re.Pattern[str]) -> int:
        """Returns how many paragraphs begin with a pattern."""
        return sum(pattern.match(paragraph) is not None for paragraph in self.paragraphs)


def _is_live(text: _Text) -> bool:
    """Says whether a text is made of entries with clock times."""
    clocked = sum(strip_clock(paragraph)[1] for paragraph in text.paragraphs)
    if clocked >= _FEW_PARAGRAPHS and clocked * 2 >= len(text.paragraphs):
        return True
    # Times alone may be a programme of events; two of them under the word "live" are enough.
    is_called_live = bool(lexicon().phrases.live_titles.find(text.title_words))
    return is_called_live and clocked >= _FEW_CLOCKS


def _is_opinion(text: _Text) -> bool:
    is_labelled = _is_labelled(text, lexicon().phrases.opinion_labels)
    return is_labelled or _has_opinion_phrase(text) or _is_in_first_person(text)


def _is_labelled(text: _Text, labels: Terms[str]) -> bool:
    return _has_label(text.title, labels) or _has_label(text.summary, labels)


def _has_label(text: str, labels: Terms[str]) -> bool:
    """A label is all that stands before the first full stop, or beside a colon or bar, there with
    who wrote it behind it. A letter, a comment and an opinion may also be what a text is about.
    """
    parts = _LABEL_BREAK.split(text) if _LABEL_BREAK.search(text) else []
    beside = any(_is_label(_unsigned(fold_words(part)), labels) for part in parts)
    return beside or _is_label(fold_words(_FIRST_STOP.split(text, maxsplit=1)[0]), labels)


def _unsigned(words: Sequence[str]) -> Sequence[str]:
    """Returns what stands before "by" and whoever wrote it."""
    signed = lexicon().phrases.opinion_signed.places(words)
    return words[: signed[0][1]] if signed and len(words) <= _SIGNED_WORDS else words


def _is_label(words: Sequence[str], labels: Terms[str]) -> bool:
    """Says whether the words are a label, by itself or with its kind ("weekend essay")."""
    idle = lexicon().stop_words | lexicon().negations
    has_kind = len(words) > 1 and words[0] not in idle
    return labels.fit(words) or (has_kind and labels.fit(words[1:]))


def _has_opinion_phrase(text: _Text) -> bool:
    # The bar keeps a phrase from beginning in the title and ending in the teaser.
    words = [*_outside_quotes(text.title), "/", *_outside_quotes(text.summary)]
    return bool(lexicon().phrases.opinion_phrases.find(words))


def _is_in_first_person(text: _Text) -> bool:
    if len(text.sentences) < _FEW_PARAGRAPHS:
        return False
    first_person, count = lexicon().phrases.opinion_first_person, 0
    for own_words in _own_words(text.sentences):
        count += bool(first_person.find(own_words))
    return count >= _FEW_FIRST_PERSONS and count >= _FIRST_PERSON_SHARE * len(text.sentences)


def _outside_quotes(text: str) -> list[str]:
    return fold_words(" ".join(text.split('"')[::2]))


def _own_words(sentences: Sequence[Sentence]) -> Iterator[list[str]]:
    """Yields of each sentence the words outside quotations, which go on over sentences of a
    paragraph.
    """
    paragraph, is_quoted = None, False
    for sentence in sentences:
        if sentence.paragraph != paragraph:
            paragraph, is_quoted = sentence.paragraph, False
        parts = sentence.text.split('"')
        yield fold_words(" ".join(parts[is_quoted::2]))
        # As many marks as parts but one: after an odd number of them a quotation is open.
        is_quoted ^= len(parts) % 2 == 0


def _is_digest(text: _Text) -> bool:
    """Says whether a text calls itself a digest, or half of it is numbered or labelled entries."""
    if lexicon().phrases.digest_titles.find(text.title_words):
        return True
    whole = len(text.paragraphs)
    if whole < _FEW_PARAGRAPHS:
        return False
    return text.count(_NUMBERED) * 2 >= whole or _labelled(text.paragraphs) * 5 >= whole * 3


def _labelled(paragraphs: Sequence[str]) -> int:
    """Returns how many paragraphs begin with a label ("Weather: ..."), abbreviations aside."""
    count = 0
    for match in filter(None, map(_LABEL.match, paragraphs)):
        count += match[1].casefold() not in lexicon().abbreviations
    return count


def _is_explainer(text: _Text) -> bool:
    whole = len(text.paragraphs)
    if whole >= _FEW_PARAGRAPHS and text.count(_QUESTION) * 5 >= whole * 2:
        return True
    if _is_labelled(text, lexicon().phrases.explainer_labels):
        return True
    is_fresh = any(sentence.facts.is_fresh for sentence in text.sentences[:_LEAD])
    return bool(lexicon().phrases.explainer_titles.find(text.title_words)) and not is_fresh
