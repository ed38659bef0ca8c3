"""Fills request files within the provider's limits, rows ascending in each."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from nightshift.batch.services import Services
from nightshift.batch.shards.encoding import encode
from nightshift.batch.shards.open_file import OpenFile, WrittenFile, rows_uri
from nightshift.batch.shards.packing import FileLimits, Packer
from nightshift.model_registry.capabilities import BatchLimits
from nightshift.providers.port import RequestTemplate

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

__all__ = ["RequestFiles", "WrittenFile", "rows_uri"]

Rows = TypeVar("Rows", "pa.Table", "pa.LargeStringArray")


class RequestFiles:
    """Call `add` with tables of row_number and user_json in row order, then `finish`.

    `limits` is None where the provider has no batch API; `max_tokens` is a quota of enqueued tokens per file. A last
    file below `min_requests` is filled up from the ones before it; where all rows are fewer, it stays as it is.
    """

    def __init__(
        self,
        services: Services,
        folder: str,
        template: RequestTemplate,
        limits: BatchLimits | None,
        max_tokens: int | None = None,
    ) -> None:
        self._lake, self._folder, self._template = services.lake, folder, template
        self._packer = Packer(FileLimits.of(limits, max_tokens))
        self._open: dict[int, OpenFile] = {}
        self._written: dict[int, WrittenFile] = {}

    def add(self, table: pa.Table) -> None:
        import numpy as np

        if table.num_rows == 0:
            return
        lines = encode(table, self._template)
        sizes = np.diff(np.frombuffer(lines.buffers()[1], dtype=np.int64)[: len(lines) + 1])
        cuts = self._packer.add(table["row_number"].to_numpy(), sizes, _estimated_tokens(sizes))
        for piece in cuts.pieces:
            self._file(piece.file).append(_pick(table, piece.rows), _pick(lines, piece.rows))
        for number in cuts.sealed:
            self._close(number)

    def finish(self) -> list[WrittenFile]:
        """All files, in the order of their first rows."""
        for giver, taker, numbers in self._packer.finish():
            self._open[taker].merge(*self._open[giver].take_out(numbers))
        for number in sorted(self._open):
            self._close(number)
        return [file for _, file in sorted(self._written.items())]

    def _file(self, number: int) -> OpenFile:
        if number not in self._open:
            self._open[number] = OpenFile(self._lake, f"{self._folder}/{number:05d}.jsonl")
        return self._open[number]

    def _close(self, number: int) -> None:
        self._written[number] = self._open.pop(number).close()


def _estimated_tokens(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    # From the whole line: the fixed messages are in it as well, and what JSON adds keeps the estimate above the truth.
    from nightshift.batch.shards.planning import BYTES_PER_TOKEN  # here, because planning builds on this module

    tokens: NDArray[np.int64] = -(-sizes // BYTES_PER_TOKEN)
    return tokens


def _pick(rows: Rows, places: NDArray[np.int64]) -> Rows:
    """Without copying where the places follow each other."""
    first, last = int(places[0]), int(places[-1])
    if last - first + 1 == len(places):
        return rows.slice(first, len(places))
    return rows.take(places)
