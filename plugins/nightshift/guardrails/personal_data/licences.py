"""Driving licences and registration plates."""

from __future__ import annotations

from nightshift.guardrails.personal_data.shapes import Shape

_HERE = "nightshift.guardrails.personal_data.licences"
_NO_DATE = "nightshift.guardrails.personal_data.checksums:is_no_date"
_LICENCE = (
    r"\bdriv(?:er|ing|er')'?s?'?[ _-]?(?:licen[cs]e|permit|id)|driver.?s.? licen|\bdl ?(?:#|no|number|id|:|is|=)"
    r"|\bdln?\b|licen[cs]e[ _]?(?:#|no|num|number|id)"
    r"|\blicen[cs]e\b|\blic\b|\bcdl\b|führerschein|permis de conduire|licencia de conducir|permiso de conducir"
    r"|patente|rijbewijs"
    r"|carteira de motorista|\bcnh\b|körkort|førerkort|kørekort|ajokortti|prawo jazdy|водительск|免許|驾照"
    r"|驾驶证|운전면허"
)
_PLATE = (
    r"number ?plates?|licen[cs]e plates?|\bplate\b|\bvr[nm]\b|vehicle reg|\breg(?:istration)?(?: (?:no|number|mark))?\b"
)
_GERMAN = r"\b[A-Z0-9]\d{2}[A-Z0-9]{6}\d[A-Z0-9]\b"
SHAPES: tuple[Shape, ...] = (
    Shape("US_DRIVER_LICENSE", r"\b[A-Z]{1,3}\d{5,14}[A-Z]?\b|\b\d{7,9}[A-Z]{1,2}\b", 0.13, "", _LICENCE),
    Shape("US_DRIVER_LICENSE", r"\b\d{6,12}\b", 0.1, _NO_DATE, _LICENCE),
    Shape("US_DRIVER_LICENSE",
        r"\b[A-Z]{0,2}\d{1,4}[- ]\d{2,6}[- ]\d{2,6}(?:[- ]\d{1,4}){0,2}\b", 0.12, _NO_DATE, _LICENCE),
    Shape("US_DRIVER_LICENSE", r"\b[A-Z](?:[- ]\d{3}){4}\b", 0.14, "", _LICENCE),  # Maryland, Michigan
    Shape("US_DRIVER_LICENSE", r"\bWDL[A-Z0-9]{9}\b", 0.3, f"{_HERE}:has_digit", _LICENCE),  # Washington
    Shape("US_DRIVER_LICENSE",
        r"\b\d{2,3}[A-Z]{2,3}\d{4,6}\b|\b[A-Z]{3,7}[0-9A-Z*]{2,5}\d[0-9A-Z]{2,4}\b",
        0.05, f"{_HERE}:has_digits", _LICENCE),
    Shape("UK_DRIVING_LICENCE",
        r"\b[A-Z]{1,5}9{0,4}\d(?:0[1-9]|1[0-2]|5[1-9]|6[0-2])(?:0[1-9]|[12]\d"
        r"|3[01])\d[A-Z9]{2}[A-Z0-9][A-Z]{2}\b", 0.65, f"{_HERE}:is_british"),
    Shape("DE_FUEHRERSCHEIN", _GERMAN, 0.1, f"{_HERE}:has_letter_and_digit",
        r"führerschein|fuehrerschein|fahrerlaubnis"),
    Shape("DE_FUEHRERSCHEIN", _GERMAN, 0.06, f"{_HERE}:has_letter_and_digit", _LICENCE),
    Shape("IT_DRIVER_LICENSE", r"\b[A-Z]{2}\d{7}[A-Z]\b|\bU1[A-Z0-9]{7}[A-Z]\b", 0.15, "", r"patente|licenza di guida"),
    Shape("KR_DRIVER_LICENSE", r"\b[12]\d[- ]\d{2}[- ]\d{6}[- ]\d{2}\b", 0.4, "", r"면허|driver"),
    Shape("IN_DRIVING_LICENCE", r"\b[A-Z]{2}-?\d{2}[- ]?\d{11}\b", 0.16, "", _LICENCE),
    Shape("UK_VEHICLE_REGISTRATION", r"\b[A-HJ-PR-Y]{2}\d{2} ?[A-HJ-PR-Z]{3}\b", 0.1, "", _PLATE),
)  # fmt: skip


def has_digit(value: str) -> bool:
    """No word."""
    return any(map(str.isdigit, value))


def has_digits(value: str) -> bool:
    """Four digits at least: no word."""
    return sum(map(str.isdigit, value)) >= 4


def has_letter_and_digit(value: str) -> bool:
    """No word and no plain number."""
    return any(map(str.isalpha, value)) and any(map(str.isdigit, value))


def is_british(value: str) -> bool:
    """Sixteen characters."""
    return len(value) == 16
