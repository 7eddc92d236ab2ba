"""Commands on what goes out: channels, silences."""
