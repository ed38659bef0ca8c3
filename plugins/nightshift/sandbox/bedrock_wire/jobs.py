"""Model invocation jobs: creating, listing, stopping, and what their fields say while they run."""

from __future__ import annotations

import re
import time
from secrets import choice
from string import ascii_lowercase, digits
from typing import Any
from urllib.parse import urlsplit

from nightshift.sandbox.bedrock_wire.calls import Call
from nightshift.sandbox.bedrock_wire.wire import ACCOUNT, UNKNOWN_MODEL, AwsError, invalid, moment
from nightshift.sandbox.prices import Kind, kind_of
from nightshift.sandbox.store import BatchRecord, Store
from nightshift.sandbox.usage import JsonObject

UNFINISHED = ("Submitted", "Validating", "Scheduled", "InProgress", "Stopping")
_KEPT = (
    "jobName", "clientRequestToken", "roleArn", "modelId", "inputDataConfig", "outputDataConfig",
    "timeoutDurationInHours", "modelInvocationType",
)  # fmt: skip
_NAME = re.compile(r"[a-zA-Z0-9]{1,63}(-*[a-zA-Z0-9\+\-\.]){0,63}")
_S3 = re.compile(r"s3://[a-z0-9][-.a-z0-9]{1,61}[a-z0-9](?:/[-!_*'().a-z0-9A-Z]+(?:/[-!_*'().a-z0-9A-Z]+)*)?/?")
_HOURS = range(24, 169)
_PER_PAGE = 100


def create(store: Store, provider: str, call: Call, seconds: float, skew: float) -> JsonObject | AwsError:
    """A new job in state Submitted, which takes `seconds`; or the one that the same token has made before."""
    asked = {name: call.body[name] for name in _KEPT if call.body.get(name) is not None}
    problem = _check(provider, asked)
    if problem is not None:
        return problem
    earlier = _earlier(store, asked)
    if earlier is not None:
        return {"jobArn": earlier.wire["id"]} if earlier.wire["asked"] == asked else _taken()
    identifier = "".join(choice(ascii_lowercase + digits) for _ in range(12))
    arn = f"arn:aws:bedrock:{call.region}:{ACCOUNT}:model-invocation-job/{identifier}"
    wire = {
        "id": arn,
        "status": "Submitted",
        "model": asked["modelId"],
        "metadata": {tag["key"]: tag["value"] for tag in call.body.get("tags", [])},
        "asked": asked,
        "submitTime": time.time() + skew,
        "lastModifiedTime": time.time() + skew,
        "endTime": None,
        "message": None,
        "counts": {"total": 0, "processed": 0, "success": 0, "error": 0},
    }
    store.add_batch(wire, {"begun": time.time(), "seconds": seconds, "share": 1.0, "ends": "Completed"})
    return {"jobArn": arn}


def enter(wire: JsonObject, state: str, **fields: Any) -> None:
    """Moves a job into a state."""
    now = time.time()
    ended = {} if state in UNFINISHED else {"endTime": now}
    wire.update(status=state, lastModifiedTime=now, **ended, **fields)


def find(store: Store, identifier: str) -> BatchRecord | None:
    """A job by its ARN or the last part of it."""
    return store.batch(identifier) or next(
        (record for record in store.batches() if record.wire["id"].endswith(f"/{identifier}")), None
    )


def not_found(identifier: str) -> AwsError:
    return AwsError(404, "ResourceNotFoundException", f"Could not find the job {identifier}.")


def shown(record: BatchRecord, progress: tuple[int, int] | None) -> JsonObject:
    """The job that a client sees; counts of a running job are those of the moment."""
    wire, counts = record.wire, dict(record.wire["counts"])
    if wire["status"] in ("InProgress", "Stopping"):
        success, failed = progress or (int(counts["total"] * elapsed_share(record)), 0)
        counts.update(processed=success + failed, success=success, error=failed)
    times = {name: moment(wire[name]) for name in ("submitTime", "lastModifiedTime", "endTime") if wire[name]}
    hours = wire["asked"].get("timeoutDurationInHours", 24)
    return {
        **wire["asked"],
        "jobArn": wire["id"],
        "status": wire["status"],
        **times,
        "jobExpirationTime": moment(wire["submitTime"] + hours * 3600),
        **({"message": wire["message"]} if wire["message"] else {}),
        **{f"{name}RecordCount": count for name, count in counts.items()},
    }


def elapsed_share(record: BatchRecord) -> float:
    """How much of its pretended duration a running job has behind it."""
    if record.wire["status"] != "InProgress":
        return float(record.plan["share"]) if record.plan["ends"] == "Stopped" else 0.0
    seconds = record.plan["seconds"]
    return min(1.0, (time.time() - record.plan["begun"]) / seconds) if seconds else 0.0


def listing(store: Store, parameters: dict[str, str], progress: dict[str, tuple[int, int]]) -> JsonObject | AwsError:
    """A page of jobs, newest first unless asked otherwise."""
    most, after = parameters.get("maxResults", str(_PER_PAGE)), parameters.get("nextToken", "0")
    if not (most.isdecimal() and after.isdecimal() and 1 <= int(most) <= 1000):
        return invalid("Invalid maxResults or nextToken.")
    order = "ASC" if parameters.get("sortOrder") == "Ascending" else "DESC"
    matching = [record for record in store.batches(f"ORDER BY seq {order}") if _matches(record.wire, parameters)]
    start, end = int(after), int(after) + int(most)
    jobs = [shown(record, progress.get(record.wire["id"])) for record in matching[start:end]]
    return {"invocationJobSummaries": jobs, **({"nextToken": str(end)} if end < len(matching) else {})}


def stop(store: Store, arn: str) -> AwsError | None:
    """Asks for the end of a job. What was done until now is delivered and billed."""
    refused: list[str] = []

    def change(record: BatchRecord) -> None:
        status = record.wire["status"]
        if status in UNFINISHED:
            if status != "Stopping":
                record.plan.update(share=elapsed_share(record), ends="Stopped")
                enter(record.wire, "Stopping")
        else:
            refused.append(status)

    if store.change_batch(arn, change) is None:
        return not_found(arn)
    return AwsError(400, "ConflictException", f"The job is {refused[0]} and cannot be stopped.") if refused else None


def place(uri: str) -> tuple[str, str]:
    """Bucket and key that an S3 URI names."""
    parts = urlsplit(uri)
    return parts.netloc, parts.path.lstrip("/")


def input_place(wire: JsonObject) -> tuple[str, str]:
    return place(wire["asked"]["inputDataConfig"]["s3InputDataConfig"]["s3Uri"])


def output_place(wire: JsonObject, name: str) -> tuple[str, str]:
    """Where a job writes a file: below a folder of its own."""
    bucket, prefix = place(wire["asked"]["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"])
    folder = prefix.rstrip("/")
    return bucket, "/".join([*([folder] if folder else []), wire["id"].rpartition("/")[2], name])


def _matches(wire: JsonObject, parameters: dict[str, str]) -> bool:
    submitted = moment(wire["submitTime"])
    # Times are compared as AWS writes them, of which the SDK leaves out the fraction where it is zero.
    after, before = (parameters.get(f"submitTime{side}", "") for side in ("After", "Before"))
    return (
        parameters.get("nameContains", "") in wire["asked"]["jobName"]
        and parameters.get("statusEquals", wire["status"]) == wire["status"]
        and (not after or submitted[:19] >= after[:19])
        and (not before or submitted[:19] <= before[:19])
    )


def _earlier(store: Store, asked: JsonObject) -> BatchRecord | None:
    clause = "WHERE json_extract(wire, '$.asked.clientRequestToken') = ? OR json_extract(wire, '$.asked.jobName') = ?"
    found = store.batches(clause, (asked.get("clientRequestToken"), asked["jobName"]))
    return found[0] if found else None


def _taken() -> AwsError:
    return AwsError(400, "ConflictException", "The job name or token is in use by another job.")


def _check(provider: str, asked: JsonObject) -> AwsError | None:
    for name in ("jobName", "roleArn", "modelId", "inputDataConfig", "outputDataConfig"):
        if name not in asked:
            return invalid(f"1 validation error detected: Value at '{name}' failed to satisfy constraint: not null")
    if not _NAME.fullmatch(asked["jobName"]) or len(asked["jobName"]) > 63:
        return invalid("1 validation error detected: Value at 'jobName' failed to satisfy its pattern")
    uris = (asked["inputDataConfig"].get("s3InputDataConfig"), asked["outputDataConfig"].get("s3OutputDataConfig"))
    if not all(isinstance(one, dict) and _S3.fullmatch(one.get("s3Uri", "")) for one in uris):
        return invalid("1 validation error detected: Value at 's3Uri' failed to satisfy its pattern")
    if asked.get("timeoutDurationInHours", 24) not in _HOURS:
        return invalid("1 validation error detected: Value at 'timeoutDurationInHours' must be from 24 to 168")
    return None if kind_of(provider, asked["modelId"]) is Kind.CHAT else UNKNOWN_MODEL
