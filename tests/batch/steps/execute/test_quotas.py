"""What a provider takes at the same time holds over all runs, through the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nightshift.batch.services import Services
from nightshift.batch.steps.execute.quotas import FORGOTTEN, claim_room
from nightshift.errors import Misconfigured, RateLimited, StateConflict
from nightshift.storage.database import Database
from nightshift.storage.lake import FileLake
from nightshift.storage.tables import Run, Shard, ShardState

NOW = datetime(2026, 11, 22, 23, tzinfo=UTC)
DEADLINE = NOW + timedelta(hours=8)


@pytest.fixture
def services(database: Database, lake: FileLake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    (tmp_path / "include" / "policies").mkdir(parents=True)
    quotas = "[{provider: acme, region: here, concurrent_shards: 2, enqueued_tokens: 100}]"
    (tmp_path / "include" / "policies" / "rates.yaml").write_text(f"quotas: {quotas}")
    monkeypatch.setenv("NIGHTSHIFT_INCLUDE", str(tmp_path / "include"))

    def no_provider(name: str, region: str) -> None:
        raise Misconfigured("nobody is asked here")

    return Services(database, lake, no_provider, no_provider)  # type: ignore[arg-type]


def shard(
    services: Services, name: str, *, tokens: int = 10, region: str = "here", late: timedelta | None = None
) -> Shard:
    """A planned shard in a run of its own."""
    run = Run(
        run_id=name, state="prepared", application="a", resolution={}, deadline=DEADLINE - (late or timedelta(0)),
        output_uri=f"file:///{name}", input_rows=1, created_at=NOW,
    )  # fmt: skip
    made = Shard(
        shard_id=f"{name}/w0/00000/a1", run_id=name, wave=0, number=0, attempt=1, tier="t", model="m", provider="acme",
        region=region, digest="d", request_uri="u", requests=1, request_bytes=1, first_row=1, last_row=1, estimate=1,
        estimated_tokens=tokens, state=ShardState.PLANNED,
    )  # fmt: skip
    with services.database.transaction() as session:
        session.add(run)
        session.flush()
        session.add(made)
    return made


def claim(services: Services, found: Shard) -> None:
    claim_room(services, found, NOW, {"state": ShardState.SUBMITTING})


def test_shards_of_all_runs_count_and_one_too_many_waits(services: Services) -> None:
    for name in ("one", "two"):
        claim(services, shard(services, name))
    third = shard(services, "three")
    with pytest.raises(RateLimited, match="acme/here has 2 unfinished shards of at most 2") as raised:
        claim(services, third)
    assert raised.value.retry_after_seconds is not None
    claim(services, shard(services, "four", region="elsewhere"))


def test_tokens_in_unfinished_batches_are_bounded(services: Services) -> None:
    claim(services, shard(services, "one", tokens=60))
    with pytest.raises(RateLimited, match="60 enqueued tokens of at most 100"):
        claim(services, shard(services, "two", tokens=41))
    claim(services, shard(services, "three", tokens=40))


def test_a_shard_that_is_larger_than_the_quota_goes_alone(services: Services) -> None:
    claim(services, shard(services, "large", tokens=1_000))
    with pytest.raises(RateLimited):
        claim(services, shard(services, "small", tokens=1))


def test_a_run_that_nobody_resumes_does_not_hold_its_place_for_ever(services: Services) -> None:
    forgotten = DEADLINE - NOW + FORGOTTEN
    for name in ("one", "two"):
        claim(services, shard(services, name, late=forgotten))
    claim(services, shard(services, "three"))


def test_of_two_workers_with_the_same_shard_one_claims_it(services: Services) -> None:
    found = shard(services, "one")
    with services.database.transaction() as session:
        twin = session.get_one(Shard, found.shard_id)
    claim(services, found)
    with pytest.raises(StateConflict, match="moved on by another process"):
        claim(services, twin)
