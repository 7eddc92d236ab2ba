"""What kind of text an article is: news, opinion, explainer, digest or live blog, as far as its
words show.

Prediction, explainers and digests retell; without this gate they cost 8 to 17 points of precision.
An explainer's words in a headline ("has not explained why") do not make an explainer while the lead
reports something fresh."""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.model import Genre, Sentence
from monitor.novelty.nlp.lexicon import lexicon
from monitor.novelty.nlp.sentences import strip_clock
from monitor.text import fold_words

_NUMBERED = re.compile(r"^\(?\d{1,2}[.)]\s")
_LABEL = re.compile(r"^([A-ZÁÉÍÓÚÑ][\w'-]*(?: [\w'-]+)?)[.:] ")
_QUESTION = re.compile(r"^[^.!]{5,120}\?")
_QUOTED = re.compile(r'"[^"]*"')
_LABEL_BREAK = re.compile(r"[|:•·]| - ")
_FEW_PARAGRAPHS = 3  # a share of fewer paragraphs says nothing
_FIRST_PERSON_SHARE = 0.2  # of sentences, outside quotations
_LEAD = 3


def find_genre(
    title: str, summary: str, paragraphs: Sequence[str], sentences: Sequence[Sentence]
) -> Genre:
    """Returns the kind of a text from its normalised title, teaser and paragraphs and its analysed
    sentences.
    """
    head = fold_words(title)
    if _is_live(head, paragraphs):
        return Genre.LIVE
    if (
        _has_label(title, "opinion labels")
        or _has_label(summary, "opinion labels")
        or _speaks_for_itself(head, summary, sentences)
    ):
        return Genre.OPINION
    if _is_digest(head, paragraphs):
        return Genre.DIGEST
    if _is_explainer(head, paragraphs, sentences):
        return Genre.EXPLAINER
    return Genre.NEWS


def _is_live(head: list[str], paragraphs: Sequence[str]) -> bool:
    clocked = sum(strip_clock(paragraph)[1] for paragraph in paragraphs)
    is_named = bool(lexicon().forms["live titles"].find(head))
    return (clocked >= _FEW_PARAGRAPHS and clocked * 2 >= len(paragraphs)) or (
        is_named and clocked >= 2
    )


def _has_label(text: str, kind: str) -> bool:
    """A label stands alone before or after a colon or bar, or is all there is before the first full
    stop.
    """
    parts = _LABEL_BREAK.split(text) if _LABEL_BREAK.search(text) else []
    parts.append(re.split(r"[.!?]", text, maxsplit=1)[0])
    for part in parts:
        words = fold_words(part)
        if words and len(words) <= 4 and lexicon().forms[kind].find(words):
            return True
    return False


def _speaks_for_itself(head: list[str], summary: str, sentences: Sequence[Sentence]) -> bool:
    forms = lexicon().forms
    if forms["opinion phrases"].find([*head, "/", *fold_words(summary)]):
        return True
    if len(sentences) < _FEW_PARAGRAPHS:
        return False
    own = [fold_words(_QUOTED.sub(" ", sentence.text)) for sentence in sentences]
    speaking = sum(bool(forms["opinion first_person"].find(words)) for words in own)
    return speaking >= 2 and speaking >= _FIRST_PERSON_SHARE * len(sentences)


def _is_digest(head: list[str], paragraphs: Sequence[str]) -> bool:
    if lexicon().forms["digest titles"].find(head):
        return True
    if len(paragraphs) < _FEW_PARAGRAPHS:
        return False
    numbered = sum(bool(_NUMBERED.match(paragraph)) for paragraph in paragraphs)
    labels = [match[1].casefold() for paragraph in paragraphs if (match := _LABEL.match(paragraph))]
    labelled = sum(label not in lexicon().abbreviations for label in labels)
    return numbered * 2 >= len(paragraphs) or labelled * 5 >= len(paragraphs) * 3


def _is_explainer(
    head: list[str], paragraphs: Sequence[str], sentences: Sequence[Sentence]
) -> bool:
    asking = sum(bool(_QUESTION.match(paragraph)) for paragraph in paragraphs)
    if len(paragraphs) >= _FEW_PARAGRAPHS and asking * 5 >= len(paragraphs) * 2:
        return True
    is_fresh = any(sentence.facts.is_fresh for sentence in sentences[:_LEAD])
    return bool(lexicon().forms["explainer titles"].find(head)) and not is_fresh
