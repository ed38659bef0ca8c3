"""The scores of the trained detectors, whatever the policy makes of them."""

from __future__ import annotations

from collections.abc import Sequence

from nightshift.guardrails.subjects import Batch
from nightshift.guardrails.verdict import Scorer


class Scores:
    """Both detectors, loaded once. A policy's rules and this share what a batch has computed."""

    def __init__(self) -> None:
        from nightshift.guardrails.content.harm import HarmDetector
        from nightshift.guardrails.injection.detector import InjectionDetector

        self._scorers: dict[str, Scorer] = {"injection": InjectionDetector.load(), "harm": HarmDetector.load()}

    def of(self, batch: Batch) -> dict[str, Sequence[float]]:
        """Per detector one score per subject, from 0 to 1."""
        return {name: scorer.scores(batch) for name, scorer in self._scorers.items()}
