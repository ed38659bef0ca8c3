from __future__ import annotations

import json
from typing import Any

import pytest
from oci.exceptions import ServiceError
from oci.generative_ai_inference import models
from tests.sandbox.oci_wire.sdk_client import COHERE, COMMAND_A, COMPARTMENT, EMBED, GPT, LLAMA, Oci, generic

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


def refused(oci: Oci, *arguments: Any, **details: Any) -> ServiceError:
    with pytest.raises(ServiceError) as raised:
        oci.chat(*arguments, **details)
    found: ServiceError = raised.value
    return found


def test_a_generic_answer_is_read_by_the_typed_models(oci: Oci) -> None:
    found = oci.ask("Hello", system="Be brief.").data
    assert found.model_id == LLAMA
    assert isinstance(found.chat_response, models.GenericChatResponse)
    choice = found.chat_response.choices[0]
    assert choice.finish_reason == "stop"
    assert choice.message.role == "ASSISTANT"
    assert choice.message.content[0].text.startswith("[sandbox]")
    assert found.chat_response.time_created.tzinfo is not None
    usage = found.chat_response.usage
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens > 0


def test_a_cohere_answer_is_read_by_the_typed_models(oci: Oci) -> None:
    history = [models.CohereUserMessage(message="1+1?"), models.CohereChatBotMessage(message="2")]
    request = models.CohereChatRequest(message="2+2?", chat_history=history, preamble_override="Be brief.")
    found = oci.chat(request, COHERE).data.chat_response
    assert isinstance(found, models.CohereChatResponse)
    assert found.text.startswith("[sandbox]")
    assert found.finish_reason == "COMPLETE"
    assert found.usage.prompt_tokens > 0


def test_a_second_generation_cohere_answer_is_read_by_the_typed_models(priced: Oci) -> None:
    content = [models.CohereTextContentV2(text="2+2?")]
    request = models.CohereChatRequestV2(messages=[models.CohereUserMessageV2(content=content)])
    found = priced.chat(request, COMMAND_A).data.chat_response
    assert isinstance(found, models.CohereChatResponseV2)
    assert found.message.content[0].text.startswith("[sandbox]")
    assert found.finish_reason == "COMPLETE"


def test_the_same_conversation_gets_the_same_answer_in_another_request(oci: Oci) -> None:
    texts = {oci.ask("Hello", seed=seed).data.chat_response.choices[0].message.content[0].text for seed in (1, 2)}
    assert len(texts) == 1


@pytest.mark.parametrize("model", [COHERE, LLAMA])
def test_an_answer_keeps_to_a_schema(oci: Oci, model: str) -> None:
    if model == COHERE:
        wanted = models.CohereResponseJsonFormat(schema=SCHEMA)
        answers = [
            oci.chat(
                models.CohereChatRequest(message=f"{number}", response_format=wanted), model
            ).data.chat_response.text
            for number in range(3)
        ]
    else:
        schema = models.ResponseJsonSchema(name="answer", schema=SCHEMA, is_strict=True)
        found = oci.ask(response_format=models.JsonSchemaResponseFormat(json_schema=schema)).data
        answers = [found.chat_response.choices[0].message.content[0].text]
    assert any(set(json.loads(text)) == {"city"} for text in answers if text.startswith("{"))


@pytest.mark.parametrize(("name", "model"), [("max_tokens", LLAMA), ("max_completion_tokens", GPT)])
def test_an_answer_that_was_cut_says_so(oci: Oci, name: str, model: str) -> None:
    choice = oci.ask(model=model, **{name: 4}).data.chat_response.choices[0]
    assert choice.finish_reason == "length"


def test_a_dedicated_endpoint_answers_with_its_own_model(oci: Oci) -> None:
    endpoint = f"ocid1.generativeaiendpoint.oc1.eu-frankfurt-1.{LLAMA}"
    mode = models.DedicatedServingMode(endpoint_id=endpoint)
    assert oci.chat(generic("Hello"), serving_mode=mode).data.model_id == LLAMA


def test_every_answer_carries_a_request_id_made_of_the_client_s(oci: Oci) -> None:
    mode = models.OnDemandServingMode(model_id=LLAMA)
    details = models.ChatDetails(compartment_id=COMPARTMENT, serving_mode=mode, chat_request=generic("Hello"))
    assert oci.client.chat(details, opc_request_id="MINE").request_id.startswith("MINE/")


def test_characters_are_billed_for_models_that_count_them(oci: Oci) -> None:
    answer = oci.ask("x" * 900, system="y" * 100).data.chat_response.choices[0].message.content[0].text
    # 0.18 USD per million characters, both ways.
    assert float(oci.bill()["cost_usd"]) == pytest.approx((1000 + len(answer)) * 0.18e-6)


def test_tokens_are_billed_for_models_that_count_them(oci: Oci) -> None:
    usage = oci.ask("x" * 900, model=GPT).data.chat_response.usage
    expected = usage.prompt_tokens * 0.15e-6 + usage.completion_tokens * 0.6e-6
    assert float(oci.bill()["cost_usd"]) == pytest.approx(expected)
    assert oci.bill()["requests"] == 1


def test_texts_become_vectors_and_their_characters_are_billed(priced: Oci) -> None:
    mode = models.OnDemandServingMode(model_id=EMBED)
    details = models.EmbedTextDetails(compartment_id=COMPARTMENT, serving_mode=mode, inputs=["one", "two", "one"])
    found = priced.client.embed_text(details).data
    first, second, third = found.embeddings
    assert len(first) == 1024
    assert first == third != second
    assert float(priced.bill()["cost_usd"]) == pytest.approx(9 * 0.1e-6)


def test_more_texts_than_a_call_may_have_are_refused(priced: Oci) -> None:
    mode = models.OnDemandServingMode(model_id=EMBED)
    details = models.EmbedTextDetails(compartment_id=COMPARTMENT, serving_mode=mode, inputs=["text"] * 97)
    with pytest.raises(ServiceError, match="96") as raised:
        priced.client.embed_text(details)
    assert (raised.value.status, raised.value.code) == (400, "InvalidParameter")


@pytest.mark.parametrize(
    ("request_of", "details", "status", "code"),
    [
        (generic("x", max_tokens=0), {}, 400, "InvalidParameter"),
        (generic("x", num_generations=2), {}, 400, "InvalidParameter"),
        (models.GenericChatRequest(messages=[]), {}, 400, "MissingParameter"),
        (models.CohereChatRequest(message="x"), {}, 400, "InvalidParameter"),
        (generic("x"), {"compartment_id": None}, 400, "MissingParameter"),
        (generic("x"), {"compartment_id": "ocid1.compartment.oc1..invalid"}, 404, "NotAuthorizedOrNotFound"),
        (generic("x"), {"serving_mode": models.OnDemandServingMode(model_id="meta.llama-1")}, 404, "404"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_as_oci_does(
    oci: Oci, request_of: Any, details: dict[str, Any], status: int, code: str
) -> None:
    error = refused(oci, request_of, **details)
    assert (error.status, error.code) == (status, code)
    assert error.message
    assert oci.bill()["requests"] == 0
