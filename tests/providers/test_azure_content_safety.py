"""Azure AI Content Safety: severities as scores, long texts in parts, whose fault a failure is."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from tests.providers.cases import AZURE_OPENAI
from tests.providers.contract import Endpoint, Subject, run
from tests.providers.test_contract_faults import REQUEST_FAULTS, check, impatient
from tests.shared_sandbox import Sandbox

from nightshift.errors import NightshiftError, ProviderRefused, ProviderUnavailable
from nightshift.providers.azure_content_safety import MOST_CHARACTERS
from nightshift.providers.port import Moderation, Moderator, Target

CANARY = "a canary"


@pytest.fixture
def azure(sandbox: Sandbox) -> Subject:
    credentials = AZURE_OPENAI.credentials(sandbox.url)
    endpoint = Endpoint(credentials, AZURE_OPENAI.chat, AZURE_OPENAI.embedding, patience=30, pause=0.01)
    return Subject(AZURE_OPENAI, endpoint, AZURE_OPENAI.open(credentials))


def moderate(azure: Subject, *texts: str) -> tuple[Moderation, ...]:
    assert isinstance(azure.provider, Moderator)
    return run(azure.provider.moderate(list(texts), Target("content-safety"), "user"))


def test_severities_become_scores_by_category(azure: Subject) -> None:
    fight, kill = moderate(azure, "They fight.", "I will kill you.")
    assert fight == Moderation(False, {"Hate": 0, "SelfHarm": 0, "Sexual": 0, "Violence": 2 / 7})
    assert (kill.flagged, kill.categories["Violence"]) == (True, 5 / 7)


@pytest.mark.parametrize("before", [0, MOST_CHARACTERS, 3 * MOST_CHARACTERS])
def test_a_text_is_read_to_its_end(azure: Subject, before: int) -> None:
    (found,) = moderate(azure, "x " * (before // 2) + "I will kill you.")
    assert found.flagged


def test_nothing_is_asked_about_nothing(azure: Subject) -> None:
    assert [found.flagged for found in moderate(azure, "", " \n")] == [False, False]


@pytest.mark.parametrize("name", REQUEST_FAULTS)
def test_a_failure_says_who_can_mend_it(azure: Subject, sandbox: Sandbox, name: str) -> None:
    fault, kind, wait = REQUEST_FAULTS[name]
    sandbox.faults({**fault, "on": "text.analyze", "provider": "azure_openai"})
    with pytest.raises(NightshiftError) as raised:
        moderate(impatient(azure), CANARY)
    check(raised.value, kind, wait)


def test_a_wrong_key_is_refused(azure: Subject) -> None:
    with pytest.raises(ProviderRefused, match=r"status 401.*azure_openai_default"):
        moderate(azure.with_extra(content_safety_key="invalid"), CANARY)


def test_another_resource_may_be_named(azure: Subject, sandbox: Sandbox) -> None:
    elsewhere = azure.changed(
        base_url="http://127.0.0.1:9", extra={"content_safety_host": sandbox.url, "content_safety_key": "key"}
    )
    assert moderate(elsewhere, "I will kill you.")[0].flagged
    with pytest.raises(ProviderUnavailable, match=r"no connection to 127\.0\.0\.1:9"):
        moderate(azure.changed(base_url="http://127.0.0.1:9"), CANARY)


def test_a_resource_without_the_service_is_told_from_a_wrong_key(azure: Subject, sandbox: Sandbox) -> None:
    with pytest.raises(ProviderRefused, match="has no Content Safety: name one that has, in content_safety_host"):
        moderate(azure.with_extra(content_safety_host=f"{sandbox.url}/elsewhere"), CANARY)


def test_the_sandbox_refuses_what_the_service_refuses(sandbox: Sandbox) -> None:
    def ask(version: str = "2024-09-01", **body: Any) -> int:
        url, headers = f"{sandbox.url}/contentsafety/text:analyze", {"ocp-apim-subscription-key": "key"}
        return httpx.post(url, params={"api-version": version}, json=body, headers=headers).status_code

    assert ask(text="Hello.") == 200
    assert ask(text="") == ask(text="x" * 10_001) == ask(text="a", categories=["Love"]) == 400
    assert ask(text="Hello.", version="latest") == 404
