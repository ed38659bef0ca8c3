"""The value an answer ends in, whatever form the model gave it: `#### 7`, a JSON field, a box, or its last number."""

from __future__ import annotations

import re
from collections import deque
from fractions import Fraction
from itertools import islice

from nightshift.tiering.answers.written_numbers import MOST_DIGITS, plain, value_of, written_numbers

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?|\.\d+")
_HASHES = re.compile(r"####\s*+([^\n]*+)")
_FIELD = re.compile(r'"(?:final_)?answer"\s*+:\s*+(?:"((?:[^"\\]|\\.)*+)"|([^"\n}]*+))', re.DOTALL)
_BOX = re.compile(r"\\boxed ?\{")
_BRACE = re.compile(r"[{}]")
_SENTENCE = re.compile(r"(?:final answer|answer)\*{0,2}(?: is\b\*{0,2}:?|:)\s*+([^\n]*+)", re.IGNORECASE)
_OBJECT = re.compile(r'\{\s{0,20}"\w{1,40}"\s{0,20}:')
_ENDS_SENTENCE = re.compile(r"\.\s|\n")
_SPACED_MINUS = re.compile(r"^- +(?=[\d.$€£¥₹])")


def numbers(text: str) -> list[float]:
    """The numbers of the text without their signs: a minus is as often a dash. Endless ones are left out."""
    return [float(digits) for found in _NUMBER.findall(text) if len(digits := found.replace(",", "")) <= MOST_DIGITS]


def marked_value(text: str) -> float | None:
    """The number that the answer marks as its result; None where nothing is marked or what is marked is no number."""
    marked = _marked(text)
    value = None if marked is None else _stated(marked)
    return None if value is None else float(value)


def final_value(text: str) -> float | None:
    value = final_number(text)
    return None if value is None else float(value)


def final_number(text: str) -> Fraction | None:
    """The marked result, where that is one number and its unit; the last number of a text that marks nothing.

    A JSON object that is cut off before its answer has none: the numbers of its reasoning are not its answer.
    """
    marked = _marked(text)
    if marked is not None:
        return _stated(marked)
    if (opened := _OBJECT.search(text)) and "}" not in text[opened.end() :]:
        return None
    last = deque(written_numbers(plain(text)), maxlen=1)
    return value_of(last[0]) if last else None


def body(text: str) -> str:
    """The answer without its marked result: the working."""
    places = [found.start() for mark in (_HASHES, _FIELD, _BOX) for found in mark.finditer(text)]
    return text[: max(places)] if places else text


def _marked(text: str) -> str | None:
    if found := _HASHES.findall(text):
        return str(found[-1])
    if found := _FIELD.findall(text):
        quoted, bare = map(str, found[-1])
        return bare or quoted.replace("\\\\", "\\").replace('\\"', '"')
    if boxes := deque(_BOX.finditer(text), maxlen=1):
        return _boxed(text, boxes[0].end())
    return str(found[-1]) if (found := _SENTENCE.findall(text)) else None


def _boxed(text: str, start: int) -> str:
    """What stands between the brace that opens at `start` and the one that closes it; nothing where none does."""
    depth = 1
    for brace in _BRACE.finditer(text, start):
        depth += 1 if brace.group() == "{" else -1
        if depth == 0:
            return text[start : brace.start()]
    return ""


def _stated(marked: str) -> Fraction | None:
    text = plain(marked).strip(" \t\"':=")
    if text.count("=") == 1:
        text = text.partition("=")[2].strip()  # x = 5, or 3 * 4 = 12
    first, second = (*islice(written_numbers(_SPACED_MINUS.sub("-", text)), 2), None, None)[:2]
    if first is None or (second is not None and not _ENDS_SENTENCE.search(first.string, first.end(), second.start())):
        return None
    return value_of(first)
