"""An Airflow Connection as plain values. Works without Airflow: AIRFLOW_CONN_<ID> is read from the environment."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx

from nightshift.errors import Misconfigured
from nightshift.providers.registry import connection_id
from nightshift.settings import connection, sandbox_url


@dataclass(frozen=True)
class Credentials:
    """How to reach a provider. `sandbox` marks the stand-in: its answers are never shown as a model's.

    `login` and `secret` are what the provider calls its two halves of a key; a provider with one key uses `secret`.
    """

    secret: str = field(repr=False)
    base_url: str | None
    extra: dict[str, Any] = field(default_factory=dict, repr=False)
    sandbox: bool = False
    login: str = field(default="", repr=False)


Finder = Callable[[str], Credentials | None]


def find_credentials(connection_id: str) -> Credentials | None:
    """The connection from the environment; None where it is not set."""
    text = connection(connection_id)
    if text is None:
        return None
    try:
        return _from_json(text) if text.lstrip().startswith("{") else _from_uri(text)
    except ValueError:
        # `from None`: the original error carries the text, and the text carries the secret.
        raise Misconfigured(
            f"AIRFLOW_CONN_{connection_id.upper()} is neither valid JSON nor a valid URI; "
            "in a URI, percent-encode the password (/ is %2F, # is %23)"
        ) from None


def credentials_for(provider: str, region: str, find: Finder = find_credentials) -> Credentials:
    """The connection of a provider in a region (`aws_default_eu_west_1`), else everywhere, else the sandbox."""
    everywhere = connection_id(provider)
    regional = f"{everywhere}_{re.sub(r'[^a-z0-9]+', '_', region.lower())}"
    return find(regional) or find(everywhere) or sandbox_credentials()


def sandbox_credentials() -> Credentials:
    """How to reach the local sandbox, which takes any key but `invalid`."""
    return Credentials(secret="sandbox", login="sandbox", base_url=sandbox_url(), sandbox=True)


def credentials(login: str, secret: str, base_url: str | None, extra: dict[str, Any]) -> Credentials:
    """Values of a connection, with the sandbox recognised by its address."""
    is_sandbox = base_url is not None and urlsplit(base_url)[:2] == urlsplit(sandbox_url())[:2]
    return Credentials(secret=secret, base_url=base_url, extra=extra, sandbox=is_sandbox, login=login)


def sandbox_answers(provider: str, found: Credentials) -> str | None:
    """What the sandbox answers with, by its own word; None for real providers. Raises Misconfigured when it is down."""
    if not found.sandbox:
        return None
    try:
        health = httpx.get(f"{sandbox_url()}/sandbox/health", timeout=10, trust_env=False).raise_for_status().json()
    except httpx.HTTPError as error:
        unset = connection_id(provider)
        raise Misconfigured(
            f"no connection {unset} is set, and no sandbox answers at {sandbox_url()} to stand in for it; "
            f"way out: nightshift sandbox start, or set AIRFLOW_CONN_{unset.upper()}"
        ) from error
    return str(health["answers"])


def _from_json(text: str) -> Credentials:
    content = json.loads(text)
    extra = content.get("extra") or {}
    return credentials(
        content.get("login") or "",
        content.get("password") or "",
        content.get("host") or None,
        json.loads(extra) if isinstance(extra, str) else extra,
    )


def _from_uri(text: str) -> Credentials:
    parts = urlsplit(text)
    extra = dict(parse_qsl(parts.query))
    host = f"https://{parts.hostname}{f':{parts.port}' if parts.port else ''}{parts.path}" if parts.hostname else None
    login, secret = unquote(parts.username or ""), unquote(parts.password or "")
    return credentials(login, secret, extra.pop("base_url", host), extra)
