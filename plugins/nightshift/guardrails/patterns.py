"""A list of known attack phrases. The first, naive line; the trained detector takes its place behind the same port."""

from __future__ import annotations

import re

from nightshift.guardrails.verdict import Finding


class Patterns:
    """Hits where one of the regular expressions matches; case and runs of white space do not matter.

    The expressions must pass `check_expression`.
    """

    def __init__(self, rule: str, expressions: tuple[str, ...]) -> None:
        self._rule = rule
        spaced = (item.replace(" ", r"\s{1,5}") for item in expressions)
        self._expression = re.compile("|".join(f"(?:{item})" for item in spaced), re.IGNORECASE)

    def find(self, text: str) -> list[Finding]:
        return [
            Finding(self._rule, "INJECTION", match.start(), match.end()) for match in self._expression.finditer(text)
        ]


def check_expression(expression: str) -> str:
    """Raises ValueError where an expression is broken, or repeats without bound: its time would outgrow the text."""
    if re.search(r"[*+]|\{\d*,\}", re.sub(r"\\.", "", expression)):
        raise ValueError(f"{expression!r} repeats without bound; write {{0,40}} instead")
    try:
        re.compile(expression)
    except re.error as error:
        raise ValueError(f"{expression!r} is not a regular expression: {error}") from error
    return expression
