"""The value an answer ends in, whatever form the model gave it: `#### 7`, a JSON field, a box, or its last number."""

from __future__ import annotations

import re

_DIGITS = r"\d[\d,]*(?:\.\d+)?|\.\d+"
NUMBER = re.compile(_DIGITS)
_SIGNED = re.compile(rf"(-\s*)?[$€£]?\s*({_DIGITS})")
_MARKED = (
    re.compile(r"####\s*([^\n]*)"),
    re.compile(r'"answer"\s*:\s*"?([^"\n}]*)'),
    re.compile(r"\\boxed\{([^{}]*)\}"),
    re.compile(r"(?:final answer|answer)(?: is|:)\s*([^\n]*)", re.IGNORECASE),
)


def numbers(text: str) -> list[float]:
    """Every number of the text, without its sign: a minus is as often a dash."""
    return [_parsed(found) for found in NUMBER.findall(text)]


def marked_value(text: str) -> float | None:
    """The number that the answer marks as its result; None where nothing is marked or what is marked is no number."""
    for mark in _MARKED:
        if found := mark.findall(text):
            return _first_number(found[-1])
    return None


def final_value(text: str) -> float | None:
    """The marked result, else the last number of the text."""
    marked = marked_value(text)
    if marked is not None:
        return marked
    found = list(_SIGNED.finditer(text))
    return _signed(found[-1]) if found else None


def body(text: str) -> str:
    """The answer without its marked result: the working."""
    places = [found.start() for mark in _MARKED[:3] for found in mark.finditer(text)]
    return text[: max(places)] if places else text


def _first_number(text: str) -> float | None:
    found = _SIGNED.search(text)
    return None if found is None else _signed(found)


def _signed(found: re.Match[str]) -> float:
    return _parsed(found.group(2)) * (-1.0 if found.group(1) else 1.0)


def _parsed(digits: str) -> float:
    return float(digits.replace(",", ""))
