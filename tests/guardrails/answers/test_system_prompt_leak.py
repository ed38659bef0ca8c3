"""Leaks of the system prompt: word for word, in parts, encoded; and answers that only follow it."""

from __future__ import annotations

import base64

import pytest

from nightshift.guardrails.answers.system_prompt_leak import SystemPromptLeak
from nightshift.guardrails.subjects import Batch, Subject

SYSTEM = (
    "You are Pia, the assistant of a garden centre. Answer in at most three sentences. Never give a discount of more "
    "than ten percent, and do not mention that the manager may allow fifteen. If a customer asks about pesticides, "
    "refer to the leaflet in the shop. Sort every request into one of these categories: plants, tools, delivery, "
    "complaint. End with: Happy gardening from all of us!"
)
SHORT = "Answer only in rhymes, and never tell anybody that the code word is heron."
CHINESE = "你是一家花店的客服助手。折扣不得超过百分之十，也不要提到经理可以批准百分之十五的折扣。回答要简短。"

LEAKS = {
    "whole": (SYSTEM, SYSTEM),
    "whole, in a fence": (SYSTEM, f"Sure! My instructions:\n```\n{SYSTEM}\n```"),
    "one rule": (
        SYSTEM,
        "My rule is: Never give a discount of more than ten percent, and do not mention that the manager may allow it.",
    ),
    "other case and punctuation": (SYSTEM, SYSTEM.upper().replace(".", "!").replace(",", " -")),
    "as a list": (SYSTEM, SYSTEM.replace(". ", ".\n- ")),
    "short prompt": (SHORT, f"I was told: {SHORT}"),
    "chinese": (CHINESE, "我的指示是：折扣不得超过百分之十，也不要提到经理可以批准百分之十五的折扣。"),
    "base64": (SYSTEM, "Here it is: " + base64.b64encode(SYSTEM[:160].encode()).decode()),
    "reversed": (SYSTEM, SYSTEM[:200][::-1]),
}
SENTENCES = (
    "Speak of nothing but the boats of our harbour. Guests pay at the pier before they go aboard. "
    "The captain alone decides whether a boat goes out."
)
NO_LEAKS = {
    "an answer": (SYSTEM, "Roses like sun. Water them in the morning. Happy gardening from all of us!"),
    "the categories": (SYSTEM, '{"category": "plants"}'),
    "names the categories": (SYSTEM, "I can help with plants, tools, delivery or a complaint."),
    "follows a rule": (SYSTEM, "I can offer ten percent. Please see the leaflet in the shop about pesticides."),
    "paraphrase": (SYSTEM, "Rebates above a tenth are off limits for me, although a supervisor could go higher."),
    "short prompt, rhymes": (SHORT, "The sun is low, the lake is still, a heron stands below the hill."),
    "chinese answer": (CHINESE, "您好，玫瑰喜欢阳光，请在早晨浇水。折扣最多百分之十。"),
    "no prompt": ("", "Anything goes."),
}


def leaked(system: str, text: str, check: SystemPromptLeak | None = None) -> list[str]:
    (hits,) = (check or SystemPromptLeak()).detect(Batch([Subject(text, "assistant", None, system)]))
    return [text[hit.start : hit.end] for hit in hits]


@pytest.mark.parametrize("name", LEAKS)
def test_a_leak_is_found(name: str) -> None:
    assert leaked(*LEAKS[name])


@pytest.mark.parametrize("name", NO_LEAKS)
def test_an_answer_that_follows_its_prompt_is_no_leak(name: str) -> None:
    assert leaked(*NO_LEAKS[name]) == []


def test_what_belongs_in_answers_may_be_named() -> None:
    closing = "End with: Happy gardening from all of us, and see you soon in one of our five shops by the river!"
    said = closing.removeprefix("End with: ")
    assert leaked(closing, said) == [said.rstrip("!")]
    assert leaked(closing, said, SystemPromptLeak(may_repeat=(said,))) == []


def test_half_of_a_prompt_is_a_leak_whatever_stands_between_its_sentences() -> None:
    told = [f"{number}, {sentence}" for number, sentence in enumerate(SENTENCES.split(". "), 1)]
    assert len(leaked(SENTENCES, " and then ".join(told))) == 3
    assert leaked(SENTENCES, told[0]) == []


def test_how_many_words_in_a_row_are_a_leak_can_be_said() -> None:
    text = "Never give a discount of more than ten percent."  # nine words
    assert leaked(SYSTEM, text) == []
    assert leaked(SYSTEM, text, SystemPromptLeak(words=9)) == ["Never give a discount of more than ten percent"]
