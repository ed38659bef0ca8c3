"""What `phonenumbers` says of a number that the grammar found. Imported on the first one that needs it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

# Countries whose numbers begin with a trunk zero that people write.
_REGIONS = (
    "GB", "DE", "FR", "BE", "NL", "CH", "AT", "SE", "FI", "IE", "IT", "RO", "BG", "HR", "RS", "UA",
    "TR", "IL", "ZA", "NG", "KE", "GH", "EG", "MA",
    "SA", "AE", "IN", "PK", "BD", "LK", "TH", "VN", "MY", "ID", "PH", "CN", "TW", "JP", "KR", "AU", "NZ", "BR", "AR",
)  # fmt: skip
# Countries whose numbers are written without a trunk zero.
_OPEN_REGIONS = ("US", "ES", "PL", "CZ", "PT", "GR", "NO", "DK", "HK", "SG", "MX", "CL", "CO", "IN", "CN", "BR", "RU")
_DIGITS = re.compile(r"\d+")
_GAP = re.compile(r"(?<=\d) (?:[-/–] )?(?=[\d(])")
# Digits of a number that other digits may follow, and of one with its country code that is no two numbers: Germany and
# Austria have plans without an end.
_LEAST, _MOST = 8, 14
# Digits of a number and what follows it, together.
_TOGETHER = 11
# A postcode or a count.
_SHORT = re.compile(r"\d{1,5}")
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
    for region in _regions(number):
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


def gaps_of(number: str) -> list[re.Match[str]]:
    """The blanks behind which something else may begin."""
    if _count(number) < _TOGETHER:
        return []
    return [gap for gap in _GAP.finditer(number) if _LEAST <= _count(number[: gap.start()]) <= _MOST]


def end_of_number(number: str, gaps: Sequence[re.Match[str]]) -> int:
    """Where a number ends that other digits follow: no country has one as long as the whole."""
    if _is_number(number):
        return len(number)
    ends = [gap.start() for gap in reversed(gaps) if _may_follow(number, number[gap.end() :])]
    for is_whole in _proofs(number):
        for end in ends:
            if is_whole(number[:end]):
                return end
    return len(number)


def _proofs(number: str) -> tuple[Callable[[str], bool], ...]:
    """Digits that are cut off stay readable: the groups must be those of a country, unless a first sign says more."""
    if has_country_code(number):
        return (_is_number,)
    return (is_grouped_as_dialled, _is_number) if number[0] in "0(" else (is_grouped_as_dialled,)


def _may_follow(number: str, rest: str) -> bool:
    """A country code says how long the number is; behind others a postcode, a count or a second number may stand."""
    if has_country_code(number) or _SHORT.fullmatch(rest):
        return True
    return _count(rest) <= _MOST and is_grouped_as_dialled(rest)


@lru_cache(maxsize=4096)
def _is_number(number: str) -> bool:
    """Whether a country has this number."""
    import phonenumbers

    international = has_country_code(number)
    if international:
        number = "+" + "".join(_DIGITS.findall(number.replace("(0)", ""))).removeprefix("00")
    if _count(number) > _MOST:
        return False
    for region in (None,) if international else _regions(number):
        try:
            parsed = phonenumbers.parse(number, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(parsed):
            return True
    return False


def _regions(number: str) -> tuple[str, ...]:
    return _REGIONS if number.lstrip("(").startswith("0") else _OPEN_REGIONS


def _count(number: str) -> int:
    return sum(map(str.isdigit, number))
