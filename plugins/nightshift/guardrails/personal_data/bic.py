"""Codes of banks (ISO 9362). Their shape is that of words: a label stands right before them, and they are capitals."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nightshift.guardrails.personal_data.shapes import Gate
from nightshift.guardrails.verdict import Hit

_GATE = r"\b(?:bic|swift)\b"
_CODE = re.compile(
    r"\b(?P<label>(?i:(?:bic|swift)(?:[ /-](?:bic|swift))?(?:[ -]?(?:code|number|no\.?|nr\.?))?)"
    r"[\"']?[ ]?[:=#]?[ ]?[\"']?(?i:is )?)(?P<code>[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)\b",
    re.ASCII,
)


class Bics:
    entities = ("BIC_CODE",)

    def gates(self, threshold: float) -> tuple[Gate, ...]:
        return (Gate(_GATE),)

    def find(self, text: str) -> Iterator[Hit]:
        from phonenumbers import SUPPORTED_REGIONS

        for match in _CODE.finditer(text):
            is_heading = match["label"].lower() == "swift " and match["code"].isalpha()  # SWIFT DELIVERY
            if match["code"][4:6] in SUPPORTED_REGIONS and not is_heading:
                yield Hit("BIC_CODE", *match.span("code"), 0.7)
