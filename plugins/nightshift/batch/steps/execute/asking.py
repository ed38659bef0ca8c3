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
    """What asking a lot has brought. A row with neither a line nor a doubt was not executed."""

    lines: list[bytes] = field(default_factory=list)
    in_doubt: list[int] = field(default_factory=list)
    stopped_by: NightshiftError | None = None


@dataclass
class Pace:
    """What one task has learnt of a provider, from lot to lot, and how long it may be silent."""

    limit: AdaptiveLimit
    patience: timedelta
    deadline: datetime
    silent_since: datetime | None = None

    def answered(self) -> None:
        self.silent_since = None

    def is_silent_for_too_long(self, now: datetime) -> bool:
        """Notes one more try without an answer."""
        self.silent_since = self.silent_since or now
        return now - self.silent_since > self.patience


async def ask(
    provider: Provider,
    deployment: Deployment,
    requests: list[Request],
    digest: str,
    pace: Pace,
    hold: Callable[[datetime], None],
) -> Lot:
    """Ask until all are answered, or until the provider refuses, is silent for too long, or the deadline is there.

    `digest` makes each request's key; `hold` tells the other tasks until when the provider wants to be left alone.
    """
    return await _Asking(provider, deployment, digest, pace, hold).run(requests)


class _Asking:
    def __init__(
        self, provider: Provider, deployment: Deployment, digest: str, pace: Pace, hold: Callable[[datetime], None]
    ) -> None:
        self._provider, self._deployment, self._digest = provider, deployment, digest
        self._pace, self._limit, self._hold = pace, pace.limit, hold
        self._losses: dict[int, int] = {}
        self._waiting: deque[Request] = deque()
        self._lot = Lot()

    async def run(self, requests: list[Request]) -> Lot:
        self._waiting.extend(requests)
        running: set[asyncio.Task[None]] = set()
        while running or (self._waiting and self._lot.stopped_by is None):
            running |= self._started()
            if not running:
                await asyncio.sleep(min(self._limit.wait(time.monotonic()), LONGEST_NAP))
                continue
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        # A row whose answer was lost and that cannot be asked again here must not be asked of another deployment.
        self._lot.in_doubt += [one.row_number for one in self._waiting if one.row_number in self._losses]
        return self._lot

    def _started(self) -> set[asyncio.Task[None]]:
        if datetime.now(UTC) >= self._pace.deadline:
            self._stop(ProviderUnavailable("the deadline passed"))
        if self._lot.stopped_by is not None:
            return set()
        count = min(self._limit.free(time.monotonic()), len(self._waiting))
        return {asyncio.create_task(self._one(self._waiting.popleft(), self._limit.start())) for _ in range(count)}

    async def _one(self, request: Request, ticket: int) -> None:
        key = hashlib.sha256(f"{self._digest}/{request.row_number}".encode()).hexdigest()
        try:
            self._lot.lines.append(await self._provider.answer(request.line, self._deployment.target, key))
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
        if error.retry_after_seconds is not None:
            until = datetime.now(UTC) + timedelta(seconds=error.retry_after_seconds)
            await asyncio.to_thread(self._hold, until)

    def _doubt(self, request: Request, ticket: int, error: AnswerLost) -> None:
        losses = self._losses[request.row_number] = self._losses.get(request.row_number, 0) + 1
        if self._deployment.capabilities.realtime.repeatable and losses <= MOST_REPEATS:
            self._waiting.append(request)
            self._is_silent(ticket, error)
        else:
            self._limit.failed(ticket)
            self._lot.in_doubt.append(request.row_number)

    def _is_silent(self, ticket: int, error: ProviderUnavailable) -> None:
        self._limit.limited(ticket, time.monotonic(), None)
        if self._pace.is_silent_for_too_long(datetime.now(UTC)):
            self._stop(error)

    def _stop(self, error: NightshiftError) -> None:
        self._lot.stopped_by = self._lot.stopped_by or error
