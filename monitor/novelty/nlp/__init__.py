"""What a text says: sentences, tokens, facts, days, the genre of the text, event keys."""
