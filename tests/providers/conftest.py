"""Each test that asks for a `subject` runs for every provider: in the sandbox, and with --live at the real one."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from tests.providers.cases import CASES, ProviderCase
from tests.providers.contract import Endpoint, Subject
from tests.shared_sandbox import Sandbox

from nightshift.providers.credentials import credentials_for
from nightshift.providers.port import Target

# Kept from before `own_home` takes them away from each test.
_CONNECTIONS = {name: value for name, value in os.environ.items() if name.startswith("AIRFLOW_CONN_")}


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> ProviderCase:
    found: ProviderCase = request.param
    return found


@pytest.fixture
def subject(case: ProviderCase, sandbox: Sandbox) -> Subject:
    """A provider in the sandbox, where faults can be asked for."""
    return _in_sandbox(case, sandbox)


@pytest.fixture(params=["sandbox", pytest.param("live", marks=pytest.mark.live)])
def anywhere(request: pytest.FixtureRequest, case: ProviderCase, monkeypatch: pytest.MonkeyPatch) -> Subject:
    """A provider in the sandbox, or the real one."""
    if request.param == "sandbox":
        return _in_sandbox(case, request.getfixturevalue("sandbox"))
    return _live(case, monkeypatch)


def _in_sandbox(case: ProviderCase, sandbox: Sandbox) -> Subject:
    credentials = case.credentials(sandbox.url)
    endpoint = Endpoint(credentials, case.chat, case.embedding, patience=30, pause=0.01)
    return Subject(case, endpoint, case.open(credentials))


def _live(case: ProviderCase, monkeypatch: pytest.MonkeyPatch) -> Subject:
    """The connection's extra may name what this account has: live_region, _chat, _embedding and _guardrail."""
    for name, value in _CONNECTIONS.items():
        monkeypatch.setenv(name, value)
    credentials = credentials_for(case.name, case.region)
    if credentials.sandbox:
        pytest.skip(f"AIRFLOW_CONN_{case.connection_id.upper()} is not set")
    chat = Target(credentials.extra.get("live_chat", case.chat.model), case.chat.options)
    embedding = Target(credentials.extra.get("live_embedding", case.embedding.model), case.embedding.options)
    endpoint = Endpoint(credentials, chat, embedding, patience=24 * 3600, pause=15)
    moderation = case.moderation
    if moderation is not None and "live_guardrail" in credentials.extra:
        moderation = Target(moderation.model, {"guardrail": credentials.extra["live_guardrail"]})
    case = replace(case, moderation=moderation, region=credentials.extra.get("live_region", case.region))
    return Subject(case, endpoint, case.open(credentials))
