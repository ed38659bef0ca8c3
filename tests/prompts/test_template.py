"""Row values go where the template says and nowhere else; mistakes are found before the first row."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightshift.errors import InvalidSpec, Misconfigured
from nightshift.prompts.repository import PromptVersion
from nightshift.prompts.template import Message, check_mapping, compile_user_text, fixed_messages


def prompt(user: str = "Q: {{ question }}", **more: Any) -> PromptVersion:
    variables = {"question": {"description": "q"}, "hint": {"description": "h"}}
    config = {"description": "d", "owner": "o", "variables": variables}
    content: dict[str, Any] = {"system": "S", "user": user, "examples": [], "config": config, **more}
    return PromptVersion.model_validate({"name": "p", "version": "1.0.0", "digest": "0", **content})


def messages(found: PromptVersion) -> list[Message]:
    return fixed_messages(found, compile_user_text(found))


@given(st.text())
def test_a_value_is_inserted_as_it_is(value: str) -> None:
    """Not as HTML, and never as a template itself."""
    assert compile_user_text(prompt())({"question": value, "hint": ""}) == f"Q: {value}"


@pytest.mark.parametrize("value", ["{{ hint }}", "{% raw %}", "{# no #}", "<b>&amp;</b>"])
def test_a_value_that_looks_like_a_template_is_not_run(value: str) -> None:
    assert compile_user_text(prompt())({"question": value, "hint": "secret"}) == f"Q: {value}"


def test_a_variable_that_is_not_declared_is_refused() -> None:
    with pytest.raises(Misconfigured, match=r"p@1.0.0: user.txt uses answer, but .* declares only hint, question"):
        compile_user_text(prompt("{{ question }} {{ answer }}"))


@pytest.mark.parametrize("user", ["{{ question", "{% if question %}", "{{ question | no_such_filter }}"])
def test_a_broken_template_is_refused(user: str) -> None:
    with pytest.raises(Misconfigured, match=r"p@1.0.0: user.txt is not a template"):
        compile_user_text(prompt(user))


def test_the_fixed_messages_are_system_text_and_examples_in_turn() -> None:
    examples = [{"variables": {"question": "1+1", "hint": ""}, "answer": "2"}]
    assert messages(prompt(examples=examples)) == [
        {"role": "system", "content": "S"},
        {"role": "user", "content": "Q: 1+1"},
        {"role": "assistant", "content": "2"},
    ]


def test_an_example_that_lacks_a_variable_is_refused() -> None:
    examples = [{"variables": {"question": "a", "hint": ""}, "answer": "2"}, {"variables": {"hint": ""}, "answer": "3"}]
    with pytest.raises(Misconfigured, match=r"p@1.0.0: example 1 of examples.json .*'question'"):
        messages(prompt(examples=examples))


def test_a_complete_mapping_is_accepted() -> None:
    check_mapping(prompt(), ["hint", "question"])


@pytest.mark.parametrize(
    ("mapped", "value", "way_out"),
    [
        (["question", "hint", "qestion"], "qestion", "remove it"),
        (["hint"], "missing: question", "add `question: <column>`"),
        ([], "missing: hint, question", "add `hint: <column>`"),
    ],
)
def test_a_mapping_that_does_not_fit_is_named(mapped: list[str], value: str, way_out: str) -> None:
    with pytest.raises(InvalidSpec) as raised:
        check_mapping(prompt(), mapped)
    assert (raised.value.field, raised.value.value) == ("input.variables", value)
    assert raised.value.limit == "exactly hint, question"
    assert way_out in raised.value.way_out
