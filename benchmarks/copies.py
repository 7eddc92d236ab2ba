"""How well copies are found, beside other packages in the same run, on generated news texts with
nine kinds of edits.

    python benchmarks/copies.py [--articles 2000] [--sources 300] [--seed 7]

Texts are made of own words by a seeded generator: sentences of a small grammar over a vocabulary
with the frequencies of natural text, with names, numbers and dates. Each source article is edited
in nine ways; a method gets a point when it names the source among the stored
articles. `false` counts stored-looking articles that have no source and were still called a copy.
Peers that are not installed are left out: pip install datasketch rensa."""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from monitor.model import Relation
from monitor.novelty import fingerprint, relate, shingles

COPIES = frozenset(
    {Relation.EXACT, Relation.COPY, Relation.COPY_CHANGED, Relation.EXCERPT, Relation.EXPANSION}
)
SYLLABLES = (
    "ba ce di fo gu la me ni po ru sa te vi zo bra cle dri flo gru pla ste tri vo ka lin mar nor"
    " pel ron sel tor ven wil"
).split()
COMMON = (
    "the of to and a in that was for on with by as at from his her their it he they had has been"
    " were said who which after before while when not but or an this those more than about over"
    " into during under against between could would will no"
).split()
BOILERPLATE = (
    "Sign up for our morning letter and never miss a story.",
    "All rights reserved by the publisher; no part of this may be printed again without leave.",
    "Follow us wherever you read, and tell us what you think of our work.",
    "This story was first published by a partner of this paper.",
)


class Writer:
    """Writes texts that look like news to a copy detector; the same seed writes the same texts."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.words = [
            "".join(self.random.choices(SYLLABLES, k=self.random.choice((2, 2, 3, 4))))
            for _ in range(12_000)
        ]
        self.weights = [1 / (rank + 5) for rank in range(len(self.words))]

    def sentence(self) -> str:
        """Returns a sentence of 8 to 30 words, half of them common ones, now and then with a number
        or a name.
        """
        length = self.random.randint(8, 30)
        words = [
            (
                self.random.choice(COMMON)
                if self.random.random() < 0.45
                else self.random.choices(self.words, self.weights)[0]
            )
            for _ in range(length)
        ]
        if self.random.random() < 0.5:
            words[self.random.randrange(length)] = str(self.random.randint(2, 900))
        if self.random.random() < 0.6:
            words[self.random.randrange(length)] = self.random.choice(self.words).capitalize()
        return " ".join(words).capitalize() + "."

    def article(self) -> list[str]:
        """Returns the sentences of an article of 120 to 700 words."""
        target, sentences, count = self.random.randint(120, 700), [], 0
        while count < target:
            sentences.append(self.sentence())
            count += len(sentences[-1].split())
        return sentences

    def edited(self, text: list[str], share: float) -> list[str]:
        """Drops or replaces a share of the words."""
        changed = []
        for sentence in text:
            words = []
            for word in sentence.split():
                dice = self.random.random()
                if dice >= share:
                    words.append(word)
                elif dice < share / 2:
                    words.append(self.random.choices(self.words, self.weights)[0])
            changed.append(" ".join(words))
        return changed

    def shuffled(self, text: list[str]) -> list[str]:
        """Loses a quarter of the sentences and shuffles the rest."""
        kept = self.random.sample(text, max(1, round(len(text) * 0.75)))
        self.random.shuffle(kept)
        return kept

    def renumbered(self, text: list[str]) -> list[str]:
        """Changes every number."""
        return [
            " ".join(str(int(word) + 7) if word.isdecimal() else word for word in sentence.split())
            for sentence in text
        ]


def edits(writer: Writer, text: list[str]) -> dict[str, str]:
    """Returns the nine edits of a text by name."""
    half, quarter = len(text) // 2, max(2, len(text) // 4)
    made = {
        "format": [sentence.replace(" ", "  ").upper() for sentence in text],
        "boiler": [*BOILERPLATE[:2], *text, *BOILERPLATE[2:]],
        "trunc50": text[:half],
        "trunc25": text[:quarter],
        "edit5": writer.edited(text, 0.05),
        "edit15": writer.edited(text, 0.15),
        "reorder": writer.shuffled(text),
        "update": [*(writer.sentence() for _ in range(3)), *text],
        "numbers": writer.renumbered(text),
    }
    return {name: "\n".join(sentences) for name, sentences in made.items()}


@dataclass(frozen=True)
class Method:
    """A way to find copies: `add` stores a text under a number, `find` returns the numbers it takes
    for sources.
    """

    name: str
    add: Callable[[int, str], None]
    find: Callable[[str], set[int]]


def own_method() -> Method:
    """Sampled hashes of word triples with at least two hits, then exact containment, as the store
    does it.
    """
    index: dict[int, list[int]] = {}
    texts: dict[int, frozenset[int]] = {}

    def add(number: int, text: str) -> None:
        texts[number] = shingles(text)
        for value in fingerprint(text):
            index.setdefault(value, []).append(number)

    def find(text: str) -> set[int]:
        hits = Counter(number for value in fingerprint(text) for number in index.get(value, ()))
        mine = shingles(text)
        candidates = [number for number, count in hits.most_common(20) if count >= 2]
        return {
            number
            for number in candidates
            if relate(number, mine, texts[number]).relation in COPIES
        }

    return Method("monitor", add, find)


def datasketch_method(threshold: float) -> Method:
    """MinHash LSH over the same word triples, by Jaccard similarity."""
    from datasketch import MinHash, MinHashLSH

    lsh = MinHashLSH(threshold=threshold, num_perm=128)

    def sketch(text: str) -> MinHash:
        made = MinHash(num_perm=128)
        made.update_batch([value.to_bytes(8, "big") for value in shingles(text)])
        return made

    return Method(
        f"datasketch LSH {threshold}",
        lambda number, text: lsh.insert(str(number), sketch(text)),
        lambda text: {int(found) for found in lsh.query(sketch(text))},
    )


def rensa_method(threshold: float) -> Method:
    """rensa's MinHash LSH over the same word triples."""
    from rensa import RMinHash, RMinHashLSH

    lsh = RMinHashLSH(threshold=threshold, num_perm=128, num_bands=32)

    def sketch(text: str) -> RMinHash:
        made = RMinHash(num_perm=128, seed=42)
        made.update([str(value) for value in shingles(text)])
        return made

    return Method(
        f"rensa LSH {threshold}",
        lambda number, text: lsh.insert(number, sketch(text)),
        lambda text: set(lsh.query(sketch(text))),
    )


def simhash_method(least: float) -> Method:
    """trafilatura's Simhash, compared with every stored one."""
    from trafilatura.deduplication import Simhash

    stored: list[tuple[int, Simhash]] = []

    def find(text: str) -> set[int]:
        mine = Simhash(text)
        return {number for number, theirs in stored if mine.similarity(theirs) >= least}

    return Method(
        f"trafilatura Simhash {least}",
        lambda number, text: stored.append((number, Simhash(text))),
        find,
    )


def installed_methods() -> list[Method]:
    """Returns our method and every peer that is installed."""
    methods = [own_method()]
    for make, argument in (
        (datasketch_method, 0.5),
        (datasketch_method, 0.8),
        (rensa_method, 0.5),
        (simhash_method, 0.9),
    ):
        try:
            methods.append(make(argument))
        except ImportError as error:
            print(f"left out: {make.__name__.removesuffix('_method')} ({error})")
    return methods


def measure(
    method: Method,
    stored: Sequence[str],
    queries: Sequence[tuple[int, str, str]],
    strangers: Sequence[str],
) -> dict[str, float]:
    """Returns the share of sources found by edit, the share of strangers called copies, and texts a
    second.
    """
    began = time.perf_counter()
    for number, text in enumerate(stored):
        method.add(number, text)
    found: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    wrong = 0
    for source, kind, text in queries:
        answer = method.find(text)
        asked[kind] += 1
        found[kind] += source in answer
        wrong += bool(answer - {source})
    false = sum(bool(method.find(text)) for text in strangers) + wrong
    seconds = time.perf_counter() - began
    total = len(strangers) + len(queries)
    return {
        **{kind: found[kind] / asked[kind] for kind in asked},
        "false": false / total,
        "texts/s": (len(stored) + total) / seconds,
    }


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--sources", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    writer = Writer(options.seed)
    articles = [writer.article() for _ in range(options.articles)]
    strangers = ["\n".join(writer.article()) for _ in range(options.articles // 2)]
    stored = ["\n".join(text) for text in articles]
    queries = [
        (number, kind, text)
        for number in writer.random.sample(range(options.articles), options.sources)
        for kind, text in edits(writer, articles[number]).items()
    ]
    rows = {
        method.name: measure(method, stored, queries, strangers) for method in installed_methods()
    }
    kinds = list(next(iter(rows.values())))
    print(f"{'':24}" + "".join(f"{kind:>9}" for kind in kinds))
    for name, row in rows.items():
        print(
            f"{name:24}"
            + "".join(
                f"{row[kind]:9.0f}" if kind == "texts/s" else f"{row[kind]:9.3f}" for kind in kinds
            )
        )


if __name__ == "__main__":
    main()
