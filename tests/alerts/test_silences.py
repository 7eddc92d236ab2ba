"""A silence holds for what it names, as long as it lasts, and for nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.alerts.silences import Report, Silence, SilenceKind, find_silence
from monitor.matching import Folded
from monitor.model import Fields
from tests.alerts.samples import NOW

FIELDS = Fields(title="Ferry line sued", text="Nora Ferris said no.", outlet="Bay Courier", at=NOW)
REPORT = Report(7, "5107", ("Bay Courier", "North Wire"), Folded.of(FIELDS))
SILENCE = Silence(1, 7, SilenceKind.CASE, "", "a holiday", NOW + timedelta(days=7))


@pytest.mark.parametrize(
    ("kind", "value", "holds"),
    [
        (SilenceKind.CASE, "", True),
        (SilenceKind.STORY, "5107", True),
        (SilenceKind.STORY, "51", False),
        (SilenceKind.OUTLET, "bay courier", True),
        (SilenceKind.OUTLET, "North Wire", True),
        (SilenceKind.OUTLET, "Courier", False),
        (SilenceKind.QUERY, '"nora ferris" OR pier', True),
        (SilenceKind.QUERY, "outlet:courier sued", True),
        (SilenceKind.QUERY, "pier", False),
    ],
)
def test_a_silence_holds_for_what_it_names(kind, value, holds):
    silence = replace(SILENCE, kind=kind, value=value)

    assert (find_silence([silence], REPORT, NOW) is silence) is holds


@pytest.mark.parametrize(("case_id", "holds"), [(7, True), (None, True), (8, False)])
def test_a_silence_of_a_case_holds_for_no_other(case_id, holds):
    silence = replace(SILENCE, case_id=case_id, kind=SilenceKind.QUERY, value="sued")

    assert (find_silence([silence], REPORT, NOW) is not None) is holds


def test_a_silence_ends():
    assert find_silence([SILENCE], REPORT, SILENCE.ends_at - timedelta.resolution)
    assert find_silence([SILENCE], REPORT, SILENCE.ends_at) is None


def test_of_several_silences_the_one_that_ends_last_is_told():
    longer = replace(SILENCE, id=2, ends_at=NOW + timedelta(days=9))

    assert find_silence([SILENCE, longer], REPORT, NOW) is longer
