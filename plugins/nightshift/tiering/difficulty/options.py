"""The answers a multiple-choice prompt offers, and how much alike they are."""

from __future__ import annotations

import re
from itertools import combinations
from math import log1p
from typing import NamedTuple

_FIRST = re.compile(r"\n\(?A[.):] ?")
_LABEL = re.compile(r"\n\(?[A-J][.):] ?")
_END = re.compile(r"\n+answer:?\s*$", re.IGNORECASE)
_NUMBER = re.compile(r"[-+$€£]?[\d.,/]*\d[%°]?\.?$")
_NUMERIC = frozenset("0123456789-+$€£.")
_TOGETHER = frozenset({"all", "none", "both", "neither", "either"})
MOST = 10


class Options(NamedTuple):
    """What the offered answers look like. All zero where a prompt offers none."""

    offered: float = 0.0
    longest: float = 0.0
    spread: float = 0.0
    total: float = 0.0
    numeric: float = 0.0
    alike: float = 0.0  # words that two answers share, of the words of both, on average
    most_alike: float = 0.0
    same_start: float = 0.0
    together: float = 0.0  # an answer speaks of other answers


def split_options(text: str) -> tuple[str, list[str]]:
    """The question, and the answers offered; no answers where the prompt is not multiple choice."""
    first = _FIRST.search(text)
    if first is None:
        return text, []
    question, rest = text[: first.start()], text[first.start() :]
    end = _END.search(rest)
    offered = _LABEL.split(rest[: end.start()] if end else rest)[1:]
    return question, [option.strip() for option in offered[:MOST]]


def describe_options(offered: list[str]) -> Options:
    if not offered:
        return Options()
    lengths = [len(option) for option in offered]
    split = [option.lower().split() for option in offered]
    words = [set(some) for some in split]
    alike = [_alike(a, b) for a, b in combinations(words, 2)] or [0.0]
    starts = {some[0] if some else "" for some in split}
    count = len(offered)
    return Options(
        offered=float(count),
        longest=log1p(max(lengths)),
        spread=log1p(max(lengths) - min(lengths)),
        total=log1p(sum(lengths)),
        numeric=sum(option[:1] in _NUMERIC and _NUMBER.match(option) is not None for option in offered) / count,
        alike=sum(alike) / len(alike),
        most_alike=max(alike),
        same_start=1.0 - len(starts) / count,
        together=float(not all(map(_TOGETHER.isdisjoint, words))),
    )


def _alike(one: set[str], two: set[str]) -> float:
    both = len(one & two)
    return both / ((len(one) + len(two) - both) or 1)
