"""Asks the requests of one lot, several at a time, at the rate that the provider bears."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from nightshift.batch.capacity.concurrency import AdaptiveLimit
from nightshift.batch.job import Deployment
from nightshift.errors import AnswerLost, NightshiftError, ProviderRefused, ProviderUnavailable, RateLimited
from nightshift.providers.port import Provider

# How often a request is repeated with the same key after its answer was lost, before the row is left in doubt.
MOST_REPEATS = 5
LONGEST_NAP = 20.0  # seconds; then the deadline is looked at again


class Request(NamedTuple):
    """One line of a request file and the row it is for."""

    row_number: int
    line: bytes


@dataclass
class Lot:
    """What asking a lot has brought. A row of which nothing is said was not executed.

    `in_doubt` may have been executed and can never be asked again; `unheard` may have been executed, and can be asked
    again here with the same key, but of nobody else.
    """

    lines: list[bytes] = field(default_factory=list)
    in_doubt: list[int] = field(default_factory=list)
    unheard: list[int] = field(default_factory=list)
    stopped_by: NightshiftError | None = None


@dataclass
class Pace:
    """What one task has learnt of a provider, from lot to lot, and how long it may be silent."""

    limit: AdaptiveLimit
    patience: timedelta
    deadline: datetime
    falls_back: bool = False  # another deployment takes over when patience is at its end
    silent_since: datetime | None = None

    def answered(self) -> None:
        self.silent_since = None

    def is_silent_for_too_long(self, now: datetime) -> bool:
        """Notes one more try without an answer."""
        self.silent_since = self.silent_since or now
        return now - self.silent_since > self.patience


class Asking:
    """Asks one lot. `lot` is what it has brought, at any moment: also when `run` is broken off."""

    def __init__(
        self, provider: Provider, deployment: Deployment, digest: str, pace: Pace, hold: Callable[[datetime], None]
    ) -> None:
        """`digest` makes each request's key; `hold` tells other tasks how long the provider wants to be left alone."""
        self.lot = Lot()
        self._provider, self._deployment, self._digest = provider, deployment, digest
        self._pace, self._limit, self._hold = pace, pace.limit, hold
        self._repeatable = deployment.capabilities.realtime.repeatable
        self._losses: dict[int, int] = {}
        self._waiting: deque[Request] = deque()
        self._running: dict[asyncio.Task[None], int] = {}

    async def run(self, requests: list[Request]) -> None:
        """Returns when all are answered, or the provider refuses, is silent for too long, or the deadline is there."""
        self._waiting.extend(requests)
        try:
            while self._running or (self._waiting and self.lot.stopped_by is None):
                self._start()
                if not self._running:
                    await asyncio.sleep(min(self._limit.wait(time.monotonic()), LONGEST_NAP))
                    continue
                done, _ = await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    del self._running[task]
                    task.result()
        finally:
            await self._break_off()
            self.lot.unheard = [one.row_number for one in self._waiting if one.row_number in self._losses]

    async def _break_off(self) -> None:
        """What is under way when the work is broken off was sent, and nobody will hear the answer."""
        rows = list(self._running.values())
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        if not self._repeatable:
            self.lot.in_doubt += rows

    def _start(self) -> None:
        if datetime.now(UTC) >= self._pace.deadline:
            self._stop(ProviderUnavailable("the deadline passed"))
        if self.lot.stopped_by is not None:
            return
        for _ in range(min(self._limit.free(time.monotonic()), len(self._waiting))):
            request = self._waiting.popleft()
            task = asyncio.create_task(self._one(request, self._limit.start()))
            self._running[task] = request.row_number

    async def _one(self, request: Request, ticket: int) -> None:
        key = hashlib.sha256(f"{self._digest}/{request.row_number}".encode()).hexdigest()
        try:
            self.lot.lines.append(await self._provider.answer(request.line, self._deployment.target, key))
        except RateLimited as error:
            self._waiting.append(request)
            await self._slow_down(ticket, error)
        except AnswerLost as error:
            self._doubt(request, ticket, error)
        except ProviderUnavailable as error:
            self._waiting.append(request)
            self._is_silent(ticket, error)
        except ProviderRefused as error:
            self._limit.failed(ticket)
            self._waiting.append(request)
            self._stop(error)
        else:
            self._limit.succeeded(ticket)
            self._pace.answered()

    async def _slow_down(self, ticket: int, error: RateLimited) -> None:
        self._limit.limited(ticket, time.monotonic(), error.retry_after_seconds)
        if self._pace.is_silent_for_too_long(datetime.now(UTC)) and self._pace.falls_back:
            self._stop(error)
        if error.retry_after_seconds is not None:
            until = datetime.now(UTC) + timedelta(seconds=error.retry_after_seconds)
            await asyncio.to_thread(self._hold, until)

    def _doubt(self, request: Request, ticket: int, error: AnswerLost) -> None:
        losses = self._losses[request.row_number] = self._losses.get(request.row_number, 0) + 1
        if self._repeatable and losses <= MOST_REPEATS:
            self._waiting.append(request)
            self._is_silent(ticket, error)
        else:
            self._limit.failed(ticket)
            self.lot.in_doubt.append(request.row_number)

    def _is_silent(self, ticket: int, error: ProviderUnavailable) -> None:
        self._limit.limited(ticket, time.monotonic(), None)
        if self._pace.is_silent_for_too_long(datetime.now(UTC)):
            self._stop(error)

    def _stop(self, error: NightshiftError) -> None:
        self.lot.stopped_by = self.lot.stopped_by or error
