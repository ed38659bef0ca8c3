"""One HTTP exchange with any provider's API: credentials, faults that strike the request, then the operation itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from starlette.requests import Request  # noqa: TID253  only the server process imports this module
from starlette.responses import FileResponse, Response  # noqa: TID253  only the server process imports this module

from nightshift.sandbox import interruption
from nightshift.sandbox.faults import Fault, Operation, ProviderFaults, Rule

Endpoint = Callable[[Request], Awaitable[Response]]
DEFAULT_RETRY_AFTER = 1.0


class Dialect(Protocol):
    """How one provider's API speaks of refusals and failures."""

    def check_credentials(self, request: Request) -> Response | None:
        """The refusal of a request without valid credentials."""

    async def model_of(self, request: Request) -> str | None:
        """Which model the request is about, as far as it says so; the body stays readable for the operation."""

    def failure(self, rule: Rule) -> Response:
        """The answer of this API to rate_limit, server_error, invalid_credentials, quota_exhausted, model_retired."""


def endpoint(dialect: Dialect, faults: ProviderFaults, operation: Operation, handle: Endpoint) -> Endpoint:
    """`handle` behind credentials and faults."""

    async def exchange(request: Request) -> Response:
        refused = dialect.check_credentials(request)
        if refused is not None:
            return refused
        rule = faults.of_request(operation, await dialect.model_of(request))
        if rule is None:
            return await handle(request)
        return await _faulty(request, dialect, handle, rule)

    return exchange


def retry_after(rule: Rule) -> dict[str, str]:
    """The header of a 429; empty where the rule says that the client is not told."""
    seconds = DEFAULT_RETRY_AFTER if rule.seconds is None else rule.seconds
    return {"retry-after": f"{seconds:g}"} if rule.told else {}


async def _faulty(request: Request, dialect: Dialect, handle: Endpoint, rule: Rule) -> Response:
    match rule.fault:
        case Fault.TIMEOUT:
            return await interruption.silence(request, rule.seconds)
        case Fault.ACCEPT_THEN_RESET:
            await handle(request)
            return await interruption.cut(request)
        case Fault.SLOW_DRIP:
            return await interruption.drip(await handle(request), rule.seconds)
        case Fault.CONNECTION_RESET:
            return await _reset(request, handle, rule)
        case Fault.UPLOAD_RESET:
            return await interruption.cut_upload(request, rule.share)
        case _:
            return dialect.failure(rule)


async def _reset(request: Request, handle: Endpoint, rule: Rule) -> Response:
    if rule.share and request.method == "GET":
        whole = await handle(request)
        if isinstance(whole, FileResponse):
            return interruption.partial(request, whole.path, rule.share)
    return await interruption.cut(request)
