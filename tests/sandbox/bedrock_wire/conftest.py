"""The real boto3 pointed at the sandbox."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import boto3  # type: ignore[import-untyped]
import pytest
from botocore.config import Config  # type: ignore[import-untyped]
from tests.shared_sandbox import Sandbox

MODEL = "amazon.nova-lite-v1:0"
BUCKET = "nightshift-sandbox"
ROLE = "arn:aws:iam::123456789012:role/nightshift-sandbox"
FINAL = ("Completed", "PartiallyCompleted", "Failed", "Expired", "Stopped")


class Aws:
    """boto3 clients of one sandbox, and what nearly every test does with them."""

    def __init__(self, sandbox: Sandbox, key: str = "sandbox") -> None:
        self.sandbox = sandbox
        self._session = boto3.session.Session(key, "secret", region_name="us-east-1")
        self.bedrock = self.client("bedrock")
        self.runtime = self.client("bedrock-runtime")
        self.s3 = self.client("s3", f"{sandbox.url}/s3")

    def client(self, service: str, url: str | None = None) -> Any:
        config = Config(retries={"total_max_attempts": 1}, read_timeout=20, s3={"addressing_style": "path"})
        return self._session.client(service, endpoint_url=url or self.sandbox.url, config=config)

    def records(self, count: int = 100, **body: Any) -> list[dict[str, Any]]:
        def asked(number: int) -> dict[str, Any]:
            return {"messages": [{"role": "user", "content": [{"text": f"Question number {number}?"}]}], **body}

        return [{"recordId": f"{number:011d}", "modelInput": asked(number)} for number in range(count)]

    def upload(self, content: list[dict[str, Any]] | bytes, key: str = "in/input.jsonl") -> str:
        if isinstance(content, list):
            content = b"".join(json.dumps(line).encode() + b"\n" for line in content)
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=content)
        return f"s3://{BUCKET}/{key}"

    def create(self, content: list[dict[str, Any]] | bytes | None = None, **change: Any) -> str:
        uri = self.upload(self.records() if content is None else content)
        asked = {
            "jobName": f"job-{time.monotonic_ns()}",
            "roleArn": ROLE,
            "modelId": MODEL,
            "modelInvocationType": "Converse",
            "inputDataConfig": {"s3InputDataConfig": {"s3Uri": uri}},
            "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": f"s3://{BUCKET}/out/"}},
        }
        created: str = self.bedrock.create_model_invocation_job(**{**asked, **change})["jobArn"]
        return created

    def until(self, arn: str, reached: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            job: dict[str, Any] = self.bedrock.get_model_invocation_job(jobIdentifier=arn)
            if reached(job):
                return job
            assert job["status"] not in FINAL, f"ended as {job['status']}: {job.get('message')}"
            time.sleep(0.01)
        raise AssertionError(f"{arn} never got there")

    def reaches(self, arn: str, *states: str) -> dict[str, Any]:
        return self.until(arn, lambda job: job["status"] in states)

    def run(self, content: list[dict[str, Any]] | bytes | None = None, end: str = "Completed", **change: Any) -> Any:
        return self.reaches(self.create(content, **change), end)

    def keys(self, job: dict[str, Any]) -> dict[str, str]:
        """Keys of a job's output file and manifest."""
        folder = f"out/{job['jobArn'].rpartition('/')[2]}"
        return {"output": f"{folder}/input.jsonl.out", "manifest": f"{folder}/manifest.json.out"}

    def content(self, key: str) -> bytes:
        found: bytes = self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
        return found

    def results(self, job: dict[str, Any]) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.content(self.keys(job)["output"]).splitlines()]

    def manifest(self, job: dict[str, Any]) -> dict[str, int]:
        found: dict[str, int] = json.loads(self.content(self.keys(job)["manifest"]))
        return found

    def bill(self) -> dict[str, Any]:
        return self.sandbox.bill_of("bedrock")


@pytest.fixture(scope="session")
def _clients(_shared_sandbox: Sandbox) -> Aws:
    return Aws(_shared_sandbox)


@pytest.fixture
def aws(_clients: Aws, sandbox: Sandbox) -> Aws:
    """The shared sandbox with no objects, no jobs, no faults and an empty bill."""
    return _clients
