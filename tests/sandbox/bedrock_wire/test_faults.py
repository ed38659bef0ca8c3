"""Every fault in the shape in which AWS gives it."""

from __future__ import annotations

import json

import pytest
from botocore import exceptions  # type: ignore[import-untyped]
from tests.sandbox.bedrock_wire.conftest import BUCKET, MODEL, Aws

SAY = [{"role": "user", "content": [{"text": "Why?"}]}]


def refusal(call) -> tuple[str, int]:
    with pytest.raises(exceptions.ClientError) as refused:
        call()
    return refused.value.response["Error"]["Code"], refused.value.response["ResponseMetadata"]["HTTPStatusCode"]


@pytest.mark.parametrize(
    ("rule", "control", "runtime", "s3"),
    [
        ({"fault": "rate_limit"}, ("ThrottlingException", 429), ("ThrottlingException", 429), ("SlowDown", 503)),
        (
            {"fault": "server_error"},
            ("InternalServerException", 500), ("InternalServerException", 500), ("InternalError", 500),
        ),
        (
            {"fault": "server_error", "status": 503},
            ("ServiceUnavailableException", 503), ("ServiceUnavailableException", 503), ("ServiceUnavailable", 503),
        ),
        (
            {"fault": "invalid_credentials"},
            ("UnrecognizedClientException", 403), ("UnrecognizedClientException", 403), ("InvalidAccessKeyId", 403),
        ),
        (
            {"fault": "quota_exhausted"},
            ("ServiceQuotaExceededException", 400), ("ThrottlingException", 429), ("AccountProblem", 403),
        ),
        (
            {"fault": "clock_skew", "seconds": 3600},
            ("InvalidSignatureException", 403), ("InvalidSignatureException", 403), ("RequestTimeTooSkewed", 403),
        ),
    ],
)  # fmt: skip
def test_a_fault_speaks_each_api_s_language(aws: Aws, rule, control, runtime, s3):
    aws.sandbox.faults(rule)

    assert refusal(lambda: aws.bedrock.list_model_invocation_jobs()) == control
    assert refusal(lambda: aws.runtime.converse(modelId=MODEL, messages=SAY)) == runtime
    assert refusal(lambda: aws.s3.put_object(Bucket=BUCKET, Key="a", Body=b"b")) == s3


def test_a_retired_model_is_gone_at_bedrock_and_nothing_to_s3(aws: Aws):
    aws.sandbox.faults({"fault": "model_retired"})

    assert refusal(lambda: aws.runtime.converse(modelId=MODEL, messages=SAY)) == ("ResourceNotFoundException", 404)
    assert aws.upload(b"x")


def test_a_fault_can_be_aimed_at_one_model(aws: Aws):
    aws.sandbox.faults({"fault": "server_error", "model": MODEL})

    assert refusal(lambda: aws.runtime.converse(modelId=MODEL, messages=SAY))[1] == 500
    assert aws.runtime.converse(modelId="amazon.nova-pro-v1:0", messages=SAY)["stopReason"] == "end_turn"
    assert refusal(lambda: aws.create())[1] == 500


@pytest.mark.parametrize(("told", "header"), [(True, "7"), (False, None)])
def test_a_429_says_how_long_to_wait_or_not(aws: Aws, told, header):
    aws.sandbox.faults({"fault": "rate_limit", "seconds": 7, "told": told})
    with pytest.raises(exceptions.ClientError) as refused:
        aws.runtime.converse(modelId=MODEL, messages=SAY)
    assert refused.value.response["ResponseMetadata"]["HTTPHeaders"].get("retry-after") == header


def test_an_invalid_key_is_refused_everywhere(aws: Aws):
    stranger = Aws(aws.sandbox, "invalid")

    assert refusal(lambda: stranger.bedrock.list_model_invocation_jobs()) == ("UnrecognizedClientException", 403)
    assert refusal(lambda: stranger.s3.list_buckets()) == ("InvalidAccessKeyId", 403)


def test_a_clock_that_is_a_little_off_is_forgiven(aws: Aws):
    aws.sandbox.faults({"fault": "clock_skew", "seconds": 120})
    assert aws.runtime.converse(modelId=MODEL, messages=SAY)["stopReason"] == "end_turn"


def test_a_cut_download_is_noticed_by_boto3(aws: Aws):
    aws.upload(b"x" * 100_000, "large")
    aws.sandbox.faults({"fault": "connection_reset", "on": "s3.get", "share": 0.5})
    body = aws.s3.get_object(Bucket=BUCKET, Key="large")["Body"]
    with pytest.raises((exceptions.ResponseStreamingError, exceptions.IncompleteReadError, ConnectionError)):
        body.read()


def test_a_cut_upload_leaves_nothing(aws: Aws):
    aws.sandbox.faults({"fault": "upload_reset", "on": "s3.put", "share": 0.5})
    with pytest.raises(exceptions.HTTPClientError):
        aws.upload(b"x" * 100_000, "large")
    aws.sandbox.faults()
    assert refusal(lambda: aws.content("large")) == ("NoSuchKey", 404)


def test_a_dripping_download_arrives_whole(aws: Aws):
    aws.upload(b"0123456789" * 100, "drips")
    aws.sandbox.faults({"fault": "slow_drip", "on": "s3.get", "seconds": 0.2})
    assert aws.content("drips") == b"0123456789" * 100


@pytest.mark.parametrize(
    ("rule", "end"),
    [
        ({"fault": "expire_batch", "share": 0.25}, "Expired"),
        ({"fault": "expire_batch", "share": 0.25, "code": "PartiallyCompleted"}, "PartiallyCompleted"),
        ({"fault": "cancel_batch", "share": 0.25}, "Stopped"),
    ],
)
def test_a_job_that_ends_early_delivers_what_it_did(aws: Aws, rule, end):
    aws.sandbox.faults(rule)
    job = aws.run(end=end)

    assert (job["totalRecordCount"], job["processedRecordCount"]) == (100, 25)
    assert len(aws.results(job)) == 25 == aws.manifest(job)["processedRecordCount"] == aws.bill()["requests"]


def test_a_lost_result_is_gone_and_billed(aws: Aws):
    aws.sandbox.faults({"fault": "delete_results"})
    job = aws.run()

    assert refusal(lambda: aws.results(job)) == ("NoSuchKey", 404)
    assert aws.manifest(job)["successRecordCount"] == 100 == aws.bill()["requests"]


def lines(aws: Aws, *rules) -> list[bytes]:
    aws.sandbox.faults(*rules)
    return aws.content(aws.keys(aws.run())["output"]).splitlines()


def is_whole(line: bytes) -> bool:
    try:
        json.loads(line)
    except json.JSONDecodeError:
        return False
    return True


def test_damaged_output_is_damaged_as_asked(aws: Aws):
    assert len(lines(aws, {"fault": "missing_lines", "times": 3})) == 97
    assert len(lines(aws, {"fault": "duplicate_lines", "times": 3})) == 103
    assert sum(not is_whole(line) for line in lines(aws, {"fault": "malformed_lines", "times": 3})) == 3
    assert not is_whole(lines(aws, {"fault": "truncate_output"})[-1])
    foreign = [json.loads(line)["recordId"] for line in lines(aws, {"fault": "extra_lines", "times": 1})]
    assert (len(foreign), sum(name.startswith("X") for name in foreign)) == (101, 1)
    order = [json.loads(line)["recordId"] for line in lines(aws, {"fault": "reorder_lines"})]
    assert order != sorted(order)
    assert sorted(order) == [f"{number:011d}" for number in range(100)]


def test_wrong_usage_stands_in_the_line_and_nowhere_else(aws: Aws):
    aws.sandbox.faults({"fault": "wrong_usage"})
    job = aws.run()
    claimed = sum(line["modelOutput"]["usage"]["inputTokens"] for line in aws.results(job))

    assert claimed == 2 * aws.manifest(job)["inputTokenCount"] == 2 * aws.bill()["input_tokens"]


@pytest.mark.parametrize(
    ("rule", "status", "retryable", "accepted"),
    [
        ({"fault": "row_error"}, 400, False, 100),
        ({"fault": "row_error", "status": 500}, 500, True, 99),
        ({"fault": "row_rate_limit"}, 429, True, 99),
    ],
)
def test_a_failed_row_is_free(aws: Aws, rule, status, retryable, accepted):
    aws.sandbox.faults({**rule, "times": 1})
    [failed] = [line["error"] for line in aws.results(aws.run()) if "error" in line]

    assert (failed["errorCode"], failed["retryable"]) == (status, retryable)
    assert (aws.bill()["requests"], aws.bill()["row_errors"]) == (accepted, 1)


def test_a_filtered_row_is_an_answer_without_text(aws: Aws):
    aws.sandbox.faults({"fault": "content_filter", "times": 1})
    stopped = [line["modelOutput"] for line in aws.results(aws.run())]
    [filtered] = [output for output in stopped if output["stopReason"] == "content_filtered"]

    assert filtered["output"]["message"]["content"] == []
    assert (filtered["usage"]["inputTokens"] > 0, filtered["usage"]["outputTokens"]) == (True, 0)


@pytest.mark.parametrize(("status", "requests"), [(400, 1), (500, 0)])
def test_a_row_fails_in_real_time_as_in_a_job(aws: Aws, status, requests):
    aws.sandbox.faults({"fault": "row_error", "status": status})

    assert refusal(lambda: aws.runtime.converse(modelId=MODEL, messages=SAY))[1] == status
    assert (aws.bill()["requests"], aws.bill()["unique_requests"], aws.bill()["cost_usd"]) == (
        requests,
        requests,
        "0.000000",
    )
