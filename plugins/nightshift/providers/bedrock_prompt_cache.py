"""Where Bedrock keeps a prompt's fixed part between requests: a cache point after it, for models that take one.

Only in real time: the guide describes cache points for Converse and says nothing of jobs, whose published prices have
no cheaper cached input either. https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
"""

from __future__ import annotations

from typing import Any

from nightshift.errors import Misconfigured
from nightshift.providers.port import Target

OPTION = "prompt_cache_tokens"
_POINT = {"cachePoint": {"type": "default"}}
# English has about 4 bytes per token. Where the prefix turns out to be too short after all, it is just not kept.
_BYTES_PER_TOKEN = 4


def least_tokens(target: Target) -> int | None:
    """The shortest prefix that the model keeps, in tokens; None where the catalogue names none."""
    told = target.options.get(OPTION)
    if told is None:
        return None
    if not told.isdecimal() or int(told) == 0:
        raise Misconfigured(f"options.{OPTION} of {target.model} is {told!r}; write the model's minimum, such as 1024")
    if "anthropic." in target.model:
        # To write costs a quarter more than input there, and our price list has no place for that: receipts would lie.
        raise Misconfigured(f"options.{OPTION} of {target.model}: what its cache costs to write cannot be booked yet")
    return int(told)


def with_cache_point(body: dict[str, Any], target: Target) -> dict[str, Any]:
    """A Converse body with a cache point between what all rows share and the row's own message, where that pays."""
    least = least_tokens(target)
    *shared, own = body["messages"]
    if least is None or _tokens(body, shared) < least:
        return body
    if not shared:
        return {**body, "system": [*body["system"], _POINT]}
    marked = {**shared[-1], "content": [*shared[-1]["content"], _POINT]}
    return {**body, "messages": [*shared[:-1], marked, own]}


def _tokens(body: dict[str, Any], shared: list[dict[str, Any]]) -> int:
    blocks = [*body.get("system", []), *(block for turn in shared for block in turn["content"])]
    return sum(len(block["text"].encode()) for block in blocks) // _BYTES_PER_TOKEN
