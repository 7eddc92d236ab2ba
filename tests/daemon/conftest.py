"""The config of a daemon in this process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from tests.daemon.running import Loader
from tests.pipeline.program import HARBOUR, start_program


@pytest.fixture
def loader(tmp_path: Path) -> Loader:
    start_program(tmp_path / "config", harbour=HARBOUR)
    return Loader(tmp_path / "config")


@pytest.fixture(autouse=True)
def every_event() -> Iterator[None]:
    """A command that ran in this process before may have left out what is no warning."""
    before = structlog.get_config()
    structlog.reset_defaults()
    yield
    structlog.configure(**before)
