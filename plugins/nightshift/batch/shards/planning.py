"""The shards of one wave: which rows go to which tier in which request file, and what each may cost at most."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from nightshift.batch.bundling.files import BundledFiles
from nightshift.batch.capacity.limits import find_quotas
from nightshift.batch.job import Deployment, ResolvedJob, Route
from nightshift.batch.services import Services
from nightshift.batch.shards.writer import RequestFiles, WrittenFile
from nightshift.errors import InvalidInput, StateConflict
from nightshift.finops.money import shown
from nightshift.finops.prices import Billable
from nightshift.providers.port import ModelCall
from nightshift.storage.tables import Run, RunState, Shard, ShardState, Slice

if TYPE_CHECKING:
    import pyarrow as pa

# A byte-level tokenizer never yields more tokens than bytes; English has about 4 bytes per token, and Chinese and
# Japanese, the densest scripts in use, about 3 bytes per character and at most a token or so for each. 3 is an upper
# bound in practice and a third above what English really costs.
BYTES_PER_TOKEN = 3
TOKENS_PER_MESSAGE = 8
CHARACTERS_PER_TOKEN = 8  # English has 4 to 5; what is set aside must not be too little
MOST_SHARDS = 1_000  # one mapped task each; Airflow's [core] max_map_length is 1,024


class WavePlan:
    """Collects the rows of one wave and turns them into shards that are not yet in the database."""

    def __init__(self, services: Services, job: ResolvedJob, wave: int) -> None:
        self._services, self._job, self._wave = services, job, wave
        self._files: dict[int, RequestFiles | BundledFiles] = {}
        # A folder of its own per try: a late twin of this task must not overwrite files that are being submitted.
        self._folder = f"wave-{wave}-{uuid4().hex[:8]}"

    def add(self, tier: int, table: pa.Table) -> None:
        """Rows (row_number, user_json) for one tier, in row order. They go to the tier's first deployment."""
        if table.num_rows == 0:
            return
        if tier not in self._files:
            folder = self._services.run_folder(self._job.run_id, "shards", self._folder, f"tier-{tier}")
            deployment = self._job.tiers[tier].deployments[0]
            # Rows that climb are hard, and asked alone.
            self._files[tier] = request_files(self._services, self._job, deployment, folder, shared=self._wave == 0)
        self._files[tier].add(table)

    def shards(self) -> list[Shard]:
        """The planned shards, numbered through all tiers."""
        planned = [(tier, file) for tier, files in sorted(self._files.items()) for file in files.finish()]
        if len(planned) > MOST_SHARDS:
            raise InvalidInput(
                "the input needs too many request files for one run",
                field="input.uri",
                value=len(planned),
                limit=MOST_SHARDS,
                way_out="split the input into several runs",
            )
        return [
            planned_shard(self._job, Place(self._wave, number, 1), tier, 0, file)
            for number, (tier, file) in enumerate(planned)
        ]


class Place(NamedTuple):
    """Where a shard stands in its run."""

    wave: int
    number: int
    attempt: int


def request_files(
    services: Services,
    job: ResolvedJob,
    deployment: Deployment,
    folder: str,
    *,
    shared: bool,
    alone: frozenset[int] = frozenset(),
) -> RequestFiles | BundledFiles:
    """Files of requests in the format of a deployment, within its limits and its quota of enqueued tokens.

    `shared`: rows share requests where the job bundles at this deployment; those of `alone` do not.
    """
    provider, limits = services.provider(deployment.provider, deployment.region), deployment.capabilities.batch
    quota = find_quotas(deployment.provider, deployment.region).enqueued_tokens
    single = RequestFiles(services, folder, provider.template(job.call(deployment)), limits, quota)
    if not shared or job.bundling is None or not job.bundling.covers(deployment.model):
        return single
    template = provider.template(job.bundled_call(deployment))
    bundled = RequestFiles(services, f"{folder}/bundled", template, limits, quota)
    least = 1 if limits is None else limits.min_requests
    return BundledFiles(bundled, single, job.bundling.rows, least, alone)


def planned_shard(job: ResolvedJob, place: Place, tier: int, deployment: int, file: WrittenFile) -> Shard:
    """One request file as a shard that nobody has submitted."""
    chosen = job.tiers[tier].deployments[deployment]
    mode = chosen.mode(file.requests)
    route = Route(tier, deployment, mode)
    return Shard(
        shard_id=shard_id(job.run_id, *place),
        run_id=job.run_id,
        wave=place.wave,
        number=place.number,
        attempt=place.attempt,
        tier=job.tiers[tier].name,
        model=chosen.model,
        provider=chosen.provider,
        region=chosen.region,
        deployment=deployment,
        mode=mode,
        plan=_explained(job, route, file),
        digest=shard_digest(job.run_id, *place, file.content_digest),
        request_uri=file.uri,
        requests=file.requests,
        request_bytes=file.request_bytes,
        first_row=file.first_row,
        last_row=file.last_row,
        estimate=_estimate_of(job, route, file),
        estimated_tokens=_input_tokens(_call(job, chosen, file.bundled), file.requests, file.user_bytes),
        state=ShardState.PLANNED,
    )


def estimate(job: ResolvedJob, route: Route, requests: int, user_bytes: int, *, bundled: bool = False) -> int:
    """The most that these requests should cost, in picodollars: every answer at its full length."""
    call = _call(job, job.deployment(route), bundled)
    given = _input_tokens(call, requests, user_bytes)
    got = requests * call.max_output_tokens
    # A character has at least one byte, so bytes are an upper bound on characters too.
    fixed = requests * sum(len(content) for _, content in call.fixed_messages)
    used = Billable(given, 0, got, user_bytes + fixed, got * CHARACTERS_PER_TOKEN)
    return job.price(route).cost(used)


def _call(job: ResolvedJob, deployment: Deployment, bundled: bool) -> ModelCall:
    return job.bundled_call(deployment) if bundled else job.call(deployment)


def _input_tokens(call: ModelCall, requests: int, user_bytes: int) -> int:
    fixed = sum(len(content.encode()) for _, content in call.fixed_messages)
    overhead = -(-fixed // BYTES_PER_TOKEN) + TOKENS_PER_MESSAGE * (len(call.fixed_messages) + 1)
    if call.answer_schema is not None:
        overhead += -(-len(str(call.answer_schema)) // BYTES_PER_TOKEN)
    return -(-user_bytes // BYTES_PER_TOKEN) + requests * (overhead + 1)


def _explained(job: ResolvedJob, route: Route, file: WrittenFile) -> str:
    """Why this way, and what the other would cost."""
    chosen = job.deployment(route)
    realtime = _estimate_of(job, Route(route.tier, route.deployment, "realtime"), file)
    if route.mode == "batch":
        batch = _estimate_of(job, route, file)
        return f"batch API: at most {shown(batch)}, where real time would cost at most {shown(realtime)}"
    limits = chosen.capabilities.batch
    if limits is None:
        return f"real time, because {chosen.provider} has no batch API: at most {shown(realtime)}"
    batch = _estimate_of(job, Route(route.tier, route.deployment, "batch"), file)
    return (
        f"real time, because {file.requests} requests are fewer than the {limits.min_requests} that the batch API of "
        f"{chosen.provider} takes: at most {shown(realtime)}, where a batch would cost at most {shown(batch)}"
    )


def _estimate_of(job: ResolvedJob, route: Route, file: WrittenFile) -> int:
    return estimate(job, route, file.requests, file.user_bytes, bundled=file.bundled)


def shard_id(run_id: str, wave: int, number: int, attempt: int) -> str:
    return f"{run_id}/w{wave}/{number:05d}/a{attempt}"


def shard_digest(run_id: str, wave: int, number: int, attempt: int, content_digest: str) -> str:
    """Our idempotency key at the provider: one attempt at one request file of one run."""
    return hashlib.sha256(f"{shard_id(run_id, wave, number, attempt)}/{content_digest}".encode()).hexdigest()


@contextmanager
def committing_plan(services: Services, run_id: str) -> Iterator[Session]:
    """The transaction that makes a plan valid; of two workers that planned the same wave one gets a StateConflict.

    So does whoever plans for a run that was cancelled meanwhile: its reservation is released.
    """
    try:
        with services.database.transaction() as session:
            state = session.get_one(Run, run_id, with_for_update=True).state
            if state not in (RunState.ADMITTED, RunState.PREPARED):
                raise StateConflict(f"run {run_id} is {state}: nothing more is asked for it")
            yield session
    except (IntegrityError, StaleDataError) as error:
        raise StateConflict(f"run {run_id}: another worker has planned this wave") from error


def prepared_chunks(
    services: Services, run_id: str, columns: list[str], within: tuple[int, int] | None = None
) -> Iterator[tuple[int, int, pa.Table]]:
    """First row, last row and content of every chunk of prepared rows, in row order; a chunk is a few megabytes.

    `within` (first and last row) leaves out the slices that have none of these rows.
    """
    import pyarrow.parquet as pq

    for first_row, rows, uri in _prepared_slices(services, run_id):
        if within is not None and (first_row > within[1] or first_row + rows <= within[0]):
            continue
        with services.lake.open(uri) as stream, pq.ParquetFile(stream) as file:
            for group in range(file.num_row_groups):
                table = file.read_row_group(group, columns=columns)
                if table.num_rows:
                    yield table["row_number"][0].as_py(), table["row_number"][-1].as_py(), table


def prepared_tables(services: Services, run_id: str, columns: list[str]) -> Iterator[tuple[int, int, pa.Table]]:
    """First row, last row and content of every prepared slice, in row order, one at a time."""
    import pyarrow.parquet as pq

    for first_row, rows, uri in _prepared_slices(services, run_id):
        with services.lake.open(uri) as file:
            yield first_row, first_row + rows - 1, pq.read_table(file, columns=columns)


def user_texts(services: Services, run_id: str, rows: list[int]) -> dict[int, str]:
    """What these rows have asked, as the model read it. Reads only the row groups that hold them."""
    import orjson
    import pyarrow.parquet as pq

    found: dict[int, str] = {}
    for first_row, length, uri in _prepared_slices(services, run_id):
        wanted = [row for row in rows if first_row <= row < first_row + length]
        if not wanted:
            continue
        with services.lake.open(uri) as file:
            table = pq.read_table(file, columns=["row_number", "user_json"], filters=[("row_number", "in", wanted)])
        pairs = zip(table["row_number"].to_pylist(), table["user_json"].to_pylist(), strict=True)
        found |= {row: orjson.loads(text) for row, text in pairs if text is not None}
    return found


def _prepared_slices(services: Services, run_id: str) -> list[tuple[int, int, str]]:
    with services.database.transaction() as session:
        slices = session.execute(
            select(Slice.first_row, Slice.rows, Slice.prepared_uri).where(Slice.run_id == run_id).order_by(Slice.number)
        ).all()
    if any(uri is None for _, _, uri in slices):
        raise StateConflict(f"run {run_id}: not every slice is prepared yet")
    return [(first_row, rows, str(uri)) for first_row, rows, uri in slices]
