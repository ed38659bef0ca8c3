"""One outcome row as it is kept: a line of JSON that `nightshift tier` reads too."""

from __future__ import annotations

from pydantic import Field

from nightshift.tiering.outcomes import Opinion, Outcome, Right


class CollectedOpinion(Opinion):
    """What a middle tier answered. `accepted`: the answer passed every check that needs no reference."""

    accepted: Right = True
    usd: float | None = Field(default=None, ge=0)


class CollectedOutcome(Outcome):
    """`sampled` rows were asked at all tiers whatever the light answer was: only they prove what a strategy is worth.
    `graded` rows were judged against a reference, the others by comparison with the premium answer."""

    opinions: tuple[CollectedOpinion, ...] = ()
    sampled: Right = False
    light_accepted: Right = True
    premium_accepted: Right = True
    light_usd: float | None = Field(default=None, ge=0)  # what the answer has cost
    premium_usd: float | None = Field(default=None, ge=0)

    def line(self) -> bytes:
        return self.model_dump_json(exclude_none=True).encode() + b"\n"
