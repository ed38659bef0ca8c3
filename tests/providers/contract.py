"""What the tests of the contract share: requests as the platform writes them, batches followed to their end."""

from __future__ import annotations

import asyncio
import io
import json
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, TypeVar
from uuid import uuid4

from tests.providers.cases import LOGIN, SECRET, ProviderCase

from nightshift.providers.credentials import Credentials
from nightshift.providers.port import (
    BatchProvider,
    BatchState,
    BatchStatus,
    Handover,
    ModelCall,
    Provider,
    RequestTemplate,
    RowResult,
    Target,
)

PROMPT = "Which city is the prompt-canary of France?"
# Of this process alone: a real provider remembers the batches of earlier runs.
KEY = sha256(uuid4().bytes).hexdigest()
Found = TypeVar("Found")


@dataclass(frozen=True)
class Endpoint:
    """Where a provider is spoken to: the sandbox, or the provider itself (which takes its time)."""

    credentials: Credentials
    chat: Target
    embedding: Target
    patience: float
    pause: float


@dataclass(frozen=True)
class Subject:
    """One provider at one endpoint, and what the platform does with it."""

    case: ProviderCase
    endpoint: Endpoint
    provider: Provider

    def changed(self, **credentials: Any) -> Subject:
        """The same provider behind another connection."""
        changed = Credentials(**{**vars(self.endpoint.credentials), **credentials})
        return Subject(self.case, self.endpoint, self.case.open(changed))

    def with_extra(self, **extra: Any) -> Subject:
        return self.changed(extra={**self.endpoint.credentials.extra, **extra})

    @property
    def batches(self) -> BatchProvider:
        assert isinstance(self.provider, BatchProvider)
        return self.provider

    # real time

    def line(self, number: int = 7, text: str = PROMPT, **call: Any) -> bytes:
        return line_of(self.provider.template(call_of(self.endpoint.chat, **call)), number, text)

    def answer(self, line: bytes | None = None, key: str = KEY) -> RowResult:
        """One request answered now, and its result line read."""
        awaited = self.provider.answer(self.line() if line is None else line, self.endpoint.chat, key)
        found = self.provider.parse(asyncio.run(within_a_task(awaited)))
        assert found is not None, "the provider's own result line cannot be read"
        return found

    # batches

    def requests(self, rows: int | None = None, **call: Any) -> io.BytesIO:
        template = self.provider.template(call_of(self.endpoint.chat, **call))
        count = self.case.rows if rows is None else rows
        return io.BytesIO(b"".join(line_of(template, number, f"{PROMPT} ({number})") for number in range(1, count + 1)))

    def submit(self, requests: io.BytesIO | None = None, key: str = KEY) -> str:
        handover = Handover(self.endpoint.chat, key, "run-1")
        return self.batches.submit(self.requests() if requests is None else requests, handover)

    def until(self, batch_id: str, reached: Callable[[BatchStatus], bool]) -> BatchStatus:
        deadline = time.monotonic() + self.endpoint.patience
        while not reached(status := self.batches.status(batch_id)):
            assert time.monotonic() < deadline, f"{batch_id} is still {status.state}: {status.problems}"
            time.sleep(self.endpoint.pause)
        return status

    def ended(self, batch_id: str) -> BatchStatus:
        return self.until(batch_id, lambda status: status.state is not BatchState.RUNNING)

    def results(self, status: BatchStatus) -> dict[int, RowResult]:
        """Everything that the provider delivers for a batch, by row number."""
        found: dict[int, RowResult] = {}
        for file_id in status.result_files:
            target = io.BytesIO()
            self.batches.download(file_id, target)
            read = [self.provider.parse(line) for line in target.getvalue().splitlines()]
            found |= {int(result.custom_id): result for result in read if result is not None}
        return found


def call_of(target: Target, **changes: Any) -> ModelCall:
    usual: dict[str, Any] = {
        "fixed_messages": (("system", "Answer in one word."),),
        "temperature": 0.0,
        "max_output_tokens": 200,
        "seed": None,
        "answer_name": "answer",
        "answer_schema": None,
    }
    return ModelCall(target, **{**usual, **changes})


def line_of(template: RequestTemplate, number: int, text: str) -> bytes:
    """A request line as the platform writes it (nightshift.batch.shards.encoding does so for whole tables)."""
    row_id = str(number).rjust(template.id_digits, "0")
    quoted = json.dumps(text, ensure_ascii=False)
    user = quoted[1:-1] if template.bare_user else quoted
    return f"{template.before_id}{row_id}{template.before_user}{user}{template.after}".encode()


async def within_a_task(awaited: Coroutine[Any, Any, Found]) -> Found:
    return await awaited


def run(awaited: Coroutine[Any, Any, Found]) -> Found:
    return asyncio.run(within_a_task(awaited))


async def longest_stall(awaited: Coroutine[Any, Any, Any]) -> float:
    """For how many seconds everything else in the event loop stood still at the worst, while `awaited` ran."""
    task = asyncio.ensure_future(awaited)
    longest, before = 0.0, time.monotonic()
    while not task.done():
        await asyncio.sleep(0.01)
        now = time.monotonic()
        longest, before = max(longest, now - before), now
    await task
    return longest


def now() -> datetime:
    return datetime.now(UTC)


def all_texts(error: BaseException | None) -> str:
    """What a log would show of an error: its message, and those of the errors that it was raised from."""
    if error is None:
        return ""
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return f"{error!r} {error} {all_texts(earlier)}"


def assert_discreet(error: BaseException) -> None:
    """Neither prompt nor credentials stand in an error."""
    told = all_texts(error)
    assert not [canary for canary in (SECRET, LOGIN, "canary", PROMPT) if canary in told], told
