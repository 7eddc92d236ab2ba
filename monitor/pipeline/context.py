"""What every step works with: the parts that `bootstrap` built, and the cases as the config has
them.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import structlog
from sqlmodel import Session

from monitor.channels import Channel
from monitor.fetching import Client
from monitor.isolation import WorkerPool
from monitor.matching import Query
from monitor.matching.related import WordCounts
from monitor.novelty import CaseIndex, OwnEvents
from monitor.settings import CaseSettings, Settings
from monitor.store import Store

P = ParamSpec("P")
T = TypeVar("T")

MAX_MEMORIES = 16

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class WatchedCase:
    """A case of the config, with its id in the store.

    Attributes:
        subject_terms: folded words and phrases that the query looks for.
    """

    id: int
    settings: CaseSettings
    query: Query
    subject_terms: frozenset[str]


class CaseIndexes:
    """The memories of the cases last judged, at most `MAX_MEMORIES`; one that was dropped is read
    again from the store.
    """

    def __init__(self) -> None:
        self._memories: OrderedDict[int, CaseIndex] = OrderedDict()

    def get_index(self, case_id: int, events: OwnEvents | None) -> CaseIndex:
        """Returns the case's memory, an empty one the first time and when it has other event
        classes than before.
        """
        memory = self._memories.pop(case_id, None)
        if memory is None or memory.events != events:
            memory = CaseIndex(events)
        self._memories[case_id] = memory
        while len(self._memories) > MAX_MEMORIES:
            self._memories.popitem(last=False)
        return memory

    def forget(self, case_id: int) -> None:
        """Drops a memory that may no longer agree with the store."""
        self._memories.pop(case_id, None)

    def forget_all(self) -> None:
        """Drops all memories; each is read again when it is asked for."""
        self._memories.clear()


@dataclass(slots=True)
class Vocabulary:
    """Word counts over all items and over each case's articles, for `matching.related`; grown from
    the store as it grows.
    """

    everywhere: WordCounts = field(default_factory=WordCounts)
    cases: dict[int, WordCounts] = field(default_factory=dict)
    last_entry_id: int = 0
    last_sequence: dict[int, int] = field(default_factory=dict)


class Resolver(Protocol):
    """Finds out where an aggregator's links lead."""

    async def resolve(self, ctx: Context, url: str) -> str | None:
        """Returns the address of the article, None when that cannot be found out."""
        ...


@dataclass(slots=True)
class Encoder:
    """The encoder in a process of its own.

    Attributes:
        name: of the encoder with its version.
        failures: how many there were in a row.
        was_noted: the store was told that it works.
    """

    name: str
    pool: WorkerPool
    failures: int = 0
    was_noted: bool = False


@dataclass(slots=True)
class Context:
    """The parts at work. `clock` is the only source of time, so a rehearsal may run on another one."""

    settings: Settings
    store: Store
    client: Client
    pool: WorkerPool
    make_channels: Callable[[Settings], Mapping[str, Channel]]
    clock: Callable[[], datetime]
    owner: str
    jitter: Callable[[], float]
    channels: Mapping[str, Channel] = field(default_factory=dict)
    cases: tuple[WatchedCase, ...] = ()
    memories: CaseIndexes = field(default_factory=CaseIndexes)
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    record_only: bool = False
    encoder: Encoder | None = None
    resolver: Resolver | None = None
    # Verdicts are reached one after the other: each must see the one before.
    judging: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="judge")
    )

    def reload_channels(self) -> None:
        """Builds the channels anew from the current settings."""
        self.channels = self.make_channels(self.settings)

    async def write(
        self, function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Runs one writing transaction off the event loop."""
        return await asyncio.to_thread(lambda: self.store.write(function, *args, **kwargs))

    async def read(
        self, function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Runs one reading transaction off the event loop."""
        return await asyncio.to_thread(lambda: self.store.read(function, *args, **kwargs))

    async def judge(self, function: Callable[..., T], *args: Any) -> T:
        """Runs one verdict transaction on the judging thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.judging, lambda: self.store.write(function, *args))
