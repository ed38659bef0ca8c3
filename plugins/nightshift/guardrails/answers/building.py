"""From a rule about answers to its check. Each is imported when a policy names it."""

from __future__ import annotations

from nightshift.guardrails.answers import rules
from nightshift.guardrails.verdict import Detector

AnswerRule = (
    rules.SystemPromptLeakRule
    | rules.CanariesRule
    | rules.NewPersonalDataRule
    | rules.LanguageRule
    | rules.AnswerFormatRule
    | rules.GroundednessRule
)


def build_answer_check(rule: AnswerRule) -> Detector:
    match rule:
        case rules.SystemPromptLeakRule():
            from nightshift.guardrails.answers.system_prompt_leak import SystemPromptLeak

            return SystemPromptLeak(rule.words, rule.share, rule.may_repeat)
        case rules.CanariesRule():
            from nightshift.guardrails.answers.canaries import Canaries

            return Canaries(rule.canaries, rule.pattern)
        case rules.NewPersonalDataRule():
            from nightshift.guardrails.answers.new_personal_data import NewPersonalData

            entities = None if rule.entities is None else frozenset(rule.entities)
            return NewPersonalData(entities, rule.threshold, rule.secrets)
        case rules.LanguageRule():
            from nightshift.guardrails.answers.language import Language

            return Language(rule.allowed, rule.as_question, rule.threshold)
        case rules.GroundednessRule():
            from nightshift.guardrails.answers.groundedness import Groundedness

            return Groundedness(rule.least_share, rule.report)
        case rules.AnswerFormatRule():
            return _format(rule)


def _format(rule: rules.AnswerFormatRule) -> Detector:
    from nightshift.guardrails.answers.answer_format import AnswerFormat

    if rule.format == "json":
        return AnswerFormat.json(rule.schema_, rule.fenced)
    if rule.format == "labels":
        return AnswerFormat.labels(rule.labels, rule.fenced)
    assert rule.expression is not None  # the rule's own validation
    return AnswerFormat.expression(rule.expression, rule.fenced)
