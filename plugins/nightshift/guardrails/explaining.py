"""Why a verdict is what it is, for the person who asks. Names rules, places and numbers, never text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from nightshift.guardrails.content.harm import HarmDetector
from nightshift.guardrails.injection.detector import InjectionDetector, rule_hits, strongest
from nightshift.guardrails.injection.rules import RuleHit
from nightshift.guardrails.normalisation import View
from nightshift.guardrails.policy import GuardrailPolicy
from nightshift.guardrails.rules import ScoredRule
from nightshift.guardrails.screening import NO_RULE
from nightshift.guardrails.subjects import Batch, Origin
from nightshift.guardrails.verdict import Direction, Verdict

if TYPE_CHECKING:
    from nightshift.guardrails.classifier.detector import TrainedDetector

_DIGITS = 4  # of a score
Told = dict[str, Any]


class _Seen(NamedTuple):
    """What a trained detector saw in a text."""

    score: float
    window: tuple[int, int]  # what the score comes from
    shipped: float  # the threshold of a rule that names none


class Explainer:
    """Explains what one policy said of texts in one direction. What screening has computed of them is used again."""

    def __init__(self, policy: GuardrailPolicy, direction: Direction) -> None:
        self._rules = {rule.id: rule for rule in policy.rules(direction)}
        self._detectors: dict[str, TrainedDetector] = {
            "injection": InjectionDetector.load(),
            "harm": HarmDetector.load(),
        }

    def explain(self, batch: Batch, verdicts: Sequence[Verdict]) -> list[Told]:
        """Of each text the rules that reacted, what both trained detectors saw in it, and what it hides."""
        seen = {check: _seen(detector, batch) for check, detector in self._detectors.items()}
        hits = rule_hits(batch)
        told = []
        for place, verdict in enumerate(verdicts):
            origin = batch.subjects[place].origin
            scored = {check: self._scored(check, some[place], verdict, origin) for check, some in seen.items()}
            scored["injection"] |= _phrases(hits[place])
            told.append(
                {
                    "reason": _reason(verdict, scored),
                    "policy": verdict.policy,
                    "origin": origin,
                    "rules": self._hit(verdict),
                    **scored,
                    **_hidden(batch.views[place]),
                }
            )
        return told

    def _hit(self, verdict: Verdict) -> list[Told]:
        names = dict.fromkeys(finding.rule for finding in verdict.findings if finding.rule in self._rules)
        return [self._rules[name].model_dump(mode="json", exclude_none=True) for name in names]

    def _scored(self, check: str, seen: _Seen, verdict: Verdict, origin: Origin) -> Told:
        rules = [rule for rule in self._rules.values() if isinstance(rule, ScoredRule) and rule.check == check]
        return {
            "score": seen.score,
            "window": {"start": seen.window[0], "end": seen.window[1]},
            "thresholds": [_distance(rule, seen, verdict) for rule in rules if origin in rule.origins],
        }


def _seen(detector: TrainedDetector, batch: Batch) -> list[_Seen]:
    columns = zip(detector.scores(batch), detector.best_windows(batch), strict=True)
    return [_Seen(score, window, detector.threshold) for score, window in columns]


def _distance(rule: ScoredRule, seen: _Seen, verdict: Verdict) -> Told:
    """How far a text is over the threshold of a rule, or under it (below zero)."""
    threshold = seen.shipped if rule.threshold is None else rule.threshold
    score = next((finding.score for finding in verdict.findings if finding.rule == rule.id), seen.score)
    return {"rule": rule.id, "score": score, "threshold": threshold, "distance": round(score - threshold, _DIGITS)}


def _phrases(hits: Sequence[RuleHit]) -> Told:
    """What the phrase rules found, of each the heaviest: `evidence`, the heaviest of all, is part of the score."""
    ordered = sorted(hits, key=lambda hit: (-hit.weight, hit.start, hit.end))
    heaviest = {hit.rule: hit for hit in reversed(ordered)}
    return {
        "evidence": round(strongest(hits), _DIGITS),
        "phrases": [
            {"rule": hit.rule, "weight": round(hit.weight, _DIGITS), "start": hit.start, "end": hit.end}
            for hit in ordered
            if hit is heaviest[hit.rule]
        ],
    }


def _hidden(view: View) -> Told:
    decoded = (*view.decoded, *view.wordless)
    return {
        "tricks": sorted(view.tricks),
        "decoded": [{"kind": part.kind, "start": part.start, "end": part.end} for part in decoded],
    }


def _reason(verdict: Verdict, scored: dict[str, Told]) -> str:
    if not verdict.findings:
        below = [
            f"{asked['rule']}: {asked['score']} is below the threshold {asked['threshold']}"
            for told in scored.values()
            for asked in told["thresholds"]
        ]
        return "; ".join(["no check found enough to react to", *below])
    if verdict.findings[0].rule == NO_RULE:
        return "no rule of the policy covers this text, and what no rule covers is denied"
    return f"{verdict.action}: {verdict.rules}"
