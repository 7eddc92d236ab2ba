"""The labelled sentences (`sentences/README.md`) are what their README says, and no figure measured
on them falls.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from training.evaluate_sentences import align_all, share_unexplained

FOLDER = Path(__file__).parent / "sentences"
FLOORS = json.loads((FOLDER.parent / "floors.json").read_text(encoding="utf-8"))["sentences"]
CASES = sorted(path.stem for path in FOLDER.glob("*.jsonl"))
NEW_KINDS = {
    "wholly_new",
    "changed_number",
    "changed_date",
    "reversal",
    "changed_court",
    "changed_place",
    "other_speaker",
    "changed_name",
    "same_kind_other_day",
    "added_act",
}
KNOWN_KINDS = {
    "paraphrase",
    "reordered",
    "alias",
    "number_words",
    "weekday",
    "attribution",
    "shortened",
    "merged_or_split",
    "spanish_paraphrase",
    "spanish_over_english",
    "english_over_spanish",
}
PAIRS = {
    "spanish_paraphrase": "es>es",
    "spanish_over_english": "es>en",
    "english_over_spanish": "en>es",
}

Row = dict[str, Any]


def rows_of(case: str) -> list[Row]:
    lines = (FOLDER / f"{case}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def stored_of(case: str) -> list[Row]:
    return [row for row in rows_of(case) if "stored" in row]


def asked_of(case: str) -> list[Row]:
    return [row for row in rows_of(case) if "stored" not in row]


ALL = [row for case in CASES for row in asked_of(case)]


def test_there_are_four_cases_and_more_than_four_hundred_sentences() -> None:
    assert CASES == ["funicular", "glassworks", "pilot", "runoff"]
    assert len(ALL) >= 400
    assert min(len(asked_of(case)) for case in CASES) >= 110


@pytest.mark.parametrize("case", CASES)
def test_stored_sentences_come_first_numbered_and_in_order_of_publication(case: str) -> None:
    stored, rows = stored_of(case), rows_of(case)

    assert [row["stored"] for row in stored] == list(range(len(stored)))
    assert rows[: len(stored)] == stored
    assert len(stored) >= 30
    assert [row["published"] for row in stored] == sorted(row["published"] for row in stored)
    assert all(set(row) == {"stored", "lang", "published", "t"} for row in stored)


@pytest.mark.parametrize("case", CASES)
def test_every_labelled_sentence_has_all_fields_with_allowed_values(case: str) -> None:
    stored = stored_of(case)

    for row in asked_of(case):
        assert set(row) == {"t", "lang", "published", "label", "kind", "over", "near"}
        assert row["lang"] in ("en", "es")
        assert row["kind"] in (NEW_KINDS if row["label"] == "new" else KNOWN_KINDS)
        assert (
            date.fromisoformat(row["published"]).year
            == date.fromisoformat(stored[0]["published"]).year
        )
        if row["near"] is None:
            assert (row["kind"], row["over"]) == ("wholly_new", "en")
        else:
            assert row["over"] == stored[row["near"]]["lang"]
            assert row["published"] >= stored[row["near"]]["published"]


@pytest.mark.parametrize("case", CASES)
def test_sentences_are_of_a_natural_length_and_none_comes_twice(case: str) -> None:
    texts = [row["t"] for row in rows_of(case)]

    assert len(set(texts)) == len(texts)
    assert [text for text in texts if not 7 <= len(text.split()) <= 40] == []
    assert [
        text for text in texts if text != text.strip() or not text.endswith((".", '."', "»."))
    ] == []


@pytest.mark.parametrize(("kind", "pair"), PAIRS.items())
def test_a_kind_named_after_languages_has_those_languages(kind: str, pair: str) -> None:
    assert {f"{row['lang']}>{row['over']}" for row in ALL if row["kind"] == kind} == {pair}


def test_every_kind_has_enough_sentences_to_be_measured() -> None:
    counts = Counter(row["kind"] for row in ALL)

    assert set(counts) == NEW_KINDS | KNOWN_KINDS
    assert {kind: count for kind, count in counts.items() if count < 20} == {}


@pytest.mark.parametrize("case", CASES)
def test_every_case_has_every_kind(case: str) -> None:
    assert {row["kind"] for row in asked_of(case)} == NEW_KINDS | KNOWN_KINDS


def test_labels_and_languages_are_balanced() -> None:
    labels = Counter(row["label"] for row in ALL)
    across = Counter(row["label"] for row in ALL if row["lang"] != row["over"])

    assert 0.45 <= labels["new"] / len(ALL) <= 0.55
    assert 0.30 <= sum(row["lang"] == "es" for row in ALL) / len(ALL) <= 0.45
    assert across["known"] >= 60
    assert across["new"] >= 25


def test_the_counts_in_the_readme_are_those_of_the_files() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")

    for kind, count in Counter(row["kind"] for row in ALL).items():
        spanish = sum(row["kind"] == kind and row["lang"] == "es" for row in ALL)
        assert f"| `{kind}` | {count} ({spanish}) |" in readme


def test_no_more_is_misread_than_when_the_floors_were_measured() -> None:
    aligned = align_all()

    new = [one for one in aligned if one.sentence.is_new]
    known = [one for one in aligned if not one.sentence.is_new]
    alike = [one for one in known if one.sentence.lang == one.sentence.over]
    assert share_unexplained(new) >= FLOORS["new_found"]
    assert share_unexplained(alike) <= FLOORS["known_taken_for_new_in_one_language"]
