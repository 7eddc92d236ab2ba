"""Finding out where Google News links lead: opt-in, slow, remembered for ever, and never a reason
to lose an item.

Two requests a link through the guarded client, at most one in ten seconds; what comes back is read
in a worker process."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from http import HTTPStatus

from monitor.decoding import decode
from monitor.errors import FetchError, HostHeld, MonitorError, WorkerError
from monitor.extraction.googlenews import (
    ORIGIN,
    answer_url,
    page_url,
    read_answer,
    read_token,
    write_question,
)
from monitor.fetching import Client, Posted
from monitor.isolation import WorkerPool
from monitor.model import Fetched
from monitor.pipeline.context import Context, log
from monitor.store.hosts import get_link, put_link

PAUSE = timedelta(seconds=10)
# Links in hand; the others of a batch come later, so that a batch ends within its lease.
MAX_WAITING = 4
# One link takes two requests, ten seconds apart.
TRY_LATER = timedelta(minutes=1)
# A link that could not be resolved may be when the decoder has been mended.
ASK_AGAIN = timedelta(days=1)
_MAX_PAGE_BYTES = 3_000_000
_READ_TIMEOUT = timedelta(seconds=10)
_ANSWER_DEADLINE = timedelta(seconds=15)


class ResolverBusy(MonitorError):
    """Too many links wait; this one can be asked for after a while."""


class GoogleNewsResolver:
    """Asks Google News where its links lead.

    Args:
        origin: scheme and host that are asked.
        pause: between two requests.
    """

    def __init__(
        self, client: Client, pool: WorkerPool, *, origin: str = ORIGIN, pause: timedelta = PAUSE
    ) -> None:
        self._client = client
        self._pool = pool
        self._origin = origin
        self._pause = pause
        self._waiting = 0
        self._one = asyncio.Lock()

    async def resolve(self, ctx: Context, url: str) -> str | None:
        """Returns the address of the article behind a link; None when that cannot be found out.

        Raises:
            ResolverBusy: too many links wait.
        """
        token = read_token(url)
        if not token:
            return None
        known = await ctx.read(get_link, token)
        if known and (known.target or ctx.clock() - known.asked_at < ASK_AGAIN):
            return known.target
        target = await self._ask_in_turn(token, url)
        # A failure is kept, too: it is not asked for again at once.
        await ctx.write(put_link, token, target, ctx.clock())
        return target

    async def _ask_in_turn(self, token: str, url: str) -> str | None:
        """Waits until the links before this one are done, then asks.

        Raises:
            ResolverBusy: too many links wait.
        """
        if self._waiting >= MAX_WAITING:
            raise ResolverBusy("links of Google News are resolved slowly, and others come first")
        self._waiting += 1
        try:
            # Requests of different links must not come between one another's pauses.
            async with self._one:
                return await self._ask_softly(token, url)
        finally:
            self._waiting -= 1

    async def _ask_softly(self, token: str, url: str) -> str | None:
        try:
            return await self._ask(token, url)
        except (FetchError, HostHeld, WorkerError) as error:
            log.warning("link_unresolved", url=url, error=str(error))
            return None

    async def _ask(self, token: str, url: str) -> str | None:
        """Reads the signed question out of the link's page, and asks it."""
        got = await self._client.fetch(
            self._at(page_url(token, url)), max_bytes=_MAX_PAGE_BYTES, pause=self._pause
        )
        if not isinstance(got, Fetched):
            return None
        page = decode(got.body, got.charset).text
        question = await self._pool.run(write_question, token, page, timeout=_READ_TIMEOUT)
        if question is None:
            log.warning("link_unresolved", url=url, error="the page does not sign the link")
            return None
        return await self._read_answer(question, url)

    async def _read_answer(self, question: str, url: str) -> str | None:
        answer = await self._post(question)
        if answer.status != HTTPStatus.OK:
            log.warning("link_unresolved", url=url, error=f"it answered {answer.status}")
            return None
        text = answer.body.decode("utf-8", "replace")
        return await self._pool.run(read_answer, text, timeout=_READ_TIMEOUT)

    async def _post(self, question: str) -> Posted:
        return await self._client.post(
            self._at(answer_url()),
            body=question.encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"},
            deadline=_ANSWER_DEADLINE,
            pause=self._pause,
        )

    def _at(self, url: str) -> str:
        return f"{self._origin}{url.removeprefix(ORIGIN)}"
