"""Event classes of a case's own: found in what is judged and in what is stored, and in no other
case.
"""

from datetime import datetime, timedelta

import pytest

from monitor.model import KnownArticle, Outcome
from monitor.novelty import ArticleContext, CaseIndex, analyse, judge, read_events
from monitor.novelty.nlp.event_keys import EventKey
from tests.novelty.world import SATURDAY, SINKING, TUESDAY, text_of

LICENCE = {
    "DELIST": ["struck off ~ register", "baja del registro", "delist*"],
    "CHARGE": ["querell*"],
}
DELISTED = text_of(
    "The harbour registry on Saturday struck the ferry Alondra off its register, registrar Odile "
    "Fenn wrote.",
    "The entry had stood since 1987. Lantern Lines has ten days to answer.",
)


def events_of(text: str) -> set[str]:
    events = read_events(LICENCE)
    assert events is not None
    analysis = events.of_analysis(analyse("", text, published_at=SATURDAY))
    return {name for sentence in analysis.sentences for name in sentence.facts.classes}


@pytest.mark.parametrize(
    "text",
    [
        "The registry struck off the ferry from the register.",
        "La autoridad dio de baja del registro al transbordador.",
        "Two ships were delisted, the office said.",
        "TWO SHIPS WERE DELISTED, THE OFFICE SAID.",
    ],
)
def test_terms_are_found_folded_with_gaps_and_beginnings(text: str) -> None:
    assert "DELIST" in events_of(text)


def test_a_class_of_the_program_gets_further_terms_and_keeps_its_own() -> None:
    assert "CHARGE" in events_of("Las familias presentaron una querella.")
    assert "CHARGE" in events_of("Prosecutors charged the captain.")
    assert "DELIST" not in events_of("Prosecutors charged the captain.")


def test_an_event_of_its_own_is_new_once_and_found_in_what_was_stored_before() -> None:
    told = {"DELIST": ["struck ~ off"]}
    stored = [(SINKING, TUESDAY), (DELISTED, SATURDAY)]
    plain, own = CaseIndex(), CaseIndex(read_events(told))
    for index in (plain, own):
        for number, (text, at) in enumerate(stored[:1], start=1):
            add(index, number, text, at)

    report = analyse("", DELISTED, published_at=SATURDAY)
    before = judge(report, own, ArticleContext(now=SATURDAY, is_subject=True))
    add(own, 2, DELISTED, SATURDAY)
    add(plain, 2, DELISTED, SATURDAY)

    assert before.outcome is Outcome.ALERT
    assert any(key.startswith("class DELIST") for key in before.event_keys)
    delisting = EventKey.of_class("DELIST", SATURDAY.date())
    assert own.has_event(delisting)
    assert not plain.has_event(delisting)
    later = ArticleContext(now=SATURDAY + timedelta(hours=1), is_subject=True)
    again = judge(report, own, later)
    assert again.outcome is Outcome.SILENT


def add(index: CaseIndex, number: int, text: str, at: datetime) -> None:
    analysis = analyse("", text, published_at=at)
    index.add(
        KnownArticle(number, number, analysis.title, analysis.sentences, analysis.lang, at, at)
    )


def test_no_class_is_none() -> None:
    assert read_events({}) is None


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({"delist": ["struck off"]}, "capitals"),
        ({"DELIST": []}, "1 to 50"),
        ({"DELIST": ["~ off"]}, "begin with a word"),
        ({"DELIST": ["!struck off"]}, "begin with a word"),
        ({"DELIST": [""]}, "begin with a word"),
        ({"DELIST": ["struck, off"]}, ""),
        ({"DELIST": ["s*"]}, "no word"),
        ({"DELIST": ["struck-off"]}, "no word"),
        ({f"A{number:02}": ["x"] for number in range(21)}, "more than 20"),
    ],
)
def test_what_is_no_class_is_refused_with_what_to_do(
    written: dict[str, list[str]], message: str
) -> None:
    if not message:
        assert read_events(written) is not None
        return
    with pytest.raises(ValueError, match=message):
        read_events(written)
