"""Prints alerts, for a first look and for runs in a terminal."""

from __future__ import annotations

from typing import TextIO

from monitor.errors import DeliveryError
from monitor.model import Message, Receipt
from monitor.text import clean_text, one_line

RULE = "─" * 78


class ConsoleChannel:
    """Prints each message as a block of plain text; no control character of a message reaches the
    terminal.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    async def send(self, message: Message) -> Receipt:
        """Prints a message.

        Raises:
            DeliveryError: the stream is closed.
        """
        text = clean_text(message.text).replace("\t", " ")
        block = f"{RULE}\n{one_line(message.subject)}\n\n{text}\n{RULE}\n"
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        try:
            self._stream.write(block.encode(encoding, "replace").decode(encoding))
            self._stream.flush()
        except (OSError, ValueError) as error:
            raise DeliveryError(f"cannot print: {one_line(str(error), limit=200)}") from error
        return Receipt("printed")
