"""What a wave may cost at most, before its request files are written."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from nightshift.batch.job import ResolvedJob, Route
from nightshift.batch.shards.planning import estimate

if TYPE_CHECKING:
    import pyarrow as pa


class WaveTally:
    """Counts the rows that a WavePlan would ask, each in a request of its own."""

    def __init__(self, job: ResolvedJob) -> None:
        self._job = job
        self._rows: Counter[int] = Counter()
        self._bytes: Counter[int] = Counter()

    def add(self, tier: int, table: pa.Table) -> None:
        """Rows (user_json) for one tier."""
        import pyarrow.compute as pc

        self._rows[tier] += table.num_rows
        self._bytes[tier] += pc.sum(pc.binary_length(table["user_json"])).as_py() or 0

    def most(self) -> int:
        """Picodollars."""
        return sum(
            estimate(self._job, self._route(tier, rows), rows, self._bytes[tier]) for tier, rows in self._rows.items()
        )

    def _route(self, tier: int, rows: int) -> Route:
        return Route(tier, 0, self._job.tiers[tier].deployments[0].mode(rows))
