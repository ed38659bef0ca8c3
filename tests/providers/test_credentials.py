"""An Airflow Connection in both of its written forms; its secret stays where it belongs."""

from __future__ import annotations

import json
import traceback
from typing import Any

import pytest

from nightshift.errors import Misconfigured
from nightshift.providers.credentials import Credentials, read_credentials

SECRET = "sk-CANARY"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Any:
    def _read(connection: object) -> Credentials:
        text = connection if isinstance(connection, str) else json.dumps(connection)
        monkeypatch.setenv("AIRFLOW_CONN_OPENAI_DEFAULT", text)
        return read_credentials("openai_default")

    return _read


def test_without_a_connection_the_sandbox_is_meant() -> None:
    found = read_credentials("openai_default")
    assert found.sandbox
    assert found.base_url == "http://127.0.0.1:8399/v1"


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
    [{"password": SECRET, "extra": {"api_key": SECRET}}, f"openai://:{SECRET}@api.example.com?token={SECRET}"],
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
