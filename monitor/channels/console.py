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
        try:
            self._stream.write(self._encodable(_print_block(message)))
            # An alert in a buffer is not delivered, and would be lost with the process.
            self._stream.flush()
        except (OSError, ValueError) as error:
            raise DeliveryError(f"cannot print: {one_line(str(error), limit=200)}") from error
        return Receipt("printed")

    def _encodable(self, text: str) -> str:
        """Returns a text without characters that the stream's encoding does not have."""
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        return text.encode(encoding, "replace").decode(encoding)


def _print_block(message: Message) -> str:
    text = clean_text(message.text).replace("\t", " ")
    return f"{RULE}\n{one_line(message.subject)}\n\n{text}\n{RULE}\n"
