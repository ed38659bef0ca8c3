"""One sandbox at work: its parts, and each operation of the API as a plain function from a call to an answer."""

from __future__ import annotations

import os
import resource
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from nightshift.sandbox import batches, bill, files
from nightshift.sandbox import faults as fault_rules
from nightshift.sandbox import replay as replay_file
from nightshift.sandbox.chat import Responder, digest
from nightshift.sandbox.execution import BatchRun
from nightshift.sandbox.faults import Faults
from nightshift.sandbox.prices import Mode, kind_of, model_names
from nightshift.sandbox.store import Charge, Store
from nightshift.sandbox.wire import ApiError, JsonObject, not_found, unknown_model
from nightshift.sandbox.worker import Worker

_MODELS_SINCE = 1_700_000_000  # the price list does not say since when a model exists; clients need some date


@dataclass(frozen=True, slots=True)
class Options:
    """How a sandbox was asked to run."""

    replay: str | None = None
    faults: str | None = None
    batch_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request, read to its end."""

    path: str
    identifier: str = ""
    query: dict[str, str] = field(default_factory=dict)
    group_by: tuple[str, ...] = ()
    body: JsonObject = field(default_factory=dict)

    @property
    def model(self) -> str | None:
        model = self.body.get("model")
        return model if isinstance(model, str) else None


class Service:
    """The operations. All of them may block; the HTTP side runs them in threads."""

    def __init__(self, state: Path, options: Options) -> None:
        self.options = options
        recordings = replay_file.load(Path(options.replay)) if options.replay else None
        self.faults = Faults(fault_rules.load(Path(options.faults)) if options.faults else [])
        kind_of("gpt-4o-mini")  # loads the price list now, not within the first request
        self.store = Store(state)
        self.store.sweep()
        self._responder = Responder(recordings)
        self._answers = replay_file.answers_identity(self.options.replay)
        self._worker = self._new_worker()

    def start(self) -> None:
        """Begins to work on batches."""
        self._worker.start()

    def stop(self) -> None:
        """Stops working; unfinished batches wait in the store."""
        self._worker.stop()
        self._worker.join()
        self.store.close()

    def _new_worker(self) -> Worker:
        return Worker(self.store, BatchRun(self.store, self._responder, self.faults), self.faults)

    # the API

    def files_list(self, call: Call) -> JsonObject | ApiError:
        return files.listing(self.store, call.query)

    def files_retrieve(self, call: Call) -> JsonObject | ApiError:
        return files.retrieve(self.store, call.identifier)

    def files_delete(self, call: Call) -> JsonObject | ApiError:
        return files.delete(self.store, call.identifier)

    def batches_create(self, call: Call) -> JsonObject | ApiError:
        created = batches.create(self.store, call.body, self.options.batch_seconds)
        if not isinstance(created, ApiError):
            self._worker.schedule(created["id"])
        return created

    def batches_list(self, call: Call) -> JsonObject | ApiError:
        return batches.listing(self.store, call.query, self._worker.progress)

    def batches_retrieve(self, call: Call) -> JsonObject | ApiError:
        record = self.store.batch(call.identifier)
        if record is None:
            return not_found("batch", call.identifier)
        return batches.shown(record, self._worker.progress.get(call.identifier))

    def batches_cancel(self, call: Call) -> JsonObject | ApiError:
        answer = batches.cancel(self.store, call.identifier)
        if not isinstance(answer, ApiError):
            self._worker.cancel(call.identifier)
        return answer

    def serve_model(self, call: Call) -> JsonObject | ApiError:
        """A chat completion or embeddings, billed at the standard price."""
        identity = digest(call.path, call.body)
        reply = self._responder.reply(call.path, call.body, int(time.time()), identity)
        if isinstance(reply, ApiError):
            return reply
        charge = Charge(bill.today(), "", str(call.model), Mode.STANDARD.value)
        bill.add_usage(charge, reply.usage)
        self.store.add_charge(charge, identity)
        return reply.body

    def models_list(self, call: Call) -> JsonObject | ApiError:
        return {"object": "list", "data": [_model(name) for name in model_names()]}

    def models_retrieve(self, call: Call) -> JsonObject | ApiError:
        return _model(call.identifier) if kind_of(call.identifier) else unknown_model(call.identifier)

    def costs(self, call: Call) -> JsonObject | ApiError:
        return bill.costs(self.store, call.query, call.group_by, self.faults.bill_factor())

    # the sandbox's own

    def health(self, call: Call) -> JsonObject | ApiError:
        return {"status": "ok", "pid": os.getpid(), "answers": self._answers}

    def status(self, call: Call) -> JsonObject | ApiError:
        states = Counter(record.wire["status"] for record in self.store.batches())
        return {
            "pid": os.getpid(),
            "replay": self.options.replay,
            "batch_seconds": self.options.batch_seconds,
            "faults": [rule.model_dump(mode="json", exclude_none=True) for rule in self.faults.rules],
            "batches": dict(states),
            "files": len(self.store.files()),
            "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }

    def bill(self, call: Call) -> JsonObject | ApiError:
        return bill.summary(self.store)

    def replace_faults(self, call: Call) -> JsonObject | ApiError:
        self.faults.replace(fault_rules.parse(call.body["rules"]))
        return {"rules": len(self.faults.rules)}

    def reset(self, call: Call) -> JsonObject | ApiError:
        """Forgets files, batches and bill; the rules in force stay."""
        self._worker.stop()
        self._worker.join()
        self.store.clear()
        self._worker = self._new_worker()
        self._worker.start()
        return {"reset": True}


def _model(name: str) -> JsonObject:
    return {"id": name, "object": "model", "created": _MODELS_SINCE, "owned_by": "openai"}
