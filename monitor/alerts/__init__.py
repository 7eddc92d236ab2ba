"""Alerts: what they say, when they go out, and in which words. Pure: payloads in, messages out."""
