"""The port's operations on the clients of OpenAI's SDK, for every service that speaks OpenAI's protocol."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import orjson

from nightshift.errors import AnswerLost, ProviderUnavailable, ResultsLost
from nightshift.providers.credentials import Credentials
from nightshift.providers.openai_wire import lines
from nightshift.providers.openai_wire.refusals import Party, concerns_one_request
from nightshift.providers.port import BatchStatus, Embeddings, Handover, ModelCall, RequestTemplate, RowResult, Target

if TYPE_CHECKING:
    import openai
    from openai.types import Batch

KEY = "nightshift_shard"
RUN = "nightshift_run"
# The provider's clock and ours may differ; a batch is looked for from this much before our intent was written.
CLOCK_MARGIN = timedelta(minutes=15)
MOST_TEXTS = 2048  # of one embeddings request: https://platform.openai.com/docs/api-reference/embeddings
_GONE = (404, 410)
_TIMEOUT, _CONNECT_TIMEOUT = 120.0, 10.0
_UPLOAD_PATIENCE = 5  # times the usual timeout
_RETRIES = 5  # of calls without an effect
# Looks at batches at the same time in one loop: the SDK's connection pool goes through all of its connections for each
# request, and with hundreds of them the loop is felt to stop (benchmarks/trigger_lag).
MOST_LOOKERS = 8


class _AsyncClients(NamedTuple):
    """`once` repeats nothing by itself; `patient` is for calls without an effect."""

    once: openai.AsyncOpenAI
    patient: openai.AsyncOpenAI
    lookers: asyncio.Semaphore


class OpenAIWireProvider(ABC):
    """A BatchProvider on the real SDK. The connection's extra may name `timeout_seconds`."""

    service: str
    connection_id: str
    endpoint: Any  # the URL that a batch and its lines name; its type in the SDK lacks those of Azure

    def __init__(self, credentials: Credentials, base_url: str, region: str) -> None:
        self._credentials, self._base_url = credentials, base_url
        self._timeout = float(credentials.extra.get("timeout_seconds", _TIMEOUT))
        address = urlsplit(base_url)
        host = f"{address.hostname}:{address.port}" if address.port else str(address.hostname)
        name = self.service if region == "global" else f"{self.service} in {region}"
        self._party = Party(name, host, self.connection_id)
        self._opened: tuple[object, asyncio.Future[_AsyncClients]] | None = None

    @abstractmethod
    def _open(self, **options: Any) -> openai.OpenAI:
        """A client for calls that may block."""

    @abstractmethod
    def _open_async(self, **options: Any) -> openai.AsyncOpenAI: ...

    def template(self, call: ModelCall) -> RequestTemplate:
        return lines.template(call, self.endpoint)

    def parse(self, line: bytes) -> RowResult | None:
        return lines.parse_result_line(line)

    # real time

    async def answer(self, line: bytes, target: Target, key: str) -> bytes:
        import openai

        request = orjson.loads(line)
        client = (await self._clients_of_this_loop()).once
        with self._party.translated("answer a request", lost=AnswerLost):
            try:
                answered = await client.chat.completions.with_raw_response.create(**request["body"])
                body = orjson.loads(answered.content)
            except openai.APIStatusError as error:
                if not concerns_one_request(error):
                    raise
                return lines.failed_line(request["custom_id"], error.request_id, error.status_code, error.code)
        return lines.answered_line(request["custom_id"], answered.request_id, body)

    async def embed(self, texts: Sequence[str], target: Target) -> Embeddings:
        client = (await self._clients_of_this_loop()).once
        vectors: list[tuple[float, ...]] = []
        tokens = 0
        for start in range(0, len(texts), MOST_TEXTS):
            part = list(texts[start : start + MOST_TEXTS])
            with self._party.translated("embed texts", lost=AnswerLost):
                found = await client.embeddings.create(model=target.model, input=part)
            vectors += [tuple(item.embedding) for item in sorted(found.data, key=lambda item: item.index)]
            tokens += found.usage.prompt_tokens
        return Embeddings(tuple(vectors), tokens)

    def texts_per_request(self, target: Target) -> int:
        return MOST_TEXTS

    # batches

    def find(self, key: str, since: datetime) -> str | None:
        oldest = (since - CLOCK_MARGIN).timestamp()
        with self._party.translated("list batches"):
            for page in self._client.batches.list(limit=100).iter_pages():
                for batch in page.data:
                    if batch.created_at >= oldest and (batch.metadata or {}).get(KEY) == key:
                        return batch.id
                if _nothing_newer_follows(page.data, oldest):
                    return None
        return None

    def submit(self, requests: IO[bytes], handover: Handover) -> str:
        with self._party.translated("take the request file"):
            patient = self._once.with_options(timeout=self._timeout * _UPLOAD_PATIENCE)
            uploaded = patient.files.create(file=(f"{handover.key}.jsonl", requests), purpose="batch")
        with self._party.translated("create the batch"):
            batch = self._once.batches.create(
                input_file_id=uploaded.id,
                endpoint=self.endpoint,
                completion_window="24h",
                metadata={KEY: handover.key, RUN: handover.run_id},
            )
        return batch.id

    def status(self, batch_id: str) -> BatchStatus:
        with self._party.translated("show the batch"):
            return lines.batch_status(self._client.batches.retrieve(batch_id))

    async def status_soon(self, batch_id: str) -> BatchStatus:
        clients = await self._clients_of_this_loop()
        with self._party.translated("show the batch"):
            async with clients.lookers:
                return lines.batch_status(await clients.patient.batches.retrieve(batch_id))

    def download(self, file_id: str, target: IO[bytes]) -> None:
        import openai

        with self._party.translated("deliver a result file"):
            try:
                size = self._client.files.retrieve(file_id).bytes
                with self._client.files.with_streaming_response.content(file_id) as response:
                    received = sum(target.write(chunk) for chunk in response.iter_bytes(1 << 20))
            except openai.APIStatusError as error:
                if error.status_code not in _GONE:
                    raise
                raise ResultsLost(
                    f"{self._party.name} has no result file {file_id} any more (status {error.status_code}): it was "
                    "deleted or expired before it was collected; keep result files until runs are settled"
                ) from None
        if received != size:
            raise ProviderUnavailable(f"result file {file_id}: {received} of {size} bytes arrived; it is fetched again")

    def cancel(self, batch_id: str) -> None:
        with self._party.translated("cancel the batch"):
            self._once.batches.cancel(batch_id)

    # clients

    @cached_property
    def _once(self) -> openai.OpenAI:
        """Never lets the SDK repeat a call that has an effect: it cannot know that the first one was accepted."""
        return self._open(max_retries=0, timeout=self._sdk_timeout())

    @cached_property
    def _client(self) -> openai.OpenAI:
        return self._once.with_options(max_retries=_RETRIES)

    async def _clients_of_this_loop(self) -> _AsyncClients:
        """An async client's connections belong to the event loop that opened them."""
        loop = asyncio.get_running_loop()
        failed = self._opened is not None and self._opened[1].done() and self._opened[1].exception() is not None
        if self._opened is None or self._opened[0] is not loop or failed:
            # In a thread, because it loads certificates and modules, for which everything else in the loop would wait.
            self._opened = (loop, asyncio.ensure_future(asyncio.to_thread(self._open_async_clients)))
        # Shielded, because many wait for it and any of them may be cancelled.
        return await asyncio.shield(self._opened[1])

    def _open_async_clients(self) -> _AsyncClients:
        once = self._open_async(max_retries=0, timeout=self._sdk_timeout())
        patient = once.with_options(max_retries=_RETRIES)
        _ = patient.batches.retrieve, once.chat.completions.create  # the SDK imports what is first asked for
        return _AsyncClients(once, patient, asyncio.Semaphore(MOST_LOOKERS))

    def _sdk_timeout(self) -> openai.Timeout:
        import openai

        return openai.Timeout(self._timeout, connect=min(self._timeout, _CONNECT_TIMEOUT))


def _nothing_newer_follows(batches: Sequence[Batch], oldest: float) -> bool:
    # Whether the list begins with the newest is documented for neither service, so a page must show it.
    return bool(batches) and batches[0].created_at >= batches[-1].created_at and batches[-1].created_at < oldest
