"""The first difficulty rule: by the length of the row's text."""

from __future__ import annotations

from nightshift.batch.tiering.policy import TierPolicy


def starting_tier(policy: TierPolicy, characters: int) -> int:
    """Index of the tier that a row of so many characters starts on: the first rule that holds, else the cheapest."""
    names = [tier.name for tier in policy.tiers]
    for rule in policy.start:
        if characters > rule.input_characters_above:
            return names.index(rule.tier)
    return 0
