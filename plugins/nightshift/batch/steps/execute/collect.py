"""Reads, judges and books what a shard has brought; what was not executed is asked again, here or elsewhere."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from nightshift.batch.answers.judging import Judge
from nightshift.batch.answers.reading import Gathered, Outcome, Reader
from nightshift.batch.bundling.membership import Requests, read_requests
from nightshift.batch.job import ResolvedJob
from nightshift.batch.remote_checks import remote_checks
from nightshift.batch.services import Services
from nightshift.batch.shards.again import next_attempts
from nightshift.batch.shards.planning import user_texts
from nightshift.batch.shards.writer import rows_uri
from nightshift.batch.steps.execute.attempts import last_attempt_number, open_attempt, read_shard
from nightshift.batch.steps.execute.gather import gather
from nightshift.batch.steps.execute.quotas import DoesNotFit, check_affordable
from nightshift.batch.steps.execute.reroute import next_deployment, reroute, route_of
from nightshift.batch.tiering.weights_in_use import verifier_in_use
from nightshift.errors import ProviderRefused, StateConflict
from nightshift.finops import budgets
from nightshift.guardrails.building import require_trained_models
from nightshift.providers.port import BatchState
from nightshift.settings import poll_seconds
from nightshift.storage.tables import Shard, ShardState

log = logging.getLogger(__name__)

LAST_ATTEMPT = "no result after the last attempt"
NO_BUDGET = "no result, and asking again does not fit the budget"
MOST_ATTEMPTS = 4  # that a deployment took; batches that it refused as a whole do not count


def collect_shard(services: Services, shard_id: str) -> str | None:
    """Returns the attempt that is to be executed next for the same rows, or None.

    Raises ProviderRefused when the provider refused the shard as a whole and no other deployment is left: after the
    cause is mended the run resumes with a new attempt.
    """
    shard = read_shard(services, shard_id)
    if shard.state == ShardState.COLLECTED:
        return open_attempt(services, shard_id)
    job, gathered = services.job(shard.run_id), gather(services, shard)
    # A name of its own per try: a late twin of this worker must not overwrite what a committed shard refers to.
    answers_uri = services.run_folder(
        shard.run_id, "answers", f"wave-{shard.wave}", f"{shard.number:05d}-a{shard.attempt}-{uuid4().hex[:8]}.parquet"
    )
    requests = read_requests(services, rows_uri(shard.request_uri))
    reader = _reader(services, job, shard, gathered, requests)
    outcome = reader.write(services, gathered, requests, answers_uri)
    again: list[Shard] = []
    for again in _attempts(services, job, shard, gathered, requests, outcome):
        try:
            _book(services, job, shard, gathered, answers_uri, outcome, again)
            break
        except DoesNotFit:
            log.warning("shard %s: asking %d rows of %s does not fit", shard_id, len(outcome.again), again[0].model)
    else:
        outcome = replace(reader, given_up=NO_BUDGET).write(services, gathered, requests, answers_uri)
        _book(services, job, shard, gathered, answers_uri, outcome, [])
    if outcome.anomalies or outcome.lost:
        log.warning(
            "shard %s: answers not delivered: %d; odd result lines: %s",
            shard_id, outcome.lost, dict(outcome.anomalies),
        )  # fmt: skip
    if gathered.refusal and again and again[0].deployment == shard.deployment:
        raise ProviderRefused(f"{gathered.refusal}; mend the cause, then `nightshift batch resume {shard.run_id}`")
    return open_attempt(services, shard_id)


def _reader(services: Services, job: ResolvedJob, shard: Shard, gathered: Gathered, requests: Requests) -> Reader:
    require_trained_models(job.guardrails, job.guardrail_models, f"the run {job.run_id}")
    route = route_of(job, shard)
    return Reader(
        provider=services.provider(shard.provider, shard.region),
        judge=Judge(
            job,
            lambda rows: user_texts(services, job.run_id, rows),
            remote_checks(services, job),
            verifier_in_use(services, job.cascade),
        ),
        price=job.price(route),
        wave=shard.wave,
        tier=route.tier,
        route=job.routes.index(route),
        route_reason=shard.route_reason,
        batch_id=gathered.batch_id,
        given_up=LAST_ATTEMPT if _is_last_attempt(shard, gathered) else None,
        impossible=_impossible(job, gathered, requests),
        as_json=job.prompt.config.answer.schema_ is not None,
    )


def _is_last_attempt(shard: Shard, gathered: Gathered) -> bool:
    return shard.tries >= MOST_ATTEMPTS and not _was_refused(gathered) and not gathered.later


def _was_refused(gathered: Gathered) -> bool:
    return gathered.outcome == BatchState.FAILED.value or gathered.refusal is not None


def _impossible(job: ResolvedJob, gathered: Gathered, requests: Requests) -> dict[int, str]:
    """Rows that are not asked again, and why: their own line made the provider refuse the file, or the time is up."""
    late: dict[int, str] = {}
    if datetime.now(UTC) >= job.deadline:
        late = dict.fromkeys(requests.rows, "the deadline passed before there was an answer")
    if not gathered.problems or requests.bundles:  # what is wrong with a bundle may be nothing that a row has alone
        return late
    found = {requests.numbers[line - 1]: code for line, code in gathered.problems.items()}
    return late | {number: f"refused by the provider: {code}" for number, code in found.items()}


def _alone(shard: Shard, gathered: Gathered, requests: Requests, outcome: Outcome) -> frozenset[int]:
    """Rows that share no request any more: in doubt, of a refused bundle, or asked for the last time."""
    if not requests.bundles or shard.tries + 1 >= MOST_ATTEMPTS:
        return frozenset(outcome.again)
    return frozenset(outcome.alone | requests.rows_of(requests.numbers[line - 1] for line in gathered.problems))


def _attempts(
    services: Services, job: ResolvedJob, shard: Shard, gathered: Gathered, requests: Requests, outcome: Outcome
) -> Iterator[list[Shard]]:
    """What could ask for the rows without an answer: the next deployment after a refusal, then the same one."""
    if not outcome.again:
        yield []
        return
    alone = _alone(shard, gathered, requests, outcome)
    following = next_deployment(job, shard)
    if gathered.refusal and following is not None:
        yield reroute(services, job, shard, outcome.again, following, gathered.refusal, alone)
    first = last_attempt_number(services, shard) + 1
    again = next_attempts(
        services, job, shard, outcome.again,
        first_attempt=first, deployment=shard.deployment, reason=shard.route_reason, alone=alone,
    )  # fmt: skip
    for attempt in again:
        if _was_refused(gathered) or gathered.later:
            attempt.tries = shard.tries
        if gathered.later:
            attempt.not_before = datetime.now(UTC) + timedelta(seconds=poll_seconds() * 2 ** min(shard.attempt, 5))
    yield again


def _book(
    services: Services,
    job: ResolvedJob,
    shard: Shard,
    gathered: Gathered,
    answers_uri: str,
    outcome: Outcome,
    again: list[Shard],
) -> None:
    """One transaction: the shard is collected, its cost is in the ledger, its next attempts exist.

    Raises DoesNotFit where the next attempts do not fit the budget; then nothing is written.
    """
    shard_id = shard.shard_id
    try:
        with services.database.transaction() as session:
            check_affordable(session, job, shard, again, outcome.cost)
            _book_in(session, job, shard.shard_id, gathered, answers_uri, outcome, again)
    except (IntegrityError, StaleDataError) as error:
        raise StateConflict(f"shard {shard_id} was collected by another process") from error


def _book_in(
    session: Session,
    job: ResolvedJob,
    shard_id: str,
    gathered: Gathered,
    answers_uri: str,
    outcome: Outcome,
    again: list[Shard],
) -> None:
    now, found = datetime.now(UTC), session.get_one(Shard, shard_id)
    if found.state == ShardState.COLLECTED:
        raise StateConflict(f"shard {shard_id} was collected by another process")
    found.state, found.outcome, found.answers_uri = ShardState.COLLECTED, gathered.outcome, answers_uri
    found.result_uris = gathered.result_uris
    found.answered, found.cost, found.collected_at = outcome.answered, outcome.cost, now
    found.input_tokens, found.output_tokens = outcome.input_tokens, outcome.output_tokens
    session.add_all(again)
    budgets.settle(
        session,
        application=job.spec.application,
        run_id=job.run_id,
        period=job.period,
        transfer=f"settle:{shard_id}",
        model=found.model,
        amount=outcome.cost,
        at=now,
    )
