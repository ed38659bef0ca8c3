"""What the words of a task's own prompts add to its score, where they add anything."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from nightshift.tiering.difficulty.ngrams import BUCKETS, hashed
from nightshift.tiering.difficulty.ridge import solve_hashed
from nightshift.tiering.difficulty.structure import FEWEST_ROWS, Rows, folds, held_back
from nightshift.tiering.difficulty.vocabulary import pieces
from nightshift.tiering.evidence import compare

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Mask = npt.NDArray[np.bool_]
    Positions = npt.NDArray[np.int64]

_SHRINKAGE = 30.0
_OFFSET_ROWS = 50  # rows of evidence that the overall mean counts as, against a task's own


def own_words(rows: Rows) -> tuple[dict[str, float], Floats]:
    """The tasks whose own words improve the score on held-back rows, with their offsets, and the words' weights."""
    import numpy as np

    single = np.arange(len(rows.light))
    expected = held_back(rows, single)
    with_words = np.zeros(len(single))
    for wanted in folds(single):
        offsets, words = _fit_words(rows, expected, ~wanted)
        with_words[wanted] = expected[wanted] + _add_words(rows, offsets, words)[wanted]
    offsets, words = _fit_words(rows, expected, np.ones(len(single), dtype=bool))
    learnt = {}
    for name, offset in offsets.items():
        mine = rows.task == name
        if compare(expected[mine], with_words[mine], rows.light[mine], rows.premium[mine]).replaces:
            learnt[name] = offset
    return learnt, words


def held_back_with_words(rows: Rows, group: Positions, learnt: Collection[str]) -> Floats:
    """The gain of every row by weights that have not seen its group: structure, and the words of the tasks `learnt`."""
    import numpy as np

    expected = held_back(rows, group)
    if not learnt:
        return expected
    total = expected.copy()
    for wanted in folds(group):
        offsets, words = _fit_words(rows, expected, ~wanted)
        mine = wanted & np.isin(rows.task, sorted(offsets.keys() & set(learnt)))
        total[mine] += _add_words(rows, offsets, words)[mine]
    return total


def _fit_words(rows: Rows, expected: Floats, used: Mask) -> tuple[dict[str, float], Floats]:
    import numpy as np

    left = rows.gain - expected
    offsets: dict[str, float] = {}
    known = np.zeros(len(left), dtype=bool)
    for name in np.unique(rows.task[used]).tolist():
        mine = used & (rows.task == name)
        if name and mine.sum() >= FEWEST_ROWS:
            offsets[name] = float(left[mine].sum() / (mine.sum() + _OFFSET_ROWS))
            known |= mine
    places = np.flatnonzero(known)
    owner, bucket = hashed([pieces(rows.prompts[i]) for i in places.tolist()])
    target = left[places] - np.array([offsets[name] for name in rows.task[places].tolist()])
    return offsets, solve_hashed(owner, bucket, BUCKETS, target, _SHRINKAGE)


def _add_words(rows: Rows, offsets: dict[str, float], words: Floats) -> Floats:
    import numpy as np

    owner, bucket = hashed([pieces(prompt) for prompt in rows.prompts])
    count = np.bincount(owner, minlength=len(rows.light))
    added = np.bincount(owner, words[bucket], minlength=len(rows.light)) / np.sqrt(np.maximum(count, 1))
    total: Floats = added + np.array([offsets.get(name, 0.0) for name in rows.task.tolist()])
    return total
