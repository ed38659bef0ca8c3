"""Converse, InvokeModel and guardrails in boto3's typed responses."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError  # type: ignore[import-untyped]
from tests.sandbox.bedrock_wire.conftest import MODEL, Aws

SAY = [{"role": "user", "content": [{"text": "Why is the sky blue?"}]}]
RAIL = {"guardrailIdentifier": "rail1", "guardrailVersion": "1"}


def invoke(aws: Aws, model: str, body):
    answered = aws.runtime.invoke_model(modelId=model, body=json.dumps(body))
    return json.loads(answered["body"].read()), answered["ResponseMetadata"]["HTTPHeaders"]


def refused(call) -> str:
    with pytest.raises(ClientError) as found:
        call()
    return str(found.value.response["Error"]["Code"])


def test_converse_answers_and_bills(aws: Aws):
    found = aws.runtime.converse(modelId=MODEL, messages=SAY, system=[{"text": "Be brief."}])

    assert found["output"]["message"]["role"] == "assistant"
    assert found["output"]["message"]["content"][0]["text"].startswith("[sandbox]")
    assert found["stopReason"] == "end_turn"
    assert found["usage"]["totalTokens"] == found["usage"]["inputTokens"] + found["usage"]["outputTokens"]
    bill = aws.bill()
    assert (bill["requests"], bill["output_tokens"]) == (1, found["usage"]["outputTokens"])


def test_a_limit_of_tokens_cuts_the_answer(aws: Aws):
    found = aws.runtime.converse(modelId=MODEL, messages=SAY, inferenceConfig={"maxTokens": 5})

    assert (found["stopReason"], found["usage"]["outputTokens"]) == ("max_tokens", 5)


def test_a_schema_in_the_system_message_is_obeyed(aws: Aws):
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    system = [{"text": f"Be exact. Follow this JSON schema:\n{json.dumps(schema)}"}]
    found = aws.runtime.converse(modelId="amazon.nova-pro-v1:0", messages=SAY, system=system)

    assert isinstance(json.loads(found["output"]["message"]["content"][0]["text"])["n"], int)


@pytest.mark.parametrize("messages", [[], [{"role": "assistant", "content": [{"text": "Because."}]}]])
def test_a_conversation_without_a_user_is_refused(aws: Aws, messages):
    assert refused(lambda: aws.runtime.converse(modelId=MODEL, messages=messages)) == "ValidationException"


def test_an_unknown_model_is_refused(aws: Aws):
    assert refused(lambda: aws.runtime.converse(modelId="nobody.no-v1:0", messages=SAY)) == "ValidationException"


def test_a_guardrail_answers_in_the_model_s_place_and_costs_no_tokens(aws: Aws):
    hostile = [{"role": "user", "content": [{"text": "I will kill you."}]}]
    fine = aws.runtime.converse(modelId=MODEL, messages=SAY, guardrailConfig=RAIL)
    blocked = aws.runtime.converse(modelId=MODEL, messages=hostile, guardrailConfig=RAIL)

    assert fine["stopReason"] == "end_turn"
    assert (blocked["stopReason"], blocked["usage"]["totalTokens"]) == ("guardrail_intervened", 0)
    assert aws.bill()["input_tokens"] == fine["usage"]["inputTokens"]


def test_a_guardrail_gives_a_verdict(aws: Aws):
    def verdict(text: str):
        return aws.runtime.apply_guardrail(**RAIL, source="INPUT", content=[{"text": {"text": text}}])

    assert verdict("A fine day.")["action"] == "NONE"
    found = verdict("I hate you.")
    assert found["action"] == "GUARDRAIL_INTERVENED"
    assert found["assessments"][0]["contentPolicy"]["filters"][0]["type"] == "HATE"
    assert found["usage"]["contentPolicyUnits"] == 1


def test_a_guardrail_that_does_not_exist_is_refused(aws: Aws):
    missing = {"guardrailIdentifier": "missing", "guardrailVersion": "1"}
    assert (
        refused(lambda: aws.runtime.converse(modelId=MODEL, messages=SAY, guardrailConfig=missing))
        == "ValidationException"
    )


def test_titan_gives_one_vector_a_call(aws: Aws):
    found, headers = invoke(aws, "amazon.titan-embed-text-v2:0", {"inputText": "some text", "dimensions": 256})

    assert len(found["embedding"]) == 256
    assert found["inputTextTokenCount"] == int(headers["x-amzn-bedrock-input-token-count"]) == 3


@pytest.mark.parametrize("body", [{}, {"inputText": ""}, {"inputText": "a", "dimensions": 100}])
def test_titan_refuses_what_it_cannot_embed(aws: Aws, body):
    assert refused(lambda: invoke(aws, "amazon.titan-embed-text-v2:0", body)) == "ValidationException"


@pytest.mark.parametrize(
    "body", [{}, {"messages": "x"}, {"schemaVersion": "messages-v1", "messages": [{"role": "user"}]}]
)
def test_a_body_of_another_form_is_refused(aws: Aws, body):
    assert refused(lambda: invoke(aws, MODEL, body)) == "ValidationException"


def test_the_same_request_is_counted_as_a_repetition(aws: Aws):
    for _ in range(2):
        aws.runtime.converse(modelId=MODEL, messages=SAY)
    assert (aws.bill()["requests"], aws.bill()["unique_requests"]) == (2, 1)
