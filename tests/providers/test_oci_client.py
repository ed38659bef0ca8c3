"""What each of OCI's refusals means, and that a request is made once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.providers.cases import OCI_GENAI
from tests.providers.contract import assert_discreet, run
from tests.shared_sandbox import Sandbox

from nightshift.errors import (
    AnswerLost,
    Misconfigured,
    NightshiftError,
    ProviderRefused,
    ProviderUnavailable,
    RateLimited,
)
from nightshift.providers.oci_client import OciClient, Refusal, Reply
from nightshift.providers.oci_connection import read

BODY = (
    b'{"compartmentId": "ocid1.compartment.oc1..a", "servingMode": {"servingType": "ON_DEMAND", "modelId": '
    b'"meta.llama-3.3-70b-instruct"}, "chatRequest": {"apiFormat": "GENERIC", "messages": [{"role": "USER", '
    b'"content": [{"type": "TEXT", "text": "A canary?"}]}]}}'
)


@pytest.fixture
def client(sandbox: Sandbox) -> OciClient:
    return OciClient(read(OCI_GENAI.credentials(sandbox.url), OCI_GENAI.region))


def called(client: OciClient, body: bytes = BODY, token: str = "t") -> Reply | Refusal:
    return run(client.call("chat", body, token, "answer a request"))


@pytest.mark.parametrize(
    ("status", "code", "kind", "said"),
    [
        (400, "QuotaExceeded", ProviderRefused, "quota"),
        (400, "LimitExceeded", ProviderRefused, "limit"),
        (400, "RelatedResourceNotAuthorizedOrNotFound", ProviderRefused, "policy"),
        (401, "NotAuthenticated", ProviderRefused, "clock"),
        (403, "SignUpRequired", ProviderRefused, "policy"),
        (404, "NotAuthorizedOrNotFound", ProviderRefused, "compartment_id"),
        (405, "MethodNotAllowed", ProviderRefused, "status 405"),
        (409, "IncorrectState", ProviderUnavailable, "status 409"),
        (429, "TooManyRequests", RateLimited, "status 429"),
        (500, "InternalServerError", ProviderUnavailable, "status 500"),
        (501, "NotImplemented", ProviderUnavailable, "status 501"),
        (503, "ServiceUnavailable", ProviderUnavailable, "status 503"),
    ],
)
def test_a_failure_that_is_not_the_request_s_own_is_raised(
    client: OciClient, sandbox: Sandbox, status: int, code: str, kind: type[NightshiftError], said: str
) -> None:
    sandbox.faults({"fault": "row_error", "status": status, "code": code})
    with pytest.raises(kind, match=said) as raised:
        called(client)
    assert type(raised.value) is kind
    assert code in str(raised.value)
    assert_discreet(raised.value)


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "InvalidParameter"), (413, "RequestEntityTooLarge"), (422, "UnprocessableEntity")],
)
def test_a_failure_of_the_request_itself_is_a_value(
    client: OciClient, sandbox: Sandbox, status: int, code: str
) -> None:
    sandbox.faults({"fault": "row_error", "status": status, "code": code})
    found = called(client)
    assert isinstance(found, Refusal)
    assert (found.status, found.code) == (status, code)
    assert found.request_id


def test_a_blocked_request_is_named_as_such_although_oci_gives_a_number(client: OciClient, sandbox: Sandbox) -> None:
    sandbox.faults({"fault": "content_filter"})
    found = called(client)
    assert isinstance(found, Refusal)
    assert (found.status, found.code) == (400, "content_filter")


def test_a_token_that_was_used_for_something_else_is_the_request_s_own_failure(client: OciClient) -> None:
    called(client)
    found = called(client, BODY.replace(b"A canary", b"Another"))
    assert isinstance(found, Refusal)
    assert found.code == "InvalidatedRetryToken"


def test_a_body_that_is_cut_off_is_an_answer_that_was_lost(client: OciClient, sandbox: Sandbox) -> None:
    sandbox.faults({"fault": "accept_then_reset", "times": 1})
    with pytest.raises(AnswerLost):
        called(client)
    assert isinstance(called(client), Reply)
    assert sandbox.bill_of("oci_genai")["requests"] == 1


def test_an_address_that_is_none_is_the_connection_s_fault() -> None:
    client = OciClient(read(OCI_GENAI.credentials("http://bad host/?x"), OCI_GENAI.region))
    with pytest.raises(Misconfigured, match="oci_default"):
        called(client)


def test_many_calls_at_once_are_answered_each_by_its_own(client: OciClient, sandbox: Sandbox) -> None:
    async def all_of_them() -> list[Any]:
        bodies = [BODY.replace(b"canary", str(number).encode()) for number in range(60)]
        return await asyncio.gather(
            *(client.call("chat", body, f"t{number}", "answer") for number, body in enumerate(bodies))
        )

    found = run(all_of_them())
    assert len({reply.content for reply in found}) == 60
    assert sandbox.bill_of("oci_genai")["unique_requests"] == 60
