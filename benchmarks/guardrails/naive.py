"""What many projects start with: a handful of regular expressions and words."""

from __future__ import annotations

import argparse
import re

from benchmarks.guardrails.worker import Answer, serve, without_nested

_INJECTION = re.compile(
    r"ignore (?:all |any )?(?:the )?(?:previous|above|prior) (?:instructions|prompts?)|disregard (?:all|the|your)"
    r"|you are now|system prompt|jailbreak|\bDAN\b|do anything now|developer mode",
    re.IGNORECASE,
)
_HARM = re.compile(r"\b(?:kill|bomb|murder|suicide|rape|terroris[mt]|nazi|hack|drugs)\b", re.IGNORECASE)
_PERSONAL = {
    "EMAIL_ADDRESS": r"[\w.+-]+@[\w-]+\.[\w.-]+",
    "PHONE_NUMBER": r"\+?\d[\d\s().-]{7,}\d",
    "CREDIT_CARD": r"\b(?:\d[ -]?){13,16}\b",
    "US_SSN": r"\b\d{3}-\d{2}-\d{4}\b",
    "IP_ADDRESS": r"\b\d{1,3}(?:\.\d{1,3}){3}\b",
    "IBAN_CODE": r"\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b",
    "URL": r"https?://\S+",
    "SECRET": r"\bAKIA[0-9A-Z]{16}\b|\bghp_\w{36}\b|(?i:(?<=password=)\S+|(?<=api_key=)\S+)",
}
_WIDEST = "PHONE_NUMBER"  # most numbers match it, so it gives way to every other
_COMPILED = {name: re.compile(pattern) for name, pattern in _PERSONAL.items()}


def answer(text: str) -> Answer:
    """All checks at once."""
    found = [
        (name, *match.span(), 0.5 if name == _WIDEST else 1.0)
        for name, pattern in _COMPILED.items()
        for match in pattern.finditer(text)
    ]
    return {
        "injection": float(bool(_INJECTION.search(text))),
        "harm": float(bool(_HARM.search(text))),
        "found": without_nested(found),
    }


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    serve(answer)
