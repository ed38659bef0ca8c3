"""Request lines, result lines and batch objects, as Files + Batches define them.

https://platform.openai.com/docs/api-reference/batch and https://learn.microsoft.com/azure/ai-foundry/openai/how-to/batch
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import orjson

from nightshift.providers.port import (
    BatchProblem,
    BatchState,
    BatchStatus,
    BatchUsage,
    ModelCall,
    RequestTemplate,
    RowResult,
)

if TYPE_CHECKING:
    from openai.types import Batch

# A request that failed with one of these may succeed when it is sent again: the fault was not in the request.
RETRYABLE_STATUS = frozenset({408, 409, 429, 500, 502, 503, 504})

_FINAL = {
    "completed": BatchState.COMPLETED,
    "expired": BatchState.EXPIRED,
    "cancelled": BatchState.CANCELLED,
    "failed": BatchState.FAILED,
}
# Rows without a response: these were never executed, and these failed for good; any other code may pass the next time.
_NEVER_RUN = frozenset({"batch_expired", "batch_cancelled", "not_executed"})
_FOR_GOOD = frozenset(
    {"content_filter", "ResponsibleAIPolicyViolation", "context_length_exceeded", "invalid_request_error", "400"}
)


def template(call: ModelCall, endpoint: str) -> RequestTemplate:
    """The request line of every row; `endpoint` is the URL that the provider's batches name."""
    body: dict[str, Any] = {"model": call.target.model, "max_completion_tokens": call.max_output_tokens}
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
        before_user=f'", "method": "POST", "url": "{endpoint}", "body": {opened}{shown}{{"role": "user", "content": ',
        after="}]}}\n",
    )


def answered_line(custom_id: str, request_id: str | None, body: Any) -> bytes:
    """The result line of a request that was answered on its own."""
    return _line(custom_id, request_id, 200, body)


def failed_line(custom_id: str, request_id: str | None, status: int, code: str | None) -> bytes:
    """The result line of a request that was refused on its own; the message stays out, as it may quote the prompt."""
    return _line(custom_id, request_id, status, {"error": {"code": code}})


def _line(custom_id: str, request_id: str | None, status: int, body: Any) -> bytes:
    response = {"status_code": status, "request_id": request_id, "body": body}
    content = {"custom_id": custom_id, "response": response, "error": None}
    return orjson.dumps(content, option=orjson.OPT_APPEND_NEWLINE)


def parse_result_line(line: bytes) -> RowResult | None:
    """One line of an output or error file, or of `answer`. A filtered row has a failed response, or only an error."""
    try:
        content = orjson.loads(line)
        custom_id = content["custom_id"]
        if not isinstance(custom_id, str):
            return None
        response = content.get("response")
        if response is None:
            return _without_response(custom_id, content.get("error") or {})
        status, request_id = response["status_code"], response.get("request_id")
        if status != 200:
            return _failed(custom_id, request_id, status, response["body"].get("error") or {})
        return _answered(custom_id, request_id, response["body"])
    except (orjson.JSONDecodeError, LookupError, TypeError, AttributeError):
        return None


def _answered(custom_id: str, request_id: str | None, body: dict[str, Any]) -> RowResult:
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
        request_id,
        None,
        False,
    )


def _text(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise TypeError("an answer is a text")
    return value


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise TypeError("tokens are counted in whole numbers")
    return value


def _without_response(custom_id: str, error: dict[str, Any]) -> RowResult:
    code = str(error.get("code") or "not_executed")
    executed = code not in _NEVER_RUN
    return RowResult(custom_id, None, None, 0, 0, 0, 0, None, code, code not in _FOR_GOOD, executed=executed)


def _failed(custom_id: str, request_id: str | None, status: int, error: dict[str, Any]) -> RowResult:
    code = str(error.get("code") or error.get("type") or f"status_{status}")
    return RowResult(custom_id, None, None, 0, 0, 0, 0, request_id, code, status in RETRYABLE_STATUS)


def batch_status(batch: Batch) -> BatchStatus:
    """A batch object, reduced to what we act on."""
    counts = batch.request_counts
    problems = batch.errors.data if batch.errors and batch.errors.data else []
    return BatchStatus(
        batch_id=batch.id,
        state=_FINAL.get(batch.status, BatchState.RUNNING),
        total=counts.total or 0 if counts else 0,
        # Azure says null where nothing was executed.
        done=(counts.completed or 0) + (counts.failed or 0) if counts else 0,
        result_files=tuple(file for file in (batch.output_file_id, batch.error_file_id) if file),
        problems=tuple(BatchProblem(item.code or "unknown", item.message or "", item.line) for item in problems),
        usage=_usage(batch),
    )


def _usage(batch: Batch) -> BatchUsage | None:
    usage = batch.usage
    if usage is None:
        return None
    return BatchUsage(usage.input_tokens, usage.input_tokens_details.cached_tokens, usage.output_tokens)
