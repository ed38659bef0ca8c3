"""Who we are at OCI: every way to sign requests that works offline, and what is said where one does not."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.providers.contract import call_of, line_of, run
from tests.shared_sandbox import Sandbox

from nightshift.errors import Misconfigured, ProviderUnavailable
from nightshift.providers.credentials import Credentials
from nightshift.providers.oci_client import OciClient
from nightshift.providers.oci_connection import read, signer
from nightshift.providers.oci_genai import OciGenAiProvider
from nightshift.providers.port import Target

REGION, LLAMA = "eu-frankfurt-1", Target("meta.llama-3.3-70b-instruct")
PHRASE = "phrase-canary"


def pem(phrase: str | None = None) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    lock = serialization.BestAvailableEncryption(phrase.encode()) if phrase else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock).decode()


def with_key(**changes: Any) -> dict[str, Any]:
    who = {
        "user": "ocid1.user.oc1..aaaa",
        "tenancy": "ocid1.tenancy.oc1..aaaa",
        "fingerprint": ":".join(["ab"] * 16),
        "compartment_id": "ocid1.compartment.oc1..aaaa",
    }
    return {name: value for name, value in {**who, **changes}.items() if value is not None}


def answered(url: str, extra: dict[str, Any], secret: str = "") -> str | None:
    provider = OciGenAiProvider(Credentials(secret, url, extra), REGION)
    line = line_of(provider.template(call_of(LLAMA)), 1, "Which day is it?")
    found = provider.parse(run(provider.answer(line, LLAMA, "key")))
    assert found is not None
    return found.answer


def test_a_key_in_the_connection_signs(sandbox: Sandbox) -> None:
    assert answered(sandbox.url, with_key(key_content=pem()))


def test_a_key_in_a_file_with_a_pass_phrase_signs(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text(pem(PHRASE))
    assert answered(sandbox.url, with_key(key_file=str(tmp_path / "key.pem")), PHRASE)


def test_a_session_token_signs(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("a-token\n")
    extra = with_key(auth="session_token", user=None, fingerprint=None, key_content=pem())
    assert answered(sandbox.url, {**extra, "security_token_file": str(tmp_path / "token")})


def test_a_resource_principal_signs(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def part(content: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")

    token = f"{part({'alg': 'RS256'})}.{part({'exp': time.time() + 3600})}.{part({})}"
    for name, value in {"VERSION": "2.2", "RPST": token, "PRIVATE_PEM": pem(), "REGION": REGION}.items():
        monkeypatch.setenv(f"OCI_RESOURCE_PRINCIPAL_{name}", value)
    extra = {"auth": "resource_principal", "compartment_id": "ocid1.compartment.oc1..aaaa"}
    assert answered(sandbox.url, extra)


def test_a_process_without_a_resource_principal_is_told_what_it_lacks() -> None:
    extra = {"auth": "resource_principal", "compartment_id": "ocid1.compartment.oc1..aaaa"}
    with pytest.raises(Misconfigured, match="OCI_RESOURCE_PRINCIPAL_VERSION"):
        signer(read(Credentials("", None, extra), REGION))


def test_a_machine_that_is_no_instance_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCI_METADATA_BASE_URL", "http://127.0.0.1:9/opc/v2")
    extra = {"auth": "instance_principal", "compartment_id": "ocid1.compartment.oc1..aaaa"}
    with pytest.raises(ProviderUnavailable, match="dynamic group"):
        signer(read(Credentials("", None, extra), REGION))


def test_each_missing_field_is_named() -> None:
    with pytest.raises(Misconfigured, match="oci_default") as raised:
        read(Credentials("", None, {"tenancy": "ocid1.tenancy.oc1..aaaa"}), REGION)
    assert "user, fingerprint, key_content or key_file, compartment_id" in str(raised.value)
    assert "tenancy" not in str(raised.value)


def test_a_token_is_needed_for_a_session() -> None:
    with pytest.raises(Misconfigured, match="security_token or security_token_file"):
        read(Credentials("", None, with_key(auth="session_token", key_content="x")), REGION)


def test_an_unknown_way_to_sign_is_refused() -> None:
    with pytest.raises(Misconfigured, match="api_key, session_token"):
        read(Credentials("", None, with_key(auth="password")), REGION)


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ({"key_content": "no key, a canary"}, "key_content or key_file"),
        ({"key_file": "/nowhere/key.pem"}, "/nowhere/key.pem"),
        ({"key_content": "locked"}, "pass phrase"),
        ({"user": "canary", "key_content": "good"}, "user"),
        ({"fingerprint": "canary", "key_content": "good"}, "fingerprint"),
    ],
)
def test_a_key_that_cannot_be_used_is_named_and_not_shown(sandbox: Sandbox, extra: dict[str, Any], said: str) -> None:
    keys = {"locked": pem("another phrase"), "good": pem()}
    content = extra.get("key_content")
    with pytest.raises(Misconfigured, match=said) as raised:
        answered(sandbox.url, with_key(**{**extra, "key_content": keys.get(content, content)}), PHRASE)
    assert "canary" not in str(raised.value)
    assert "PRIVATE" not in str(raised.value)


def test_a_region_has_its_own_endpoint() -> None:
    connection = read(Credentials("", None, with_key(key_content=pem())), "us-chicago-1")
    endpoint = OciClient(connection).endpoint()
    assert endpoint == "https://inference.generativeai.us-chicago-1.oci.oraclecloud.com"


def test_an_endpoint_in_the_connection_goes_before_the_region_s() -> None:
    connection = read(Credentials("", None, with_key(key_content=pem(), endpoint="https://a.example")), REGION)
    assert OciClient(connection).endpoint() == "https://a.example"


def test_a_region_that_oci_cannot_have_is_refused() -> None:
    with pytest.raises(Misconfigured, match="global"):
        read(Credentials("", None, with_key(key_content="x")), "global")


def test_nothing_secret_stands_in_a_connection_s_text() -> None:
    connection = read(Credentials(PHRASE, None, with_key(key_content="key-canary")), REGION)
    assert "canary" not in repr(connection)
