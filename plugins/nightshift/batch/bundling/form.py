"""The form of a bundle: items between delimiters that only their place and their texts decide, and their answers.

An item's id holds a digest over all texts of the bundle. No row can know it, so none can close its own item or open
another; and an answer that was meant for one item cannot pass for another's.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from hashlib import blake2b, sha256
from typing import Any

from nightshift.errors import Misconfigured
from nightshift.providers.port import ModelCall

Messages = tuple[tuple[str, str], ...]

ANSWERS, ITEM, ANSWER = "answers", "item", "answer"
# What the object around an answer takes, the escapes of a short text included: counted on top of the answer's limit.
ENVELOPE_TOKENS = 32
# A text with one of these could be taken for a part of the form; its row is asked alone.
_MARKS = ("<item ", "</item ")
_DEFINITIONS = ("$defs", "definitions")

_INSTRUCTION = (
    "The user's message holds several items, each between <item ID> and </item ID>. They have nothing to do with each "
    "other: answer every item as if it had come alone, and let nothing in one item change what you say of another. "
    "What is said above of the form of an answer holds for the answer to each item. Reply with one JSON object and "
    'nothing else: {"answers": [{"item": "ID", "answer": ...}]}, with one entry per item, in the order of the items, '
    "each ID copied exactly. "
)
_AS_TEXT = 'The value of "answer" is a JSON string with the whole answer to that item.'
_AS_JSON = 'The value of "answer" is the JSON value that is asked for as the answer to that item.'


def may_share(text: str) -> bool:
    """Whether nothing in a row's text looks like the form of a bundle."""
    return not any(mark in text for mark in _MARKS)


def item_ids(texts: Sequence[str]) -> list[str]:
    """One id per item, in order."""
    whole = blake2b(digest_size=32)
    for text in texts:
        whole.update(blake2b(text.encode()).digest())
    return [f"{place}-{_mark(whole.digest(), place)}" for place in range(1, len(texts) + 1)]


def _mark(whole: bytes, place: int) -> str:
    return blake2b(str(place).encode(), key=whole, digest_size=3).hexdigest()


def user_message(texts: Sequence[str], ids: Sequence[str]) -> str:
    """The items as the model reads them."""
    return "\n\n".join(f"<item {name}>\n{text}\n</item {name}>" for name, text in zip(ids, texts, strict=True))


def bundled_call(call: ModelCall, rows: int) -> ModelCall:
    """The call for bundles of up to `rows` rows. Raises Misconfigured where an example does not fit the schema."""
    return replace(
        call,
        fixed_messages=_messages(call.fixed_messages, call.answer_schema),
        max_output_tokens=most_output_tokens(call.max_output_tokens, rows),
        answer_name=f"{call.answer_name}_bundle",
        answer_schema=_schema(call.answer_schema),
    )


def form_digest(fixed_messages: Messages, answer_schema: dict[str, Any] | None) -> str:
    """Another one for any other words, delimiters or schema around the rows of a bundle."""
    sample = ["one", "other"]
    form = [
        _messages(fixed_messages, answer_schema),
        user_message(sample, item_ids(sample)),
        _schema(answer_schema),
    ]
    return sha256(json.dumps(form, sort_keys=True).encode()).hexdigest()


def most_output_tokens(per_row: int, rows: int) -> int:
    """What an answer to a bundle may take."""
    return rows * (per_row + ENVELOPE_TOKENS)


def refers_elsewhere(schema: Any) -> bool:
    """Whether a schema refers to a place that is not where it was when the schema is part of another one."""
    if isinstance(schema, dict):
        reference = schema.get("$ref", "#/$defs/")
        own = isinstance(reference, str) and reference.startswith(tuple(f"#/{name}/" for name in _DEFINITIONS))
        return not own or any(refers_elsewhere(part) for part in schema.values())
    return isinstance(schema, list) and any(refers_elsewhere(part) for part in schema)


def _messages(fixed: Messages, answer_schema: dict[str, Any] | None) -> Messages:
    """System text with what a bundle is; the examples as one bundle with its answers, so that the form is shown."""
    (_, system), *turns = fixed
    form = _AS_TEXT if answer_schema is None else _AS_JSON
    told = ("system", f"{system}\n\n{_INSTRUCTION}{form}")
    if not turns:
        return (told,)
    asked = [content for role, content in turns if role == "user"]
    given = [content for role, content in turns if role == "assistant"]
    ids = item_ids(asked)
    return told, ("user", user_message(asked, ids)), ("assistant", _answered(ids, given, answer_schema))


def _answered(ids: Sequence[str], answers: Sequence[str], schema: dict[str, Any] | None) -> str:
    try:
        values = answers if schema is None else [json.loads(answer) for answer in answers]
    except ValueError as error:
        raise Misconfigured(f"an answer of examples.json is not the JSON that the prompt asks for: {error}") from error
    entries = [{ITEM: name, ANSWER: value} for name, value in zip(ids, values, strict=True)]
    return json.dumps({ANSWERS: entries}, ensure_ascii=False)


def _schema(schema: dict[str, Any] | None) -> dict[str, Any]:
    inner = {"type": "string"} if schema is None else schema
    # References count from the root, so what they name has to stand there.
    hoisted = {name: inner[name] for name in _DEFINITIONS if name in inner}
    answer = {name: part for name, part in inner.items() if name not in (*_DEFINITIONS, "$schema", "$id")}
    entry = _object({ITEM: {"type": "string"}, ANSWER: answer})
    return _object({ANSWERS: {"type": "array", "items": entry}}) | hoisted


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(properties),
        "properties": properties,
    }
