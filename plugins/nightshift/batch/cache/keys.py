"""The space of request keys in equal parts, so that a join of any size is several joins that fit in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

# A join holds about 100 bytes per key; a part of two million stays within analytics.MEMORY_LIMIT without spilling.
KEYS_PER_PART = 2_000_000
_PREFIXES = 1 << 16  # a part is told by the first two bytes of a key: digests are spread evenly


def key_parts(keys: int, keys_per_part: int = KEYS_PER_PART) -> Iterator[Callable[[str], str]]:
    """For each part a function from the name of a column to the SQL condition that its key is in this part."""
    parts = min(max(1, -(-keys // keys_per_part)), _PREFIXES)
    bounds = [part * _PREFIXES // parts for part in range(parts)] + [_PREFIXES]
    for first, after in pairwise(bounds):
        yield _condition(first, after)


def _condition(first: int, after: int) -> Callable[[str], str]:
    limits = [(">=", first)] * (first > 0) + [("<", after)] * (after < _PREFIXES)
    return lambda column: " AND ".join(f"{column} {sign} {_blob(prefix)}" for sign, prefix in limits) or "true"


def _blob(prefix: int) -> str:
    return f"'\\x{prefix >> 8:02X}\\x{prefix & 255:02X}'::BLOB"
