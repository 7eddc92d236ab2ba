"""Feeds: a document's bytes to items, and when to poll again. Pure.

Reads RSS, RDF, Atom, JSON Feed and news sitemaps (`parse`); identifies items from poll to poll
(`identity`); plans the next poll (`poll_interval`); judges how far a server is believed (`trust`)
and which feeds have dried up (`health`); finds the feeds that a page names (`discovery`); reads and
writes lists of feeds (`opml`)."""
