"""Commands that read what is stored as a whole: stories, exports."""
