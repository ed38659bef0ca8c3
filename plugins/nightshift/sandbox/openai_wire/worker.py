"""The thread that moves batches on: validating, in_progress, finalizing, and one of the ends.

A batch that was not finished when the server stopped starts anew with the next one; nothing of the first run was
billed, because files, charge and final state are stored together.
"""

from __future__ import annotations

import heapq
import logging
import threading
import time

from nightshift.sandbox.faults import Fault, ProviderFaults, Rule
from nightshift.sandbox.openai_wire import batches
from nightshift.sandbox.openai_wire.execution import BatchRun, Job, Result
from nightshift.sandbox.openai_wire.input_check import Findings, check
from nightshift.sandbox.openai_wire.wire import Flavour
from nightshift.sandbox.store import BatchRecord, Store
from nightshift.sandbox.usage import JsonObject

log = logging.getLogger(__name__)

DEFAULT_SHARE = 0.5
DEFAULT_SLOW_SECONDS = 60.0


class Worker(threading.Thread):
    """Works through due batches one after the other."""

    def __init__(self, flavour: Flavour, store: Store, run: BatchRun, faults: ProviderFaults) -> None:
        super().__init__(name=f"{flavour.provider} batches", daemon=True)
        self._flavour = flavour
        self._store, self._run, self._faults = store, run, faults
        self._due: list[tuple[float, str]] = []
        self._changed = threading.Condition()
        self._stopping = False
        self._cancelled: set[str] = set()
        self.progress: dict[str, tuple[int, int]] = {}
        for record in store.batches():
            if record.wire["status"] in batches.UNFINISHED:
                self.schedule(record.wire["id"], _due(record))

    def schedule(self, batch_id: str, due: float = 0.0) -> None:
        """Looks after a batch at a point in time; at once without one."""
        with self._changed:
            heapq.heappush(self._due, (due or time.time(), batch_id))
            self._changed.notify()

    def cancel(self, batch_id: str) -> None:
        """Stops a batch that runs, ends one that waits."""
        self._cancelled.add(batch_id)
        self.schedule(batch_id)

    def stop(self) -> None:
        """Ends the thread; a batch that runs is left unfinished."""
        with self._changed:
            self._stopping = True
            self._changed.notify()

    def run(self) -> None:
        while (batch_id := self._next()) is not None:
            try:
                self._advance(batch_id)
            except Exception as error:
                log.exception("batch %s failed", batch_id)
                self._fail(batch_id, [{"code": "server_error", "message": type(error).__name__, "line": None}])

    def _next(self) -> str | None:
        with self._changed:
            while not self._stopping:
                wait = self._due[0][0] - time.time() if self._due else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._due)[1]
                self._changed.wait(wait)
        return None

    def _advance(self, batch_id: str) -> None:
        record = self._store.batch(batch_id)
        if record is None or record.wire["status"] not in batches.UNFINISHED:
            return
        if record.wire["status"] == "validating":
            self._validate(record)
        else:
            self._execute(record)

    def _validate(self, record: BatchRecord) -> None:
        batch_id = record.wire["id"]
        findings = check(self._flavour, self._store.path(record.wire["input_file_id"]), record.wire["endpoint"])
        if not findings.errors and (rule := self._faults.of_batch(Fault.FAIL_BATCH, findings.model)):
            findings.add(rule.code or "token_limit_exceeded", "Enqueued token limit reached (the sandbox was told so).")
        if not findings.errors and (rule := self._faults.of_batch(Fault.FAIL_LINE, findings.model)):
            findings.add(rule.code or "invalid_request", "This line is invalid (the sandbox was told so).", rule.line)
        if findings.errors:
            self._fail(batch_id, findings.errors)
            return
        begun = self._store.change_batch(batch_id, lambda current: self._begin(current, findings))
        if begun is not None:
            self.schedule(batch_id, _due(begun))

    def _begin(self, record: BatchRecord, findings: Findings) -> None:
        if record.wire["status"] != "validating":
            return
        counts = {"total": findings.total, "completed": 0, "failed": 0}
        batches.enter(record.wire, "in_progress", model=findings.model, request_counts=counts)
        if slow := self._faults.of_batch(Fault.SLOW_BATCH, findings.model):
            record.plan["seconds"] += DEFAULT_SLOW_SECONDS if slow.seconds is None else slow.seconds
        if expires := self._faults.of_batch(Fault.EXPIRE_BATCH, findings.model):
            record.plan.update(ends="expired", share=_share(expires))
        elif cancels := self._faults.of_batch(Fault.CANCEL_BATCH, findings.model):
            record.plan.update(ends="cancelled", share=_share(cancels))

    def _execute(self, record: BatchRecord) -> None:
        batch_id, total = record.wire["id"], record.wire["request_counts"]["total"]
        if total == 0:  # cancelled before it was validated
            self._store.change_batch(batch_id, lambda current: batches.enter(current.wire, "cancelled"))
            return
        if record.wire["status"] == "in_progress" and time.time() < _due(record):
            return  # woken too early; the appointment stands
        job = Job(
            record,
            rows=int(total * record.plan["share"]),
            expires=record.plan["ends"] == "expired",
            cancelled=lambda: self._stopping or (batch_id in self._cancelled and record.plan["ends"] != "cancelled"),
            progress=lambda completed, failed: self.progress.update({batch_id: (completed, failed)}),
        )
        result = self._run.execute(job)
        if not self._stopping:
            self._finish(batch_id, result)
        self.progress.pop(batch_id, None)
        self._cancelled.discard(batch_id)

    def _finish(self, batch_id: str, result: Result) -> None:
        def change(record: BatchRecord) -> None:
            cancelled = record.wire["status"] == "cancelling"
            if not cancelled:
                batches.enter(record.wire, "finalizing")
            batches.enter(
                record.wire, "cancelled" if cancelled else record.plan["ends"], **_final_fields(record, result)
            )

        if not self._store.finish_batch(batch_id, result.outcome, change):
            for file in result.outcome.files:
                self._store.path(file.id).unlink(missing_ok=True)

    def _fail(self, batch_id: str, errors: list[JsonObject]) -> None:
        fields = {"errors": {"object": "list", "data": errors}}
        self._store.change_batch(batch_id, lambda record: batches.enter(record.wire, "failed", **fields))


def _due(record: BatchRecord) -> float:
    if record.wire["status"] != "in_progress":
        return time.time()
    return float(record.plan["begun"] + record.plan["seconds"])


def _share(rule: Rule) -> float:
    return DEFAULT_SHARE if rule.share is None else rule.share


def _final_fields(record: BatchRecord, result: Result) -> JsonObject:
    charge = result.outcome.charge
    total = record.wire["request_counts"]["total"]
    usage = {
        "input_tokens": charge.input_tokens,
        "input_tokens_details": {"cached_tokens": charge.cached_tokens},
        "output_tokens": charge.output_tokens,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": charge.input_tokens + charge.output_tokens,
    }
    return {
        "request_counts": {"total": total, "completed": result.completed, "failed": result.failed},
        "usage": usage,
        "output_file_id": result.output_file_id,
        "error_file_id": result.error_file_id,
    }
