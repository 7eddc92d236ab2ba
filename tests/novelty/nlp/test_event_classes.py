"""What kinds of event a report's words stand for, in English and Spanish."""

import pytest

from monitor.novelty.nlp.lexicon import lexicon
from monitor.novelty.nlp.tokens import read_tokens


def classes(text: str) -> set[str]:
    found = lexicon().events.terms.find(read_tokens(text).words)
    return {label.name for label in found if label.kind == "class"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Divers recovered the bodies of two sailors.", "RECOVER"),
        ("Los buzos han recuperado el cuerpo del patrón.", "RECOVER"),
        ("Three hikers were airlifted off Mount Quern.", "RESCUE"),
        ("Han rescatado a tres montañeros.", "RESCUE"),
        ("The roof of the market collapsed.", "COLLAPSE"),
        ("El tejado del mercado se ha venido abajo.", "COLLAPSE"),
        ("The search for the hikers was called off.", "MISSING"),
        ("Health officials confirmed four new cases.", "INFECT"),
        ("Sanidad ha confirmado nuevos contagios.", "INFECT"),
        ("Tram drivers walked off the job on Monday.", "STRIKE"),
        ("Los sindicatos han convocado una huelga.", "STRIKE"),
        ("Ada Brook has been named as harbour master.", "APPOINT"),
        ("Tomás Arce ha asumido la alcaldía.", "APPOINT"),
        ("El consejero ha dimitido.", "RESIGN"),
        ("The shipyard laid off ninety workers.", "LAYOFF"),
        ("La naviera ha entrado en concurso de acreedores.", "INSOLVENT"),
        ("The ferry line was sold to Quern Holdings.", "SALE"),
        ("The council set up a relief fund.", "FUND"),
        ("The insurer refused to pay.", "INSURE"),
        ("The families reached a settlement with the yard.", "SETTLE"),
        ("The dairy recalled all cheese of May.", "RECALL"),
        ("The regulator grounded the airline.", "GROUND"),
        ("The roads office has put a limit of ten tonnes on the bridge.", "LIMIT"),
        ("Parliament passed a law on dams.", "LAW"),
        ("The yard was fined two million crowns.", "SANCTION"),
        ("A letter obtained by the Velmora Post tells otherwise.", "REVEAL"),
        ("Según la transcripción que obra en poder de este diario, mintió.", "REVEAL"),
        ("The final report was handed over on Friday.", "REPORT"),
        ("Los peritos han entregado su informe.", "REPORT"),
        ("A new design for the bridge was chosen.", "DESIGN"),
        ("Divers inspected the hull.", "INSPECT"),
        ("The commission blamed the harbour office.", "BLAME"),
        ("La comisión reparte la culpa entre ambas.", "BLAME"),
        ("The contract was awarded to Brook & Arce.", "HIRE"),
        ("La jueza ha ordenado cerrar el puerto.", "ORDER"),
        ("El tribunal ha admitido a trámite la querella.", "GRANT"),
    ],
)
def test_a_report_has_the_class_of_what_it_reports(text: str, name: str) -> None:
    assert name in classes(text)


@pytest.mark.parametrize(
    ("headline", "told", "name"),
    [
        ("Judge delays sale of ferry by a week", "A judge delayed the sale.", "STAY"),
        ("Court bars ferry line from using pier", "The court barred the line.", "BAR"),
        ("Prison releases captain after a year", "The prison released him.", "RELEASE"),
        ("Prosecutor charges owner with fraud", "He was charged on Monday.", "CHARGE"),
        ("Court rules against harbour office", "The court ruled on Monday.", "RULE"),
        ("Mayor sacks harbour master", "The mayor sacked her.", "RESIGN"),
        ("Port lifts limit on lorries", "The port lifted it.", "RESUME"),
        ("Two hikers drown in reservoir", "Two hikers drowned.", "DIE"),
        ("Council votes for a new pier", "The council voted.", "VOTE"),
        ("Velmora will not accept the captain", "Velmora refused him.", "DENY"),
        ("La jueza retrasará el juicio", "La jueza ha retrasado el juicio.", "STAY"),
        ("El fiscal descarta otra autopsia", "Ha descartado otra autopsia.", "DENY"),
        ("Los concejales votan hoy", "Los concejales votaron ayer.", "VOTE"),
        ("El puerto cesa a su directora", "La directora fue cesada.", "RESIGN"),
    ],
)
def test_a_headline_in_the_present_has_the_class_of_what_is_told_in_the_past(
    headline: str, told: str, name: str
) -> None:
    assert name in classes(headline)
    assert name in classes(told)


@pytest.mark.parametrize(
    "text",
    [
        "She had paid for her own ticket.",
        "The plane smelled of kerosene.",
        "Alguien cerraba los ojos en el último vagón.",
        "He stayed until half past nine.",
        "The funeral hymn was sung twice.",
        "En la plaza había una médica jubilada.",
    ],
)
def test_colour_has_no_class_of_an_act(text: str) -> None:
    events = lexicon().events

    assert classes(text) <= events.weak | events.keyless


@pytest.mark.parametrize(
    ("text", "name", "other"),
    [
        ("Ines Vidal was granted bail on Thursday.", "RELEASE", "DETAIN"),
        ("Ines Vidal is held without bail.", "DETAIN", "RELEASE"),
        ("A judge denied bail to Ines Vidal.", "DETAIN", "RELEASE"),
        ("Ines Vidal salió bajo fianza.", "RELEASE", "DETAIN"),
        ("Ines Vidal seguirá en prisión sin fianza.", "DETAIN", "RELEASE"),
    ],
)
def test_bail_that_is_refused_frees_nobody(text: str, name: str, other: str) -> None:
    found = classes(text)

    assert name in found
    assert other not in found


@pytest.mark.parametrize(
    ("text", "is_charge"),
    [
        ("Prosecutors charged Odile Fenn over the missing flour.", True),
        ("Police have charged two bakers in connection with the fire.", True),
        ("She charged up the stairs.", False),
        ("The yard charged extra for the paint.", False),
    ],
)
def test_who_charges_whom_is_told_from_what_is_charged(text: str, is_charge: bool) -> None:
    assert ("CHARGE" in classes(text)) is is_charge
