"""The life of a batch as a client sees it."""

from __future__ import annotations

import time

import openai
import pytest

EMBEDDINGS = "/v1/embeddings"


def test_a_batch_goes_from_validating_to_completed(provider):
    created = provider.submit(provider.lines(3), metadata={"shard": "abc", "run": "1"})
    done = provider.reaches(created.id, "completed")

    assert created.status == "validating"
    assert done.metadata == {"shard": "abc", "run": "1"}
    assert done.model == "gpt-4o-2024-08-06"
    assert done.request_counts.model_dump() == {"total": 3, "completed": 3, "failed": 0}
    assert done.error_file_id is None
    stamps = [done.created_at, done.in_progress_at, done.finalizing_at, done.completed_at]
    assert stamps == sorted(stamps)


def test_every_row_is_answered_under_its_custom_id(provider):
    done = provider.run(provider.lines(1500))
    results = provider.results(done.output_file_id)

    assert [line["custom_id"] for line in results] == [f"row-{number}" for number in range(1500)]
    assert len({line["id"] for line in results}) == 1500
    assert all(line["response"]["status_code"] == 200 and line["error"] is None for line in results)


def test_the_batchs_usage_is_the_sum_of_its_rows(provider):
    done = provider.run(provider.lines(20))
    usages = [line["response"]["body"]["usage"] for line in provider.results(done.output_file_id)]

    assert done.usage.input_tokens == sum(usage["prompt_tokens"] for usage in usages)
    assert done.usage.output_tokens == sum(usage["completion_tokens"] for usage in usages)
    assert done.usage.total_tokens == sum(usage["total_tokens"] for usage in usages)


def test_a_row_that_the_api_refuses_comes_in_the_error_file(provider):
    lines = provider.lines(3)
    lines[1]["body"]["messages"] = []
    done = provider.run(lines)

    [refused] = provider.results(done.error_file_id)
    assert refused["custom_id"] == "row-1"
    assert refused["response"]["status_code"] == 400
    assert refused["response"]["body"]["error"]["param"] == "messages"
    assert done.request_counts.model_dump() == {"total": 3, "completed": 2, "failed": 1}


def test_a_batch_without_any_answer_has_no_output_file(provider):
    lines = provider.lines(2)
    for line in lines:
        line["body"]["messages"] = []
    done = provider.run(lines)

    assert done.output_file_id is None
    assert len(provider.results(done.error_file_id)) == 2


def test_embeddings_run_in_batches(provider):
    body = {"model": "text-embedding-3-small", "input": "some text", "dimensions": 4}
    line = {"custom_id": "one", "method": "POST", "url": EMBEDDINGS, "body": body}
    done = provider.run([line], endpoint=EMBEDDINGS)

    [result] = provider.results(done.output_file_id)
    assert len(result["response"]["body"]["data"][0]["embedding"]) == 4


def test_the_list_pages_through_everything_newest_first(provider):
    created = [provider.run(provider.lines(1)).id for _ in range(5)]
    first = provider.client.batches.list(limit=2)

    assert [batch.id for batch in first.data] == created[:2:-1]
    assert first.has_more
    assert [batch.id for batch in provider.client.batches.list(limit=2)] == created[::-1]
    assert not provider.client.batches.list(after=created[1], limit=2).has_more


def test_a_list_after_an_unknown_batch_is_refused(provider):
    with pytest.raises(openai.BadRequestError, match="batch_unknown"):
        provider.client.batches.list(after="batch_unknown")


def test_a_waiting_batch_can_be_cancelled(provider):
    provider.faults({"fault": "slow_batch", "seconds": 3600})
    running = provider.reaches(provider.submit(provider.lines(4)).id, "in_progress")
    provider.client.batches.cancel(running.id)
    ended = provider.reaches(running.id, "cancelled")

    assert ended.cancelling_at <= ended.cancelled_at
    assert ended.request_counts.total == 4
    assert provider.bill()["requests"] == ended.request_counts.completed


def test_a_finished_batch_cannot_be_cancelled(provider):
    done = provider.run(provider.lines(1))

    with pytest.raises(openai.ConflictError, match="completed"):
        provider.client.batches.cancel(done.id)


def test_an_unknown_batch_is_not_found(provider):
    for operation in (provider.client.batches.retrieve, provider.client.batches.cancel):
        with pytest.raises(openai.NotFoundError):
            operation("batch_unknown")


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"completion_window": "48h"}, "completion_window"),
        ({"endpoint": "/v1/responses"}, "endpoint"),
        ({"input_file_id": "file-unknown"}, "input_file_id"),
        ({"metadata": {str(number): "x" for number in range(17)}}, "metadata"),
        ({"metadata": {"key": "x" * 513}}, "metadata"),
    ],
)
def test_a_bad_parameter_is_named(provider, change, param):
    asked = {"completion_window": "24h", "endpoint": "/v1/chat/completions"}
    with pytest.raises(openai.BadRequestError) as refused:
        provider.client.batches.create(**{**asked, "input_file_id": provider.upload(b"{}\n"), **change})
    assert refused.value.param == param


def test_an_input_file_of_another_purpose_is_refused(provider):
    file = provider.client.files.create(file=b"{}\n", purpose="user_data")

    with pytest.raises(openai.BadRequestError, match="purpose"):
        provider.client.batches.create(input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h")


def test_a_failed_batch_says_which_line_is_wrong_and_is_not_billed(provider):
    lines = provider.lines(3)
    lines[2]["custom_id"] = "row-0"
    failed = provider.run(lines, end="failed")

    [error] = failed.errors.data
    assert (error.code, error.line, error.param) == ("duplicate_custom_id", 3, "custom_id")
    assert failed.output_file_id is None
    assert provider.bill()["requests"] == 0


def test_a_batch_pretends_to_take_as_long_as_asked(launcher):
    slow = launcher.start(batch_seconds=0.5)
    begun = time.monotonic()
    done = slow.run(slow.lines(2))

    assert time.monotonic() - begun >= 0.5
    assert slow.bill()["requests"] == done.request_counts.completed == 2


def test_the_same_request_gets_the_same_answer_in_any_order(provider):
    def answers(lines):
        results = provider.results(provider.run(lines).output_file_id)
        return {line["custom_id"]: line["response"]["body"]["choices"] for line in results}

    lines = provider.lines(50)
    assert answers(lines) == answers(lines[::-1])
