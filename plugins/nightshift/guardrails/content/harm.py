"""Harmful requests and toxic comments by a trained model. A screen, not a judge: a provider's moderation sees more."""

from __future__ import annotations

from pathlib import Path

from nightshift.guardrails.classifier.detector import TrainedDetector
from nightshift.guardrails.classifier.weights import load, models_folder

KIND = "harm"


class HarmDetector(TrainedDetector):
    """Scores texts from 0 to 1: requests for harm, and insults, threats and hatred themselves."""

    entity = "HARM"

    @classmethod
    def load(cls, threshold: float | None = None, path: Path | None = None) -> HarmDetector:
        return cls(load(path or models_folder() / "harm.bin", KIND), threshold)
