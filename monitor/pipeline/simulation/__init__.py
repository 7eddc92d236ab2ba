"""Judging without writing: replays of verdicts, queries and feeds tried before they count."""
