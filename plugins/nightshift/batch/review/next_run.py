"""Released rows continue in a run of their own, whose spec is that of the run which held them back."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from nightshift.batch.input.cells import InputRow
from nightshift.batch.job import ResolvedJob
from nightshift.batch.review.originals import original_rows
from nightshift.batch.services import Services
from nightshift.batch.spec import JobSpec
from nightshift.batch.steps.admit import columns_of
from nightshift.batch.vault import check_not_erased
from nightshift.storage.tables import ReviewDecision, Run, RunState


@dataclass(frozen=True)
class NextRun:
    """A run that is to be started: rows that were released together."""

    run_id: str
    spec: JobSpec


def next_runs(services: Services, run_id: str) -> list[NextRun]:
    """The runs in which released rows of `run_id` are to continue; those that were admitted are left out.

    Writes the released rows, as they came, into the lake: they are the input of the next run.
    """
    job = services.job(run_id)
    check_not_erased(services, run_id)
    return [
        NextRun(free, _spec(services, job, free, _written(services, job, name, rows)))
        for name, free, rows in _waiting(services, run_id)
    ]


def released_uri(services: Services, run_id: str, next_run_id: str) -> str:
    return services.run_folder(run_id, "review", f"{next_run_id}.jsonl")


def _waiting(services: Services, run_id: str) -> list[tuple[str, str, list[int]]]:
    """Groups of rows that are not under way: the name of their input, of the run to start, and the rows."""
    query = (
        select(ReviewDecision.next_run_id, ReviewDecision.row_number)
        .where(ReviewDecision.run_id == run_id, ReviewDecision.next_run_id.is_not(None))
        .order_by(ReviewDecision.row_number)
    )
    groups: dict[str, list[int]] = {}
    with services.database.transaction() as session:
        for name, row in session.execute(query):
            groups.setdefault(str(name), []).append(row)
        named = [(name, _free_name(session, name), rows) for name, rows in groups.items()]
    return [(name, free, rows) for name, free, rows in named if free is not None]


def _free_name(session: Session, name: str) -> str | None:
    """A name for a run that was not admitted yet, or ended without results; None where it is under way."""
    for number in count(1):
        candidate = name if number == 1 else f"{name}-{number}"
        run = session.get(Run, candidate)
        if run is None:
            return candidate
        if run.state not in (RunState.REFUSED, RunState.CANCELLED):
            return None
    raise AssertionError("count never ends")


def _written(services: Services, job: ResolvedJob, name: str, rows: list[int]) -> str:
    """The URI of the rows' columns as they came, one JSON object per line."""
    uri = released_uri(services, job.run_id, name)
    with services.lake.create(uri) as path, path.open("wb") as file:
        for row in original_rows(services, job, rows):
            file.write(orjson.dumps(_columns(job, row), option=orjson.OPT_APPEND_NEWLINE))
    return uri


def _columns(job: ResolvedJob, row: InputRow) -> dict[str, str | None]:
    columns = columns_of(job)
    cells = {column: row.variables[variable] for variable, column in columns.variables.items()}
    reference = {} if columns.reference is None else {columns.reference: row.reference}
    return {columns.id: row.request_id, **reference, **cells}


def _spec(services: Services, job: ResolvedJob, name: str, uri: str) -> JobSpec:
    spec = job.spec
    minutes = max(1, round((job.deadline - job.admitted_at).total_seconds() / 60))
    return spec.model_copy(
        update={
            # A reader of job inputs takes a path as it is spelled, where a URI would spell a space as %20.
            "input": spec.input.model_copy(update={"uri": services.lake.query_name(uri)}),
            "output": None if spec.output is None else f"{spec.output.rstrip('/')}-{name}",
            "deadline": f"{minutes}m",
        }
    )
