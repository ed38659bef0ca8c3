"""Injection and jailbreak: the trained model and the rules together, as one probability."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from nightshift.guardrails.classifier.artefact import load, models_folder
from nightshift.guardrails.classifier.detector import TrainedDetector
from nightshift.guardrails.injection.rules import InjectionRules, RuleHit

if TYPE_CHECKING:
    from nightshift.guardrails.subjects import Batch

KIND = "injection"


class InjectionDetector(TrainedDetector):
    """Scores texts from 0 to 1. What the operator wrote (`origin: system`) is never an injection."""

    entity = "INJECTION"

    @classmethod
    def load(cls, threshold: float | None = None, path: Path | None = None) -> InjectionDetector:
        return cls(load(path or models_folder() / "injection.bin", KIND), threshold)

    def scores(self, batch: Batch) -> list[float]:
        return [
            0.0 if subject.origin == "system" else score
            for subject, score in zip(batch.subjects, super().scores(batch), strict=True)
        ]

    def _evidence(self, batch: Batch) -> Sequence[float]:
        return [strongest(hits) for hits in rule_hits(batch)]


def rule_hits(batch: Batch) -> list[list[RuleHit]]:
    """What the rules find in each text of the batch, found once."""
    return batch.shared("injection.rules", lambda batch: [_rules().detect_text(view) for view in batch.views])


def strongest(hits: Sequence[RuleHit]) -> float:
    return max((hit.weight for hit in hits), default=0.0)


@cache
def _rules() -> InjectionRules:
    return InjectionRules()
