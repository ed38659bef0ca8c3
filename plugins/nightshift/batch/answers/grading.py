"""What the numeric grader reads out of an answer, and whether that is right."""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Literal

Grade = Literal["correct", "wrong", "unreadable"]

_FENCED = re.compile(r"```(?:json)?\s*(\{.*\})\s*```", re.DOTALL)
# 1,234.50 / $20.00 / -3 / .5 / 1 000 is not read as a thousand: too often it is two numbers.
_NUMBER = re.compile(r"-?\$?\s?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")
_FRACTION = re.compile(r"(-?\d{1,9})\s?/\s?(\d{1,9})")
_MARKED = re.compile(r"(?:####|\\boxed\{|(?:final )?answer(?: is)?\s*[:=]?)\s*\**\s*([^\n}]{1,80})", re.IGNORECASE)
_ANSWER_KEYS = ("answer", "final_answer", "result")
LONGEST_READ = 200_000


def read_number(answer: str) -> str | None:
    """The number that an answer gives, in plain decimal notation; None where none can be read without guessing.

    Read from, in this order: the `answer` key of a JSON object, a marked final answer (`#### 12`, `\\boxed{12}`,
    `answer: 12`), the last number of the last line. A JSON object that is cut off or lacks its answer is unreadable:
    the numbers of its reasoning are not its answer.
    """
    text = answer[-LONGEST_READ:].strip()
    found = _json_object(text)
    if found is not None:
        values = [found[key] for key in _ANSWER_KEYS if key in found]
        return _last_number(str(values[0])) if values and not isinstance(values[0], bool | dict | list) else None
    if text.startswith(("{", "```json", "```\n{")):
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
    fenced = _FENCED.search(text)
    body = fenced[1] if fenced else text[text.find("{") : text.rfind("}") + 1]
    if not body:
        return None
    try:
        # Models write line breaks inside JSON strings; strict=False reads them.
        found = json.loads(body, strict=False)
    except ValueError:  # also RecursionError's cousin: deeply nested nonsense is not an answer
        return None
    return found if isinstance(found, dict) else None


def _cut_off_answer(text: str) -> str | None:
    """The last `"answer": ...` of a JSON object that does not parse, if its value is complete."""
    found = re.findall(r'"(?:final_)?answer"\s*:\s*("[^"\n]{0,80}"|-?[\d.,]{1,40}(?=\s*[,}\n]))', text)
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
