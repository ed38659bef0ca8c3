"""prepare, second half: duplicates, cached answers, shards and the budget, which concern all rows at once."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from nightshift.batch import gate
from nightshift.batch.analytics import analytics, parquet_list, quoted
from nightshift.batch.cache.lookup import find_cached
from nightshift.batch.cache.segments import fresh_segments
from nightshift.batch.cache.semantic import find_similar
from nightshift.batch.cache.single_flight import check_awaited, look, prepare_departure, take_off
from nightshift.batch.job import ResolvedJob
from nightshift.batch.room import left
from nightshift.batch.services import Services
from nightshift.batch.shards.planning import WavePlan, prepared_chunks
from nightshift.batch.shards.tally import WaveTally
from nightshift.batch.tiering.cascade import Cascade
from nightshift.batch.tiering.trials import is_trial
from nightshift.errors import BudgetExceeded
from nightshift.finops.money import shown, shown_upwards
from nightshift.storage.tables import Run, RunState, Shard, Slice

if TYPE_CHECKING:
    import duckdb
    import numpy as np


def pack(services: Services, run_id: str) -> None:
    """Plans the first wave. Raises QualityGateFailed or BudgetExceeded; by then nothing was asked but by guardrails.

    Raises AskedElsewhere while another run is asking the same rows and there is time to wait for its answers.
    """
    job = services.job(run_id)
    if _is_packed(services, run_id):
        return
    check_awaited(services, job, datetime.now(UTC))
    uris, measured = _prepared(services, run_id)
    gate.decide("input", [[gate.Measured.model_validate(item) for item in counts] for counts in measured])
    plan = WavePlan(services, job, wave=0)
    # A folder of its own per try: a late twin of this task must not overwrite what a committed run refers to.
    folder = services.run_folder(run_id, f"packed-{uuid4().hex[:8]}")
    seen = look(services, job, datetime.now(UTC))
    with analytics(services.lake) as engine:
        _find_repeats(engine, services, folder, uris)
        segments = fresh_segments(services, job, datetime.now(UTC))
        cached = find_cached(engine, services.lake, folder, segments)
        answers = partial(_most_for_answers, engine, services, job, folder)
        cached = find_similar(engine, services, job, folder, segments, cached, answers)
        shared = _find_shared(engine, services, folder)
        departure = prepare_departure(services, job, _write_keys(engine, services, folder), seen)
        _add_rows(engine, services, job, folder, plan)
    shards = plan.shards()

    def commit(session: Session) -> None:
        _check_budget(job, shards, left(session, job))
        run = session.get_one(Run, run_id)
        session.add_all(shards)
        run.packed_uri, run.cached_files = folder, cached.files
        run.cached_rows, run.deduplicated_rows = cached.rows, shared
        run.waves_planned, run.state = 1, RunState.PREPARED

    take_off(services, job, departure, commit)


def _is_packed(services: Services, run_id: str) -> bool:
    with services.database.transaction() as session:
        return session.get_one(Run, run_id).waves_planned > 0


def _prepared(services: Services, run_id: str) -> tuple[list[str], list[list[Any]]]:
    with services.database.transaction() as session:
        query = select(Slice.prepared_uri, Slice.gate).where(Slice.run_id == run_id).order_by(Slice.number)
        found = session.execute(query).all()
    return [uri for uri, _ in found if uri], [counts or [] for _, counts in found]


def _find_repeats(engine: duckdb.DuckDBPyConnection, services: Services, folder: str, uris: list[str]) -> None:
    """Tables `repeated` (ids that occurred before with other content) and `leaders` (first row of equal ones)."""
    engine.execute(
        f"""
        CREATE TABLE pending AS SELECT row_number, request_id, request_key
        FROM read_parquet({parquet_list(services.lake, uris)}) WHERE status IS NULL;
        CREATE TABLE repeated AS SELECT row_number, first_row FROM (
            SELECT row_number, request_key, first_value(row_number) OVER same_id AS first_row,
                   first_value(request_key) OVER same_id AS first_key
            FROM pending
            WHERE request_id IN (
                SELECT request_id FROM pending GROUP BY request_id HAVING min(request_key) <> max(request_key)
            )
            WINDOW same_id AS (PARTITION BY request_id ORDER BY row_number)
        ) WHERE request_key <> first_key;
        CREATE TABLE leaders AS SELECT request_key, min(row_number) AS leader
        FROM pending ANTI JOIN repeated USING (row_number) GROUP BY request_key;
        """
    )
    _export(engine, services, "SELECT * FROM repeated ORDER BY row_number", folder, "repeated")


def _find_shared(engine: duckdb.DuckDBPyConnection, services: Services, folder: str) -> int:
    """Rows that get the answer of an earlier, equal row of this run."""
    engine.execute(
        "CREATE TABLE shared AS SELECT row_number, leader FROM pending ANTI JOIN repeated USING (row_number) "
        "JOIN leaders USING (request_key) ANTI JOIN hits USING (request_key) WHERE row_number <> leader"
    )
    _export(engine, services, "SELECT * FROM shared ORDER BY row_number", folder, "shared")
    return _count(engine, "shared")


def _write_keys(engine: duckdb.DuckDBPyConnection, services: Services, folder: str) -> str:
    """The file of the request keys that this run is about to ask, sorted."""
    query = "SELECT request_key FROM leaders ANTI JOIN hits USING (request_key) ORDER BY request_key"
    _export(engine, services, query, folder, "keys")
    return f"{folder}/keys.parquet"


def _most_for_answers(engine: duckdb.DuckDBPyConnection, services: Services, job: ResolvedJob, folder: str) -> int:
    """What it may cost to ask every row that has no cached answer yet."""
    tally = WaveTally(job)
    _add_rows(engine, services, job, folder, tally)
    return tally.most()


def _add_rows(
    engine: duckdb.DuckDBPyConnection, services: Services, job: ResolvedJob, folder: str, plan: WavePlan | WaveTally
) -> None:
    """Every leader without a cached answer goes into the plan, slice by slice in row order."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    engine.execute(
        "CREATE OR REPLACE TABLE asked AS SELECT leader FROM leaders ANTI JOIN hits USING (request_key) ORDER BY leader"
    )
    columns = ["row_number", "request_key", "tier", "user_json"]
    numbers = pa.schema([("row_number", pa.int64())])
    with services.lake.create(f"{folder}/trials.parquet") as path, pq.ParquetWriter(path, numbers) as trials:
        for first, last, table in prepared_chunks(services, job.run_id, columns):
            query = engine.execute("SELECT leader FROM asked WHERE leader BETWEEN ? AND ?", [first, last])
            chosen = table.filter(np.isin(table["row_number"].to_numpy(), query.fetchnumpy()["leader"]))
            on_trial = is_trial(chosen["request_key"], job.tier_policy.trial_share)
            trials.write_table(chosen.filter(on_trial).select(["row_number"]))
            starting = chosen["tier"].to_numpy()
            for tier in range(len(job.tiers)):
                plan.add(tier, chosen.filter(on_trial | _asked_at(job.cascade, starting, tier)))


def _asked_at(cascade: Cascade, starting: np.ndarray[Any, np.dtype[np.int8]], tier: int) -> Any:
    """Which rows the first wave asks at a tier: those that start there, and a second opinion beside the first."""
    here = starting == tier
    return here | (starting == 0) if cascade.together and tier == 1 else here


def _check_budget(job: ResolvedJob, shards: list[Shard], room: int) -> None:
    needed, beside = sum(shard.estimate for shard in shards), job.budget - room
    if needed > room:
        raise BudgetExceeded(
            f"{sum(shard.requests for shard in shards)} requests may cost up to {shown(needed)} "
            f"if every answer has the full {job.prompt.config.parameters.max_output_tokens} tokens",
            field="budget_usd",
            value=shown(job.budget),
            limit=f"at least {shown_upwards(needed + beside)}"
            + (f", with {shown(beside)} for calls beside the rows" if beside else ""),
            way_out="raise budget_usd, lower max_output_tokens in the prompt, or give fewer rows",
        )


def _export(engine: duckdb.DuckDBPyConnection, services: Services, query: str, folder: str, name: str) -> None:
    with services.lake.create(f"{folder}/{name}.parquet") as path:
        engine.execute(f"COPY ({query}) TO {quoted(path)} (FORMAT parquet)")


def _count(engine: duckdb.DuckDBPyConnection, relation: str) -> int:
    found = engine.execute(f"SELECT count(*) FROM {relation}").fetchone()
    return int(found[0]) if found else 0
