"""Result lines of Bedrock's jobs: `recordId` and `modelOutput` (Converse or a family's own body), or `error`.

Source: https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-results.html
"""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson

from nightshift.providers.port import RowResult

Body = dict[str, Any]
RETRYABLE_STATUS = frozenset({408, 409, 424, 429, 500, 502, 503, 504})

_FINISHED = {
    "end_turn": "stop", "stop_sequence": "stop", "stop": "stop", "complete": "stop", "finish": "stop",
    "max_tokens": "length", "length": "length", "model_context_window_exceeded": "length",
    "content_filtered": "content_filter", "guardrail_intervened": "content_filter", "error_toxic": "content_filter",
}  # fmt: skip
_BLOCKED = frozenset({"content_filtered", "guardrail_intervened", "ERROR_TOXIC"})


class _Reading(NamedTuple):
    """What a body says; tokens that it does not count are 0 (the job's manifest has their sum)."""

    answer: str | None
    finish: str | None
    input: int = 0
    cached: int = 0
    output: int = 0


def parse(line: bytes) -> RowResult | None:
    """One line of an output file, or of `answer`."""
    try:
        content = orjson.loads(line)
        row_id = content["recordId"]
        if not isinstance(row_id, str):
            return None
        if content.get("error"):
            return _failed(_number(row_id), content.get("requestId"), content["error"])
        found = _read(content["modelOutput"], content.get("counted") or {})
    except (orjson.JSONDecodeError, LookupError, TypeError, AttributeError):
        return None
    # What a filter or guardrail puts in the answer's place is no answer of the model's; what it cost is billed.
    blocked = str(found.finish) if found.finish in _BLOCKED else None
    return RowResult(
        _number(row_id),
        None if blocked else found.answer,
        _FINISHED.get(str(found.finish).lower(), found.finish),
        found.input,
        found.cached,
        found.output,
        0,
        content.get("requestId"),
        blocked,
        False,
    )


def answer_line(row_id: str, request_id: str | None, output: Body, counted: dict[str, int] | None = None) -> bytes:
    """The line that a job would have written for an answer; `counted` are tokens that only the HTTP headers tell."""
    line = {"recordId": row_id, "modelOutput": output, "requestId": request_id}
    return orjson.dumps(line if not counted else {**line, "counted": counted}, option=orjson.OPT_APPEND_NEWLINE)


def error_line(row_id: str, request_id: str | None, code: str, *, retryable: bool) -> bytes:
    """The line that a job would have written for a failure; without AWS's words, which may quote the request."""
    error = {"errorCode": code, "errorMessage": "", "retryable": retryable}
    return orjson.dumps({"recordId": row_id, "error": error, "requestId": request_id}, option=orjson.OPT_APPEND_NEWLINE)


def _number(row_id: str) -> str:
    return row_id.lstrip("0") or "0" if row_id.isdecimal() else row_id


def _failed(custom_id: str, request_id: str | None, error: Body) -> RowResult:
    code = error.get("errorCode")
    # Not documented: the guide lists errorCode and errorMessage. Where `expired` or `retryable` stand beside them, they
    # are believed; else the code decides.
    expired = error.get("expired") is True
    said = error.get("retryable")
    retryable = expired or (said if isinstance(said, bool) else code in RETRYABLE_STATUS)
    name = f"status_{code}" if isinstance(code, int) else str(code or "unknown")
    return RowResult(custom_id, None, None, 0, 0, 0, 0, request_id, name, retryable, executed=not expired)


def _read(body: Body, counted: dict[str, int]) -> _Reading:
    found = _by_shape(body)
    if body.get("amazon-bedrock-guardrailAction") == "INTERVENED":
        found = found._replace(finish="guardrail_intervened")
    if counted and not found.input:
        found = found._replace(input=_count(counted["inputTokens"]), output=_count(counted["outputTokens"]))
    return found


def _by_shape(body: Body) -> _Reading:
    if "output" in body:
        return _converse(body)
    if "generation" in body:
        counts = _count(body["prompt_token_count"]), _count(body["generation_token_count"])
        return _Reading(_text(body["generation"]), body["stop_reason"], counts[0], 0, counts[1])
    if "outputs" in body:
        first = body["outputs"][0]
        return _Reading(_text(first["text"]), first["stop_reason"])
    if "choices" in body:
        return _mistral_chat(body)
    if "generation_id" in body:
        return _Reading(_text(body["text"]), body["finish_reason"])
    return _anthropic(body)


def _converse(body: Body) -> _Reading:
    """Converse and Nova's own body, which differ in the names of two counts."""
    usage = body["usage"]
    cached = _count(usage.get("cacheReadInputTokens") or usage.get("cacheReadInputTokenCount") or 0)
    written = _count(usage.get("cacheWriteInputTokens") or usage.get("cacheWriteInputTokenCount") or 0)
    return _Reading(
        _joined(body["output"]["message"]["content"]),
        body["stopReason"],
        _count(usage["inputTokens"]) + cached + written,
        cached,
        _count(usage["outputTokens"]),
    )


def _anthropic(body: Body) -> _Reading:
    usage = body["usage"]
    cached = _count(usage.get("cache_read_input_tokens") or 0)
    written = _count(usage.get("cache_creation_input_tokens") or 0)
    total = _count(usage["input_tokens"]) + cached + written
    return _Reading(_joined(body["content"]), body["stop_reason"], total, cached, _count(usage["output_tokens"]))


def _mistral_chat(body: Body) -> _Reading:
    first, usage = body["choices"][0], body.get("usage") or {}
    finish = first.get("finish_reason") or first.get("stop_reason")
    counts = _count(usage.get("prompt_tokens") or 0), _count(usage.get("completion_tokens") or 0)
    return _Reading(_text(first["message"]["content"]), finish, counts[0], 0, counts[1])


def _joined(blocks: list[Body]) -> str | None:
    """The text of an answer; other blocks (reasoning, tools) are no part of it."""
    texts = [_text(block["text"]) for block in blocks if "text" in block]
    return "".join(texts) if texts else None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("an answer is a text")
    return value


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise TypeError("tokens are counted in whole numbers")
    return value
