"""What simple tools do: cut by the number of requests, then halve each file that is too large."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nightshift.batch.shards.packing import FileLimits


def count_files(sizes: NDArray[np.int32], tokens: NDArray[np.int32], limits: FileLimits) -> int:
    """How many files the peer needs. Rows that fit no file are not expected."""
    bytes_before = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
    tokens_before = np.concatenate([[0], np.cumsum(tokens, dtype=np.int64)])
    waiting = [
        (start, min(start + limits.max_requests, len(sizes))) for start in range(0, len(sizes), limits.max_requests)
    ]
    files = 0
    while waiting:
        start, end = waiting.pop()
        too_large = bytes_before[end] - bytes_before[start] > limits.max_bytes
        if limits.max_tokens is not None:
            too_large = too_large or tokens_before[end] - tokens_before[start] > limits.max_tokens
        if too_large:
            middle = (start + end) // 2
            waiting += [(start, middle), (middle, end)]
        else:
            files += 1
    return files
