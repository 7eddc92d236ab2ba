"""An article laid against the index: which of its sentences are known, changed or unexplained."""
