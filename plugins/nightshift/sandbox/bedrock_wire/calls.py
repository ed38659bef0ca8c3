"""AWS's HTTP: signatures, JSON and XML errors. Operations are plain functions from a call to an answer."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

import orjson
from starlette.concurrency import run_in_threadpool  # noqa: TID253  only the server process imports this module
from starlette.requests import Request  # noqa: TID253  only the server process imports this module
from starlette.responses import Response  # noqa: TID253  only the server process imports this module

from nightshift.sandbox.bedrock_wire.wire import AwsError
from nightshift.sandbox.exchange import retry_after
from nightshift.sandbox.faults import Fault, ProviderFaults, Rule
from nightshift.sandbox.usage import JsonObject

# docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html; S3 allows fifteen minutes
_MINUTES = 60.0
_SIGNED = re.compile(r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/\d{8}/(?P<region>[^/]+)/")
_INVALID_KEY = "invalid"


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request, read to its end."""

    region: str
    identifier: str = ""
    parameters: dict[str, str] = field(default_factory=dict)
    body: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that has headers beside its body."""

    body: JsonObject
    headers: dict[str, str]


Action = Callable[[Call], JsonObject | Answered | AwsError]


class BedrockDialect:
    """JSON errors, signatures that are good for five minutes. `quota` is what this API says when one is used up."""

    def __init__(self, faults: ProviderFaults, quota: AwsError) -> None:
        self._faults, self._quota = faults, quota

    def check_credentials(self, request: Request) -> Response | None:
        key, signed_at = _signature(request)
        if key is None:
            return error(AwsError(403, "MissingAuthenticationTokenException", "Missing Authentication Token"))
        if key == _INVALID_KEY:
            return error(_UNRECOGNIZED)
        ahead = time.time() + self._faults.clock_skew() - signed_at
        if abs(ahead) > 5 * _MINUTES:
            age = "Signature expired" if ahead > 0 else "Signature not yet current"
            return error(AwsError(403, "InvalidSignatureException", f"{age}: the sandbox's clock says otherwise."))
        return None

    async def model_of(self, request: Request) -> str | None:
        named = request.path_params.get("model")
        if named is not None or request.method != "POST":
            return named
        call = await read(request)
        model = call.body.get("modelId") if isinstance(call, Call) else None
        return model if isinstance(model, str) else None

    def failure(self, rule: Rule) -> Response:
        match rule.fault:
            case Fault.RATE_LIMIT:
                message = "Too many requests, please wait before trying again."
                return error(AwsError(429, rule.code or "ThrottlingException", message), retry_after(rule))
            case Fault.INVALID_CREDENTIALS:
                return error(_UNRECOGNIZED)
            case Fault.QUOTA_EXHAUSTED:
                return error(self._quota)
            case Fault.MODEL_RETIRED:
                message = "This model version has reached the end of its life."
                return error(AwsError(404, "ResourceNotFoundException", message))
            case _:
                status = rule.status or 500
                code = rule.code or _SERVER_ERRORS.get(status, "InternalServerException")
                return error(AwsError(status, code, "The sandbox was told to fail."))


# Codes and statuses: botocore's service models of bedrock and bedrock-runtime.
_UNRECOGNIZED = AwsError(403, "UnrecognizedClientException", "The security token included in the request is invalid.")
_SERVER_ERRORS = {408: "ModelTimeoutException", 424: "ModelErrorException", 503: "ServiceUnavailableException"}
JOB_QUOTA = AwsError(
    400, "ServiceQuotaExceededException", "You have reached the quota of batch inference jobs in progress."
)
TOKEN_QUOTA = AwsError(429, "ThrottlingException", "Too many tokens per day, please wait before trying again.")


class S3Dialect:
    """XML errors, signatures that are good for fifteen minutes."""

    def __init__(self, faults: ProviderFaults) -> None:
        self._faults = faults

    def check_credentials(self, request: Request) -> Response | None:
        key, signed_at = _signature(request)
        if key is None:
            return s3_error(AwsError(403, "AccessDenied", "Access Denied"))
        if key == _INVALID_KEY:
            return s3_error(_NO_SUCH_KEY_ID)
        if abs(time.time() + self._faults.clock_skew() - signed_at) > 15 * _MINUTES:
            message = "The difference between the request time and the current time is too large."
            return s3_error(AwsError(403, "RequestTimeTooSkewed", message))
        return None

    async def model_of(self, request: Request) -> str | None:
        return None

    def failure(self, rule: Rule) -> Response:
        match rule.fault:
            case Fault.RATE_LIMIT:
                return s3_error(AwsError(503, "SlowDown", "Please reduce your request rate."), retry_after(rule))
            case Fault.INVALID_CREDENTIALS:
                return s3_error(_NO_SUCH_KEY_ID)
            case Fault.QUOTA_EXHAUSTED:
                return s3_error(AwsError(403, "AccountProblem", "There is a problem with your AWS account."))
            case _:
                status = rule.status or 500
                code = rule.code or ("ServiceUnavailable" if status == 503 else "InternalError")
                return s3_error(AwsError(status, code, "We encountered an internal error. Please try again."))


# docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
_NO_SUCH_KEY_ID = AwsError(
    403, "InvalidAccessKeyId", "The AWS access key Id you provided does not exist in our records."
)


def answered(action: Action) -> Callable[[Request], Awaitable[Response]]:
    """An operation as an endpoint. Operations may block, so they run in threads."""

    async def handle(request: Request) -> Response:
        call = await read(request)
        answer = call if isinstance(call, AwsError) else await run_in_threadpool(action, call)
        if isinstance(answer, AwsError):
            return error(answer)
        return as_json(answer.body, answer.headers) if isinstance(answer, Answered) else as_json(answer)

    return handle


async def read(request: Request) -> Call | AwsError:
    """The request with its JSON body."""
    body: Any = {}
    if content := await request.body():
        try:
            body = orjson.loads(content)
        except orjson.JSONDecodeError:
            body = None
        if not isinstance(body, dict):
            return AwsError(400, "SerializationException", "The body is not a JSON object.")
    signed = _SIGNED.match(request.headers.get("authorization", ""))
    named = request.path_params
    parameters = {**request.query_params, **named}
    return Call(signed["region"] if signed else "us-east-1", named.get("identifier", ""), parameters, body)


def as_json(content: JsonObject, headers: dict[str, str] | None = None, status: int = 200) -> Response:
    named = {**(headers or {}), "x-amzn-requestid": str(uuid.uuid4())}
    return Response(orjson.dumps(content), status, named, "application/json")


def error(found: AwsError, headers: dict[str, str] | None = None) -> Response:
    """An error as the REST-JSON protocol answers it: the code is in a header."""
    return as_json(found.body(), {**(headers or {}), "x-amzn-errortype": found.code}, found.status)


def s3_error(found: AwsError, headers: dict[str, str] | None = None) -> Response:
    """An error as S3 answers it."""
    body = f"<Error><Code>{escape(found.code)}</Code><Message>{escape(found.message)}</Message></Error>"
    # An upload that is refused was not read; on a connection that lived on, its bytes would pass for the next request.
    headers = {**(headers or {}), "connection": "close"}
    return Response(f'<?xml version="1.0" encoding="UTF-8"?>{body}', found.status, headers, "application/xml")


def _signature(request: Request) -> tuple[str | None, float]:
    """Access key id and time of a SigV4 request. The signature itself is not checked: no secret is known here."""
    signed = _SIGNED.match(request.headers.get("authorization", ""))
    stamp = request.headers.get("x-amz-date", "")
    if signed is None or not re.fullmatch(r"\d{8}T\d{6}Z", stamp):
        return None, 0.0
    return signed["key"], datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
