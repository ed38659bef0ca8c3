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
# Words of eight or eleven letters whose fifth and sixth happen to be a country: "BIC: VERIFIED".
_WORDS_TEXT = (
    "ABSOLUTE ACCEPTED ACCESSED ACTIVITY ARGUMENT ASSIGNED ATTACHED BANKCODE BANKNAME BENEFICIARY BUSINESS"
    " CALLBACK CAPACITY CHECKING COMBINATION COMPILED COMPILER COMPRESSION CONFIRMS CONFLICT CONNECTIONS"
    " CONSIDER CONSTANT CONTACTS CONTINUE CREDITOR CUSTOMER DATABASE DEADLINE DECISION DECLARED DECLINED"
    " DELIVERY DESIGNED DESTINATION DISABLED DISPATCH DOCUMENT FILENAME FINALIST FINISHED HOSTNAME INCIDENT"
    " INDEPENDENT INSTITUTION INSTRUCTION INTEGRATION INVALIDATED ISOLATED LANGUAGE MESSAGES MIGRATED MODIFIED"
    " OBTAINED OFFICIAL OPERATOR ORIGINAL OVERVIEW PACKAGES PLATFORM POLICIES PROGRESS PROJECTS PROPERTY"
    " PROVIDED PROVIDER PROVIDES RECOMMENDED RECOVERY REDIRECT REGISTER REGISTERING REGISTRY RELEASED RELEASES"
    " REMITTED REMITTER REPEATED REPLACEMENT REQUIRED REQUIRES RESOLVED REVISION ROLLBACK SETTINGS SHUTDOWN"
    " SNAPSHOT SUPPLIED SWITCHED TEMPLATE TOGETHER TRACKING TRANSACTION TRANSMITTED UNAVAILABLE UNLISTED"
    " UNSPECIFIED UPSTREAM USERNAME VERIFIED"
)
_WORDS = frozenset(_WORDS_TEXT.split())


class Bics:
    entities = ("BIC_CODE",)

    def gates(self, threshold: float) -> tuple[Gate, ...]:
        return (Gate(_GATE),)

    def find(self, text: str) -> Iterator[Hit]:
        from phonenumbers import SUPPORTED_REGIONS

        for match in _CODE.finditer(text):
            is_heading = match["label"].lower() == "swift " and match["code"].isalpha()  # SWIFT DELIVERY
            is_word = is_heading or match["code"] in _WORDS
            if match["code"][4:6] in SUPPORTED_REGIONS and not is_word:
                yield Hit("BIC_CODE", *match.span("code"), 0.7)
