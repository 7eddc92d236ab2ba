"""Story 3, a helper of the family on 25 August 2025, who reads Spanish on a telephone: the outlets
that have it first are Spanish, and their words are what is told.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.acceptance.stories.case import SUMMER
from tests.acceptance.stories.desk import HOOK, Desk, Page, open_desk

FREED = (
    "2025-08-23",
    "Glazier leaves jail after five months",
    """Aurelio Benavent left the jail of Nolan City on Friday and was driven to his family in Port
Ellery, more than five months after he was deported.

His lawyers were told the same evening that the government might deport him to Uganda.""",
)
CALL = Page(
    "Radio Sur",
    "2025-08-25 09:00",
    "Senadora habla por video con Aurelio Benavent",
    """La senadora Helen Voss habló el domingo por videollamada con Aurelio Benavent y su familia,
según un comunicado de su oficina.

"Está contento de abrazar a sus hijos", dijo la senadora.""",
    "es",
)
DETAINED = Page(
    "Diario del Valle",
    "2025-08-25 13:10",
    "Detenido de nuevo por agentes de inmigración el vidriero deportado por error",
    """Agentes de inmigración detuvieron el lunes a Aurelio Benavent cuando se presentó en la
oficina de Port Ellery, tres días después de que salió de la cárcel.

El vidriero había sido citado para una entrevista. Su abogado, Colm Sarratt, dijo que los agentes
se lo llevaron esposado y que no explicaron el motivo.

El gobierno anunció que quiere deportarlo a Uganda. Cientos de personas lo habían acompañado hasta
la puerta.""",
    "es",
)
FORBIDDEN = Page(
    "La Prensa de Ellery",
    "2025-08-25 13:10",
    "Jueza prohíbe sacar del país a Aurelio Benavent",
    """La jueza federal Miriam Oakes prohibió el lunes al gobierno sacar del país a Aurelio
Benavent mientras estudia un nuevo recurso de habeas corpus de sus abogados.

"Queda absolutamente prohibido expulsarlo del territorio", dijo la jueza en una audiencia
telefónica a los abogados del Departamento de Justicia.

La orden rige al menos hasta el viernes, cuando habrá otra audiencia. Benavent permanecerá en un
centro de detención del estado.""",
    "es",
)
COPIES = tuple(
    Page(
        outlet,
        "2025-08-25 17:00",
        "Vuelven a detener al vidriero deportado por error",
        DETAINED.text.replace("el lunes", when),
        "es",
    )
    for outlet, when in (("Radio Sur", "ayer"), ("Noticias 7", "este lunes"))
)
REPOST = Page(
    "Patriot Voice",
    "2025-08-25 17:00",
    "Gang member Benavent arrested again",
    """Immigration officers on Monday arrested Aurelio Benavent at their office in Port Ellery
and are processing him for deportation to Uganda, the department said.

"We will not allow this gang member to walk the streets," the department wrote.""",
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    outlets = (
        "Radio Sur",
        "Diario del Valle",
        "La Prensa de Ellery",
        "Noticias 7",
        "Patriot Voice",
    )
    folder = tmp_path_factory.mktemp("spanish") / "config"
    rules = HOOK + '[[alert]]\nchannel = "desk"\nlanguages = ["es"]\ntiers = [1, 2]\n'
    with open_desk(
        folder, "2025-08-24 20:00", outlets, known=(*SUMMER, FREED), rules=rules
    ) as opened:
        opened.play(CALL, DETAINED, FORBIDDEN, *COPIES, REPOST)
        yield opened


def test_the_detention_is_told_in_the_words_of_its_outlet(desk: Desk) -> None:
    mail = next(mail for mail in desk.mailbox.messages if "detuvieron" in str(mail["Subject"]))

    assert str(mail["Subject"]).rpartition("(")[2].startswith("Diario del Valle")
    text = mail.get_body(("plain",)).get_content()
    assert "Agentes de inmigración detuvieron el lunes a Aurelio Benavent" in text
    assert "happened Monday 25 August 2025" in text


def test_the_order_of_the_same_poll_is_told_beside_it(desk: Desk) -> None:
    assert len(desk.alert_subjects()) == 2


def test_call_copies_and_reposts_are_not_told(desk: Desk) -> None:
    told = " ".join(desk.alert_subjects())

    assert "Helen Voss" not in told
    for outlet in ("Radio Sur", "Noticias 7", "Patriot Voice"):
        assert outlet not in told
