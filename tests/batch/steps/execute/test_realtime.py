"""Work in real time waits for its provider's off-peak hours, unless the deadline would be lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from tests.job_runs import Jobs, questions
from tests.toy_platform import describe, include

from nightshift.batch.steps.admit import admit
from nightshift.batch.steps.execute.attempts import read_shard, shards_to_execute
from nightshift.batch.steps.execute.realtime import answer_shard
from nightshift.batch.steps.pack import pack
from nightshift.batch.steps.prepare import Preparation, prepare_slice, slices_to_prepare
from nightshift.errors import RateLimited
from nightshift.storage.tables import ShardState

__all__ = ["include"]  # a fixture

Planned = Callable[[str], str]


@pytest.fixture
def real(jobs: Jobs, include: Path) -> Jobs:
    """A toy without a batch API, in a region whose window opens in two hours."""
    now = datetime.now(UTC)
    hours = {"from": f"{now + timedelta(hours=2):%H:%M}", "to": f"{now + timedelta(hours=3):%H:%M}"}
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    window = {"provider": "toy", "region": "here", "time_zone": "UTC", "open": [{"days": days, **hours}]}
    (include / "policies/off_peak.yaml").write_text(yaml.safe_dump({"windows": [window]}))
    describe(include)
    return jobs


@pytest.fixture
def planned(real: Jobs) -> Planned:
    """The one shard of an admitted and packed job with this deadline."""

    def plan(deadline: str) -> str:
        services, spec = real.services, real.spec(questions(20), tiers="toy", deadline=deadline)
        job = admit(services, spec, "run-1")
        for number in slices_to_prepare(services, "run-1"):
            prepare_slice(services, Preparation.of(services, job), number)
        pack(services, "run-1")
        (shard_id,) = shards_to_execute(services, "run-1", 0)
        return shard_id

    return plan


def test_it_waits_for_the_window_and_says_until_when(real: Jobs, planned: Planned, tmp_path: Path) -> None:
    shard_id = planned("8h")
    with pytest.raises(RateLimited, match="Waits for the off-peak window") as raised:
        asyncio.run(answer_shard(real.services, shard_id))
    assert 6_900 < (raised.value.retry_after_seconds or 0) <= 7_260
    shard = read_shard(real.services, shard_id)
    assert shard.not_before is not None
    assert shard.plan is not None
    assert "$0.00 more or less" in shard.plan
    assert not (tmp_path / "toy" / "realtime.count").exists()


def test_it_starts_at_once_where_the_window_would_lose_the_deadline(real: Jobs, planned: Planned) -> None:
    shard_id = planned("90m")
    asyncio.run(answer_shard(real.services, shard_id))
    shard = read_shard(real.services, shard_id)
    assert shard.state == ShardState.ANSWERED
    assert shard.lots == 3
    assert "outside of the off-peak window" in str(shard.plan)
