"""The outcome rows of published runs, written down once."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from nightshift.batch.job import ResolvedJob
from nightshift.batch.outcomes.answered import answered_rows, prepared_of
from nightshift.batch.outcomes.judged import OutcomeJudge, agreement_of, model_of
from nightshift.batch.outcomes.rows import CollectedOutcome
from nightshift.batch.outcomes.sets import add, new_set, write_rows
from nightshift.batch.services import Services
from nightshift.batch.steps.escalate import answers_of
from nightshift.errors import InvalidSpec, Misconfigured, StateConflict
from nightshift.storage.tables import OutcomeSet, Run, RunState, VaultKey

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Collected:
    """What one run has taught."""

    run_id: str
    rows: int
    sampled_rows: int
    graded_rows: int


def collect(services: Services, run_id: str) -> Collected:
    """Writes the run's outcome rows; a run that was collected before only returns what it brought.

    Raises InvalidSpec for a run that is not published.
    """
    job = services.job(run_id)
    found = _collected(services, run_id)
    if found is None:
        _check_published(services, run_id)
        found = _new_set(services, job)
        write_rows(services, found, _outcomes(services, job))
        add(services, found)
    return Collected(run_id, found.rows, found.sampled_rows, found.graded_rows)


def collect_all(services: Services) -> list[Collected]:
    """Every published run that was not collected yet, oldest first."""
    query = (
        select(Run.run_id)
        .outerjoin(OutcomeSet, OutcomeSet.set_id == Run.run_id)
        .where(Run.state == RunState.PUBLISHED, OutcomeSet.set_id.is_(None))
        .order_by(Run.finished_at, Run.run_id)
    )
    with services.database.transaction() as session:
        waiting = list(session.scalars(query))
    collected = []
    for run_id in waiting:
        try:
            collected.append(collect(services, run_id))
        except (Misconfigured, StateConflict) as error:  # waits for the next night, without stopping the others
            log.warning("not collected: %s", error)
    return collected


def _new_set(services: Services, job: ResolvedJob) -> OutcomeSet:
    return new_set(
        job.run_id,
        run_id=job.run_id,
        application=job.spec.application,
        prompt=job.prompt.name,
        prompt_version=job.prompt.version,
        prompt_digest=job.prompt.digest,
        light_model=model_of(job, 0),
        premium_model=model_of(job, -1),
        sandbox=job.sandbox or "",
        uri=services.lake.child("outcomes", "runs", f"{job.run_id}.jsonl"),
    )


def _outcomes(services: Services, job: ResolvedJob) -> Iterator[CollectedOutcome]:
    if _may_be_kept(services, job):
        judge = OutcomeJudge(job, agreement_of(job))
        judged = (judge.outcome(row) for row in answered_rows(services, job))
        yield from (row for row in judged if row is not None)


def _collected(services: Services, run_id: str) -> OutcomeSet | None:
    with services.database.transaction() as session:
        return session.get(OutcomeSet, run_id)


def _check_published(services: Services, run_id: str) -> None:
    with services.database.transaction() as session:
        state = session.get_one(Run, run_id).state
    if state != RunState.PUBLISHED:
        raise InvalidSpec(
            "only a published run has outcomes to learn from",
            field="run_id",
            value=run_id,
            limit=f"state published; it is {state}",
            way_out="wait until it is published, or `nightshift batch resume` it",
        )


def _may_be_kept(services: Services, job: ResolvedJob) -> bool:
    """Not of a bundled run: beside others a row is answered otherwise than alone. Not of an erased one; and there is
    nothing to read where an operator has cleared the run's working files."""
    if job.bundling is not None:
        return False
    with services.database.transaction() as session:
        key = session.get(VaultKey, job.run_id)
        if key is not None and key.erased_at is not None:
            return False
    needed = answers_of(services, job.run_id) + prepared_of(services, job.run_id)
    return all(services.lake.exists(uri) for uri in needed)
