"""Read-only pages: what the store holds, for a browser, a feed reader, a calendar.

Everything on a page is text: nothing of a feed or an article becomes markup, no page asks for
anything from elsewhere, and none needs a script."""
