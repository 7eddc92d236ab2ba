"""Labelled streams of news: which there are, and what a line of one holds.

A stream is a folder with `stream.jsonl` (an article a line), `developments.json` (id, tier) and,
where its sentences were tagged while they were written, `articles.jsonl`.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from training.build_stream import compose

ROOT = Path(__file__).parent.parent
CORPORA = Path(__file__).with_name("corpora.toml")
SEEDED_AT = datetime(2025, 4, 15, tzinfo=UTC)
DIGEST_LENGTH = 16  # hexadecimal digits that name a stream

# Kinds of article that retell: they never bring a development.
RETELLING_KINDS = frozenset({"opinion", "explainer", "digest", "distractor"})


@dataclass(frozen=True)
class LabelledArticle:
    """An article of a stream with its labels; the README of a stream says how they were made.

    Attributes:
        developments: reported as news; `recalled` are those mentioned as background.
        new_developments: those of `developments` that no earlier article reports or recalls.
        new_sentences: the sentences that assert what no earlier article does.
        relation: how its text came from another one's: original, copy, rewrite, update, ...
    """

    id: str
    url: str
    outlet: str
    published_at: datetime
    lang: str
    title: str
    summary: str
    paragraphs: tuple[str, ...]
    kind: str
    relation: str
    is_about: bool
    developments: tuple[str, ...]
    recalled: tuple[str, ...]
    new_developments: tuple[str, ...]
    new_sentences: tuple[str, ...]

    @property
    def text(self) -> str:
        """Its paragraphs, separated by blank lines."""
        return "\n\n".join(self.paragraphs)

    @property
    def may_bring_news(self) -> bool:
        """Whether it is of a kind that can bring news of the case."""
        return self.is_about and self.kind not in RETELLING_KINDS


def parse_article(raw: Mapping[str, Any]) -> LabelledArticle:
    """Returns the article in one line of `stream.jsonl`; labels that a stream lacks are empty."""
    relation = raw["relation"]
    return LabelledArticle(
        id=raw["id"],
        url=raw["url"],
        outlet=raw["outlet"],
        published_at=datetime.fromisoformat(raw["published_at"].replace("Z", "+00:00")),
        lang=raw["lang"],
        title=raw["title"],
        summary=raw["summary"],
        paragraphs=tuple(raw["paragraphs"]),
        kind=raw["kind"],
        relation=relation if isinstance(relation, str) else relation["type"],
        is_about=raw["subject"] == "subject",
        developments=tuple(raw["developments"]),
        recalled=tuple(raw["recalled"]),
        new_developments=tuple(raw["new_developments"]),
        new_sentences=tuple(raw.get("new_sentences", ())),
    )


@dataclass(frozen=True)
class TaggedSentence:
    """A sentence as it was written, and the developments and details that it asserts."""

    text: str
    asserted: frozenset[str]


@dataclass(frozen=True)
class Corpus:
    """A labelled stream and what is needed to follow it.

    Attributes:
        names: what names its subject, folded, with | between alternatives.
        utc_offset: of the place of the case.
        seed: text that the case knows from the start, if any.
        own_query: the query of the case; when empty any of the names.
        is_fitted_to: whether the shipped weights are.
        weight: how much it counts beside others when they are.
    """

    name: str
    folder: Path
    names: str
    utc_offset: timedelta
    seed: Path | None = None
    own_query: str = ""
    is_fitted_to: bool = False
    weight: float = 1.0

    @property
    def query(self) -> str:
        """The query of the case."""
        return self.own_query or " OR ".join(f'"{name}"' for name in self.names.split("|"))

    @cached_property
    def articles(self) -> tuple[LabelledArticle, ...]:
        """Its articles in order of publication."""
        articles = [parse_article(raw) for raw in read_lines(self.folder / "stream.jsonl")]
        return tuple(sorted(articles, key=lambda article: article.published_at))

    @cached_property
    def tiers(self) -> dict[str, int]:
        """The tier of each development; 1 is a change of state."""
        stored = json.loads((self.folder / "developments.json").read_text(encoding="utf-8"))
        return {row["id"]: row["tier"] for row in stored}

    @cached_property
    def digest(self) -> str:
        """What identifies the stream: the start of its SHA-256."""
        stored = (self.folder / "stream.jsonl").read_bytes()
        return hashlib.sha256(stored).hexdigest()[:DIGEST_LENGTH]

    @cached_property
    def known_before(self) -> frozenset[str]:
        """Developments that the seed reports: recalled in the stream, but never new in it."""
        new = {name for article in self.articles for name in article.new_developments}
        named = {
            name for article in self.articles for name in article.developments + article.recalled
        }
        return frozenset(named - new)

    @cached_property
    def tagged_sentences(self) -> dict[str, list[TaggedSentence]]:
        """Its sentences by article; none where they were not tagged one by one."""
        source = self.folder / "articles.jsonl"
        if not source.exists():
            return {}
        by_id = {raw["id"]: raw for raw in read_lines(source)}
        composed: dict[str, Any] = {}
        tagged: dict[str, list[TaggedSentence]] = {}
        for name in by_id:
            paragraphs = compose(name, by_id, composed)
            tagged[name] = [
                TaggedSentence(sentence.text, sentence.told | sentence.details)
                for paragraph in paragraphs
                for sentence in paragraph
            ]
        return tagged


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Returns the JSON objects of a file that has one a line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def read_corpora(path: Path = CORPORA) -> list[Corpus]:
    """Returns the corpora of the repository, in the order of the file.

    Raises:
        ValueError: a stream is not the one that `corpora.toml` describes.
    """
    corpora = []
    for table in tomllib.loads(path.read_text(encoding="utf-8"))["corpus"]:
        corpus = Corpus(
            name=table["name"],
            folder=ROOT / table["folder"],
            names=table["names"],
            utc_offset=timedelta(hours=table["utc_offset_hours"]),
            is_fitted_to=table["role"] == "train",
            weight=table.get("weight", 1.0),
        )
        if corpus.digest != table["digest"]:
            raise ValueError(
                f"{path.name}: {corpus.name} has digest {corpus.digest}, not {table['digest']}"
            )
        corpora.append(corpus)
    return corpora
