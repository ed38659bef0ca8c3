"""Checksums by name. Those of python-stdnum are imported when a candidate stands in a text."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib import import_module

Check = Callable[[str], bool]
_DATE = re.compile(
    r"(?:19|20)\d\d([-./ ]?)(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|[12]\d|3[01])([-./ ])(?:0?[1-9]|[12]\d|3[01])\2(?:19|20)?\d\d"
)
_SEPARATORS = str.maketrans("", "", " -./")


@cache
def checksum(name: str) -> Check:
    """`module:function`, or the name of a module of python-stdnum, whose `is_valid` counts."""
    module, _, function = name.partition(":")
    if not function:
        valid: Check = import_module(f"stdnum.{module}").is_valid
        return valid
    own: Check = getattr(import_module(module), function)
    return own


def digits_of(value: str) -> str:
    """The value without the separators that people write."""
    return value.translate(_SEPARATORS)


def passes_luhn(digits: str) -> bool:
    """The checksum of ISO/IEC 7812-1, annex B. A row of zeros passes it arithmetically and is nobody's number."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit)
        if place % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0 and set(digits) != {"0"}


def weighted(digits: str, weights: tuple[int, ...]) -> int:
    """The sum of digits times weights."""
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def passes_luhn_grouped(value: str) -> bool:
    """Luhn, whatever separators there are."""
    return passes_luhn(digits_of(value))


def is_date(value: str) -> bool:
    """Year, month and day in an order that people use."""
    return _DATE.fullmatch(value) is not None


def is_no_date(value: str) -> bool:
    """What a shape that dates have too is checked with."""
    return not is_date(value)
