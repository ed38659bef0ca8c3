"""execute: submit, wait for and collect one shard. Re-attaches after a kill; never submits the same shard twice."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm.exc import StaleDataError

from nightshift.batch.answers.judging import Judge
from nightshift.batch.answers.reading import Outcome, Reader, read_rows
from nightshift.batch.job import ResolvedJob
from nightshift.batch.services import Services
from nightshift.batch.shards.lease import is_handing_over, this_worker
from nightshift.batch.shards.planning import estimate
from nightshift.batch.shards.redrive import next_attempt
from nightshift.batch.shards.writer import rows_uri
from nightshift.errors import ProviderRefused, ProviderUnavailable, RateLimited, StateConflict
from nightshift.finops import budgets
from nightshift.providers.port import BatchProvider, BatchState, BatchStatus
from nightshift.settings import poll_seconds
from nightshift.storage.tables import Shard, ShardState

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 4  # that the provider took; batches that it refused as a whole do not count
NEVER_SUBMITTED = "never_submitted"
# Cancelling takes OpenAI up to ten minutes.
PATIENCE_AFTER_DEADLINE = timedelta(minutes=15)
# Codes with which a provider fails a whole batch although the batch is fine: later it will take it.
_LATER = frozenset({"token_limit_exceeded", "rate_limit_exceeded"})


def shards_to_execute(services: Services, run_id: str, wave: int) -> list[str]:
    """The newest attempt of every shard of a wave that is not collected."""
    with services.database.transaction() as session:
        pending = select(Shard.shard_id).where(
            Shard.run_id == run_id, Shard.wave == wave, Shard.state != ShardState.COLLECTED
        )
        return list(session.scalars(pending.order_by(Shard.number, Shard.attempt)))


@dataclass(frozen=True)
class Submitted:
    """Where a shard's batch is."""

    run_id: str
    provider: str
    batch_id: str


def submit_shard(services: Services, shard_id: str) -> Submitted | None:
    """The batch of a shard: handed over now, or found again when an earlier try handed it over.

    None after the deadline: what nobody waits for any more is not asked.
    """
    shard = _read(services, shard_id)
    if shard.batch_id is None:
        _submit(services, shard)
    return Submitted(shard.run_id, shard.provider, shard.batch_id) if shard.batch_id else None


def attach_shard(services: Services, shard_id: str) -> Submitted | None:
    """The batch of a shard that may have been handed over, or None; submits nothing."""
    shard = _read(services, shard_id)
    if shard.batch_id is None:
        batch_id = _find_earlier(services.provider(shard.provider), shard, datetime.now(UTC))
        if batch_id is None:
            return None
        _move(services, shard, state=ShardState.SUBMITTED, batch_id=batch_id)
    return Submitted(shard.run_id, shard.provider, str(shard.batch_id))


def newest_attempt(services: Services, shard_id: str) -> str | None:
    """The attempt of a shard that is still to be executed; None where its last one is collected."""
    current: str | None = shard_id
    while current is not None and (shard := _read(services, current)).state == ShardState.COLLECTED:
        current = _following(services, shard)
    return current


def _submit(services: Services, shard: Shard) -> None:
    provider, now = services.provider(shard.provider), datetime.now(UTC)
    batch_id = _find_earlier(provider, shard, now) if shard.state == ShardState.SUBMITTING else None
    if batch_id is None and now >= services.job(shard.run_id).deadline:
        _move(services, shard, state=ShardState.COLLECTED, outcome=NEVER_SUBMITTED, collected_at=now)
        log.warning("shard %s: the deadline passed before it was submitted", shard.shard_id)
        return
    if batch_id is None:
        _check_due(shard, now)
        since = shard.submitting_since or now
        lease = {"lease_owner": this_worker(), "leased_at": now}
        _move(services, shard, state=ShardState.SUBMITTING, submitting_since=since, **lease)
        with services.lake.open(shard.request_uri) as requests:
            batch_id = provider.submit(requests, shard.digest, shard.run_id)
    _move(services, shard, state=ShardState.SUBMITTED, batch_id=batch_id)
    log.info("shard %s is batch %s", shard.shard_id, batch_id)


def _find_earlier(provider: BatchProvider, shard: Shard, now: datetime) -> str | None:
    """Somebody meant to submit and did not write down the end: the provider knows whether it happened."""
    if is_handing_over(shard.lease_owner, shard.leased_at, now):
        raise StateConflict(f"shard {shard.shard_id} is being handed over by another worker ({shard.lease_owner})")
    assert shard.submitting_since is not None
    assert shard.leased_at is not None
    found = provider.find(shard.digest, shard.submitting_since)
    shown_after = shard.leased_at + timedelta(seconds=provider.capabilities.listing_lag_seconds)
    if found is None and now < shown_after:
        raise RateLimited(
            f"shard {shard.shard_id}: a batch may have been accepted that the provider does not list yet",
            retry_after_seconds=(shown_after - now).total_seconds(),
        )
    return found


def _check_due(shard: Shard, now: datetime) -> None:
    if shard.not_before is not None and now < shard.not_before:
        wait = (shard.not_before - now).total_seconds()
        raise RateLimited(f"shard {shard.shard_id}: {shard.provider} has no room for it yet", retry_after_seconds=wait)


async def wait_for_batch(provider: BatchProvider, batch_id: str, deadline: datetime, poll_seconds: float) -> None:
    """Returns when the batch is final. At the deadline it is cancelled, so that what is done can be collected."""
    pause, cancelled = min(0.2, poll_seconds), False
    while await _is_running(provider, batch_id, deadline):
        if datetime.now(UTC) >= deadline and not cancelled:
            cancelled = await _cancel(provider, batch_id)
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, poll_seconds)


async def _cancel(provider: BatchProvider, batch_id: str) -> bool:
    try:
        await asyncio.to_thread(provider.cancel, batch_id)
    except ProviderUnavailable as error:  # also where the batch ended just now, which the next look will tell
        log.warning("batch %s: %s; it is cancelled again", batch_id, error)
        return False
    return True


async def _is_running(provider: BatchProvider, batch_id: str, deadline: datetime) -> bool:
    """A provider that cannot be reached is taken to be working, as long as there is time: the batch is safe with it."""
    try:
        return (await provider.status_soon(batch_id)).state is BatchState.RUNNING
    except ProviderUnavailable as error:
        if datetime.now(UTC) >= deadline + PATIENCE_AFTER_DEADLINE:
            raise
        log.warning("batch %s: %s; it is looked at again", batch_id, error)
        return True


def collect_shard(services: Services, shard_id: str) -> str | None:
    """Read, judge and book what the batch brought. Returns the shard that asks again for what it did not, or None.

    Raises ProviderRefused when the provider refused the batch as a whole: after the cause is mended the run resumes
    with a new attempt.
    """
    shard = _read(services, shard_id)
    if shard.state == ShardState.COLLECTED:
        return _following(services, shard)
    assert shard.batch_id is not None
    job, provider = services.job(shard.run_id), services.provider(shard.provider)
    status = provider.status(shard.batch_id)
    results = [_fetch(services, provider, shard, file_id) for file_id in status.result_files]
    answers_uri = services.run_folder(
        shard.run_id, "answers", f"wave-{shard.wave}", f"{shard.number:05d}-a{shard.attempt}.parquet"
    )
    reader = _reader(services, provider, job, shard, status)
    rows = read_rows(services, rows_uri(shard.request_uri))
    outcome = reader.write(services, results, rows, answers_uri)
    if outcome.again and not _is_affordable(services, job, shard, reader.tier, outcome):
        log.warning("shard %s: asking %d rows again does not fit the budget", shard_id, len(outcome.again))
        outcome = replace(reader, last_attempt=True).write(services, results, rows, answers_uri)
    again = _next_attempt(services, job, shard, status, outcome) if outcome.again else None
    _book(services, job, shard, status, answers_uri, outcome, again)
    if outcome.anomalies:
        log.warning("shard %s: odd result lines: %s", shard_id, dict(outcome.anomalies))
    _raise_if_refused(shard, status)
    return again.shard_id if again else None


def _reader(services: Services, provider: BatchProvider, job: ResolvedJob, shard: Shard, status: BatchStatus) -> Reader:
    tier = next(place for place, item in enumerate(job.tiers) if item.name == shard.tier)
    return Reader(
        provider=provider,
        judge=Judge(job),
        price=job.tiers[tier].batch_price,
        wave=shard.wave,
        tier=tier,
        batch_id=shard.batch_id or "",
        last_attempt=_attempts(services, shard, status) >= MOST_ATTEMPTS,
        impossible=_impossible(services, job, shard, status),
    )


def _attempts(services: Services, shard: Shard, status: BatchStatus) -> int:
    """How many attempts at the shard the provider took so far, this one included."""
    earlier = select(func.count()).where(
        Shard.run_id == shard.run_id,
        Shard.wave == shard.wave,
        Shard.number == shard.number,
        Shard.attempt < shard.attempt,
        Shard.outcome != BatchState.FAILED.value,
    )
    with services.database.transaction() as session:
        return int(session.execute(earlier).scalar_one()) + (status.state is not BatchState.FAILED)


def _is_affordable(services: Services, job: ResolvedJob, shard: Shard, tier: int, outcome: Outcome) -> bool:
    """Whether the next attempt fits beside what is spent and what the other open shards may still cost."""
    share = shard.request_bytes * len(outcome.again) // shard.requests
    with services.database.transaction() as session:
        is_other = (Shard.run_id == shard.run_id, Shard.shard_id != shard.shard_id)
        is_open = Shard.state.in_([ShardState.SUBMITTING, ShardState.SUBMITTED])
        promised = session.scalar(select(func.sum(Shard.estimate)).where(*is_other, is_open)) or 0
        spent = session.scalar(select(func.sum(Shard.cost)).where(*is_other)) or 0
    needed = estimate(job, tier, len(outcome.again), share)
    return int(promised) + int(spent) + outcome.cost + needed <= job.budget


def _next_attempt(services: Services, job: ResolvedJob, shard: Shard, status: BatchStatus, outcome: Outcome) -> Shard:
    again = next_attempt(services, job, shard, outcome.again)
    if _comes_later(status):
        again.not_before = datetime.now(UTC) + timedelta(seconds=poll_seconds() * 2 ** min(shard.attempt, 5))
    return again


def _comes_later(status: BatchStatus) -> bool:
    codes = {problem.code for problem in status.problems}
    return status.state is BatchState.FAILED and bool(codes) and codes <= _LATER


def _impossible(services: Services, job: ResolvedJob, shard: Shard, status: BatchStatus) -> dict[int, str]:
    """Rows that are not asked again, and why: their own line made the provider refuse the file, or the time is up."""
    lines = {problem.line: problem.code for problem in status.problems if problem.line is not None}
    out_of_time = datetime.now(UTC) >= job.deadline
    if not lines and not out_of_time:
        return {}
    rows = sorted(read_rows(services, rows_uri(shard.request_uri)))  # request files are in row order
    late = dict.fromkeys(rows, "the deadline passed before there was an answer") if out_of_time else {}
    refused = {line: f"refused by the provider: {code}" for line, code in lines.items() if 0 < line <= len(rows)}
    return late | {rows[line - 1]: reason for line, reason in refused.items()}


def _raise_if_refused(shard: Shard, status: BatchStatus) -> None:
    blamed = [problem.line for problem in status.problems if problem.line and 0 < problem.line <= shard.requests]
    if status.state is not BatchState.FAILED or blamed or _comes_later(status):
        return
    codes = {problem.code for problem in status.problems}
    raise ProviderRefused(
        f"{shard.provider} refused batch {shard.batch_id} ({shard.model}): {', '.join(sorted(codes)) or 'no reason'}; "
        f"mend the cause, then `nightshift batch resume {shard.run_id}`"
    )


def _fetch(services: Services, provider: BatchProvider, shard: Shard, file_id: str) -> str:
    """The provider's result file, kept in the lake as it came: evidence for a dispute about the bill."""
    uri = services.run_folder(shard.run_id, "provider_results", f"{shard.batch_id}-{file_id}.jsonl")
    if not services.lake.exists(uri):
        with services.lake.create(uri) as path, path.open("wb") as target:
            provider.download(file_id, target)
    return uri


def _book(
    services: Services,
    job: ResolvedJob,
    shard: Shard,
    status: BatchStatus,
    answers_uri: str,
    outcome: Outcome,
    again: Shard | None,
) -> None:
    """One transaction: the shard is collected, its cost is in the ledger, its next attempt exists."""
    now = datetime.now(UTC)
    with services.database.transaction() as session:
        found = session.get_one(Shard, shard.shard_id)
        if found.state == ShardState.COLLECTED:
            raise StateConflict(f"shard {shard.shard_id} was collected by another process")
        found.state, found.outcome, found.answers_uri = ShardState.COLLECTED, status.state.value, answers_uri
        found.answered, found.cost, found.collected_at = outcome.answered, outcome.cost, now
        found.input_tokens, found.output_tokens = outcome.input_tokens, outcome.output_tokens
        if again is not None:
            session.add(again)
        budgets.settle(
            session,
            application=job.spec.application,
            run_id=job.run_id,
            period=job.period,
            transfer=f"settle:{shard.shard_id}",
            model=shard.model,
            amount=outcome.cost,
            at=now,
        )


def _read(services: Services, shard_id: str) -> Shard:
    with services.database.transaction() as session:
        return session.get_one(Shard, shard_id)


def _following(services: Services, shard: Shard) -> str | None:
    with services.database.transaction() as session:
        following = select(Shard.shard_id).where(
            Shard.run_id == shard.run_id,
            Shard.wave == shard.wave,
            Shard.number == shard.number,
            Shard.attempt == shard.attempt + 1,
        )
        return session.scalars(following).one_or_none()


def _move(services: Services, shard: Shard, **values: object) -> None:
    """Change a shard that nobody else has changed since it was read; the version column decides."""
    for name, value in values.items():
        setattr(shard, name, value)
    try:
        with services.database.transaction() as session:
            session.add(shard)
    except StaleDataError as error:
        raise StateConflict(f"shard {shard.shard_id} was moved on by another process") from error
