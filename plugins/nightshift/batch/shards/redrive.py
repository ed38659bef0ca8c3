"""The next attempt at the rows of a shard that were not executed: a request file with only those lines."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from uuid import uuid4

from nightshift.batch.job import ResolvedJob
from nightshift.batch.services import Services
from nightshift.batch.shards.planning import estimate, shard_digest, shard_id
from nightshift.batch.shards.writer import rows_uri
from nightshift.storage.tables import Shard, ShardState

if TYPE_CHECKING:
    import pyarrow as pa


def next_attempt(services: Services, job: ResolvedJob, shard: Shard, rows: list[int]) -> Shard:
    """Writes the request file for `rows` and returns the shard, which is not yet in the database."""
    attempt = shard.attempt + 1
    uri = shard.request_uri.removesuffix(".jsonl").split(".again-")[0] + f".again-{attempt}-{uuid4().hex[:8]}.jsonl"
    content_digest, size = _copy_lines(services, shard, rows, uri)
    _write_rows(services, rows_uri(uri), rows)
    tier = next(place for place, item in enumerate(job.tiers) if item.name == shard.tier)
    return Shard(
        shard_id=shard_id(shard.run_id, shard.wave, shard.number, attempt),
        run_id=shard.run_id,
        wave=shard.wave,
        number=shard.number,
        attempt=attempt,
        tier=shard.tier,
        model=shard.model,
        provider=shard.provider,
        region=shard.region,
        digest=shard_digest(shard.run_id, shard.wave, shard.number, attempt, content_digest),
        request_uri=uri,
        requests=len(rows),
        request_bytes=size,
        first_row=rows[0],
        last_row=rows[-1],
        estimate=estimate(job, tier, len(rows), size),
        state=ShardState.PLANNED,
    )


def _copy_lines(services: Services, shard: Shard, rows: list[int], uri: str) -> tuple[str, int]:
    """Digest and size of a new request file with the lines of `rows`, which stand in the old one in row order."""
    import pyarrow.parquet as pq

    wanted, digest, size = set(rows), hashlib.sha256(), 0
    with services.lake.open(rows_uri(shard.request_uri)) as file:
        numbers: list[int] = pq.read_table(file)["row_number"].to_pylist()
    with services.lake.create(uri) as path, path.open("wb") as target, services.lake.open(shard.request_uri) as source:
        for number, line in zip(numbers, source, strict=True):
            if number in wanted:
                target.write(line)
                digest.update(line)
                size += len(line)
    return digest.hexdigest(), size


def _write_rows(services: Services, uri: str, rows: list[int]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table: pa.Table = pa.table({"row_number": pa.array(rows, pa.int64())})
    with services.lake.create(uri) as path:
        pq.write_table(table, path)
