"""News about the monitor itself: heartbeats, feeds in trouble."""
