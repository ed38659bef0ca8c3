"""Telephone numbers as people write them.

A run of digits and separators is read by a few grammars. International, North American and bracketed numbers speak for
themselves; one with a trunk zero does where `phonenumbers` knows a country that groups it so; all others need a word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from nightshift.guardrails.personal_data.phone_context import PHONE_GATES, context, is_labelled, is_sum
from nightshift.guardrails.personal_data.phone_plans import (
    end_of_number,
    gaps_of,
    has_country_code,
    is_grouped_as_dialled,
    is_possible,
)
from nightshift.guardrails.personal_data.shapes import Gate
from nightshift.guardrails.verdict import Hit

_EXTENSION = (
    r"(?:[ ,;]{0,2}(?:x|ext(?:ension|n)?|poste|dw|durchwahl|ramal|anexo|interno?|int|доб)[.:]?[ ]?#?"
    r"\d{1,6}(?![\w%€£¥°]))?"
)
_JOINT = r"(?:\)[ .\-/]{0,2}|[ .\-/]?\(|[ ][-/–][ ]|[.\-/] |[ .\-/])"
# A label that nothing divides from its number: "Tel.030 23125123", "Mob-9876543210".
_LABEL = "|".join(
    rf"(?<=(?<![\w.]){label})"
    for label in ("(?:no|nr)[.]", "(?:ph|hp)[.-]", "(?:tel|mob|fax|fon|cel|tlf|tfn|gsm)[.-]", "phone[.-]")
)
# `glued`: what follows cannot follow a number. The run matches all the same: else each group in it would be tried too.
_RUN = re.compile(
    rf"(?<![A-Za-z0-9_$€£¥%])(?:(?<![A-Za-z0-9][-./_+@])|{_LABEL})(?P<number>\(?(?:\+"
    rf" ?)?\(?\d++(?:{_JOINT}\d++)*+)(?P<extension>{_EXTENSION})"
    r"(?:(?=[A-Za-z0-9_%€£¥°])(?P<glued>))?",
    re.IGNORECASE | re.ASCII,
)
_DIGITS = re.compile(r"\d+")
_WHOLE, _UNBRACKETED = re.compile(r".+"), re.compile(r"[+\d][^(]*\d")
_PART = re.compile(r"[^/ ][^/]*?(?= *(?:/|$))")
# The number of a list's item: "2) 0171 3920123".
_ITEM = re.compile(r"\d{1,2}[.)] (?=[+(\d])")
# What stands before a town: "0171 3920123 10115 Berlin".
_POSTCODE = re.compile(r"(0\d(?:[ ./-]{0,3}\d){7,12}) \d{4,5}$")
_TOWN = re.compile(r" [^\W\d_]{3}")
_DATE = re.compile(
    r"(?:(?:19|20)\d\d([-./ ])\d{1,2}\1\d{1,2}|\d{1,2}([-./ ])\d{1,2}\2(?:19|20)\d\d)(?![\d])|(?:19"
    r"|20)\d\d ?[-/] ?(?:19|20)\d\d$|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])([-. ]?\d{4,6})?$"
)
_DOTTED = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}$")

# A grammar finds its number inside a run; a group that a space divides from it is not its own.
_START, _END = r"(?:^|(?<= ))", r"(?=$| )"
_INTERNATIONAL = re.compile(rf"^\(?(?:\+|00) ?\(?[1-9]\d{{0,3}}\)?(?:{_JOINT}?\d+)*", re.ASCII)
_AMERICAN = re.compile(
    rf"{_START}(?:\+?1[-. /]?|001[-. ])?(?:\([0-9]\d{{2}}\) ?-?\d{{3}}[-. ]?\d{{4}}"
    rf"|\d{{3}}([-./])\d{{3}}[-.]\d{{4}}|\d{{3}}-\d{{3}} \d{{4}}|\d{{3}} \d{{3}}-\d{{4}}){_END}"
)
_BRACKETED = re.compile(rf"{_START}\(0?\d{{2,4}}\)[ -]?\d{{2,5}}(?:[ -]?\d{{2,4}}){{1,3}}{_END}")
_TRUNK = re.compile(r"^0[1-9]\d{0,3}(?:[ ./-]{1,3}\d{2,9}){1,4}$|^0[1-9]\d{0,3}/\d{4,8}$")
_RUSSIAN = re.compile(r"^8(?:[ -]?\(\d{3,5}\)[ -]?\d{1,3}|[ -]\d{3}[ -]\d{3})[ -]?\d{2}[ -]?\d{2}$")
_SEPARATED = r"\d(?:[ .()/\-]{0,3}\d){5}"
_STRONG = (
    r"(?:\+|\b00)[ (]{0,2}[1-9](?:[ .()/\-]{0,3}\d){6}|\(\d{2,5}\)[ -]?\d{2}|\d{3}\)?[-./ ]{0,2}\d{3}[-. ]\d{4}"
    r"|\b0[1-9]\d{0,3}[ ./-]{1,3}\d{2,8}|\b8[ -]?\(?\d{3}\)?[ -]\d{3}"
)

_BARE, _CONFIRMED = 0.1, 0.6
# 00, a country code and a number: shorter ones are ids with leading zeros.
_LEAST_WITH_ZEROS = 11


class Phones:
    entities = ("PHONE_NUMBER",)

    def gates(self, threshold: float) -> tuple[Gate, ...]:
        if threshold <= _BARE:
            return (Gate(_SEPARATED),)
        return (Gate(_STRONG), *(Gate(_SEPARATED, gate) for gate in PHONE_GATES))

    def find(self, text: str) -> Iterator[Hit]:
        for run in _RUN.finditer(text):
            if run["glued"] is not None:
                continue
            begin, number, end = run.start(), run["number"], run.end()
            item = _ITEM.match(number)
            if item and (")" in item[0] or begin == 0 or text[begin - 1] == "\n"):
                begin, number = begin + item.end(), number[item.end() :]
            if number[0] == "(" and _opens(number):  # the number stands in brackets itself
                begin, number = begin + 1, number[1:]
            for start, part in _parts(text, begin, number):
                last = end if start + len(part) == len(number) else begin + start + len(part)
                yield from _read(text, begin + start, part, last)


def _parts(text: str, begin: int, number: str) -> Iterator[tuple[int, str]]:
    """The numbers of a run, which a slash or a blank divides, and their places in it."""
    digits = sum(map(str.isdigit, number))
    if not 6 <= digits <= 60:
        return
    whole = _UNBRACKETED if _opens(number) else _PART if digits > 15 else _WHOLE
    for match in whole.finditer(number):
        start, part = match.start(), match[0]
        while part:
            end = _end(text, begin + start, part)
            yield start, part[:end]
            rest = part[end:].lstrip(" -/–")
            start, part = start + len(part) - len(rest), rest


def _opens(number: str) -> bool:
    """Whether a bracket is not closed in it: "416 60 039 (2 lines)"."""
    return number.count("(") > number.count(")")


def _end(text: str, begin: int, number: str) -> int:
    """Where the number at the beginning of a run ends: its digits may be followed by others."""
    gaps = gaps_of(number)
    if not gaps:
        return len(number)
    if has_country_code(number) or context(text, begin, begin + len(number)) > 0:
        return end_of_number(number, gaps)
    code = _POSTCODE.match(number)
    if code and _TOWN.match(text, begin + len(number)) and is_grouped_as_dialled(code[1]):
        return code.end(1)
    return len(number)


def _read(text: str, begin: int, number: str, after: int) -> Iterator[Hit]:
    """The number in a run that begins at `begin` and ends, with its extension, at `after`."""
    start, end, score, confirms = _grammar(number)
    start, end = _trim(number, start, end)
    value = number[start:end]
    digits = sum(map(str.isdigit, value))
    if not 6 <= digits <= 15 or _is_other(value):
        return
    stop = after if end == len(number) else begin + end
    start += begin
    if not value.isdigit() and is_sum(text, start, stop):
        return
    score += context(text, start, stop)
    if stop > begin + end:  # an extension
        score += 0.2
    if 0 < score < _CONFIRMED and confirms is not None and confirms(value):
        score = _CONFIRMED
    if digits > 6 or is_labelled(text, start, stop):
        yield Hit("PHONE_NUMBER", start, stop, max(0.0, min(score, 0.94)))


def _grammar(number: str) -> tuple[int, int, float, Callable[[str], bool] | None]:
    """What the surest grammar reads in a run: its place, its score, and who may confirm it."""
    if _INTERNATIONAL.match(number):
        end = _international_end(number)
        groups = len(_DIGITS.findall(number[:end]))
        if "+" not in number and sum(map(str.isdigit, number[:end])) < _LEAST_WITH_ZEROS:
            return 0, len(number), _BARE, None
        return 0, end, 0.8 if groups > 2 or (groups > 1 and has_country_code(number)) else 0.25, is_possible
    if _RUSSIAN.match(number):
        return 0, len(number), 0.6, None
    match = _AMERICAN.search(number)
    if match:
        return match.start(), match.end(), 0.7, None
    match = _BRACKETED.search(number)
    if match:
        # "(100) 200 300" may stand in a sum; "(64) 3591-3246" does not.
        return match.start(), match.end(), 0.6 if "(0" in match[0] or "-" in match[0] else 0.4, None
    if _TRUNK.match(number):
        return 0, len(number), 0.25, is_grouped_as_dialled
    return 0, len(number), _BARE if number.isdigit() else 0.2, None


def _international_end(number: str) -> int:
    """Fifteen digits at most (E.164); groups that do not fit are not its own."""
    seen, end = 0, 0
    for group in _DIGITS.finditer(number):
        seen += len(group[0])
        if seen > (17 if number.lstrip("( ").startswith("00") else 15):
            break
        end = group.end()
    return end


def _trim(number: str, start: int, end: int) -> tuple[int, int]:
    """Without a bracket that is not closed."""
    if number[start] == "(" and ")" not in number[start:end]:
        start += 1
    while end > start and not number[end - 1].isdigit():
        end -= 1
    return start, end


def _is_other(value: str) -> bool:
    """Dates, spans of years, dotted quads, ids of persons, amounts."""
    if _DATE.match(value) or _DOTTED.match(value):
        return True
    groups = [len(group) for group in _DIGITS.findall(value)]
    if groups in ([3, 2, 4], [4, 4, 4, 4]) and "+" not in value and "(" not in value:
        return True
    return set(value) & set(" .-/()+") == {"."} and len(groups) == 2 and groups[1] != 4
