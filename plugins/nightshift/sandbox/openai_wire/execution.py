"""Runs the rows of one batch: reads its input line by line, writes result and error lines, adds up the charge."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson

from nightshift.sandbox import bill, mangling
from nightshift.sandbox.faults import Fault, ProviderFaults, Rule
from nightshift.sandbox.openai_wire.chat import Responder, digest
from nightshift.sandbox.openai_wire.row_faults import RowFaults
from nightshift.sandbox.openai_wire.wire import ApiError, Flavour, Reply
from nightshift.sandbox.prices import Mode
from nightshift.sandbox.store import BatchRecord, Charge, FileRecord, Outcome, Store, new_id
from nightshift.sandbox.usage import JsonObject

_FLUSH_LINES = 1000
_EXPIRED = {
    "code": "batch_expired",
    "message": "This request could not be executed before the completion window expired.",
}


@dataclass(frozen=True, slots=True)
class Job:
    """One run of a batch: the first `rows` of its requests; `cancelled` is asked now and then."""

    record: BatchRecord
    rows: int
    expires: bool
    cancelled: Callable[[], bool]
    progress: Callable[[int, int], None]


@dataclass(slots=True)
class Result:
    """What a run leaves behind, and what the batch object says about it."""

    outcome: Outcome
    completed: int = 0
    failed: int = 0
    output_file_id: str | None = None
    error_file_id: str | None = None


class _LineFile:
    """A result file in the making. Lines lie in memory only until the next flush."""

    def __init__(self, store: Store, filename: str, shuffle: Rule | None = None) -> None:
        self.id = new_id("file-")
        self.path = store.path(self.id)
        self._filename = filename
        self._file = self.path.open("wb")
        self._lines: list[bytes] = []
        self._shuffle = shuffle

    def write(self, line: bytes) -> None:
        self._lines.append(line)
        if len(self._lines) >= _FLUSH_LINES:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._file.close()

    def record(self, expires_after: int | None, *, even_empty: bool = False) -> FileRecord | None:
        """The finished file; None (and no file) if nothing was written, as OpenAI does."""
        size = self.path.stat().st_size
        if size == 0 and not even_empty:
            self.path.unlink()
            return None
        now = int(time.time())
        return FileRecord(self.id, size, now, self._filename, "batch_output", expires_after and now + expires_after)

    def _flush(self) -> None:
        lines = mangling.shuffle(self._lines, self._shuffle.seed) if self._shuffle else self._lines
        self._file.write(b"".join(lines))
        self._lines = []


class BatchRun:
    """Executes jobs against one store, one responder and the faults in force."""

    def __init__(self, flavour: Flavour, store: Store, responder: Responder, faults: ProviderFaults) -> None:
        self._store, self._responder, self._faults = store, responder, faults
        self._flavour = flavour

    def execute(self, job: Job) -> Result:
        """Runs the job; the result's files are on disk, but nothing is recorded yet."""
        wire = job.record.wire
        charge = Charge(bill.today(), wire["id"], wire["model"], Mode.BATCH.value)
        result = Result(Outcome(charge))
        order = self._faults.of_batch(Fault.REORDER_LINES, wire["model"])
        output = _LineFile(self._store, f"{wire['id']}_output.jsonl", order)
        errors = _LineFile(self._store, f"{wire['id']}_error.jsonl")
        try:
            self._rows(job, result, output, errors)
        finally:
            output.close()
            errors.close()
        if cut := self._faults.of_batch(Fault.TRUNCATE_OUTPUT, wire["model"]):
            mangling.truncate(output.path, cut.share)
        self._keep(job, result, output, errors)
        if result.output_file_id and self._faults.of_batch(Fault.DELETE_RESULTS, wire["model"]):
            result.outcome.files = [one for one in result.outcome.files if one.id != result.output_file_id]
        return result

    def _rows(self, job: Job, result: Result, output: _LineFile, errors: _LineFile) -> None:
        row = _Row(job, self._responder, self._flavour, self._faults)
        for number, request in enumerate(_requests(self._store.path(job.record.wire["input_file_id"]))):
            if number % _FLUSH_LINES == 0:
                job.progress(result.completed, result.failed)
                if job.cancelled():
                    return
            if number >= job.rows:
                if not job.expires:
                    return
                errors.write(_line(row.name(number), request["custom_id"], None, _EXPIRED))
                continue
            self._row(row, number, request, result, output, errors)

    def _row(
        self, row: _Row, number: int, request: JsonObject, result: Result, output: _LineFile, errors: _LineFile
    ) -> None:
        custom_id = request["custom_id"]
        identity = digest(request["url"], request["body"])
        reply = row.reply(request, identity)
        name = row.name(number)
        if not isinstance(reply, ApiError) or bill.was_accepted(reply.status):
            result.outcome.digests.add(identity)
        if isinstance(reply, ApiError):
            result.failed += 1
            bill.add_row_error(result.outcome.charge, reply.status)
            errors.write(_line(name, custom_id, _response(name, reply.status, self._flavour.error_body(reply)), None))
            return
        result.completed += 1
        bill.add_usage(self._flavour.provider, result.outcome.charge, reply.usage)
        line = _line(name, custom_id, _response(name, 200, reply.body), None)
        for written in row.mangled(line, custom_id):
            output.write(written)

    def _keep(self, job: Job, result: Result, output: _LineFile, errors: _LineFile) -> None:
        kept_for = job.record.plan.get("output_expires_after")
        output_record = output.record(kept_for)
        error_record = errors.record(kept_for, even_empty=self._flavour.keeps_empty_files)
        result.output_file_id = output_record.id if output_record else None
        result.error_file_id = error_record.id if error_record else None
        result.outcome.files = [record for record in (output_record, error_record) if record]


class _Row:
    """Replies to the rows of one batch, faults included."""

    def __init__(self, job: Job, responder: Responder, flavour: Flavour, faults: ProviderFaults) -> None:
        self._responder = responder
        self._faults = RowFaults(flavour, faults, job.record.wire["model"], job.record.number)
        self._suffix = job.record.wire["id"][-12:]
        self._created = int(time.time())

    def name(self, number: int) -> str:
        return f"{self._suffix}{number:06d}"

    def reply(self, request: JsonObject, identity: bytes) -> Reply | ApiError:
        custom_id = request["custom_id"]
        if failure := self._faults.failure(custom_id):
            return failure
        reply = self._responder.reply(request["url"], request["body"], self._created, identity)
        self._faults.mistell(custom_id, reply)
        return reply

    def mangled(self, line: bytes, custom_id: str) -> list[bytes]:
        return mangling.lines_for(line, self._faults.of_line(custom_id))


def _requests(path: Path) -> Iterator[JsonObject]:
    with path.open("rb") as lines:
        for line in lines:
            if line.strip():
                yield orjson.loads(line)


def _response(name: str, status: int, body: JsonObject) -> JsonObject:
    return {"status_code": status, "request_id": f"req_{name}", "body": body}


def _line(name: str, custom_id: str, response: JsonObject | None, error: JsonObject | None) -> bytes:
    content = {"id": f"batch_req_{name}", "custom_id": custom_id, "response": response, "error": error}
    return orjson.dumps(content, option=orjson.OPT_APPEND_NEWLINE)
