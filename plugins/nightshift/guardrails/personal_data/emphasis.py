"""Markdown's marks around a word or two, `**(212) 555-0179**`, read as blanks. One character for one: places stay."""

from __future__ import annotations

import re

# A mark opens where a word could begin and closes where it could end, so that products and names in code stay.
_EMPHASIS = re.compile(
    r"(?P<mark>[*_](?<![^\s(>|\"':;,\[].)[*_]{0,2}+)(?!\s)[^*_\n]{4,80}+(?<!\s)(?P=mark)(?![\w@*])",
)


def without_emphasis(text: str) -> str:
    """The same text, character for character."""
    if "_" not in text and "*" not in text:
        return text
    return _EMPHASIS.sub(_blanked, text)


def _blanked(match: re.Match[str]) -> str:
    marks = len(match["mark"])
    return " " * marks + match[0][marks:-marks] + " " * marks
