"""The HTTP side: every provider's routes, the sandbox's own, request ids."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import orjson
from starlette.applications import Starlette  # noqa: TID253  only the server process imports this module
from starlette.concurrency import run_in_threadpool  # noqa: TID253  only the server process imports this module
from starlette.exceptions import HTTPException  # noqa: TID253  only the server process imports this module
from starlette.requests import Request  # noqa: TID253  only the server process imports this module
from starlette.responses import Response  # noqa: TID253  only the server process imports this module
from starlette.routing import Route  # noqa: TID253  only the server process imports this module
from starlette.types import (  # noqa: TID253  only the server process imports this module
    ASGIApp,
    Message,
    Receive,
    Scope,
    Send,
)

from nightshift.errors import InvalidSpec
from nightshift.sandbox.openai_wire.calls import as_json, error
from nightshift.sandbox.openai_wire.wire import ApiError
from nightshift.sandbox.service import Service
from nightshift.sandbox.usage import JsonObject


def build(service: Service) -> ASGIApp:
    """The ASGI application of one sandbox."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        service.start()
        yield
        service.stop()

    handlers: dict[Any, Any] = {HTTPException: _http_error, InvalidSpec: _invalid_rules, Exception: _server_error}
    routes = [route for part in service.parts for route in part.routes()]
    app = Starlette(routes=[*routes, *_own_routes(service)], lifespan=lifespan, exception_handlers=handlers)
    return _with_request_id(app)


def _own_routes(service: Service) -> list[Route]:
    def on(method: str, path: str, action: Callable[[], JsonObject]) -> Route:
        async def endpoint(request: Request) -> Response:
            return as_json(await run_in_threadpool(action))

        return Route(f"/sandbox{path}", endpoint, methods=[method])

    async def replace_faults(request: Request) -> Response:
        try:
            rules = orjson.loads(await request.body() or b"[]")
        except orjson.JSONDecodeError:
            return error(ApiError(400, "We could not parse the JSON body of your request."))
        return as_json(service.replace_faults(rules))

    return [
        on("GET", "/health", service.health),
        on("GET", "/status", service.status),
        on("GET", "/bill", service.bill),
        Route("/sandbox/faults", replace_faults, methods=["POST"]),
        on("POST", "/reset", service.reset),
    ]


async def _http_error(request: Request, found: HTTPException) -> Response:
    detail = "Invalid URL" if found.status_code == 404 else found.detail
    return error(ApiError(found.status_code, f"{detail} ({request.method} {request.url.path})"))


async def _invalid_rules(request: Request, found: InvalidSpec) -> Response:
    return error(ApiError(400, str(found), "invalid_value", found.field))


async def _server_error(request: Request, found: Exception) -> Response:
    return error(ApiError(500, f"The sandbox failed: {type(found).__name__}.", type="server_error"))


def _with_request_id(app: ASGIApp) -> ASGIApp:
    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-request-id", f"req_{uuid.uuid4().hex}".encode())]
            await send(message)

        await app(scope, receive, named)

    return wrapped
