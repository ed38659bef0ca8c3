"""Requests in OCI's three formats, checked with the SDK's typed models."""

from __future__ import annotations

import json
from typing import Any

import pytest
from oci.generative_ai_inference import models
from tests.providers.contract import call_of, line_of

from nightshift.errors import Misconfigured
from nightshift.providers.oci_chat import ApiFormat, characters_asked, said, template
from nightshift.providers.port import Target

COHERE, LLAMA = Target("cohere.command-r-08-2024"), Target("meta.llama-3.3-70b-instruct")
COMMAND_A, GPT = Target("cohere.command-a-reasoning-08-2025"), Target("openai.gpt-oss-120b")
SHOWN = (("system", "Be brief."), ("user", "1+1?"), ("assistant", "2"))
SCHEMA = {"type": "object", "properties": {"sum": {"type": "integer"}}}
QUESTION = 'Is "2+2" 4?\n'


def details_of(target: Target, **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(line_of(template(call_of(target, **changes)), 7, QUESTION))
    assert list(found) == ["id", "chatDetails"]
    assert found["id"] == "7"
    details: dict[str, Any] = found["chatDetails"]
    return details


def request_of(target: Target, **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = details_of(target, **changes)["chatRequest"]
    return found


def known_fields(model: Any, request: dict[str, Any]) -> bool:
    return set(request) <= set(model.attribute_map.values())


def test_cohere_s_format_has_the_user_s_text_a_preamble_and_a_history() -> None:
    request = request_of(COHERE, fixed_messages=SHOWN, seed=3, answer_schema=SCHEMA)
    assert request == {
        "apiFormat": "COHERE",
        "temperature": 0.0,
        "seed": 3,
        "maxTokens": 200,
        "responseFormat": {"type": "JSON_OBJECT", "schema": SCHEMA},
        "preambleOverride": "Be brief.",
        "chatHistory": [{"role": "USER", "message": "1+1?"}, {"role": "CHATBOT", "message": "2"}],
        "message": QUESTION,
    }
    assert known_fields(models.CohereChatRequest(), request)


def test_the_generic_format_has_messages_of_parts() -> None:
    request = request_of(LLAMA, fixed_messages=SHOWN, answer_schema=SCHEMA)
    said_so_far = [(one["role"], one["content"]) for one in request.pop("messages")]
    assert said_so_far == [
        ("SYSTEM", [{"type": "TEXT", "text": "Be brief."}]),
        ("USER", [{"type": "TEXT", "text": "1+1?"}]),
        ("ASSISTANT", [{"type": "TEXT", "text": "2"}]),
        ("USER", [{"type": "TEXT", "text": QUESTION}]),
    ]
    schema = {"name": "answer", "schema": SCHEMA, "isStrict": True}
    wanted = {"type": "JSON_SCHEMA", "jsonSchema": schema}
    assert request == {"apiFormat": "GENERIC", "temperature": 0.0, "maxTokens": 200, "responseFormat": wanted}
    assert known_fields(models.GenericChatRequest(), request)


def test_cohere_s_second_format_has_messages_and_cohere_s_schema() -> None:
    request = request_of(COMMAND_A, fixed_messages=SHOWN, answer_schema=SCHEMA)
    assert request["apiFormat"] == "COHEREV2"
    assert request["messages"][-1] == {"role": "USER", "content": [{"type": "TEXT", "text": QUESTION}]}
    assert request["responseFormat"] == {"type": "JSON_OBJECT", "schema": SCHEMA}
    assert known_fields(models.CohereChatRequestV2(), request)


def test_openai_s_models_are_told_their_limit_in_their_own_word() -> None:
    request = request_of(GPT)
    assert request["maxCompletionTokens"] == 200
    assert "maxTokens" not in request


def test_a_seed_is_left_out_where_none_is_wanted() -> None:
    assert "seed" not in request_of(LLAMA)


def test_a_model_is_served_on_demand_unless_it_has_an_endpoint() -> None:
    assert details_of(LLAMA)["servingMode"] == {"servingType": "ON_DEMAND", "modelId": LLAMA.model}


def test_an_endpoint_is_the_only_place_that_its_model_is_asked_at() -> None:
    target = Target("our-llama", {"endpoint_id": "ocid1.generativeaiendpoint.oc1..x"})
    details = details_of(target)
    assert details["servingMode"] == {"servingType": "DEDICATED", "endpointId": "ocid1.generativeaiendpoint.oc1..x"}
    assert "our-llama" not in json.dumps(details)


def test_an_endpoint_whose_name_does_not_say_it_can_have_a_format_of_its_own() -> None:
    assert request_of(Target("our-command", {"api_format": "COHERE"}))["apiFormat"] == "COHERE"


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"target": Target("meta.llama", {"top_k": "5"})}, "top_k"),
        ({"target": Target("meta.llama", {"api_format": "COHEREV3"})}, "COHEREV3"),
        ({"target": LLAMA, "fixed_messages": (("critic", "x"),)}, "critic"),
    ],
)
def test_what_oci_does_not_know_is_refused_by_name(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(Misconfigured, match=named):
        details_of(**changes)


@pytest.mark.parametrize("target", [COHERE, LLAMA, COMMAND_A, GPT])
def test_the_prompt_s_characters_are_those_of_all_its_texts(target: Target) -> None:
    request = request_of(target, fixed_messages=SHOWN)
    assert characters_asked(request) == len("Be brief." + "1+1?" + "2" + QUESTION)


def response(chosen: ApiFormat, finish: str, text: str = "4", **more: Any) -> dict[str, Any]:
    parts = {"role": "ASSISTANT", "content": [{"type": "THINKING", "thinking": "2+2"}, {"type": "TEXT", "text": text}]}
    forms: dict[ApiFormat, dict[str, Any]] = {
        ApiFormat.COHERE: {"text": text, "finishReason": finish},
        ApiFormat.COHERE_V2: {"message": parts, "finishReason": finish},
        ApiFormat.GENERIC: {"choices": [{"message": parts, "finishReason": finish}]},
    }
    return {"apiFormat": chosen.value, **forms[chosen], **more}


@pytest.mark.parametrize(
    ("chosen", "finish", "ours"),
    [
        (ApiFormat.COHERE, "COMPLETE", "stop"),
        (ApiFormat.COHERE, "MAX_TOKENS", "length"),
        (ApiFormat.COHERE, "ERROR_TOXIC", "content_filter"),
        (ApiFormat.COHERE, "ERROR", "error"),
        (ApiFormat.COHERE_V2, "STOP_SEQUENCE", "stop"),
        (ApiFormat.GENERIC, "stop", "stop"),
        (ApiFormat.GENERIC, "length", "length"),
        (ApiFormat.GENERIC, "content_filter", "content_filter"),
    ],
)
def test_an_answer_says_why_it_ended(chosen: ApiFormat, finish: str, ours: str) -> None:
    found = said(response(chosen, finish))
    assert (found.text, found.finish_reason) == ("4", ours)


def test_an_answer_s_tokens_are_read_where_it_has_them() -> None:
    usage = {
        "promptTokens": 10,
        "completionTokens": 5,
        "promptTokensDetails": {"cachedTokens": 4},
        "completionTokensDetails": {"reasoningTokens": 3},
    }
    found = said(response(ApiFormat.GENERIC, "stop", usage=usage))
    assert (found.input_tokens, found.cached_input_tokens, found.output_tokens, found.reasoning_tokens) == (10, 4, 5, 3)
    assert said(response(ApiFormat.COHERE, "COMPLETE")).input_tokens == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"apiFormat": "GENERIC", "choices": []},
        {"apiFormat": "COHERE", "text": None, "finishReason": "COMPLETE"},
        {"apiFormat": "NEW"},
        response(ApiFormat.GENERIC, "stop", usage={"promptTokens": -1}),
    ],
)
def test_what_is_no_answer_is_not_taken_for_one(wrong: dict[str, Any]) -> None:
    with pytest.raises((LookupError, TypeError, ValueError)):
        said(wrong)
