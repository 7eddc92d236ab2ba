"""Specification of how well the judge does on labelled streams."""
