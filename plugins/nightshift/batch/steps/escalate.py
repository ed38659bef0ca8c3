"""escalate: rows that need another model's answer get it in the next wave, as far as budget and deadline allow."""

from __future__ import annotations

from array import array
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any

from sqlalchemy import select

from nightshift.batch.agreement.comparing import compare_wave
from nightshift.batch.analytics import analytics, parquet_list
from nightshift.batch.answers.grading import grade
from nightshift.batch.job import ResolvedJob, Route
from nightshift.batch.room import left
from nightshift.batch.services import Services
from nightshift.batch.shards.planning import WavePlan, committing_plan, estimate, prepared_chunks
from nightshift.batch.tiering.choosing import doubts
from nightshift.batch.tiering.trials import trial_rows
from nightshift.errors import StateConflict
from nightshift.storage.tables import Run, Shard

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa


@dataclass
class _Candidates:
    """Which rows are asked again and of which tier, in nine bytes a row: they may be most of a large run.

    `readings` may still turn out wrong, which their reference says.
    """

    rows: array[int] = field(default_factory=lambda: array("q"))
    tiers: array[int] = field(default_factory=lambda: array("b"))
    readings: dict[int, tuple[int, str]] = field(default_factory=dict)
    agreements: str | None = None  # the file that says which answers agree, where they were compared two by two

    def add(self, row: int, tier: int) -> None:
        self.rows.append(row)
        self.tiers.append(tier)


def escalates(job: ResolvedJob, verdict: str) -> bool:
    """Whether a row whose answer has this verdict is asked again one tier up."""
    return verdict in ("failed", "blocked") or verdict in job.spec.escalate_on


def escalate(services: Services, run_id: str, wave: int) -> None:
    """Plans wave `wave + 1` from the answers of wave `wave`."""
    job = services.job(run_id)
    with services.database.transaction() as session:
        if session.get_one(Run, run_id).waves_planned > wave + 1:
            return
    plan, found = WavePlan(services, job, wave + 1), _Candidates()
    if wave + 1 < len(job.tiers) and datetime.now(UTC) < job.deadline:
        found = _candidates(services, job, wave)
        if datetime.now(UTC) < job.deadline:  # a judge may have used the time up
            _plan(services, job, found, plan)
    shards = plan.shards()
    with committing_plan(services, run_id) as session:
        run = session.get_one(Run, run_id, with_for_update=True)
        if run.waves_planned > wave + 1:  # by a twin, from what it has found: a judge may have told it something else
            return
        if sum(shard.estimate for shard in shards) > left(session, job):
            raise StateConflict(f"run {run_id}: another worker has spent what the wave was planned with")
        session.add_all(shards)
        run.waves_planned = wave + 2
        if found.agreements is not None:
            run.agreement_uris = [*(run.agreement_uris or []), found.agreements]


def _candidates(services: Services, job: ResolvedJob, wave: int) -> _Candidates:
    if job.cascade.strategy == "agreement":
        return _without_agreement(services, job, wave)
    found, on_trial = _Candidates(), trial_rows(services, job.run_id)
    for uri in answers_of(services, job.run_id, wave):
        with services.lake.open(uri) as file:
            _add_candidates(job, _without(_read(file), on_trial), found)
    return found


def _read(file: IO[bytes]) -> pa.Table:
    import pyarrow.parquet as pq

    table: pa.Table = pq.read_table(file, columns=["row_number", "tier", "verdict", "reading", "doubt"])
    return table


def _without(table: pa.Table, on_trial: np.ndarray[Any, np.dtype[np.int64]]) -> pa.Table:
    """Trial rows have been asked at every tier already."""
    import numpy as np

    return table.filter(~np.isin(table["row_number"].to_numpy(), on_trial))


def _add_candidates(job: ResolvedJob, table: pa.Table, found: _Candidates) -> None:
    last, columns = len(job.tiers) - 1, (column.to_pylist() for column in table.columns)
    for number, tier, verdict, reading, doubt in zip(*columns, strict=True):
        if tier >= last:
            continue
        if escalates(job, verdict):
            found.add(number, last if job.cascade.strategy in ("verify", "direct") else tier + 1)
        elif job.cascade.reads_answers and doubt is not None and doubts(job.cascade, doubt):
            found.add(number, last)
        elif job.reference_decides and reading is not None:
            found.readings[number] = (tier + 1, reading)


def _without_agreement(services: Services, job: ResolvedJob, wave: int) -> _Candidates:
    """Rows asked in this wave whose accepted answers do not agree."""
    present = answers_of(services, job.run_id, wave)
    earlier = [uri for number in range(wave + 1) for uri in answers_of(services, job.run_id, number)]
    if not present:
        return _Candidates()
    agreements = compare_wave(services, job, wave, present, earlier) if job.cascade.compares_pairs else None
    last = len(job.tiers) - 1
    opinions = last - 1 if job.cascade.opinions is None else job.cascade.opinions
    certain = f"max(tier) = 0 AND bool_and(verdict = 'accepted') AND max(doubt) < {job.cascade.threshold}"
    next_tier = f"CASE WHEN max(tier) < {opinions} THEN max(tier) + 1 ELSE {last} END"
    asked_now, all_asked = (parquet_list(services.lake, uris) for uris in (present, earlier))
    query = f"""
        SELECT row_number, CAST({next_tier} AS TINYINT) AS tier FROM read_parquet({all_asked})
        WHERE row_number IN (SELECT row_number FROM read_parquet({asked_now}))
        {"" if agreements is None else f"AND row_number NOT IN ({_rows_of(services, agreements)})"}
        GROUP BY row_number
        HAVING max(tier) < {last}
           AND count(agreement_key) = count(DISTINCT agreement_key)
           {"" if job.cascade.threshold is None else f"AND NOT coalesce({certain}, false)"}
        """
    with analytics(services.lake) as engine:
        rows = engine.sql(query).to_arrow_table()
    found = _Candidates(agreements=agreements)
    found.rows.frombytes(rows["row_number"].to_numpy().tobytes())
    found.tiers.frombytes(rows["tier"].to_numpy().tobytes())
    return found


def _rows_of(services: Services, agreements: str) -> str:
    return f"SELECT row_number FROM read_parquet({parquet_list(services.lake, [agreements])})"


def answers_of(services: Services, run_id: str, wave: int | None = None) -> list[str]:
    """URIs of the answers files of a run, or of one wave of it."""
    with services.database.transaction() as session:
        query = select(Shard.answers_uri).where(Shard.run_id == run_id, Shard.answers_uri.is_not(None))
        if wave is not None:
            query = query.where(Shard.wave == wave)
        return [uri for uri in session.scalars(query.order_by(Shard.wave, Shard.number, Shard.attempt)) if uri]


def _plan(services: Services, job: ResolvedJob, candidates: _Candidates, plan: WavePlan) -> None:
    import numpy as np

    if not candidates.rows and not candidates.readings:
        return
    with services.database.transaction() as session:
        room = left(session, job)
    rows, tiers = (np.array(numbers) for numbers in (candidates.rows, candidates.tiers))
    order = np.argsort(rows)
    rows, tiers = rows[order], tiers[order]
    for first, last, table in prepared_chunks(services, job.run_id, ["row_number", "user_json", "reference"]):
        within = slice(*np.searchsorted(rows, [first, last + 1]))
        wanted = dict(zip(rows[within].tolist(), tiers[within].tolist(), strict=True))
        wanted |= _wrong(candidates.readings, table)
        chosen = table.filter(np.isin(table["row_number"].to_numpy(), list(wanted)))
        room = _add_affordable(job, plan, chosen, wanted, room)


def _wrong(readings: dict[int, tuple[int, str]], table: pa.Table) -> dict[int, int]:
    """Row -> next tier of the rows of one chunk whose reading is not what their reference says."""
    if not readings:
        return {}
    tiers = {}
    for number, reference in zip(table["row_number"].to_pylist(), table["reference"].to_pylist(), strict=True):
        tier, reading = readings.get(number, (0, None))
        if reading is not None and grade(reading, reference) == "wrong":
            tiers[number] = tier
    return tiers


def _add_affordable(job: ResolvedJob, plan: WavePlan, rows: pa.Table, tiers: dict[int, int], room: int) -> int:
    """Adds rows in row order while their highest cost fits in the room; returns what is left of it."""
    places: dict[int, list[int]] = defaultdict(list)
    routes = _first_routes(job)
    sizes = zip(rows["row_number"].to_pylist(), rows["user_json"].to_pylist(), strict=True)
    for place, (number, text) in enumerate(sizes):
        tier = tiers[number]
        # One row alone does not say whether its shard will be a batch: the dearer way is set aside.
        cost = max(estimate(job, route, 1, len(text.encode())) for route in routes[tier])
        if cost > room:
            break
        room -= cost
        places[tier].append(place)
    for tier, chosen in sorted(places.items()):
        plan.add(tier, rows.take(chosen))
    return room


def _first_routes(job: ResolvedJob) -> dict[int, list[Route]]:
    """The ways in which a tier's first deployment may be asked for rows whose number is not known yet."""
    found: dict[int, list[Route]] = defaultdict(list)
    for route in job.routes:
        limits = job.deployment(route).capabilities.batch
        never = route.mode == "realtime" and limits is not None and limits.min_requests == 1
        if route.deployment == 0 and not never:
            found[route.tier].append(route)
    return found
