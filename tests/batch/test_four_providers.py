"""The same job spec on each provider, and on all of them at once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from tests.job_runs import Jobs, questions
from tests.ladders import LADDERS, include

__all__ = ["include"]  # a fixture

ROWS = 120


@pytest.mark.parametrize("provider", LADDERS)
def test_the_same_job_runs_to_published_results(jobs: Jobs, include: Path, provider: str) -> None:
    summary = jobs.run(questions(ROWS), tiers=provider)
    rows = jobs.results()
    assert summary["rows"]["answered"] == ROWS
    assert {row["provider"] for row in rows} == {provider}
    assert summary["rows"]["escalated"] > 0, "the stand-in gives an unusable answer now and then"
    jobs.check_money()
    assert jobs.sandbox.bill()["duplicate_requests"] == 0


def test_rows_that_are_too_few_for_the_batch_api_are_asked_in_real_time(jobs: Jobs, include: Path) -> None:
    jobs.run(questions(20), tiers="bedrock")
    assert {row["mode"] for row in jobs.results()} == {"realtime"}
    assert "fewer than the 100" in str(jobs.shards()[0].plan)
    jobs.check_money()


def test_one_plan_mixes_all_four(jobs: Jobs, include: Path) -> None:
    rows = questions(3 * ROWS)
    for row in rows[1::3]:
        row["question"] += " Think about it." * 45  # long enough to start on the second tier
    for row in rows[2::3]:
        row["question"] += " Think about it." * 1300  # and on the third
    # OCI's credentials are revoked in the middle; Azure takes what is left.
    jobs.sandbox.faults({"fault": "invalid_credentials", "provider": "oci_genai", "after": 50})
    summary = jobs.run(rows, tiers="four_providers")
    assert summary["rows"]["answered"] == 3 * ROWS
    found = jobs.results()
    answered = Counter(row["provider"] for row in found)
    assert answered["oci_genai"] >= 40
    assert answered["azure_openai"] >= 40
    assert answered["bedrock"] >= 100
    assert answered["openai"] >= ROWS
    moved = [row["route_reason"] for row in found if row["provider"] == "azure_openai"]
    assert all("oci_genai/us-chicago-1 did not take it" in reason and "401" in reason for reason in moved)
    assert all(row["route_reason"] is None for row in found if row["provider"] != "azure_openai")
    jobs.check_money()
    assert jobs.sandbox.bill()["duplicate_requests"] == 0
