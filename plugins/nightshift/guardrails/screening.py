"""Runs a policy's checks over texts. One call on a list; the same text always gets the same verdict."""

from __future__ import annotations

from collections.abc import Iterable

from nightshift.guardrails.patterns import Patterns
from nightshift.guardrails.personal_data import CreditCard, EmailAddress
from nightshift.guardrails.policy import GuardrailPolicy, PatternsRule, Rule, TextLengthRule
from nightshift.guardrails.text_length import TextLength
from nightshift.guardrails.verdict import STRICTNESS, Action, Check, Direction, Finding, Verdict

_NO_RULES = Finding("no-rules", "POLICY", 0, 0)


class Screen:
    """One policy in one direction, ready to use."""

    def __init__(self, policy: GuardrailPolicy, direction: Direction) -> None:
        self._checks = [(rule.action, _build(rule)) for rule in policy.rules(direction)]

    def screen(self, texts: Iterable[str]) -> list[Verdict]:
        return [self._screen_one(text) for text in texts]

    def _screen_one(self, text: str) -> Verdict:
        if not self._checks:
            return Verdict("deny", text, (_NO_RULES,))
        action: Action = "allow"
        findings: list[Finding] = []
        masks: list[Finding] = []
        for reaction, check in self._checks:
            found = check.find(text)
            if not found:
                continue
            findings += found
            if reaction == "mask":
                masks += found
            if STRICTNESS[reaction] > STRICTNESS[action]:
                action = reaction
        if not findings:
            return Verdict("allow", text)
        return Verdict(action, _mask(text, masks) if masks else text, tuple(findings))


def _build(rule: Rule) -> Check:
    if isinstance(rule, TextLengthRule):
        return TextLength(rule.id, rule.most)
    if isinstance(rule, PatternsRule):
        return Patterns(rule.id, rule.expressions)
    return EmailAddress(rule.id) if rule.check == "email_address" else CreditCard(rule.id)


def _mask(text: str, findings: list[Finding]) -> str:
    """The text with each finding replaced by its entity's name; overlapping findings are replaced together."""
    pieces: list[str] = []
    at = 0
    for finding in sorted(findings, key=lambda item: (item.start, -item.end)):
        if finding.end <= at:
            continue
        pieces += [text[at : max(at, finding.start)], f"[{finding.entity}]"]
        at = finding.end
    return "".join([*pieces, text[at:]])
