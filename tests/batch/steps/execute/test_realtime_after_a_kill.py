"""A shard in real time whose worker died: what it may have had answered is asked with the same keys, or never again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml
from tests.job_runs import Jobs, jobs, questions
from tests.ladders import LADDERS, include

from nightshift.batch.answers.reading import LOST
from nightshift.batch.runner import resume, run_job
from nightshift.settings import lake_url
from nightshift.storage.lake import FileLake

__all__ = ["include", "jobs"]  # fixtures

ROWS, LOT = 12, 4
REVOKED = {"fault": "invalid_credentials", "provider": "oci_genai"}
SILENT = {"fault": "server_error", "status": 503, "provider": "oci_genai"}


class Killed(BaseException):
    """Stands for the end of the worker."""


class LakeOfTheDying(FileLake):
    """The worker ends before it has written down what its second lot brought."""

    @contextmanager
    def create(self, uri: str) -> Iterator[Path]:
        if uri.endswith("lot-00001.jsonl"):
            raise Killed
        with super().create(uri) as path:
            yield path


def run_until_killed(jobs: Jobs, include: Path, light: list[str]) -> None:
    tiers = [{"name": "light", "deployments": light}, {"name": "premium", "deployments": [LADDERS["openai"][1]]}]
    (include / "policies/tiers/dying.yaml").write_text(yaml.safe_dump({"tiers": tiers, "fallback_after_minutes": 0}))
    limits = yaml.safe_load((include / "models/providers.yaml").read_text())
    limits["providers"]["oci_genai"]["realtime"]["checkpoint_requests"] = LOT
    (include / "models/providers.yaml").write_text(yaml.safe_dump(limits))
    dying = replace(jobs.services, lake=LakeOfTheDying(lake_url()))
    with pytest.raises(Killed):
        run_job(dying, jobs.spec(questions(ROWS), tiers="dying"), "run-1")
    assert jobs.sandbox.bill_of("oci_genai")["requests"] == 2 * LOT


def lost_rows(jobs: Jobs) -> list[int]:
    found: list[int] = []
    for shard in jobs.shards():
        assert shard.answers_uri is not None
        with jobs.services.lake.open(shard.answers_uri) as file:
            rows = pq.read_table(file).to_pylist()
        found += [row["row_number"] for row in rows if row["reason"] == LOST]
    return found


def test_with_the_same_keys_the_answers_of_a_dead_worker_cost_nothing(jobs: Jobs, include: Path) -> None:
    run_until_killed(jobs, include, [LADDERS["oci_genai"][0]])
    assert resume(jobs.services, "run-1")["rows"]["answered"] == ROWS
    assert lost_rows(jobs) == []
    assert jobs.sandbox.bill_of("oci_genai")["requests"] == ROWS
    jobs.check_money()


@pytest.mark.parametrize("fault", [REVOKED, SILENT], ids=["revoked", "silent"])
def test_what_a_dead_worker_may_have_had_answered_is_not_asked_of_the_next_deployment(
    jobs: Jobs, include: Path, fault: dict[str, object]
) -> None:
    run_until_killed(jobs, include, [LADDERS["oci_genai"][0], LADDERS["azure_openai"][0]])
    jobs.sandbox.faults(fault)
    assert resume(jobs.services, "run-1")["rows"]["answered"] == ROWS
    assert lost_rows(jobs) == list(range(LOT + 1, 2 * LOT + 1)), "the lot that was begun climbs"
    assert {row["row_number"] for row in jobs.results() if row["provider"] == "azure_openai"} <= {
        *range(2 * LOT + 1, ROWS + 1)
    }
    jobs.check_books()
