"""One reading of an article: sentences, facts, genre, language, fingerprint.

Picklable: it runs in a worker process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b

from monitor.model import Analysis, Facts, Sentence
from monitor.novelty.near_duplicates import fingerprint, signed
from monitor.novelty.nlp.dates import ArticleDay
from monitor.novelty.nlp.facts import SentenceContext, read_facts
from monitor.novelty.nlp.genre import find_genre
from monitor.novelty.nlp.lexicon import lexicon
from monitor.novelty.nlp.proper_names import find_names
from monitor.novelty.nlp.sentences import (
    guess_language,
    is_boilerplate,
    is_heading,
    split_paragraphs,
    split_sentences,
)
from monitor.novelty.nlp.tokens import Tokens, read_tokens
from monitor.text import clean_text, fold, normalise

# Characters read of one text; the longest court opinions in the news are shorter.
TEXT_LIMIT = 200_000
TITLE_LIMIT, SUMMARY_LIMIT = 1_000, 2_000  # characters
SENTENCE_LIMIT = 400  # sentences read of one text; bounds the time of judging (about 1 ms each)
DEFAULT_UTC_OFFSET = timedelta(hours=-5)  # United States, east; the shipped case
# Weekdays and "tomorrow" are counted from the article's day; at the ends of the calendar there is
# nothing to count to.
_FIRST_DAY, _LAST_DAY = date(2, 1, 1), date(9998, 12, 31)
_SHORT_WORD = 3  # letters; "of" and "the" stay small in a headline With Capitals Throughout


def analyse(  # noqa: PLR0913 (callers name them)
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
    title, summary = _clean_line(title, TITLE_LIMIT), _clean_line(summary, SUMMARY_LIMIT)
    text = normalise(clean_text(text, limit=TEXT_LIMIT))
    guessed = guess_language(text or f"{title} {summary}", lang)
    day = _article_day(published_at, utc_offset)
    paragraphs = _read_paragraphs(text)
    body = _read_body(paragraphs, SentenceContext(day, guessed))
    return Analysis(
        title=body.read_title(title),
        sentences=body.sentences,
        fingerprint=fingerprint(text or title),
        lang=guessed,
        genre=find_genre(title, summary, paragraphs, body.sentences),
        published_at=published_at,
        local_day=day.local,
    )


def with_vectors(analysis: Analysis, vectors: Sequence[bytes]) -> Analysis:
    """Returns the analysis with the vectors that an encoder gave: the title's first, then one for
    each sentence.
    """
    title, *rest = vectors
    pairs = zip(analysis.sentences, rest, strict=True)
    sentences = tuple(replace(sentence, vector=vector) for sentence, vector in pairs)
    return replace(analysis, title=replace(analysis.title, vector=title), sentences=sentences)


def sentence_key(text: str) -> int:
    """Returns the signed 64-bit hash of a sentence's words, dateline and clock times left out; the
    same on every machine.
    """
    plain = " ".join(read_tokens(text).words) or fold(text)
    return signed(int.from_bytes(blake2b(plain.encode(), digest_size=8).digest(), "big"))


def _clean_line(text: str, limit: int) -> str:
    return normalise(clean_text(text, limit=limit)).replace("\n", " ")


def _article_day(published_at: datetime, utc_offset: timedelta) -> ArticleDay:
    try:
        local = (published_at.astimezone(UTC) + utc_offset).date()
    except OverflowError:
        local = published_at.date()
    local = min(_LAST_DAY, max(_FIRST_DAY, local))
    return ArticleDay(local, min(_LAST_DAY, max(local, published_at.astimezone(UTC).date())))


def _read_paragraphs(text: str) -> list[str]:
    """Returns the paragraphs without boilerplate, and without headings unless nothing is left."""
    paragraphs = [part for part in split_paragraphs(text) if not is_boilerplate(part)]
    # A text of captions alone is better than none.
    return [part for part in paragraphs if not is_heading(part)] or paragraphs


@dataclass(frozen=True, slots=True)
class _Body:
    """The sentences of a text, read before its title.

    Attributes:
        names: all names in them.
    """

    sentences: tuple[Sentence, ...]
    names: frozenset[str]
    context: SentenceContext

    def read_title(self, title: str) -> Sentence:
        """Reads a headline. In one written With Capitals Throughout only names that the text has
        too are names.
        """
        tokens, facts = read_tokens(title), Facts()
        if tokens.words:
            facts = read_facts(title, tokens, self._title_names(tokens), self.context)
        return Sentence(-1, -1, title, sentence_key(title), facts)

    def _title_names(self, tokens: Tokens) -> tuple[str, ...]:
        if not _is_capitalised(tokens):
            return find_names([tokens])[0]
        names = [word for word in tokens.words if word in self.names]
        return tuple(dict.fromkeys(names))


def _read_body(paragraphs: Sequence[str], context: SentenceContext) -> _Body:
    placed: list[tuple[int, str]] = []
    for paragraph, text in enumerate(paragraphs):
        placed.extend((paragraph, sentence) for sentence in split_sentences(text))
    placed = placed[:SENTENCE_LIMIT]
    # Names need the whole text: a capital at a sentence's start says nothing by itself.
    tokens = [read_tokens(text) for _, text in placed]
    names = find_names(tokens)
    sentences: list[Sentence] = []
    for index, (paragraph, text) in enumerate(placed):
        is_note = lexicon().phrases.notes_starts.starts(tokens[index].words)
        facts = read_facts(text, tokens[index], names[index], context, is_note=is_note)
        sentences.append(Sentence(index, paragraph, text, sentence_key(text), facts))
    return _Body(tuple(sentences), frozenset().union(*names), context)


def _is_capitalised(tokens: Tokens) -> bool:
    """Says whether four fifths of a headline's longer words begin with a capital."""
    count = capitals = 0
    for raw in tokens.raws:
        if raw[0].isalpha() and len(raw) > _SHORT_WORD:
            count += 1
            capitals += raw[0].isupper()
    return capitals * 5 >= count * 4
