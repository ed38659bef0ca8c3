"""What the platform needs from a provider with a batch API, and the records that cross this border."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import IO, Any, NamedTuple, Protocol


class BatchState(StrEnum):
    """The provider's word on a batch, reduced to what we act on. All but `running` are final."""

    RUNNING = "running"
    COMPLETED = "completed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    FAILED = "failed"  # refused as a whole: not one request was executed


@dataclass(frozen=True)
class BatchProblem:
    """Why a batch failed validation; `line` counts from 1 and is None where the fault is not in one line."""

    code: str
    message: str
    line: int | None = None


@dataclass(frozen=True)
class BatchStatus:
    """One look at a batch. `result_files` are the provider's ids of everything it has for us to collect."""

    batch_id: str
    state: BatchState
    total: int
    done: int
    result_files: tuple[str, ...] = ()
    problems: tuple[BatchProblem, ...] = ()


class RowResult(NamedTuple):
    """One request's outcome. `error` is None for an answered one; `retryable` says whether asking again may help."""

    custom_id: str
    answer: str | None
    finish_reason: str | None
    input_tokens: int
    cached_input_tokens: int
    output_tokens: int
    reasoning_tokens: int
    request_id: str | None
    error: str | None
    retryable: bool


@dataclass(frozen=True)
class RequestTemplate:
    """One request line in three fixed parts: ``before_id + id + before_user + user text as JSON + after``.

    Everything that is equal for all rows of a shard is encoded once; a shard of 50,000 lines is then a concatenation.
    """

    before_id: str
    before_user: str
    after: str


@dataclass(frozen=True)
class ModelCall:
    """What a request asks for, apart from the row's own text. `answer_schema` is a JSON schema or None."""

    model: str
    fixed_messages: tuple[tuple[str, str], ...]  # (role, content), before the row's own user message
    temperature: float
    max_output_tokens: int
    seed: int | None
    answer_name: str
    answer_schema: dict[str, Any] | None


@dataclass(frozen=True)
class Capabilities:
    """Limits of the provider's batch API, so that planning never asks for a provider's name."""

    max_requests_per_batch: int
    max_bytes_per_batch: int
    listing_lag_seconds: float  # how long a batch that was accepted may be missing from the provider's listing


class BatchProvider(Protocol):
    """1. `submit` may be cut off after the provider accepted: the caller then asks `find` before it submits again.
    2. `find` and `submit` use the same key; a key is never used for two different request files.
    3. Every method raises only errors of nightshift.errors.
    4. `status_soon` must not block the event loop that awaits it."""

    capabilities: Capabilities

    def template(self, call: ModelCall) -> RequestTemplate: ...

    def find(self, key: str, since: datetime) -> str | None:
        """The id of the batch that carries `key`, looking back to a little before `since`."""

    def submit(self, requests: IO[bytes], key: str, run_id: str) -> str:
        """Hand the request file over and start the batch; returns its id."""

    def status(self, batch_id: str) -> BatchStatus: ...

    async def status_soon(self, batch_id: str) -> BatchStatus: ...

    def download(self, file_id: str, target: IO[bytes]) -> None:
        """Write a whole result file to `target`, or raise; a cut connection never looks like a short file."""

    def parse(self, line: bytes) -> RowResult | None:
        """One line of a result file, or None where the line is not what the API promises."""

    def cancel(self, batch_id: str) -> None:
        """Ask the provider to stop. What it has done by then stays collectable, and billed."""
