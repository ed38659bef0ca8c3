"""LiteLLM's content filter: its patterns, and its keyword lists for injection and harm. In the peer's environment."""

from __future__ import annotations

import argparse
import logging
import re

from litellm.proxy.guardrails.guardrail_hooks.litellm_content_filter.content_filter import ContentFilterGuardrail

from benchmarks.guardrails.worker import Answer, Found, serve, without_nested

_LISTS = {
    "injection": (
        "prompt_injection_jailbreak", "prompt_injection_system_prompt", "prompt_injection_data_exfiltration",
        "prompt_injection_malicious_code",
    ),
    "harm": (
        "harm_toxic_abuse", "harmful_child_safety", "harmful_self_harm", "harmful_violence", "harmful_illegal_weapons",
    ),
}  # fmt: skip
_ENTITIES = {
    "email": "EMAIL_ADDRESS", "us_phone": "PHONE_NUMBER", "fr_phone": "PHONE_NUMBER", "us_ssn": "US_SSN",
    "credit_card": "CREDIT_CARD", "visa": "CREDIT_CARD", "mastercard": "CREDIT_CARD", "amex": "CREDIT_CARD",
    "discover": "CREDIT_CARD", "iban": "IBAN_CODE", "ipv4": "IP_ADDRESS", "ipv6": "IP_ADDRESS", "url": "URL",
    "aws_access_key": "SECRET", "aws_secret_key": "SECRET", "github_token": "SECRET", "slack_token": "SECRET",
    "generic_api_key": "SECRET",
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", choices=["injection", "harm", "personal_data"], required=True)
    check: str = parser.parse_args().check
    logging.disable(logging.CRITICAL)
    if check == "personal_data":
        _serve_patterns()
    else:
        _serve_lists(check)


def _serve_lists(check: str) -> None:
    categories = [
        {"category": name, "enabled": True, "action": "MASK", "severity_threshold": "medium"} for name in _LISTS[check]
    ]
    guardrail = ContentFilterGuardrail(guardrail_name="peer", categories=categories)

    def answer(text: str) -> Answer:
        found: list[object] = []
        guardrail._filter_single_text(text, found)
        return {check: float(bool(found))}

    serve(answer)


def _serve_patterns() -> None:
    patterns = [{"pattern_type": "prebuilt", "pattern_name": name, "action": "MASK"} for name in _ENTITIES]
    guardrail = ContentFilterGuardrail(guardrail_name="peer", patterns=patterns)

    def answer(text: str) -> Answer:
        found: list[Found] = []
        for entry in guardrail.compiled_patterns:
            entity = _ENTITIES[re.sub(r"\W", "_", entry["pattern_name"])]
            found += [(entity, start, end, 1.0) for start, end in guardrail._find_pattern_spans(text, entry)]
        return {"found": without_nested(found)}

    serve(answer)


if __name__ == "__main__":
    main()
