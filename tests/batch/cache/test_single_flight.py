"""Runs of the same rows at the same time pay once, on both databases."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import select
from tests.guarded_jobs import Include, include
from tests.job_runs import Jobs, opened, questions
from tests.shared_sandbox import Sandbox

from nightshift.batch.cache.single_flight import (
    Departure,
    land,
    look,
    prepare_departure,
    take_off,
    waits_until,
)
from nightshift.batch.job import ResolvedJob
from nightshift.batch.runner import resume, run_job
from nightshift.batch.services import Services, open_services
from nightshift.batch.spec import JobSpec
from nightshift.batch.steps.admit import admit
from nightshift.batch.steps.cancel import cancel
from nightshift.batch.steps.pack import pack
from nightshift.batch.steps.prepare import Preparation, prepare_slice, slices_to_prepare
from nightshift.batch.steps.settle import refuse
from nightshift.errors import AskedElsewhere, InvalidSpec, Misconfigured, StateConflict
from nightshift.finops.money import to_dollars
from nightshift.storage.database import Database
from nightshift.storage.lake import FileLake
from nightshift.storage.tables import CacheFlight, LedgerEntry, Run, RunState

__all__ = ["include"]  # a fixture


@pytest.fixture
def jobs(
    own_home: Path, tmp_path: Path, sandbox: Sandbox, database: Database, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Jobs]:
    own_home.mkdir()
    monkeypatch.setenv("NIGHTSHIFT_DATABASE_URL", database.url)
    with opened(tmp_path, sandbox, monkeypatch) as found:
        yield found


def prepared(jobs: Jobs, run_id: str, rows: list[dict[str, Any]], **changes: Any) -> ResolvedJob:
    """A run up to the point where it is packed."""
    path = jobs.write(rows, f"{run_id}.jsonl")
    job = admit(jobs.services, jobs.spec(path, **changes), run_id)
    for number in slices_to_prepare(jobs.services, run_id):
        prepare_slice(jobs.services, Preparation.of(jobs.services, job), number)
    return job


def flights(services: Services) -> list[CacheFlight]:
    with services.database.transaction() as session:
        return list(session.scalars(select(CacheFlight).order_by(CacheFlight.number)))


def run_together(*started: tuple[JobSpec, str]) -> None:
    """Each run in a process of its own, all begun at the same moment."""
    import great_expectations  # noqa: F401  once, before the processes are forked

    forking = multiprocessing.get_context("fork")
    together = forking.Barrier(len(started))
    processes = [forking.Process(target=_run, args=(together, *item)) for item in started]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0] * len(processes)


def _run(together: Any, spec: JobSpec, run_id: str) -> None:
    services = open_services()
    together.wait()
    run_job(services, spec, run_id)


def paid(jobs: Jobs, run_id: str) -> Decimal:
    with jobs.services.database.transaction() as session:
        entries = session.scalars(select(LedgerEntry).where(LedgerEntry.run_id == run_id)).all()
    return to_dollars(sum(entry.amount for entry in entries if entry.kind == "settle" and entry.amount > 0))


def test_three_runs_of_the_same_rows_at_once_pay_once(jobs: Jobs) -> None:
    rows = jobs.write(questions(40))
    names = ("run-1", "run-2", "run-3")
    run_together(*((jobs.spec(rows), name) for name in names))
    bill = jobs.sandbox.bill()
    assert bill["requests"] == bill["unique_requests"]
    assert sorted(jobs.record(name).cached_rows for name in names) == [0, 40, 40]
    assert [jobs.record(name).state for name in names] == [RunState.PUBLISHED] * 3
    assert len({tuple(row["answer"] for row in jobs.results(name)) for name in names}) == 1
    jobs.check_money(*names)
    assert [flight.ended_at is not None for flight in flights(jobs.services)] == [True]


def test_runs_that_share_some_rows_pay_once_for_each_row(jobs: Jobs) -> None:
    one, other = jobs.write(questions(30), "one.jsonl"), jobs.write(questions(30, first=21), "other.jsonl")
    run_together((jobs.spec(one), "run-1"), (jobs.spec(other), "run-2"))
    bill = jobs.sandbox.bill()
    assert bill["requests"] == bill["unique_requests"]
    assert sorted(jobs.record(name).cached_rows for name in ("run-1", "run-2")) == [0, 10]
    jobs.check_money("run-1", "run-2")


def test_a_run_with_other_rows_does_not_wait(jobs: Jobs) -> None:
    prepared(jobs, "run-1", questions(5))
    pack(jobs.services, "run-1")
    prepared(jobs, "run-2", questions(5, first=6))
    pack(jobs.services, "run-2")
    assert [flight.run_id for flight in flights(jobs.services)] == ["run-1", "run-2"]


def _cancelled(jobs: Jobs) -> None:
    cancel(jobs.services, "run-1")


def _refused(jobs: Jobs) -> None:
    refuse(jobs.services, "run-1", InvalidSpec("no", field="f", way_out="w"))


def _past_its_deadline(jobs: Jobs) -> None:
    with jobs.services.database.transaction() as session:
        session.scalars(select(CacheFlight)).one().expires_at = datetime.now(UTC)


@pytest.mark.parametrize("ends", [_cancelled, _refused, _past_its_deadline])
def test_when_the_awaited_run_ends_without_answers_the_other_one_asks_itself(
    jobs: Jobs, ends: Callable[[Jobs], None]
) -> None:
    prepared(jobs, "run-1", questions(5))
    pack(jobs.services, "run-1")
    prepared(jobs, "run-2", questions(5))
    for _ in range(2):  # the second time without looking through all rows again
        with pytest.raises(AskedElsewhere, match=r"run-1 is .*asking .*the same rows"):
            pack(jobs.services, "run-2")
    assert (jobs.record("run-2").awaited_run_id, jobs.record("run-2").waves_planned) == ("run-1", 0)
    ends(jobs)
    resume(jobs.services, "run-2")
    assert jobs.record("run-2").awaited_run_id is None
    assert (jobs.sandbox.bill()["requests"], jobs.record("run-2").cached_rows) == (5, 0)


def test_a_run_that_is_resumed_goes_on_with_its_own_flight(jobs: Jobs) -> None:
    prepared(jobs, "run-1", questions(5))
    pack(jobs.services, "run-1")
    pack(jobs.services, "run-1")
    assert resume(jobs.services, "run-1")["rows"]["answered"] == 5
    assert [flight.run_id for flight in flights(jobs.services)] == ["run-1"]
    jobs.check_money("run-1")


def test_waiting_ends_in_time_to_ask_and_the_summary_says_so(jobs: Jobs) -> None:
    prepared(jobs, "run-1", questions(5))
    pack(jobs.services, "run-1")
    prepared(jobs, "run-2", questions(8))
    with pytest.raises(AskedElsewhere):
        pack(jobs.services, "run-2")
    _begun_earlier(jobs, "run-2", timedelta(hours=5))
    summary = resume(jobs.services, "run-2")
    assert summary["rows"]["cached"] == 0
    assert any(
        alert.startswith("5 rows were asked although run run-1 was asking them too: ") for alert in summary["alerts"]
    )
    assert resume(jobs.services, "run-1")["alerts"] == []
    assert jobs.sandbox.bill()["unique_requests"] == 8
    jobs.check_books("run-1", "run-2")


def _begun_earlier(jobs: Jobs, run_id: str, by: timedelta) -> None:
    with jobs.services.database.transaction() as session:
        run = session.get_one(Run, run_id)
        job = ResolvedJob.model_validate(run.resolution)
        earlier = job.model_copy(update={"admitted_at": job.admitted_at - by, "deadline": job.deadline - by})
        run.resolution, run.deadline = earlier.model_dump(mode="json", by_alias=True), earlier.deadline


def test_without_a_cache_nobody_waits(jobs: Jobs, include: Include) -> None:
    config = include.folder / "prompts" / "grade_school_math" / "v1.0.0" / "config.yaml"
    config.write_text(config.read_text() + "cache_days: 0\n")
    for run_id in ("run-1", "run-2"):
        prepared(jobs, run_id, questions(5))
        pack(jobs.services, run_id)
    assert flights(jobs.services) == []


def test_a_run_waits_for_an_application_that_shares_its_answers(jobs: Jobs, include: Include) -> None:
    policies = include.folder / "policies"
    owner = policies / "applications" / "math-tutor.yaml"
    (policies / "applications" / "reader.yaml").write_text(owner.read_text())
    (policies / "budgets" / "reader.yaml").parent.mkdir(exist_ok=True)
    budget = include.folder / "budgets" / "math-tutor.yaml"
    (include.folder / "budgets" / "reader.yaml").write_text(budget.read_text())
    owner.write_text(owner.read_text() + "share_answers_with: [reader]\n")
    prepared(jobs, "run-1", questions(5))
    pack(jobs.services, "run-1")
    prepared(jobs, "run-2", questions(5), application="reader")
    with pytest.raises(AskedElsewhere):
        pack(jobs.services, "run-2")
    resume(jobs.services, "run-1")
    assert resume(jobs.services, "run-2")["rows"]["cached"] == 5


# Two that look at the same moment: between the look and the take-off anything may happen.


class Field:
    """Admitted runs of one application, without rows: keys are given by name."""

    def __init__(self, services: Services, make_job: Callable[..., ResolvedJob]) -> None:
        self.services, self._make_job = services, make_job

    def job(self, run_id: str) -> ResolvedJob:
        now = datetime.now(UTC)
        job = self._make_job(run_id=run_id, admitted_at=now, deadline=now + timedelta(hours=8))
        run = Run(
            run_id=run_id, state="admitted", application="desk", resolution={}, deadline=job.deadline,
            output_uri=f"file:///{run_id}", input_rows=1, created_at=now,
        )  # fmt: skip
        with self.services.database.transaction() as session:
            session.add(run)
        return job

    def about_to_ask(self, job: ResolvedJob, *names: str) -> Departure:
        uri = self.services.run_folder(job.run_id, "keys.parquet")
        keys = sorted(sha256(name.encode()).digest()[:16] for name in names)
        with self.services.lake.create(uri) as path:
            pq.write_table(pa.table({"request_key": pa.array(keys, pa.binary())}), path)
        found = prepare_departure(self.services, job, uri, look(self.services, job, datetime.now(UTC)))
        assert found is not None
        return found

    def take_off(self, job: ResolvedJob, departure: Departure) -> None:
        take_off(self.services, job, departure, lambda session: None)


@pytest.fixture
def field(database: Database, lake: FileLake, make_job: Callable[..., ResolvedJob]) -> Field:
    def no_provider(name: str, region: str) -> None:
        raise Misconfigured("nobody is asked here")

    return Field(Services(database, lake, no_provider, no_provider), make_job)  # type: ignore[arg-type]


def test_of_two_that_looked_at_the_same_moment_one_waits(field: Field) -> None:
    one, other, third = field.job("one"), field.job("other"), field.job("third")
    departures = [field.about_to_ask(job, "a", job.run_id) for job in (one, other)]
    elsewhere = field.about_to_ask(third, "b", "c")
    field.take_off(one, departures[0])
    with pytest.raises(AskedElsewhere, match="run one is asking 1 of the same rows"):
        field.take_off(other, departures[1])
    field.take_off(third, elsewhere)
    assert [(flight.number, flight.run_id) for flight in flights(field.services)] == [(1, "one"), (2, "third")]


def test_a_run_that_ended_between_the_look_and_the_take_off_is_noticed(field: Field) -> None:
    """Its answers are in the cache by now, which was read before."""
    one, other = field.job("one"), field.job("other")
    departures = [field.about_to_ask(job, "a") for job in (one, other)]
    field.take_off(one, departures[0])
    with field.services.database.transaction() as session:
        land(session, "one", datetime.now(UTC))
    with pytest.raises(AskedElsewhere):
        field.take_off(other, departures[1])
    assert look(field.services, other, datetime.now(UTC)).others == []


def test_a_twin_of_the_same_run_does_not_take_off_again(field: Field) -> None:
    job = field.job("one")
    twins = [field.about_to_ask(job, "a") for _ in range(2)]
    field.take_off(job, twins[0])
    with pytest.raises(StateConflict, match="another worker has planned this wave"):
        field.take_off(job, twins[1])
    assert len(flights(field.services)) == 1


def test_many_that_take_off_at_once_get_a_number_each(field: Field) -> None:
    runs = [field.job(f"run-{number}") for number in range(8)]
    departures = [field.about_to_ask(job, job.run_id) for job in runs]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(field.take_off, runs, departures))
    assert [flight.number for flight in flights(field.services)] == list(range(1, 9))


def test_of_many_with_the_same_rows_exactly_one_takes_off(field: Field) -> None:
    runs = [field.job(f"run-{number}") for number in range(8)]
    departures = [field.about_to_ask(job, "a", job.run_id) for job in runs]

    def attempt(job: ResolvedJob, departure: Departure) -> bool:
        try:
            field.take_off(job, departure)
        except AskedElsewhere:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, runs, departures)) == 1
    assert len(flights(field.services)) == 1


def test_keys_that_are_gone_from_the_lake_hold_nobody_up(field: Field, tmp_path: Path) -> None:
    one, other = field.job("one"), field.job("other")
    field.take_off(one, field.about_to_ask(one, "a"))
    (tmp_path / "lake" / "runs" / "one" / "keys.parquet").unlink()
    field.take_off(other, field.about_to_ask(other, "a"))
    assert len(flights(field.services)) == 2


@pytest.mark.parametrize(("hours", "waits"), [(8, 4.0), (24, 12.0), (72, 48.0)])
def test_a_run_waits_while_there_is_time_for_its_own_batch(
    make_job: Callable[..., ResolvedJob], hours: int, waits: float
) -> None:
    """The batch of the first tier may take 24 hours."""
    job = make_job()
    job = job.model_copy(update={"deadline": job.admitted_at + timedelta(hours=hours)})
    assert waits_until(job) - job.admitted_at == timedelta(hours=waits)
