"""The stand-in for a model: the same messages get the same answer, and every answer says that it is none.

The text never repeats the prompt, so nothing of a prompt can leak through an answer.
"""

from __future__ import annotations

import re
from typing import Any

import orjson

from nightshift.sandbox.schema_answers import conforming

LABEL = "[sandbox]"
REFUSAL = f"{LABEL} I cannot help with that."
PROSE = f"{LABEL} Certainly, here is what I think about it in my own words."

# Small models give an unusable answer for one request in so many; without that nobody would ever see an escalation.
UNUSABLE_ONE_IN = 20

_SMALL = re.compile(r"mini|nano|micro|lite|haiku|command-r-0|8b|small")

_SENTENCES = (
    "This text stands in for a model's answer.",
    "It was made without a model.",
    "The same request gets the same text.",
    "Nothing here is advice.",
    "Connect a provider to see real answers.",
    "Its length varies as real answers do.",
    "No part of the request is repeated.",
    "It exists to show the way of a row.",
)


def stand_in(model: str, key: bytes, response_format: Any) -> str:
    """The answer text for the messages whose digest is `key`."""
    kind = response_format.get("type") if isinstance(response_format, dict) else None
    unusable = is_small(model) and key[0] % UNUSABLE_ONE_IN == 0
    if kind == "json_schema":
        if unusable:
            return PROSE
        return orjson.dumps(conforming(response_format["json_schema"]["schema"], key)).decode()
    if unusable:
        return REFUSAL
    text = _text(key)
    return orjson.dumps({"answer": text}).decode() if kind == "json_object" else text


def is_small(model: str) -> bool:
    """Whether a model is of the light kind."""
    return _SMALL.search(model) is not None


def _text(key: bytes) -> str:
    sentences = [_SENTENCES[byte % len(_SENTENCES)] for byte in key[2 : 3 + key[1] % 5]]
    return f"{LABEL} Answer {key[:4].hex()}. {' '.join(sentences)}"
