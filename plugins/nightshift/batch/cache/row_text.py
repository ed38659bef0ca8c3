"""What a row has asked, less what the prompt puts before and after it in every row."""

from __future__ import annotations

import re
from collections.abc import Callable

from nightshift.batch.rendering import user_text
from nightshift.guardrails.wrapping import TAG
from nightshift.prompts.repository import PromptVersion

_ANYTHING = "\ue000"  # stands for a row's values; a private character that no prompt has
# Around what somebody else wrote; the id is another one in every row.
_DELIMITERS = re.compile(rf'<{TAG} id="[0-9a-f]+" source="[^"]*">\n|\n</{TAG} id="[0-9a-f]+">')


def row_text(prompt: PromptVersion) -> Callable[[str], str]:
    """A function from a user message to the part of it between the first value of the row and the last."""
    form = _DELIMITERS.sub("", user_text(prompt)(dict.fromkeys(prompt.config.variables, _ANYTHING)))
    before, found, rest = form.partition(_ANYTHING)
    after = rest.rpartition(_ANYTHING)[2] if _ANYTHING in rest else rest
    if not found:
        return lambda message: message

    def cut(message: str) -> str:
        plain = _DELIMITERS.sub("", message)
        is_whole = len(plain) >= len(before) + len(after) and plain.startswith(before) and plain.endswith(after)
        return plain[len(before) : len(plain) - len(after)] if is_whole else plain

    return cut


def text_of_values(prompt: PromptVersion) -> Callable[[object], str | None]:
    """A function from a row's values to its text: one text where the prompt has one variable, else a mapping."""
    render, cut, names = user_text(prompt), row_text(prompt), sorted(prompt.config.variables)

    def text(values: object) -> str | None:
        if isinstance(values, str) and len(names) == 1:
            values = {names[0]: values}
        if not isinstance(values, dict) or sorted(values) != names:
            return None
        if not all(isinstance(value, str) for value in values.values()):
            return None
        return cut(render(values))

    return text
