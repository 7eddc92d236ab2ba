#!/usr/bin/env python3
"""Fits the weights of the judge to labelled streams, says how well they carry over to a story they
never saw, writes them.

    python benchmarks/train_judge.py --corpus NAME DIR NAMES HOURS [SEED] ... [--unseen NAME DIR
    NAMES HOURS [SEED]]
                                     [--out FILE] [--blocks]

A corpus is a folder as `judge_stream.py` reads it, with the regular expression that finds the case,
the hours of its place from UTC and the text that is stored first, if any; NAME*2 counts its rows
twice. `--unseen` corpora are never fitted to for the shipped weights. Needs scikit-learn, here
only: the product computes two dot products.

Rows are articles as the judge meets them in a replay: every earlier one is stored, labels are "is
about the case", "brings a new development" and, of each unknown sentence, "is new". One stream
gives many: besides the whole it is replayed with articles left out (at random, by outlet, first
reports, originals, the beginning, most of one language) and with undated sentences of left-out
articles appended as background, each time with labels computed anew: so "rewrite" or "Spanish" no
longer mean "known". A stream with `articles.jsonl` beside it has labels for every sentence in all
of these; of others only the whole stream has.

Printed: for every story, the figures with weights that never saw it (and with --blocks, with
weights that saw all of it but one sixth of its time), then of the weights that are written. All are
replays of the product's own `judge`."""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from build_stream import compose
from judge_stream import Judged, Replay, false_alerts, is_same_sentence, score, when
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from monitor.model import Analysis, Genre, KnownArticle
from monitor.novelty import DEFAULT_SETTINGS, JUDGE_VERSION, analyse
from monitor.novelty.alignment.article import align_article
from monitor.novelty.classifier.article_features import ABOUT, ABOUT_ALONE, article_features
from monitor.novelty.classifier.logistic import Weights, parse_weights
from monitor.novelty.classifier.sentence_features import read_passages
from monitor.novelty.verdict.rules import is_correction
from monitor.text import fold_words

SEEDED_AT = datetime(2025, 4, 15, tzinfo=UTC)
RETELLING = frozenset({"opinion", "explainer", "digest"})
GATED = frozenset({Genre.OPINION, Genre.EXPLAINER, Genre.DIGEST})
THINNINGS = (
    "long",
    "long",
    "longer",
    "drop",
    "drop",
    "outlets",
    "outlets",
    "originals",
    "heads",
    "heads",
    "late",
    "language",
)
VARIANT_WEIGHT = 0.35  # a row of a thinned stream is like others of the same article
ARTICLE_C, SENTENCE_C, ABOUT_C = (
    0.2,
    0.1,
    1.0,
)  # L2; flat between .01 and .3, the last between .05 and 1
BLOCKS = 6
BACKGROUND_AGE = timedelta(days=3)
STEP = timedelta(hours=6)

Article = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """An article as the judge met it, with its labels and its unknown sentences with theirs (None:
    not known).

    Attributes:
        is_subject: what the matching stage says; `is_about` is the label.
    """

    article_id: str
    figures: dict[str, float]
    is_about: bool
    is_subject: bool
    is_new: bool
    sentences: list[tuple[dict[str, float], bool | None]]
    weight: float


@dataclass
class Corpus:
    """A labelled stream."""

    name: str
    folder: Path
    names: str
    utc_offset: timedelta
    seed: Path | None
    weight: float = 1.0
    analyses: dict[str, Analysis] = field(default_factory=dict)

    @cached_property
    def stream(self) -> list[Article]:
        """The articles in order of publication."""
        lines = (self.folder / "stream.jsonl").read_text(encoding="utf-8").splitlines()
        return sorted((json.loads(line) for line in lines if line.strip()), key=when)

    @cached_property
    def digest(self) -> str:
        """What identifies the stream."""
        return hashlib.sha256((self.folder / "stream.jsonl").read_bytes()).hexdigest()[:16]

    @cached_property
    def told_before(self) -> set[str]:
        """Developments that the seed tells."""
        new = {name for article in self.stream for name in article["new_developments"]}
        return {
            name
            for article in self.stream
            for name in article["developments"] + article["recalled"]
        } - new

    @cached_property
    def tags(self) -> dict[str, list[tuple[set[str], frozenset[str]]]]:
        """Of every article of a tagged stream, the words of each sentence and what it asserts as
        news or detail.
        """
        source = self.folder / "articles.jsonl"
        if not source.exists():
            return {}
        articles = [
            json.loads(line)
            for line in source.read_text(encoding="utf-8").splitlines()
            if line.strip()
        ]
        by_id = {raw["id"]: raw for raw in articles}
        made: dict[str, Any] = {}
        return {
            raw["id"]: [
                (set(fold_words(sentence.text)), sentence.told | sentence.details)
                for paragraph in compose(raw["id"], by_id, made)
                for sentence in paragraph
            ]
            for raw in articles
        }

    def replay(self, weights: Weights | None = None) -> Replay:
        """Returns a case that is ready for the stream."""
        replay = Replay(self.names, STEP, self.utc_offset, weights=weights)
        if self.seed:
            text = self.seed.read_text(encoding="utf-8")
            replay.store(
                analyse("", text, published_at=SEEDED_AT, utc_offset=self.utc_offset), text, "seed"
            )
        return replay

    def analyse(self, article: Article) -> Analysis:
        """Reads an article once."""
        text = "\n\n".join(article["paragraphs"])
        key = f"{article['id']} {text}"
        if key not in self.analyses:
            self.analyses[key] = analyse(
                article["title"],
                text,
                summary=article["summary"],
                lang=article["lang"],
                published_at=when(article),
                utc_offset=self.utc_offset,
            )
        return self.analyses[key]


def tells(article: Article) -> bool:
    """Whether the article is of a kind that can bring news of the case."""
    return article["subject"] == "subject" and article["kind"] not in RETELLING | {"distractor"}


def relabel(stream: Iterable[Article], known: set[str]) -> list[Article]:
    """Returns the articles with their new developments computed anew, in order."""
    known, labelled = set(known), []
    for article in stream:
        new = (
            [name for name in article["developments"] if name not in known]
            if tells(article)
            else []
        )
        known |= set(article["developments"]) | set(article["recalled"])
        labelled.append({**article, "new_developments": new})
    return labelled


def thin(corpus: Corpus, kind: str, rng: random.Random) -> list[Article]:
    """Returns a stream with articles left out."""
    stream = corpus.stream
    if kind in ("long", "longer"):
        return lengthen(corpus, 0.5 if kind == "long" else 0.8, rng)
    if kind == "outlets":
        outlets = sorted({article["outlet"] for article in stream})
        kept = set(rng.sample(outlets, len(outlets) // 2))
        return [article for article in stream if article["outlet"] in kept]
    if kind == "late":
        return stream[rng.randrange(len(stream) // 4, len(stream) // 2) :]
    shares = {
        "drop": lambda _: 0.55,
        "originals": lambda article: (
            0.5 if article["relation"]["type"] in ("original", "update") else 1.0
        ),
        "heads": lambda article: 0.5 if article["new_developments"] else 1.0,
        "language": lambda article: 1.0 if article["lang"] == "es" else 0.45,
    }
    return [article for article in stream if rng.random() < shares[kind](article)]


def lengthen(corpus: Corpus, share: float, rng: random.Random) -> list[Article]:
    """Returns a share of the stream, with undated sentences of older left-out articles at the end
    of each.
    """
    drawn = [(article, rng.random() < share) for article in corpus.stream]
    dropped = [
        article
        for article, is_kept in drawn
        if not is_kept and article["kind"] == "news" and tells(article)
    ]
    result = []
    for article in (article for article, is_kept in drawn if is_kept):
        if not tells(article):
            result.append(article)
            continue
        older = [
            one
            for one in dropped
            if one["lang"] == article["lang"] and when(article) - when(one) > BACKGROUND_AGE
        ]
        added, recalled = [], set(article["recalled"])
        for one in rng.sample(older, min(4, len(older))):
            undated = [
                sentence.text
                for sentence in corpus.analyse(one).sentences
                if not sentence.facts.days
            ]
            if undated:
                added.append(" ".join(rng.sample(undated, min(3, len(undated)))))
                recalled |= set(one["developments"]) | set(one["recalled"])
        result.append(
            {**article, "paragraphs": article["paragraphs"] + added, "recalled": sorted(recalled)}
        )
    return result


def read_rows(corpus: Corpus, stream: list[Article], weight: float, *, is_whole: bool) -> list[Row]:
    """Replays a labelled stream and returns what the weights are fitted to."""
    replay, rows = corpus.replay(), []
    memory, seen = replay.memory, set(corpus.told_before)
    for article in stream:
        if replay.match(article):
            analysis = corpus.analyse(article)
            row = read_row(corpus, article, analysis, replay, seen, weight, is_whole=is_whole)
            rows += [row] if row else []
            number, at = memory.article_count + 1, analysis.published_at
            memory.add(
                KnownArticle(
                    number, number, analysis.title, analysis.sentences, analysis.lang, at, at, ""
                )
            )
        seen |= {*article["developments"], *article["recalled"]}
        seen |= {tag for _, tags in corpus.tags.get(article["id"], ()) for tag in tags}
    return rows


def read_row(
    corpus: Corpus,
    article: Article,
    analysis: Analysis,
    replay: Replay,
    seen: set[str],
    weight: float,
    *,
    is_whole: bool,
) -> Row | None:
    """Returns the row of an article, None when a gate decides about it."""
    terms = replay.terms(article)
    reading = align_article(analysis, replay.memory, DEFAULT_SETTINGS, terms)
    is_gated = not reading.residual or analysis.genre in GATED or is_correction(reading)
    if is_gated:
        return None
    passages = read_passages(analysis, reading, replay.memory)
    return Row(
        article["id"],
        article_features(analysis, reading, replay.memory, DEFAULT_SETTINGS, terms),
        article["subject"] == "subject",
        replay.is_subject(article),
        bool(article["new_developments"]),
        [
            (one.figures, is_new(corpus, article, one.row.sentence.text, seen, is_whole=is_whole))
            for one in passages
        ],
        weight,
    )


def is_new(
    corpus: Corpus, article: Article, text: str, seen: set[str], *, is_whole: bool
) -> bool | None:
    """Whether a sentence asserts what no earlier article did; None when the labels do not say."""
    if corpus.tags:
        return tells(article) and any(
            bool(tags - seen) and is_same(set(fold_words(text)), words)
            for words, tags in corpus.tags[article["id"]]
        )
    return (
        any(is_same_sentence(text, new) for new in article["new_sentences"]) if is_whole else None
    )


def is_same(own: set[str], words: set[str]) -> bool:
    """Whether two sentences have most of their words in common, or one is a part of the other."""
    shared = len(own & words)
    is_close = shared >= 0.8 * min(len(own), len(words)) and shared >= 0.5 * max(
        len(own), len(words)
    )
    return bool(own and words) and (is_close or (len(own) > 4 and shared >= 0.95 * len(own)))


def all_rows(corpus: Corpus) -> list[Row]:
    """Returns the rows of the whole stream and of all that is made from it; the same every time."""
    rng = random.Random(0)
    rows = read_rows(
        corpus, relabel(corpus.stream, corpus.told_before), corpus.weight, is_whole=True
    )
    for kind in THINNINGS:
        thinned = relabel(thin(corpus, kind, rng), corpus.told_before)
        rows += read_rows(corpus, thinned, corpus.weight * VARIANT_WEIGHT, is_whole=False)
    return rows


def fit(rows: list[Row]) -> dict[str, Any]:
    """Returns the weights fitted to rows, as they are stored."""
    telling = [row for row in rows if row.is_new]  # only what alerts is quoted from
    sentences = [
        (figures, label, row.weight)
        for row in telling
        for figures, label in row.sentences
        if label is not None
    ]
    about = [(row.figures, row.is_about, row.weight) for row in rows]
    articles = [(row.figures, row.is_new, row.weight) for row in rows if row.is_subject]
    return {
        "about": regress(about, list(ABOUT), ABOUT_C),
        "article": regress(
            articles, [name for name in articles[0][0] if name not in ABOUT_ALONE], ARTICLE_C
        ),
        "sentence": regress(sentences, list(sentences[0][0]), SENTENCE_C),
    }


def regress(
    rows: list[tuple[dict[str, float], bool, float]], names: list[str], strength: float
) -> dict[str, Any]:
    """Returns a standardised logistic regression as plain numbers."""
    table = np.array([[figures[name] for name in names] for figures, _, _ in rows])
    scaler = StandardScaler().fit(table)
    model = LogisticRegression(C=strength, max_iter=5000)
    model.fit(
        scaler.transform(table),
        [label for _, label, _ in rows],
        sample_weight=[weight for _, _, weight in rows],
    )
    terms = zip(names, scaler.mean_, scaler.scale_, model.coef_[0], strict=True)
    return {
        "bias": round(float(model.intercept_[0]), 4),
        "terms": [[name, *(round(float(value), 4) for value in values)] for name, *values in terms],
    }


def weights_of(fitted: dict[str, Any]) -> Weights:
    """Returns fitted weights as the judge takes them."""
    return parse_weights({"version": JUDGE_VERSION, **fitted})


def show(label: str, corpus: Corpus, judged: list[Judged]) -> None:
    """Prints the figures of a replay and its false alerts by kind."""
    tiers = {
        row["id"]: row["tier"]
        for row in json.loads((corpus.folder / "developments.json").read_text(encoding="utf-8"))
    }
    start = when(corpus.stream[0]).replace(minute=0, second=0) - timedelta(hours=1)
    steps = {article["id"]: int((when(article) - start) / STEP) for article in corpus.stream}
    found = score(corpus.stream, tiers, judged, steps)
    figures = "  ".join(
        f"{name} {found[key]}"
        for name, key in (
            ("R", "recall"),
            ("t1", "recall_t1"),
            ("timely", "timely"),
            ("P", "precision"),
            ("per", "per_development"),
            ("false/100", "false_per_100"),
            ("quotes P", "quote_precision"),
            ("R", "quote_recall"),
        )
    )
    print(f"{label:12} {corpus.name:12} {figures}  {dict(false_alerts(judged)[0])}", flush=True)


def run_blocks(corpus: Corpus, own: list[Row], others: list[Row]) -> list[Judged]:
    """Judges each sixth of a stream with weights that saw the other stories and the rest of this
    one.
    """
    judged: list[Judged] = []
    ids = [article["id"] for article in corpus.stream]
    for block in range(BLOCKS):
        low, high = block * len(ids) // BLOCKS, (block + 1) * len(ids) // BLOCKS
        hidden, tested = set(ids[max(0, low - 3) : high + 3]), set(ids[low:high])
        fitted = fit([row for row in own if row.article_id not in hidden] + others)
        rows = corpus.replay(weights_of(fitted)).run(corpus.stream)
        judged += [row for row in rows if row.article["id"] in tested]
    return judged


def parse_corpus(values: list[str]) -> Corpus:
    """Returns the corpus named on the command line."""
    name, folder, names, hours, *seed = values
    name, _, weight = name.partition("*")
    place = timedelta(hours=float(hours))
    return Corpus(
        name, Path(folder), names, place, Path(seed[0]) if seed else None, float(weight or 1)
    )


def main() -> int:
    """Trains, prints the figures and writes the weights."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    corpus_help = "NAME DIR NAMES HOURS [SEED]"
    parser.add_argument("--corpus", nargs="+", action="append", required=True, help=corpus_help)
    parser.add_argument("--unseen", nargs="+", action="append", default=[], help=corpus_help)
    parser.add_argument("--out", type=Path, help="where the weights are written")
    parser.add_argument(
        "--blocks", action="store_true", help="cross-validate within each story too"
    )
    args = parser.parse_args()
    fitted_to = [parse_corpus(values) for values in args.corpus]
    unseen = [parse_corpus(values) for values in args.unseen]
    rows = {corpus.name: all_rows(corpus) for corpus in fitted_to}
    for held in [*fitted_to, *unseen]:
        others = [row for corpus in fitted_to if corpus is not held for row in rows[corpus.name]]
        show("unseen", held, held.replay(weights_of(fit(others))).run(held.stream))
    for held in fitted_to if args.blocks else ():
        others = [row for corpus in fitted_to if corpus is not held for row in rows[corpus.name]]
        show("blocks", held, run_blocks(held, rows[held.name], others))
    fitted = fit([row for corpus in fitted_to for row in rows[corpus.name]])
    for corpus in fitted_to:
        show("written", corpus, corpus.replay(weights_of(fitted)).run(corpus.stream))
    if args.out:
        trained_on = [
            {"name": c.name, "digest": c.digest, "articles": len(c.stream)} for c in fitted_to
        ]
        stored = {"version": JUDGE_VERSION, "trained_on": trained_on, **fitted}
        args.out.write_text(dump(stored), encoding="utf-8")
    return 0


def dump(stored: dict[str, Any]) -> str:
    """Returns the weights as JSON with a line for every term, so that a new training shows as a
    readable difference.
    """
    lines = [
        f' "{kind}": {{"bias": {stored[kind]["bias"]}, "terms": [\n'
        + ",\n".join(f"  {json.dumps(term)}" for term in stored[kind]["terms"])
        + "\n ]}"
        for kind in ("about", "article", "sentence")
    ]
    head = f' "version": {json.dumps(stored["version"])},\n "trained_on": {json.dumps(stored["trained_on"])}'
    return "{\n" + ",\n".join([head, *lines]) + "\n}\n"


if __name__ == "__main__":
    raise SystemExit(main())
