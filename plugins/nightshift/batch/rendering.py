"""Renders the messages of a job: what somebody else wrote stands between delimiters that it cannot close."""

from __future__ import annotations

from collections.abc import Callable

from nightshift.guardrails.wrapping import instruction, wrap
from nightshift.prompts.example_selection import Shown, first_within, with_nearest
from nightshift.prompts.repository import PromptVersion
from nightshift.prompts.template import compile_user_text, fixed_messages


def row_message(prompt: PromptVersion) -> Callable[[dict[str, str]], str]:
    """A function from one row's variables to its user message: its text, and examples chosen for it before that."""
    render, choice = user_text(prompt), prompt.config.examples
    if choice.select != "nearest" or choice.most_tokens is None:
        return render
    messages_before(prompt)  # an example that does not fit the template is found before the first row
    return with_nearest(render, [(item.variables, item.answer) for item in prompt.examples], choice.most_tokens)


def user_text(prompt: PromptVersion) -> Callable[[dict[str, str]], str]:
    """A function from one row's variables to its text. Raises Misconfigured when the template is broken."""
    render = compile_user_text(prompt)
    untrusted = _untrusted(prompt)
    if not untrusted:
        return render
    return lambda variables: render(variables | {name: wrap(variables[name], name) for name in untrusted})


def messages_before(prompt: PromptVersion) -> tuple[tuple[str, str], ...]:
    """Role and content of each message before the row's own; the system text says what the delimiters mean."""
    (_, system), *turns = ((item["role"], item["content"]) for item in fixed_messages(prompt, user_text(prompt)))
    told = f"{system}\n\n{instruction()}" if _untrusted(prompt) else system
    return (("system", told), *turns[: 2 * _shown_to_all(prompt, [content for _, content in turns])])


def _shown_to_all(prompt: PromptVersion, turns: list[str]) -> int:
    """How many examples stand before every row."""
    choice = prompt.config.examples
    if choice.select == "nearest":
        return 0
    shown = [Shown(asked, answer) for asked, answer in zip(turns[::2], turns[1::2], strict=True)]
    return first_within(shown, choice.most_tokens)


def _untrusted(prompt: PromptVersion) -> list[str]:
    return [name for name, variable in prompt.config.variables.items() if variable.origin != "user"]
