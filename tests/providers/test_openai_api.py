"""What the provider says, read and translated: result lines, states, refusals, and requests that are found again."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from tests.job_runs import LIGHT, Sandbox, _shared_sandbox, sandbox

from nightshift.errors import Misconfigured, ProviderRefused, ProviderUnavailable, RateLimited
from nightshift.providers.credentials import Credentials
from nightshift.providers.openai_api import CLOCK_MARGIN, ENDPOINT, OpenAIBatches, parse_result_line
from nightshift.providers.port import BatchState, BatchStatus, ModelCall

__all__ = ["_shared_sandbox", "sandbox"]  # fixtures

CALL = ModelCall(LIGHT, (("system", "Say \"yes\" & 'no' – 是"),), 0.5, 100, 7, "answer", {"type": "object"})


@pytest.fixture
def provider(sandbox: Sandbox) -> OpenAIBatches:
    return OpenAIBatches(Credentials(secret="key-canary", base_url=f"{sandbox.url}/v1"))


def requests(provider: OpenAIBatches, count: int = 3, model: str = LIGHT) -> io.BytesIO:
    template = provider.template(ModelCall(model, (), 0, 50, None, "a", None))
    lines = (
        f'{template.before_id}{n}{template.before_user}"Question {n}?"{template.after}' for n in range(1, count + 1)
    )
    return io.BytesIO("".join(lines).encode())


def ended(provider: OpenAIBatches, batch_id: str) -> BatchStatus:
    while (status := provider.status(batch_id)).state is BatchState.RUNNING:
        pass
    return status


def test_a_request_line_is_what_the_api_asks_for(provider: OpenAIBatches) -> None:
    template = provider.template(CALL)
    text = template.before_id + "12" + template.before_user + '"He said: \\"hi\\""' + template.after
    assert text.endswith("\n")
    assert orjson.loads(text) == {
        "custom_id": "12",
        "method": "POST",
        "url": ENDPOINT,
        "body": {
            "model": LIGHT,
            "max_completion_tokens": 100,
            "temperature": 0.5,
            "seed": 7,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "schema": {"type": "object"}, "strict": True},
            },
            "messages": [
                {"role": "system", "content": "Say \"yes\" & 'no' – 是"},
                {"role": "user", "content": 'He said: "hi"'},
            ],
        },
    }


def test_what_is_submitted_is_found_by_its_key_and_by_nothing_else(provider: OpenAIBatches) -> None:
    before = datetime.now(UTC)
    batch_id = provider.submit(requests(provider), "key-1", "run-1")
    assert provider.find("key-1", before) == batch_id
    assert provider.find("key-2", before) is None
    assert provider.find("key-1", before + CLOCK_MARGIN + timedelta(seconds=30)) is None


def test_results_are_downloaded_whole_and_read(provider: OpenAIBatches) -> None:
    status = ended(provider, provider.submit(requests(provider), "key-1", "run-1"))
    assert (status.state, status.total, status.done, len(status.result_files)) == (BatchState.COMPLETED, 3, 3, 1)
    target = io.BytesIO()
    provider.download(status.result_files[0], target)
    results = [provider.parse(line) for line in target.getvalue().splitlines()]
    assert [result.custom_id for result in results if result] == ["1", "2", "3"]
    assert all(result and result.answer and result.input_tokens and result.error is None for result in results)


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        ({"fault": "expire_batch"}, BatchState.EXPIRED),
        ({"fault": "cancel_batch"}, BatchState.CANCELLED),
        ({"fault": "fail_batch", "code": "billing_hard_limit_reached"}, BatchState.FAILED),
    ],
)
def test_the_ways_a_batch_ends_are_told_apart(
    provider: OpenAIBatches, sandbox: Sandbox, fault: dict[str, Any], state: BatchState
) -> None:
    sandbox.faults(fault)
    status = ended(provider, provider.submit(requests(provider), "key-1", "run-1"))
    assert status.state is state
    assert [problem.code for problem in status.problems] == ([fault["code"]] if "code" in fault else [])


def test_a_line_that_makes_the_provider_refuse_the_file_is_named(provider: OpenAIBatches) -> None:
    lines = requests(provider).getvalue().splitlines(keepends=True)
    bad = io.BytesIO(lines[0] + lines[1].replace(b"POST", b"GET") + lines[2])
    status = ended(provider, provider.submit(bad, "key-1", "run-1"))
    assert [(problem.code, problem.line) for problem in status.problems] == [("invalid_method", 2)]


def test_a_running_batch_can_be_cancelled_and_an_ended_one_says_so(provider: OpenAIBatches, sandbox: Sandbox) -> None:
    sandbox.faults({"fault": "slow_batch", "seconds": 60})
    batch_id = provider.submit(requests(provider), "key-1", "run-1")
    while (status := provider.status(batch_id)).total == 0:
        pass
    assert status.state is BatchState.RUNNING
    provider.cancel(batch_id)
    assert ended(provider, batch_id).state is BatchState.CANCELLED
    with pytest.raises(ProviderUnavailable, match="status 409"):
        provider.cancel(batch_id)


def test_one_provider_serves_one_event_loop_after_another(provider: OpenAIBatches) -> None:
    batch_id = provider.submit(requests(provider), "key-1", "run-1")
    for _ in range(2):
        assert asyncio.run(provider.status_soon(batch_id)).batch_id == batch_id


TRANSLATED = {
    "slow down": ({"fault": "rate_limit", "seconds": 7}, RateLimited, "status 429, code rate_limit_exceeded"),
    "quota": ({"fault": "rate_limit", "code": "insufficient_quota"}, ProviderRefused, "insufficient_quota.*openai_def"),
    "server": ({"fault": "server_error", "status": 503}, ProviderUnavailable, "status 503"),
    "key": ({"fault": "server_error", "status": 401}, ProviderRefused, "status 401.*connection openai_default"),
    "reset": ({"fault": "connection_reset"}, ProviderUnavailable, "could not be reached to upload the request file"),
}


@pytest.mark.parametrize("name", TRANSLATED)
def test_a_failed_call_says_who_can_mend_it_and_is_not_repeated(
    provider: OpenAIBatches, sandbox: Sandbox, name: str
) -> None:
    fault, kind, told = TRANSLATED[name]
    sandbox.faults({**fault, "on": "files.create", "times": 1})
    with pytest.raises(kind, match=told) as raised:
        provider.submit(requests(provider), "key-1", "run-1")
    assert type(raised.value) is kind
    assert "Question" not in str(raised.value)
    assert "key-canary" not in str(raised.value)
    assert not isinstance(raised.value, RateLimited) or raised.value.retry_after_seconds == 7


def test_a_download_that_is_cut_never_looks_like_a_short_file(provider: OpenAIBatches, sandbox: Sandbox) -> None:
    status = ended(provider, provider.submit(requests(provider), "key-1", "run-1"))
    sandbox.faults({"fault": "connection_reset", "on": "files.content", "share": 0.5})
    with pytest.raises(ProviderUnavailable):
        provider.download(status.result_files[0], io.BytesIO())


def test_a_connection_without_a_key_is_a_mistake_of_the_operator() -> None:
    with pytest.raises(Misconfigured, match="openai_default has no password"):
        OpenAIBatches(Credentials(secret="", base_url=None))


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
    assert found == ("7", "42", "stop", 10, 4, 5, 3, "req_1", None, False)


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


@pytest.mark.parametrize(
    ("text", "error", "retryable"),
    [
        (failed(400, code="content_policy_violation"), "content_policy_violation", False),
        (failed(400, code=None, type="invalid_request_error"), "invalid_request_error", False),
        (failed(404), "status_404", False),
        (failed(429, code="rate_limit_exceeded"), "rate_limit_exceeded", True),
        (failed(500, code=None), "status_500", True),
        (b'{"custom_id": "7", "response": null, "error": {"code": "batch_expired"}}', "batch_expired", True),
        (b'{"custom_id": "7", "response": null, "error": null}', "not_executed", True),
    ],
)
def test_a_row_s_error_says_whether_asking_again_may_help(text: bytes, error: str, retryable: bool) -> None:
    found = parse_result_line(text)
    assert found is not None
    assert (found.custom_id, found.answer, found.error, found.retryable) == ("7", None, error, retryable)
    assert found[3:7] == (0, 0, 0, 0)


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
