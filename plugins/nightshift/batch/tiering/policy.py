"""Tier policies: include/policies/tiers/<name>.yaml."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from nightshift.storage.documents import Document, find, load

MOST_TIERS = 3  # the DAG has one wave of tasks per tier
MOST_DEPLOYMENTS = 8


class Tier(Document):
    """One step of the ladder: equivalent models in the order in which they are tried."""

    name: str
    deployments: tuple[str, ...] = Field(min_length=1, max_length=MOST_DEPLOYMENTS)


class StartRule(Document):
    """Rows whose text has more than this many characters start on `tier`."""

    tier: str
    input_characters_above: int = Field(ge=0)


class TierPolicy(Document):
    """Cheapest tier first; a row climbs one tier per wave."""

    tiers: tuple[Tier, ...] = Field(min_length=1, max_length=MOST_TIERS)
    start: tuple[StartRule, ...] = ()
    # How long a provider that does not answer is waited for before the tier's next deployment takes over.
    fallback_after_minutes: float = Field(default=15, ge=0)

    @model_validator(mode="after")
    def names_are_consistent(self) -> Self:
        names = [tier.name for tier in self.tiers]
        if len(set(names)) != len(names):
            raise ValueError(f"two tiers have the same name: {', '.join(names)}")
        if unknown := {rule.tier for rule in self.start} - set(names):
            raise ValueError(f"start rules name unknown tiers: {', '.join(sorted(unknown))}")
        return self


def find_tier_policy(name: str) -> TierPolicy:
    """The policy that a job's `tiers` names. Raises InvalidSpec when there is none."""
    return load(find("policies/tiers", name, field="tiers"), TierPolicy)
