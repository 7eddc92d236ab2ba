"""The many services that Apprise knows, each message in a process of its own.

The library has network code of its own, which follows redirects, looks names up and may hang. So a
process that is told which addresses it may reach does the sending, and is ended when it takes too
long: what hangs there holds up nothing here."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from monitor.errors import DeliveryError
from monitor.model import Message, Receipt

# Importing the library takes seconds on a small machine.
DEADLINE = timedelta(seconds=50)
# A module above this room, by its name: it judges addresses by the rule of the guard. `-P`: what
# lies in the folder that the daemon was started in is no part of it.
PROGRAM = (sys.executable, "-P", "-m", "monitor.pipeline.outside.apprise_process")
_HINT = "check the channel's url, then `monitor alerts resend`"


class AppriseChannel:
    """Sends the plain text of each message to one address of Apprise.

    Args:
        url: the address as Apprise writes it, such as "tgram://TOKEN/CHAT"; a secret.
        allow_private: the places that are not public and may be reached, as texts; all, or none.
        program: what is run for each message: it takes JSON on stdin.
        deadline: for one message, the start of the process included.
    """

    def __init__(
        self,
        url: str,
        *,
        allow_private: bool | Sequence[str] = False,
        program: Sequence[str] = PROGRAM,
        deadline: timedelta = DEADLINE,
    ) -> None:
        self._url = url
        self._program = tuple(program)
        self._allow_private = allow_private
        self._deadline = deadline

    async def send(self, message: Message) -> Receipt:
        """Sends a message.

        Raises:
            DeliveryError: the service has not taken it; permanent where asking again will not help.
        """
        answer = await self._ask({"title": message.subject, "body": message.text})
        if "sent" in answer:
            return Receipt(f"accepted by {answer['sent']}")
        raise DeliveryError(f"{answer.get('failed', 'the service')} has not taken it")

    async def probe(self) -> str:
        """Connects to where a message would go first, and sends nothing; returns the place.

        Raises:
            DeliveryError: nobody answers there, or a message could not even begin.
        """
        answer = await self._ask({"title": "test", "body": "test", "is_probe": True})
        if "reached" in answer:
            return str(answer["reached"])
        raise DeliveryError(f"{answer.get('failed', 'the service')} does not answer", hint=_HINT)

    async def _ask(self, what: Mapping[str, object]) -> Mapping[str, Any]:
        """Returns what the process says of a message.

        Raises:
            DeliveryError: it refuses it for good, or says nothing.
        """
        given = {**what, "url": self._url, "allow_private": self._allow_private}
        answer = _read_answer(await self._run(json.dumps(given).encode()))
        if "refused" in answer:
            raise DeliveryError(answer["refused"], permanent=True, hint=_HINT)
        return answer

    async def _run(self, given: bytes) -> bytes:
        """Runs the program on what it is given; returns what it prints.

        Raises:
            DeliveryError: it took too long, or could not be started.
        """
        try:
            process = await asyncio.create_subprocess_exec(
                *self._program,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                # A traceback may hold the address.
                stderr=asyncio.subprocess.DEVNULL,
                env=_without_proxies(os.environ),
            )
        except OSError as error:
            raise DeliveryError(f"the process of Apprise cannot be started: {error}") from error
        try:
            async with asyncio.timeout(self._deadline.total_seconds()):
                printed, _ = await process.communicate(given)
        except TimeoutError as error:
            seconds = f"{self._deadline.total_seconds():g} s"
            raise DeliveryError(f"nothing came of it within {seconds}") from error
        finally:
            await _end(process)
        return printed


async def _end(process: asyncio.subprocess.Process) -> None:
    """Ends a process that is still there, whoever has given up on it."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _without_proxies(environment: Mapping[str, str]) -> dict[str, str]:
    # Behind a proxy nobody here could judge where a message goes.
    return {
        name: value for name, value in environment.items() if not name.lower().endswith("_proxy")
    }


def _read_answer(printed: bytes) -> dict[str, Any]:
    """Returns what the process says.

    Raises:
        DeliveryError: it ended without a word.
    """
    try:
        answer = json.loads(printed)
    except ValueError as error:
        raise DeliveryError("the process of Apprise ended without an answer") from error
    assert isinstance(answer, dict), "our own program"
    return answer
