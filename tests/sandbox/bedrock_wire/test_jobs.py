"""The life of a model invocation job as boto3 sees it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError  # type: ignore[import-untyped]
from tests.sandbox.bedrock_wire.conftest import MODEL, ROLE, Aws


def counts(job) -> list[int]:
    return [job[f"{name}RecordCount"] for name in ("total", "processed", "success", "error")]


def refusal(call, *arguments, **named) -> tuple[str, int]:
    with pytest.raises(ClientError) as refused:
        call(*arguments, **named)
    return refused.value.response["Error"]["Code"], refused.value.response["ResponseMetadata"]["HTTPStatusCode"]


def test_a_job_goes_to_completed_and_says_what_it_was_asked(aws: Aws):
    job = aws.run(jobName="a-job", clientRequestToken="token", timeoutDurationInHours=48)

    assert job["jobName"] == "a-job"
    assert (job["modelId"], job["roleArn"], job["clientRequestToken"]) == (MODEL, ROLE, "token")
    assert job["modelInvocationType"] == "Converse"
    assert job["submitTime"] <= job["lastModifiedTime"] == job["endTime"]
    assert job["jobExpirationTime"] == job["submitTime"] + timedelta(hours=48)
    assert counts(job) == [100, 100, 100, 0]
    assert "message" not in job


def test_every_record_is_answered_under_its_id(aws: Aws):
    results = aws.results(aws.run())

    assert [line["recordId"] for line in results] == [f"{number:011d}" for number in range(100)]
    assert all(set(line) == {"recordId", "modelInput", "modelOutput"} for line in results)


def test_the_manifest_adds_up_what_the_records_used(aws: Aws):
    job = aws.run()
    usages = [line["modelOutput"]["usage"] for line in aws.results(job)]

    assert aws.manifest(job) == {
        "totalRecordCount": 100,
        "processedRecordCount": 100,
        "successRecordCount": 100,
        "errorRecordCount": 0,
        "inputTokenCount": sum(usage["inputTokens"] for usage in usages),
        "outputTokenCount": sum(usage["outputTokens"] for usage in usages),
    }
    bill = aws.bill()
    assert (bill["requests"], bill["input_tokens"]) == (100, aws.manifest(job)["inputTokenCount"])


def test_a_record_that_the_model_refuses_is_an_error_line(aws: Aws):
    records = aws.records()
    records[7]["modelInput"]["messages"] = []
    job = aws.run(records)
    refused = aws.results(job)[7]

    assert "modelOutput" not in refused
    assert (refused["recordId"], refused["error"]["errorCode"], refused["error"]["retryable"]) == (
        "00000000007",
        400,
        False,
    )
    assert counts(job) == [100, 100, 99, 1]


def test_a_record_without_an_id_gets_one(aws: Aws):
    records = aws.records()
    del records[3]["recordId"]

    assert len({line["recordId"] for line in aws.results(aws.run(records))}) == 100


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"{", "not valid JSON"),
        (b"[]", "modelInput"),
        (b'{"recordId": "A"}', "modelInput"),
        (b'{"recordId": "a-b", "modelInput": {}}', "alphanumeric"),
        (b'{"recordId": "00000000000", "modelInput": {}}', "another record"),
    ],
)
def test_a_bad_line_fails_the_job_and_is_named(aws: Aws, line: bytes, told: str):
    good = aws.records()
    import json

    content = b"".join(json.dumps(one).encode() + b"\n" for one in good) + line + b"\n"
    failed = aws.run(content, end="Failed")

    assert "line 101" in failed["message"]
    assert told in failed["message"]
    assert aws.bill()["requests"] == 0


def test_too_few_records_fail_the_job(aws: Aws):
    assert "required minimum of: 100" in aws.run(aws.records(99), end="Failed")["message"]


def test_too_many_records_fail_the_job(aws: Aws):
    lines = b"".join(b'{"modelInput":{}}\n' for _ in range(50_001))
    assert "allowed maximum of: 50000" in aws.run(lines, end="Failed")["message"]


def test_input_that_is_not_there_fails_the_job(aws: Aws):
    nowhere = {"s3InputDataConfig": {"s3Uri": "s3://nightshift-sandbox/nowhere.jsonl"}}
    assert "input file" in aws.run(end="Failed", inputDataConfig=nowhere)["message"]


def test_output_that_has_no_bucket_fails_the_job_and_costs_nothing(aws: Aws):
    nowhere = {"s3OutputDataConfig": {"s3Uri": "s3://no-such-bucket/out"}}
    assert "output location" in aws.run(end="Failed", outputDataConfig=nowhere)["message"]
    assert aws.bill()["requests"] == 0


def test_the_same_token_starts_one_job(aws: Aws):
    asked = {"jobName": "one", "clientRequestToken": "token"}
    assert aws.create(**asked) == aws.create(**asked)
    assert aws.bill()["batches_created"] == 1


def test_a_name_that_is_taken_is_a_conflict(aws: Aws):
    aws.create(jobName="one", clientRequestToken="a")
    assert refusal(aws.create, jobName="one", clientRequestToken="b") == ("ConflictException", 400)


@pytest.mark.parametrize(
    "change",
    [
        {"jobName": "no_underscores"},
        {"modelId": "nobody.nothing-v1:0"},
        {"modelId": "amazon.titan-embed-text-v2:0"},
        {"timeoutDurationInHours": 24 * 8},
        {"inputDataConfig": {"s3InputDataConfig": {"s3Uri": "s3://bucket//double"}}},
    ],
)
def test_a_bad_parameter_is_refused(aws: Aws, change):
    assert refusal(aws.create, **change) == ("ValidationException", 400)


def test_the_list_is_newest_first_and_pages(aws: Aws):
    created = [aws.create(jobName=f"list-{number}") for number in range(5)]
    aws.create(jobName="other")
    found, token = [], None
    while True:
        more = {"nextToken": token} if token else {}
        page = aws.bedrock.list_model_invocation_jobs(nameContains="list-", maxResults=2, **more)
        found += page["invocationJobSummaries"]
        token = page.get("nextToken")
        if token is None:
            break

    assert [job["jobArn"] for job in found] == created[::-1]
    assert all(job["status"] for job in found)


def test_the_list_filters_by_state_and_time(aws: Aws):
    done = aws.run()

    def listed(**asked):
        return [job["jobArn"] for job in aws.bedrock.list_model_invocation_jobs(**asked)["invocationJobSummaries"]]

    now = datetime.now(UTC)
    assert listed(statusEquals="Completed", submitTimeAfter=now - timedelta(minutes=5)) == [done["jobArn"]]
    assert listed(statusEquals="Failed") == []
    assert listed(submitTimeAfter=now + timedelta(minutes=5)) == []
    assert listed(submitTimeBefore=now - timedelta(minutes=5)) == []


def test_a_job_is_found_by_the_end_of_its_arn(aws: Aws):
    arn = aws.create()
    assert aws.bedrock.get_model_invocation_job(jobIdentifier=arn.rpartition("/")[2])["jobArn"] == arn


def test_a_running_job_can_be_stopped(aws: Aws):
    aws.sandbox.faults({"fault": "slow_batch", "seconds": 3600})
    arn = aws.create()
    aws.reaches(arn, "InProgress")
    aws.bedrock.stop_model_invocation_job(jobIdentifier=arn)

    assert aws.bill()["requests"] == aws.reaches(arn, "Stopped")["processedRecordCount"]


def test_an_ended_job_cannot_be_stopped(aws: Aws):
    done = aws.run()
    assert refusal(aws.bedrock.stop_model_invocation_job, jobIdentifier=done["jobArn"]) == ("ConflictException", 400)


def test_an_unknown_job_is_not_found(aws: Aws):
    for call in (aws.bedrock.get_model_invocation_job, aws.bedrock.stop_model_invocation_job):
        assert refusal(call, jobIdentifier="abcdefghijkl") == ("ResourceNotFoundException", 404)
