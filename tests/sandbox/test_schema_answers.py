"""Values that conform to a schema, judged by a JSON schema validator."""

from __future__ import annotations

from typing import Any

import jsonschema
from hypothesis import given
from hypothesis import strategies as st

from nightshift.sandbox.schema_answers import conforming


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _bounded(kind: str, names: tuple[str, str], low: int, more: int) -> dict[str, Any]:
    return {"type": kind, names[0]: low, names[1]: low + more}


def _nullable(branch: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [{"type": "null"}, branch]}


def _array(items: dict[str, Any], low: int) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": low, "maxItems": low + 1}


SIZE = st.integers(0, 80)
LEAVES: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.sampled_from([{"type": kind} for kind in ("string", "boolean", "null", "integer", ["string", "null"])]),
    st.builds(_bounded, st.sampled_from(["integer", "number"]), st.just(("minimum", "maximum")), st.integers(), SIZE),
    st.builds(_bounded, st.just("string"), st.just(("minLength", "maxLength")), SIZE, SIZE),
    st.builds(lambda members: {"enum": members}, st.lists(st.text() | st.integers(), min_size=1)),
    st.builds(lambda value: {"const": value}, st.text() | st.integers() | st.booleans()),
)
SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(_object, st.dictionaries(st.text(min_size=1), inner, max_size=4)),
        st.builds(_array, inner, st.integers(0, 5)),
        st.builds(_nullable, inner),
    ),
    max_leaves=12,
)


@given(schema=SCHEMAS, key=st.binary(min_size=16, max_size=16))
def test_the_value_conforms_and_is_the_same_again(schema, key):
    value = conforming(schema, key)

    jsonschema.validate(value, schema)
    assert conforming(schema, key) == value


def test_free_strings_are_labelled():
    schema = _object(
        {"name": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}, "minItems": 1}}
    )
    value = conforming(schema, b"key")

    assert all(text.startswith("[sandbox]") for text in (value["name"], *value["tags"]))


def test_definitions_are_followed_and_a_schema_within_itself_ends():
    node = _object({"name": {"$ref": "#/$defs/name"}, "next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]}})
    schema = {"$ref": "#/$defs/node", "$defs": {"node": node, "name": {"enum": ["a", "b"]}}}

    jsonschema.validate(conforming(schema, b"key"), schema)


def test_exclusive_bounds_hold():
    schema = {"type": "integer", "exclusiveMinimum": 5, "exclusiveMaximum": 7}

    assert conforming(schema, b"key") == 6
