"""The config of a daemon in this process."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.daemon.running import Loader
from tests.pipeline.program import HARBOUR, start_program


@pytest.fixture
def loader(tmp_path: Path) -> Loader:
    start_program(tmp_path / "config", harbour=HARBOUR)
    return Loader(tmp_path / "config")
