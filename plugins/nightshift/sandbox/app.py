"""The HTTP side: routes, keys, request ids, and faults that strike a single request."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import orjson
from starlette.applications import Starlette  # noqa: TID253  only the server process imports this module
from starlette.concurrency import run_in_threadpool  # noqa: TID253  only the server process imports this module
from starlette.datastructures import UploadFile  # noqa: TID253  only the server process imports this module
from starlette.exceptions import HTTPException  # noqa: TID253  only the server process imports this module
from starlette.requests import Request  # noqa: TID253  only the server process imports this module
from starlette.responses import FileResponse, Response  # noqa: TID253  only the server process imports this module
from starlette.routing import Route  # noqa: TID253  only the server process imports this module
from starlette.types import (  # noqa: TID253  only the server process imports this module
    ASGIApp,
    Message,
    Receive,
    Scope,
    Send,
)

from nightshift.errors import InvalidSpec
from nightshift.sandbox import files, interruption
from nightshift.sandbox.faults import Fault, Operation, Rule
from nightshift.sandbox.service import Call, Service
from nightshift.sandbox.wire import ApiError, JsonObject, not_found

Endpoint = Callable[[Request], Awaitable[Response]]
Action = Callable[[Call], JsonObject | ApiError]


def build(service: Service) -> ASGIApp:
    """The ASGI application of one sandbox."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        service.start()
        yield
        service.stop()

    handlers: dict[Any, Any] = {HTTPException: _http_error, InvalidSpec: _invalid_rules, Exception: _server_error}
    routes = [*_api_routes(service), *_own_routes(service)]
    return _with_request_id(Starlette(routes=routes, lifespan=lifespan, exception_handlers=handlers))


def _api_routes(service: Service) -> list[Route]:
    def on(operation: Operation, method: str, path: str, action: Action) -> Route:
        return Route(f"/v1{path}", _endpoint(service, operation, _run(action)), methods=[method])

    return [
        Route("/v1/files", _endpoint(service, "files.create", _upload(service)), methods=["POST"]),
        on("files.list", "GET", "/files", service.files_list),
        on("files.retrieve", "GET", "/files/{identifier}", service.files_retrieve),
        on("files.delete", "DELETE", "/files/{identifier}", service.files_delete),
        Route("/v1/files/{identifier}/content", _endpoint(service, "files.content", _content(service))),
        on("batches.create", "POST", "/batches", service.batches_create),
        on("batches.list", "GET", "/batches", service.batches_list),
        on("batches.retrieve", "GET", "/batches/{identifier}", service.batches_retrieve),
        on("batches.cancel", "POST", "/batches/{identifier}/cancel", service.batches_cancel),
        on("chat.completions", "POST", "/chat/completions", service.serve_model),
        on("embeddings", "POST", "/embeddings", service.serve_model),
        on("models.list", "GET", "/models", service.models_list),
        on("models.retrieve", "GET", "/models/{identifier}", service.models_retrieve),
        on("costs", "GET", "/organization/costs", service.costs),
    ]


def _own_routes(service: Service) -> list[Route]:
    def on(method: str, path: str, action: Action) -> Route:
        handle = _run(action)

        async def endpoint(request: Request) -> Response:
            call = await _read(request)
            return _error(call) if isinstance(call, ApiError) else await handle(request, call)

        return Route(f"/sandbox{path}", endpoint, methods=[method])

    return [
        on("GET", "/health", service.health),
        on("GET", "/status", service.status),
        on("GET", "/bill", service.bill),
        on("POST", "/faults", service.replace_faults),
        on("POST", "/reset", service.reset),
    ]


Handler = Callable[[Request, Call], Awaitable[Response]]


def _endpoint(service: Service, operation: Operation, handle: Handler) -> Endpoint:
    """Key, body, faults, then the operation itself."""

    async def endpoint(request: Request) -> Response:
        refused = _check_key(request)
        if refused:
            return _error(refused)
        call = await _read(request)
        if isinstance(call, ApiError):
            return _error(call)
        rule = service.faults.of_request(operation, call.model)
        if rule is None:
            return await handle(request, call)
        return await _faulty(request, call, handle, rule)

    return endpoint


async def _faulty(request: Request, call: Call, handle: Handler, rule: Rule) -> Response:
    match rule.fault:
        case Fault.RATE_LIMIT:
            message = "Rate limit reached (the sandbox was told so)."
            error = ApiError(rule.status or 429, message, rule.code or "rate_limit_exceeded", type="rate_limit_error")
            return _error(error, {"retry-after": f"{1.0 if rule.seconds is None else rule.seconds:g}"})
        case Fault.SERVER_ERROR:
            message = "The server had an error while processing your request (the sandbox was told so)."
            return _error(ApiError(rule.status or 500, message, rule.code, type="server_error"))
        case Fault.TIMEOUT:
            return await interruption.silence(request, rule.seconds)
        case Fault.ACCEPT_THEN_RESET:
            await handle(request, call)
            return await interruption.cut(request)
        case _:
            return await _reset(request, call, handle, rule)


async def _reset(request: Request, call: Call, handle: Handler, rule: Rule) -> Response:
    if rule.share and request.url.path.endswith("/content"):
        whole = await handle(request, call)
        if isinstance(whole, FileResponse):
            return interruption.partial(request, whole.path, rule.share)
    return await interruption.cut(request)


def _run(action: Action) -> Handler:
    async def handle(request: Request, call: Call) -> Response:
        answer = await run_in_threadpool(action, call)
        return _error(answer) if isinstance(answer, ApiError) else _json(answer)

    return handle


def _upload(service: Service) -> Handler:
    async def handle(request: Request, call: Call) -> Response:
        async with request.form() as form:
            file, keep = form.get("file"), form.get("expires_after[seconds]")
            if not isinstance(file, UploadFile):
                return _error(ApiError(400, "Missing required parameter: 'file'.", param="file"))
            seconds = int(keep) if isinstance(keep, str) and keep.isdecimal() else None
            name, size = file.filename or "upload", file.size or 0
            answer = await run_in_threadpool(
                files.create, service.store, file.file, size, name, form.get("purpose"), seconds
            )
        return _error(answer) if isinstance(answer, ApiError) else _json(answer)

    return handle


def _content(service: Service) -> Handler:
    async def handle(request: Request, call: Call) -> Response:
        record = await run_in_threadpool(service.store.file, call.identifier)
        if record is None:
            return _error(not_found("File", call.identifier))
        return FileResponse(service.store.path(record.id), media_type="application/octet-stream")

    return handle


async def _read(request: Request) -> Call | ApiError:
    body: Any = {}
    if not _is_upload(request) and (content := await request.body()):
        try:
            body = orjson.loads(content)
        except orjson.JSONDecodeError:
            return ApiError(400, "We could not parse the JSON body of your request.")
        if request.url.path == "/sandbox/faults":
            body = {"rules": body}
        if not isinstance(body, dict):
            return ApiError(400, "The body of your request must be a JSON object.")
    query = request.query_params
    group_by = (*query.getlist("group_by[]"), *query.getlist("group_by"))
    return Call(request.url.path, request.path_params.get("identifier", ""), dict(query), group_by, body)


def _is_upload(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("multipart/form-data")


def _check_key(request: Request) -> ApiError | None:
    key = request.headers.get("authorization", "").removeprefix("Bearer").strip()
    if not key:
        return ApiError(401, "You didn't provide an API key.", "missing_api_key")
    if key == "invalid":
        return ApiError(401, "Incorrect API key provided.", "invalid_api_key")
    return None


def _json(content: JsonObject, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(content), status, headers, "application/json")


def _error(error: ApiError, headers: dict[str, str] | None = None) -> Response:
    return _json(error.body(), error.status, headers)


async def _http_error(request: Request, error: HTTPException) -> Response:
    detail = "Invalid URL" if error.status_code == 404 else error.detail
    return _error(ApiError(error.status_code, f"{detail} ({request.method} {request.url.path})"))


async def _invalid_rules(request: Request, error: InvalidSpec) -> Response:
    return _error(ApiError(400, str(error), "invalid_value", error.field))


async def _server_error(request: Request, error: Exception) -> Response:
    return _error(ApiError(500, f"The sandbox failed: {type(error).__name__}.", type="server_error"))


def _with_request_id(app: ASGIApp) -> ASGIApp:
    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-request-id", f"req_{uuid.uuid4().hex}".encode())]
            await send(message)

        await app(scope, receive, named)

    return wrapped
