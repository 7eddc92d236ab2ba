"""Asking for the pages of stored articles again: schedule, comparison, edits."""
