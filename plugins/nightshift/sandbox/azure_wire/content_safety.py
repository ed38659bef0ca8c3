"""POST /contentsafety/text:analyze: severities by a few words, in the shape of Azure AI Content Safety.

learn.microsoft.com/rest/api/contentsafety/text-operations/analyze-text
"""

from __future__ import annotations

import re
from typing import Any

from nightshift.sandbox.openai_wire.wire import ApiError
from nightshift.sandbox.usage import JsonObject

MOST_CHARACTERS = 10_000
_WORDS = {
    "Hate": {4: r"\bhate\b", 6: r"subhuman|exterminate"},
    "SelfHarm": {4: r"hurt myself", 6: r"kill myself"},
    "Sexual": {4: r"porn"},
    "Violence": {2: r"\bfight\b", 5: r"\bkill\b|murder|bomb", 7: r"dismember"},
}
_PATTERNS = {
    category: {severity: re.compile(words, re.IGNORECASE) for severity, words in found.items()}
    for category, found in _WORDS.items()
}
_OUTPUT_TYPES = ("FourSeverityLevels", "EightSeverityLevels")


def analyze(body: JsonObject) -> JsonObject | ApiError:
    """One severity per category that was asked for."""
    text = body.get("text")
    if not isinstance(text, str) or not text:
        return _invalid("The text field is required.")
    if len(text) > MOST_CHARACTERS:
        return _invalid(f"The length of text exceeds the limit of {MOST_CHARACTERS} characters.")
    categories = body.get("categories") or list(_PATTERNS)
    output_type = body.get("outputType") or _OUTPUT_TYPES[0]
    if not isinstance(categories, list) or not set(categories) <= set(_PATTERNS) or output_type not in _OUTPUT_TYPES:
        return _invalid("The field categories or outputType has an unknown value.")
    step = 2 if output_type == _OUTPUT_TYPES[0] else 1
    analysis = [{"category": name, "severity": _severity(name, text) // step * step} for name in categories]
    return {"blocklistsMatch": [], "categoriesAnalysis": analysis}


def _severity(category: str, text: str) -> int:
    found: dict[int, Any] = _PATTERNS[category]
    return max((severity for severity, pattern in found.items() if pattern.search(text)), default=0)


def _invalid(message: str) -> ApiError:
    return ApiError(400, message, "InvalidRequestBody")
