"""Story 5, a reporter on 11 and 12 December 2025: an order, a release, an amendment overnight and a
new order next morning, told by texts that share most of their paragraphs.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.acceptance.stories.case import AUTUMN, SUMMER
from tests.acceptance.stories.desk import Desk, Page, open_desk

OLD = """The glazier was deported to Talvera in March because of an administrative error, although
an immigration judge had ruled in 2019 that he must not be sent there. He was brought back in June
and charged with smuggling migrants, which he denies.

The government has named Uganda, Eswatini, Ghana and Liberia as places where it might send him.
Costa Rica has said that it would take him as a refugee."""
ORDER = Page(
    "Capital Wire",
    "2025-12-11 15:21",
    "Judge orders glazier freed from immigration detention",
    f"""District Judge Miriam Oakes on Thursday ordered the government to release Aurelio Benavent
from immigration detention immediately, and granted his petition for habeas corpus.

She wrote that he had been detained without lawful authority, because no final order of removal
exists in his case. The government must report to her by 5 p.m.

{OLD}""",
)
RELEASE = Page(
    "Capital Wire",
    "2025-12-11 22:05",
    "Glazier walks free from immigration detention",
    f"""Aurelio Benavent walked out of the detention centre in Farmdale shortly before 5 p.m. on
Thursday, hours after Judge Miriam Oakes had ordered that he be freed.

His brother drove him home to Port Ellery, his lawyer Colm Sarratt said. He has to report to an
immigration office there on Friday morning.

{OLD}""",
)
AMENDED = Page(
    "Ellery Post",
    "2025-12-12 06:30",
    "Immigration judge adds removal order to ruling of 2019 overnight",
    f"""An immigration judge amended the ruling of 2019 on Aurelio Benavent overnight and added an
order of removal to Talvera, which had been left out by a scrivener's error, according to the
decision by Judge Philip Taylor.

His lawyers received it late on Thursday. They fear that the government will use it to detain him
when he reports to the immigration office on Friday.

{OLD}""",
)
RESTRAINED = Page(
    "Capital Wire",
    "2025-12-12 13:40",
    "Judge blocks officers from detaining glazier again",
    f"""District Judge Miriam Oakes on Friday morning issued a temporary restraining order that
forbids immigration officers to detain Aurelio Benavent again, minutes before he was to report to
their office in Port Ellery.

His lawyers had asked for it during the night. The order holds until a hearing on the amended
ruling of the immigration judge.

{OLD}""",
)
NOISE = (
    Page(
        "Newsmatter",
        "2025-12-11 15:50",
        "Judge orders glazier freed",
        f"""Judge Miriam Oakes on Thursday ordered the government to release Aurelio Benavent from
immigration detention immediately. She granted his petition for habeas corpus.

She wrote that he had been detained without lawful authority, because no final order of removal
exists in his case.

{OLD}""",
    ),
    Page(
        "Harbour Mirror",
        "2025-12-12 00:30",
        "Glazier walks free, 12 December",
        RELEASE.text,
    ),
    Page(
        "Notizie dal Mondo",
        "2025-12-12 18:00",
        "Il vetraio Benavent è libero",
        """Aurelio Benavent ha lasciato giovedì il centro di detenzione di Farmdale, dopo che la
giudice Miriam Oakes ne aveva ordinato la liberazione.

Il vetraio era stato deportato per errore a Talvera in marzo.""",
        "it",
    ),
    Page(
        "Blick nach Westen",
        "2025-12-12 18:00",
        "Glaser Benavent ist frei",
        """Aurelio Benavent hat am Donnerstag das Lager in Farmdale verlassen, nachdem Richterin
Miriam Oakes seine Freilassung angeordnet hatte.

Der Glaser war im März irrtümlich nach Talvera abgeschoben worden.""",
        "de",
    ),
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    outlets = (
        "Ellery Post",
        "Capital Wire",
        "Newsmatter",
        "Harbour Mirror",
        "Notizie dal Mondo",
        "Blick nach Westen",
    )
    folder = tmp_path_factory.mktemp("freed") / "config"
    known = (*SUMMER, *AUTUMN)
    with open_desk(folder, "2025-12-11 08:00", outlets, known=known) as opened:
        opened.play(ORDER, RELEASE, AMENDED, RESTRAINED, *NOISE)
        yield opened


def test_order_release_amendment_and_new_order_are_four_alerts(desk: Desk) -> None:
    assert len(desk.told()) == 4


def test_order_amendment_and_new_order_are_told_over_the_same_background(desk: Desk) -> None:
    told = [sentence for _, sentence in desk.told()]

    for page in (ORDER, AMENDED, RESTRAINED):
        assert any(sentence in " ".join(page.paragraphs) for sentence in told), page.title


def test_the_release_is_told_in_the_words_of_its_outlet(desk: Desk) -> None:
    assert [one for _, one in desk.told() if "walked out of the detention centre" in one]


def test_what_was_known_is_not_quoted_as_new(desk: Desk) -> None:
    quoted = " ".join(one["text"] for event in desk.events()[1:] for one in event["new_sentences"])

    assert "was deported to Talvera in March" not in quoted
    assert "Costa Rica has said" not in quoted


def test_mirrors_and_digests_of_other_languages_are_not_told(desk: Desk) -> None:
    told = {outlet for outlet, _ in desk.told()}

    assert told == {"Capital Wire", "Ellery Post"}
