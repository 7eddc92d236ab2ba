"""Articles: one canonical URL, its spellings, its revisions with their sentences, and the look-up
of copies.
"""

from monitor.store.articles.copies import (
    MAX_CANDIDATES,
    MAX_SHARERS,
    MIN_HITS,
    CopyCandidate,
    find_copies,
)
from monitor.store.articles.finding import (
    find_article,
    find_republished,
    get_stored,
    get_stored_articles,
    get_titles,
    is_newest_revision,
)
from monitor.store.articles.indexing import (
    MAX_INDEXED_WORDS,
    MAX_WORD_CHARS,
    fit_index,
    index_article,
    index_words,
)
from monitor.store.articles.revisions import insert_revision
from monitor.store.articles.values import (
    FEED_EXTRACTOR,
    NO_VALIDATORS,
    FetchedArticle,
    PageSeen,
    RevisionKey,
    StoredArticle,
    hash_text,
    make_uid,
)
from monitor.store.articles.writing import (
    add_urls,
    get_newsroom,
    insert_article,
    set_newsroom,
    stored_newsroom,
    update_article,
)

__all__ = [
    "FEED_EXTRACTOR",
    "MAX_CANDIDATES",
    "MAX_INDEXED_WORDS",
    "MAX_SHARERS",
    "MAX_WORD_CHARS",
    "MIN_HITS",
    "NO_VALIDATORS",
    "CopyCandidate",
    "FetchedArticle",
    "PageSeen",
    "RevisionKey",
    "StoredArticle",
    "add_urls",
    "find_article",
    "find_copies",
    "find_republished",
    "fit_index",
    "get_newsroom",
    "get_stored",
    "get_stored_articles",
    "get_titles",
    "hash_text",
    "index_article",
    "index_words",
    "insert_article",
    "insert_revision",
    "is_newest_revision",
    "make_uid",
    "set_newsroom",
    "stored_newsroom",
    "update_article",
]
