"""The judge on labelled streams: what it finds, what it alerts on for nothing, what it quotes.

The floors stand in `floors.json`, measured figures less a small slack. Lowering one is a commit of
its own that says why. A stream that changes has another digest and needs its floors measured again.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from training.replay import STEP, Replay
from training.scoring import score
from training.streams import Corpus, read_corpora

CORPORA = read_corpora()
FLOORS = json.loads(Path(__file__).with_name("floors.json").read_text(encoding="utf-8"))["streams"]
pytestmark = pytest.mark.long
AT_MOST = {"per_development", "false_per_100"}


def test_every_stream_has_floors_that_were_measured_on_it() -> None:
    assert {name: floors["digest"] for name, floors in FLOORS.items()} == {
        corpus.name: corpus.digest for corpus in CORPORA
    }


@pytest.mark.parametrize("corpus", CORPORA, ids=lambda corpus: corpus.name)
def test_no_figure_is_below_its_floor(corpus: Corpus) -> None:
    replay = Replay(corpus)

    figures = score(corpus, replay.run(corpus.articles), STEP).figures

    fallen = {
        name: (figures[name], floor)
        for name, floor in FLOORS[corpus.name]["floors"].items()
        if is_beyond(name, figures[name] or 0.0, floor)
    }
    assert fallen == {}


def is_beyond(name: str, value: float, floor: float) -> bool:
    return value > floor if name in AT_MOST else value < floor
