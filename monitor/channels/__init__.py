"""Channels: the only senders. They turn every failure into a DeliveryError and hold no policy."""

from monitor.channels.base import Answer, Channel, Clock, Poster
from monitor.channels.build import build_channels

__all__ = ["Answer", "Channel", "Clock", "Poster", "build_channels"]
