"""Sealing: what is due becomes deliveries, whose content and id never change."""

from monitor.pipeline.sealing.seal import seal_due

__all__ = ["seal_due"]
