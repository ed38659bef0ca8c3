"""Passports and identity cards. What a plain label announces is a PASSPORT, unless only one country writes it so."""

from __future__ import annotations

from nightshift.guardrails.personal_data.shapes import Shape

_HERE = "nightshift.guardrails.personal_data.passports"
_NO_DATE = "nightshift.guardrails.personal_data.checksums:is_no_date"
_PASSPORT = (
    r"pass ?port|reisepass|pasaporte|passaporto|passaporte|paspoort|passeport|paszport|pasaport|pașaport|putovnic"
    r"|cestovn[ií] pas|útlevél|\bpaspor\b|hộ chiếu|\bpass(?:nummer|nr| no)|travel ?document"
    r"|паспорт|διαβατήριο|דרכון|جواز|گذرنامه"
    r"|पासपोर्ट|护照|護照|旅券|パスポート|여권|หนังสือเดินทาง"
)
# The letters of German serial numbers: no vowels, and none that looks like a digit.
_GERMAN = "[CFGHJKLMNPRTVWXYZ0-9]"
SHAPES: tuple[Shape, ...] = (
    Shape("US_PASSPORT", r"\b\d{9}\b", 0.12, "", _PASSPORT),
    Shape("US_PASSPORT", r"\b[A-Z]\d{8}\b", 0.12, "", _PASSPORT),
    # Portugal, India, Australia, Switzerland, Austria; Canada, Italy, Poland, Japan, China; France; Argentina.
    Shape("PASSPORT", r"\b[A-Z]\d{6,7}\b|\b[A-Z]{2}\d{6,7}\b|\b\d{2}[A-Z]{2}\d{5}\b|\b[A-Z]{3}\d{6}\b",
        0.1, "", _PASSPORT),
    Shape("PASSPORT", r"\b\d{8}\b", 0.09, _NO_DATE, _PASSPORT),  # Sweden, Norway
    Shape("PASSPORT", r"\b\d{2} ?\d{2} \d{6}\b|\b\d{2} \d{7}\b", 0.25, "", _PASSPORT),  # Russia
    Shape("PASSPORT", r"\b[A-Z]{2}[A-Z0-9]{6}\d\b", 0.06, f"{_HERE}:is_dutch", _PASSPORT),
    Shape("DE_PASSPORT", rf"\b[CFGHJK]{_GERMAN}{{8}}\d?\b", 0.14, f"{_HERE}:is_german",
        r"reisepass|german passport|passn(?:umme)?r"),
    Shape("DE_PASSPORT", rf"\b[CFGHJK]{_GERMAN}{{8}}\d?\b", 0.08, f"{_HERE}:is_german", _PASSPORT),
    Shape("ES_PASSPORT", r"\b[A-Z]{3}\d{6}\b", 0.11, "", r"pasaporte|spanish passport"),
    Shape("IT_PASSPORT", r"\b[A-Z]{2}\d{7}\b", 0.13, "", r"passaporto|italian passport"),
    Shape("UK_PASSPORT", r"\b[A-Z]{2}\d{7}\b|\b\d{9}\b", 0.14, "", r"\b(?:uk|british|hm) passport"),
    Shape("ZA_PASSPORT", r"\b[ADMT]\d{8}\b", 0.13, "", r"south african passport|rsa passport"),
    Shape("IN_PASSPORT", r"\b[A-Z][1-9]\d ?\d{4}[1-9]\b", 0.13, "", r"indian passport|passport.{0,20}india"),
    Shape("KR_PASSPORT", r"\b[MSRODG]\d{3}[A-Z]\d{4}\b", 0.15, "", r"여권|passport"),
    Shape("PH_PASSPORT", r"\b[A-Z]\d{7}[A-Z]\b", 0.14, "", r"passport"),
    Shape("DE_ID_CARD", rf"\b[CFGHJKLMNPRTVWXYZ]{_GERMAN}{{8}}\d?\b", 0.1, f"{_HERE}:is_german",
        r"ausweis|identity card|national[ _]?id"),
    Shape("IT_IDENTITY_CARD",
        r"\b[A-Z]{2} ?\d{7}\b|\b\d{7}[A-Z]{2}\b"
        r"|\b[A-Z]{2}\d{5}[A-Z]{2}\b", 0.05, "", r"carta d.identit|\bcie\b|identità"),
)  # fmt: skip


def is_german(value: str) -> bool:
    """A serial number of nine characters, alone or with the check digit of ICAO Doc 9303 behind it; no word."""
    if not any(map(str.isdigit, value[:9])):
        return False
    total = sum(int(character, 36) * (7, 3, 1)[place % 3] for place, character in enumerate(value[:9]))
    return len(value) == 9 or total % 10 == int(value[9])


def is_dutch(value: str) -> bool:
    """Capitals and digits; no word and no name of a product."""
    return value.isupper() and sum(map(str.isdigit, value)) > 1
