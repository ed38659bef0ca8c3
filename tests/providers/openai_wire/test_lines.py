"""Request lines, result lines and batch objects of OpenAI's protocol, read and written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from openai.types import Batch

from nightshift.providers.openai_wire.lines import (
    answered_line,
    batch_status,
    failed_line,
    parse_result_line,
    template,
)
from nightshift.providers.port import BatchProblem, BatchState, BatchStatus, BatchUsage, ModelCall, RowResult, Target

SYSTEM = "Say \"yes\" & 'no' – 是"
CALL = ModelCall(Target("a-model"), (("system", SYSTEM),), 0.5, 100, 7, "answer", {"type": "object"})


@pytest.mark.parametrize("endpoint", ["/v1/chat/completions", "/chat/completions"])
def test_a_request_line_is_what_the_api_asks_for(endpoint: str) -> None:
    parts = template(CALL, endpoint)
    text = parts.before_id + "12" + parts.before_user + '"He said: \\"hi\\""' + parts.after
    assert text.endswith("\n")
    assert orjson.loads(text) == {
        "custom_id": "12",
        "method": "POST",
        "url": endpoint,
        "body": {
            "model": "a-model",
            "max_completion_tokens": 100,
            "temperature": 0.5,
            "seed": 7,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "schema": {"type": "object"}, "strict": True},
            },
            "messages": [{"role": "system", "content": SYSTEM}, {"role": "user", "content": 'He said: "hi"'}],
        },
    }


def test_a_result_line_of_our_own_is_read_as_one_of_a_batch() -> None:
    body = line()["response"]["body"]
    assert parse_result_line(answered_line("7", "req_1", body)) == parse_result_line(orjson.dumps(line()))


def test_a_refused_request_s_line_keeps_the_code_and_no_message() -> None:
    found = parse_result_line(failed_line("7", "req_1", 400, "content_filter"))
    assert found is not None
    assert (found.error, found.retryable, found.request_id) == ("content_filter", False, "req_1")


def batch(**changes: Any) -> Batch:
    content = {
        "id": "batch_1",
        "object": "batch",
        "endpoint": "/chat/completions",
        "input_file_id": "file-1",
        "completion_window": "24h",
        "created_at": 1,
        "status": "completed",
        "request_counts": {"total": 3, "completed": 2, "failed": 1},
    }
    return Batch.model_construct(**Batch.model_validate(content | changes).__dict__)


def test_a_batch_object_is_reduced_to_what_we_act_on() -> None:
    usage = {
        "input_tokens": 10,
        "input_tokens_details": {"cached_tokens": 4},
        "output_tokens": 5,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 15,
    }
    assert batch_status(batch(output_file_id="out", error_file_id="err", usage=usage)) == BatchStatus(
        "batch_1", BatchState.COMPLETED, 3, 3, ("out", "err"), (), BatchUsage(10, 4, 5)
    )


def test_a_batch_object_may_leave_out_nearly_everything() -> None:
    found = batch_status(batch(status="validating", request_counts=None))
    assert found == BatchStatus("batch_1", BatchState.RUNNING, 0, 0)


def test_why_a_batch_failed_is_said_with_its_line() -> None:
    errors = {"object": "list", "data": [{"code": "token_limit_exceeded", "message": "Too much."}, {"line": 2}]}
    found = batch_status(batch(status="failed", errors=errors))
    assert found.problems == (BatchProblem("token_limit_exceeded", "Too much."), BatchProblem("unknown", "", 2))


def line(**changes: Any) -> dict[str, Any]:
    message = {"role": "assistant", "content": "42", "refusal": None}
    usage = {
        "prompt_tokens": 10,
        "completion_tokens": 5,
        "prompt_tokens_details": {"cached_tokens": 4},
        "completion_tokens_details": {"reasoning_tokens": 3},
    }
    body = {"choices": [{"message": message, "finish_reason": "stop"}], "usage": usage}
    return {
        "custom_id": "7",
        "response": {"status_code": 200, "request_id": "req_1", "body": body | changes},
        "error": None,
    }


def choices(content: Any, refusal: Any = None) -> list[dict[str, Any]]:
    return [{"message": {"content": content, "refusal": refusal}, "finish_reason": "stop"}]


def test_an_answer_is_read_with_its_usage() -> None:
    found = parse_result_line(orjson.dumps(line()))
    assert found == RowResult("7", "42", "stop", 10, 4, 5, 3, "req_1", None, False)


def test_usage_without_details_counts_no_cached_and_no_reasoning_tokens() -> None:
    found = parse_result_line(orjson.dumps(line(usage={"prompt_tokens": 10, "completion_tokens": 5})))
    assert found is not None
    assert found[3:7] == (10, 0, 5, 0)


def test_a_refusal_is_told_from_an_answer() -> None:
    found = parse_result_line(orjson.dumps(line(choices=choices(None, "I will not."))))
    assert found is not None
    assert (found.answer, found.finish_reason) == ("I will not.", "refusal")


def failed(status: int, **error: Any) -> bytes:
    response = {"status_code": status, "request_id": "req_1", "body": {"error": error}}
    return orjson.dumps({"custom_id": "7", "response": response, "error": None})


def error_only(error: dict[str, Any] | None) -> bytes:
    return orjson.dumps({"custom_id": "7", "response": None, "error": error})


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ({"code": "batch_expired"}, "batch_expired"),
        ({"code": "batch_cancelled"}, "batch_cancelled"),
        (None, "not_executed"),
    ],
)
def test_a_row_that_never_ran_is_told_from_one_that_failed(error: dict[str, Any] | None, code: str) -> None:
    found = parse_result_line(error_only(error))
    assert found is not None
    assert (found.error, found.retryable, found.executed) == (code, True, False)


@pytest.mark.parametrize(
    ("text", "error", "retryable"),
    [
        (failed(400, code="content_policy_violation"), "content_policy_violation", False),
        (failed(400, code=None, type="invalid_request_error"), "invalid_request_error", False),
        (failed(404), "status_404", False),
        (failed(429, code="rate_limit_exceeded"), "rate_limit_exceeded", True),
        (failed(500, code=None), "status_500", True),
        (error_only({"code": "server_error"}), "server_error", True),
        # Azure says so of a row that its filter blocked, with or without a response.
        (error_only({"code": "content_filter", "message": "..."}), "content_filter", False),
        (
            failed(400, code="content_filter", innererror={"code": "ResponsibleAIPolicyViolation"}),
            "content_filter",
            False,
        ),
    ],
)
def test_a_row_s_error_says_whether_asking_again_may_help(text: bytes, error: str, retryable: bool) -> None:
    found = parse_result_line(text)
    assert found is not None
    assert (found.custom_id, found.answer, found.error, found.retryable) == ("7", None, error, retryable)
    assert found[3:7] == (0, 0, 0, 0)
    assert found.executed


def odd_lines() -> Iterator[bytes]:
    yield from (b"", b"null", b"[]", b"17", b'"text"', b"{", b"{}", b'{"custom_id": "7"', b"\xff")
    yield orjson.dumps(line() | {"custom_id": None})
    yield orjson.dumps(line() | {"custom_id": 7})
    yield orjson.dumps(line() | {"response": []})
    yield orjson.dumps(line() | {"response": {"status_code": 200}})
    yield orjson.dumps(line() | {"response": {"status_code": 200, "body": "text"}})
    yield orjson.dumps(line() | {"response": None, "error": "text"})
    yield orjson.dumps(line(choices=[]))
    yield orjson.dumps(line(choices=choices(["a", "part"])))
    yield orjson.dumps(line(usage=None))
    for count in (None, "10", 1.5, -1, True):
        yield orjson.dumps(line(usage={"prompt_tokens": count, "completion_tokens": 5}))


@pytest.mark.parametrize("text", list(odd_lines()))
def test_a_line_that_the_api_does_not_promise_is_no_result(text: bytes) -> None:
    assert parse_result_line(text) is None
