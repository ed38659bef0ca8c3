"""The part of the sandbox that speaks as OCI Generative AI does: chat, embeddings, guardrails.

A request that carries a retry token is executed and billed once; every repetition gets the stored answer. Row faults
strike by that token. There are no batches and no result files here, so the faults of those (and reorder, duplicate and
extra lines, which one answer to one request cannot have) never strike; a malformed line is a body that ends in the
middle, a missing one is an empty body, both only on the way: the stored answer is whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import orjson
from starlette.concurrency import run_in_threadpool  # noqa: TID253  only the server process imports this module
from starlette.requests import Request  # noqa: TID253  only the server process imports this module
from starlette.responses import Response  # noqa: TID253  only the server process imports this module
from starlette.routing import Route  # noqa: TID253  only the server process imports this module

from nightshift.sandbox import bill
from nightshift.sandbox.exchange import endpoint, retry_after
from nightshift.sandbox.faults import ROW_FAILURES, Fault, Faults, Operation, Rule
from nightshift.sandbox.model import StandInModel
from nightshift.sandbox.oci_wire import guardrails
from nightshift.sandbox.oci_wire.answered import Answered, AnswerStore
from nightshift.sandbox.oci_wire.calls import BLOCKED, Call, OciDialect, Refusal, answer, of_status, read
from nightshift.sandbox.oci_wire.chat import Reply, Responder, digest, double_usage
from nightshift.sandbox.prices import Mode
from nightshift.sandbox.store import Charge

PREFIX = "/20231130/actions"
_DAMAGE = frozenset({Fault.MALFORMED_LINES, Fault.MISSING_LINES})
_WRONG_USAGE = frozenset({Fault.WRONG_USAGE})
_TOKEN_REUSED = Refusal(409, "InvalidatedRetryToken", "The retry token was used for a request with other content.")

Serve = Callable[[Call], Reply | Refusal]


class OciApi:
    """Everything behind one region's inference endpoint."""

    provider = "oci_genai"

    def __init__(self, state: Path, model: StandInModel, faults: Faults) -> None:
        self.store = self._answers = AnswerStore(state)
        self._faults = faults.of(self.provider)
        self._dialect = OciDialect(self._faults)
        self._responder = Responder(self.provider, model)
        self._tries: Counter[str] = Counter()

    def start(self) -> None:
        """Nothing works in the background."""

    def stop(self) -> None:
        """Nothing works in the background."""

    def clear(self) -> None:
        self.store.clear()
        self._tries.clear()

    def routes(self) -> list[Route]:
        return [
            self._billed("chat", "/chat", self._responder.chat),
            self._billed("embed_text", "/embedText", self._responder.embed),
            self._route("apply_guardrails", "/applyGuardrails", _moderate),
        ]

    def _billed(self, operation: Operation, path: str, serve: Serve) -> Route:
        return self._route(operation, path, lambda request, call: self._once(request, call, serve))

    def _route(self, operation: Operation, path: str, action: Callable[[Request, Call], Response]) -> Route:
        async def handle(request: Request) -> Response:
            call = await read(request)
            if isinstance(call, Refusal):
                return answer(request, call)
            return await run_in_threadpool(action, request, call)

        return Route(f"{PREFIX}{path}", endpoint(self._dialect, self._faults, operation, handle), methods=["POST"])

    def _once(self, request: Request, call: Call, serve: Serve) -> Response:
        """The stored answer to a token that is known; else a new one, billed and stored."""
        known = self._answers.answered(call.retry_token)
        if known is not None:
            return answer(request, _TOKEN_REUSED) if known.digest != digest(call) else _written(request, known)
        identity = call.retry_token or digest(call).hex()
        rule = self._row_failure(call, identity)
        if rule is not None and rule.fault is Fault.ROW_RATE_LIMIT:
            return answer(request, of_status(rule.status or 429, rule.code), retry_after(rule))
        found = _told(rule) if rule is not None else serve(call)
        if isinstance(found, Refusal):
            return self._refused(request, call, found, was_executed=rule is not None)
        return self._served(request, call, found, identity)

    def _row_failure(self, call: Call, identity: str) -> Rule | None:
        if not self._faults.any_of(ROW_FAILURES):
            return None
        self._tries[identity] += 1
        return self._faults.of_row(ROW_FAILURES, call.model, identity, self._tries[identity])

    def _refused(self, request: Request, call: Call, found: Refusal, *, was_executed: bool) -> Response:
        """A filter decides about a request that was accepted; a request that is wrong never was."""
        if was_executed and found.status < 500:
            charge = _charge(call)
            bill.add_row_error(charge, found.status)
            self._answers.add_answer(call.retry_token, Answered(digest(call), found.status, found.body()), charge)
        return answer(request, found)

    def _served(self, request: Request, call: Call, found: Reply, identity: str) -> Response:
        if "chatResponse" in found.body and self._strike(_WRONG_USAGE, call, identity):
            double_usage(found.body)
        charge = _charge(call)
        bill.add_usage(self.provider, charge, found.usage)
        body = orjson.dumps(found.body)
        self._answers.add_answer(call.retry_token, Answered(digest(call), 200, body), charge)
        return answer(request, _damaged(body, self._strike(_DAMAGE, call, identity)))

    def _strike(self, faults: frozenset[Fault], call: Call, identity: str) -> Rule | None:
        return self._faults.of_row(faults, call.model, identity, 0) if self._faults.any_of(faults) else None


def _moderate(request: Request, call: Call) -> Response:
    found = guardrails.apply(call)
    return answer(request, found if isinstance(found, Refusal) else orjson.dumps(found))


def _told(rule: Rule) -> Refusal:
    return BLOCKED if rule.fault is Fault.CONTENT_FILTER else of_status(rule.status or 400, rule.code)


def _charge(call: Call) -> Charge:
    return Charge(bill.today(), "", str(call.model), Mode.STANDARD.value)


def _written(request: Request, known: Answered) -> Response:
    response = answer(request, known.body)
    response.status_code = known.status
    return response


def _damaged(body: bytes, rule: Rule | None) -> bytes:
    if rule is None:
        return body
    return b"" if rule.fault is Fault.MISSING_LINES else body[: len(body) // 2]
