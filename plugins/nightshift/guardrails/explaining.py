"""Why a verdict is what it is, for the person who asks. Names rules and places, never text."""

from __future__ import annotations

from typing import Any

from nightshift.guardrails.normalisation import View
from nightshift.guardrails.policy import GuardrailPolicy
from nightshift.guardrails.screening import NO_RULE
from nightshift.guardrails.verdict import Direction, Verdict


def explain(policy: GuardrailPolicy, direction: Direction, verdict: Verdict, view: View) -> dict[str, Any]:
    """The rules that reacted, with their action, and what the text hides."""
    rules = {rule.id: rule for rule in policy.rules(direction)}
    hit = dict.fromkeys(finding.rule for finding in verdict.findings)
    return {
        "reason": _reason(verdict),
        "policy": verdict.policy,
        "rules": [rules[name].model_dump(mode="json", exclude_none=True) for name in hit if name in rules],
        "tricks": sorted(view.tricks),
        "decoded": [
            {"kind": part.kind, "start": part.start, "end": part.end} for part in (*view.decoded, *view.wordless)
        ],
    }


def _reason(verdict: Verdict) -> str:
    if not verdict.findings:
        return "no check found anything"
    if verdict.findings[0].rule == NO_RULE:
        return "no rule of the policy covers this text, and what no rule covers is denied"
    return f"{verdict.action}: {verdict.rules}"
