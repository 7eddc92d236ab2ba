"""Lines that are no part of an article, and sentences that only look like them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.extraction.boilerplate import (
    PageLines,
    drop_boilerplate,
    line_key,
    title_keys,
)

STORY = [
    f"Sentence {number} of the story tells what the judge said about the harbor."
    for number in range(12)
]


@pytest.mark.parametrize(
    "line",
    [
        "Read more: Stock markets fall",
        "READ MORE",
        "Also read: Ferry line adds a night boat",
        "Related: Ten harbors in pictures",
        "Don't miss",
        "You may also like...",
        "Most read in Courts",
        "Lea también: Nueva audiencia para el martes",
        "Le puede interesar | Familias piden información",
        "Nota relacionada: Puerto cerrado",
        "Lesen Sie auch: Hafen gesperrt",
        "Sign up here for the daily newsletter",
        "Follow Jane Roe on Twitter",
        "Síguenos en Facebook",
        "Únete a nuestro canal de WhatsApp",
        "Additional reporting by Leo Loe",
        "Roe reported from Greenbelt.",
        "The Associated Press contributed to this report.",
        "Photo: Pat Example/Example Wire",
        "Con información de EFE",
        "Tags: courts, harbor",
        "12 comments",
        "Advertisement",
        "Further reading: Ten harbors in pictures",
        "Read the full story here: Ten harbors in pictures",
        "In case you missed it: Ferry line adds a night boat",
        "Continue reading",
        "Story continues below advertisement",
        "También lee: El muelle abre",
        "Lea aquí: El muelle abre",
        "Recomendamos: El muelle abre",
        "Más sobre este tema: El muelle abre",
        "Contenido relacionado",
        "Boats lie in the closed harbor on Friday. (AP Photo/Pat Example)",
        "Photo by Pat Example/Getty Images",
        "Pat Example/Getty Images",
        "Fotografía cortesía de la familia",
        "Courtesy of Pat Example",
        "María Pérez colaboró en este reportaje.",
        "Leo Loe en Puerto Alto contribuyó a este informe.",
        "With files from The Example Wire",
        "Con información de Leo Loe",
        "This report includes information from the Example Wire.",
        "Watch: Divers look for the anchor",
        "WATCH LIVE: The hearing in Bayport",
        "Video: Boats in the storm",
        "Listen now: The pier, a podcast",
        "Get the harbor news delivered straight to your inbox.",
        "Enter your email address to get the briefing.",
        "By signing up, you agree to our terms of use.",
        "Thank you for reading the Herald.",
        "Download the Herald app for breaking news.",
        "Donate today to keep the Herald free.",
        "Become a member and support our journalism.",
        "Your donation helps us report from the harbor.",
        "Just R20 for the first month.",
        "Contact us at the newsroom with what you know.",
        "Do you have a tip about the harbor? Write to us.",
        "Send us your photos of the storm at desk@herald.example",
        "Descarga la app del Heraldo",
        "Apoya el periodismo del puerto",
        "Escríbenos a mesa@heraldo.example",
        "A version of this article appears in print on April 12, 2025, Section A, Page 4.",
        "This story appeared in the print edition of the Herald.",
        "Este artículo se publicó en la edición impresa del 12 de abril",
        "The post Pier closed appeared first on Harbor Gazette.",
        "La entrada Muelle cerrado se publicó primero en Gaceta del Puerto.",
        "La entrada Muelle cerrado aparece primero en Gaceta del Puerto.",
        "Der Beitrag Hafen gesperrt erschien zuerst auf Hafenblatt.",
        "L’article Le quai est fermé est apparu en premier sur Gazette du port.",
        "Photo credit: Pat Example",
        "File photo: boats at the pier",
        "Boats at the pier on Friday. File photo",
        "Pat Example/Harbor Gazette via Getty Images",
        "(Pat Example / Harbor Gazette)",
        "This article appeared in the Harbor Weekly print edition.",
        "From our print edition of 4 May",
        "Support us from as little as £1.",
        "We need your support. Please donate.",
        "If you value our reporting, please consider making a donation.",
        "Help us keep our journalism free: give today.",
        "Read the Gazette on your phone with our app",
        "Have a story? Email tips@gazette.example",
        "Comments are closed.",
        "Leave a comment",
        "Si tienes información, escríbenos a pistas@gaceta.example",
        "Haz tu donación aquí",
        "Esta nota se publicó en la edición impresa",
        "Please consider giving to keep the Herald open.",
        "Our reporting relies on people who read it. Give what you can.",
        "The Herald is a nonprofit newsroom. Donations keep our coverage free.",
        "The Harbor Weekly is a reader-supported publication.",
        "If you liked this, support us on Patreon.",
        "Join the conversation below",
        "Join the discussion.",
        "We’d love to hear your thoughts: letters@herald.example",
        "We want to hear from you.",
        "Para comunicarse con la redacción: mesa@heraldo.example",
        "Contacto del periodista: leo@heraldo.example",
        "This material may not be published, broadcast or rewritten.",
        "The content may not be reproduced without leave of the Herald.",
        "Image source, Example Wire",
        "Image caption, The pier on the day on which it was closed.",
    ],
)
def test_boilerplate_is_dropped_wherever_it_stands(line: str) -> None:
    for place in (0, 5, len(STORY)):
        assert drop_boilerplate([*STORY[:place], line, *STORY[place:]], PageLines()) == STORY


@pytest.mark.parametrize(
    "line",
    [
        "He said he did not follow through on suggestions from the authority.",
        "More than 200 people watched the hearing.",
        "Read the full order, the judge told the lawyers, before you come back.",
        "Related cases were heard in April and May.",
        "Además, el juez pidió los documentos.",
        "Lee: I never saw the order.",
        "The watch was found in the harbor.",
        "See you in court, he said.",
        "Photos of the pier were shown to the jury.",
        "Roe, 34, reported the theft to the police in March.",
        "Subscribers to the port's bulletin were told in March.",
        "Correction: the pier was closed in March.",
        "Popular support for the port has fallen.",
        "Photographs by the drone showed the pier.",
        "The pier was closed. (The photo was taken in May.)",
        "By Friday the port had closed.",
        "Por orden del juez, el puerto cerró.",
        "Recomendamos prudencia, dijo el juez.",
        "El sindicato colaboró en la búsqueda de los barcos.",
        "Continue reading the order, the judge said, and you will see.",
        "The mayor urged people to donate to the families today.",
        "A donation of two boats was refused by the port authority.",
        "He earned only $7 per week at the pier.",
        "Police asked witnesses to contact the desk sergeant in Bayport.",
        "“Do you have a photo of the pier?” the lawyer asked the witness.",
        "Video shown in court had no sound.",
        "The app was downloaded by two clerks of the port authority.",
        "Support for the port has come from three counties.",
        "The article was published on Friday and named the clerk.",
        "Thank you letters were found in the clerk's desk.",
        "Watch officers said that the harbor was empty.",
        "The newsletter of the port named both directors.",
        "If you value the pier, the mayor said, come to the hearing.",
        "The court has asked for more information: the clerk is to answer by Friday.",
        "The families say that help us they did not.",
        "He asked the harbor/port authority for the papers.",
        "“Please consider what the families lost,” the lawyer told the judge.",
        "Our work depends on the tide, said a fisherman of the pier.",
        "“Donations keep us going,” said the pastor who runs the shelter.",
        "The shelter is a nonprofit that feeds the families.",
        "The directors may not be heard before June, the judge ordered.",
        "The material may not be toxic, an expert told the court.",
        "Fishermen will join the debate on Friday, the union said.",
        "The picture source was never found, said the police.",
        "Escribir al juez no sirvió de nada, dijo la familia.",
        "We want to hear the witness first, the judge said.",
    ],
)
def test_sentences_that_only_look_like_boilerplate_stay(line: str) -> None:
    assert line in drop_boilerplate([*STORY[:6], line, *STORY[6:]], PageLines())


@pytest.mark.parametrize(
    "line",
    [
        "jane.roe@herald.example",
        "https://herald.example/tips",
        "Jane Roe is a courts reporter for the Herald.",
        "Jane Roe covers courts and the harbor for the Herald.",
        "Jane Roe can be reached at 555 0100.",
        "Roe can be followed on Twitter.",
        "Email: jane.roe@herald.example",
        "Twitter: @janeroe",
        "That's all for today.",
        "___",
        "Roe, a Herald reporter, reported from Bayport.",
        "Pérez informó desde Puerto Alto.",
    ],
)
def test_some_lines_are_boilerplate_at_the_end_only(line: str) -> None:
    assert drop_boilerplate([*STORY, line], PageLines()) == STORY
    assert line in drop_boilerplate([line, *STORY], PageLines())


def test_the_headline_repeated_at_the_top_is_dropped() -> None:
    title = "Harbor case: judge wants records"
    lines = PageLines(titles=title_keys([title]))

    assert drop_boilerplate(["HARBOR CASE — Judge wants records", *STORY], lines) == STORY
    assert title in drop_boilerplate([*STORY, title], lines)


@pytest.mark.parametrize(
    "line",
    [
        "By Jane Roe",
        "BY JANE ROE AND LEO LOE",
        "By Jane Roe, Staff Writer",
        "By Jane Roe and Leo Loe | Herald Staff",
        "Por María Pérez",
        "April 11, 2025",
        "11 de abril de 2025",
        "Updated 7:30 PM EDT, April 11, 2025",
        "Published April 11, 2025 | Updated April 14, 2025",
    ],
)
def test_a_byline_and_a_date_are_dropped_above_the_text_only(line: str) -> None:
    assert drop_boilerplate([line, *STORY], PageLines()) == STORY
    assert line in drop_boilerplate([*STORY[:6], line, *STORY[6:]], PageLines())


def test_links_are_dropped_behind_the_label_that_announces_them_and_at_both_ends() -> None:
    link = "Ten harbors in pictures"
    lines = PageLines(links=set(map(line_key, ["Ten harbors in pictures", "Home", "Archive"])))

    assert drop_boilerplate([*STORY[:6], "Read more:", link, *STORY[6:]], lines) == STORY
    assert drop_boilerplate(["Home", *STORY, "Home | Archive"], lines) == STORY
    assert link in drop_boilerplate([*STORY[:6], link, *STORY[6:]], lines)


def test_a_text_of_nothing_but_links_is_left_as_it_is() -> None:
    assert drop_boilerplate(
        ["Home", "Archive"], PageLines(links=set(map(line_key, ["Home", "Archive"])))
    ) == [
        "Home",
        "Archive",
    ]


def test_what_the_page_marks_as_a_caption_is_dropped_wherever_it_stands() -> None:
    lines = PageLines(marked={line_key("Boats at the pier")})

    assert drop_boilerplate([*STORY[:6], "Boats at the pier", *STORY[6:]], lines) == STORY


@given(st.lists(st.text(max_size=400), max_size=30), st.lists(st.text(max_size=60), max_size=3))
def test_what_stays_is_a_part_of_what_was_there_in_order(
    paragraphs: list[str], titles: list[str]
) -> None:
    kept = drop_boilerplate(paragraphs, PageLines(titles=title_keys(titles)))

    remaining = iter(paragraphs)
    assert all(paragraph in remaining for paragraph in kept)
    assert all(paragraph in kept for paragraph in paragraphs if len(paragraph) > 320)
