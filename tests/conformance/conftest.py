"""The cases about behaviour over time run through the real poll on loopback."""

from tests.pipeline.conftest import newsroom

__all__ = ["newsroom"]
