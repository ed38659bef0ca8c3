"""Hashed words and word pairs: what the outcomes of a known prompt teach about its own rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Positions = npt.NDArray[np.int64]

BITS = 14
BUCKETS = 1 << BITS


def hashed(prompts: Sequence[list[str]]) -> tuple[Positions, Positions]:
    """The row and the bucket of every word and pair of neighbours, each once per row."""
    import numpy as np

    owner: list[int] = []
    bucket: list[int] = []
    for row, some in enumerate(prompts):
        pairs = (f"{one} {two}" for one, two in pairwise(some))
        buckets = {crc32(gram.encode(errors="surrogatepass")) & (BUCKETS - 1) for gram in (*some, *pairs)}
        bucket += sorted(buckets)
        owner += [row] * len(buckets)
    return np.array(owner, dtype=np.int64), np.array(bucket, dtype=np.int64)
