"""What the numeric grader reads out of an answer, and whether that is right."""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Literal

Grade = Literal["correct", "wrong", "unreadable"]

# 1,234.50 / $20.00 / -3 / .5 / 1 000 is not read as a thousand: too often it is two numbers. A minus touches its number
# and nothing before it: `3-5` is a range and `- 5` a list.
_NUMBER = re.compile(
    r"(?:(?<![\w.)%])-)?(?:\$\s?)?(?:(?<=\$)-)?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][+-]?\d{1,3})?"
)
_FRACTION = re.compile(r"(-?\d{1,9})\s?/\s?(\d{1,9})")
_MARKED = re.compile(
    r"(?:####|\\boxed\{|(?:final )?answer\**(?: is\b\s?[:=]?|\s?[:=]))[\s*]{0,9}([^\n}]{1,80})", re.IGNORECASE
)
_OPENS_OBJECT = re.compile(r'\{\s{0,20}"\w{1,40}"\s{0,20}:')
_CUT_OFF = re.compile(
    r'"(?:final_)?answer"\s{0,20}:\s{0,20}("[^"\n]{0,80}"|-?\d[\d.,]{0,38}(?<=\d)(?!,?\d)(?=\s{0,20}[,}\n]))'
)
_ANSWER_KEYS = ("answer", "final_answer", "result")
LONGEST_READ = 200_000


def read_number(answer: str) -> str | None:
    """The number that an answer gives, in plain decimal notation; None where none can be read without guessing.

    Read from, in this order: the `answer` key of a JSON object, a marked final answer (`#### 12`, `\\boxed{12}`,
    `answer: 12`), the last number of the last line. A JSON object that is cut off or lacks its answer is unreadable:
    the numbers of its reasoning are not its answer.
    """
    text = answer[-LONGEST_READ:].strip().replace("\u2212", "-")
    found = _json_object(text)
    if found is not None:
        values = [found[key] for key in _ANSWER_KEYS if key in found]
        return _last_number(str(values[0])) if values and not isinstance(values[0], bool | dict | list) else None
    if _OPENS_OBJECT.search(text):
        return _cut_off_answer(text)
    if marked := _MARKED.findall(text):
        return _last_number(marked[-1])
    return _last_number(text.rsplit("\n", 1)[-1]) if text else None


def same_number(read: str, reference: str) -> bool | None:
    """Whether two numbers are equal; None where the reference is not a number."""
    expected = _last_number(reference)
    return None if expected is None else Decimal(read) == Decimal(expected)


def grade(reading: str | None, reference: str | None) -> Grade | None:
    """The grade of a row; None where there is no reference to compare with."""
    if reading is None:
        return "unreadable"
    if reference is None:
        return None
    same = same_number(reading, reference)
    return None if same is None else ("correct" if same else "wrong")


def _json_object(text: str) -> dict[str, object] | None:
    fenced = (part.removeprefix("json").strip() for part in text.split("```")[1::2])
    bodies = [part for part in fenced if part.startswith("{")]
    bodies.append(text[text.find("{") : text.rfind("}") + 1])
    return next((found for body in bodies if (found := _parsed(body)) is not None), None)


def _parsed(body: str) -> dict[str, object] | None:
    try:
        # Models write line breaks inside JSON strings; strict=False reads them.
        found = json.loads(body, strict=False)
    except (ValueError, RecursionError):  # RecursionError: deeply nested nonsense is not an answer
        return None
    return found if isinstance(found, dict) else None


def _cut_off_answer(text: str) -> str | None:
    """The last `"answer": ...` of a JSON object that does not parse, if its value is complete."""
    found = _CUT_OFF.findall(text)
    return _last_number(found[-1].strip('"')) if found else None


def _last_number(text: str) -> str | None:
    """The last number of a short text, as GSM8K's graders read it; a text that is one fraction is divided."""
    if fraction := _FRACTION.fullmatch(text.strip()):
        return _divided(fraction[1], fraction[2])
    values = [value for match in _NUMBER.findall(text) if (value := _plain(match)) is not None]
    return values[-1] if values else None


def _divided(numerator: str, denominator: str) -> str | None:
    return None if int(denominator) == 0 else _plain(str(Decimal(numerator) / Decimal(denominator)))


def _plain(text: str) -> str | None:
    digits = text.translate(str.maketrans("", "", "$, \t\n"))
    try:
        value = Decimal(digits)
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value.adjusted()) > 300:
        return None
    plain = format(value.normalize(), "f")
    return "0" if plain in ("-0", "0") else plain
