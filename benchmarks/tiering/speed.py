"""Prompts scored per second of one core: processor time, the best of several rounds."""

from __future__ import annotations

import time
from collections.abc import Sequence

from nightshift.tiering.difficulty.model import DifficultyModel

ROUNDS = 7


def prompts_per_second(model: DifficultyModel, prompts: Sequence[str]) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.process_time()
        model.scores(prompts)
        best = min(best, time.process_time() - started)
    return len(prompts) / best
