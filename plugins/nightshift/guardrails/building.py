"""From a rule of a policy to the detector that it asks for. Each detector is imported when a policy names it."""

from __future__ import annotations

from nightshift.guardrails.policy import (
    PatternsRule,
    PersonalDataRule,
    Rule,
    ScoredRule,
    SecretsRule,
    TextLengthRule,
)
from nightshift.guardrails.verdict import Detector


def build(rule: Rule) -> Detector:
    """The detector of a rule, ready to use."""
    match rule:
        case TextLengthRule():
            from nightshift.guardrails.text_length import TextLength

            return TextLength(rule.most)
        case PatternsRule():
            from nightshift.guardrails.patterns import Patterns

            return Patterns(rule.expressions)
        case ScoredRule():
            return _scored(rule)
        case PersonalDataRule():
            return _personal_data(rule)
        case SecretsRule():
            from nightshift.guardrails.secrets import Secrets

            return Secrets()


def _scored(rule: ScoredRule) -> Detector:
    if rule.check == "injection":
        from nightshift.guardrails.injection.detector import InjectionDetector

        return InjectionDetector.load(rule.threshold)
    from nightshift.guardrails.content.harm import HarmDetector

    return HarmDetector.load(rule.threshold)


def _personal_data(rule: PersonalDataRule) -> Detector:
    entities = None if rule.entities is None else frozenset(rule.entities)
    if rule.check == "names":
        from nightshift.guardrails.personal_data.names import Names

        return Names(entities, rule.threshold)
    if rule.check == "presidio":
        from nightshift.guardrails.personal_data.presidio import Presidio

        return Presidio(entities, rule.threshold)
    from nightshift.guardrails.personal_data import PersonalData

    return PersonalData(entities, rule.threshold)
