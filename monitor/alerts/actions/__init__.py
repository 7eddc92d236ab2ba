"""What a reader of a mail can do with a click: signed links, or a mail to somebody."""
