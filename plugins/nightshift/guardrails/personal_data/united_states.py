"""Ids of the United States and Canada."""

from __future__ import annotations

from nightshift.guardrails.personal_data.checksums import digits_of, passes_luhn
from nightshift.guardrails.personal_data.shapes import Shape

_HERE = "nightshift.guardrails.personal_data.united_states"
SSN_WORDS = r"social[ _-]?security|\bssn?s?\b|ssn[_#]|\bss ?#|\bsocial\b|\btax[ _-]?(?:payer[ _]?)?id\b|\btin\b"
_MBI = (
    r"[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d{s}[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d{s}[AC-HJKMNP-RT-Y]{{2}}\d{{2}}"
)


def is_ssn(value: str) -> bool:
    """Areas, groups and serial numbers that the Social Security Administration never issues."""
    digits = digits_of(value)
    return digits[:3] not in ("000", "666") and digits[0] != "9" and digits[3:5] != "00" and digits[5:] != "0000"


def is_npi(value: str) -> bool:
    """Luhn over the number with the prefix that ISO gives to health in the United States."""
    return passes_luhn("80840" + digits_of(value))


def is_dea(value: str) -> bool:
    """The checksum of the Drug Enforcement Administration."""
    digits = [int(character) for character in value[2:]]
    return (digits[0] + digits[2] + digits[4] + 2 * (digits[1] + digits[3] + digits[5])) % 10 == digits[6]


def is_sin(value: str) -> bool:
    """Luhn; no Canadian number begins with 8."""
    return value[0] != "8" and passes_luhn(digits_of(value))


_MEDICARE = r"\bmedicare\b|\bmbi\b|beneficiary"
_SIN = r"\bsin\b|social ?insurance|assurance sociale|\bnas\b"
SHAPES: tuple[Shape, ...] = (
    Shape("US_SSN", r"\b\d{3}-\d{2}-\d{4}\b", 0.85, f"{_HERE}:is_ssn"),
    # A number that was never issued is one to its owner all the same where the text says so.
    Shape("US_SSN", r"\b\d{3}-\d{2}-\d{4}\b", 0.35, "", SSN_WORDS),
    Shape("US_SSN", r"\b\d{3} \d{2} \d{4}\b", 0.35, f"{_HERE}:is_ssn", SSN_WORDS),
    Shape("US_SSN", r"\b\d{3}\.\d{2}\.\d{4}\b", 0.35, f"{_HERE}:is_ssn", SSN_WORDS),
    Shape("US_SSN", r"\b\d{9}\b", 0.1, f"{_HERE}:is_ssn", SSN_WORDS),
    Shape("US_ITIN", r"\b9\d{2}[- ](?:[5-689]\d|7[0-9])[- ]\d{4}\b", 0.6, "", r"\bitin\b|taxpayer|tax[ _]?id"),
    Shape("US_ITIN", r"\b9\d{2}[5-9]\d{5}\b", 0.11, "", r"\bitin\b|individual taxpayer"),
    Shape("US_NPI", r"\b[12]\d{9}\b", 0.1, f"{_HERE}:is_npi", r"\bnpi\b|national provider"),
    Shape("US_MBI", r"\b" + _MBI.format(s="-?") + r"\b", 0.4, "", _MEDICARE),
    Shape(
        "MEDICAL_LICENSE",
        r"\b[ABCDEFGHJKLMPRSTUX][A-Z9]\d{7}\b",
        0.4,
        f"{_HERE}:is_dea",
        r"\bdea\b|medical|certificate|prescriber",
    ),
    Shape(
        "US_HEALTH_INSURANCE_MEMBER_ID",
        r"\b[A-Z]{1,5}-?\d{5,14}\b",
        0.08,
        "",
        r"member (?:id|number|no)|subscriber (?:id|number)|insurance id",
    ),
    Shape("CA_SIN", r"\b\d{3}-\d{3}-\d{3}\b", 0.45, f"{_HERE}:is_sin", _SIN),
    Shape("CA_SIN", r"\b\d{3} \d{3} \d{3}\b|\b\d{9}\b", 0.12, f"{_HERE}:is_sin", _SIN),
)
