"""Trained weights over features of an article: is it about the case, is it new, which sentences are
new.
"""
