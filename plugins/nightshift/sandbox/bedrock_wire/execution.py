"""Runs the records of one job: reads its input line by line, writes result lines, adds up the charge."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import orjson

from nightshift.sandbox import bill, mangling
from nightshift.sandbox.bedrock_wire.caching import NO_CACHE_POINTS, has_cache_point
from nightshift.sandbox.bedrock_wire.speech import Responder, digest
from nightshift.sandbox.bedrock_wire.wire import AwsError, Reply
from nightshift.sandbox.faults import LINE_FAULTS, ROW_FAILURES, Fault, ProviderFaults, Rule
from nightshift.sandbox.prices import Mode
from nightshift.sandbox.store import BatchRecord, Charge, Outcome
from nightshift.sandbox.usage import JsonObject

_FLUSH_LINES = 1000
_WRONG_USAGE = frozenset({Fault.WRONG_USAGE})
# Statuses after which a record's error says `retryable`. Not documented; chosen here.
_RETRYABLE = frozenset({408, 424, 429, 500, 503})


@dataclass(frozen=True, slots=True)
class Job:
    """One run of a job: the first `rows` of its records; `cancelled` is asked now and then."""

    record: BatchRecord
    source: Path
    target: Path
    rows: int
    cancelled: Callable[[], bool]
    progress: Callable[[int, int], None]


@dataclass(slots=True)
class Result:
    """What a run leaves behind beside the output file."""

    outcome: Outcome
    success: int = 0
    error: int = 0

    def counts(self, total: int) -> dict[str, int]:
        return {"total": total, "processed": self.success + self.error, "success": self.success, "error": self.error}

    def manifest(self, total: int) -> bytes:
        """manifest.json.out"""
        charge = self.outcome.charge
        counted = {f"{name}RecordCount": count for name, count in self.counts(total).items()}
        sums = {"inputTokenCount": charge.input_tokens, "outputTokenCount": charge.output_tokens}
        return orjson.dumps(counted | sums)


class JobRun:
    """Executes jobs with one responder and the faults in force."""

    def __init__(self, provider: str, responder: Responder, faults: ProviderFaults) -> None:
        self._provider, self._responder, self._faults = provider, responder, faults

    def execute(self, job: Job) -> Result:
        """Runs the job; the output file is on disk, but nothing is recorded yet."""
        wire = job.record.wire
        result = Result(Outcome(Charge(bill.today(), wire["id"], wire["model"], Mode.BATCH.value)))
        order = self._faults.of_batch(Fault.REORDER_LINES, wire["model"])
        with job.target.open("wb") as file:
            output = _Lines(file, order)
            self._rows(job, result, output)
            output.flush()
        if result.success and (cut := self._faults.of_batch(Fault.TRUNCATE_OUTPUT, wire["model"])):
            mangling.truncate(job.target, cut.share)
        return result

    def _rows(self, job: Job, result: Result, output: _Lines) -> None:
        row = _Row(job, self._responder, self._faults)
        for number, record in enumerate(_records(job.source)):
            if number % _FLUSH_LINES == 0:
                job.progress(result.success, result.error)
                if job.cancelled():
                    return
            # AWS delivers nothing for a record that it never got to.
            if number >= job.rows:
                return
            self._row(row, record, result, output)

    def _row(self, row: _Row, record: JsonObject, result: Result, output: _Lines) -> None:
        identity = digest(row.model, record["modelInput"])
        reply = row.reply(record, identity)
        if not isinstance(reply, AwsError) or bill.was_accepted(reply.status):
            result.outcome.digests.add(identity)
        if isinstance(reply, AwsError):
            result.error += 1
            bill.add_row_error(result.outcome.charge, reply.status)
            output.write(_line(record, error=_error(reply)))
            return
        result.success += 1
        bill.add_usage(self._provider, result.outcome.charge, reply.usage)
        for written in row.mangled(record, reply):
            output.write(written)


class _Lines:
    """A result file in the making. Lines lie in memory only until the next flush."""

    def __init__(self, file: IO[bytes], shuffle: Rule | None) -> None:
        self._file, self._shuffle = file, shuffle
        self._lines: list[bytes] = []

    def write(self, line: bytes) -> None:
        self._lines.append(line)
        if len(self._lines) >= _FLUSH_LINES:
            self.flush()

    def flush(self) -> None:
        lines = mangling.shuffle(self._lines, self._shuffle.seed) if self._shuffle else self._lines
        self._file.write(b"".join(lines))
        self._lines = []


class _Row:
    """Replies to the records of one job, faults included."""

    def __init__(self, job: Job, responder: Responder, faults: ProviderFaults) -> None:
        self._responder, self._faults = responder, faults
        self.model, self._number = job.record.wire["model"], job.record.number
        self._invocation = job.record.wire["asked"].get("modelInvocationType", "InvokeModel")
        self._failures = faults.any_of(ROW_FAILURES)
        self._line_faults = faults.any_of(LINE_FAULTS)
        self._wrong_usage = faults.any_of(_WRONG_USAGE)

    def reply(self, record: JsonObject, identity: bytes) -> Reply | AwsError:
        name = record["recordId"]
        rule = self._strike(ROW_FAILURES, name) if self._failures else None
        if rule is not None and rule.fault is not Fault.CONTENT_FILTER:
            return row_error(rule)
        if has_cache_point(record["modelInput"]):
            return NO_CACHE_POINTS
        reply = self._responder.reply(
            self._invocation, self.model, record["modelInput"], identity, filtered=rule is not None
        )
        if self._wrong_usage and isinstance(reply, Reply) and self._strike(_WRONG_USAGE, name):
            double_usage(reply.body)
        return reply

    def mangled(self, record: JsonObject, reply: Reply) -> list[bytes]:
        line = _line(record, output=reply.body)
        rule = self._strike(LINE_FAULTS, record["recordId"]) if self._line_faults else None
        if rule is not None and rule.fault is Fault.EXTRA_LINES:
            return [line, _line({**record, "recordId": f"X{record['recordId']}"}, output=reply.body)]
        return mangling.lines_for(line, rule)

    def _strike(self, faults: frozenset[Fault], name: str) -> Rule | None:
        return self._faults.of_row(faults, self.model, name, self._number)


def row_error(rule: Rule) -> AwsError:
    """What one row gets that is told to fail."""
    status = rule.status or (429 if rule.fault is Fault.ROW_RATE_LIMIT else 400)
    codes = {400: "ValidationException", 424: "ModelErrorException", 429: "ThrottlingException"}
    return AwsError(status, rule.code or codes.get(status, "InternalServerException"), "The sandbox was told so.")


def double_usage(body: JsonObject) -> None:
    """Makes a response claim twice the tokens that it used, as far as it claims any."""
    if "usage" in body:
        mangling.double_usage(body)
    for name in ("prompt_token_count", "generation_token_count"):
        if name in body:
            body[name] *= 2


def _error(found: AwsError) -> JsonObject:
    # Not documented: the guide lists errorCode and errorMessage. The other two let us try a client that reads them.
    return {
        "errorCode": found.status,
        "errorMessage": found.message,
        "expired": False,
        "retryable": found.status in _RETRYABLE,
    }


def _records(path: Path) -> Iterator[JsonObject]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines):
            if line.strip():
                yield {"recordId": f"GEN{number:08d}", **orjson.loads(line)}


def _line(record: JsonObject, **outcome: JsonObject) -> bytes:
    named = {"output": "modelOutput", "error": "error"}
    content = {"modelInput": record["modelInput"], **{named[name]: value for name, value in outcome.items()}}
    return orjson.dumps({**content, "recordId": record["recordId"]}, option=orjson.OPT_APPEND_NEWLINE)
