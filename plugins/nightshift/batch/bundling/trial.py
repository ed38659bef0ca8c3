"""Two published runs of the same graded rows, one of them bundled: what that costs in quality, and what it saves."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from nightshift.batch.answers.splitting import split_uri
from nightshift.batch.bundling.evidence import Shown
from nightshift.batch.bundling.form import form_digest
from nightshift.batch.bundling.membership import read_requests
from nightshift.batch.job import ResolvedJob
from nightshift.batch.services import Services
from nightshift.batch.shards.writer import rows_uri
from nightshift.batch.steps.publish import manifest_uri, read_manifest
from nightshift.errors import InvalidSpec
from nightshift.storage.tables import Run, Shard

if TYPE_CHECKING:
    import pyarrow as pa

_KEYS = ["request_id", "input_digest"]
_SPENT = ["input_tokens", "output_tokens", "cost_usd"]


@dataclass(frozen=True)
class Spent:
    """What the rows of both runs took in one, by their receipts; `requests` are those of the whole run.

    `right` counts the rows that shared a request in the bundled run, as the evidence does.
    """

    requests: int
    input_tokens: int
    output_tokens: int
    cost_usd: Decimal
    right: int


@dataclass(frozen=True)
class Trial:
    """`compared` rows were asked in both runs, bundled or not; `alone` is how many a bundle left in doubt."""

    shown: Shown
    single: Spent
    bundled: Spent
    compared: int
    alone: int


def compare(services: Services, single_run: str, bundled_run: str) -> Trial:
    """Raises InvalidSpec where the runs cannot be compared."""
    single, bundled = _published(services, single_run), _published(services, bundled_run)
    _check_pair(single, bundled)
    rows = _paired(services, single, bundled)
    if rows.num_rows == 0:
        raise _not_comparable(
            bundled_run, "no row was graded in both runs", "give both runs a grader with a reference, and new rows"
        )
    shared = _of_bundles(services, bundled_run, rows)
    right, right_bundled = (_is_right(shared, side) for side in ("single", "bundled"))
    assert bundled.bundling is not None
    shown = Shown(
        prompt=f"{bundled.prompt.name}@{bundled.prompt.version}",
        prompt_digest=bundled.prompt.digest,
        form=form_digest(bundled.fixed_messages, bundled.prompt.config.answer.schema_),
        model=bundled.deployments[0].model,
        rows_per_request=bundled.bundling.rows,
        sandbox=bundled.sandbox,
        cases=shared.num_rows,
        lost=sum(one and not other for one, other in zip(right, right_bundled, strict=True)),
        won=sum(other and not one for one, other in zip(right, right_bundled, strict=True)),
        single_run=single_run,
        bundled_run=bundled_run,
        single_results=read_manifest(services, single)["results"]["sha256"],
        bundled_results=read_manifest(services, bundled)["results"]["sha256"],
    )
    return Trial(
        shown,
        _spent(services, single_run, rows, "single", sum(right)),
        _spent(services, bundled_run, rows, "bundled", sum(right_bundled)),
        rows.num_rows,
        _left_in_doubt(services, bundled_run),
    )


def _published(services: Services, run_id: str) -> ResolvedJob:
    with services.database.transaction() as session:
        known = session.get(Run, run_id) is not None
    if not known or not services.lake.exists(manifest_uri(job := services.job(run_id))):
        raise _not_comparable(run_id, "there is no published run of this name", "look at `nightshift batch status`")
    return job


def _check_pair(single: ResolvedJob, bundled: ResolvedJob) -> None:
    if single.bundling is not None:
        raise _not_comparable(single.run_id, "this run was bundled", "name the run without bundles first")
    if bundled.bundling is None:
        raise _not_comparable(bundled.run_id, "this run was not bundled", "run it with bundle_rows and bundle_trial")
    same = {
        "prompt": (single.prompt.digest, bundled.prompt.digest),
        "answers of the sandbox": (single.sandbox, bundled.sandbox),
        "models": tuple([item.model_digest for item in job.deployments] for job in (single, bundled)),
        "grader": (single.spec.grader, bundled.spec.grader),
    }
    if unequal := [name for name, (one, other) in same.items() if one != other]:
        raise _not_comparable(
            bundled.run_id, f"the runs differ in more than bundling: {', '.join(unequal)}", "run the same job twice"
        )
    if len(bundled.deployments) > 1:
        raise _not_comparable(
            bundled.run_id,
            "several models answered, which would hide what bundling does to one of them",
            "use a tier policy with one tier and one deployment for both runs",
        )


def _paired(services: Services, single: ResolvedJob, bundled: ResolvedJob) -> pa.Table:
    """One row per row that a model was asked in both runs, and that has a grade in at least one of them."""
    import pyarrow.compute as pc

    one = _results(services, single, "single").drop_columns("row_number")
    other = _results(services, bundled, "bundled")
    joined = one.join(other, keys=_KEYS, join_type="inner")
    graded = pc.or_(pc.is_valid(joined["grade_single"]), pc.is_valid(joined["grade_bundled"]))
    return joined.filter(graded)


def _of_bundles(services: Services, run_id: str, rows: pa.Table) -> pa.Table:
    """The rows that shared a request to the end. Those asked alone, at first or after a doubt, show nothing of bundles.

    Without the latter the loss is a share of what bundles have answered: it holds as well where fewer are in doubt.
    """
    import numpy as np

    with services.database.transaction() as session:
        uris = session.scalars(select(Shard.request_uri).where(Shard.run_id == run_id)).all()
    shared: set[int] = set()
    alone: set[int] = set()
    for uri in uris:
        requests = read_requests(services, rows_uri(uri))
        together = [number for number, members in requests.bundles.items() if len(members) > 1]
        shared |= requests.rows_of(together)
        alone |= requests.rows_of(set(requests.numbers) - set(together))
    found = rows.filter(np.isin(rows["row_number"].to_numpy(), list(shared - alone)))
    if found.num_rows == 0:
        raise _not_comparable(
            run_id,
            "no graded row shared a request to the end: all were too long, looked like the form of a bundle, were too "
            "few for the provider's smallest batch, or were left in doubt",
            "bundle shorter rows, more of them, or rows that the model answers; or leave bundle_rows out",
        )
    return found


def _results(services: Services, job: ResolvedJob, side: str) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    columns = [*_KEYS, "row_number", "status", "grade", "cached", "deduplicated", *_SPENT]
    with services.lake.open(f"{job.output_uri}/results.parquet") as file:
        table: pa.Table = pq.read_table(file, columns=columns)
    reached = pc.is_in(table["status"], pa.array(["answered", "dead_lettered"]))
    asked = pc.and_(reached, pc.invert(pc.or_(table["cached"], table["deduplicated"])))
    kept = table.filter(asked).select([*_KEYS, "row_number", "grade", *_SPENT])
    return kept.rename_columns([*_KEYS, "row_number", *(f"{name}_{side}" for name in ("grade", *_SPENT))])


def _is_right(rows: pa.Table, side: str) -> list[bool]:
    return [grade == "correct" for grade in rows[f"grade_{side}"].to_pylist()]


def _spent(services: Services, run_id: str, rows: pa.Table, side: str, right: int) -> Spent:
    import pyarrow.compute as pc

    with services.database.transaction() as session:
        requests = session.scalar(select(func.sum(Shard.requests)).where(Shard.run_id == run_id)) or 0
    given, got, cost = (pc.sum(rows[f"{name}_{side}"]).as_py() for name in _SPENT)
    return Spent(int(requests), given, got, cost, right)


def _left_in_doubt(services: Services, run_id: str) -> int:
    import pyarrow.parquet as pq

    with services.database.transaction() as session:
        query = select(Shard.answers_uri).where(Shard.run_id == run_id, Shard.answers_uri.is_not(None))
        found = [split_uri(uri) for uri in session.scalars(query) if uri]
    count = 0
    for uri in found:
        if services.lake.exists(uri):
            with services.lake.open(uri) as file:
                count += int(pq.read_metadata(file).num_rows)
    return count


def _not_comparable(run_id: str, problem: str, way_out: str) -> InvalidSpec:
    return InvalidSpec(
        problem, field="run", value=run_id, limit="two runs that differ in bundling only", way_out=way_out
    )
