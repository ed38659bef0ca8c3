"""Runs a policy's checks over texts. One call on a list; the same text always gets the same verdict."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nightshift.guardrails.building import build
from nightshift.guardrails.masking.spans import Mask, mask_text, name_entity
from nightshift.guardrails.policy import GuardrailPolicy, Rule
from nightshift.guardrails.remote import Remote
from nightshift.guardrails.subjects import Batch, Subject
from nightshift.guardrails.verdict import STRICTNESS, Action, Detector, Direction, Finding, Verdict

NO_RULE = "no-rule"


@dataclass(frozen=True)
class _Check:
    rule: Rule
    detector: Detector


class Screen:
    """One policy in one direction, ready to use. `remote` is for checks that ask a model."""

    def __init__(self, policy: GuardrailPolicy, direction: Direction, remote: Remote | None = None) -> None:
        self._policy = policy.digest
        self._checks = [_Check(rule, build(rule, direction, remote)) for rule in policy.rules(direction)]
        self._covered = {origin for check in self._checks for origin in check.rule.origins}

    def screen(
        self, texts: Sequence[str | Subject], masks: Callable[[int], Mask] = lambda _: name_entity
    ) -> list[Verdict]:
        """One verdict per text, in order. `masks` gives the mask of the text at a place."""
        return self.screen_batch(Batch([Subject(item) if isinstance(item, str) else item for item in texts]), masks)

    def screen_batch(self, batch: Batch, masks: Callable[[int], Mask] = lambda _: name_entity) -> list[Verdict]:
        """As `screen`, for a batch of which more is asked than verdicts."""
        found: dict[int, list[tuple[Action, Finding]]] = {}
        for check in self._checks:
            rule = check.rule
            for place, hits in zip(range(len(batch)), check.detector.detect(batch), strict=True):
                if hits and batch.subjects[place].origin in rule.origins:
                    found.setdefault(place, []).extend(
                        (rule.reaction(hit), Finding(rule.id, hit.entity, hit.start, hit.end, hit.score))
                        for hit in hits
                    )
        return [
            self._decide(subject, found.get(place), masks, place) if place in found or self._uncovered(subject)
            else Verdict("allow", subject.text, policy=self._policy)
            for place, subject in enumerate(batch.subjects)
        ]  # fmt: skip

    def _uncovered(self, subject: Subject) -> bool:
        return subject.origin not in self._covered

    def _decide(
        self, subject: Subject, found: list[tuple[Action, Finding]] | None, masks: Callable[[int], Mask], place: int
    ) -> Verdict:
        if found is None:
            return Verdict("deny", subject.text, (Finding(NO_RULE, "POLICY", 0, 0),), policy=self._policy)
        action: Action = max((reaction for reaction, _ in found), key=STRICTNESS.__getitem__)
        findings = tuple(finding for _, finding in found)
        masked = [finding for reaction, finding in found if reaction == "mask"]
        if not masked:
            return Verdict(action, subject.text, findings, policy=self._policy)
        text, replaced = mask_text(subject.text, masked, masks(place))
        return Verdict(action, text, findings, replaced, self._policy)
