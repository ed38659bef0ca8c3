"""From a rule of a policy to the detector that it asks for. Each detector is imported when a policy names it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from nightshift.errors import Misconfigured
from nightshift.guardrails import rules
from nightshift.guardrails.answers.rules import EntailmentRule
from nightshift.guardrails.policy import GuardrailPolicy, Rule
from nightshift.guardrails.remote import Remote
from nightshift.guardrails.verdict import Detector, Direction
from nightshift.providers.port import Speaker


def build(rule: Rule, direction: Direction = "input", remote: Remote | None = None) -> Detector:
    """The detector of a rule for texts of one direction, ready to use.

    Raises Misconfigured where it asks a model and there is no `remote`.
    """
    match rule:
        case rules.TextLengthRule():
            from nightshift.guardrails.text_length import TextLength

            return TextLength(rule.most, rule.least)
        case rules.PatternsRule():
            from nightshift.guardrails.patterns import Patterns

            return Patterns(rule.expressions)
        case rules.ScoredRule():
            return _scored(rule)
        case rules.PersonalDataRule():
            return _personal_data(rule)
        case rules.SecretsRule():
            from nightshift.guardrails.secrets import Secrets

            return Secrets()
        case rules.RefusalRule():
            from nightshift.guardrails.content.refusal import Refusals

            return Refusals()
        case rules.ModerationRule() | EntailmentRule():
            return _remote(rule, direction, remote)
        case _:
            from nightshift.guardrails.answers.building import build_answer_check

            return build_answer_check(rule)


def require_trained_models(policy: GuardrailPolicy, recorded: Mapping[str, str], work: str) -> None:
    """Raises Misconfigured where the weights in use are not those that were `recorded` for this policy.

    One half of a run's verdicts would come from other weights than its manifest says.
    """
    found = trained_models(policy)
    changed = sorted(name for name in found.keys() | recorded.keys() if found.get(name) != recorded.get(name))
    if changed:
        raise Misconfigured(
            f"{work} was admitted with other weights of the guardrails: include/guardrails/models/ has another "
            f"{' and '.join(f'{name}.bin' for name in changed)} since; way out: put the former weights back until it "
            "has ended, or cancel it and start a new run"
        )


def trained_models(policy: GuardrailPolicy) -> dict[str, str]:
    """The trained detectors that a policy uses, and the SHA-256 of their weights: a verdict depends on them too."""
    from nightshift.guardrails.classifier.weights import models_folder

    used = {
        rule.check
        for direction in (policy.input, policy.context, policy.output)
        for rule in direction
        if isinstance(rule, rules.ScoredRule)
    }
    names = sorted(used | {"words"}) if used else []
    return {name: hashlib.sha256((models_folder() / f"{name}.bin").read_bytes()).hexdigest() for name in names}


def _scored(rule: rules.ScoredRule) -> Detector:
    if rule.check == "injection":
        from nightshift.guardrails.injection.detector import InjectionDetector

        return InjectionDetector.load(rule.threshold)
    from nightshift.guardrails.content.harm import HarmDetector

    return HarmDetector.load(rule.threshold)


def _personal_data(rule: rules.PersonalDataRule) -> Detector:
    entities = None if rule.entities is None else frozenset(rule.entities)
    if rule.check == "names":
        from nightshift.guardrails.personal_data.names import Names

        return Names(entities, rule.threshold, frozenset(rule.noted))
    if rule.check == "presidio":
        from nightshift.guardrails.personal_data.presidio import Presidio

        return Presidio(entities, rule.threshold, frozenset(rule.noted))
    from nightshift.guardrails.personal_data import PersonalData

    return PersonalData(entities, rule.threshold, frozenset(rule.noted))


def _remote(rule: rules.ModerationRule | EntailmentRule, direction: Direction, remote: Remote | None) -> Detector:
    if remote is None:
        raise Misconfigured(
            f"the guardrail rule {rule.id!r} asks the model {rule.model}, and here no model may be asked; way out: a "
            f"policy without `check: {rule.check}`"
        )
    if isinstance(rule, rules.ModerationRule):
        from nightshift.guardrails.answers.moderation import ModerationCheck

        found = remote.moderator(rule.model)
        speaker: Speaker = "model" if direction == "output" else "user"
        return ModerationCheck(found.moderator, found.target, rule.threshold, speaker, rule.concurrency, found.books)
    from nightshift.guardrails.answers.entailment import Entailment

    return Entailment(remote.judge(rule.model), rule.threshold, rule.concurrency)
