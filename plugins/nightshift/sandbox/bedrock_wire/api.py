"""Bedrock's APIs: which path does what."""

from __future__ import annotations

from pathlib import Path

from starlette.routing import Route  # noqa: TID253  only the server process imports this module

from nightshift.sandbox import bill
from nightshift.sandbox.bedrock_wire import guardrail, jobs
from nightshift.sandbox.bedrock_wire.calls import (
    JOB_QUOTA,
    TOKEN_QUOTA,
    Action,
    Answered,
    BedrockDialect,
    Call,
    answered,
)
from nightshift.sandbox.bedrock_wire.execution import JobRun, row_error
from nightshift.sandbox.bedrock_wire.native import CONVERSE
from nightshift.sandbox.bedrock_wire.object_store import ObjectStore
from nightshift.sandbox.bedrock_wire.s3_door import S3Door
from nightshift.sandbox.bedrock_wire.speech import Responder, digest
from nightshift.sandbox.bedrock_wire.wire import AwsError, Reply
from nightshift.sandbox.bedrock_wire.worker import Worker
from nightshift.sandbox.exchange import endpoint
from nightshift.sandbox.faults import Fault, Faults, Operation
from nightshift.sandbox.model import StandInModel
from nightshift.sandbox.prices import Mode
from nightshift.sandbox.store import Charge, Store
from nightshift.sandbox.usage import JsonObject

_INVOKE_MODEL = "InvokeModel"
_ROW_FAULTS = frozenset({Fault.ROW_ERROR, Fault.CONTENT_FILTER})


class BedrockApi:
    """The part of the sandbox that speaks as Bedrock does: control plane, runtime, and S3."""

    provider = "bedrock"

    def __init__(self, state: Path, model: StandInModel, faults: Faults, batch_seconds: float) -> None:
        self.store = Store(state)
        self.store.sweep()
        self._faults = faults.of(self.provider)
        self._responder = Responder(self.provider, model)
        self._objects = ObjectStore()
        self._door = S3Door(self._objects, faults, self.provider, state)
        self._seconds = batch_seconds
        self._worker = self._new_worker()

    def start(self) -> None:
        self._worker.start()

    def stop(self) -> None:
        self._worker.stop()
        self._worker.join()

    def clear(self) -> None:
        self.store.clear()
        self._objects.clear()
        self._worker = self._new_worker()

    def _new_worker(self) -> Worker:
        run = JobRun(self.provider, self._responder, self._faults)
        return Worker(self.store, self._objects, run, self._faults)

    def routes(self) -> list[Route]:
        # Identifiers may be ARNs with a slash in them, so the longer paths come first.
        control = BedrockDialect(self._faults, JOB_QUOTA)
        runtime = BedrockDialect(self._faults, TOKEN_QUOTA)
        job, model, rail = "/model-invocation-job", "/model/{model:path}", "/guardrail/{identifier:path}"
        plan: list[tuple[BedrockDialect, Operation, str, str, Action]] = [
            (control, "jobs.stop", "POST", f"{job}/{{identifier:path}}/stop", self.stop_job),
            (control, "jobs.get", "GET", f"{job}/{{identifier:path}}", self.get_job),
            (control, "jobs.create", "POST", job, self.create_job),
            (control, "jobs.list", "GET", f"{job}s", self.list_jobs),
            (runtime, "converse", "POST", f"{model}/converse", self.converse),
            (runtime, "invoke_model", "POST", f"{model}/invoke", self.invoke_model),
            (runtime, "apply_guardrail", "POST", f"{rail}/version/{{version}}/apply", self.apply_guardrail),
        ]
        return [
            *(
                Route(path, endpoint(dialect, self._faults, operation, answered(action)), methods=[method])
                for dialect, operation, method, path, action in plan
            ),
            *self._door.routes(),
        ]

    def create_job(self, call: Call) -> JsonObject | AwsError:
        created = jobs.create(self.store, self.provider, call, self._seconds, self._faults.clock_skew())
        if not isinstance(created, AwsError):
            self._worker.schedule(created["jobArn"])
        return created

    def get_job(self, call: Call) -> JsonObject | AwsError:
        record = jobs.find(self.store, call.identifier)
        if record is None:
            return jobs.not_found(call.identifier)
        return jobs.shown(record, self._worker.progress.get(record.wire["id"]))

    def list_jobs(self, call: Call) -> JsonObject | AwsError:
        return jobs.listing(self.store, call.parameters, self._worker.progress)

    def stop_job(self, call: Call) -> JsonObject | AwsError:
        record = jobs.find(self.store, call.identifier)
        if record is None:
            return jobs.not_found(call.identifier)
        refused = jobs.stop(self.store, record.wire["id"])
        if refused is not None:
            return refused
        self._worker.stop_job(record.wire["id"])
        return {}

    def converse(self, call: Call) -> JsonObject | AwsError:
        reply = self._serve(CONVERSE, call)
        return reply if isinstance(reply, AwsError) else reply.body

    def invoke_model(self, call: Call) -> Answered | AwsError:
        reply = self._serve(_INVOKE_MODEL, call)
        if isinstance(reply, AwsError):
            return reply
        counts = {"input": reply.usage.input, "output": reply.usage.output}
        return Answered(reply.body, {f"x-amzn-bedrock-{name}-token-count": str(n) for name, n in counts.items()})

    def apply_guardrail(self, call: Call) -> JsonObject | AwsError:
        """Not billed: text units of guardrails are no part of the bill of models."""
        refused = guardrail.missing(call.identifier)
        if refused is not None:
            return refused
        texts = [block["text"]["text"] for block in call.body.get("content", [])]
        return guardrail.verdict(texts, call.body.get("source", ""))

    def _serve(self, invocation: str, call: Call) -> Reply | AwsError:
        """A request in real time, billed at the standard price."""
        model = call.parameters["model"]
        identity = digest(model, call.body)
        charge = Charge(bill.today(), "", model, Mode.STANDARD.value)
        rule = self._faults.of_row(_ROW_FAULTS, model, identity.hex(), 0)
        if rule is not None and rule.fault is Fault.ROW_ERROR:
            failed = row_error(rule)
            if bill.was_accepted(failed.status):
                bill.add_row_error(charge, failed.status)
                self.store.add_charge(charge, identity)
            return failed
        reply = self._responder.reply(invocation, model, call.body, identity, filtered=rule is not None)
        if isinstance(reply, Reply):
            bill.add_usage(self.provider, charge, reply.usage)
            self.store.add_charge(charge, identity)
        return reply
