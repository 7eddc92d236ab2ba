"""What a case knows: an inverted index over its stored sentences, recent articles, vectors."""
