"""/v1/moderations: a verdict by a few words, in the shape of platform.openai.com/docs/api-reference/moderations."""

from __future__ import annotations

import re
from typing import Any

from nightshift.sandbox.openai_wire.wire import ApiError, unknown_model
from nightshift.sandbox.store import new_id
from nightshift.sandbox.usage import JsonObject

MODELS = ("omni-moderation-latest", "omni-moderation-2024-09-26")
_WORDS = {
    "harassment": r"idiot|stupid",
    "harassment/threatening": r"you will pay",
    "hate": r"subhuman",
    "hate/threatening": r"exterminate",
    "illicit": r"launder money",
    "illicit/violent": r"build a bomb",
    "self-harm": r"hurt myself",
    "self-harm/intent": r"kill myself",
    "self-harm/instructions": r"how to hang",
    "sexual": r"porn",
    "sexual/minors": r"child porn",
    "violence": r"\bkill|murder",
    "violence/graphic": r"dismember",
}
_PATTERNS = {category: re.compile(words, re.IGNORECASE) for category, words in _WORDS.items()}
_HIGH, _LOW = 0.97, 0.0001


def moderate(body: JsonObject) -> JsonObject | ApiError:
    """One result per text. The endpoint is free of charge."""
    model, texts = body.get("model") or MODELS[0], body.get("input")
    if model not in MODELS:
        return unknown_model(str(model))
    texts = [texts] if isinstance(texts, str) else texts
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
        return ApiError(400, "'input' must be a non-empty string or a list of them.", param="input")
    return {"id": new_id("modr-"), "model": model, "results": [_result(text) for text in texts]}


def _result(text: str) -> JsonObject:
    categories = {name: pattern.search(text) is not None for name, pattern in _PATTERNS.items()}
    scores: dict[str, Any] = {name: _HIGH if found else _LOW for name, found in categories.items()}
    return {
        "flagged": any(categories.values()),
        "categories": categories,
        "category_scores": scores,
        "category_applied_input_types": {name: ["text"] for name in categories},
    }
