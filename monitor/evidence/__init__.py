"""What was fetched, when, and what was told of it, in one file that shows whether it was changed.

Pure but for the file that it writes or reads: what goes in is given, and a check asks nobody."""
