"""Azure's paths, credentials and habits, as the SDK's Azure client meets them."""

from __future__ import annotations

import httpx
import openai
import pytest
from tests.sandbox.azure_wire.conftest import VERSION

MODEL = "gpt-4o-2024-08-06"


def ask(azure, **change):
    asked = {"model": MODEL, "messages": [{"role": "user", "content": "Hello?"}]}
    return azure.client.chat.completions.create(**{**asked, **change})


def test_a_deployment_answers_as_its_model_does(azure):
    found = ask(azure)

    assert found.choices[0].message.content.startswith("[sandbox]")
    assert found.choices[0].content_filter_results["violence"] == {"filtered": False, "severity": "safe"}
    assert found.prompt_filter_results[0]["content_filter_results"]["jailbreak"]["detected"] is False
    bill = azure.bill()["by_provider"]
    assert (bill["azure_openai"]["requests"], bill["openai"]["requests"]) == (1, 0)


def test_the_deployment_in_the_path_counts_and_not_the_model_in_the_body(azure):
    answer = httpx.post(
        f"{azure.url}/openai/deployments/{MODEL}/chat/completions?api-version={VERSION}",
        headers={"api-key": "sandbox"},
        json={"messages": [{"role": "user", "content": "Hello?"}]},
    )

    assert answer.json()["model"] == MODEL


def test_embeddings_come_from_their_deployment(azure):
    found = azure.client.embeddings.create(model="text-embedding-3-small", input=["one", "two"])

    assert [len(one.embedding) for one in found.data] == [1536, 1536]
    assert found.usage.prompt_tokens > 0


@pytest.mark.parametrize("model", ["nobody", "text-embedding-3-small"])
def test_a_deployment_that_does_not_exist_or_does_not_chat_is_not_found(azure, model):
    with pytest.raises(openai.NotFoundError) as refused:
        ask(azure, model=model)
    assert refused.value.code == "DeploymentNotFound"


def test_a_token_of_entra_id_is_as_good_as_a_key(azure):
    azure.client = openai.AzureOpenAI(
        azure_endpoint=azure.url, api_version=VERSION, azure_ad_token_provider=lambda: "token", max_retries=0
    )

    assert ask(azure).choices


@pytest.mark.parametrize(
    ("headers", "code"),
    [({}, "401"), ({"api-key": "invalid"}, "401"), ({"authorization": "Bearer invalid"}, "PermissionDenied")],
)
def test_a_key_or_token_is_asked_for(azure, headers, code):
    answer = httpx.get(f"{azure.url}/openai/files?api-version={VERSION}", headers=headers)

    assert (answer.status_code, answer.json()["error"]["code"]) == (401, code)
    assert set(answer.json()["error"]) == {"code", "message"}


@pytest.mark.parametrize("query", ["", "?api-version=latest"])
def test_every_request_names_its_api_version(azure, query):
    answer = httpx.get(f"{azure.url}/openai/files{query}", headers={"api-key": "sandbox"})

    assert answer.json() == {"error": {"code": "404", "message": "Resource not found"}}


def test_a_whole_batch_has_an_empty_error_file_and_no_sum(azure):
    done = azure.run(azure.lines(3))

    assert [line["custom_id"] for line in azure.results(done.output_file_id)] == ["row-0", "row-1", "row-2"]
    assert azure.text(done.error_file_id) == ""
    assert (done.usage, done.endpoint) == (None, "/chat/completions")


def test_lines_name_the_url_without_a_version(azure):
    lines = [{**line, "url": "/v1/chat/completions"} for line in azure.lines(1)]

    assert azure.run(lines, end="failed").errors.data[0].code == "url_mismatch"


def test_files_and_batches_are_not_those_of_openai(azure, provider):
    batch = azure.run(azure.lines(1))

    assert provider.client.batches.list().data == []
    assert [one.id for one in azure.client.batches.list()] == [batch.id]
    assert len(azure.client.files.list().data) == 3
