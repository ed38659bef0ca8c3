"""OpenAI's HTTP: keys, JSON bodies, error bodies. Operations are plain functions from a call to an answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.concurrency import run_in_threadpool  # noqa: TID253  only the server process imports this module
from starlette.requests import Request  # noqa: TID253  only the server process imports this module
from starlette.responses import Response  # noqa: TID253  only the server process imports this module

from nightshift.sandbox.exchange import retry_after
from nightshift.sandbox.faults import Fault, Rule
from nightshift.sandbox.openai_wire.wire import ApiError, Flavour
from nightshift.sandbox.usage import JsonObject


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


Action = Callable[[Call], JsonObject | ApiError]


class OpenAIDialect:
    """Bearer keys; `invalid` is the one key that is refused."""

    flavour = Flavour()

    def check_credentials(self, request: Request) -> Response | None:
        key = request.headers.get("authorization", "").removeprefix("Bearer").strip()
        if not key:
            return self.error(ApiError(401, "You didn't provide an API key.", "missing_api_key"))
        return self.error(INVALID_KEY) if key == "invalid" else None

    async def model_of(self, request: Request) -> str | None:
        if request.method != "POST" or is_upload(request):
            return None
        call = await read(request)
        return call.model if isinstance(call, Call) else None

    def failure(self, rule: Rule) -> Response:
        refusal = _REFUSALS.get(rule.fault)
        if refusal is not None:
            return self.error(refusal)
        if rule.fault is Fault.RATE_LIMIT:
            message = "Rate limit reached (the sandbox was told so)."
            limited = ApiError(rule.status or 429, message, rule.code or "rate_limit_exceeded", type="rate_limit_error")
            return self.error(limited, retry_after(rule))
        message = "The server had an error while processing your request (the sandbox was told so)."
        return self.error(ApiError(rule.status or 500, message, rule.code, type="server_error"))

    def error(self, found: ApiError, headers: dict[str, str] | None = None) -> Response:
        """An error as this service answers it."""
        return as_json(self.flavour.error_body(found), found.status, headers)

    def answered(self, action: Action) -> Callable[[Request], Awaitable[Response]]:
        """An operation as an endpoint. Operations may block, so they run in threads."""

        async def handle(request: Request) -> Response:
            call = await read(request)
            if isinstance(call, ApiError):
                return self.error(call)
            answer = await run_in_threadpool(action, call)
            return self.error(answer) if isinstance(answer, ApiError) else as_json(answer)

        return handle


# platform.openai.com/docs/guides/error-codes
INVALID_KEY = ApiError(401, "Incorrect API key provided.", "invalid_api_key")
_REFUSALS = {
    Fault.INVALID_CREDENTIALS: INVALID_KEY,
    Fault.QUOTA_EXHAUSTED: ApiError(
        429, "You exceeded your current quota, please check your plan.", "insufficient_quota", type="insufficient_quota"
    ),
    Fault.MODEL_RETIRED: ApiError(404, "The model has been deprecated (the sandbox was told so).", "model_not_found"),
}


async def read(request: Request) -> Call | ApiError:
    """The request with its JSON body."""
    body: Any = {}
    if not is_upload(request) and (content := await request.body()):
        try:
            body = orjson.loads(content)
        except orjson.JSONDecodeError:
            return ApiError(400, "We could not parse the JSON body of your request.")
        if not isinstance(body, dict):
            return ApiError(400, "The body of your request must be a JSON object.")
    query = request.query_params
    group_by = (*query.getlist("group_by[]"), *query.getlist("group_by"))
    return Call(request.url.path, request.path_params.get("identifier", ""), dict(query), group_by, body)


def is_upload(request: Request) -> bool:
    """Whether the body is a form with a file in it."""
    return request.headers.get("content-type", "").startswith("multipart/form-data")


def as_json(content: JsonObject, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(content), status, headers, "application/json")


def error(found: ApiError) -> Response:
    """An error of the sandbox itself, in the form that most clients read."""
    return as_json(OpenAIDialect.flavour.error_body(found), found.status)
