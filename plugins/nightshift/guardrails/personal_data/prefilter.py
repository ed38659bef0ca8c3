"""Which of many expressions occur in a text: one pass of RE2, whatever their number."""

from __future__ import annotations

from collections.abc import Iterable

import re2

# The states of all expressions together; RE2 falls back to a slower matcher above it.
_MEMORY = 64 << 20


class Prefilter:
    """Tells which expressions occur in a text. They are RE2's: no look-around; case does not matter."""

    def __init__(self, expressions: Iterable[str]) -> None:
        self.expressions = tuple(dict.fromkeys(expressions))
        self._places = {expression: place for place, expression in enumerate(self.expressions)}
        self._set: re2.Set | None = None

    def place(self, expression: str) -> int:
        """What `search` calls this expression."""
        return self._places[expression]

    def search(self, text: str) -> list[int]:
        """The places of the expressions that occur."""
        if self._set is None:
            self._set = _compile(self.expressions)
        found: list[int] | None = self._set.Match(text)
        return found or []


def compile_words(words: str) -> re2._Regexp:
    """An expression of RE2 in which case does not matter."""
    return re2.compile(words, _options())


def _compile(expressions: tuple[str, ...]) -> re2.Set:
    compiled = re2.Set.SearchSet(_options())
    for expression in expressions:
        compiled.Add(expression)
    compiled.Compile()
    return compiled


def _options() -> re2.Options:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = _MEMORY
    return options
