"""Scores of rows by models that saw neither them nor their subject, and figures with their spread over splits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nightshift.tiering.curves import curve
from nightshift.tiering.outcomes import Outcome

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
# Trains on the first rows and scores the second.
Scorer = Callable[[Sequence[Outcome], Sequence[Outcome]], Floats]

SPLITS = 10
_TRAINED_ON = 0.6


@dataclass(frozen=True)
class Figures:
    """Means over splits; `low` and `high` are the 2.5 and 97.5 % points of APGR over splits and resampled rows."""

    apgr: float
    low: float
    high: float
    cpt50: float
    cpt80: float


def splits(rows: Sequence[Outcome]) -> Iterator[tuple[list[int], list[int]]]:
    """Whole subjects to one side or the other; single rows where there is one subject only."""
    names = [row.subject or "" for row in rows]
    groups = names if len(set(names)) > 1 else [str(place) for place in range(len(rows))]
    unique = sorted(set(groups))
    for seed in range(SPLITS):
        order = np.random.default_rng(seed).permutation(len(unique))
        chosen = {unique[place] for place in order[: int(_TRAINED_ON * len(unique))]}
        yield (
            [place for place, group in enumerate(groups) if group in chosen],
            [place for place, group in enumerate(groups) if group not in chosen],
        )


def measure(rows: Sequence[Outcome], scorer: Scorer) -> Figures:
    found, drawn = [], []
    for seed, (trained, tested) in enumerate(splits(rows)):
        test = [rows[place] for place in tested]
        score = scorer([rows[place] for place in trained], test)
        light, premium = labels(test)
        whole = curve(score, light, premium)
        found.append((whole.apgr(), whole.cpt(0.5), whole.cpt(0.8)))
        generator = np.random.default_rng(seed)
        for _ in range(40):
            some = generator.integers(0, len(test), len(test))
            drawn.append(curve(score[some], light[some], premium[some]).apgr())
    apgr, cpt50, cpt80 = np.mean(found, axis=0)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Figures(float(apgr), float(low), float(high), float(cpt50), float(cpt80))


def labels(rows: Sequence[Outcome]) -> tuple[Floats, Floats]:
    light = np.array([row.light_correct for row in rows], dtype=np.float64)
    return light, np.array([row.premium_correct for row in rows], dtype=np.float64)
