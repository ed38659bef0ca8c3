"""Rules about answers as an operator writes them: what is taken, what is refused, what they make of an answer."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from pydantic import ValidationError
from tests.guardrails.answers.stand_ins import Models

from nightshift.guardrails.policy import GuardrailPolicy
from nightshift.guardrails.screening import Screen
from nightshift.guardrails.subjects import Subject

# One rule of every check, as the documentation shows them.
RULES = """
- {check: text_length, id: length, action: deny, least: 2, most: 200000}
- {check: refusal, id: refusal, action: annotate}
- {check: system_prompt_leak, id: leak, action: deny, words: 10, share: 0.5, may_repeat: [Happy gardening to you!]}
- {check: canaries, id: canary, action: deny, canaries: [heron-7F3A], pattern: 'CNR-[0-9A-F]{4}'}
- {check: new_personal_data, id: new-data, action: quarantine, secrets: true}
- {check: language, id: language, action: annotate, allowed: [de, en]}
- {check: language, id: as-asked, action: annotate, as_question: true}
- {check: answer_format, id: json, action: deny, format: json, schema: {type: object}, fenced: true}
- {check: answer_format, id: label, action: deny, format: labels, labels: [billing, technical]}
- {check: answer_format, id: order, action: deny, format: expression, expression: '[A-Z]{2}-[0-9]{4}'}
- {check: groundedness, id: grounded, action: quarantine, least_share: 0.4, report: [share, numbers]}
- {check: entailment, id: judge, action: quarantine, model: m, threshold: 0.5, on_error: allow, concurrency: 4}
- {check: moderation, id: provider, action: quarantine, model: m, threshold: 0.7, on_error: deny}
"""
LISTED: list[dict[str, Any]] = yaml.safe_load(RULES)


def policy(*rules: dict[str, Any]) -> GuardrailPolicy:
    return GuardrailPolicy.model_validate({"output": rules})


@pytest.mark.parametrize("rule", LISTED, ids=lambda rule: rule["id"])
def test_every_rule_can_be_written_and_screened(rule: dict[str, Any]) -> None:
    (verdict,) = Screen(policy(rule), "output", Models()).screen([Subject("Your parcel is on its way.", "assistant")])
    assert verdict.action in ("allow", rule["action"])
    assert all(found.rule == rule["id"] for found in verdict.findings)


@pytest.mark.parametrize("rule", LISTED, ids=lambda rule: rule["id"])
def test_a_policy_survives_being_stored(rule: dict[str, Any]) -> None:
    """A run keeps its policy as JSON; the digest on its receipts must stay the same."""
    stored = policy(rule)
    assert GuardrailPolicy.model_validate(stored.model_dump(mode="json", by_alias=True)).digest == stored.digest


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"check": "text_length"}, "neither `most` nor `least`"),
        ({"check": "text_length", "least": 9, "most": 8}, "least 9 is above most 8"),
        ({"check": "canaries"}, "neither `canaries` nor `pattern`"),
        ({"check": "canaries", "canaries": ["abc"]}, "at least 6 characters"),
        ({"check": "canaries", "pattern": "("}, "not a regular expression"),
        ({"check": "language"}, "either `allowed` or `as_question: true`"),
        ({"check": "language", "allowed": ["de"], "as_question": True}, "either `allowed` or `as_question: true`"),
        ({"check": "language", "allowed": ["German"]}, "pattern"),
        ({"check": "answer_format", "format": "labels"}, "`format: labels` needs `labels`"),
        ({"check": "answer_format", "format": "expression"}, "`format: expression` needs `expression`"),
        ({"check": "answer_format", "format": "json", "labels": ["a"]}, "`labels` has no meaning for `format: json`"),
        ({"check": "answer_format", "format": "json", "schema": {"type": "objekt"}}, "not a JSON schema"),
        ({"check": "system_prompt_leak", "words": 2}, "greater than or equal to 6"),
        ({"check": "moderation"}, "model"),
        ({"check": "moderation", "model": "m", "on_error": "mask"}, "'deny', 'quarantine' or 'allow'"),
        ({"check": "entailment", "model": "m", "concurrency": 0}, "greater than or equal to 1"),
    ],
)
def test_a_mistake_is_told(rule: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        policy({"id": "r", "action": "deny", **rule})


@pytest.mark.parametrize("rule", LISTED, ids=lambda rule: rule["id"])
def test_questions_are_read_only_where_a_check_compares(rule: dict[str, Any]) -> None:
    compares = rule["id"] in ("new-data", "as-asked", "grounded", "judge")
    assert policy(rule).compares_answers is compares
    assert not GuardrailPolicy.model_validate({"input": [rule]}).compares_answers


@pytest.mark.parametrize(("text", "hits"), [("", 1), ("a", 1), ("ab", 0), ("abcde", 0), ("abcdef", 1)])
def test_a_text_may_be_too_short_and_too_long(text: str, hits: int) -> None:
    rule = {"check": "text_length", "id": "length", "action": "deny", "least": 2, "most": 5}
    (verdict,) = Screen(policy(rule), "output").screen([Subject(text, "assistant")])
    assert len(verdict.findings) == hits
