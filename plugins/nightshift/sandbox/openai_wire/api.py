"""OpenAI's API: which path does what."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from starlette.concurrency import run_in_threadpool  # noqa: TID253  only the server process imports this module
from starlette.datastructures import UploadFile  # noqa: TID253  only the server process imports this module
from starlette.requests import Request  # noqa: TID253  only the server process imports this module
from starlette.responses import FileResponse, Response  # noqa: TID253  only the server process imports this module
from starlette.routing import Route  # noqa: TID253  only the server process imports this module

from nightshift.sandbox import bill
from nightshift.sandbox.exchange import Endpoint, endpoint
from nightshift.sandbox.faults import Faults, Operation
from nightshift.sandbox.model import StandInModel
from nightshift.sandbox.openai_wire import batches, costs, files, moderations
from nightshift.sandbox.openai_wire.calls import Action, Call, OpenAIDialect, as_json
from nightshift.sandbox.openai_wire.chat import Responder, digest
from nightshift.sandbox.openai_wire.execution import BatchRun
from nightshift.sandbox.openai_wire.row_faults import RowFaults
from nightshift.sandbox.openai_wire.wire import ApiError, not_found, unknown_model
from nightshift.sandbox.openai_wire.worker import Worker
from nightshift.sandbox.prices import Kind, Mode, kind_of, model_names
from nightshift.sandbox.store import Charge, Store
from nightshift.sandbox.usage import JsonObject

_MODELS_SINCE = 1_700_000_000  # the price list does not say since when a model exists; clients need some date


class OpenAIApi:
    """The part of the sandbox that speaks as OpenAI does."""

    prefix = "/v1"
    dialect = OpenAIDialect()

    def __init__(self, state: Path, model: StandInModel, faults: Faults, batch_seconds: float) -> None:
        self.flavour = self.dialect.flavour
        self.provider = self.flavour.provider
        self.store = Store(state)
        self.store.sweep()
        self._faults = faults.of(self.provider)
        self._responder = Responder(self.flavour, model)
        self._batch_seconds = batch_seconds
        self._worker = self._new_worker()

    def start(self) -> None:
        self._worker.start()

    def stop(self) -> None:
        self._worker.stop()
        self._worker.join()

    def clear(self) -> None:
        self.store.clear()
        self._worker = self._new_worker()

    def _new_worker(self) -> Worker:
        run = BatchRun(self.flavour, self.store, self._responder, self._faults)
        return Worker(self.flavour, self.store, run, self._faults)

    def routes(self) -> list[Route]:
        return [*self._batch_routes(), *self._model_routes()]

    def _batch_routes(self) -> list[Route]:
        return [
            self._route("files.create", "POST", "/files", self._upload),
            self._on("files.list", "GET", "/files", lambda call: files.listing(self.store, call.query)),
            self._on("files.retrieve", "GET", "/files/{identifier}", self._named(files.retrieve)),
            self._on("files.delete", "DELETE", "/files/{identifier}", self._named(files.delete)),
            self._route("files.content", "GET", "/files/{identifier}/content", self._content),
            self._on("batches.create", "POST", "/batches", self.batches_create),
            self._on("batches.list", "GET", "/batches", self.batches_list),
            self._on("batches.retrieve", "GET", "/batches/{identifier}", self.batches_retrieve),
            self._on("batches.cancel", "POST", "/batches/{identifier}/cancel", self.batches_cancel),
        ]

    def _model_routes(self) -> list[Route]:
        return [
            self._on("chat.completions", "POST", "/chat/completions", self.chat_completions),
            self._on("embeddings", "POST", "/embeddings", self.embeddings),
            self._on("moderations", "POST", "/moderations", lambda call: moderations.moderate(call.body)),
            self._on("models.list", "GET", "/models", self.models_list),
            self._on("models.retrieve", "GET", "/models/{identifier}", self.models_retrieve),
            self._on("costs", "GET", "/organization/costs", self.costs),
        ]

    def _on(self, operation: Operation, method: str, path: str, action: Action) -> Route:
        return self._route(operation, method, path, self.dialect.answered(action))

    def _route(self, operation: Operation, method: str, path: str, handle: Endpoint) -> Route:
        return Route(f"{self.prefix}{path}", endpoint(self.dialect, self._faults, operation, handle), methods=[method])

    def _named(self, operation: Callable[[Store, str], JsonObject | ApiError]) -> Action:
        return lambda call: operation(self.store, call.identifier)

    async def _upload(self, request: Request) -> Response:
        async with request.form() as form:
            file, keep = form.get("file"), form.get("expires_after[seconds]")
            if not isinstance(file, UploadFile):
                return self.dialect.error(ApiError(400, "Missing required parameter: 'file'.", param="file"))
            seconds = int(keep) if isinstance(keep, str) and keep.isdecimal() else None
            name, size = file.filename or "upload", file.size or 0
            answer = await run_in_threadpool(
                files.create, self.store, file.file, size, name, form.get("purpose"), seconds
            )
        return self.dialect.error(answer) if isinstance(answer, ApiError) else as_json(answer)

    async def _content(self, request: Request) -> Response:
        file_id = request.path_params["identifier"]
        record = await run_in_threadpool(self.store.file, file_id)
        if record is None:
            return self.dialect.error(not_found("File", file_id))
        return FileResponse(self.store.path(record.id), media_type="application/octet-stream")

    def batches_create(self, call: Call) -> JsonObject | ApiError:
        created = batches.create(self.store, self.flavour, call.body, self._batch_seconds, self._faults.clock_skew())
        if isinstance(created, ApiError):
            return created
        self._worker.schedule(created["id"])
        return self.flavour.batch(created)

    def batches_list(self, call: Call) -> JsonObject | ApiError:
        listed = batches.listing(self.store, call.query, self._worker.progress)
        if isinstance(listed, ApiError):
            return listed
        return {**listed, "data": [self.flavour.batch(wire) for wire in listed["data"]]}

    def batches_retrieve(self, call: Call) -> JsonObject | ApiError:
        record = self.store.batch(call.identifier)
        if record is None:
            return not_found("batch", call.identifier)
        return self.flavour.batch(batches.shown(record, self._worker.progress.get(call.identifier)))

    def batches_cancel(self, call: Call) -> JsonObject | ApiError:
        answer = batches.cancel(self.store, call.identifier)
        if isinstance(answer, ApiError):
            return answer
        self._worker.cancel(call.identifier)
        return self.flavour.batch(answer)

    def chat_completions(self, call: Call) -> JsonObject | ApiError:
        return self._serve(Kind.CHAT, call)

    def embeddings(self, call: Call) -> JsonObject | ApiError:
        return self._serve(Kind.EMBEDDING, call)

    def _serve(self, kind: Kind, call: Call) -> JsonObject | ApiError:
        """One request on its own, billed at the standard price; the faults of rows know it by its content."""
        url, model = self.flavour.urls[kind], str(call.model)
        identity = digest(url, call.body)
        faults = RowFaults(self.flavour, self._faults, model, batch_number=0)
        charge = Charge(bill.today(), "", model, Mode.STANDARD.value)
        if failure := faults.failure(identity.hex()):
            if failure.status == 400:
                bill.add_row_error(charge, failure.status)
                self.store.add_charge(charge, identity)
            return failure
        reply = self._responder.reply(url, call.body, int(time.time()), identity)
        if isinstance(reply, ApiError):
            return reply
        faults.mistell(identity.hex(), reply)
        bill.add_usage(self.provider, charge, reply.usage)
        self.store.add_charge(charge, identity)
        return reply.body

    def models_list(self, call: Call) -> JsonObject | ApiError:
        return {"object": "list", "data": [_model(name) for name in model_names()]}

    def models_retrieve(self, call: Call) -> JsonObject | ApiError:
        return _model(call.identifier) if kind_of(self.provider, call.identifier) else unknown_model(call.identifier)

    def costs(self, call: Call) -> JsonObject | ApiError:
        return costs.costs(self.store, call.query, call.group_by, self._faults.bill_factor())


def _model(name: str) -> JsonObject:
    return {"id": name, "object": "model", "created": _MODELS_SINCE, "owned_by": "openai"}
