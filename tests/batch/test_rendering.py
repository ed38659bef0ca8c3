"""What somebody else wrote reaches the model between delimiters; what the user wrote reaches it as it is."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from nightshift.batch.rendering import messages_before, row_message, user_text
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


def with_examples(**choice: Any) -> PromptVersion:
    shown = [{"variables": {"question": f"{word}?", "mail": word}, "answer": word} for word in ("red", "blue", "green")]
    found = prompt("user").model_dump(by_alias=True)
    return PromptVersion.model_validate(found | {"examples": shown, "config": found["config"] | {"examples": choice}})


def test_all_examples_stand_before_every_row_unless_a_budget_says_otherwise() -> None:
    everything = messages_before(with_examples())
    assert [role for role, _ in everything] == ["system", *["user", "assistant"] * 3]
    some = messages_before(with_examples(most_tokens=40))
    assert some == everything[: len(some)]
    assert 1 < len(some) < len(everything)


def test_nearest_examples_stand_in_the_row_s_own_message_and_nowhere_else() -> None:
    found = with_examples(select="nearest", most_tokens=20)
    assert [role for role, _ in messages_before(found)] == ["system"]
    row = {"question": "Is it blue?", "mail": "sea"}
    assert row_message(found)(row).endswith(user_text(found)(row))
    assert "<answer>\nblue\n</answer>" in row_message(found)(row)
    assert "red" not in row_message(found)(row)
    assert row_message(with_examples())(row) == user_text(with_examples())(row)
