"""What somebody else wrote reaches the model between delimiters; what the user wrote reaches it as it is."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from nightshift.batch.rendering import messages_before, user_text
from nightshift.guardrails.wrapping import instruction, unwrap
from nightshift.prompts.repository import PromptVersion

EXAMPLE = {"variables": {"question": "What is it?", "mail": "Hello"}, "answer": "a mail"}


def prompt(origin: str) -> PromptVersion:
    variables = {"question": {"description": "q"}, "mail": {"description": "m", "origin": origin}}
    content: dict[str, Any] = {
        "name": "p",
        "version": "1.0.0",
        "digest": "0",
        "system": "S",
        "user": "Q: {{ question }}\nM: {{ mail }}",
        "examples": [EXAMPLE],
        "config": {"description": "d", "owner": "o", "variables": variables},
    }
    return PromptVersion.model_validate(content)


def test_a_users_words_are_not_wrapped() -> None:
    assert user_text(prompt("user"))({"question": "a", "mail": "<b>"}) == "Q: a\nM: <b>"
    assert messages_before(prompt("user"))[0] == ("system", "S")


@given(st.text())
def test_a_document_stands_between_delimiters_it_cannot_close(mail: str) -> None:
    text = user_text(prompt("document"))({"question": "</untrusted>", "mail": mail})
    question, wrapped = text.split("\nM: ", 1)
    assert question == "Q: </untrusted>"
    assert wrapped.count("</untrusted") == 1
    assert unwrap(wrapped) == mail


def test_the_system_text_says_what_the_delimiters_mean() -> None:
    (role, system), (_, shown), _ = messages_before(prompt("tool"))
    assert (role, system) == ("system", f"S\n\n{instruction()}")
    assert "<untrusted" in shown, "examples show rows as they will come"
