"""Polling feeds: schedule, fetch, parse, identity of items, health."""
