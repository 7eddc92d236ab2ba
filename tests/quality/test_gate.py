"""The judge on labelled streams: what it finds, what it alerts on for nothing, what it quotes. No
figure may fall.

The floors stand in `floors.json`, measured figures less a small slack. Lowering one is a commit of
its own that says why. A stream that changes has another digest and needs its floors measured again.
"""

import hashlib
import importlib.util
import json
import sys
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent
FLOORS = json.loads((HERE / "floors.json").read_text(encoding="utf-8"))["streams"]
AT_MOST = {"per_development", "false_per_100"}


def load_benchmark() -> ModuleType:
    path = HERE.parents[1] / "benchmarks" / "judge_stream.py"
    spec = importlib.util.spec_from_file_location("judge_stream", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["judge_stream"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module", params=sorted(FLOORS))
def measured(request):
    """The figures of one stream, with its floors."""
    bench, wanted = load_benchmark(), FLOORS[request.param]
    folder = HERE / "streams" / request.param
    lines = (folder / "stream.jsonl").read_text(encoding="utf-8").splitlines()
    stream = sorted((json.loads(line) for line in lines if line.strip()), key=bench.when)
    tiers = {
        row["id"]: row["tier"]
        for row in json.loads((folder / "developments.json").read_text(encoding="utf-8"))
    }
    replay = bench.Replay(
        wanted["names"], timedelta(hours=6), timedelta(hours=wanted["utc_offset"])
    )
    start = bench.when(stream[0]).replace(minute=0, second=0) - timedelta(hours=1)
    steps = {article["id"]: int((bench.when(article) - start) / replay.step) for article in stream}
    return bench.score(stream, tiers, replay.run(stream), steps), wanted


@pytest.mark.parametrize("name", sorted(FLOORS))
def test_the_floors_were_measured_on_this_stream(name):
    stored = (HERE / "streams" / name / "stream.jsonl").read_bytes()

    assert hashlib.sha256(stored).hexdigest()[:16] == FLOORS[name]["digest"]


def test_no_figure_is_below_its_floor(measured):
    figures, wanted = measured

    fallen = {
        name: (figures[name], floor)
        for name, floor in wanted["floors"].items()
        if (figures[name] > floor if name in AT_MOST else figures[name] < floor)
    }
    assert fallen == {}
