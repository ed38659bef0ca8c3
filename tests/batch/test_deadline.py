"""The alert before a deadline is lost, on both databases: when it is due, what it says, and that it is raised once."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightshift.batch.deadline import alert_when_due, raise_alert, warning_at
from nightshift.batch.services import Services
from nightshift.storage.database import Database
from nightshift.storage.lake import FileLake
from nightshift.storage.tables import Run, RunState, Shard, ShardState

EVENING = datetime(2026, 11, 23, 20, tzinfo=UTC)
MORNING = EVENING + timedelta(hours=8)
WARNING = EVENING + timedelta(hours=6)
AHEAD = (
    "what is not answered by 2026-11-24 04:00 UTC is dead-lettered; "
    "way out: `nightshift batch status run-1`, or `nightshift batch cancel run-1`"
)


class Night:
    """A run of eight hours and its shards, written as the steps would write them."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self._numbers = count()

    def run(self, state: str = RunState.PREPARED, waves: int = 1, start: datetime = EVENING, hours: float = 8) -> None:
        values: dict[str, Any] = {"application": "desk", "resolution": {}, "output_uri": "file:///out"}
        with self.services.database.transaction() as session:
            session.add(
                Run(
                    run_id="run-1", state=state, created_at=start, deadline=start + timedelta(hours=hours),
                    input_rows=30_000, waves_planned=waves, **values,
                )
            )  # fmt: skip

    def shard(
        self, state: str, rows: int, place: str = "openai/global", *, number: int | None = None, attempt: int = 1
    ) -> int:
        """Returns its number, under which further attempts at its rows are filed."""
        number = next(self._numbers) if number is None else number
        provider, region = place.split("/")
        values: dict[str, Any] = {
            "run_id": "run-1", "wave": 0, "tier": "light", "model": "m", "digest": "0" * 64, "estimate": 1,
            "request_uri": "file:///requests", "request_bytes": 100, "first_row": 1, "last_row": rows,
        }  # fmt: skip
        with self.services.database.transaction() as session:
            session.add(
                Shard(
                    shard_id=f"run-1/w0/{number:05d}/a{attempt}", number=number, attempt=attempt, state=state,
                    provider=provider, region=region, requests=rows, **values,
                )
            )  # fmt: skip
        return number

    def move(self, **values: Any) -> None:
        with self.services.database.transaction() as session:
            run = session.get_one(Run, "run-1")
            for name, value in values.items():
                setattr(run, name, value)

    def alert(self, now: datetime = WARNING) -> str | None:
        return raise_alert(self.services, "run-1", now)

    @property
    def written(self) -> str | None:
        with self.services.database.transaction() as session:
            return session.get_one(Run, "run-1").deadline_alert


def no_provider(name: str, region: str) -> Any:
    raise AssertionError("an alert asks no provider")


@pytest.fixture
def night(database: Database, lake: FileLake) -> Night:
    return Night(Services(database=database, lake=lake, provider=no_provider, sandboxed=no_provider))


@given(start=st.datetimes(timezones=st.just(UTC)), seconds=st.integers(1, 14 * 86_400))
def test_it_is_due_when_three_quarters_of_the_time_are_used_up(start: datetime, seconds: int) -> None:
    if start > datetime.max.replace(tzinfo=UTC) - timedelta(seconds=seconds):
        return
    deadline = start + timedelta(seconds=seconds)
    assert abs((warning_at(start, deadline) - start).total_seconds() - 0.75 * seconds) < 1e-3
    assert start < warning_at(start, deadline) < deadline


def test_it_counts_what_is_unfinished_and_names_who_has_it(night: Night) -> None:
    night.run()
    for _ in range(9):
        night.shard(ShardState.COLLECTED, 2_500)
    night.shard(ShardState.SUBMITTED, 2_500)
    night.shard(ShardState.PLANNED, 2_500)
    night.shard(ShardState.ANSWERING, 2_500, "bedrock/us-east-1")
    expected = (
        "6 h of 8 h are used up and 3 of 12 request files are unfinished (7,500 of 30,000 rows): "
        f"bedrock/us-east-1 1, openai/global 2; {AHEAD}"
    )
    assert night.alert() == expected
    assert night.written == expected


def test_attempts_at_the_same_rows_are_one_request_file_with_its_present_holder(night: Night) -> None:
    night.run()
    number = night.shard(ShardState.COLLECTED, 100, "openai/global")
    night.shard(ShardState.SUBMITTED, 30, "azure_openai/swedencentral", number=number, attempt=2)
    night.shard(ShardState.PLANNED, 10, "bedrock/us-east-1", number=number, attempt=3)
    alert = night.alert()
    assert alert is not None
    assert "and 1 of 1 request files are unfinished (40 of 100 rows): azure_openai/swedencentral 1;" in alert


@pytest.mark.parametrize(
    ("waves", "state", "said"),
    [
        (0, RunState.ADMITTED, "6 h of 8 h are used up and the rows are not yet in request files; "),
        (1, RunState.PREPARED, "6 h of 8 h are used up and the results are not published, although no request file"),
    ],
)
def test_a_run_that_waits_for_something_else_says_so(night: Night, waves: int, state: str, said: str) -> None:
    night.run(state, waves)
    assert str(night.alert()).startswith(said)


@pytest.mark.parametrize("state", [RunState.PUBLISHED, RunState.REFUSED, RunState.CANCELLED])
def test_a_run_that_is_over_raises_nothing(night: Night, state: str) -> None:
    night.run(state)
    night.shard(ShardState.PLANNED, 10)
    assert night.alert() is None
    assert asyncio.run(alert_when_due(night.services, "run-1")) is None
    assert night.written is None


def test_it_is_raised_once_and_keeps_its_words(night: Night, caplog: pytest.LogCaptureFixture) -> None:
    night.run()
    night.shard(ShardState.SUBMITTED, 10)
    with ThreadPoolExecutor(4) as threads:
        said = set(threads.map(lambda minutes: night.alert(WARNING + timedelta(minutes=minutes)), range(4)))
    assert night.written in said
    assert night.alert(MORNING) == night.written
    assert [record.getMessage() for record in caplog.records] == [f"run run-1: {night.written}"]
    assert {record.levelno for record in caplog.records} == {logging.WARNING}


@pytest.mark.parametrize(
    ("after", "shown"),
    [(timedelta(seconds=45), "45 s of 8 h"), (timedelta(minutes=7, seconds=5), "7 min 05 s of 8 h"),
     (timedelta(minutes=7), "7 min of 8 h"), (timedelta(hours=30, minutes=4), "30 h 04 min of 8 h")],
)  # fmt: skip
def test_times_are_written_as_people_say_them(night: Night, after: timedelta, shown: str) -> None:
    night.run()
    assert str(night.alert(EVENING + after)).startswith(f"{shown} are used up")


def test_it_waits_until_it_is_due_and_leaves_the_loop_free(night: Night) -> None:
    start = datetime.now(UTC)
    night.run(start=start, hours=2 / 3600)
    night.shard(ShardState.SUBMITTED, 10)

    async def heart() -> int:
        beats = 0
        waiting = asyncio.create_task(alert_when_due(night.services, "run-1"))
        while not waiting.done():
            assert night.written is None or datetime.now(UTC) >= start + timedelta(seconds=1.5)
            await asyncio.sleep(0.05)
            beats += 1
        assert waiting.result() == night.written is not None
        return beats

    assert asyncio.run(heart()) >= 10


def test_what_is_finished_while_it_waits_raises_nothing(night: Night) -> None:
    night.run(start=datetime.now(UTC), hours=2 / 3600)

    async def finish_early() -> str | None:
        waiting = asyncio.create_task(alert_when_due(night.services, "run-1"))
        await asyncio.sleep(0.5)
        night.move(state=RunState.PUBLISHED)
        return await waiting

    assert asyncio.run(finish_early()) is None
    assert night.written is None


def test_a_run_that_is_not_admitted_is_named_in_the_log(night: Night, caplog: pytest.LogCaptureFixture) -> None:
    assert asyncio.run(alert_when_due(night.services, "nowhere")) is None
    assert [record.getMessage() for record in caplog.records] == [
        "run nowhere: most of its time is used up and it is not admitted"
    ]
