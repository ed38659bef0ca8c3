from __future__ import annotations

import time
from email.utils import formatdate
from typing import Any

import httpx
import pytest
import requests
from oci.auth.signers import SecurityTokenSigner
from oci.exceptions import ServiceError
from oci.signer import Signer, load_private_key
from tests.sandbox.oci_wire.sdk_client import COMPARTMENT, FINGERPRINT, LLAMA, Oci

BODY: dict[str, Any] = {
    "compartmentId": COMPARTMENT,
    "servingMode": {"servingType": "ON_DEMAND", "modelId": LLAMA},
    "chatRequest": {
        "apiFormat": "GENERIC",
        "messages": [{"role": "USER", "content": [{"type": "TEXT", "text": "Hi"}]}],
    },
}


@pytest.fixture
def signed(oci: Oci, pem: str) -> Any:
    """A request that Oracle's signer signed, ready to be tampered with."""
    signer = Signer("ocid1.tenancy.oc1..aaaa", "ocid1.user.oc1..aaaa", FINGERPRINT, None, None, pem)
    return requests.Request("POST", f"{oci.sandbox.url}/20231130/actions/chat", json=BODY, auth=signer).prepare()


def send(signed: Any) -> httpx.Response:
    return httpx.post(signed.url, content=signed.body, headers=dict(signed.headers))


def test_a_request_that_oracle_s_signer_signed_is_answered(signed: Any) -> None:
    assert send(signed).status_code == 200


def test_a_request_with_a_session_token_is_answered(oci: Oci, pem: str) -> None:
    signer = SecurityTokenSigner("token", load_private_key(pem, None))
    assert requests.post(f"{oci.sandbox.url}/20231130/actions/chat", json=BODY, auth=signer, timeout=30).ok


@pytest.mark.parametrize(
    ("header", "found", "other"),
    [
        ("authorization", 'Signature algorithm="rsa-sha256"', "Bearer x"),
        ("authorization", 'version="1"', 'version="2"'),
        ("authorization", "x-content-sha256", ""),
        ("authorization", 'signature="', 'signature="short'),
        ("authorization", "ocid1.user.oc1..aaaa", "ocid1.user.oc1..invalid"),
        ("authorization", "ocid1.user.oc1..aaaa/", ""),
        ("x-content-sha256", "=", "A="),
    ],
)
def test_a_request_that_is_not_signed_as_it_should_be_is_not_authenticated(
    signed: Any, header: str, found: str, other: str
) -> None:
    assert found in signed.headers[header]
    signed.headers[header] = signed.headers[header].replace(found, other)
    response = send(signed)
    assert (response.status_code, response.json()["code"]) == (401, "NotAuthenticated")
    assert response.headers["opc-request-id"]


def test_a_body_that_was_changed_on_its_way_is_not_authenticated(signed: Any) -> None:
    signed.body = signed.body.replace(b"Hi", b"Ho")
    assert send(signed).status_code == 401


@pytest.mark.parametrize(("seconds", "status"), [(-290, 200), (290, 200), (-310, 401), (310, 401)])
def test_a_date_may_differ_by_five_minutes(signed: Any, seconds: int, status: int) -> None:
    signed.headers["date"] = formatdate(time.time() + seconds, usegmt=True)
    assert send(signed).status_code == status


def test_a_server_whose_clock_is_ahead_refuses_signatures(oci: Oci) -> None:
    oci.faults({"fault": "clock_skew", "seconds": 600})
    with pytest.raises(ServiceError, match="clock skew") as raised:
        oci.ask()
    assert (raised.value.status, raised.value.code) == (401, "NotAuthenticated")
