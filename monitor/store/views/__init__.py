"""What the commands and alerts read from the tables."""
