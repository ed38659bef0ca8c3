"""The thread that moves jobs on: Submitted, Validating, Scheduled, InProgress, and one of the ends.

A job that was not finished when the server stopped starts anew with the next one; nothing of the first run was billed,
because charge and final state are stored together. Its input is gone with moto's memory, though, so it will fail.
"""

from __future__ import annotations

import logging
import time
from pathlib import Path

from nightshift.sandbox.appointments import Appointments
from nightshift.sandbox.bedrock_wire import jobs
from nightshift.sandbox.bedrock_wire.execution import Job, JobRun, Result
from nightshift.sandbox.bedrock_wire.input_check import Findings, check
from nightshift.sandbox.bedrock_wire.object_store import ObjectStore
from nightshift.sandbox.faults import Fault, ProviderFaults, Rule
from nightshift.sandbox.store import BatchRecord, Store

log = logging.getLogger(__name__)

DEFAULT_SHARE = 0.5
DEFAULT_SLOW_SECONDS = 60.0


class Worker(Appointments):
    """Works through due jobs one after the other."""

    def __init__(self, store: Store, objects: ObjectStore, run: JobRun, faults: ProviderFaults) -> None:
        super().__init__("bedrock jobs")
        self._store, self._objects, self._run, self._faults = store, objects, run, faults
        self._stopped: set[str] = set()
        self.progress: dict[str, tuple[int, int]] = {}
        for record in store.batches():
            if record.wire["status"] in jobs.UNFINISHED:
                self.schedule(record.wire["id"], _due(record))

    def stop_job(self, arn: str) -> None:
        """Stops a job that runs, ends one that waits."""
        self._stopped.add(arn)
        self.schedule(arn)

    def keep(self, what: str) -> None:
        try:
            self._advance(what)
        except Exception as error:
            log.exception("job %s failed", what)
            self._fail(what, f"The sandbox failed: {type(error).__name__}")

    def _advance(self, arn: str) -> None:
        record = self._store.batch(arn)
        if record is None or record.wire["status"] not in jobs.UNFINISHED:
            return
        if record.wire["status"] in ("Submitted", "Validating"):
            self._validate(record)
        else:
            self._execute(record)

    def _source(self, record: BatchRecord) -> Path:
        return self._store.path(f"{_name(record)}.input")

    def _validate(self, record: BatchRecord) -> None:
        arn, model = record.wire["id"], record.wire["model"]
        self._store.change_batch(arn, lambda current: _enter_if(current, "Submitted", "Validating"))
        if not self._objects.read(*jobs.input_place(record.wire), self._source(record)):
            self._fail(arn, "The input file does not exist, or the service role may not read it.")
            return
        findings = check(self._source(record), arn)
        problem = findings.problem
        if problem is None and (rule := self._faults.of_batch(Fault.FAIL_BATCH, model)):
            problem = f"{rule.code or 'ServiceQuotaExceeded'}: the sandbox was told to fail this job"
        if problem is None and (rule := self._faults.of_batch(Fault.FAIL_LINE, model)):
            problem = f"Validation of the input file failed at line {rule.line}: the sandbox was told so"
        if problem is not None:
            self._fail(arn, problem)
            return
        begun = self._store.change_batch(arn, lambda current: self._begin(current, findings))
        if begun is not None:
            self.schedule(arn, _due(begun))

    def _begin(self, record: BatchRecord, findings: Findings) -> None:
        if record.wire["status"] != "Validating":
            return
        record.wire["counts"]["total"] = findings.total
        jobs.enter(record.wire, "Scheduled")
        jobs.enter(record.wire, "InProgress")
        model = record.wire["model"]
        if slow := self._faults.of_batch(Fault.SLOW_BATCH, model):
            record.plan["seconds"] += DEFAULT_SLOW_SECONDS if slow.seconds is None else slow.seconds
        if expires := self._faults.of_batch(Fault.EXPIRE_BATCH, model):
            # Time runs out in two ways: before the job could finish (Expired), or its records (PartiallyCompleted).
            record.plan.update(ends=expires.code or "Expired", share=_share(expires))
        elif stops := self._faults.of_batch(Fault.CANCEL_BATCH, model):
            record.plan.update(ends="Stopped", share=_share(stops))

    def _execute(self, record: BatchRecord) -> None:
        arn, total = record.wire["id"], record.wire["counts"]["total"]
        if total == 0:  # stopped before it was validated
            self._store.change_batch(arn, lambda current: jobs.enter(current.wire, "Stopped"))
            return
        if record.wire["status"] == "InProgress" and time.time() < _due(record):
            return  # woken too early; the appointment stands
        target = self._store.path(f"{_name(record)}.output")
        job = Job(
            record,
            self._source(record),
            target,
            rows=int(total * record.plan["share"]),
            cancelled=lambda: self.stopping or (arn in self._stopped and record.plan["ends"] != "Stopped"),
            progress=lambda success, error: self.progress.update({arn: (success, error)}),
        )
        result = self._run.execute(job)
        if not self.stopping:
            self._finish(record, result, target)
        self.progress.pop(arn, None)
        self._stopped.discard(arn)

    def _finish(self, record: BatchRecord, result: Result, target: Path) -> None:
        wire, total = record.wire, record.wire["counts"]["total"]
        source_name = jobs.input_place(wire)[1].rpartition("/")[2]
        lost = result.success and self._faults.of_batch(Fault.DELETE_RESULTS, wire["model"])
        kept = True if lost else self._objects.write(*jobs.output_place(wire, f"{source_name}.out"), target)
        kept = kept and self._objects.put(*jobs.output_place(wire, "manifest.json.out"), result.manifest(total))
        if not kept:
            self._fail(wire["id"], "The service role may not write to the output location.")
            return

        def change(current: BatchRecord) -> None:
            state = "Stopped" if current.wire["status"] == "Stopping" else current.plan["ends"]
            jobs.enter(current.wire, state, counts=result.counts(total))

        self._store.finish_batch(wire["id"], result.outcome, change)
        for path in (self._source(record), target):
            path.unlink(missing_ok=True)

    def _fail(self, arn: str, message: str) -> None:
        self._store.change_batch(arn, lambda record: jobs.enter(record.wire, "Failed", message=message))


def _enter_if(record: BatchRecord, before: str, after: str) -> None:
    if record.wire["status"] == before:
        jobs.enter(record.wire, after)


def _name(record: BatchRecord) -> str:
    return str(record.wire["id"].rpartition("/")[2])


def _due(record: BatchRecord) -> float:
    if record.wire["status"] != "InProgress":
        return time.time()
    return float(record.plan["begun"] + record.plan["seconds"])


def _share(rule: Rule) -> float:
    return DEFAULT_SHARE if rule.share is None else rule.share
