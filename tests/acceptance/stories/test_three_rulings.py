"""Story 2, a lawyer on 23 July 2025: three judges rule within an afternoon, and each ruling is
told, however alike the headlines are.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.acceptance.stories.case import SUMMER
from tests.acceptance.stories.desk import Desk, Page, needs_judge, open_desk

RULINGS = (
    Page(
        "Capital Wire",
        "2025-07-23 18:10",
        "Judge rules that glazier can leave jail until trial",
        """District Judge Harold Lindgren in Nolan City ruled on Wednesday that Aurelio Benavent
must be released from jail until his trial, and denied the government's motion to keep him there.

In an opinion of 37 pages Judge Lindgren wrote that the government had not proved that Mr Benavent
is dangerous or would flee. He affirmed the June ruling of Magistrate Judge Ida Hollis.

He found the testimony about the traffic stop of 2022 full of hearsay, the opinion in docket
3:25-cr-00441 says.

Immigration officers have said that they would detain Mr Benavent as soon as he walks out.""",
    ),
    Page(
        "Ellery Post",
        "2025-07-23 18:40",
        "Judge bars immigration officers from seizing glazier on release",
        """District Judge Miriam Oakes in Port Ellery on Wednesday barred immigration officers from
detaining Aurelio Benavent when he is released, and ordered the government to give his lawyers 72
hours' notice before it removes him to any third country.

The notice must come on a business day, her order in docket 8:25-cv-01902 says, so that he can
raise a claim of fear.

She also restored the supervision under which he had lived in the state since 2019. The government
has done little to assure the court that he would receive due process, she wrote.

It was the second decision for Mr Benavent within an hour.""",
    ),
    Page(
        "Valley Ledger",
        "2025-07-23 20:30",
        "Magistrate delays glazier's release by 30 days",
        """Magistrate Judge Ida Hollis on Wednesday evening delayed the release of Aurelio Benavent
by 30 days, at the request of his own lawyers.

They had asked for the pause, to which the prosecutors did not object, so that they can weigh what
may happen to him once he is out, according to her order.

He therefore stays in the jail of Nolan City until 22 August at least, although two other judges
had ruled for him in the afternoon.""",
    ),
)
NOISE = (
    Page(
        "Coast Radio",
        "2025-07-23 21:30",
        "Judges rule in glazier's case today",
        """Judge Harold Lindgren heard arguments in Nolan City last Wednesday about whether Aurelio
Benavent may leave jail before his trial, which is set for January.

An agent testified about a traffic stop of 2022. The judge said that he would rule soon.""",
    ),
    Page(
        "Coast Radio",
        "2025-07-30 12:00",
        "Opinion: What the glazier's case says about us",
        """Every week I ask myself what the case of Aurelio Benavent says about us, and every week
I find the answer harder.

I believe that we have learned to look away. Last week three judges told the government that it
must respect the law, and I doubt that anybody listened.

We should be ashamed. A country that cannot admit a mistake is a country that I do not
recognise.""",
    ),
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    outlets = ("Ellery Post", "Valley Ledger", "Capital Wire", "Coast Radio")
    folder = tmp_path_factory.mktemp("rulings") / "config"
    with open_desk(folder, "2025-07-23 12:00", outlets, known=SUMMER) as opened:
        opened.play(*RULINGS, *NOISE)
        yield opened


@needs_judge
def test_three_rulings_of_an_afternoon_are_three_alerts(desk: Desk) -> None:
    assert [outlet for outlet, _ in desk.told()] == [page.outlet for page in RULINGS]


def test_the_first_ruling_names_court_docket_and_what_changes(desk: Desk) -> None:
    told = desk.events()[0]

    words = " ".join(one["text"] for one in told["new_sentences"])
    for said in ("Harold Lindgren in Nolan City", "3:25-cr-00441", "must be released"):
        assert said in words


def test_the_second_ruling_of_the_hour_is_told_however_alike_the_headlines(desk: Desk) -> None:
    outlet, second = desk.told()[1]

    assert outlet == "Ellery Post"
    assert "Oakes in Port Ellery" in second
    assert "72 hours' notice" in second


def test_an_old_hearing_under_a_new_headline_and_a_comment_are_not_told(desk: Desk) -> None:
    assert "Coast Radio" not in {outlet for outlet, _ in desk.told()}
    assert not [one for one in desk.held() if "I ask myself" in one or "traffic stop" in one]
