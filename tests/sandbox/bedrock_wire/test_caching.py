"""Cache points: kept for five minutes, from the minimum on, for models that take them, and never in a job."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError  # type: ignore[import-untyped]
from tests.sandbox.bedrock_wire.conftest import Aws

from nightshift.sandbox.bedrock_wire.caching import MINIMUM_TOKENS, PromptCache, has_cache_point
from nightshift.sandbox.usage import Usage

NOVA = "amazon.nova-lite-v1:0"
POINT = {"cachePoint": {"type": "default"}}
SAY = [{"role": "user", "content": [{"text": "Why is the sky blue?"}]}]


def ask(aws: Aws, text: str, model: str = NOVA) -> tuple[int, int, int]:
    found = aws.runtime.converse(modelId=model, messages=SAY, system=[{"text": text}, POINT])["usage"]
    return found["inputTokens"], found["cacheReadInputTokens"], found["cacheWriteInputTokens"]


def test_what_stands_before_the_point_is_written_then_read(aws: Aws):
    text = "x" * 4 * MINIMUM_TOKENS
    fresh, read, written = ask(aws, text)
    assert (read, written) == (0, MINIMUM_TOKENS)
    assert ask(aws, text) == (fresh, MINIMUM_TOKENS, 0)
    assert ask(aws, "y" + text[1:])[1] == 0


def test_a_prefix_below_the_minimum_is_not_kept(aws: Aws):
    assert [ask(aws, "x" * (4 * MINIMUM_TOKENS - 4))[1:] for _ in range(2)] == [(0, 0)] * 2


def test_a_model_without_caching_denies_it(aws: Aws):
    with pytest.raises(ClientError) as found:
        ask(aws, "x", "mistral.mistral-large-2407-v1:0")
    assert found.value.response["Error"]["Code"] == "AccessDeniedException"


def test_nothing_is_kept_for_longer_than_five_minutes(monkeypatch: pytest.MonkeyPatch):
    clock = [1_000.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    cache, prefix, usage = PromptCache(), ("x" * 4 * MINIMUM_TOKENS,), Usage(2_000, 5)
    seen = []
    for later in (0, 299, 299, 301):
        clock[0] += later
        seen.append(cache.used(NOVA, prefix, usage).cached)
    assert seen == [0, MINIMUM_TOKENS, MINIMUM_TOKENS, 0]


def test_a_point_is_found_wherever_it_stands():
    turn = {"role": "user", "content": [{"text": "a"}]}
    assert has_cache_point({"system": [{"text": "a"}, POINT], "messages": [turn]})
    assert has_cache_point({"messages": [{**turn, "content": [{"text": "a"}, POINT]}]})
    assert not has_cache_point({"system": "a", "messages": [turn, {"role": "user", "content": "cachePoint"}]})
