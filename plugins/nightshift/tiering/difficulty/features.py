"""Prompts to numbers that do not depend on the subject: structure, length, kinds of words, numbers, options."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from math import log1p
from typing import TYPE_CHECKING

from nightshift.tiering.difficulty.options import Options, describe_options, split_options
from nightshift.tiering.difficulty.vocabulary import KINDS, NUMBER, kinds, pieces

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

_LARGEST = 1e12
_OWN = ("characters", "pieces", "lines", "word_length", "distinct", "numbers_largest", "numbers_smallest",
        "numbers_distinct", "decimals", "blank", "last_sentence", "sentence_length")  # fmt: skip
NAMES: tuple[str, ...] = (*KINDS, *_OWN, *(f"options_{name}" for name in Options._fields))
WIDTH = len(NAMES)
_NUMBER, _QUESTION = KINDS.index(NUMBER), KINDS.index("question")
_COUNT = WIDTH - len(Options._fields)
# What makes one kind of prompt hard makes another easy, so each kind has weights of its own.
SHAPES = ("multiple choice", "question with numbers", "other")


@dataclass(frozen=True)
class Read:
    """Prompts as the model sees them: the pieces of each, and a row of numbers."""

    pieces: Sequence[list[str]]
    numbers: Floats  # prompts x WIDTH
    shape: npt.NDArray[np.int64]  # places in SHAPES


def read(prompts: Sequence[str]) -> Read:
    import numpy as np

    table = kinds()
    cut = [pieces(prompt) for prompt in prompts]
    every = list(chain.from_iterable(cut))
    kind = np.fromiter(map(table.__getitem__, every), dtype=np.int64, count=len(every))
    counts = np.fromiter(map(len, cut), dtype=np.int64, count=len(cut))
    owner = np.repeat(np.arange(len(cut)), counts)
    by_kind = np.bincount(owner * len(KINDS) + kind, minlength=len(cut) * len(KINDS)).reshape(len(cut), len(KINDS))
    places = np.flatnonzero(kind == _NUMBER)
    values: list[list[float]] = [[] for _ in cut]
    for row, place in zip(owner[places].tolist(), places.tolist(), strict=True):
        values[row].append(_value(every[place]))
    own = np.array(
        [_own(prompt, some, found or [0.0]) for prompt, some, found in zip(prompts, cut, values, strict=True)],
        dtype=np.float64,
    ).reshape(len(cut), WIDTH - len(KINDS))
    numbers = np.hstack([np.log1p(by_kind), own])
    choice, numeric = numbers[:, _COUNT] > 0, (by_kind[:, _NUMBER] >= 2) & (by_kind[:, _QUESTION] > 0)
    return Read(cut, numbers, np.where(choice, 0, np.where(numeric, 1, 2)))


def _own(prompt: str, some: list[str], values: list[float]) -> tuple[float, ...]:
    question, offered = split_options(prompt)
    sentences = max(1, question.count(". ") + question.count("? ") + question.count("! ") + 1)
    tail = question.rstrip()
    last = len(tail) - max(tail.rfind(". "), tail.rfind("? "), tail.rfind("\n"), 0)
    return (
        log1p(len(question)),
        log1p(len(some)),
        log1p(question.count("\n")),
        len(prompt) / (len(some) or 1),
        len(set(some)) / (len(some) or 1),
        log1p(max(values)),
        log1p(min(values)),
        log1p(len(set(values))),
        log1p(sum(value != int(value) for value in values)),
        float("__" in question),
        log1p(last),
        log1p(len(question) / sentences),
        *describe_options(offered),
    )


def _value(piece: str) -> float:
    """Digits as a number; only the last point of several is one (1.2.3 is no number that matters)."""
    if piece.isascii() and piece.isdigit():
        return min(_LARGEST, float(piece))
    whole, _, fraction = piece.replace(",", "").rpartition(".")
    try:
        return min(_LARGEST, float(f"{whole.replace('.', '')}.{fraction}" if whole else fraction))
    except ValueError:  # digits of other scripts, superscripts
        return 0.0
