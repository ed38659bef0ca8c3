"""What `phonenumbers` says of a number that the grammar found. Imported on the first one that needs it."""

from __future__ import annotations

import re
from functools import lru_cache

# Countries whose numbers begin with a trunk zero that people write.
_REGIONS = (
    "GB", "DE", "FR", "BE", "NL", "CH", "AT", "SE", "FI", "IE", "IT", "RO", "BG", "HR", "RS", "UA",
    "TR", "IL", "ZA", "NG", "KE", "GH", "EG", "MA",
    "SA", "AE", "IN", "PK", "BD", "LK", "TH", "VN", "MY", "ID", "PH", "CN", "TW", "JP", "KR", "AU", "NZ", "BR", "AR",
)  # fmt: skip
_DIGITS = re.compile(r"\d+")
# Country codes of E.164: of one digit, of two, and the first two of those of three.
_CODES = re.compile(
    r"\(?(?:\+|00) ?\(?(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|2[1-689]\d|3[578]\d|42\d"
    r"|50\d|59\d|67\d|68\d|69\d"
    r"|80[08]|85\d|87\d|88[0-8]|96\d|97\d|99\d)"
)


def has_country_code(number: str) -> bool:
    """Whether a country has the first digits of a number that begins with + or 00."""
    return _CODES.match(number) is not None


@lru_cache(maxsize=4096)
def is_possible(number: str) -> bool:
    """Whether a country has numbers of that length. `number` begins with + or 00."""
    import phonenumbers

    digits = "".join(_DIGITS.findall(number))
    if "+" not in number:
        digits = digits[2:]
    # "+46 (0)8 928 571 38": the zero is dialled only inside the country.
    for candidate in (digits, "".join(_DIGITS.findall(number.replace("(0)", "")))):
        try:
            parsed = phonenumbers.parse("+" + candidate.removeprefix("00"), None)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(parsed):
            return True
    return False


@lru_cache(maxsize=4096)
def is_grouped_as_dialled(number: str) -> bool:
    """Whether some country has this number and writes it in these groups."""
    import phonenumbers

    groups = _DIGITS.findall(number)
    for region in _REGIONS:
        try:
            parsed = phonenumbers.parse(number, region)
        except phonenumbers.NumberParseException:
            continue
        if not phonenumbers.is_valid_number_for_region(parsed, region):
            continue
        written = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
        if _DIGITS.findall(written) == groups or (len(groups) == 2 and written.startswith(groups[0])):
            return True
    return False
