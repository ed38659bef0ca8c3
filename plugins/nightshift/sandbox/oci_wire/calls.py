"""OCI's HTTP: signatures, JSON bodies, error bodies. Operations are plain functions from a call to an answer.

Codes and statuses: https://docs.oracle.com/iaas/Content/API/References/apierrors.htm. The inference service also puts
bare numbers in place of codes; a retired model was seen as such in github.com/oracle/ai-optimizer/issues/263, blocked
content in github.com/HKUDS/LightRAG/issues/337 and github.com/openai/codex/issues/24647.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import Request  # noqa: TID253  only the server process imports this module
from starlette.responses import Response  # noqa: TID253  only the server process imports this module

from nightshift.sandbox.exchange import retry_after
from nightshift.sandbox.faults import Fault, ProviderFaults, Rule
from nightshift.sandbox.oci_wire import signing
from nightshift.sandbox.usage import JsonObject

# Endpoints of dedicated clusters have generated OCIDs; the sandbox's end with the model that they serve.
ENDPOINT_PREFIX = "ocid1.generativeaiendpoint."


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error as OCI answers it. A value and not an exception: here it is a regular answer."""

    status: int
    code: str
    message: str

    def body(self) -> bytes:
        return orjson.dumps({"code": self.code, "message": self.message})


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request, read to its end. `content` is the body as it came, `retry_token` is "" where none was sent."""

    path: str
    body: JsonObject
    content: bytes
    retry_token: str

    @property
    def model(self) -> str | None:
        return served_model(self.body)


NOT_FOUND = Refusal(404, "NotAuthorizedOrNotFound", "Authorization failed or requested resource not found.")
BLOCKED = Refusal(400, "400", "Inappropriate content detected!!!")
_BODY_CHANGED = Refusal(401, "NotAuthenticated", "The x-content-sha256 header does not match the body.")
_NOT_JSON = Refusal(400, "CannotParseRequest", "Unable to parse the request body as a JSON object.")
_BY_STATUS = {
    400: "InvalidParameter",
    413: "RequestEntityTooLarge",
    429: "TooManyRequests",
    500: "InternalServerError",
    501: "NotImplemented",
    503: "ServiceUnavailable",
}


class OciDialect:
    """Signed requests; a key id with `invalid` in it is refused."""

    def __init__(self, faults: ProviderFaults) -> None:
        self._faults = faults

    def check_credentials(self, request: Request) -> Response | None:
        problem = signing.problem_of(request.headers, self._faults.clock_skew())
        return None if problem is None else answer(request, Refusal(401, "NotAuthenticated", problem))

    async def model_of(self, request: Request) -> str | None:
        call = await read(request)
        return call.model if isinstance(call, Call) else None

    def failure(self, rule: Rule) -> Response:
        refusal = _REFUSALS.get(rule.fault) or of_status(rule.status or _DEFAULT_STATUS[rule.fault], rule.code)
        headers = retry_after(rule) if refusal.status == 429 else {}
        return _response(refusal.body(), refusal.status, uuid.uuid4().hex, headers)


_DEFAULT_STATUS = {Fault.RATE_LIMIT: 429, Fault.SERVER_ERROR: 500}
_REFUSALS = {
    Fault.INVALID_CREDENTIALS: Refusal(
        401,
        "NotAuthenticated",
        "The required information to complete authentication was not provided or was incorrect.",
    ),
    Fault.QUOTA_EXHAUSTED: Refusal(
        400, "QuotaExceeded", "Fulfilling this request exceeds the administrator-defined quota for this compartment."
    ),
    Fault.MODEL_RETIRED: Refusal(400, "400", "Model 1.0.0 is retired (the sandbox was told so)"),
}


def of_status(status: int, code: str | None = None) -> Refusal:
    """A failure that the sandbox was told to have."""
    name = code or _BY_STATUS.get(status, "InternalServerError" if status >= 500 else "InvalidParameter")
    return Refusal(status, name, "The sandbox was told to fail this request.")


async def read(request: Request) -> Call | Refusal:
    """The request with its JSON body."""
    content = await request.body()
    if not signing.is_body_of(content, request.headers):
        return _BODY_CHANGED
    try:
        body: Any = orjson.loads(content)
    except orjson.JSONDecodeError:
        return _NOT_JSON
    if not isinstance(body, dict):
        return _NOT_JSON
    return Call(request.url.path, body, content, request.headers.get("opc-retry-token", ""))


def served_model(body: JsonObject) -> str | None:
    """The model that a request asks for, on demand or through an endpoint of a dedicated cluster."""
    mode = body.get("servingMode")
    if not isinstance(mode, dict):
        return None
    if mode.get("servingType") == "ON_DEMAND":
        model = mode.get("modelId")
        return model if isinstance(model, str) else None
    endpoint = mode.get("endpointId")
    if mode.get("servingType") != "DEDICATED" or not isinstance(endpoint, str):
        return None
    # ocid1.generativeaiendpoint.<realm>.<region>.<model>
    return endpoint.split(".", 4)[-1] if endpoint.startswith(ENDPOINT_PREFIX) else None


def answer(request: Request, found: bytes | Refusal, headers: dict[str, str] | None = None) -> Response:
    """An answer with the request id that OCI makes of the client's."""
    request_id = f"{request.headers.get('opc-request-id') or uuid.uuid4().hex.upper()}/{uuid.uuid4().hex.upper()}"
    if isinstance(found, Refusal):
        return _response(found.body(), found.status, request_id, headers)
    return _response(found, 200, request_id, headers)


def _response(body: bytes, status: int, request_id: str, headers: dict[str, str] | None) -> Response:
    return Response(body, status, {**(headers or {}), "opc-request-id": request_id}, "application/json")
