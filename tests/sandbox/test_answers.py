"""Stand-ins: labelled, repeatable, now and then unusable where a small model answers."""

from __future__ import annotations

import json

import pytest

from nightshift.sandbox import tokens
from nightshift.sandbox.answers import LABEL, PROSE, REFUSAL
from nightshift.sandbox.model import StandInModel
from nightshift.sandbox.openai_wire.chat import Responder, digest
from nightshift.sandbox.openai_wire.wire import ApiError, Flavour, Reply

CHAT = "/v1/chat/completions"
SCHEMA = {
    "type": "object",
    "properties": {"label": {"enum": ["billing", "technical", "other"]}, "summary": {"type": "string"}},
    "required": ["label", "summary"],
    "additionalProperties": False,
}
FORMAT = {"type": "json_schema", "json_schema": {"name": "ticket", "schema": SCHEMA, "strict": True}}


def reply(prompt, model="gpt-4o", **more) -> Reply:
    body = {"model": model, "messages": [{"role": "user", "content": prompt}], **more}
    answer = Responder(Flavour(), StandInModel()).reply(CHAT, body, 0, digest(CHAT, body))
    assert isinstance(answer, Reply)
    return answer


def text(prompt, model="gpt-4o", **more):
    return reply(prompt, model, **more).body["choices"][0]["message"]["content"]


def test_a_text_is_labelled_repeatable_and_does_not_repeat_the_prompt():
    assert text("canary-4711").startswith(LABEL)
    assert text("canary-4711") == text("canary-4711")
    assert "4711" not in text("canary-4711")
    assert len({text(f"prompt {number}") for number in range(100)}) == 100


@pytest.mark.parametrize(("more", "unusable"), [({}, REFUSAL), ({"response_format": FORMAT}, PROSE)])
def test_small_models_are_unusable_now_and_then_and_large_ones_never(more, unusable):
    def count(model):
        return sum(text(f"prompt {number}", model, **more) == unusable for number in range(2000))

    assert 60 <= count("gpt-4o-mini") <= 150
    assert count("gpt-4o-mini") == count("gpt-4.1-nano")
    assert count("gpt-4o") == 0


def test_the_enum_member_depends_on_the_prompt_and_not_on_the_model():
    def labels(model):
        answers = [text(f"prompt {number}", model, response_format=FORMAT) for number in range(200)]
        return [json.loads(answer)["label"] if answer != PROSE else None for answer in answers]

    large = labels("gpt-4o")
    assert set(large) == {"billing", "technical", "other"}
    assert all(mini in (None, full) for mini, full in zip(labels("gpt-4o-mini"), large, strict=True))


def test_json_object_mode_answers_with_an_object():
    assert json.loads(text("x", response_format={"type": "json_object"}))["answer"].startswith(LABEL)


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
def test_a_limit_on_tokens_cuts_the_answer(name):
    limited = reply("prompt", **{name: 3})

    [choice] = limited.body["choices"]
    assert choice["finish_reason"] == "length"
    assert limited.usage.output == 3
    assert tokens.of_text(choice["message"]["content"]) == 3
    assert reply("prompt", **{name: 1000}).body["choices"][0]["finish_reason"] == "stop"


def test_a_schema_that_cannot_be_followed_is_an_error_of_the_request():
    broken = {"type": "json_schema", "json_schema": {"name": "x", "schema": {"$ref": "#/$defs/missing"}}}
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "x"}], "response_format": broken}
    answer = Responder(Flavour(), StandInModel()).reply(CHAT, body, 0, digest(CHAT, body))

    assert isinstance(answer, ApiError)
    assert answer.code == "invalid_json_schema"


def test_tokens_grow_with_the_prompt_and_count_bytes():
    assert tokens.of_text("") == 0
    assert tokens.of_text("abcd") == 1
    assert tokens.of_text("abcde") == 2
    assert tokens.of_text("äöü") == 2
    assert reply("a" * 400).usage.input == reply("a" * 396).usage.input + 1
