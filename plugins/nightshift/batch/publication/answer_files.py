"""Every file that holds answers for a run's rows, as sorted sources with one set of columns and an origin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from sqlalchemy import select

from nightshift.batch import schemas
from nightshift.batch.agreement.published import AgreedAnswers
from nightshift.batch.analytics import analytics, parquet_list, quoted
from nightshift.batch.answers.splitting import split_uri
from nightshift.batch.publication.sorted_source import SortedSource
from nightshift.batch.services import Services
from nightshift.storage.tables import Run, Shard

if TYPE_CHECKING:
    import pyarrow as pa

# asked: this row was sent to a model; shared: an equal earlier row was; cached: an earlier run asked; split: no answer,
# but the row's share of a bundle that could not be taken apart for it.
Origin = Literal["asked", "shared", "cached", "split"]
ORIGINS: tuple[Origin, ...] = ("asked", "shared", "cached", "split")


class AnswerFiles:
    """All answers of a run, window by window. Files that a window does not reach are not opened yet."""

    def __init__(self, services: Services, run_id: str) -> None:
        self._services = services
        self._waiting = list(_asked(services, run_id))  # (first_row, uri, origin)
        packed, cached_files = _packed(services, run_id)
        shared = write_shared(services, run_id, f"{packed}/shared.parquet", [uri for _, uri, _ in self._waiting])
        self._waiting += [(0, uri, "shared") for uri in shared]
        self._waiting += [(0, f"{packed}/cached-{place:05d}.parquet", "cached") for place in range(cached_files)]
        self._waiting += _split(services, run_id)
        self._waiting.sort(reverse=True)  # the next one last
        self._agreed = AgreedAnswers(services, run_id, f"{packed}/shared.parquet")
        self._open: list[tuple[SortedSource, Origin]] = []

    def take(self, last: int) -> pa.Table:
        """Answers up to row `last`: schemas.answers plus `origin`, in no particular order."""
        import pyarrow as pa

        while self._waiting and self._waiting[-1][0] <= last:
            _, uri, origin = self._waiting.pop()
            self._open.append((SortedSource(self._services.lake, uri), origin))
        pieces = [_aligned(source.take(last), origin) for source, origin in self._open]
        self._open = [(source, origin) for source, origin in self._open if not source.is_exhausted]
        found = pa.concat_tables(pieces) if pieces else _aligned(schemas.answers().empty_table(), "asked")
        return self._agreed.keyed(found, last)


def _asked(services: Services, run_id: str) -> Iterator[tuple[int, str, Origin]]:
    with services.database.transaction() as session:
        query = select(Shard.first_row, Shard.answers_uri).where(Shard.run_id == run_id, Shard.answers_uri.is_not(None))
        for first_row, uri in session.execute(query):
            if uri:
                yield first_row, uri, "asked"


def _split(services: Services, run_id: str) -> list[tuple[int, str, Origin]]:
    if services.job(run_id).bundling is None:
        return []
    found: list[tuple[int, str, Origin]] = [
        (first_row, split_uri(uri), "split") for first_row, uri, _ in _asked(services, run_id)
    ]
    return [file for file in found if services.lake.exists(file[1])]


def _packed(services: Services, run_id: str) -> tuple[str, int]:
    """The folder of what packing found, and how many files of cached answers are in it."""
    with services.database.transaction() as session:
        run = session.get_one(Run, run_id)
        return str(run.packed_uri), run.cached_files


def write_shared(services: Services, run_id: str, packed: str, answers: list[str]) -> list[str]:
    """The answers of the row that an equal row shares with, under that row's own number."""
    if not answers:
        return []
    uri = services.run_folder(run_id, "publication", "shared.parquet")
    columns = ", ".join(f"a.{name}" for name in schemas.answers().names if name != "row_number")
    with services.lake.create(uri) as path, analytics(services.lake) as engine:
        engine.execute(
            f"""
            COPY (
                SELECT s.row_number, {columns}
                FROM read_parquet({parquet_list(services.lake, [packed])}) s
                JOIN read_parquet({parquet_list(services.lake, answers)}) a ON a.row_number = s.leader
                ORDER BY s.row_number, a.wave, a.tier
            ) TO {quoted(path)} (FORMAT parquet, ROW_GROUP_SIZE 8192)
            """
        )
    return [uri]


def _aligned(table: pa.Table, origin: Origin) -> pa.Table:
    """The table with exactly the columns of schemas.answers, plus `origin` and what a cached answer cost once."""
    import pyarrow as pa

    columns = {}
    for field in schemas.answers():
        if field.name in table.column_names:
            columns[field.name] = table[field.name].cast(field.type)
        else:
            columns[field.name] = _missing(field, table.num_rows)
    columns["origin"] = pa.array([ORIGINS.index(origin)] * table.num_rows, pa.int8())
    columns["paid"] = table["paid"].cast(pa.int64()) if origin == "cached" else columns["cost"]
    return pa.table(columns)


def _missing(field: pa.Field, rows: int) -> pa.Array:
    import pyarrow as pa

    if field.name == "verdict":  # only accepted answers are cached
        return pa.array(["accepted"] * rows, pa.string())
    return pa.array([0] * rows, field.type) if pa.types.is_integer(field.type) else pa.nulls(rows, field.type)
