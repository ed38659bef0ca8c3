"""Request files in which small rows share requests; what is long, or left alone on purpose, has files of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import orjson

from nightshift.batch.bundling.form import item_ids, may_share, user_message
from nightshift.batch.shards.open_file import WrittenFile
from nightshift.batch.shards.writer import RequestFiles

if TYPE_CHECKING:
    import pyarrow as pa

# About a thousand tokens: beyond that the fixed part of a request is hardly worth sharing.
LONGEST_SHARED = 4_000
# What may wait in memory for enough rows that can share: several times the smallest batch of any provider.
MOST_HELD_BYTES = 64 << 20


class BundledFiles:
    """Call `add` with tables of row_number and user_json in row order, then `finish`.

    Neighbours share a request, `rows` of them. Rows of `alone` do not, nor do any where that would leave fewer than
    `least` requests: the provider would not take them as a batch, which costs more than bundles save. What has come
    waits until there are enough; beyond `most_held` bytes all rows go alone.
    """

    def __init__(
        self,
        bundled: RequestFiles,
        single: RequestFiles,
        rows: int,
        least: int = 1,
        alone: frozenset[int] = frozenset(),
        most_held: int = MOST_HELD_BYTES,
    ) -> None:
        self._bundled, self._single, self._rows, self._alone = bundled, single, rows, alone
        self._needed = least * rows if least > 1 else 0
        self._held: list[pa.Table] = []
        self._room, self._given_up = most_held, False
        self._open: list[tuple[int, str]] = []

    def add(self, table: pa.Table) -> None:
        if self._given_up:
            self._single.add(table)
        elif self._needed > 0:
            self._hold(table)
        else:
            self._split(table)

    def finish(self) -> list[WrittenFile]:
        """All files, in the order of their first rows."""
        self._release(self._single.add)
        if self._open:
            self._write([self._open])
        files = [*self._bundled.finish(), *self._single.finish()]
        return sorted(files, key=lambda file: file.first_row)

    def _hold(self, table: pa.Table) -> None:
        self._held.append(table)
        self._needed -= len(self._sharing(table))
        self._room -= table.nbytes
        if self._needed <= 0:
            self._release(self._split)
        elif self._room < 0:
            self._given_up = True
            self._release(self._single.add)

    def _release(self, taker: Callable[[pa.Table], None]) -> None:
        held, self._held = self._held, []
        for table in held:
            taker(table)

    def _sharing(self, table: pa.Table) -> dict[int, str]:
        """Row number -> text as JSON of the rows that may share a request."""
        pairs = zip(table["row_number"].to_pylist(), table["user_json"].to_pylist(), strict=True)
        return {
            number: text
            for number, text in pairs
            if number not in self._alone and len(text) <= LONGEST_SHARED and may_share(text)
        }

    def _split(self, table: pa.Table) -> None:
        import numpy as np

        sharing = self._sharing(table)
        if len(sharing) < table.num_rows:
            shares = np.isin(table["row_number"].to_numpy(), list(sharing))
            self._single.add(table.filter(~shares))
        self._open += sharing.items()
        whole = len(self._open) // self._rows * self._rows
        bundles = [self._open[start : start + self._rows] for start in range(0, whole, self._rows)]
        self._open = self._open[whole:]
        if bundles:
            self._write(bundles)

    def _write(self, bundles: list[list[tuple[int, str]]]) -> None:
        import pyarrow as pa

        made = [_bundle(rows) for rows in bundles]
        columns = {
            "row_number": pa.array([rows[0] for _, rows, _ in made], pa.int64()),
            "user_json": [text for text, _, _ in made],
            "members": pa.array([rows for _, rows, _ in made], pa.list_(pa.int64())),
            "items": pa.array([ids for _, _, ids in made], pa.list_(pa.string())),
        }
        self._bundled.add(pa.table(columns))


def _bundle(rows: list[tuple[int, str]]) -> tuple[str, list[int], list[str]]:
    """The message as JSON, the row numbers and the items' ids."""
    texts = [orjson.loads(text) for _, text in rows]
    ids = item_ids(texts)
    return orjson.dumps(user_message(texts, ids)).decode(), [number for number, _ in rows], ids
