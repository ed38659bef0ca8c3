"""What is Azure's own, beside the contract: its connection, its two ways to sign in, its error codes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest
from tests.providers.cases import AZURE_OPENAI
from tests.providers.contract import Endpoint, Subject, assert_discreet
from tests.shared_sandbox import Sandbox

from nightshift.errors import Misconfigured, ProviderRefused, ProviderUnavailable, RateLimited
from nightshift.providers.azure_openai import AzureOpenAIProvider
from nightshift.providers.credentials import Credentials
from nightshift.providers.port import BatchState, Target


@pytest.fixture
def azure(sandbox: Sandbox) -> Subject:
    credentials = AZURE_OPENAI.credentials(sandbox.url)
    endpoint = Endpoint(credentials, AZURE_OPENAI.chat, AZURE_OPENAI.embedding, patience=30, pause=0.01)
    return Subject(AZURE_OPENAI, endpoint, AZURE_OPENAI.open(credentials))


@pytest.mark.parametrize(
    ("secret", "base_url", "extra", "told"),
    [
        ("key", None, {}, "has no host"),
        ("", "https://a.openai.azure.com", {}, "has no password"),
        ("key", "https://a.openai.azure.com", {"auth": "password"}, "'key' or 'entra'"),
    ],
)
def test_an_incomplete_connection_says_what_is_missing(
    secret: str, base_url: str | None, extra: dict[str, Any], told: str
) -> None:
    with pytest.raises(Misconfigured, match=f"azure_openai_default.*{told}"):
        AzureOpenAIProvider(Credentials(secret, base_url, extra), "global")


@pytest.mark.parametrize("path", ["", "/", "/openai", "/openai/"])
def test_the_endpoint_may_be_written_as_the_portal_shows_it(azure: Subject, sandbox: Sandbox, path: str) -> None:
    assert azure.changed(base_url=f"{sandbox.url}{path}").answer().error is None


def test_a_request_line_names_the_deployment_and_azure_s_own_url(azure: Subject) -> None:
    line = orjson.loads(azure.line())
    assert (line["url"], line["body"]["model"]) == ("/chat/completions", AZURE_OPENAI.chat.model)


def test_the_region_is_named_where_something_is_refused(azure: Subject, sandbox: Sandbox) -> None:
    sandbox.faults({"fault": "invalid_credentials"})
    with pytest.raises(ProviderRefused, match="Azure OpenAI in datazone-eu refused to answer a request: status 401"):
        azure.answer()


def test_a_deployment_that_does_not_exist_is_refused(azure: Subject) -> None:
    nowhere = replace(azure, endpoint=replace(azure.endpoint, chat=Target("nobody")))
    with pytest.raises(ProviderRefused, match=r"DeploymentNotFound.*retired or not deployed.*azure_openai_default"):
        nowhere.answer()


def test_an_api_version_that_azure_does_not_know_is_refused(azure: Subject) -> None:
    with pytest.raises(ProviderRefused, match="status 404"):
        azure.with_extra(api_version="latest").answer()


def test_a_wait_below_a_second_is_heard(azure: Subject, sandbox: Sandbox) -> None:
    sandbox.faults({"fault": "rate_limit", "seconds": 0.25})
    with pytest.raises(RateLimited) as raised:
        azure.answer()
    assert raised.value.retry_after_seconds == 0.25


def test_the_filter_s_refusal_keeps_its_code(azure: Subject, sandbox: Sandbox) -> None:
    sandbox.faults({"fault": "content_filter"})
    assert azure.answer().error == "content_filter"


def test_a_queue_that_is_full_fails_the_batch(azure: Subject, sandbox: Sandbox) -> None:
    sandbox.faults({"fault": "fail_batch", "times": 1})
    status = azure.ended(azure.submit())
    assert (status.state, [one.code for one in status.problems]) == (BatchState.FAILED, ["token_limit_exceeded"])


def test_the_empty_error_file_of_a_whole_batch_is_no_loss(azure: Subject) -> None:
    status = azure.ended(azure.submit())
    assert len(status.result_files) == 2
    assert len(azure.results(status)) == azure.case.rows
    assert status.usage is None


class TestEntra:
    @pytest.fixture(autouse=True)
    def _installed(self) -> None:
        pytest.importorskip("azure.identity")

    def test_no_key_is_needed(self, azure: Subject) -> None:
        assert azure.changed(secret="", login="", extra={"auth": "entra"}).provider

    def test_a_login_that_cannot_be_reached_is_no_mistake_of_ours(self, azure: Subject) -> None:
        extra = {"auth": "entra", "tenant_id": "tenant-canary", "authority_host": "https://127.0.0.1:9"}
        with pytest.raises(ProviderUnavailable, match=r"could not be reached.*azure_openai_default") as raised:
            azure.with_extra(**extra).answer()
        assert_discreet(raised.value)
