"""Renders the messages of a job: what somebody else wrote stands between delimiters that it cannot close."""

from __future__ import annotations

from collections.abc import Callable

from nightshift.guardrails.wrapping import instruction, wrap
from nightshift.prompts.repository import PromptVersion
from nightshift.prompts.template import compile_user_text, fixed_messages


def user_text(prompt: PromptVersion) -> Callable[[dict[str, str]], str]:
    """A function from one row's variables to its user message. Raises Misconfigured when the template is broken."""
    render = compile_user_text(prompt)
    untrusted = _untrusted(prompt)
    if not untrusted:
        return render
    return lambda variables: render(variables | {name: wrap(variables[name], name) for name in untrusted})


def messages_before(prompt: PromptVersion) -> tuple[tuple[str, str], ...]:
    """Role and content of each message before the row's own; the system text says what the delimiters mean."""
    (_, system), *examples = ((item["role"], item["content"]) for item in fixed_messages(prompt, user_text(prompt)))
    told = f"{system}\n\n{instruction()}" if _untrusted(prompt) else system
    return (("system", told), *examples)


def _untrusted(prompt: PromptVersion) -> list[str]:
    return [name for name, variable in prompt.config.variables.items() if variable.origin != "user"]
