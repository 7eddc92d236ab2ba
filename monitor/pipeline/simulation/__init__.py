"""Judging without writing: replays of stored verdicts, queries and feeds tried before they count."""
