"""Tier policies: include/policies/tiers/<name>.yaml."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from nightshift.batch.tiering.cascade import PairComparator
from nightshift.storage.documents import Document, find, load
from nightshift.tiering.answers.comparators import Comparator

MOST_TIERS = 4  # the DAG has one wave of tasks per tier
MOST_DEPLOYMENTS = 8

# ladder     a row climbs one tier where its answer fails a check
# direct     the difficulty score decides between the first tier and the last, before anything is asked
# verify     the first tier's answer is read; the last tier where it is doubtful
# agreement  the cheaper tiers answer until two agree; the last tier where none do
# auto       the planner chooses one of these for the prompt, from graded outcomes, at admission
WantedStrategy = Literal["ladder", "direct", "verify", "agreement", "auto"]


class Tier(Document):
    """One step of the ladder: equivalent models in the order in which they are tried."""

    name: str
    deployments: tuple[str, ...] = Field(min_length=1, max_length=MOST_DEPLOYMENTS)


class StartRule(Document):
    """Rows whose text has more than this many characters start on `tier`."""

    tier: str
    input_characters_above: int = Field(ge=0)


class QualityTarget(Document):
    """The quality asked for, as a share of rows: right ones, or those no worse than the last tier's."""

    at_least: float = Field(gt=0, lt=1, description="share of rows, for example 0.95")
    of: Literal["right", "premium"] = Field(
        default="right", description="right: rows answered right; premium: rows at which premium had done no better"
    )
    confidence: float = Field(default=0.95, ge=0.5, lt=1, description="how sure a promise must be")


class CascadePolicy(Document):
    """Which of a row's possible tiers are asked. See docs/tiering.md."""

    strategy: WantedStrategy = "ladder"
    comparator: Comparator | PairComparator | None = None  # when two answers agree
    similarity: float | None = Field(default=None, gt=0, le=1)  # comparator embedding: the least cosine
    embedding: str | None = None  # comparator embedding: a model of the catalogue; None: the platform's word vectors
    judge: str | None = None  # comparator judge: a model of the catalogue
    threshold: float | None = Field(default=None, ge=0, le=1)  # of the difficulty (direct) or the doubt
    quality: QualityTarget | None = None  # a job's own goes before it
    hours_per_wave: float = Field(default=4, gt=0, le=72)  # what a wave of batches usually takes

    @property
    def similarity_offline(self) -> float | None:
        """The least cosine of word vectors; None where a provider's model would have to be asked."""
        return self.similarity if self.embedding is None else None

    @model_validator(mode="after")
    def has_what_it_needs(self) -> Self:
        if self.strategy in ("direct", "verify") and self.threshold is None:
            raise ValueError(f"strategy {self.strategy} needs a threshold from 0 to 1, or strategy auto and a quality")
        if self.strategy == "agreement" and self.comparator is None:
            raise ValueError(f"strategy agreement needs a comparator: {', '.join([*Comparator, *PairComparator])}")
        if self.quality is not None and self.strategy not in ("ladder", "auto"):
            raise ValueError(f"a quality lets the planner choose, so strategy can only be auto, not {self.strategy}")
        return self

    @model_validator(mode="after")
    def comparator_has_what_it_needs(self) -> Self:
        embedding, judge = self.comparator == PairComparator.EMBEDDING, self.comparator == PairComparator.JUDGE
        if embedding and self.similarity is None:
            raise ValueError("comparator embedding needs a similarity: the least cosine of two answers, such as 0.9")
        if judge and self.judge is None:
            raise ValueError("comparator judge needs `judge`: a model of include/models/catalogue.yaml")
        if self.similarity is not None and not embedding:
            raise ValueError("a similarity is for comparator embedding only; leave it out")
        if self.embedding is not None and not embedding:
            raise ValueError("`embedding` is for comparator embedding only; leave it out")
        if self.judge is not None and not judge:
            raise ValueError("`judge` is for comparator judge only; leave it out")
        return self


class TierPolicy(Document):
    """Cheapest tier first; a row climbs one tier per wave."""

    tiers: tuple[Tier, ...] = Field(min_length=1, max_length=MOST_TIERS)
    start: tuple[StartRule, ...] = ()
    cascade: CascadePolicy = CascadePolicy()
    # This share of the rows is asked at every tier, to learn what each is worth; see docs/tier_learning.md.
    trial_share: float = Field(default=0.0, ge=0, le=0.2)
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

    @model_validator(mode="after")
    def tiers_are_enough(self) -> Self:
        wanted, names = self.cascade.strategy, [tier.name for tier in self.tiers]
        needed = {"ladder": 1, "agreement": 3}.get(wanted, 2)
        if len(names) < needed:
            raise ValueError(f"strategy {wanted} needs {needed} tiers, here are {len(names)}")
        if wanted in ("agreement", "auto") and (middle := {rule.tier for rule in self.start} & set(names[1:-1])):
            raise ValueError(
                f"with strategy {wanted} a start rule can only name the last tier, not {', '.join(sorted(middle))}: "
                "one answer of a middle tier has nothing to agree with"
            )
        return self


def find_tier_policy(name: str) -> TierPolicy:
    """The policy that a job's `tiers` names. Raises InvalidSpec when there is none."""
    return load(find("policies/tiers", name, field="tiers"), TierPolicy)
