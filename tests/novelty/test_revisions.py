"""What an outlet changed in its own article: each kind of edit has its class, in English and
Spanish.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import FactKind, Sentence
from monitor.novelty import Change, Revised, analyse, compare_revisions, is_beginning
from monitor.novelty.revisions import is_correction_note
from monitor.text import fold_words
from tests.novelty.world import text_of

PUBLISHED = datetime(2025, 4, 15, 15, tzinfo=UTC)
TITLE = "Harbour town council votes on ferry"
TEXT = text_of(
    "MARLOW, April 15 (Harbour News) - The council voted 7 to 4 on Monday to keep the ferry "
    "running until June 30.",
    "Mayor Petra Lindqvist said that the town would not sell the boats. She thanked the crews for "
    "their patience.",
    "The next meeting is at 9 a.m. on Thursday in the old school.",
)
TITULO = "El consejo vota sobre el transbordador"
TEXTO = text_of(
    "El consejo de Puerto Claro votó el lunes por 7 a 4 mantener el transbordador hasta el 30 de "
    "junio.",
    "La alcaldesa Petra Lindqvist dijo que la ciudad no venderá los barcos. Agradeció a las "
    "tripulaciones su paciencia.",
)


def told(text: str, title: str = TITLE) -> list[Sentence]:
    analysis = analyse(title, text, published_at=PUBLISHED)
    return [analysis.title, *analysis.sentences]


def step(after: str, *, before: str = TEXT, title: str = TITLE, is_live: bool = False) -> Revised:
    return compare_revisions(told(before), told(after, title), article_id=7, is_live=is_live)


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("The council voted", "The  council   voted", Change.TRIVIAL),
        ("The council voted", "THE COUNCIL voted", Change.TRIVIAL),
        ("boats. She", "boats! She", Change.TRIVIAL),
        ("MARLOW, April 15 (Harbour News) -", "MARLOW (Harbour News) -", Change.TRIVIAL),
        (
            "She thanked the crews for their patience.",
            "She thanked crews for their great patience.",
            Change.COPY_EDIT,
        ),
        ("boats. She thanked", "boats, and she thanked", Change.COPY_EDIT),
        ("7 to 4", "8 to 4", Change.SUBSTANTIVE),
        ("June 30", "June 20", Change.SUBSTANTIVE),
        ("on Monday", "on Sunday", Change.SUBSTANTIVE),
        ("9 a.m.", "10 a.m.", Change.SUBSTANTIVE),
        ("Petra Lindqvist", "Orla Penhallow", Change.SUBSTANTIVE),
        ("would not sell", "would sell", Change.SUBSTANTIVE),
        (" She thanked the crews for their patience.", "", Change.SUBSTANTIVE),
        (
            "patience.",
            "patience. Two boats have been out of service since the storm in March.",
            Change.SUBSTANTIVE,
        ),
        (
            "old school.",
            "old school.\n\nCorrection: An earlier version misstated the time of the meeting.",
            Change.CORRECTION,
        ),
    ],
)
def test_every_edit_has_its_class(old: str, new: str, change: Change) -> None:
    assert old in TEXT

    assert step(TEXT.replace(old, new)).change is change


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("7 a 4", "8 a 4", Change.SUBSTANTIVE),
        ("no venderá", "venderá", Change.SUBSTANTIVE),
        ("30 de junio", "20 de junio", Change.SUBSTANTIVE),
        (
            "Agradeció a las tripulaciones su paciencia.",
            "Agradeció a las tripulaciones su gran paciencia.",
            Change.COPY_EDIT,
        ),
        (
            "paciencia.",
            "paciencia.\n\nFe de errores: una versión anterior decía que la votación fue el "
            "domingo.",
            Change.CORRECTION,
        ),
        (
            "paciencia.",
            "paciencia.\n\nEsta nota ha sido corregida para precisar la fecha.",
            Change.CORRECTION,
        ),
    ],
)
def test_spanish_edits_have_theirs(old: str, new: str, change: Change) -> None:
    after = told(TEXTO.replace(old, new), TITULO)

    assert compare_revisions(told(TEXTO, TITULO), after, article_id=7).change is change


def test_a_new_headline_over_the_same_text_is_a_headline() -> None:
    assert step(TEXT, title="Ferry to run until summer").change is Change.HEADLINE


def test_a_headline_that_says_corrected_is_a_correction() -> None:
    assert step(TEXT, title=f"CORRECTED: {TITLE}").change is Change.CORRECTION


def test_a_changed_fact_is_told_with_both_sentences_and_its_kind() -> None:
    (claim,) = step(TEXT.replace("would not sell", "would sell")).claims

    assert (claim.slot, claim.before_article_id) == (FactKind.NEGATION, 7)
    assert "would not sell" in claim.before
    assert "would sell" in claim.after


def test_a_name_put_right_to_the_spelling_used_elsewhere_is_no_fact() -> None:
    before = TEXT.replace("She thanked", "Lindqvist thanked").replace(
        "Mayor Petra Lindqvist", "Mayor Petra Lindqvits"
    )

    assert (
        step(TEXT.replace("She thanked", "Lindqvist thanked"), before=before).change
        is Change.COPY_EDIT
    )


def test_posts_that_scroll_off_a_live_blog_were_not_taken_back() -> None:
    shorter = TEXT.replace("\n\nThe next meeting is at 9 a.m. on Thursday in the old school.", "")

    assert step(shorter, is_live=True).change is not Change.SUBSTANTIVE
    assert step(shorter).change is Change.SUBSTANTIVE


@pytest.mark.parametrize(
    "note",
    [
        "Clarification: The ferry is owned by the county.",
        "This article was amended on 16 April to give the right count.",
        "Editor's note: this story has been corrected to say that the vote was on Monday.",
        "Aclaración: el transbordador pertenece al condado.",
        "Nota del editor: se corrigió el nombre de la alcaldesa.",
        "Una versión anterior de este artículo decía que la votación fue el domingo.",
    ],
)
def test_notes_of_correction_are_known(note: str) -> None:
    assert is_correction_note(note)


@pytest.mark.parametrize(
    "sentence",
    [
        "The department of correction moved two prisoners on Friday.",
        "This article was updated with a statement from the mayor.",
        "The minister corrected himself in parliament.",
        "Editor's note: our reporter was on the ferry.",
        "Esta nota fue actualizada con la respuesta de la alcaldesa.",
    ],
)
def test_news_and_notes_of_other_kinds_are_none(sentence: str) -> None:
    assert not is_correction_note(sentence)


@pytest.mark.parametrize(
    "text", ["", "The council voted", "The council voted to ke", "the COUNCIL voted to…"]
)
def test_a_teaser_is_a_beginning_of_its_text(text: str) -> None:
    assert is_beginning(text, "The council voted to keep the ferry.")


@pytest.mark.parametrize(
    "text",
    [
        "The council voted to keep the ferry.",
        "The mayor voted",
        "The council voted to keep the ferry. Now",
    ],
)
def test_the_same_another_or_a_longer_text_is_none(text: str) -> None:
    assert not is_beginning(text, "The council voted to keep the ferry.")


SENTENCES = st.lists(
    st.sampled_from(TEXT.replace("\n\n", " ").split(". ")), min_size=1, max_size=6
).map(". ".join)


@given(st.text(max_size=400) | SENTENCES)
@settings(deadline=None)
def test_nothing_changes_from_a_text_to_itself(text: str) -> None:
    assert compare_revisions(told(text), told(text), article_id=1) == Revised(Change.TRIVIAL)


@given(SENTENCES, SENTENCES)
@settings(deadline=None)
def test_what_is_added_and_removed_stands_in_the_text_it_is_said_to(
    before: str, after: str
) -> None:
    revised = compare_revisions(told(before), told(after), article_id=1)

    assert all(sentence in told(after) for sentence in revised.added)
    assert all(sentence in told(before) for sentence in revised.removed)
    assert (revised.change is Change.SUBSTANTIVE) >= bool(
        revised.added or revised.removed or revised.claims
    )


@given(SENTENCES, st.integers(0, 400))
def test_a_text_that_is_cut_anywhere_is_a_beginning(text: str, at: int) -> None:
    cut = text[:at]

    assert (
        is_beginning(cut, text)
        or fold_words(cut) == fold_words(text)
        or len(fold_words(cut)) == len(fold_words(text))
    )
