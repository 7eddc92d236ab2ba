"""What browsers put up with, and a reader of news has to: odd heads, gates that set a cookie, pages
that send on by themselves, compressions that nobody asked for.
"""
