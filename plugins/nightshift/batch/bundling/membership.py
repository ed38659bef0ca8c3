"""Which rows each request of a file stands for. A request is named by its first row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from nightshift.batch.services import Services


class Member(NamedTuple):
    """One row of a bundle and the id of its item."""

    row_number: int
    item: str


@dataclass(frozen=True)
class Requests:
    """The requests of one file, in the order of its lines. `bundles` is empty where every row is asked alone."""

    numbers: list[int]
    bundles: dict[int, tuple[Member, ...]] = field(default_factory=dict)

    @property
    def rows(self) -> set[int]:
        return self.rows_of(self.numbers)

    def rows_of(self, numbers: Iterable[int]) -> set[int]:
        """The rows that these requests ask for."""
        if not self.bundles:
            return set(numbers)
        return {member.row_number for number in numbers for member in self.bundles[number]}


def read_requests(services: Services, uri: str) -> Requests:
    """From what stands beside a request file: `rows_uri` of it."""
    import pyarrow.parquet as pq

    with services.lake.open(uri) as file:
        columns = pq.read_table(file).to_pydict()
    if "request" not in columns:
        return Requests(columns["row_number"])
    rows = zip(columns["request"], columns["row_number"], columns["item"], strict=True)
    bundles = {
        number: tuple(Member(row, item) for _, row, item in group)
        for number, group in groupby(rows, lambda one: one[0])
    }
    return Requests(list(bundles), bundles)
