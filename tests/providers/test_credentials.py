"""An Airflow Connection in both of its written forms; its secret stays where it belongs."""

from __future__ import annotations

import json
import traceback
from typing import Any

import pytest

from nightshift.errors import Misconfigured
from nightshift.providers.credentials import Credentials, credentials_for, find_credentials, sandbox_credentials

SECRET = "sk-CANARY"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Any:
    def _read(connection: object) -> Credentials:
        text = connection if isinstance(connection, str) else json.dumps(connection)
        monkeypatch.setenv("AIRFLOW_CONN_OPENAI_DEFAULT", text)
        return credentials_for("openai", "global")

    return _read


def test_without_a_connection_the_sandbox_is_meant() -> None:
    assert find_credentials("openai_default") is None
    found = credentials_for("openai", "global")
    assert found == sandbox_credentials()
    assert (found.sandbox, found.base_url, found.login, found.secret) == (
        True, "http://127.0.0.1:8399", "sandbox", "sandbox",
    )  # fmt: skip


def test_a_region_s_own_connection_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT", json.dumps({"login": "everywhere"}))
    monkeypatch.setenv("AIRFLOW_CONN_AWS_DEFAULT_EU_WEST_1", json.dumps({"login": "ireland"}))
    assert credentials_for("bedrock", "eu-west-1").login == "ireland"
    assert credentials_for("bedrock", "us-east-1").login == "everywhere"


def test_connections_may_come_from_elsewhere_than_the_environment() -> None:
    asked: list[str] = []

    def nowhere(connection_id: str) -> None:
        asked.append(connection_id)

    assert credentials_for("azure_openai", "datazone-eu", nowhere).sandbox
    assert asked == ["azure_openai_default_datazone_eu", "azure_openai_default"]


@pytest.mark.parametrize(
    "connection", [{"login": "user/1", "password": SECRET}, f"openai://user%2F1:{SECRET}@api.example.com"]
)
def test_the_login_is_read(read: Any, connection: object) -> None:
    found = read(connection)
    assert (found.login, found.secret) == ("user/1", SECRET)


@pytest.mark.parametrize(
    ("connection", "secret", "base_url", "extra"),
    [
        ({"conn_type": "openai", "password": SECRET}, SECRET, None, {}),
        ({"password": SECRET, "host": "https://eu.api.openai.com/v1"}, SECRET, "https://eu.api.openai.com/v1", {}),
        ({"password": SECRET, "extra": {"project": "p"}}, SECRET, None, {"project": "p"}),
        ({"password": SECRET, "extra": '{"project": "p"}'}, SECRET, None, {"project": "p"}),
        ({"password": SECRET, "extra": None, "host": ""}, SECRET, None, {}),
        (f"openai://:{SECRET}@", SECRET, None, {}),
        (f"openai://:{SECRET}@api.example.com", SECRET, "https://api.example.com", {}),
        (f"openai://:{SECRET}@api.example.com:8443/v1", SECRET, "https://api.example.com:8443/v1", {}),
        (f"openai://:{SECRET}@/?base_url=http%3A%2F%2Fh%2Fv1&project=p", SECRET, "http://h/v1", {"project": "p"}),
        ("openai://:a%2Fb%23c%40d@", "a/b#c@d", None, {}),
    ],
)
def test_both_forms_are_read(read: Any, connection: object, secret: str, base_url: str | None, extra: object) -> None:
    found = read(connection)
    assert (found.secret, found.base_url, found.extra) == (secret, base_url, extra)
    assert not found.sandbox


@pytest.mark.parametrize(
    ("host", "sandbox"),
    [
        ("http://127.0.0.1:8399/v1", True),
        ("http://127.0.0.1:8399", True),
        ("http://127.0.0.1:83990/v1", False),
        ("http://127.0.0.1:8399.example.com/v1", False),
        ("https://api.openai.com/v1", False),
    ],
)
def test_the_sandbox_is_known_by_its_address(read: Any, host: str, sandbox: bool) -> None:
    assert read({"password": SECRET, "host": host}).sandbox is sandbox


@pytest.mark.parametrize(
    "connection",
    [
        {"password": SECRET, "login": SECRET, "extra": {"api_key": SECRET}},
        f"openai://{SECRET}:{SECRET}@api.example.com?token={SECRET}",
    ],
)
def test_the_secret_is_not_shown(read: Any, connection: object) -> None:
    found = read(connection)
    assert "CANARY" not in repr(found) + str(found)


@pytest.mark.parametrize(
    "connection",
    [
        f'{{"password": "{SECRET}"',
        f'{{"password": "{SECRET}", "extra": "{{{SECRET}"}}',
        f"openai://user:{SECRET}/with/slash@api.example.com",
        f"openai://:{SECRET}@[api.example.com",
    ],
)
def test_a_broken_connection_is_named_without_its_content(read: Any, connection: str) -> None:
    with pytest.raises(Misconfigured, match="AIRFLOW_CONN_OPENAI_DEFAULT") as raised:
        read(connection)
    assert "CANARY" not in "".join(traceback.format_exception_only(raised.value))
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__
