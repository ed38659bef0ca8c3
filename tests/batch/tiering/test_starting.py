"""On which tier a row starts."""

from __future__ import annotations

from typing import Any

import pytest

from nightshift.batch.tiering.cascade import Cascade
from nightshift.batch.tiering.policy import TierPolicy
from nightshift.batch.tiering.starting import Starting
from nightshift.tiering.difficulty.model import prior

EASY, HARD = "Hi?", "Anna has 3 apples and 14 pears, and gives 2 of each away every day. " * 20
START = [{"tier": "t2", "input_characters_above": 5_000}, {"tier": "t1", "input_characters_above": 1_000}]


def tiers(cascade: Cascade, texts: list[str], start: list[dict[str, Any]] | None = None) -> list[int]:
    listed = [{"name": f"t{number}", "deployments": ["m"]} for number in range(3)]
    policy = TierPolicy.model_validate({"tiers": listed, "start": start or []})
    model = prior() if cascade.strategy == "direct" else None
    return [start.tier for start in Starting(policy, cascade, model, "sums@1.0.0").starts(texts)]


def test_on_a_ladder_the_first_start_rule_that_holds_decides() -> None:
    assert tiers(Cascade(), [EASY, "x" * 1_001, "x" * 5_001], START) == [0, 1, 2]


def test_direct_sends_what_is_hard_to_the_last_tier_and_keeps_start_rules_for_the_rest() -> None:
    easy, hard = prior().scores([EASY, HARD])
    assert easy < hard
    direct = Cascade(strategy="direct", threshold=float(easy + hard) / 2)
    assert tiers(direct, [EASY, HARD]) == [0, 2]
    assert tiers(direct, [EASY + " " * 1_200], START) in ([1], [2])


@pytest.mark.parametrize(("threshold", "tier"), [(0.0, 2), (1.1, 0)])
def test_the_ends_of_the_scale_mean_all_and_none(threshold: float, tier: int) -> None:
    assert tiers(Cascade(strategy="direct", threshold=threshold), [EASY, HARD]) == [tier, tier]


def test_premium_only_starts_everything_on_the_last_tier() -> None:
    assert tiers(Cascade(strategy="premium_only"), [EASY, HARD], START) == [2, 2]
    assert tiers(Cascade(strategy="light_only"), [EASY], START) == [0]
