"""Ingesting entries: fetching an article's page, dating it, resolving aggregator links."""
