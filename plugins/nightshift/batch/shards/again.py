"""Further attempts at some rows of a shard: request files with only these rows, for the same deployment or another."""

from __future__ import annotations

from uuid import uuid4

from nightshift.batch.bundling.membership import read_requests
from nightshift.batch.job import ResolvedJob
from nightshift.batch.services import Services
from nightshift.batch.shards.planning import Place, planned_shard, prepared_chunks, request_files
from nightshift.batch.shards.writer import rows_uri
from nightshift.storage.tables import Shard


def next_attempts(
    services: Services,
    job: ResolvedJob,
    shard: Shard,
    rows: list[int],
    *,
    first_attempt: int,
    deployment: int,
    reason: str | None,
    alone: frozenset[int],
) -> list[Shard]:
    """Writes the request files for `rows` and returns their shards, which are not yet in the database.

    Rows that shared a request share one again, but for those of `alone`; a row that was alone stays so. Another
    deployment has other limits, so there may be several; they are executed one after the other.
    """
    import numpy as np

    tier = job.tier_index(shard.tier)
    folder = services.run_folder(
        job.run_id, "shards", f"wave-{shard.wave}-again", f"{shard.number:05d}-a{first_attempt}-{uuid4().hex[:8]}"
    )
    shared = bool(read_requests(services, rows_uri(shard.request_uri)).bundles)
    taken = job.tiers[tier].deployments[deployment]
    files = request_files(services, job, taken, folder, shared=shared, alone=alone)
    within = (rows[0], rows[-1])
    for _, _, table in prepared_chunks(services, job.run_id, ["row_number", "user_json"], within):
        files.add(table.filter(np.isin(table["row_number"].to_numpy(), rows)))
    attempts = [
        planned_shard(job, Place(shard.wave, shard.number, first_attempt + place), tier, deployment, file)
        for place, file in enumerate(files.finish())
    ]
    for attempt in attempts:
        attempt.route_reason = reason
        attempt.tries = shard.tries + 1 if deployment == shard.deployment else 1
    return attempts
