"""Compares the answers of one wave two by two and writes down which agree. Texts pass through in small batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from nightshift.batch.agreement.in_use import agreement_in_use
from nightshift.batch.analytics import analytics, parquet_list
from nightshift.batch.job import ResolvedJob
from nightshift.batch.services import Services

if TYPE_CHECKING:
    import pyarrow as pa

PAIRS_AT_ONCE = 512


def compare_wave(services: Services, job: ResolvedJob, wave: int, present: list[str], earlier: list[str]) -> str:
    """URI of a new file (row_number, tier_a, tier_b) of the pairs that agree; only pairs with an answer of this wave.

    `present` are the answers files of the wave, `earlier` these and those before. The file counts once the run names
    it: whoever is killed before, or comes late, leaves one that nobody reads.
    """
    import pyarrow.parquet as pq

    uri = services.run_folder(job.run_id, "agreements", f"agreements-{uuid4().hex}.parquet")
    agreement = agreement_in_use(services, job)
    with (
        analytics(services.lake) as engine,
        services.lake.create(uri) as path,
        pq.ParquetWriter(path, _schema()) as writer,
    ):
        pairs = _pairs(services, len(job.tiers) - 1, wave, present, earlier)
        batches: Any = engine.sql(pairs).to_arrow_reader(PAIRS_AT_ONCE)
        for batch in batches:
            texts = zip(batch["one"].to_pylist(), batch["other"].to_pylist(), strict=True)
            agreed = agreement.agree(list(texts))
            writer.write_table(_agreeing(batch, agreed))
    return uri


def _schema() -> pa.Schema:
    import pyarrow as pa

    return pa.schema([("row_number", pa.int64()), ("tier_a", pa.int8()), ("tier_b", pa.int8())])


def _agreeing(batch: pa.RecordBatch, agreed: list[bool]) -> pa.Table:
    import pyarrow as pa

    columns = [batch[field.name].cast(field.type) for field in _schema()]
    return pa.table(columns, schema=_schema()).filter(pa.array(agreed, pa.bool_()))


def _pairs(services: Services, last: int, wave: int, present: list[str], earlier: list[str]) -> str:
    """SQL: accepted answers to the same row, the wave's own with each other and with those before.

    A row that the last tier was asked has its answer already.
    """
    files = parquet_list(services.lake, earlier)
    return f"""
        WITH compared AS (
            SELECT row_number FROM read_parquet({parquet_list(services.lake, present)})
            EXCEPT SELECT row_number FROM read_parquet({files}) WHERE tier >= {last}
        ),
        answers AS (
            SELECT row_number, wave, tier, answer FROM read_parquet({files}) SEMI JOIN compared USING (row_number)
            WHERE verdict = 'accepted' AND answer IS NOT NULL
        )
        SELECT a.row_number, a.tier AS tier_a, b.tier AS tier_b, a.answer AS one, b.answer AS other
        FROM answers a JOIN answers b ON a.row_number = b.row_number AND a.tier < b.tier
        WHERE greatest(a.wave, b.wave) = {wave}
    """
