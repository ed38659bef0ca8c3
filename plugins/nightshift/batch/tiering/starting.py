"""The tier on which each row starts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from nightshift.batch.tiering.policy import TierPolicy

if TYPE_CHECKING:
    from nightshift.batch.tiering.cascade import Cascade
    from nightshift.tiering.difficulty.model import DifficultyModel


class Start(NamedTuple):
    """Index of a tier; the difficulty where it was asked for."""

    tier: int
    difficulty: float | None = None


class Starting:
    """`model` is needed by strategy direct only; `task` is what the prompt's own words were learnt under."""

    def __init__(self, policy: TierPolicy, cascade: Cascade, model: DifficultyModel | None, task: str) -> None:
        self._policy, self._cascade, self._model, self._task = policy, cascade, model, task
        self._last = len(policy.tiers) - 1

    def starts(self, texts: Sequence[str]) -> list[Start]:
        """Where rows with these user texts start."""
        if self._cascade.strategy == "premium_only":
            return [Start(self._last)] * len(texts)
        ruled = [starting_tier(self._policy, len(text)) for text in texts]
        if self._model is None or self._cascade.threshold is None:
            return [Start(tier) for tier in ruled]
        scores = self._model.scores(texts, [self._task] * len(texts)).tolist()
        hard = self._cascade.threshold
        return [Start(self._last if score >= hard else tier, score) for tier, score in zip(ruled, scores, strict=True)]


def starting_tier(policy: TierPolicy, characters: int) -> int:
    """Index of the tier that a row of so many characters starts on: the first rule that holds, else the cheapest."""
    names = [tier.name for tier in policy.tiers]
    for rule in policy.start:
        if characters > rule.input_characters_above:
            return names.index(rule.tier)
    return 0
