"""The store: the only SQL.

One function here is the content of one transaction; `Store.write` and `Store.read` open and end it.
"""

from monitor.store.engine import Store

__all__ = ["Store"]
