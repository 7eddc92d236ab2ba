"""Story 6, a helper of the family from 30 April to 2 May 2025, who wants only changes of his
liberty at once and the rest in the evening; and a lawyer who wants everything at once.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.acceptance.stories.desk import Desk, Page, open_desk

EARLIER = (
    "2025-04-17",
    "Department publishes protective order of 2021 against glazier",
    """The department published on Wednesday a petition for a protective order that Pilar Benavent
had filed in 2021 against her husband Aurelio.

She withdrew it after a month, she said, and they worked things out with a counsellor.""",
)
PETITION = Page(
    "Ellery Post",
    "2025-04-30 15:00",
    "Department publishes second petition against glazier",
    """The department on Wednesday published a petition for a protective order that Pilar Benavent
had filed against Aurelio Benavent in August 2020, another one than the petition of 2021 which it
had published two weeks before.

In the petition of 2020, which was dismissed, she wrote that he had hit her in a car and broken
a television.

Mrs Benavent said in a statement that the department was trying to shame her family.""",
)
VIDEO = Page(
    "Capital Wire",
    "2025-05-01 16:00",
    "Police release video of glazier's traffic stop in 2022",
    """The highway patrol released a video on Thursday that shows troopers stopping Aurelio
Benavent for speeding near Cookley on 30 November 2022, with eight men in his van.

A trooper is heard to say that he suspects smuggling, but Mr Benavent got only a warning for an
expired licence.""",
)
INTERVIEW = Page(
    "Valley Ledger",
    "2025-05-02 14:00",
    "President says that he could bring glazier back with a phone call",
    """The president said in a television interview broadcast on Friday that he could bring back
Aurelio Benavent with a phone call but would not.

"If he were the gentleman that you say he is, I would do it," he told the interviewer, Maren
Tull.""",
)
RULES = (
    '[[alert]]\nchannel = "hook"\n'
    '[[alert]]\nchannel = "desk"\ntiers = [1]\nheld = "none"\n'
    '[[alert]]\nchannel = "desk"\nwhen = "daily 18:00"\ntiers = [2, 3]\n'
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    outlets = ("Ellery Post", "Capital Wire", "Valley Ledger")
    folder = tmp_path_factory.mktemp("evenings") / "config"
    with open_desk(folder, "2025-04-30 08:00", outlets, known=(EARLIER,), rules=RULES) as opened:
        for page, evening in (
            (PETITION, "2025-04-30 22:05"),
            (VIDEO, "2025-05-01 22:05"),
            (INTERVIEW, "2025-05-02 22:05"),
        ):
            opened.play(page, until=evening)
        yield opened


def test_the_helper_is_not_woken(desk: Desk) -> None:
    assert desk.alert_subjects() == []


def test_the_helper_reads_each_day_in_the_evening(desk: Desk) -> None:
    digests = [subject for subject in desk.subjects() if "Digest" in subject]

    assert [subject[subject.index(":") + 2 :][:30] for subject in digests] == [
        "The department on Wednesday pu",
        "The highway patrol released a ",
        "The president said in a televi",
    ]


def test_the_lawyer_is_told_at_once_and_that_it_is_another_petition(desk: Desk) -> None:
    assert len(desk.told()) == 3

    said = desk.told()[0][1]
    assert "August 2020, another one than the petition of 2021" in said
