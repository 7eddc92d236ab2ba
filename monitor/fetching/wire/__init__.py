"""The way to a socket: streams of the event loop, and connections that are used once."""
