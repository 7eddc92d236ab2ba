"""Keeping a store in order: due times that cannot be right, whose database it is."""
