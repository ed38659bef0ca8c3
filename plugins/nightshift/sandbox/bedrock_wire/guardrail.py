"""A stand-in for a guardrail: a few words in four categories. Every identifier exists but `missing`."""

from __future__ import annotations

import re

from nightshift.sandbox.bedrock_wire.wire import AwsError, invalid
from nightshift.sandbox.usage import JsonObject

BLOCKED = "[sandbox] Blocked by the guardrail."
_MISSING = "missing"
_PROMPT_ATTACK = "PROMPT_ATTACK"
_WORDS = {
    "VIOLENCE": re.compile(r"\b(kill|murder|bomb|shoot|stab)\w*", re.IGNORECASE),
    "HATE": re.compile(r"\b(hate|vermin|subhuman)\w*", re.IGNORECASE),
    "SEXUAL": re.compile(r"\b(porn|nude)\w*", re.IGNORECASE),
    _PROMPT_ATTACK: re.compile(r"ignore (all|your) (previous|prior)? ?instructions", re.IGNORECASE),
}


def missing(identifier: str) -> AwsError | None:
    """The refusal of a guardrail that does not exist."""
    if identifier != _MISSING:
        return None
    return invalid("The guardrail identifier or version provided in the request does not exist.")


def struck(texts: list[str], source: str = "INPUT") -> list[str]:
    """The categories that the texts offend. Prompt attacks are looked for in input alone, as the real one does."""
    found = [name for name, words in _WORDS.items() if any(words.search(text) for text in texts)]
    return [name for name in found if name != _PROMPT_ATTACK or source == "INPUT"]


def verdict(texts: list[str], source: str) -> JsonObject:
    """The answer of ApplyGuardrail."""
    found = struck(texts, source)
    filters = [
        {"type": name, "confidence": "HIGH", "filterStrength": "HIGH", "action": "BLOCKED", "detected": True}
        for name in found
    ]
    units = -(-sum(len(text) for text in texts) // 1000)  # a text unit has up to 1,000 characters
    names = ("topicPolicy", "wordPolicy", "sensitiveInformationPolicy", "sensitiveInformationPolicyFree")
    unused = {f"{name}Units": 0 for name in (*names, "contextualGroundingPolicy")}
    return {
        "usage": {**unused, "contentPolicyUnits": units},
        "action": "GUARDRAIL_INTERVENED" if found else "NONE",
        "outputs": [{"text": BLOCKED}] if found else [],
        "assessments": [{"contentPolicy": {"filters": filters}}] if found else [],
    }
