"""Story 1, a reporter on 4 to 6 June 2025: another man comes back first, and he is no news of this
case; then the glazier is flown back and charged, and more pages say so.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.acceptance.stories.desk import CASE, Desk, Page, open_desk

OTHERS = (
    Page(
        "Ellery Post",
        "2025-06-04 18:00",
        "Wrongly deported man is back in the country",
        """A Guatemalan man who was wrongly deported returned to the country on Wednesday, the
first who was brought back after a judge had ordered it.

The man, known in court papers as O.R., landed in Harrow on a commercial flight and was taken
into custody, his lawyers said.

Judge Peter Lindqvist had ordered his return in May because officials had sent him to Mexico
without asking him whether he feared to be sent there.

"He is exhausted and relieved," said his lawyer, Ana Quiles.

Other judges have ordered the return of deported people, among them the glazier Aurelio
Benavent, whom the government has not brought back.""",
    ),
    Page(
        "Valley Ledger",
        "2025-06-05 07:00",
        "First deportee returned after judge's order",
        """O.R., a Guatemalan who had been deported to Mexico against a judge's order, is back in
the country, his lawyers announced.

He was flown to Harrow on Wednesday and detained there. Judge Peter Lindqvist had called his
removal a denial of due process.

The man had told an asylum officer that he had been kidnapped in Mexico. He spent weeks in hiding
in a hotel in Guatemala, his lawyers said.

His case has been compared with that of Aurelio Benavent.""",
    ),
)
ON_THE_WAY = Page(
    "Harbour Gazette",
    "2025-06-06 14:05",
    "Deported glazier is on his way back",
    """Aurelio Benavent is being flown back to the country on Friday, three months after he was
deported to Talvera by mistake, two officials said.

A plane with the glazier on board left Santa Rufina in the morning and is expected in Nolan City in
the afternoon.

His lawyer Colm Sarratt said that he had heard of it from reporters.

The government had said for weeks that it had no power to bring him back.""",
)
IS_BACK = ON_THE_WAY.text.replace(
    "is being flown back to the country on Friday",
    "is back in the country since Friday",
)
INDICTED = Page(
    "Capital Wire",
    "2025-06-06 17:30",
    "Grand jury indicts glazier on smuggling charges",
    """A grand jury in Nolan City has indicted Aurelio Benavent on charges of smuggling migrants,
according to court papers that were unsealed on Friday.

The indictment accuses him of conspiracy to transport aliens and of unlawful transportation of
aliens. It says that between 2016 and 2025 he drove thousands of people without papers from the
border at Laredo to the north, more than 100 times, with at least six others.

Prosecutors asked Magistrate Judge Ida Hollis to keep him in jail until his trial, because he
would flee and might threaten witnesses. If he is convicted he faces ten years in prison for each
person he transported.

The head of the criminal division in the prosecutor's office of Nolan City, Ben Stradler, resigned
on the day when the indictment was filed.

"Jurors will see how weak this is," his lawyer Colm Sarratt said.""",
)
REPEATS = (
    Page(
        "Valley Ledger",
        "2025-06-06 15:00",
        "Deported glazier being returned",
        """Two officials said on Friday that Aurelio Benavent, who was deported to Talvera by
mistake, is being flown back to the country.

A plane with him on board left Santa Rufina in the morning and is expected in Nolan City in the
afternoon, they said.""",
    ),
    Page(
        "Coast Radio",
        "2025-06-06 15:00",
        "Glazier deported by mistake is on his way home",
        """Aurelio Benavent is being flown back to the country on Friday, three months after he
was deported to Talvera by mistake, two officials said.

A plane with the glazier on board left Santa Rufina in the morning and is expected in Nolan City
in the afternoon.""",
    ),
    Page(
        "Ellery Post",
        "2025-06-06 19:00",
        "Aurelio Benavent indicted for smuggling",
        """Aurelio Benavent has been indicted by a grand jury in Nolan City on charges of
smuggling migrants, according to court papers unsealed on Friday.

The indictment accuses him of conspiracy to transport aliens and of unlawful transportation of
aliens. Prosecutors asked to keep him in jail until his trial.""",
    ),
    Page(
        "Valley Ledger",
        "2025-06-06 19:00",
        "Grand jury charges returned glazier",
        """A grand jury in Nolan City has indicted Aurelio Benavent on charges of smuggling
migrants, according to court papers that were unsealed on Friday.

It says that between 2016 and 2025 he drove thousands of people without papers from the border at
Laredo to the north, more than 100 times.

If he is convicted he faces ten years in prison for each person he transported.""",
    ),
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    outlets = ("Ellery Post", "Valley Ledger", "Harbour Gazette", "Capital Wire", "Coast Radio")
    folder = tmp_path_factory.mktemp("return") / "config"
    with open_desk(folder, "2025-06-04 12:00", outlets) as opened:
        opened.play(*OTHERS)
        opened.play(ON_THE_WAY, *REPEATS[:2], INDICTED, *REPEATS[2:])
        opened.rewrite(ON_THE_WAY, IS_BACK, "2025-06-06 20:30")
        yield opened


def test_the_flight_and_the_indictment_are_told_each_once(desk: Desk) -> None:
    told = [sentence for _, sentence in desk.told() if "Benavent" in sentence]

    assert [sentence.split(" on ")[0] for sentence in told] == [
        "Aurelio Benavent is being flown back to the country",
        "A grand jury in Nolan City has indicted Aurelio Benavent",
    ]
    assert [event["development"]["tier"] for event in desk.events()][-2:] == [1, 1]


@pytest.mark.xfail(strict=True, reason="in a case of few articles hardly anything is foreign to it")
def test_a_page_about_another_man_is_not_told(desk: Desk) -> None:
    assert "Ellery Post" not in {outlet for outlet, _ in desk.told()}


def test_a_page_about_another_man_is_stored(desk: Desk) -> None:
    mention = next(row for row in desk.rows("articles", "list") if row["title"] == OTHERS[0].title)
    assert mention["cases"] == [CASE]


def test_a_second_page_about_another_man_is_not_told(desk: Desk) -> None:
    assert not [sentence for _, sentence in desk.told() if "O.R." in sentence]


def test_further_pages_of_the_day_are_attached(desk: Desk) -> None:
    rows = desk.rows("timeline", CASE, "--since", "2025-06-06")

    assert sorted(row["outlet"] for row in rows) == ["Capital Wire", "Harbour Gazette"]
    assert all(row["carriers"] >= 3 for row in rows)


def test_a_page_that_goes_on_is_a_revision_and_no_third_alert(desk: Desk) -> None:
    article = next(row for row in desk.rows("articles", "list") if row["title"] == ON_THE_WAY.title)

    texts = desk.rows("articles", "log", article["id"])

    assert [text["number"] for text in texts] == [1, 2]
