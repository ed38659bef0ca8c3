"""A quality promise with a confidence, from held-back outcomes (Learn then Test with fixed-sequence testing).

Every choice of a sequence is tested, safest first, by the exact binomial tail of its losses; the first that fails ends
the sequence. So the chance that any choice that passes misses the promise is at most 1 - confidence, however many
were tried (Angelopoulos et al. 2021, "Learn then Test"). Several sequences share the error equally (Bonferroni).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, exp, log
from typing import TypeVar

Item = TypeVar("Item")

_MOST_ROWS = 1_000_000


def percent(quality: float) -> str:
    """To a tenth, or to as many decimals as it takes: 99.99% is not 100%, nor 94.99% as good as 95%."""
    decimals = next((some for some in range(1, 13) if abs(round(quality, some + 2) - quality) < 1e-12), 12)
    return f"{quality:.{decimals}%}"


def tail(losses: int, rows: int, allowed: float) -> float:
    """The chance of so few losses or fewer where the true rate is `allowed`: small speaks for a lower rate."""
    import numpy as np

    if allowed >= 1 or losses >= rows:
        return 1.0
    if allowed <= 0 or rows == 0:
        return 1.0
    k = np.arange(losses + 1)
    steps = np.log((rows - k[:-1]) / (k[:-1] + 1.0)) + log(allowed / (1 - allowed))
    logs = rows * log(1 - allowed) + np.concatenate([[0.0], np.cumsum(steps)])
    top = logs.max()
    return float(min(1.0, exp(top) * np.exp(logs - top).sum())) if top > -700 else 0.0


def upper_bound(losses: int, rows: int, confidence: float) -> float:
    """Clopper-Pearson: the loss rate is below this with the given one-sided confidence."""
    if rows == 0 or losses >= rows:
        return 1.0
    low, high = losses / rows, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if tail(losses, rows, middle) <= 1 - confidence else (middle, high)
    return high


def certified(sequence: Sequence[tuple[Item, int]], rows: int, allowed: float, error: float) -> list[Item]:
    """The items, safest first with their losses, whose loss rate is at most `allowed` but for a chance of `error`."""
    passed = []
    for item, losses in sequence:
        if tail(losses, rows, allowed) > error:
            break
        passed.append(item)
    return passed


def rows_needed(loss_rate: float, allowed: float, error: float) -> int | None:
    """How many cases a choice with this true loss rate takes until it can be promised; None where none would do."""
    if loss_rate >= allowed:
        return None
    low, high = 1, 2
    while tail(ceil(high * loss_rate), high, allowed) > error:
        low, high = high, high * 2
        if high > _MOST_ROWS:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        enough = tail(ceil(middle * loss_rate), middle, allowed) <= error
        low, high = (low, middle) if enough else (middle, high)
    return high
