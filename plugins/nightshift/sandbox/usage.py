"""What one request used, and what a request or an answer looks like on its way through the server."""

from __future__ import annotations

from typing import Any, NamedTuple

JsonObject = dict[str, Any]


class Usage(NamedTuple):
    """Tokens and characters of one request. `cached` is the part of `input` that came from the prompt cache.

    `written` is the part that went into it, which is billed like any other input.
    """

    input: int
    output: int
    cached: int = 0
    reasoning: int = 0
    input_characters: int = 0
    output_characters: int = 0
    written: int = 0
