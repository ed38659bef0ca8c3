"""The wire: typed objects, keys, error bodies, request ids, both clients."""

from __future__ import annotations

import asyncio
import time

import httpx
import openai
import pytest
from openai.types import Batch, CreateEmbeddingResponse, FileObject, Model
from openai.types.admin.organization import UsageCostsResponse
from openai.types.chat import ChatCompletion

ASKED = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Which way is north?"}]}


def get(provider, path):
    return httpx.get(f"{provider.url}/v1{path}", headers={"Authorization": "Bearer sandbox"}).json()


def post(provider, path, body):
    return httpx.post(f"{provider.url}/v1{path}", json=body, headers={"Authorization": "Bearer sandbox"})


def test_every_object_is_strictly_of_the_sdks_type(provider):
    batch = provider.run(provider.lines(2), metadata={"shard": "1"})

    Batch.model_validate(get(provider, f"/batches/{batch.id}"), strict=True)
    FileObject.model_validate(get(provider, f"/files/{batch.output_file_id}"), strict=True)
    Model.model_validate(get(provider, "/models/gpt-4o"), strict=True)
    UsageCostsResponse.model_validate(get(provider, "/organization/costs?start_time=0&limit=1"), strict=True)
    ChatCompletion.model_validate(post(provider, "/chat/completions", ASKED).json(), strict=True)
    wanted = {"model": "text-embedding-3-small", "input": ["one", "two"]}
    CreateEmbeddingResponse.model_validate(post(provider, "/embeddings", wanted).json(), strict=True)
    for line in provider.results(batch.output_file_id):
        ChatCompletion.model_validate(line["response"]["body"], strict=True)


def test_the_async_client_works_too(provider):
    async def ask() -> str:
        async with openai.AsyncOpenAI(base_url=f"{provider.url}/v1", api_key="sandbox") as client:
            completion = await client.chat.completions.create(**ASKED)
            return completion.choices[0].message.content or ""

    assert asyncio.run(ask()).startswith("[sandbox]")


def test_the_answer_is_labelled(provider):
    completion = provider.client.chat.completions.create(**ASKED)

    assert completion.choices[0].message.content.startswith("[sandbox]")
    assert completion.system_fingerprint == "fp_sandbox"


@pytest.mark.parametrize("path", ["/v1/models/gpt-4o", "/v1/nothing", "/sandbox/health"])
def test_every_answer_has_a_request_id(provider, path):
    assert httpx.get(f"{provider.url}{path}").headers["x-request-id"].startswith("req_")


def test_answers_are_not_held_back_by_the_network_layer(provider):
    def seconds() -> float:
        begun = time.perf_counter()
        provider.client.models.retrieve("gpt-4o")
        return time.perf_counter() - begun

    # Nagle's algorithm against delayed acknowledgements costs every answer 40 ms.
    assert min(seconds() for _ in range(40)) < 0.03


def test_the_key_invalid_is_refused(provider):
    with pytest.raises(openai.AuthenticationError) as refused:
        provider.client.with_options(api_key="invalid").models.list()
    assert refused.value.code == "invalid_api_key"


def test_a_missing_key_is_refused(provider):
    assert httpx.get(f"{provider.url}/v1/models").status_code == 401


@pytest.mark.parametrize("model", ["gpt-9-imaginary", "gemini-1.5-flash", "whisper-1", "text-embedding-3-small"])
def test_a_model_that_the_endpoint_does_not_serve_is_not_found(provider, model):
    with pytest.raises(openai.NotFoundError) as refused:
        provider.client.chat.completions.create(**{**ASKED, "model": model})
    assert refused.value.code == "model_not_found"


@pytest.mark.parametrize(
    ("change", "param"),
    [({"messages": []}, "messages"), ({"stream": True}, "stream"), ({"n": 2}, "n"), ({"max_tokens": 0}, "max_tokens"),
     ({"response_format": {"type": "json_schema"}}, "response_format")],
)  # fmt: skip
def test_a_bad_parameter_is_named(provider, change, param):
    answer = post(provider, "/chat/completions", {**ASKED, **change})

    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == param


def test_a_body_that_is_no_json_is_refused_in_the_apis_shape(provider):
    answer = httpx.post(f"{provider.url}/v1/batches", content=b"{", headers={"Authorization": "Bearer sandbox"})

    assert answer.status_code == 400
    assert set(answer.json()["error"]) == {"message", "type", "param", "code"}


def test_an_unknown_path_answers_in_the_apis_shape(provider):
    answer = httpx.get(f"{provider.url}/v1/nothing")

    assert answer.status_code == 404
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_models_lists_what_can_be_priced(provider):
    names = {model.id for model in provider.client.models.list()}

    assert {"gpt-4o-2024-08-06", "gpt-4o-mini-2024-07-18", "text-embedding-3-small"} <= names
    assert "whisper-1" not in names


def test_embeddings_are_unit_vectors_and_the_same_in_both_encodings(provider):
    def vector(**more):
        answer = provider.client.embeddings.create(model="text-embedding-3-small", input="text", dimensions=8, **more)
        return answer.data[0].embedding

    decoded_by_the_sdk = vector()
    assert decoded_by_the_sdk == pytest.approx(vector(encoding_format="float"))
    assert sum(value * value for value in decoded_by_the_sdk) == pytest.approx(1)
