"""Programs that do a part of the same work, each in an environment of its own."""
