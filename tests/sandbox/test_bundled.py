"""Items of a bundle are answered one by one, as if each had come alone; anything else is one request."""

from __future__ import annotations

import json

import pytest
from jsonschema import validate

from nightshift.sandbox.model import NoRecordedAnswer, StandInModel
from nightshift.sandbox.replay import Recording, Recordings

MODEL = "gpt-4o-2024-08-06"


def wanted(answer):
    entry = {"type": "object", "properties": {"item": {"type": "string"}, "answer": answer}}
    schema = {"type": "object", "properties": {"answers": {"type": "array", "items": entry}}}
    return {"type": "json_schema", "json_schema": {"name": "b", "schema": schema}}


def message(*texts):
    names = [f"{place}-abcde{place}" for place in range(1, len(texts) + 1)]
    marked = [f"<item {name}>\n{text}\n</item {name}>" for name, text in zip(names, texts, strict=True)]
    return names, [("system", "S"), ("user", "\n\n".join(marked))]


def test_every_item_gets_an_answer_of_its_own_in_the_schema():
    schema = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}
    names, messages = message("one", "two", "one")
    said = json.loads(StandInModel().speak(MODEL, messages, wanted(schema)).text)

    assert [entry["item"] for entry in said["answers"]] == names
    for entry in said["answers"]:
        validate(entry["answer"], schema)
    first, second, third = (entry["answer"] for entry in said["answers"])
    assert (first == third, first == second) == (True, False)


def test_a_text_is_answered_as_it_would_be_alone():
    model = StandInModel()
    _, messages = message("one\nline", "two")
    said = json.loads(model.speak(MODEL, messages, wanted({"type": "string"})).text)

    assert [entry["answer"] for entry in said["answers"]] == [
        model.speak(MODEL, [("system", "S"), ("user", text)]).text for text in ("one\nline", "two")
    ]


def test_a_replay_gives_each_item_its_recording_or_none_at_all():
    recordings = Recordings([Recording("How many apples?", {MODEL: "3"}), Recording("How many pears?", {MODEL: "4"})])
    model, text = StandInModel(recordings), wanted({"type": "string"})
    _, messages = message("Q: How many pears?", "Q: How many apples?")
    assert [entry["answer"] for entry in json.loads(model.speak(MODEL, messages, text).text)["answers"]] == ["4", "3"]

    _, messages = message("Q: How many pears?", "Q: How many plums?")
    with pytest.raises(NoRecordedAnswer):
        model.speak(MODEL, messages, text)


@pytest.mark.parametrize("asked", [None, {"type": "text"}, {"type": "json_schema", "json_schema": {"schema": {}}}])
def test_without_the_schema_of_a_bundle_it_is_one_request(asked):
    model = StandInModel()
    _, messages = message("one", "two")
    assert "item" not in model.speak(MODEL, messages, asked).text
