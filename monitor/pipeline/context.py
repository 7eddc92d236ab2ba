"""What every step works with: the parts that `bootstrap` built, and the cases as the config has
them.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Concatenate, ParamSpec, Protocol, TypeVar

import structlog
from sqlmodel import Session

from monitor.channels import Channel
from monitor.fetching import Client
from monitor.isolation import WorkerPool
from monitor.matching import Query, WordIndex
from monitor.matching.related import WordCounts
from monitor.novelty import DEFAULT_SETTINGS, CaseIndex, JudgeSettings, OwnEvents
from monitor.pipeline.login import logins_of
from monitor.pipeline.work import Tally, Together, in_thread
from monitor.settings import CaseSettings, Settings
from monitor.store import Store

P = ParamSpec("P")
T = TypeVar("T")

# An index holds every sentence of its case; those that were not used for long are dropped.
# What all indexes together may hold, in sentences of .6 kB each: 1.5 GB.
MAX_HELD = 2_400_000
# What an index holds beside its sentences, above all its latest articles, counted as sentences.
OWN_WEIGHT = 10_000

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


def index_cases(cases: Iterable[WatchedCase]) -> WordIndex[int]:
    """Returns what finds the ids of the cases whose query may make an item a candidate."""
    return WordIndex((case.id, case.settings.candidate_ways) for case in cases)


class CaseIndexes:
    """The indexes of the cases last judged, as many as `MAX_HELD` allows; one that was dropped is
    read again from the store.
    """

    def __init__(self) -> None:
        self._indexes: OrderedDict[int, CaseIndex] = OrderedDict()

    def get_index(self, case_id: int, events: OwnEvents | None) -> CaseIndex:
        """Returns the case's index, an empty one the first time and when it has other event
        classes than before.
        """
        index = self._indexes.pop(case_id, None)
        if index is None or index.events != events:
            index = CaseIndex(events)
        self._indexes[case_id] = index
        self._make_room()
        return index

    def _make_room(self) -> None:
        """Drops the indexes that were asked for longest ago, as far as needed; never the last."""
        held = sum(map(len, self._indexes.values())) + OWN_WEIGHT * len(self._indexes)
        while held > MAX_HELD and len(self._indexes) > 1:
            _, dropped = self._indexes.popitem(last=False)
            held -= len(dropped) + OWN_WEIGHT

    def forget(self, case_id: int) -> None:
        """Drops an index that may no longer agree with the store."""
        self._indexes.pop(case_id, None)

    @contextmanager
    def forgotten_on_error(self, case_ids: Iterable[int]) -> Iterator[None]:
        """Drops indexes where a transaction failed: they may have learned what it took back."""
        try:
            yield
        except BaseException:
            for case_id in case_ids:
                self.forget(case_id)
            raise

    def forget_all(self) -> None:
        """Drops all indexes; each is read again when it is asked for."""
        self._indexes.clear()


@dataclass(slots=True)
class Vocabulary:
    """Word counts over all items and over each case's articles, for `matching.related`; grown from
    the store as it grows.

    Attributes:
        was_read: it holds what was stored when it was read last.
        reading: is held by whoever reads it.
    """

    everywhere: WordCounts = field(default_factory=WordCounts)
    cases: dict[int, WordCounts] = field(default_factory=dict)
    last_entry_id: int = 0
    last_sequence: dict[int, int] = field(default_factory=dict)
    was_read: bool = False
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)


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
        was_noted: the store has a note that it works.
    """

    name: str
    pool: WorkerPool
    failures: int = 0
    was_noted: bool = False


class CurrentConfig:
    """The config in force, and what is made of it: the one thing here that a reload changes.

    Args:
        make_channels: builds the channels that settings name.

    Attributes:
        cases: those of the config, as the store knows them; empty until the two were brought in
            line.
        case_words: finds the ids of the cases that may want an item, by its words.
        logins: what the sites of some feeds are shown, by the feed's address.
    """

    def __init__(
        self, settings: Settings, make_channels: Callable[[Settings], Mapping[str, Channel]]
    ) -> None:
        self._make_channels = make_channels
        self.cases = ()
        self.reload(settings)

    @property
    def cases(self) -> tuple[WatchedCase, ...]:
        """Those of the config, as the store knows them."""
        return self._cases

    @cases.setter
    def cases(self, cases: Iterable[WatchedCase]) -> None:
        self._cases = tuple(cases)
        self.case_words = index_cases(self._cases)

    def reload(self, settings: Settings) -> None:
        """Takes other settings over and builds their channels."""
        self.settings = settings
        self.channels = self._make_channels(settings)
        self.logins = logins_of(settings.feeds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The parts at work.

    Attributes:
        clock: the only source of time, so a replay of recorded news may run on another one.
        owner: the name under which this process holds work.
        jitter: random numbers from 0 to 1.
        judge_settings: thresholds of the judge, before what people said moves the scores of a case.
        record_only: everything is stored as known before and nothing alerts.
        tally: what became of the units of work.
        judging: verdicts are reached one after the other, as each must see the one before.
        writes, reads: run transactions together that are ready together.
    """

    config: CurrentConfig
    store: Store
    client: Client
    pool: WorkerPool
    clock: Callable[[], datetime]
    owner: str
    jitter: Callable[[], float]
    indexes: CaseIndexes = field(default_factory=CaseIndexes)
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    tally: Tally = field(default_factory=Tally)
    judge_settings: JudgeSettings = DEFAULT_SETTINGS
    record_only: bool = False
    encoder: Encoder | None = None
    resolver: Resolver | None = None
    judging: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="judge")
    )
    writes: Together = field(init=False)
    reads: Together = field(init=False)

    def __post_init__(self) -> None:
        # Of the store that this context has: a copy with another one has its own.
        object.__setattr__(self, "writes", Together(self.store.write))
        object.__setattr__(self, "reads", Together(self.store.read))

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self.config.settings

    @property
    def channels(self) -> Mapping[str, Channel]:
        """The channels of the config, by name."""
        return self.config.channels

    @property
    def cases(self) -> tuple[WatchedCase, ...]:
        """The cases of the config, in its order."""
        return self.config.cases

    async def write(
        self, function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Runs one writing transaction off the event loop."""
        return await in_thread(lambda: self.store.write(function, *args, **kwargs))

    async def write_together(
        self,
        place: int,
        function: Callable[Concatenate[Session, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Writes one result of many, together with those that are ready by then.

        Args:
            place: the row that it locks; those of one transaction are locked in their order.
        """

        return await self.writes.run(place, _bound(function, *args, **kwargs))

    async def read_together(
        self, function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Reads on a view that others share who are ready by then."""
        return await self.reads.run(0, _bound(function, *args, **kwargs))

    async def read(
        self, function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Runs one reading transaction off the event loop."""
        return await in_thread(lambda: self.store.read(function, *args, **kwargs))

    async def judge(
        self, function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Runs one verdict transaction on the judging thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self.judging, lambda: self.store.write(function, *args, **kwargs)
        )


def _bound(
    function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
) -> Callable[[Session], T]:
    """Returns a function with all that it is called with but the session."""

    def run(session: Session) -> T:
        return function(session, *args, **kwargs)

    run.__name__ = function.__name__  # what a transaction is known by
    return run
