"""A list of known attack phrases. The first, naive line; the trained detector takes its place behind the same port."""

from __future__ import annotations

import re

from nightshift.errors import Misconfigured
from nightshift.guardrails.verdict import Finding


class Patterns:
    """Hits where one of the regular expressions matches; case and runs of white space do not matter."""

    def __init__(self, rule: str, expressions: tuple[str, ...]) -> None:
        self._rule = rule
        # Bounded gaps only: an unbounded one would make the time grow faster than the text.
        if unbounded := [item for item in expressions if re.search(r"(?<!\\)[*+]", item)]:
            raise Misconfigured(
                f"guardrail rule {rule}: {unbounded[0]!r} repeats without bound; write {{0,40}} instead"
            )
        spaced = (item.replace(" ", r"\s{1,5}") for item in expressions)
        self._expression = re.compile("|".join(f"(?:{item})" for item in spaced), re.IGNORECASE)

    def find(self, text: str) -> list[Finding]:
        return [
            Finding(self._rule, "INJECTION", match.start(), match.end()) for match in self._expression.finditer(text)
        ]
