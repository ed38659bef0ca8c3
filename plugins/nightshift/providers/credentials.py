"""An Airflow Connection as plain values. Works without Airflow: AIRFLOW_CONN_<ID> is read from the environment."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx

from nightshift.errors import Misconfigured
from nightshift.settings import connection, sandbox_url


@dataclass(frozen=True)
class Credentials:
    """How to reach a provider. `sandbox` marks the stand-in: its answers are never shown as a model's."""

    secret: str = field(repr=False)
    base_url: str | None
    extra: dict[str, Any] = field(default_factory=dict, repr=False)
    sandbox: bool = False


def read_credentials(connection_id: str) -> Credentials:
    """The connection from the environment, or the local sandbox where none is set."""
    text = connection(connection_id)
    if text is None:
        return Credentials(secret="sandbox", base_url=f"{sandbox_url()}/v1", sandbox=True)
    try:
        found = _from_json(text) if text.lstrip().startswith("{") else _from_uri(text)
    except ValueError:
        # `from None`: the original error carries the text, and the text carries the secret.
        raise Misconfigured(
            f"AIRFLOW_CONN_{connection_id.upper()} is neither valid JSON nor a valid URI; "
            "in a URI, percent-encode the password (/ is %2F, # is %23)"
        ) from None
    return credentials(found.secret, found.base_url, found.extra)


def credentials(secret: str, base_url: str | None, extra: dict[str, Any]) -> Credentials:
    """Values of a connection, with the sandbox recognised by its address."""
    is_sandbox = base_url is not None and urlsplit(base_url)[:2] == urlsplit(sandbox_url())[:2]
    return Credentials(secret=secret, base_url=base_url, extra=extra, sandbox=is_sandbox)


def sandbox_answers(provider: str, found: Credentials) -> str | None:
    """What the sandbox answers with, by its own word; None for real providers. Raises Misconfigured when it is down."""
    if not found.sandbox:
        return None
    try:
        health = httpx.get(f"{sandbox_url()}/sandbox/health", timeout=10, trust_env=False).raise_for_status().json()
    except httpx.HTTPError as error:
        raise Misconfigured(
            f"no connection {provider}_default is set, and no sandbox answers at {sandbox_url()} to stand in for it; "
            f"way out: nightshift sandbox start, or set AIRFLOW_CONN_{provider.upper()}_DEFAULT"
        ) from error
    return str(health["answers"])


def _from_json(text: str) -> Credentials:
    content = json.loads(text)
    extra = content.get("extra") or {}
    return Credentials(
        secret=content.get("password") or "",
        base_url=content.get("host") or None,
        extra=json.loads(extra) if isinstance(extra, str) else extra,
    )


def _from_uri(text: str) -> Credentials:
    parts = urlsplit(text)
    extra = dict(parse_qsl(parts.query))
    host = f"https://{parts.hostname}{f':{parts.port}' if parts.port else ''}{parts.path}" if parts.hostname else None
    return Credentials(secret=unquote(parts.password or ""), base_url=extra.pop("base_url", host), extra=extra)
