"""What holds in a case, by what its developments say."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files

import pytest

from monitor.novelty import analyse, event_keys
from monitor.novelty.nlp.lexicon import lexicon
from monitor.novelty.verdict.case_details import _READERS, _SLOT
from monitor.novelty.verdict.case_state import (
    CaseState,
    ToldDevelopment,
    _Memory,
    read_case_state,
    state_rules,
)
from tests.world import at

DAY = date(2025, 3, 4)  # a Tuesday


def told(number: int, text: str, *, day: int = 0, tier: int | None = 1) -> ToldDevelopment:
    """A development as the judge stores it: the event keys of its sentence."""
    on = DAY + timedelta(days=day)
    analysis = analyse("Velmora harbour", text, lang="", published_at=at(f"{on}T15:00:00"))
    keys = {str(key) for one in analysis.sentences for key in event_keys(one.facts)}
    return ToldDevelopment(f"d{number}", tuple(sorted(keys)), on, text, f"Headline {number}", tier)


def state_of(*texts: str) -> CaseState:
    """The state of a case that was told so, a sentence a week."""
    return read_case_state(
        told(number, text, day=7 * number) for number, text in enumerate(texts, start=1)
    )


def values(state: CaseState) -> dict[str, str]:
    return {one.aspect: one.value for one in state.holds}


@pytest.mark.parametrize(
    ("text", "aspect", "value"),
    [
        ("Police arrested the harbour master, Otto Quern, on Monday.", "custody", "detained"),
        ("Otto Quern was detained in Ribaluz on Monday.", "custody", "detained in Ribaluz"),
        ("Otto Quern was released on bail.", "custody", "released"),
        ("Otto Quern was deported to Port Osmond.", "custody", "deported to Port Osmond"),
        ("La policía detuvo este lunes al capitán Tomás Arce.", "custody", "detained"),
        ("Otto Quern was charged with negligence.", "charges", "charged"),
        ("A judge dismissed all charges against Otto Quern.", "charges", "dismissed"),
        ("The jury acquitted Otto Quern.", "charges", "acquitted"),
        ("El tribunal condenó a Otto Quern a seis años de prisión.", "charges", "convicted"),
        ("A judge ordered the ministry to open its files.", "orders", "one issued"),
        ("The appeals court stayed the order.", "orders", "an order stayed"),
        ("The supreme court reversed the ruling.", "orders", "a decision reversed"),
        ("The supreme court upheld the ruling.", "orders", "a decision upheld"),
        ("The trial of Otto Quern was set for 2 June.", "trial", "set for 2025-06-02"),
        ("The trial of Otto Quern began on Monday.", "trial", "under way"),
        ("The judge postponed the trial to 9 June.", "trial", "put off to 2025-06-09"),
        ("The judge set the trial for January 12.", "trial", "set for 2026-01-12"),
        ("The judge postponed the hearing to Monday.", "trial", "put off to 2025-03-10"),
        ("The trial was brought forward from June 9 to June 2.", "trial", "set for 2025-06-02"),
        ("La vista fue aplazada para el jueves.", "trial", "put off to 2025-03-06"),
        ("The captain, Mira Dahl, died on Monday.", "life", "dead"),
        ("Mira Dahl was found alive on Monday.", "life", "found alive"),
        ("Nine people died in the Velmora on Monday.", "toll", "9 dead"),
        ("The number of dead has risen to eleven.", "toll", "11 dead"),
        ("Divers found three more bodies, taking to five the death toll.", "toll", "5 dead"),
        ("Hallan tres cuerpos más y elevan a cinco los fallecidos.", "toll", "5 dead"),
        ("Otras dos personas han muerto: son ya cinco muertos.", "toll", "5 dead"),
        ("Un hombre de 71 años ha muerto en Ribaluz.", "life", "dead"),
        ("The toll of the Velmora now stands at nine dead.", "toll", "9 dead"),
        ("Otto Quern has resigned as harbour master.", "office", "resigned"),
        ("The council appointed Mira Dahl harbour master.", "office", "appointed"),
        ("The port of Velmora was closed on Monday.", "access", "closed"),
        ("The second lane of the bridge was reopened.", "access", "reopened: second lane"),
        ("Otto Quern has begun a hunger strike.", "hunger strike", "on hunger strike"),
        ("The dockers of Velmora went on strike.", "strike", "on strike"),
        ("Mira Dahl was moved to a prison in Ribaluz.", "custody", "moved"),
        ("The union and the shipyard resumed their talks.", "talks", "resumed"),
        ("El juez imputó a Otto Quern.", "charges", "charged"),
        ("Otto Quern, detenido a petición de Mira Dahl.", "custody", "detained"),
        ("The union and the shipyard signed the agreement.", "deal", "signed"),
    ],
)
def test_a_development_sets_an_aspect(text: str, aspect: str, value: str) -> None:
    tier = 2 if aspect == "trial" else 1

    state = read_case_state([told(1, text, tier=tier)])

    assert values(state).get(aspect) == value


@pytest.mark.parametrize(
    "text",
    [
        "The prosecutor will ask the court to arrest Otto Quern.",
        "The lawyer of the jailed clerk asks for her release.",
        "Nobody was arrested.",
        "Otto Quern was not released.",
        "The ministry plans to close the port of Velmora.",
        "Velmora to close its port.",
        "The port of Velmora is to be closed.",
        "El ministerio cerrará el puerto de Velmora.",
        "Otto Quern must be released, the judge ruled.",
        "Otto Quern can be deported now.",
        "La jueza ha dicho que Otto Quern debe ser excarcelado.",
        "They signed the form.",
        "Otto Quern, jailed in Ribaluz since May, spoke to reporters.",
        "Another four ferries were moved to Port Osmond.",
    ],
)
def test_what_is_planned_asked_or_denied_changes_nothing(text: str) -> None:
    assert read_case_state([told(1, text)]).holds == ()


def test_talk_changes_nothing_whatever_it_speaks_of() -> None:
    text = "Police arrested Otto Quern, a neighbour said."

    assert read_case_state([told(1, text, tier=3)]).holds == ()
    assert values(read_case_state([told(1, text, tier=None)])) == {"custody": "detained"}


def test_what_was_ordered_has_not_happened_yet() -> None:
    state = read_case_state([told(1, "A judge ordered Otto Quern freed.")])

    assert values(state) == {"orders": "one issued"}


def test_of_two_joined_acts_the_second_holds() -> None:
    state = read_case_state([told(1, "Otto Quern was arrested and released within hours.")])

    assert values(state) == {"custody": "released"}


def test_a_later_development_takes_the_place_of_an_earlier_one() -> None:
    state = state_of("Police arrested Otto Quern.", "Otto Quern was released.")

    assert values(state) == {"custody": "released"}
    assert {key: [one.value for one in made] for key, made in state.changes.items()} == {
        "d1": ["detained"],
        "d2": ["released"],
    }


def test_aspects_stand_beside_each_other_the_latest_first() -> None:
    state = state_of("Police arrested Otto Quern.", "A judge dismissed all charges.")

    assert [one.aspect for one in state.holds] == ["charges", "custody"]


def test_it_says_since_when_by_what_and_where_that_stands() -> None:
    (held,) = read_case_state([told(7, "Police arrested Otto Quern on Monday.")]).holds

    assert (held.since, held.development_id, held.title) == (DAY - timedelta(1), "d7", "Headline 7")


def test_what_still_holds_keeps_its_first_day_and_is_no_change() -> None:
    state = state_of("Police arrested Otto Quern.", "Police arrested Otto Quern.")

    assert [one.development_id for one in state.holds] == ["d1"]
    assert set(state.changes) == {"d1"}


def test_a_toll_that_rises_is_a_change() -> None:
    state = state_of("Nine people died in the Velmora.", "The number of dead has risen to eleven.")

    assert values(state) == {"toll": "11 dead"}
    assert set(state.changes) == {"d1", "d2"}


def test_steps_are_told_by_the_last_one() -> None:
    state = state_of(
        "The bridge was closed.", "The second lane was reopened.", "The third lane was reopened."
    )

    assert values(state) == {"access": "reopened: third lane"}


def test_two_reports_of_one_day_that_disagree_both_stand() -> None:
    state = read_case_state(
        [told(1, "Otto Quern was arrested."), told(2, "Otto Quern was released.")]
    )

    assert [(one.aspect, one.value) for one in state.holds] == [
        ("custody", "detained"),
        ("custody", "released"),
    ]


def test_a_later_day_settles_a_contradiction() -> None:
    state = read_case_state(
        [
            told(1, "Otto Quern was arrested."),
            told(2, "Otto Quern was released."),
            told(3, "Otto Quern was released.", day=3),
        ]
    )

    assert values(state) == {"custody": "released"}
    assert set(state.changes) == {"d1", "d2", "d3"}


def test_an_old_event_that_is_told_late_undoes_nothing() -> None:
    late = told(2, "Police arrested Otto Quern on Monday.")

    state = read_case_state([told(1, "Otto Quern was released on Tuesday."), late])

    assert values(state) == {"custody": "released"}
    assert set(state.changes) == {"d1"}


def test_a_headline_says_nothing_beside_a_sentence_that_does() -> None:
    keys = ["class DETAIN 2025-03-04", "class RELEASE 2025-03-04", "class ORDER 2025-03-04"]
    text = "A judge ordered the release of Otto Quern."

    one = ToldDevelopment("d1", tuple(keys), DAY, text, "Otto Quern released", 1)

    assert values(read_case_state([one])) == {"orders": "one issued"}


def test_a_headline_speaks_for_a_sentence_that_says_nothing() -> None:
    one = ToldDevelopment(
        "d1", ("class DETAIN 2025-03-04",), DAY, "He is 52 years old.", "Otto Quern arrested", 1
    )

    assert values(read_case_state([one])) == {"custody": "detained"}


def test_a_class_that_the_development_lacks_is_background() -> None:
    one = ToldDevelopment(
        "d1", ("class PUBLISH 2025-03-04",), DAY, "Otto Quern, arrested in May, is 52.", "Files", 1
    )

    assert read_case_state([one]).holds == ()


def test_who_acts_is_enough_where_the_class_was_known_for_the_day() -> None:
    one = ToldDevelopment(
        "d1", ("role POLICE DETAIN 2025-03-04",), DAY, "Police arrested Otto Quern.", "Quern", 1
    )

    assert values(read_case_state([one])) == {"custody": "detained"}


def test_every_class_role_and_slot_of_the_table_exists() -> None:
    data = files("monitor.novelty").joinpath("data")
    table = tomllib.loads(data.joinpath("case_state.toml").read_text(encoding="utf-8"))
    events = lexicon().events
    roles = set(tomllib.loads(data.joinpath("roles.toml").read_text(encoding="utf-8")))
    rules = [rule for of_class in state_rules().values() for rule in of_class]

    assert set(table) <= set(events.tiers) - events.keyless
    assert {role for rule in rules for role in rule.roles} <= roles
    assert {slot for rule in rules for slot in _SLOT.findall(rule.detail)} <= set(_READERS)


def test_what_asks_for_a_detail_has_one() -> None:
    rules = [rule for of_class in state_rules().values() for rule in of_class]

    assert [rule for rule in rules if rule.needs and not rule.detail] == []


def test_what_was_read_before_is_told_of_whoever_says_it_now() -> None:
    first = told(1, "Police arrested Otto Quern on Monday.")
    again = replace(first, development_id="d2")

    (held,) = read_case_state([first]).holds
    (repeated,) = read_case_state([again]).holds

    assert (held.development_id, repeated.development_id) == ("d1", "d2")
    assert replace(repeated, development_id="d1") == held


def test_what_was_read_longest_ago_is_forgotten_first() -> None:
    memory = _Memory(2)
    one, two, three = (told(number, f"Otto Quern sold {number} boats.") for number in range(3))
    memory.keep(one, ())
    memory.keep(two, ())
    memory.recall(one)

    memory.keep(three, ())

    assert [memory.recall(told) for told in (one, two, three)] == [(), None, ()]
