"""monitor: follows one case over months and alerts only about what is new."""

__version__ = "0.1.0"
