"""Explicit prompt caching: what stands before a cache point is written once and read from then on.

Source: docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html (models, minimum, five minutes). A model
without it answers AccessDeniedException: github.com/strands-agents/harness-sdk/pull/1807.
"""

from __future__ import annotations

import threading
import time
from hashlib import blake2b

from nightshift.sandbox import tokens
from nightshift.sandbox.bedrock_wire.wire import AwsError, invalid
from nightshift.sandbox.usage import JsonObject, Usage

MINIMUM_TOKENS = 1_024
KEPT_SECONDS = 300.0
_MODELS = ("amazon.nova", "anthropic.claude-3-7", "anthropic.claude-3-5-haiku")

_UNSUPPORTED = AwsError(
    403,
    "AccessDeniedException",
    "You invoked an unsupported model or your request did not allow prompt caching.",
)
# The guide says nothing of cache points in jobs; the sandbox takes the strict side.
NO_CACHE_POINTS = invalid("Malformed input request: cachePoint is not permitted in a batch inference record.")


def cache_problem(model: str, prefix: tuple[str, ...]) -> AwsError | None:
    """The refusal of a cache point that the model does not take."""
    return _UNSUPPORTED if prefix and not any(name in model for name in _MODELS) else None


def has_cache_point(body: JsonObject) -> bool:
    """Whether a record asks for caching."""
    turns = [one.get("content") for one in body.get("messages") or [] if isinstance(one, dict)]
    blocks = [block for part in (body.get("system"), *turns) if isinstance(part, list) for block in part]
    return any(isinstance(block, dict) and "cachePoint" in block for block in blocks)


class PromptCache:
    """The prefixes that were seen within the last minutes; each use keeps one for as long again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[bytes, float] = {}

    def used(self, model: str, prefix: tuple[str, ...], usage: Usage) -> Usage:
        """The usage of a request, with what of it was read from the cache or written to it."""
        size = sum(tokens.of_text(text) for text in prefix)
        if size < MINIMUM_TOKENS:
            return usage
        key, now = blake2b("\0".join((model, *prefix)).encode(), digest_size=16).digest(), time.monotonic()
        with self._lock:
            is_kept = self._kept.get(key, 0.0) > now
            self._kept[key] = now + KEPT_SECONDS
        return usage._replace(cached=size) if is_kept else usage._replace(written=size)
