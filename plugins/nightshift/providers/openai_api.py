"""OpenAI's Files and Batches APIs. Limits: https://platform.openai.com/docs/guides/batch"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import IO, TYPE_CHECKING, Any, Final

import orjson

from nightshift.errors import Misconfigured, NightshiftError, ProviderRefused, ProviderUnavailable, RateLimited
from nightshift.providers.credentials import Credentials
from nightshift.providers.port import (
    BatchProblem,
    BatchState,
    BatchStatus,
    Capabilities,
    ModelCall,
    RequestTemplate,
    RowResult,
)

if TYPE_CHECKING:
    import openai
    from openai.types import Batch

KEY = "nightshift_shard"
RUN = "nightshift_run"
ENDPOINT: Final = "/v1/chat/completions"
# The provider's clock and ours may differ; a batch is looked for from this much before our intent was written.
CLOCK_MARGIN = timedelta(minutes=15)
_FINAL = {
    "completed": BatchState.COMPLETED,
    "expired": BatchState.EXPIRED,
    "cancelled": BatchState.CANCELLED,
    "failed": BatchState.FAILED,
}
# A request that failed with one of these may succeed when it is sent again: the fault was not in the request.
_RETRYABLE_STATUS = frozenset({408, 409, 429, 500, 502, 503, 504})


class OpenAIProvider:
    """A BatchProvider on the real SDK."""

    capabilities = Capabilities(
        max_requests_per_batch=50_000,
        # 200 MB per file; a little below, because the limit page does not say which megabyte is meant.
        max_bytes_per_batch=190_000_000,
        # No page promises that a new batch is listed at once; half a minute is our margin.
        listing_lag_seconds=30.0,
    )

    def __init__(self, credentials: Credentials) -> None:
        import openai

        lag = credentials.extra.get("listing_lag_seconds", 0.0 if credentials.sandbox else 30.0)
        self.capabilities = replace(type(self).capabilities, listing_lag_seconds=float(lag))
        if not credentials.secret:
            raise Misconfigured("the connection openai_default has no password; put the API key there")
        options: dict[str, Any] = {"api_key": credentials.secret, "base_url": credentials.base_url, "timeout": 120.0}
        self._client = openai.OpenAI(max_retries=5, **options)
        # Never let the SDK repeat a call that has an effect: it cannot know that the first one was accepted.
        self._once = self._client.with_options(max_retries=0, timeout=600.0)
        self._async_options = options
        self._async_client: tuple[object, openai.AsyncOpenAI] | None = None

    def template(self, call: ModelCall) -> RequestTemplate:
        body: dict[str, Any] = {"model": call.model, "max_completion_tokens": call.max_output_tokens}
        body["temperature"] = call.temperature
        if call.seed is not None:
            body["seed"] = call.seed
        if call.answer_schema is not None:
            schema = {"name": call.answer_name, "schema": call.answer_schema, "strict": True}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        messages = [{"role": role, "content": content} for role, content in call.fixed_messages]
        opened = json.dumps(body, ensure_ascii=False)[:-1] + ', "messages": ['
        shown = "".join(json.dumps(message, ensure_ascii=False) + ", " for message in messages)
        return RequestTemplate(
            before_id='{"custom_id": "',
            before_user=f'", "method": "POST", "url": "{ENDPOINT}", "body": {opened}{shown}'
            + '{"role": "user", "content": ',
            after="}]}}\n",
        )

    def find(self, key: str, since: datetime) -> str | None:
        oldest = (since - CLOCK_MARGIN).timestamp()
        with _translated("list batches"):
            for batch in self._client.batches.list(limit=100):
                if batch.created_at < oldest:
                    return None
                if (batch.metadata or {}).get(KEY) == key:
                    return batch.id
        return None

    def submit(self, requests: IO[bytes], key: str, run_id: str) -> str:
        with _translated("upload the request file"):
            uploaded = self._once.files.create(file=(f"{key}.jsonl", requests), purpose="batch")
        with _translated("create the batch"):
            batch = self._once.batches.create(
                input_file_id=uploaded.id,
                endpoint=ENDPOINT,
                completion_window="24h",
                metadata={KEY: key, RUN: run_id},
            )
        return batch.id

    def status(self, batch_id: str) -> BatchStatus:
        with _translated("look at the batch"):
            return _status(self._client.batches.retrieve(batch_id))

    async def status_soon(self, batch_id: str) -> BatchStatus:
        with _translated("look at the batch"):
            client = await self._client_of_this_loop()
            return _status(await client.batches.retrieve(batch_id))

    async def _client_of_this_loop(self) -> openai.AsyncOpenAI:
        """An async client's connections belong to the event loop that opened them."""
        import openai

        loop = asyncio.get_running_loop()
        if self._async_client is None or self._async_client[0] is not loop:
            # In a thread, because it loads certificates, for which everything else in the loop would wait.
            client = await asyncio.to_thread(openai.AsyncOpenAI, max_retries=5, **self._async_options)
            self._async_client = (loop, client)
        return self._async_client[1]

    def download(self, file_id: str, target: IO[bytes]) -> None:
        with _translated("download a result file"):
            size = self._client.files.retrieve(file_id).bytes
            with self._client.files.with_streaming_response.content(file_id) as response:
                received = sum(target.write(chunk) for chunk in response.iter_bytes(1 << 20))
        if received != size:
            raise ProviderUnavailable(f"result file {file_id}: {received} of {size} bytes arrived; it is fetched again")

    def parse(self, line: bytes) -> RowResult | None:
        return parse_result_line(line)

    def cancel(self, batch_id: str) -> None:
        with _translated("cancel the batch"):
            self._once.batches.cancel(batch_id)


def parse_result_line(line: bytes) -> RowResult | None:
    """One line of an output or error file. Source: https://platform.openai.com/docs/api-reference/batch/request-output"""
    try:
        content = orjson.loads(line)
        custom_id = content["custom_id"]
        if not isinstance(custom_id, str):
            return None
        response = content.get("response")
        if response is None:
            return _not_executed(custom_id, content.get("error") or {})
        body, status = response["body"], response["status_code"]
        if status != 200:
            return _failed(custom_id, response.get("request_id"), status, body.get("error") or {})
        choice, usage = body["choices"][0], body["usage"]
        message = choice["message"]
        return RowResult(
            custom_id,
            _text(message.get("content") or message.get("refusal")),
            "refusal" if message.get("refusal") else choice["finish_reason"],
            _count(usage["prompt_tokens"]),
            _count((usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0),
            _count(usage["completion_tokens"]),
            _count((usage.get("completion_tokens_details") or {}).get("reasoning_tokens") or 0),
            response.get("request_id"),
            None,
            False,
        )
    except (orjson.JSONDecodeError, LookupError, TypeError, AttributeError):
        return None


def _text(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise TypeError("an answer is a text")
    return value


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise TypeError("tokens are counted in whole numbers")
    return value


def _not_executed(custom_id: str, error: dict[str, Any]) -> RowResult:
    # batch_expired, batch_cancelled: the request never ran, nothing was billed for it.
    return RowResult(custom_id, None, None, 0, 0, 0, 0, None, str(error.get("code") or "not_executed"), True)


def _failed(custom_id: str, request_id: str | None, status: int, error: dict[str, Any]) -> RowResult:
    code = str(error.get("code") or error.get("type") or f"status_{status}")
    return RowResult(custom_id, None, None, 0, 0, 0, 0, request_id, code, status in _RETRYABLE_STATUS)


def _status(batch: Batch) -> BatchStatus:
    counts = batch.request_counts
    problems = batch.errors.data if batch.errors and batch.errors.data else []
    return BatchStatus(
        batch_id=batch.id,
        state=_FINAL.get(batch.status, BatchState.RUNNING),
        total=counts.total if counts else 0,
        done=counts.completed + counts.failed if counts else 0,
        result_files=tuple(file for file in (batch.output_file_id, batch.error_file_id) if file),
        problems=tuple(BatchProblem(item.code or "unknown", item.message or "", item.line) for item in problems),
    )


@contextmanager
def _translated(doing: str) -> Iterator[None]:
    """Turns what the SDK raises into our own errors. Messages keep status and code, never the request's content."""
    import httpx2  # the SDK's HTTP client, whose own errors come out of a download that is under way
    import openai

    try:
        yield
    except openai.APIStatusError as error:
        # `from None`: the SDK's exception carries the answer's body, which may quote a line or a part of the key.
        raise _by_status(doing, error) from None
    except (openai.APIConnectionError, httpx2.TransportError) as error:
        raise ProviderUnavailable(f"OpenAI could not be reached to {doing}: {type(error).__name__}") from error
    except openai.OpenAIError as error:
        raise ProviderUnavailable(f"OpenAI's answer to '{doing}' could not be read: {type(error).__name__}") from error


def _by_status(doing: str, error: openai.APIStatusError) -> NightshiftError:
    told = f"OpenAI refused to {doing}: status {error.status_code}, code {error.code}"
    if error.status_code == 429 and error.code != "insufficient_quota":
        after = error.response.headers.get("retry-after", "")
        return RateLimited(told, float(after) if after.replace(".", "", 1).isdigit() else None)
    if error.status_code in _RETRYABLE_STATUS and error.code != "insufficient_quota":
        return ProviderUnavailable(told)
    return ProviderRefused(f"{told}. Check the connection openai_default: key, project, quota and model access")
