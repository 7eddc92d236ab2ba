"""Builds the labelled `stream.jsonl` of an invented story from the tagged texts that a person
wrote.

    python -m training.build_stream tests/quality/streams/quarry [--check]

Reads `articles.jsonl` (one article a line, in order of publication) and `developments.json` (id,
date, fact, tier, and `repeats` for the second event of a kind: the id of the first) and writes
`stream.jsonl` beside them. Lines are of two forms.

Written:  id, outlet, family, published_at, lang, title, summary, kind, relation, subject,
          paragraphs. A paragraph is a list of sentences {"t": text, "d": developments told as news,
          "r": developments recalled, "f": detail facts}; empty keys are left out. Colour and
          quotations carry no tags.
Derived:  `paragraphs` is missing and relation is {"type": copy, truncated, spun or update,
          "of": id of an article anywhere in the file}. `keep` lists the paragraphs of that article
          that are kept (default all), `cut` leaves so many words of the last of them, `replace`
          [[old, new], ...] swaps words, `insert` [{"at": n, "sentences": [...]}] adds paragraphs
          (`at` is the place in the result). Tags travel with their sentences; a sentence that is
          cut loses its tags.

Either may have `traits`, a list of what makes the article hard (the README of the stream names
them); the row gets the list as it is, and no such key where the line has none.

Labels are computed in order of publication. A development is new in the first article that has it
in `d`, unless an earlier one told or recalled it; a sentence is new if it has a `d` or `f` that no
earlier article has in `d`, `r` or `f`; `alert` means that there is a new development. Opinion,
explainer and digest only recall; distractors and mentions carry no facts.

Prints the counts by kind beside the least that a stream should have. Exits with 1 when an id, a
time, a reference or a development is wrong, and with --check also when `stream.jsonl` is not what
would be written or a count falls short. A stream whose articles have traits has another mix: its
traits are counted too, and it may fall short."""

from __future__ import annotations

import argparse
import json
import re
import sys
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

SUMMARY_CHARS = 120
LATE_AFTER = timedelta(days=5)
RECALLING_KINDS = frozenset({"opinion", "explainer", "digest"})
KINDS = RECALLING_KINDS | {"news", "liveblog", "distractor"}
RELATIONS = frozenset({"original", "rewrite", "translation", "spun", "update", "copy", "truncated"})
WEEKDAYS = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:lunes|martes|miércoles|jueves|viernes|sábado|domingo)\b",
    re.IGNORECASE,
)
LEAST = {
    "additions, not news": 28,
    "additions, news": 12,
    "... at the top": 3,
    "... in the middle": 3,
    "... at the end": 3,
    "late retellings": 28,
    "... with a weekday": 12,
    "... without": 12,
    "second events": 12,
    "Spanish first reports": 5,
    "first reports in a copy or cut text": 2,
    "live blogs with a first report": 2,
    "distractors and mentions": 8,
    "opinion, explainer, digest": 6,
    "translations": 6,
    "spun": 6,
    "rewrites": 15,
}


class StreamError(Exception):
    """The tagged texts contradict themselves."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and what it says."""

    text: str
    told: frozenset[str] = frozenset()
    recalled: frozenset[str] = frozenset()
    details: frozenset[str] = frozenset()


Paragraph = tuple[Sentence, ...]


@dataclass(slots=True)
class Stream:
    """The built lines, and what their labels were computed from."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    first_told: dict[str, datetime] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)


def parse_paragraph(raw: list[dict[str, Any]]) -> Paragraph:
    """Returns the sentences of one written paragraph."""
    for sentence in raw:
        if unknown := set(sentence) - {"t", "d", "r", "f"}:
            raise StreamError(f"unknown keys {sorted(unknown)} in {sentence.get('t')!r}")
    return tuple(
        Sentence(
            one["t"],
            frozenset(one.get("d", ())),
            frozenset(one.get("r", ())),
            frozenset(one.get("f", ())),
        )
        for one in raw
    )


def cut_paragraph(paragraph: Paragraph, count: int) -> Paragraph:
    """Returns the first `count` words of a paragraph; the sentence in which they end loses its
    tags.
    """
    kept: list[Sentence] = []
    for sentence in paragraph:
        words = sentence.text.split()
        if len(words) > count:
            return (
                (*kept, Sentence(" ".join(words[:count]).rstrip(".,;:") + "…"))
                if count
                else tuple(kept)
            )
        kept.append(sentence)
        count -= len(words)
    return tuple(kept)


def swap(sentence: Sentence, pairs: list[list[str]]) -> Sentence:
    """Returns the sentence with words swapped."""
    text = sentence.text
    for old, new in pairs:
        text = text.replace(old, new)
    return Sentence(text, sentence.told, sentence.recalled, sentence.details)


def derive(raw: dict[str, Any], source: list[Paragraph]) -> list[Paragraph]:
    """Returns the paragraphs of an article that is made from another one."""
    result = [source[number] for number in raw.get("keep", range(len(source)))]
    if raw.get("cut"):
        whole, result[-1] = result[-1], cut_paragraph(result[-1], raw["cut"])
        if whole == result[-1]:
            raise StreamError(f"{raw['id']}: cuts nothing off")
    for old, _ in raw.get("replace", []):
        if not any(old in sentence.text for paragraph in result for sentence in paragraph):
            raise StreamError(f"{raw['id']}: {old!r} is not in the kept text")
    result = [
        tuple(swap(sentence, raw.get("replace", [])) for sentence in paragraph)
        for paragraph in result
    ]
    for addition in raw.get("insert", []):
        if not 0 <= addition["at"] <= len(result):
            raise StreamError(
                f"{raw['id']}: no place {addition['at']} among {len(result)} paragraphs"
            )
        result.insert(addition["at"], parse_paragraph(addition["sentences"]))
    return result


def compose(
    number: str,
    articles: dict[str, dict[str, Any]],
    made: dict[str, list[Paragraph]],
    depth: int = 0,
) -> list[Paragraph]:
    """Returns the paragraphs of an article, made once."""
    if number not in articles or depth > len(articles):
        raise StreamError(f"{number}: no such article, or derived from itself")
    if number not in made:
        raw = articles[number]
        if "paragraphs" in raw:
            made[number] = [parse_paragraph(one) for one in raw["paragraphs"]]
        else:
            made[number] = derive(raw, compose(raw["relation"]["of"], articles, made, depth + 1))
    return made[number]


def slug(text: str, words: int | None = None) -> str:
    """Returns lower-case ASCII words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", plain)[:words])


def clip(text: str) -> str:
    """Returns the start of a text as a feed shows it."""
    return (
        text
        if len(text) <= SUMMARY_CHARS
        else text[:SUMMARY_CHARS].rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"
    )


def when(raw: dict[str, Any]) -> datetime:
    """Returns the time of publication."""
    return datetime.fromisoformat(raw["published_at"].replace("Z", "+00:00"))


def facts(raw: dict[str, Any], paragraphs: list[Paragraph]) -> tuple[set[str], set[str], set[str]]:
    """Returns what an article tells as news, recalls, and says in detail, according to its kind."""
    told = {name for paragraph in paragraphs for sentence in paragraph for name in sentence.told}
    recalled = {
        name for paragraph in paragraphs for sentence in paragraph for name in sentence.recalled
    }
    details = {
        name for paragraph in paragraphs for sentence in paragraph for name in sentence.details
    }
    if raw["kind"] == "distractor" or raw["subject"] != "subject":
        return set(), set(), set()
    if raw["kind"] in RECALLING_KINDS:
        return set(), told | recalled, details
    return told, recalled - told, details


def add_row(
    stream: Stream, raw: dict[str, Any], paragraphs: list[Paragraph], family: str | None
) -> None:
    """Labels one article with what came before and adds it."""
    told, recalled, details = facts(raw, paragraphs)
    counts = raw["kind"] not in RECALLING_KINDS
    new_tags = (told | details) - stream.seen if counts else set()
    texts = [" ".join(sentence.text for sentence in paragraph) for paragraph in paragraphs]
    outlet, day = slug(raw["outlet"]), raw["published_at"][:10].replace("-", "/")
    new = sorted(told - stream.seen)
    traits = {"traits": raw["traits"]} if raw.get("traits") else {}
    stream.rows.append(
        {
            "id": raw["id"],
            "url": f"/{outlet}/{day}/{slug(raw['title'], 9)}",
            "outlet": raw["outlet"],
            "family": family,
            "feed": outlet,
            "published_at": raw["published_at"],
            "lang": raw["lang"],
            "title": raw["title"],
            "summary": raw["summary"] if raw.get("summary") is not None else clip(texts[0]),
            "paragraphs": texts,
            "kind": raw["kind"],
            "relation": {"type": raw["relation"]["type"], "of": raw["relation"].get("of")},
            "subject": raw["subject"],
            "developments": sorted(told),
            "recalled": sorted(recalled),
            "new_developments": new,
            "new_sentences": [
                sentence.text
                for paragraph in paragraphs
                for sentence in paragraph
                if (sentence.told | sentence.details) & new_tags
            ],
            "alert": bool(new),
            **traits,
        }
    )
    for name in told:
        stream.first_told.setdefault(name, when(raw))
    stream.seen |= told | recalled | details


def find_faults(articles: list[dict[str, Any]]) -> list[str]:
    """Returns what is wrong with ids, times, words and references."""
    faults = [
        f"{name}: id twice"
        for name, count in Counter(raw["id"] for raw in articles).items()
        if count > 1
    ]
    for before, raw in pairwise(articles):
        if when(before) >= when(raw):
            faults.append(f"{raw['id']}: not later than {before['id']}")
    known = {raw["id"] for raw in articles}
    for raw in articles:
        relation = raw["relation"]
        if (
            raw["kind"] not in KINDS
            or relation["type"] not in RELATIONS
            or raw["lang"] not in {"en", "es"}
        ):
            faults.append(f"{raw['id']}: kind, relation or language is not one of ours")
        if raw["subject"] not in {"subject", "mention", "none"}:
            faults.append(f"{raw['id']}: subject {raw['subject']!r}")
        if (relation["type"] == "original") != (relation.get("of") is None) or relation.get(
            "of"
        ) not in known | {None}:
            faults.append(f"{raw['id']}: relation {relation}")
    return faults


def find_label_faults(stream: Stream, developments: list[dict[str, Any]]) -> list[str]:
    """Returns developments that are unknown, or that no article brings as new."""
    known = {one["id"] for one in developments}
    brought = Counter(name for row in stream.rows for name in row["new_developments"])
    repeated = {one["repeats"] for one in developments if "repeats" in one}
    used = {name for row in stream.rows for name in row["developments"] + row["recalled"]}
    return [
        *(f"{name}: not in developments.json" for name in sorted(used - known)),
        *(f"{name}: repeated, but not in developments.json" for name in sorted(repeated - known)),
        *(f"{name}: no article brings it as new" for name in sorted(known - set(brought))),
    ]


def build(folder: Path) -> tuple[Stream, list[dict[str, Any]]]:
    """Returns the stream of a folder and its developments.

    Raises:
        StreamError: the texts contradict themselves; the message has a line for every fault.
    """
    lines = (folder / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    articles = [json.loads(line) for line in lines if line.strip()]
    developments = json.loads((folder / "developments.json").read_text(encoding="utf-8"))
    if faults := find_faults(articles):
        raise StreamError("\n".join(faults))
    by_id = {raw["id"]: raw for raw in articles}
    made: dict[str, list[Paragraph]] = {}
    stream = Stream()
    for raw in articles:
        family = raw.get("family")
        if "paragraphs" not in raw and "family" not in raw:
            source = by_id[raw["relation"]["of"]]
            family = source.get("family") or slug(source["outlet"])
        add_row(stream, raw, compose(raw["id"], by_id, made), family)
    if faults := find_label_faults(stream, developments):
        raise StreamError("\n".join(faults))
    return stream, developments


def place(row: dict[str, Any]) -> str:
    """Returns where in an update its new sentences stand."""
    added = [
        number
        for number, text in enumerate(row["paragraphs"])
        if any(new in text for new in row["new_sentences"])
    ]
    if added[0] == 0:
        return "at the top"
    return "at the end" if added[0] == len(row["paragraphs"]) - 1 else "in the middle"


def is_late_retelling(row: dict[str, Any], stream: Stream) -> bool:
    """Whether an article in its own words tells only what was first told days before."""
    if (
        row["alert"]
        or row["kind"] != "news"
        or row["relation"]["type"] not in {"rewrite", "translation", "spun"}
    ):
        return False
    told = [stream.first_told[name] for name in row["developments"]]
    return bool(told) and when(row) - max(told) >= LATE_AFTER


def count_kinds(stream: Stream, developments: list[dict[str, Any]]) -> dict[str, int]:
    """Counts the articles of each kind that the judge finds hard."""
    counts = Counter(dict.fromkeys(LEAST, 0))
    for row in stream.rows:
        relation = row["relation"]["type"]
        if relation == "update":
            counts["additions, news" if row["alert"] else "additions, not news"] += 1
            if row["alert"]:
                counts[f"... {place(row)}"] += 1
        if is_late_retelling(row, stream):
            counts["late retellings"] += 1
            told = " ".join([row["title"], *row["paragraphs"]])
            counts["... with a weekday" if WEEKDAYS.search(told) else "... without"] += 1
        counts["Spanish first reports"] += row["alert"] and row["lang"] == "es"
        counts["first reports in a copy or cut text"] += row["alert"] and relation in {
            "copy",
            "truncated",
            "spun",
        }
        counts["live blogs with a first report"] += row["alert"] and row["kind"] == "liveblog"
        counts["distractors and mentions"] += (
            row["kind"] == "distractor" or row["subject"] != "subject"
        )
        counts["opinion, explainer, digest"] += row["kind"] in RECALLING_KINDS
        counts["translations"] += relation == "translation"
        counts["spun"] += relation == "spun"
        counts["rewrites"] += relation == "rewrite"
    counts["second events"] = sum("repeats" in one for one in developments)
    return {name: counts[name] for name in LEAST}


def count_traits(stream: Stream) -> Counter[str]:
    """Counts the articles that have each trait."""
    return Counter(trait for row in stream.rows for trait in row.get("traits", ()))


def print_report(
    stream: Stream, developments: list[dict[str, Any]], counts: dict[str, int]
) -> None:
    """Prints what a person wants to know of the stream."""
    rows = stream.rows
    spread = {
        "articles": len(rows),
        "outlets": len({row["outlet"] for row in rows}),
        "developments": len(developments),
        "alerts": sum(row["alert"] for row in rows),
        "new sentences": sum(len(row["new_sentences"]) for row in rows),
        "from, to": f"{rows[0]['published_at'][:10]} {rows[-1]['published_at'][:10]}",
        "tier": dict(sorted(Counter(one["tier"] for one in developments).items())),
        "language": dict(Counter(row["lang"] for row in rows)),
        "subject": dict(Counter(row["subject"] for row in rows)),
        "relation": dict(Counter(row["relation"]["type"] for row in rows)),
        "kind": dict(Counter(row["kind"] for row in rows)),
        "alerts by relation": dict(
            Counter(row["relation"]["type"] for row in rows if row["alert"])
        ),
    }
    for name, value in spread.items():
        print(f"{name:36}{value}")
    for name, count in counts.items():
        print(f"{name:36}{count:4} / {LEAST[name]}{'' if count >= LEAST[name] else '  SHORT'}")
    for name, count in sorted(count_traits(stream).items()):
        print(f"{'trait ' + name:36}{count:4}")


def main() -> int:
    """Builds the folder named on the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; fail on a stale stream.jsonl or, where no article has traits, on"
        " short counts",
    )
    args = parser.parse_args()
    try:
        stream, developments = build(args.folder)
    except StreamError as error:
        print(error, file=sys.stderr)
        return 1
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in stream.rows)
    counts = count_kinds(stream, developments)
    print_report(stream, developments, counts)
    target = args.folder / "stream.jsonl"
    if not args.check:
        target.write_text(text, encoding="utf-8")
        return 0
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        print(f"{target} is stale: run this without --check", file=sys.stderr)
        return 1
    is_short = any(counts[name] < least for name, least in LEAST.items())
    return int(is_short and not count_traits(stream))


if __name__ == "__main__":
    raise SystemExit(main())
