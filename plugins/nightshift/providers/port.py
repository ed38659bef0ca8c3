"""What the platform needs from a model API, and the records that cross this border."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import IO, Any, Literal, NamedTuple, Protocol, runtime_checkable


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
class BatchUsage:
    """What the provider says it will bill for a whole batch; `input_tokens` includes the cached ones."""

    input_tokens: int
    cached_input_tokens: int
    output_tokens: int


@dataclass(frozen=True)
class BatchStatus:
    """One look at a batch. `result_files` are the provider's ids of everything it has for us to collect.

    `done` counts the requests that were executed, answered or not; `usage` is None where the provider adds nothing up.
    """

    batch_id: str
    state: BatchState
    total: int
    done: int
    result_files: tuple[str, ...] = ()
    problems: tuple[BatchProblem, ...] = ()
    usage: BatchUsage | None = None


class RowResult(NamedTuple):
    """One request's outcome. `error` is None for an answered one; `retryable` says whether asking again may help.

    `input_tokens` includes the cached ones, `output_tokens` the reasoning ones; where a provider counts them apart,
    its file adds them up. Characters are counted only by a provider that bills them. `executed` is False for a request
    that the provider reports and never ran: it expired or was cancelled first.
    """

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
    input_characters: int = 0
    output_characters: int = 0
    executed: bool = True


@dataclass(frozen=True)
class RequestTemplate:
    """One request line in three fixed parts: ``before_id + id + before_user + user text as JSON + after``.

    Everything that is equal for all rows of a shard is encoded once; a shard of 50,000 lines is then a concatenation.
    `id_digits` pads the id with zeros where the provider asks for a fixed length; `bare_user` leaves out the quotes
    around the user text, for formats in which it stands inside of a longer string.
    """

    before_id: str
    before_user: str
    after: str
    id_digits: int = 0
    bare_user: bool = False


@dataclass(frozen=True)
class Target:
    """Which model is asked, as the provider names it. `options` are the catalogue's settings for this deployment."""

    model: str
    options: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ModelCall:
    """What a request asks for, apart from the row's own text. `answer_schema` is a JSON schema or None."""

    target: Target
    fixed_messages: tuple[tuple[str, str], ...]  # (role, content), before the row's own user message
    temperature: float
    max_output_tokens: int
    seed: int | None
    answer_name: str
    answer_schema: dict[str, Any] | None


@dataclass(frozen=True)
class Handover:
    """A request file on its way to the provider. `key` is our idempotency key: 64 hexadecimal digits."""

    target: Target
    key: str
    run_id: str


@dataclass(frozen=True)
class Embeddings:
    """One vector per text, in their order, and what they are billed for."""

    vectors: tuple[tuple[float, ...], ...]
    input_tokens: int
    input_characters: int = 0


Speaker = Literal["user", "model"]  # retrieved text is the user's


@dataclass(frozen=True)
class Moderation:
    """What a provider's own guardrail says of one text. `categories` maps its names to scores from 0 to 1."""

    flagged: bool
    categories: dict[str, float]


class Provider(Protocol):
    """1. Every method raises only errors of nightshift.errors, and names neither prompts nor credentials in them.
    2. A request line is what `template` makes; a result line is what `answer` gives and `parse` reads.
    3. Nothing that is awaited blocks the event loop."""

    def template(self, call: ModelCall) -> RequestTemplate:
        """The request line of every row of a shard. Raises Misconfigured for an option that the provider lacks."""

    def parse(self, line: bytes) -> RowResult | None:
        """One result line, or None where it is not what the API promises."""

    async def answer(self, line: bytes, target: Target, key: str) -> bytes:
        """Have one request line answered now; gives its result line, also where the provider refuses this one request.

        `key` is equal for every try at the same row: a provider that knows idempotency keys answers and bills it once.
        Raises RateLimited, AnswerLost where it was sent and may have been executed, ProviderUnavailable, or
        ProviderRefused where no request of ours would be taken.
        """

    async def embed(self, texts: Sequence[str], target: Target) -> Embeddings:
        """One vector per text. Raises as `answer` does."""

    def texts_per_request(self, target: Target) -> int:
        """The most texts that `embed` sends in one request: more of them are billed apart, and fail apart."""


@runtime_checkable
class BatchProvider(Provider, Protocol):
    """A provider with a batch API.

    1. `submit` may be cut off after the provider accepted: the caller then asks `find` before it submits again.
    2. `find` and `submit` use the same key; a key is never used for two different request files.
    """

    def find(self, key: str, since: datetime) -> str | None:
        """The id of the batch that carries `key`, looking back to a little before `since`."""

    def submit(self, requests: IO[bytes], handover: Handover) -> str:
        """Hand the request file over and start the batch; returns its id."""

    def status(self, batch_id: str) -> BatchStatus: ...

    async def status_soon(self, batch_id: str) -> BatchStatus:
        """The same, awaited."""

    def download(self, file_id: str, target: IO[bytes]) -> None:
        """Write a whole result file to `target`, or raise; a cut connection never looks like a short file.

        Raises ResultsLost where the provider does not have the file any more.
        """

    def cancel(self, batch_id: str) -> None:
        """Ask the provider to stop. What it has done by then stays collectable, and billed."""


@runtime_checkable
class Moderator(Protocol):
    """A provider that offers its own guardrail as a call."""

    async def moderate(self, texts: Sequence[str], target: Target, speaker: Speaker) -> tuple[Moderation, ...]:
        """One verdict per text, in their order. Raises as `Provider.answer` does.

        `speaker`: whose words they are. A guardrail may have rules of its own for answers; the others look away.
        """
