"""Injection and jailbreak: the trained model and the rules together, as one probability."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from nightshift.guardrails.classifier.detector import TrainedDetector
from nightshift.guardrails.classifier.weights import load, models_folder
from nightshift.guardrails.injection.rules import InjectionRules, RuleHit

if TYPE_CHECKING:
    from nightshift.guardrails.subjects import Batch, Subject

KIND = "injection"
# A short text with a phrase that hardly anybody uses for anything else is an attack, whatever the model has learnt.
_PLAIN_WEIGHT, _PLAIN_LENGTH = 0.9, 120


class InjectionDetector(TrainedDetector):
    """Scores texts from 0 to 1. What the operator wrote (`origin: system`) is never an injection."""

    entity = "INJECTION"

    @classmethod
    def load(cls, threshold: float | None = None, path: Path | None = None) -> InjectionDetector:
        return cls(load(path or models_folder() / "injection.bin", KIND), threshold)

    def scores(self, batch: Batch) -> list[float]:
        rows = zip(batch.subjects, super().scores(batch), self._evidence(batch), strict=True)
        return [self._score(subject, score, evidence) for subject, score, evidence in rows]

    def _score(self, subject: Subject, score: float, evidence: float) -> float:
        if subject.origin == "system":
            return 0.0
        if evidence >= _PLAIN_WEIGHT and len(subject.text) <= _PLAIN_LENGTH:
            return max(score, self.threshold)
        return score

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
