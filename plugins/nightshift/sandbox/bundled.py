"""Several items in one request: each is answered as if it had come alone.

The form is nightshift's own (`<item ID>` ... `</item ID>` in the last message, an `answers` array in the schema), read
here without sharing its code: what nightshift writes is checked by somebody else's reading of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import orjson

Messages = list[tuple[str, str]]

_ITEM = re.compile(r"<item (\d+-[0-9a-f]{6})>\n(.*?)\n</item \1>", re.DOTALL)


def items_of(messages: Messages, wanted: Any) -> list[tuple[str, str]]:
    """Id and text of each item; empty where the request is no bundle."""
    if not messages or _answer_schema(wanted) is None:
        return []
    return _ITEM.findall(messages[-1][1])


def answer_each(
    messages: Messages, wanted: Any, items: list[tuple[str, str]], answer: Callable[[Messages, Any], str]
) -> str:
    """The answers to all items in the form that the schema asks for."""
    schema = _answer_schema(wanted)
    plain = schema == {"type": "string"}
    alone = None if plain else {"type": "json_schema", "json_schema": {"name": "item", "schema": schema}}
    entries = []
    for name, text in items:
        said = answer([*messages[:-1], (messages[-1][0], text)], alone)
        entries.append({"item": name, "answer": said if plain else _value(said)})
    return orjson.dumps({"answers": entries}).decode()


def _answer_schema(wanted: Any) -> dict[str, Any] | None:
    """The schema of one answer, references and all."""
    try:
        schema = wanted["json_schema"]["schema"]
        found: dict[str, Any] = schema["properties"]["answers"]["items"]["properties"]["answer"]
    except (LookupError, TypeError):
        return None
    return found | {name: schema[name] for name in ("$defs", "definitions") if name in schema}


def _value(said: str) -> Any:
    """What a model says is put in as it is where it is no JSON: as the string that it would be."""
    try:
        return orjson.loads(said)
    except orjson.JSONDecodeError:
        return said
