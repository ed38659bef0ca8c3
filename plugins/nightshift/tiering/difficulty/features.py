"""Prompts to numbers that do not depend on the subject: structure, length, kinds of words, numbers, options."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from math import log1p
from typing import TYPE_CHECKING

from nightshift.tiering.difficulty.options import Options, describe_options, split_options
from nightshift.tiering.difficulty.vocabulary import DECIMAL, KINDS, NUMBER, entries, entry_kinds

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

_OWN = ("characters", "pieces", "blank", "reading", "judged_together", "person_described", "any_decimal")
NAMES: tuple[str, ...] = (*KINDS, *_OWN, *(f"options_{name}" for name in Options._fields))
WIDTH = len(NAMES)
_DECIMAL = KINDS.index(DECIMAL)
_QUANTITIES = [KINDS.index(name) for name in (NUMBER, "spelled", "fraction")]
_ASKED = [KINDS.index(name) for name in ("question", "compute", "amount")]
_COUNT = WIDTH - len(Options._fields)
# What makes one kind of prompt hard makes another easy, so each kind has weights of its own.
SHAPES = ("multiple choice", "question with numbers", "other")

# A text to read holds its own answer: its length says nothing about the question.
_READING = ("following information", "following passage", "following excerpt", "following text", "following article",
            "following document", "this passage", "the passage", "excerpt", "folgenden text", "texte suivant",
            "texto siguiente", "siguiente texto")  # fmt: skip
_SHORTEST_READING, _ANNOUNCED_WITHIN = 400, 300  # characters
_USUAL_CHARACTERS, _USUAL_PIECES = 5.3, 4.2  # logarithms
_JUDGED_TOGETHER = ("Statement 1", "Statement I", "statement 1", "Scenario 1", "Case 1", "Claim 1", "\nII", "(ii)",
                    "I and II", "I only", "Aussage 1", "Affirmation 1", "Afirmación 1")  # fmt: skip
_PERSON = ("year-old", "year old", "-jährige", "años de edad", "ans se présente")


@dataclass(frozen=True)
class Read:
    """Prompts as the model sees them: a row of numbers for each."""

    numbers: Floats  # prompts x WIDTH
    shape: npt.NDArray[np.int64]  # places in SHAPES


def read(prompts: Sequence[str]) -> Read:
    import numpy as np

    table = entries()
    found = [list(chain.from_iterable(map(table.__getitem__, prompt.lower().split()))) for prompt in prompts]
    by_kind = _count(found)
    decimal = (by_kind[:, _DECIMAL] > 0).tolist()
    own = np.array([_own(*each) for each in zip(prompts, map(len, found), decimal, strict=True)], dtype=np.float64)
    numbers = np.hstack([np.log1p(by_kind), own.reshape(len(prompts), WIDTH - len(KINDS))])
    quantities, asked = by_kind[:, _QUANTITIES].sum(axis=1) >= 2, by_kind[:, _ASKED].sum(axis=1) > 0
    choice, numeric = numbers[:, _COUNT] > 0, quantities & asked
    return Read(numbers, np.where(choice, 0, np.where(numeric, 1, 2)))


def _count(found: Sequence[list[int]]) -> Floats:
    """How many pieces of every kind each prompt has; a piece counts as one of each of its kinds."""
    import numpy as np

    table = entry_kinds()
    counts = np.fromiter(map(len, found), dtype=np.int64, count=len(found))
    rows = np.fromiter(chain.from_iterable(found), dtype=np.int64, count=int(counts.sum()))
    owner = np.repeat(np.arange(len(found)) * len(KINDS), counts)
    times = np.zeros(len(found) * len(KINDS))
    for place in range(table.shape[1]):
        kind = table[rows, place]
        if place:  # most pieces have one kind only
            more = np.flatnonzero(kind >= 0)
            rows, owner, kind = rows[more], owner[more], kind[more]
        times += np.bincount(owner + kind, minlength=len(times))
    return times.reshape(len(found), len(KINDS))


def _own(prompt: str, count: int, decimal: bool) -> tuple[float, ...]:
    question, offered = split_options(prompt)
    person = _any(_PERSON, question)
    reading = _announces_a_text(question)
    return (
        _USUAL_CHARACTERS if reading else log1p(len(question)),
        _USUAL_PIECES if reading else log1p(count),
        "__" in question,
        reading,
        _any(_JUDGED_TOGETHER, prompt),
        person,
        decimal and not person,  # a temperature of 38.4 is a finding, not a sum
        *describe_options(offered, decimal),
    )


def _announces_a_text(question: str) -> bool:
    return len(question) >= _SHORTEST_READING and _any(_READING, question[:_ANNOUNCED_WITHIN].lower())


def _any(phrases: tuple[str, ...], text: str) -> bool:
    return any(map(text.__contains__, phrases))
