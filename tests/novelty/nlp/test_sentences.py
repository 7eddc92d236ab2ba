"""From a text to the sentences that say something."""

import pytest

from monitor.novelty.nlp.sentences import (
    guess_language,
    is_boilerplate,
    is_heading,
    split_paragraphs,
    split_sentences,
    strip_clock,
    strip_dateline,
)


@pytest.mark.parametrize(
    "sentence",
    [
        "Sen. Ada Brook met Gov. Paul Reyes in Washington, D.C., on Monday.",
        "The U.S. District Court heard Dr. Ruiz at 4 p.m. on Friday.",
        "Judge J. H. Marlow wrote the opinion.",
        "See No. 25 of the list.",
        "El Sr. López viajó a EE. UU. el lunes.",
        "La Sra. Núñez citó el art. 24 de la ley.",
        '"How can that be?" Marlow asked the lawyers.',
        '"We won!" the lawyer Ana Ruiz told reporters.',
        "Mr. Brook v. Northern Rail Co. was heard in St. Louis.",
    ],
)
def test_one_sentence_stays_one(sentence):
    assert split_sentences(sentence) == [sentence]


@pytest.mark.parametrize(
    ("paragraph", "count"),
    [
        ("The judge ruled on Monday. The lawyers will appeal. They have ten days.", 3),
        ("He was held in the U.S. The judge freed him on Monday.", 2),
        ("The hearing ended at 5 p.m. It resumes on Friday.", 2),
        ('"Nothing was done," she said. "That must change." The lawyers agreed.', 3),
        ("La jueza falló el lunes. El Gobierno recurrirá. ¿Qué pasará después?", 3),
        ("The bridge closed in 2019. 40 families moved away.", 2),
        ("Das Gericht tagte. Öffentlich war es nicht.", 2),
        ("Суд назначил слушание. Адвокат доволен решением. Дело ведёт А. П. Рудин.", 3),
        ("Он живёт в г. Озёрск на ул. Речной.", 1),
        ("قالت المحامية إنها راضية. وأضاف القاضي أن القرار نهائي.", 2),
        ("同氏は釈放された。検察は控訴しない。", 2),
        ("彼は「戻りたい。」と述べた。家族は待つ。", 2),
    ],
)
def test_sentences_end_where_a_capital_follows(paragraph, count):
    assert len(split_sentences(paragraph)) == count


@pytest.mark.parametrize("sentence", ["同氏は釈放された。", "他已获释。", "هل عاد؟", "वह लौट आया।"])
def test_a_short_sentence_with_its_own_stop_is_no_heading(sentence):
    assert not is_heading(sentence)


def test_a_fragment_joins_its_neighbour():
    assert split_sentences("No comment. The office of the mayor did not reply.") == [
        "No comment. The office of the mayor did not reply."
    ]


def test_paragraphs_end_at_blank_lines_and_wrapped_lines_are_joined():
    assert split_paragraphs("One line\nthat goes on\nto here.\n\nAnother.") == [
        "One line that goes on to here.",
        "Another.",
    ]


def test_lines_that_end_like_sentences_are_paragraphs():
    assert split_paragraphs("First one.\nSecond one.\nThird one.") == [
        "First one.",
        "Second one.",
        "Third one.",
    ]


@pytest.mark.parametrize(
    "paragraph",
    [
        "By Ana Reyes",
        "Por Luis Ortega, Agencia Sur",
        "MARLA QUIST, Continental Press",
        "Read more: the whole story",
        "Lea también: la jueza que dijo no",
        "To continue reading, subscribe or log in.",
        "Sign up for our newsletter",
        "Reporting by Ana Reyes; editing by Tom Hall",
        "Suscríbase para seguir leyendo",
        "The court house in May (File photo)",
        "All rights reserved.",
        "* * *",
        "Text ALERT to 555 for breaking news.",
        "It's a developing story, please refresh.",
        "Oops! Something went wrong.",
        "Ha ocurrido un error. Inténtelo de nuevo.",
        "Please enable JavaScript to view the comments.",
        "Show 12 more replies",
        "Share on Velmora Square",
        "Únete a nuestro canal de WhatsApp",
        "This article appeared in the print edition of 3 March.",
        "Lee también: la jueza que dijo no",
        "Editor's note: This story was updated at 5 p.m.",
        "TL;DR: the lock is shut",
        "Tiempo de lectura: 4 minutos",
    ],
)
def test_boilerplate_says_nothing(paragraph):
    assert is_boilerplate(paragraph)


@pytest.mark.parametrize(
    "paragraph",
    [
        "By Friday the judge must rule on the request.",
        "Sources close to the judge said on Friday that the order would be published within "
        "days, and the lawyers agreed.",
        "The judge ruled.",
        "Officials published the report.",
        "Editor's note: The shipyard said on Friday that it will pay for the lock.",
        "This story was updated to say that the mayor, Tomás Arce, was arrested.",
        "Text messages show that the mayor knew.",
        "The big picture: three sailors were found.",
        "Print edition sales fell by half.",
    ],
)
def test_a_statement_is_not_boilerplate(paragraph):
    assert not is_boilerplate(paragraph)


@pytest.mark.parametrize(
    ("sentence", "rest"),
    [
        ("GREENBELT, Md. (CP) - A judge ruled.", "A judge ruled."),
        ("Washington, 6 jun (X).- La jueza falló.", "La jueza falló."),
        ("San Salvador.- El presidente habló.", "El presidente habló."),
        ("PORT ANSLEY - The ferry sank.", "The ferry sank."),
        ("RIBALUZ, 11 Nov. (AGENCIA SUR) - La sala falló.", "La sala falló."),
        ("April 6 (ANP) -- The ferry sank.", "The ferry sank."),
        ("(ANP) - The ferry sank.", "The ferry sank."),
        ("RIBALUZ. La jueza falló.", "La jueza falló."),
        ("VELMORA. March 24. DROTA. The court ruled.", "The court ruled."),
        ("NATO ships left.", "NATO ships left."),
        ("The judge - a woman of few words - ruled.", "The judge - a woman of few words - ruled."),
    ],
)
def test_a_dateline_is_left_out(sentence, rest):
    assert strip_dateline(sentence) == rest


def test_the_clock_of_a_live_entry_is_cut():
    assert strip_clock("17:55 BST - The judge has ruled.") == ("The judge has ruled.", True)
    assert strip_clock("The judge has ruled.") == ("The judge has ruled.", False)


@pytest.mark.parametrize(
    ("text", "hint", "lang"),
    [
        ("The judge said that the government must not send him to the country.", "es", "en"),
        ("La jueza dijo que el Gobierno no puede enviarlo a su país.", None, "es"),
        (
            "Der Richter sagte, dass die Regierung ihn nicht in das Land bringen darf.",
            "de-DE",
            "de",
        ),
        ("", None, ""),
        ("Xyz abc", "fr", "fr"),
    ],
)
def test_small_words_vote_for_the_language(text, hint, lang):
    assert guess_language(text, hint) == lang
