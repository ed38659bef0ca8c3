"""Renders prompts. Everything but the last user message is the same for every row of a run."""

from __future__ import annotations

import re
from collections.abc import Callable

from jinja2 import StrictUndefined, Template, TemplateError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from nightshift.errors import InvalidSpec, Misconfigured
from nightshift.prompts.repository import PromptVersion

# Prompts are not HTML: escaping would change the text that the model reads.
_ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True)

_PLACEHOLDER = re.compile(r"\{\{ ?([A-Za-z_]\w*) ?\}\}")

Message = dict[str, str]


def compile_user_text(prompt: PromptVersion) -> Callable[[dict[str, str]], str]:
    """A function from one row's variables to its user message. Raises Misconfigured when the template is broken."""
    try:
        used = meta.find_undeclared_variables(_ENVIRONMENT.parse(prompt.user))
        template: Template = _ENVIRONMENT.from_string(prompt.user)
    except TemplateError as error:
        raise Misconfigured(f"prompt {prompt.name}@{prompt.version}: user.txt is not a template: {error}") from error
    if unknown := used - set(prompt.config.variables):
        raise Misconfigured(
            f"prompt {prompt.name}@{prompt.version}: user.txt uses {', '.join(sorted(unknown))}, "
            f"but config.yaml declares only {', '.join(sorted(prompt.config.variables))}"
        )
    return _fill_plain(prompt.user) or (lambda variables: template.render(variables))


def _fill_plain(text: str) -> Callable[[dict[str, str]], str] | None:
    """What rendering gives, several times faster, for the usual template of text and `{{ variable }}`; else None."""
    pieces = _PLACEHOLDER.split(text)
    if any(mark in piece for piece in pieces[::2] for mark in ("{{", "{%", "{#", "}}")):
        return None
    form = "".join(piece.replace("%", "%%") if place % 2 == 0 else f"%({piece})s" for place, piece in enumerate(pieces))
    return lambda variables: form % variables


def fixed_messages(prompt: PromptVersion, render: Callable[[dict[str, str]], str]) -> list[Message]:
    """The messages before the row's own: system text, then each example as a user and an assistant turn.

    `render` makes the user turns, as it makes those of rows: see compile_user_text.
    """
    messages: list[Message] = [{"role": "system", "content": prompt.system}]
    for number, example in enumerate(prompt.examples):
        try:
            messages.append({"role": "user", "content": render(example.variables)})
        except (TemplateError, KeyError) as error:
            raise Misconfigured(
                f"prompt {prompt.name}@{prompt.version}: "
                f"example {number} of examples.json does not fit user.txt: {error}"
            ) from error
        messages.append({"role": "assistant", "content": example.answer})
    return messages


def check_mapping(prompt: PromptVersion, mapped: list[str]) -> None:
    """Every variable of the prompt is mapped to a column, and nothing else is."""
    declared = sorted(prompt.config.variables)
    if unknown := sorted(set(mapped) - set(declared)):
        raise InvalidSpec(
            f"the prompt {prompt.name}@{prompt.version} has no such variable",
            field="input.variables",
            value=", ".join(unknown),
            limit=f"exactly {', '.join(declared)}",
            way_out="remove it, or name the variable as the prompt does",
        )
    if missing := sorted(set(declared) - set(mapped)):
        raise InvalidSpec(
            f"the prompt {prompt.name}@{prompt.version} needs a column for every variable",
            field="input.variables",
            value=f"missing: {', '.join(missing)}",
            limit=f"exactly {', '.join(declared)}",
            way_out=f"add `{missing[0]}: <column>`",
        )
