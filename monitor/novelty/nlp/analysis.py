"""One reading of an article: sentences, facts, form, language, fingerprint. Picklable: it runs in a
worker process.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b

from monitor.model import Analysis, Facts, Sentence
from monitor.novelty.near_duplicates import fingerprint, signed
from monitor.novelty.nlp.facts import Tokens, find_names, read_facts, read_tokens
from monitor.novelty.nlp.genre import find_genre
from monitor.novelty.nlp.lexicon import lexicon
from monitor.novelty.nlp.sentences import (
    guess_language,
    is_furniture,
    is_heading,
    split_paragraphs,
    split_sentences,
)
from monitor.text import clean_text, fold, normalise

TEXT_LIMIT = (
    200_000  # characters read of one text; the longest court opinions in the news are shorter
)
SENTENCE_LIMIT = 400  # sentences read of one text; bounds the time of judging (about 1 ms each)
DEFAULT_UTC_OFFSET = timedelta(hours=-5)  # United States, east; the shipped case


# Weekdays and "tomorrow" are counted from the article's day; at the ends of the calendar there is
# nothing to count to.
_FIRST_DAY, _LAST_DAY = date(2, 1, 1), date(9998, 12, 31)


@dataclass(frozen=True, slots=True)
class _Day:
    local: date
    latest: date

    @classmethod
    def of(cls, published_at: datetime, utc_offset: timedelta) -> _Day:
        try:
            local = (published_at.astimezone(UTC) + utc_offset).date()
        except OverflowError:
            local = published_at.date()
        local = min(_LAST_DAY, max(_FIRST_DAY, local))
        return cls(local, min(_LAST_DAY, max(local, published_at.astimezone(UTC).date())))


def analyse(
    title: str,
    text: str,
    *,
    summary: str = "",
    lang: str | None = None,
    published_at: datetime,
    utc_offset: timedelta = DEFAULT_UTC_OFFSET,
) -> Analysis:
    """Reads an article once, for all cases.

    Args:
        text: paragraphs separated by blank lines; empty for an item of which only the title is
            known.
        summary: the feed's teaser; it shows what kind of text this is and is not compared.
        lang: what the page or feed says; the words of the text decide between English and Spanish.
        published_at: aware; weekdays in the text are resolved against it.
        utc_offset: of the place of the case, for the calendar day on which things happen there.
    """
    title = normalise(clean_text(title, limit=1_000)).replace("\n", " ")
    text = normalise(clean_text(text, limit=TEXT_LIMIT))
    summary = normalise(clean_text(summary, limit=2_000)).replace("\n", " ")
    spoken = guess_language(text or f"{title} {summary}", lang)
    day = _Day.of(published_at, utc_offset)
    paragraphs = [paragraph for paragraph in split_paragraphs(text) if not is_furniture(paragraph)]
    paragraphs = [paragraph for paragraph in paragraphs if not is_heading(paragraph)] or paragraphs
    placed = [
        (at, sentence)
        for at, paragraph in enumerate(paragraphs)
        for sentence in split_sentences(paragraph)
    ][:SENTENCE_LIMIT]
    tokens = [read_tokens(sentence) for _, sentence in placed]
    names = find_names(tokens)
    sentences = tuple(
        _make_sentence(
            index, placed[index][0], placed[index][1], tokens[index], names[index], day, spoken
        )
        for index in range(len(placed))
    )
    head = _make_title(title, names, day, spoken)
    genre = find_genre(title, summary, paragraphs, sentences)
    return Analysis(
        head, sentences, fingerprint(text or title), spoken, genre, published_at, day.local
    )


def with_vectors(analysis: Analysis, vectors: Sequence[bytes]) -> Analysis:
    """Returns the analysis with the vectors that an encoder gave: the title's first, then one for
    each sentence.
    """
    title, *rest = vectors
    sentences = zip(analysis.sentences, rest, strict=True)
    return replace(
        analysis,
        title=replace(analysis.title, vector=title),
        sentences=tuple(replace(sentence, vector=vector) for sentence, vector in sentences),
    )


def sentence_key(text: str) -> int:
    """Returns the signed 64-bit hash of a sentence's words, dateline and clock times left out; the
    same on every machine.
    """
    plain = " ".join(read_tokens(text).words) or fold(text)
    return signed(int.from_bytes(blake2b(plain.encode(), digest_size=8).digest(), "big"))


def _make_sentence(
    index: int,
    paragraph: int,
    text: str,
    tokens: Tokens,
    names: Sequence[str],
    day: _Day,
    lang: str,
) -> Sentence:
    is_note = any(place == 0 for _, place in lexicon().forms["notes starts"].places(tokens.words))
    return Sentence(
        index,
        paragraph,
        text,
        sentence_key(text),
        read_facts(text, tokens, day.local, day.latest, lang, names, is_note=is_note),
    )


def _make_title(title: str, body_names: Sequence[Sequence[str]], day: _Day, lang: str) -> Sentence:
    """Reads a headline. In one written With Capitals Throughout only names that the text has too
    are names.
    """
    tokens = read_tokens(title)
    own = find_names([tokens])[0]
    known = {name for names in body_names for name in names}
    letters = [raw for raw in tokens.raws if raw[0].isalpha() and len(raw) > 3]
    is_capitalised = sum(raw[0].isupper() for raw in letters) * 5 >= len(letters) * 4
    names = tuple(
        word
        for word in (tokens.words if is_capitalised else own)
        if word in known or (not is_capitalised)
    )
    facts = (
        read_facts(title, tokens, day.local, day.latest, lang, tuple(dict.fromkeys(names)))
        if tokens.words
        else Facts()
    )
    return Sentence(-1, -1, title, sentence_key(title), facts)
