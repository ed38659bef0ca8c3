"""The contract of a master key, at a key service over a socket."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from moto.server import ThreadedMotoServer

from nightshift.errors import Misconfigured, ProviderUnavailable
from nightshift.providers.aws_kms import AwsKmsKey
from nightshift.providers.credentials import Credentials

KEY = bytes(range(32))


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def credentials(endpoint: str, key_id: str) -> Credentials:
    extra = {"kms_key_id": key_id, "region_name": "eu-west-1", "endpoint_url": endpoint}
    return Credentials(secret="secret", login="login", base_url=None, extra=extra)


@pytest.fixture
def master(endpoint: str) -> AwsKmsKey:
    client = boto3.client(
        "kms", region_name="eu-west-1", endpoint_url=endpoint, aws_access_key_id="a", aws_secret_access_key="b"
    )
    return AwsKmsKey(credentials(endpoint, client.create_key()["KeyMetadata"]["KeyId"]))


def test_what_is_wrapped_is_unwrapped(master: AwsKmsKey) -> None:
    wrapped = master.wrap(KEY, "run-1")
    assert KEY not in wrapped
    assert master.unwrap(wrapped, "run-1") == KEY


def test_a_key_is_wrapped_for_its_run(master: AwsKmsKey) -> None:
    with pytest.raises(Misconfigured, match="refused decrypt"):
        master.unwrap(master.wrap(KEY, "run-1"), "run-2")


def test_an_unknown_key_is_the_operators_to_mend(endpoint: str) -> None:
    with pytest.raises(Misconfigured, match=r"refused encrypt .*NotFoundException.*nightshift_vault"):
        AwsKmsKey(credentials(endpoint, "00000000-0000-0000-0000-000000000000")).wrap(KEY, "run-1")


def test_a_service_that_does_not_answer_is_asked_again_later() -> None:
    with pytest.raises(ProviderUnavailable, match="did not answer"):
        AwsKmsKey(credentials("http://127.0.0.1:9", "some-key")).wrap(KEY, "run-1")
