"""What the rows behind a segment of cached answers have asked, in a file beside it; and what a run's rows ask.

Every text has the key of its own meaning, and keys of meanings that it may share an answer with: texts of the same
meaning are found by one join. Rows in which a guardrail found anything, such as personal data, are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import select

from nightshift.batch.analytics import analytics, parquet_list
from nightshift.batch.cache.row_text import row_text
from nightshift.batch.job import ResolvedJob
from nightshift.batch.services import Services
from nightshift.similarity.matching import guard
from nightshift.similarity.meaning import Guard
from nightshift.storage.tables import Slice

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_BATCH = 4_096


def texts_uri(segment: str) -> str:
    """The file beside a segment."""
    return f"{segment.removesuffix('.parquet')}-texts.parquet"


def write_texts(services: Services, job: ResolvedJob, segment: str) -> None:
    """The texts of a segment's rows, beside the segment."""
    import pyarrow.parquet as pq

    with analytics(services.lake) as engine, services.lake.create(texts_uri(segment)) as path:
        asked = engine.sql(
            f"SELECT DISTINCT ON (request_key) row_number, request_key, user_json FROM {_prepared_rows(services, job)} "
            f"SEMI JOIN read_parquet({parquet_list(services.lake, [segment])}) USING (request_key)"
        )
        with pq.ParquetWriter(path, texts_schema(), compression="zstd") as writer:
            for table in _read(asked, job):
                writer.write_table(table)


def read_open_texts(engine: duckdb.DuckDBPyConnection, services: Services, job: ResolvedJob) -> None:
    """Makes the table `texts`, in the columns of `texts_schema`: the leaders that are not in `hits`."""
    engine.execute(
        "CREATE TABLE texts (row_number BIGINT, request_key BLOB, own_key BIGINT, other_keys BIGINT[], text VARCHAR)"
    )
    asked = engine.cursor().sql(
        "SELECT row_number, open.request_key, user_json "
        "FROM (SELECT * FROM leaders ANTI JOIN hits USING (leader)) open "
        f"JOIN {_prepared_rows(services, job)} ON prepared.row_number = open.leader"
    )
    for table in _read(asked, job):
        engine.register("read_rows", table)
        engine.execute("INSERT INTO texts SELECT * FROM read_rows")
        engine.unregister("read_rows")


def texts_schema() -> pa.Schema:
    import pyarrow as pa

    return pa.schema(
        [
            ("row_number", pa.int64()),
            ("request_key", pa.binary(16)),
            ("own_key", pa.int64()),  # of the text's meaning
            ("other_keys", pa.list_(pa.int64())),  # of meanings that it may share an answer with
            ("text", pa.string()),
        ]
    )


def _prepared_rows(services: Services, job: ResolvedJob) -> str:
    """SQL: the rows of the run in which no guardrail found anything."""
    with services.database.transaction() as session:
        uris = session.scalars(select(Slice.prepared_uri).where(Slice.run_id == job.run_id).order_by(Slice.number))
        files = parquet_list(services.lake, [uri for uri in uris if uri])
    return (
        f"(SELECT row_number, request_key, user_json FROM read_parquet({files}) "
        "WHERE status IS NULL AND findings IS NULL AND user_json IS NOT NULL) prepared"
    )


def _read(rows: duckdb.DuckDBPyRelation, job: ResolvedJob) -> Iterator[pa.Table]:
    """(row_number, request_key, user_json) with keys; texts without a meaning are left out."""
    import pyarrow as pa

    cut, reader = row_text(job.prompt), guard()
    batches: Any = rows.to_arrow_reader(_BATCH)
    for batch in batches:
        lines = zip(*(column.to_pylist() for column in batch.columns), strict=True)
        read = filter(None, (_line(reader, cut, *line) for line in lines))
        yield pa.Table.from_pylist(list(read), schema=texts_schema())


def _line(
    reader: Guard, cut: Callable[[str], str], row_number: int, request_key: bytes, user_json: str
) -> dict[str, Any] | None:
    text = cut(orjson.loads(user_json))
    meaning = reader.meaning(text)
    if meaning is None:
        return None
    keys = {"own_key": meaning.key, "other_keys": meaning.other_keys()}
    return {"row_number": row_number, "request_key": request_key, **keys, "text": text}
