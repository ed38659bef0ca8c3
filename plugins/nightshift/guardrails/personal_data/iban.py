"""International bank account numbers (ISO 13616): country, length and checksum."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nightshift.guardrails.personal_data.shapes import Gate
from nightshift.guardrails.verdict import Hit

# Characters in a country's IBAN, from the registry that SWIFT keeps; France's and Britain's territories use theirs. The
# second table is in use, but not in the registry.
_REGISTERED = {
    15: "NO", 16: "BE", 18: "DK FI FK FO GL NL SD", 19: "MK SI", 20: "AT BA EE KZ LT LU MN XK", 21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM SO TL", 24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC MR SM", 28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
    29: "BR EG PS QA UA", 30: "JO KW MU YE", 31: "MT SC", 32: "LC", 33: "RU",
}  # fmt: skip
_USED = {25: "AO CV GW MZ", 26: "DZ IR", 27: "CF CG CM GA GQ KM MG TD", 28: "BJ CI MA ML NE SN TG"}
_LENGTHS = {
    country: length
    for table in (_REGISTERED, _USED)
    for length, countries in table.items()
    for country in countries.split()
}
# "IBANDE89...", "DE89...EUR"
_LABEL, _CURRENCY = "iban", re.compile(r"(?:EUR|USD|CHF|GBP|BIC|SWIFT)(?![A-Za-z0-9])")
_HEAD = re.compile(
    rf"(?:(?<![A-Za-z0-9])|(?<=(?<![A-Za-z0-9])(?i:{_LABEL})))([A-Za-z]{{2}})\d{{2}}(?=[ -]?[A-Za-z0-9]{{2}})", re.ASCII
)
_GATE = rf"\b(?:{_LABEL}_?)?(?:" + "|".join(_LENGTHS) + r")\d{2}(?:[ -]?[A-Z0-9]){11}"
_SEPARATORS = str.maketrans("", "", " -")


class Ibans:
    entities = ("IBAN_CODE",)

    def gates(self, threshold: float) -> tuple[Gate, ...]:
        return (Gate(_GATE),)

    def find(self, text: str) -> Iterator[Hit]:
        for head in _HEAD.finditer(text):
            length = _LENGTHS.get(head[1].upper())
            end = _end(text, head.start(), length) if length else 0
            if end and passes_mod_97(text[head.start() : end].translate(_SEPARATORS)):
                yield Hit("IBAN_CODE", head.start(), end, 0.98)


def _end(text: str, start: int, length: int) -> int:
    """The place after `length` letters and digits, one separator at most between two; 0 where there are not as many."""
    place, seen = start, 0
    while seen < length and place < len(text):
        character = text[place]
        if character.isascii() and character.isalnum():
            seen += 1
        elif character not in " -" or text[place - 1] in " -":
            return 0
        place += 1
    is_cut = place < len(text) and text[place].isascii() and text[place].isalnum()
    return 0 if seen < length or (is_cut and not _CURRENCY.match(text, place)) else place


def passes_mod_97(value: str) -> bool:
    """ISO 7064, MOD 97-10: letters count from 10, the country and the check digits last."""
    return int("".join(str(int(character, 36)) for character in value[4:] + value[:4])) % 97 == 1
