"""Builds a value that conforms to a JSON schema, chosen by a key and nothing else.

Knows what OpenAI's structured outputs allow: objects, arrays, strings, numbers, booleans, null, enum, const, anyOf and
local $ref (platform.openai.com/docs/guides/structured-outputs).
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

DEEPEST = 12  # a schema that refers to itself ends here: no more array items, null where it may be null

_PADDING = "stand-in text "


def conforming(schema: dict[str, Any], key: bytes) -> Any:
    """A value that the schema accepts."""
    return _Builder(schema, key).value(schema, "", 0)


class _Builder:
    def __init__(self, root: dict[str, Any], key: bytes) -> None:
        self._root = root
        self._key = key

    def value(self, schema: dict[str, Any], path: str, depth: int) -> Any:
        schema = self._resolve(schema)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return schema["enum"][self._pick(path) % len(schema["enum"])]
        if branches := schema.get("anyOf") or schema.get("oneOf"):
            return self.value(self._branch(branches, depth), path, depth)
        return self._of_type(schema, path, depth)

    def _of_type(self, schema: dict[str, Any], path: str, depth: int) -> Any:
        match _type_of(schema):
            case "object":
                return self._object(schema, path, depth)
            case "array":
                return self._array(schema, path, depth)
            case "integer":
                return _within(schema, self._pick(path) % 101, step=1)
            case "number":
                return _within(schema, self._pick(path) % 101 / 100, step=0.01)
            case "boolean":
                return self._pick(path) % 2 == 0
            case "null":
                return None
            case _:
                return _string(schema, self._pick(path))

    def _object(self, schema: dict[str, Any], path: str, depth: int) -> dict[str, Any]:
        properties = schema.get("properties", {})
        required = schema.get("required", properties)
        wanted = properties if depth < DEEPEST else [name for name in properties if name in required]
        return {name: self.value(properties[name], f"{path}/{name}", depth + 1) for name in wanted}

    def _array(self, schema: dict[str, Any], path: str, depth: int) -> list[Any]:
        fewest = schema.get("minItems", 0)
        most = schema.get("maxItems", max(fewest, 3))
        wanted = max(fewest, min(most, 1 + self._pick(path) % 3))
        count = fewest if depth >= DEEPEST else wanted
        return [self.value(schema.get("items", {}), f"{path}/{index}", depth + 1) for index in range(count)]

    def _branch(self, branches: list[dict[str, Any]], depth: int) -> dict[str, Any]:
        resolved = [self._resolve(branch) for branch in branches]
        full = [branch for branch in resolved if branch.get("type") != "null"]
        empty = [branch for branch in resolved if branch.get("type") == "null"]
        order = empty + full if depth >= DEEPEST else full + empty
        return order[0]

    def _resolve(self, schema: dict[str, Any]) -> dict[str, Any]:
        seen: set[str] = set()
        while isinstance(reference := schema.get("$ref"), str):
            if reference in seen:
                raise LookupError(reference)
            seen.add(reference)
            schema = self._root
            for step in reference.removeprefix("#").strip("/").split("/"):
                schema = schema[step] if step else schema
        return schema

    def _pick(self, path: str) -> int:
        return int.from_bytes(blake2b(path.encode(), digest_size=8, key=self._key).digest())


def _type_of(schema: dict[str, Any]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        return next((name for name in kind if name != "null"), "null")
    if kind is None and "properties" in schema:
        return "object"
    return str(kind or "string")


def _within(schema: dict[str, Any], value: float, step: float) -> float:
    lowest = schema.get("minimum", schema.get("exclusiveMinimum"))
    highest = schema.get("maximum", schema.get("exclusiveMaximum"))
    if lowest is not None and "exclusiveMinimum" in schema and lowest == schema["exclusiveMinimum"]:
        lowest += step
    if highest is not None and "exclusiveMaximum" in schema and highest == schema["exclusiveMaximum"]:
        highest -= step
    if lowest is not None:
        value = max(value, lowest)
    return value if highest is None else min(value, highest)


def _string(schema: dict[str, Any], picked: int) -> str:
    text = f"[sandbox] stand-in {picked % 16**8:08x}"
    if (shortest := schema.get("minLength", 0)) > len(text):
        text = (text + " " + _PADDING * (shortest // len(_PADDING) + 1))[:shortest]
    return text[: schema.get("maxLength", len(text))]
