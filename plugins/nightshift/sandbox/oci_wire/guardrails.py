"""POST /actions/applyGuardrails: a few patterns in place of models, in the form of OCI's verdicts.

Categories and binary scores: https://docs.oracle.com/iaas/Content/generative-ai/guardrails.htm
"""

from __future__ import annotations

import re

from nightshift.sandbox.oci_wire.calls import Call, Refusal
from nightshift.sandbox.usage import JsonObject

_HARM = re.compile(r"\b(kill|murder|hate|bomb|suicide)\b", re.IGNORECASE)
_BLOCKED = re.compile(r"\bsandbox-blocked-word\b", re.IGNORECASE)
_INJECTION = re.compile(r"\b(ignore|disregard|forget)\b.{0,40}\binstructions?\b|\bsystem prompt\b", re.I | re.DOTALL)
_PERSONAL = {
    "EMAIL": re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"),
    "TELEPHONE_NUMBER": re.compile(r"\+\d[\d ]{7,}\d"),
}


def apply(call: Call) -> JsonObject | Refusal:
    """The verdict on `input`, for the guardrails that the request configures."""
    given = call.body.get("input")
    if not call.body.get("compartmentId") or not isinstance(given, dict):
        return Refusal(400, "MissingParameter", "compartmentId and input must not be empty")
    text, wanted = given.get("content"), call.body.get("guardrailConfigs")
    if not isinstance(text, str) or not isinstance(wanted, dict) or not wanted:
        return Refusal(400, "InvalidParameter", "input.content must be a text, with at least one guardrail configured")
    return {"results": _results(text, wanted)}


def _results(text: str, wanted: JsonObject) -> JsonObject:
    found: JsonObject = {}
    if "contentModerationConfig" in wanted:
        scores = {"OVERALL": _score(_HARM, text), "BLOCKLIST": _score(_BLOCKED, text)}
        asked = wanted["contentModerationConfig"].get("categories") or list(scores)
        categories = [{"name": name, "score": scores[name]} for name in asked if name in scores]
        found["contentModeration"] = {"categories": categories}
    if "personallyIdentifiableInformationConfig" in wanted:
        types = wanted["personallyIdentifiableInformationConfig"].get("types") or list(_PERSONAL)
        found["personallyIdentifiableInformation"] = _personal(text, types)
    if "promptInjectionConfig" in wanted:
        found["promptInjection"] = {"score": _score(_INJECTION, text)}
    return found


def _personal(text: str, types: list[str]) -> list[JsonObject]:
    return [
        {"offset": hit.start(), "length": len(hit[0]), "text": hit[0], "label": label, "score": 0.99}
        for label, pattern in _PERSONAL.items()
        if label in types
        for hit in pattern.finditer(text)
    ]


def _score(pattern: re.Pattern[str], text: str) -> float:
    return 1.0 if pattern.search(text) else 0.0
