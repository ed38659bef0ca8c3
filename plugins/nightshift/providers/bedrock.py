"""AWS Bedrock: model invocation jobs on files in S3, Converse in real time.

Limits: https://docs.aws.amazon.com/general/latest/gr/bedrock.html. Why threads: docs/decisions/0008-bedrock-polling.md
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import IO, Any, Final, TypeVar

import orjson

from nightshift.errors import ProviderUnavailable, ResultsLost
from nightshift.providers import bedrock_realtime as realtime
from nightshift.providers import bedrock_records as records
from nightshift.providers import bedrock_results as results
from nightshift.providers.bedrock_connection import THREADS, Connection, Location, location
from nightshift.providers.bedrock_errors import code_of, translated
from nightshift.providers.credentials import Credentials
from nightshift.providers.port import (
    BatchProblem,
    BatchState,
    BatchStatus,
    BatchUsage,
    Embeddings,
    Handover,
    ModelCall,
    Moderation,
    RequestTemplate,
    RowResult,
    Speaker,
    Target,
)

Found = TypeVar("Found")

INPUT, OUTPUT, MANIFEST = "input.jsonl", "output", "manifest.json.out"
KEY_TAG, RUN_TAG = "nightshift_shard", "nightshift_run"
WATCHERS = 4
WINDOW_HOURS = 24  # the least that a job may be given
# AWS's clock and ours may differ; a job is looked for from this much before our intent was written.
CLOCK_MARGIN = timedelta(minutes=15)
_PREFIX: Final = "nightshift-"
_LONGEST_NAME = 63
_CHUNK = 1 << 20
_MANY = 1_000  # texts, more than one call takes by any model
_LONGEST_MESSAGE = 300
_TYPES = {records.CONVERSE: "Converse", records.INVOKE_MODEL: "InvokeModel"}
_FINAL = {
    "Completed": BatchState.COMPLETED,
    "PartiallyCompleted": BatchState.COMPLETED,
    "Expired": BatchState.EXPIRED,
    "Stopped": BatchState.CANCELLED,
    "Failed": BatchState.FAILED,
}
_GONE = frozenset({"NoSuchKey", "404", "NotFound"})
_LINE = re.compile(r"\bline(?: number)?[ :#]*(\d+)", re.IGNORECASE)


class BedrockProvider:
    """A BatchProvider and Moderator on boto3, whose calls block and so run in threads of the provider's own."""

    def __init__(self, credentials: Credentials, region: str) -> None:
        self._connection = Connection(credentials, region)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="bedrock")
        # A few only: each thread that runs takes the event loop's turn now and then (docs/decisions/0008).
        self._watchers = ThreadPoolExecutor(WATCHERS, thread_name_prefix="bedrock jobs")

    def template(self, call: ModelCall) -> RequestTemplate:
        return records.template(call)

    def parse(self, line: bytes) -> RowResult | None:
        return results.parse(line)

    async def answer(self, line: bytes, target: Target, key: str) -> bytes:
        # Bedrock knows no idempotency keys in real time, so `key` has no place to go.
        return await self._in_thread(lambda: realtime.answer(self._connection.runtime(), line, target))

    async def embed(self, texts: Sequence[str], target: Target) -> Embeddings:
        def one(portion: list[str]) -> Callable[[], Embeddings]:
            return lambda: realtime.embed(self._connection.runtime(), portion, target)

        found = await asyncio.gather(*(self._in_thread(one(portion)) for portion in realtime.portions(texts, target)))
        vectors = tuple(vector for part in found for vector in part.vectors)
        return Embeddings(vectors, sum(part.input_tokens for part in found))

    def texts_per_request(self, target: Target) -> int:
        return max(map(len, realtime.portions([""] * _MANY, target)))

    async def moderate(self, texts: Sequence[str], target: Target, speaker: Speaker) -> tuple[Moderation, ...]:
        def one(text: str) -> Callable[[], Moderation]:
            return lambda: realtime.moderate(self._connection.runtime(), text, target, speaker)

        return tuple(await asyncio.gather(*(self._in_thread(one(text)) for text in texts)))

    async def _in_thread(self, call: Callable[[], Found]) -> Found:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)

    # jobs

    def find(self, key: str, since: datetime) -> str | None:
        with translated("list batch jobs"):
            return next((job["jobArn"] for job in self._named(key, since - CLOCK_MARGIN)), None)

    def _named(self, key: str, after: datetime | None = None) -> Iterator[dict[str, Any]]:
        asked: dict[str, Any] = {"nameContains": _job_name(key), "maxResults": 100}
        if after is not None:
            asked["submitTimeAfter"] = after
        while True:
            page = self._connection.jobs().list_model_invocation_jobs(**asked)
            yield from (job for job in page.get("invocationJobSummaries", []) if job["jobName"] == _job_name(key))
            if not page.get("nextToken"):
                return
            asked["nextToken"] = page["nextToken"]

    def submit(self, requests: IO[bytes], handover: Handover) -> str:
        """Safe to repeat: the same key writes the same object, and its token starts one job."""
        from boto3.s3.transfer import TransferConfig

        role, folder = self._connection.role_arn, self._connection.staging.below(handover.key)
        source = folder.below(INPUT)
        with translated("upload the request file"):
            in_this_thread = TransferConfig(use_threads=False)
            self._connection.s3().upload_fileobj(requests, source.bucket, source.key, Config=in_this_thread)
        with translated("create the batch job"):
            return self._create(handover, role, source, folder.below(OUTPUT))

    def _create(self, handover: Handover, role: str, source: Location, output: Location) -> str:
        from botocore.exceptions import ClientError

        try:
            created = self._connection.jobs_once().create_model_invocation_job(
                jobName=_job_name(handover.key),
                clientRequestToken=handover.key,
                roleArn=role,
                modelId=handover.target.model,
                modelInvocationType=_TYPES[records.record_format(handover.target)],
                inputDataConfig={"s3InputDataConfig": {"s3InputFormat": "JSONL", "s3Uri": source.uri}},
                outputDataConfig={"s3OutputDataConfig": {"s3Uri": f"{output.uri}/"}},
                timeoutDurationInHours=WINDOW_HOURS,
                tags=[{"key": KEY_TAG, "value": handover.key}, {"key": RUN_TAG, "value": _tag(handover.run_id)}],
            )
            return str(created["jobArn"])
        except ClientError as error:
            if code_of(error) != "ConflictException":
                raise
            # The name or the token is taken: by an earlier try of the same submission.
            earlier = next(self._named(handover.key), None)
            if earlier is None:
                raise ProviderUnavailable("AWS has this batch job already, and does not list it yet") from None
            return str(earlier["jobArn"])

    def status(self, batch_id: str) -> BatchStatus:
        with translated("look at the batch job"):
            job = self._connection.jobs().get_model_invocation_job(jobIdentifier=batch_id)
            state = _FINAL.get(job["status"], BatchState.RUNNING)
            done, total = job.get("processedRecordCount") or 0, job.get("totalRecordCount") or 0
            if state is BatchState.FAILED and done:
                state = BatchState.CANCELLED  # it broke off in the middle: what was answered is billed, and ours
            if state in (BatchState.RUNNING, BatchState.FAILED):
                return BatchStatus(batch_id, state, total, done, problems=_problems(job))
            return self._ended(batch_id, job, state)

    def _ended(self, batch_id: str, job: dict[str, Any], state: BatchState) -> BatchStatus:
        folder = location(job["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"]).below(batch_id.rpartition("/")[2])
        source = location(job["inputDataConfig"]["s3InputDataConfig"]["s3Uri"])
        manifest = self._manifest(folder.below(MANIFEST))
        done = job.get("processedRecordCount") or manifest.get("processedRecordCount") or 0
        output = folder.below(f"{source.key.rpartition('/')[2]}.out")
        # A job that was stopped before its first record has no output, which must not look like lost results.
        return BatchStatus(
            batch_id,
            state,
            job.get("totalRecordCount") or manifest.get("totalRecordCount") or done,
            done,
            result_files=(output.uri,) if done else (),
            problems=_problems(job),
            usage=_usage(manifest),
        )

    def _manifest(self, place: Location) -> dict[str, Any]:
        from botocore.exceptions import ClientError

        try:
            content = self._connection.s3().get_object(Bucket=place.bucket, Key=place.key)["Body"].read()
            found = orjson.loads(content)
        except ClientError as error:
            if code_of(error) not in _GONE:
                raise
            return {}
        except orjson.JSONDecodeError:
            return {}  # it only repeats what the job and the output say
        return found if isinstance(found, dict) else {}

    async def status_soon(self, batch_id: str) -> BatchStatus:
        return await asyncio.get_running_loop().run_in_executor(self._watchers, self.status, batch_id)

    def download(self, file_id: str, target: IO[bytes]) -> None:
        from botocore.exceptions import ClientError

        place = location(file_id)
        with translated("download a result file"):
            try:
                found = self._connection.s3().get_object(Bucket=place.bucket, Key=place.key)
            except ClientError as error:
                if code_of(error) not in _GONE:
                    raise
                raise ResultsLost(
                    f"the result file {file_id} is not in S3 (any more): {code_of(error)}; look for a lifecycle rule "
                    "or a person that deletes below staging_uri"
                ) from None
            received = sum(target.write(chunk) for chunk in found["Body"].iter_chunks(_CHUNK))
        if received != found["ContentLength"]:
            raise ProviderUnavailable(
                f"result file {file_id}: {received} of {found['ContentLength']} bytes arrived; it is fetched again"
            )

    def cancel(self, batch_id: str) -> None:
        from botocore.exceptions import ClientError

        with translated("stop the batch job"):
            try:
                self._connection.jobs_once().stop_model_invocation_job(jobIdentifier=batch_id)
            except ClientError as error:
                if code_of(error) != "ConflictException":  # it has ended already
                    raise


def _job_name(key: str) -> str:
    """A name has at most 63 characters; 52 hexadecimal digits are as good as 64 to tell keys apart."""
    return (_PREFIX + key)[:_LONGEST_NAME]


def _tag(text: str) -> str:
    return re.sub(r"[^a-zA-Z0-9\s._:/=+@-]", "_", text)[:256]


def _problems(job: dict[str, Any]) -> tuple[BatchProblem, ...]:
    message = job.get("message")
    if not message:
        return ()
    line = _LINE.search(message)
    code = "invalid_record" if line else "job_failed"
    return (BatchProblem(code, message[:_LONGEST_MESSAGE], int(line[1]) if line else None),)


def _usage(manifest: dict[str, Any]) -> BatchUsage | None:
    given, got = manifest.get("inputTokenCount"), manifest.get("outputTokenCount")
    return BatchUsage(given, 0, got) if isinstance(given, int) and isinstance(got, int) else None
