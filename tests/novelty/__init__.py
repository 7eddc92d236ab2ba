"""Specification of `monitor.novelty`."""
