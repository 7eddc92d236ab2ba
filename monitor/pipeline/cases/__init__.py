"""Cases in line with the config: sync, seeds, and what a new case reads of the past."""
