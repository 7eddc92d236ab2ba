"""Sends one message through Apprise, in a process of its own: `python -m` this module.

What to send comes as JSON on stdin, what became of it goes as JSON to stdout. The address is on no
command line, where every user of the machine could read it."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from typing import Any

from monitor.pipeline.outside.guarded_process import Guard, Probe, Refused, read_places


def main() -> None:
    """Reads what to send, sends it, and says how that went."""
    given = json.load(sys.stdin)
    places = read_places(given["allow_private"])
    guard = Probe(places) if given.get("is_probe") else Guard(places)
    guard.install()
    # What the library has to say of an address may hold its keys.
    logging.disable()
    answer = _send(given, guard)
    print(json.dumps(_reach(guard, answer) if isinstance(guard, Probe) else answer))


def _reach(probe: Probe, answer: Mapping[str, str]) -> Mapping[str, str]:
    """Returns `reached` with the place to which the message wanted to go, where somebody answers
    there; else what became of it.
    """
    return {"reached": probe.wanted} if probe.connect() else answer


def _send(given: Mapping[str, Any], guard: Guard) -> dict[str, str]:
    """Returns `sent`, or what kept it from being sent for good (`refused`) or this time (`failed`).

    No text in it is from the library or from its receiver.
    """
    try:
        import apprise
    except ImportError:
        return {"refused": "Apprise is not installed; pip install 'case-monitor[apprise]'"}
    found = apprise.Apprise.instantiate(given["url"], suppress_exceptions=True)
    if found is None:
        return {"refused": "the address is none that Apprise knows"}
    # What is too long for a service is cut: a roll-up in forty messages is none.
    found.overflow_mode = apprise.OverflowMode.TRUNCATE
    try:
        is_sent = bool(found.notify(body=given["body"], title=given["title"]))
    except Refused:
        is_sent = False
    if guard.refusals:
        return {"refused": f"{found.service_name}: {guard.refusals[0]}"}
    return {"sent" if is_sent else "failed": str(found.service_name)}


if __name__ == "__main__":
    main()
