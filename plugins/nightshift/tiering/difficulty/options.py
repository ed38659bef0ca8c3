"""The answers a multiple-choice prompt offers, and how much alike they are."""

from __future__ import annotations

import re
from itertools import chain, combinations
from typing import NamedTuple

_FIRST = re.compile(r"\n\(?A[.):] ?")
_LABEL = re.compile(r"\n\(?[A-J][.):] ?")
_END = re.compile(r"\n+answer:?\s*$", re.IGNORECASE)
_NUMBER = re.compile(r"[-+$€£]?[\d.,/]*\d[%°]?\.?$")
_DECIMAL = re.compile(r"\d\.\d")
_NUMERIC = frozenset("0123456789-+$€£.")
MOST = 10
_FEWEST_MIXED = 6  # words


class Options(NamedTuple):
    """What the offered answers look like. All zero where a prompt offers none."""

    offered: float = 0.0
    numeric: float = 0.0
    decimal: float = 0.0
    most_alike: float = 0.0  # words that two answers share, of the words of both; of the two most alike
    mixed: float = 0.0  # the answers are the same few words, put together in different ways


def split_options(text: str) -> tuple[str, list[str]]:
    """The question, and the answers offered; no answers where the prompt is not multiple choice."""
    first = _FIRST.search(text)
    if first is None:
        return text, []
    question, rest = text[: first.start()], text[first.start() :]
    end = _END.search(rest)
    offered = _LABEL.split(rest[: end.start()] if end else rest)[1:]
    return question, [option.strip() for option in offered[:MOST]]


def describe_options(offered: list[str], decimal: bool) -> Options:
    """`decimal` says whether the prompt has any decimal number."""
    if not offered:
        return Options()
    split = [option.lower().split() for option in offered]
    words = [set(some) for some in split]
    shared = [(len(a & b), len(a) + len(b)) for a, b in combinations(words, 2)] or [(0, 1)]
    numeric = [option[:1] in _NUMERIC and _NUMBER.match(option) is not None for option in offered]
    every = list(chain.from_iterable(split))
    return Options(
        offered=float(len(offered)),
        numeric=sum(numeric) / len(offered),
        decimal=sum(_DECIMAL.search(option) is not None for option in offered) / len(offered) if decimal else 0.0,
        most_alike=max([both / ((either - both) or 1) for both, either in shared]),
        mixed=float(len(every) >= _FEWEST_MIXED and len(set(every)) * 2 <= len(every)),
    )
