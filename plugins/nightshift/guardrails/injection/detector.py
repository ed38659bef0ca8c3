"""Injection and jailbreak: the trained model and the rules together, as one probability."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from nightshift.guardrails.classifier.detector import TrainedDetector
from nightshift.guardrails.classifier.passages import vocabulary
from nightshift.guardrails.classifier.reading import read
from nightshift.guardrails.classifier.weights import load, models_folder
from nightshift.guardrails.injection.close_ups import close_ups
from nightshift.guardrails.injection.plain import PLAIN_SCORE, is_plain
from nightshift.guardrails.injection.rules import InjectionRules, RuleHit

if TYPE_CHECKING:
    from nightshift.guardrails.subjects import Batch

KIND = "injection"


class Seen(NamedTuple):
    """A close-up of a text of a batch, where it stands in the original, and its score."""

    text: int
    start: int
    end: int
    score: float


class InjectionDetector(TrainedDetector):
    """Scores texts from 0 to 1. What the operator wrote (`origin: system`) is never an injection."""

    entity = "INJECTION"

    @classmethod
    def load(cls, threshold: float | None = None, path: Path | None = None) -> InjectionDetector:
        return cls(load(path or models_folder() / "injection.bin", KIND), threshold)

    def scores(self, batch: Batch) -> list[float]:
        rows = zip(batch.subjects, super().scores(batch), rule_hits(batch), strict=True)
        best = [raised(score, is_plain(hits, len(subject.text))) for subject, score, hits in rows]
        for seen in self._close_ups(batch):
            best[seen.text] = max(best[seen.text], seen.score)
        return [
            0.0 if subject.origin == "system" else score for subject, score in zip(batch.subjects, best, strict=True)
        ]

    def best_windows(self, batch: Batch) -> list[tuple[int, int]]:
        best = list(super().scores(batch))
        places = list(super().best_windows(batch))
        for seen in self._close_ups(batch):
            if seen.score >= best[seen.text]:
                best[seen.text], places[seen.text] = seen.score, (seen.start, seen.end)
        return places

    def _places(self, batch: Batch, scores: Sequence[float]) -> list[list[tuple[int, int]]]:
        """The close-ups that reach the threshold, and the windows that do so by themselves and show none of these."""
        near: list[list[tuple[int, int]]] = [[] for _ in scores]
        for seen in self._close_ups(batch):
            if min(seen.score, scores[seen.text]) >= self.threshold:
                near[seen.text].append((seen.start, seen.end))
        alone = super().scores(batch)
        rest = [
            0.0 if some and own < self.threshold else score
            for some, own, score in zip(near, alone, scores, strict=True)
        ]
        far = super()._places(batch, rest)
        return [sorted(some + _apart(others, some)) for some, others in zip(near, far, strict=True)]

    def _evidence(self, batch: Batch) -> Sequence[float]:
        return [strongest(hits) for hits in rule_hits(batch)]

    def _close_ups(self, batch: Batch) -> list[Seen]:
        return batch.shared(f"{KIND}.close_ups", self._look_closely)

    def _look_closely(self, batch: Batch) -> list[Seen]:
        views = batch.views
        found = [
            (place, one) for place, hits in enumerate(rule_hits(batch)) if hits for one in close_ups(views[place], hits)
        ]
        counts = Counter(place for place, _ in found)
        blocks = read([views[place].plain.text[one.start : one.end] for place, one in found], vocabulary())
        seen = []
        for block in blocks:
            for window, logit in zip(block.windows, self._model.logits(block).tolist(), strict=True):
                place, one = found[window.text]
                score = raised(self._calibration.score(logit, counts[place], one.evidence), one.is_plain)
                seen.append(Seen(place, *views[place].plain.span(one.start, one.end), score))
        return seen


def raised(score: float, is_plain: bool) -> float:
    """To the same height whatever the threshold: a score and the verdict beside it never contradict each other."""
    return max(score, PLAIN_SCORE) if is_plain else score


def rule_hits(batch: Batch) -> list[list[RuleHit]]:
    """What the rules find in each text of the batch, found once."""
    return batch.shared("injection.rules", lambda batch: [_rules().detect_text(view) for view in batch.views])


def strongest(hits: Sequence[RuleHit]) -> float:
    return max((hit.weight for hit in hits), default=0.0)


def _apart(places: Sequence[tuple[int, int]], others: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those of the places that touch none of the others."""
    return [(start, end) for start, end in places if not any(a < end and start < b for a, b in others)]


@cache
def _rules() -> InjectionRules:
    return InjectionRules()
